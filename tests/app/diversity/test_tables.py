"""The tables and the script of the Diversity page: they read back as what was shown."""

import io
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from app.charts import CurveSeries, SpaceName
from app.diversity.comparison import ModelOverlap
from app.diversity.measured_spaces import WorthRow
from app.diversity.tables import curve_table, diversity_script, overlap_table, worth_table
from lpd.diversity import OverlapCurve, mean_off_diagonal
from lpd.exports import Provenance, table_bytes
from lpd.search import open_engine
from lpd.services.diversity import edition_diversity
from lpd.workspace import open_workspace
from tests.lpd.exports.latex_reader import check_balanced, tabular_rows

ROOT = Path(__file__).resolve().parents[3]
PROVENANCE = Provenance("demo", measure="inter-space IoU@20", made_at="2026-01-02T03:04:05Z")
ROWS = (SpaceName("text:bow", "bow", "text"), SpaceName("video:a_b", "a_b", "video"))


def overlap(*values: float) -> ModelOverlap:
    matrices = [np.array([[1, value], [value, 1]]) for value in values]
    curves = {seed: OverlapCurve((20,), matrix[None]) for seed, matrix in enumerate(matrices)}
    return ModelOverlap("lpd", ROWS, 2, curves, "lpd 3f9a1c, lists exact")


def test_the_overlap_has_a_row_per_space_in_the_order_shown_and_its_mean():
    table = overlap_table([overlap(0.25)], 20, orders={"lpd": [1, 0]}, over="mean over 2 topics of dev")
    assert [row.label for row in table.rows] == ["video:a_b", "text:bow", "all spaces"]
    assert [column.name for column in table.columns] == ["video:a_b", "text:bow", "mean off the diagonal"]
    assert [cell.mean for cell in table.rows[0].cells] == [None, 0.25, None]
    assert table.rows[-1].cells[-1].mean == 0.25
    assert table.notes == ("lpd 3f9a1c, lists exact",)


def test_seeds_stand_in_every_cell():
    table = overlap_table([overlap(0.25, 0.35)], 20, orders={"lpd": [0, 1]}, over="")
    cell = table.rows[0].cells[1]
    assert (cell.mean, cell.seeds, cell.runs) == (pytest.approx(0.3), (0, 1), (0.25, 0.35))
    assert cell.spread == pytest.approx(np.std([0.25, 0.35], ddof=1))


def test_csv_and_latex_read_back():
    table = overlap_table([overlap(0.123456789)], 20, orders={"lpd": [0, 1]}, over="mean")
    frame = pd.read_csv(io.BytesIO(table_bytes(table, PROVENANCE, form="csv")), comment="#")
    found = frame.set_index(["row", "column"])["mean"]
    assert found["text:bow", "video:a_b"] == 0.123456789
    latex = table_bytes(table, PROVENANCE, form="latex").decode()
    check_balanced(latex)
    assert any(cell.strip() == ".12" for row in tabular_rows(latex)[1] for cell in row)


def test_worth_says_what_is_not_known_by_an_empty_cell():
    rows = [
        WorthRow(SpaceName("fused", "fused", "fused"), 0.8, 0, 40, {}),
        WorthRow(ROWS[0], 0.5, 3, 20, {"fused": 0.79}),
    ]
    table = worth_table(rows, model="lpd", k=20, fused=["fused"])
    assert [column.name for column in table.columns] == [
        "infAP alone",
        "relevant shots found by it only, k 20",
        "infAP of fused without it",
    ]
    assert [[cell.mean for cell in row.cells] for row in table.rows] == [[0.8, 0, None], [0.5, 3, 0.79]]
    check_balanced(table_bytes(table, PROVENANCE, form="latex").decode())


def test_curves_of_other_cutoffs_leave_cells_empty():
    series = [
        CurveSeries("lpd", (5, 20), (0.1, 0.2), None, "here"),
        CurveSeries("rep-lpd", (20,), (0.3,), (0.01,), "there"),
    ]
    table = curve_table(series, over="mean")
    assert [row.label for row in table.rows] == ["5", "20"]
    assert [cell.mean for cell in table.rows[0].cells] == [0.1, None]
    assert (table.rows[1].cells[1].mean, table.rows[1].cells[1].spread) == (0.3, 0.01)


def test_the_script_makes_the_numbers_again(demo_workspace):
    workspace = open_workspace(demo_workspace)
    script = diversity_script(workspace, ["lpd"], edition="avs-inland", k=10, provenance=PROVENANCE)
    assert "# measure: inter-space IoU@20" in script
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120
    )
    engine = open_engine(workspace, model="lpd", collection="inland")
    mean = mean_off_diagonal(edition_diversity(engine, workspace.edition("avs-inland"), k=10))
    assert float(done.stdout.split()[-1]) == pytest.approx(mean, abs=1e-12)


def test_no_word_of_the_script_leaves_its_string(demo_workspace):
    hostile = 'a\'); raise SystemExit(7)  # """\n{x}'
    workspace = open_workspace(demo_workspace)
    script = diversity_script(workspace, [hostile], edition=hostile, k=5, provenance=PROVENANCE)
    tree = compile(script, "script", "exec")
    assert hostile in tree.co_consts or any(hostile in str(one) for one in tree.co_consts)
