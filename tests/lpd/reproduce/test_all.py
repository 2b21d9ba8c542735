"""Everything at once: every row is trained, measured and shown, and a second call does nothing again."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lpd.reproduce import TABLES, reproduce
from lpd.reproduce.looks import looks_of
from lpd.services.indexing import measuring_engine
from lpd.services.richness import list_diversity, model_richness
from lpd.tables import to_csv
from lpd.workspace import Workspace, open_workspace
from tests.lpd.reproduce.conftest import SEEDS, SETUP, copied

EVERYTHING = replace(SETUP, encoder_sizes=("hidden=16", "clusters=4"), pretrain="valid", without="motion")


@pytest.mark.slow
def test_everything(demo_workspace: Path, tmp_path: Path) -> None:
    workspace = open_workspace(copied(demo_workspace, tmp_path / "w"))
    report = reproduce(workspace, ["all"], setup=EVERYTHING)
    assert report.failures == {}
    assert report.bugs == {}
    assert set(report.lacking) == {
        "clip-b32",
        "clip-l14",
        "blip",
        *(f"{label} (bow, w2v, {more})" for label in ("W2VV++", "SEA") for more in ("bert", "gru, bert")),
        *(f"{label} (bow, w2v, bigru, bert)" for label in ("W2VV++", "SEA")),
        "SEA (bow, w2v, bigru, bert)",
        "Run 1",
    }
    assert len(report.trained) > 50
    assert {path.suffix for path in report.files} == {".md", ".csv", ".tex", ".svg"}
    for name in TABLES:
        assert any(path.name.startswith(name) for path in report.files), name
    for row in report.tables["table3"].rows[3:]:
        assert row.cells[0].mean is not None or row.cells[0].text, row.label
    card = workspace.model_card("rep-tv20-netvlad-s0")
    assert card.config["training"]["init_from"] == "rep-tv20-pretraining-s0"
    again = reproduce(workspace, ["all"], setup=EVERYTHING)
    assert again.trained == []
    assert sorted(again.reused) == sorted(report.trained)
    for name, table in report.tables.items():
        assert to_csv(again.tables[name]) == to_csv(table)
    _check_reranked(workspace)
    _check_diversity(workspace, report.files)


def _check_reranked(workspace: Workspace) -> None:
    """X-CLIP has the shots of the run that it re-ranks, in another order."""
    before, after = (workspace.run("avs-coast", f"rep.{key}.s0") for key in ("clip4clip-mean", "xclip"))
    assert before.topics.keys() == after.topics.keys()
    for topic_id, ranked in after.topics.items():
        assert sorted(ranked.shot_ids) == sorted(before.topics[topic_id].shot_ids)
    assert any(
        ranked.shot_ids != before.topics[topic_id].shot_ids for topic_id, ranked in after.topics.items()
    )


def _check_diversity(workspace: Workspace, files: list[Path]) -> None:
    """The tables hold what the models' spaces and lists say, computed here again."""
    edition = workspace.edition("avs-inland")
    qrels, looks = workspace.qrels("avs-inland"), looks_of(workspace, edition)
    folder = files[0].parent
    with (folder / "diversity-spaces.csv").open(encoding="utf-8") as stream:
        found = {(line["group"], line["row"], line["column"]): line for line in csv.DictReader(stream)}
    engines = [measuring_engine(workspace, f"rep-lpd-s{seed}", edition, device="cpu") for seed in SEEDS]
    seen = [model_richness(engine, edition, qrels=qrels, subtopics=looks) for engine in engines]
    for space in engines[0].spaces:
        for column, values in (
            ("infAP alone", [one.inf_ap[space] for one in seen]),
            ("infAP of the others", [one.without[space] for one in seen]),
            ("relevant shots only here", [one.found_by_one[space] for one in seen]),
            ("alpha-nDCG@20", [(one.alpha_ndcg or {})[space] for one in seen]),
        ):
            cell = found["avs-inland: LPD", space, column]
            assert float(cell["mean"]) == pytest.approx(np.mean(values), abs=1e-12)
    with (folder / "diversity-curves.csv").open(encoding="utf-8") as stream:
        curves = list(csv.DictReader(stream))
    points = {(line["edition"], line["what"]): line for line in curves if line["kind"] == "point"}
    shown = workspace.features("inland", "twotower")
    diversity = []
    for seed in SEEDS:
        run = workspace.run("avs-inland", f"rep.lpd.s{seed}")
        tops = [ranked.shot_ids[:20] for ranked in run.topics.values()]
        diversity.append(np.mean([list_diversity(shown.rows(top)) for top in tops]))
    assert float(points["avs-inland", "LPD"]["diversity"]) == pytest.approx(np.mean(diversity), abs=1e-9)
    names = {line["what"] for line in curves}
    assert names == {"LAFF, mmr", "LAFF, xquad", "LAFF", "SEA", "T × V", "LPD w/o DcL", "LPD"}
    assert [float(line["trade_off"]) for line in curves if line["what"] == "LAFF, mmr"][:11] == pytest.approx(
        [step / 10 for step in range(11)]
    )
