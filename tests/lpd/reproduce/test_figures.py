"""Figures: the numbers behind them by hand, and drawings that need nothing else."""

import csv
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from lpd.reproduce import reproduce
from lpd.reproduce.paper_figures import learning_curves
from lpd.services.diversity import edition_diversity
from lpd.services.indexing import measuring_engine
from lpd.training import read_history
from lpd.workspace import Workspace
from tests.lpd.reproduce.conftest import SEEDS, SETUP

SVG = "{http://www.w3.org/2000/svg}"


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def test_figures_from_models_that_are_there(copy: Workspace, tmp_path: Path) -> None:
    report = reproduce(copy, ["fig3", "fig4"], setup=SETUP, out=tmp_path / "out")
    assert report.trained == []
    assert {path.parent for path in report.files} == {tmp_path / "out"}
    _check_overlaps(copy, rows_of(tmp_path / "out" / "fig3.csv"))
    curves = rows_of(tmp_path / "out" / "fig4.csv")
    histories = [read_history(copy.model_folder(f"rep-lpd-s{seed}") / "history.jsonl") for seed in SEEDS]
    values = [history[0]["validation"]["mAP"] for history in histories]
    assert float(curves[0]["mean"]) == pytest.approx(np.mean(values), abs=1e-12)
    assert float(curves[0]["high"]) - float(curves[0]["mean"]) == pytest.approx(np.std(values, ddof=1))
    assert [row["model"] for row in curves] == ["LPD", "LPD w/o EF-MTRL"]
    for name in ("fig3", "fig4"):
        text = (tmp_path / "out" / f"{name}.svg").read_text()
        tree = ElementTree.fromstring(text)
        assert tree.tag == f"{SVG}svg"
        assert not list(tree.iter(f"{SVG}image"))
        assert "href" not in text
    assert "LPD w/o DcL, avs-coast" in (tmp_path / "out" / "fig3.svg").read_text()


def _check_overlaps(workspace: Workspace, rows: list[dict[str, str]]) -> None:
    edition = workspace.edition("avs-inland")
    engines = [measuring_engine(workspace, f"rep-lpd-s{seed}", edition, device="cpu") for seed in SEEDS]
    matrices = [edition_diversity(engine, edition, k=20) for engine in engines]
    expected = np.mean(matrices, axis=0)
    found = {
        (row["row"], row["column"]): float(row["iou"])
        for row in rows
        if (row["edition"], row["model"]) == ("avs-inland", "LPD")
    }
    spaces = engines[0].spaces
    assert len(found) == len(spaces) ** 2
    for (first, second), value in np.ndenumerate(expected):
        assert found[spaces[first], spaces[second]] == pytest.approx(value, abs=1e-12)


def test_curves_of_trainings_that_stop_at_different_epochs() -> None:
    rows = learning_curves("LPD", {0: [0.1, 0.3, 0.2], 1: [0.3, 0.1]})
    deviation = np.std([0.1, 0.3], ddof=1)
    assert [row[:2] for row in rows] == [("LPD", 1), ("LPD", 2), ("LPD", 3)]
    assert rows[0][2:] == pytest.approx((0.2, 0.2 - deviation, 0.2 + deviation, 2))
    assert rows[2][2:] == (0.2, 0.2, 0.2, 1)
    assert learning_curves("LPD", {}) == []
