"""The health check on tiny workspaces: every finding, and that none hides another."""

from collections.abc import Callable

import numpy as np
import pytest

from lpd.editions import Edition, write_edition
from lpd.services.health.findings import Finding, outside_words
from lpd.services.health.workspace import workspace_health
from lpd.trec import Qrels, Topic, make_run, write_qrels, write_run
from lpd.workspace import Workspace
from tests.lpd.services.health.whole_workspace import (
    SHOTS,
    TOPICS,
    add_captions,
    add_encoder,
    add_index,
    add_matrix,
    add_model,
    add_shots,
    findings,
    told,
)


def test_what_fits_is_told_with_what_can_be_done(whole: Workspace) -> None:
    health = workspace_health(whole)
    assert [one for one in findings(health) if one.level == "problem"] == []
    assert {goal.goal: goal.possible for goal in health.goals} == {
        "live queries": "m over c",
        "evaluation": "tv",
        "training": "train, the epoch selected on valid; 1 text feature, 1 video feature",
    }
    advice = [(one.subject, one.sentence) for one in findings(health, level="advice")]
    assert advice == [("collection c", "it has no pictures, so tiles show ids")]


def test_an_empty_workspace_says_how_to_begin(empty: Workspace) -> None:
    health = workspace_health(empty)
    assert health.problems == ()
    assert [goal.possible for goal in health.goals] == ["", "", ""]
    assert [one.command for one in findings(health)] == [
        "lpd import shots FILE --collection NAME",
        "lpd extract FOLDER --collection NAME",
        "lpd import topics FILE --edition NAME --collection NAME",
        "lpd import captions FILE --set train --collection NAME",
    ]


CASES: dict[str, tuple[Callable[[Workspace], object], str, str, str, str | None]] = {
    "shots without a row": (
        lambda w: add_matrix(w.feature_folder("c", "f"), SHOTS[:8]),
        "feature c/f",
        "problem",
        "2 of 10 shots have no row, 's8_1', 's9_1'",
        "lpd import features SOURCE --collection c --name f",
    ),
    "damaged matrix": (
        lambda w: (w.feature_folder("c", "f") / "matrix.npy").write_bytes(b"no"),
        "feature c/f",
        "problem",
        "matrix.npy",
        "lpd import features SOURCE --collection c --name f",
    ),
    "half-written feature": (
        lambda w: w.feature_folder("c", "g").mkdir(),
        "feature c/g",
        "problem",
        "half-written",
        "lpd import features SOURCE --collection c --name g",
    ),
    "damaged shots": (
        lambda w: (w.collection_folder("c") / "shots.parquet").write_bytes(b"no"),
        "collection c",
        "problem",
        "not a parquet file",
        "lpd import shots FILE --collection c",
    ),
    "no feature": (
        lambda w: add_shots(w, "d", SHOTS),
        "collection d",
        "advice",
        "no pictures",
        "lpd import media FOLDER --collection d",
    ),
    "another dimension": (
        lambda w: add_model(w, "n", dimension=7),
        "model n over c",
        "problem",
        "video feature f of c has 3 dimensions, the model reads 7",
        "lpd import features SOURCE --collection c --name f",
    ),
    "no index": (
        lambda w: add_model(w, "n"),
        "index n@c",
        "advice",
        "no live query yet",
        "lpd index --model n --collection c",
    ),
    "index of another model": (
        lambda w: add_index(w, model="w0"),
        "index m@c",
        "problem",
        "made from another model",
        "lpd index --model m --collection c",
    ),
    "index of another feature": (
        lambda w: add_index(w, feature="f0"),
        "index m@c",
        "problem",
        "it was made from other rows of video feature f",
        "lpd index --model m --collection c",
    ),
    "damaged index": (
        lambda w: (w.index_folder("m", "c") / "manifest.json").write_text("{"),
        "index m@c",
        "problem",
        "not valid JSON",
        "lpd index --model m --collection c",
    ),
    "index of a model that is gone": (
        lambda w: (w.path / "indexes" / "old@c").mkdir(),
        "index old@c",
        "advice",
        "model old is gone; its folder can be removed",
        None,
    ),
    "damaged model": (
        lambda w: (w.model_folder("m") / "config.json").write_text("{}"),
        "model m",
        "problem",
        "checkpoint of another format version",
        None,
    ),
    "encoder that is not carried": (
        lambda w: [
            folder.rename(w.path / f"away{number}")
            for number, folder in enumerate(
                (w.model_folder("m") / "text_encoders" / "bow", w.text_encoder_folder("bow"))
            )
        ],
        "model m",
        "advice",
        "no encoder of text feature bow is here: only topics can be asked for",
        "lpd import encoder FOLDER --name bow",
    ),
    "damaged encoder": (
        lambda w: (w.text_encoder_folder("bow") / "encoder.json").write_text("[]"),
        "text encoder bow",
        "problem",
        "wrong kind of JSON",
        "lpd encode --fit-on CAPTIONS --feature bow",
    ),
    "no judgements": (
        lambda w: w.qrels_path("tv", "nist").unlink(),
        "edition tv",
        "advice",
        "no judgements, so it can be searched but not measured",
        "lpd import qrels FILE --edition tv --name judged",
    ),
    "judgements of other topics": (
        lambda w: write_qrels(w.qrels_path("tv", "nist"), Qrels([("1999", SHOTS[0], "1", 1)])),
        "qrels tv/nist",
        "problem",
        "it judges none of the topics of tv but '1999'",
        "lpd import qrels FILE --edition tv --name nist",
    ),
    "judgements of another collection": (
        lambda w: write_qrels(w.qrels_path("tv", "nist"), Qrels([("1501", "x_1", "1", 1)])),
        "qrels tv/nist",
        "problem",
        "1 of 1 shot (100.0%) are not in c, 'x_1'; was another collection or subset meant?",
        "lpd import qrels FILE --edition tv --name nist",
    ),
    "a topic without judgements": (
        lambda w: write_qrels(w.qrels_path("tv", "nist"), Qrels([("1501", shot, "1", 1) for shot in SHOTS])),
        "qrels tv/nist",
        "advice",
        "1 topic not judged, '1502'",
        None,
    ),
    "damaged judgements": (
        lambda w: w.qrels_path("tv", "nist").write_text("1501 0\n"),
        "qrels tv/nist",
        "problem",
        "nist.txt:1",
        "lpd import qrels FILE --edition tv --name nist",
    ),
    "edition of a collection that is gone": (
        lambda w: write_edition(w.edition_folder("tv"), Edition("tv", "gone", None, TOPICS, (), None)),
        "edition tv",
        "problem",
        "no such collection",
        "lpd import topics FILE --edition tv --collection NAME",
    ),
    "edition of a subset that is gone": (
        lambda w: write_edition(w.edition_folder("tv"), Edition("tv", "c", "gone", TOPICS, (), None)),
        "edition tv",
        "problem",
        "no such subset",
        "lpd import topics FILE --edition tv --collection NAME",
    ),
    "a run outside of the subset": (
        lambda w: write_edition(w.edition_folder("tv"), Edition("tv", "c", "half", TOPICS, (), None)),
        "run tv/r",
        "problem",
        "5 of 10 shots (50.0%) are not in c/half",
        None,
    ),
    "a run without a topic": (
        lambda w: write_run(w.run_path("tv", "r"), make_run("r", {"1501": (SHOTS, np.arange(10.0))})),
        "run tv/r",
        "advice",
        "1 of 2 topics, without '1502'",
        None,
    ),
    "a run of other topics": (
        lambda w: write_run(w.run_path("tv", "r"), make_run("r", {"9": (SHOTS, np.arange(10.0))})),
        "run tv/r",
        "problem",
        "it has none of the topics of tv",
        None,
    ),
    "a damaged run": (
        lambda w: w.run_path("tv", "r").write_bytes(b"no"),
        "run tv/r",
        "problem",
        "r.run.gz",
        "lpd import run FILE --edition tv --tag r",
    ),
    "no run": (
        lambda w: w.run_path("tv", "r").unlink(),
        "runs tv",
        "advice",
        "no run is kept",
        "lpd run --model m --edition tv",
    ),
    "text features of other topics": (
        lambda w: write_edition(
            w.edition_folder("tv"), Edition("tv", "c", None, (Topic("1501", "a bird"), TOPICS[1]), (), None)
        ),
        "text feature tv/bow",
        "problem",
        "it was made from other texts",
        "lpd encode tv --feature bow",
    ),
    "text features of another encoder": (
        lambda w: add_encoder(w.text_encoder_folder("bow"), "e2"),
        "text feature train/bow",
        "problem",
        "it was made by another encoder than the one that is here",
        "lpd encode train --feature bow",
    ),
    "captions without a row": (
        lambda w: add_captions(w, "train", SHOTS[:4] + SHOTS[9:]),
        "text feature train/bow",
        "problem",
        "1 of 5 texts have no row, 's9_1#0'",
        "lpd encode train --feature bow",
    ),
    "captions of other shots": (
        lambda w: add_captions(w, "train", ["x_1"]),
        "captions train",
        "problem",
        "1 of 1 shot are not in c, 'x_1'",
        "lpd import captions FILE --set train --collection c",
    ),
    "caption sets that share shots": (
        lambda w: add_captions(w, "valid", SHOTS[5:]),
        "captions train and valid",
        "advice",
        "they share 1 shot: the epoch would be selected on what was learnt",
        None,
    ),
    "one caption set": (
        lambda w: (w.captions_path("valid").unlink(), w.captions_path("valid").with_suffix(".json").unlink()),
        "captions",
        "advice",
        "train is the only caption set; captions of other shots select the epoch",
        "lpd import captions FILE --set valid --collection c",
    ),
    "captions that were not encoded": (
        lambda w: add_captions(w, "more", SHOTS),
        "captions more",
        "advice",
        "no text features were computed of them",
        "lpd encode more",
    ),
    "damaged captions": (
        lambda w: w.captions_path("train").write_bytes(b"no"),
        "captions train",
        "problem",
        "train.parquet",
        "lpd import captions FILE --set train --collection NAME",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_one_thing_is_wrong_or_missing(whole: Workspace, name: str) -> None:
    change, subject, level, sentence, command = CASES[name]
    change(whole)
    found = told(whole, subject)
    assert (found.level, found.command) == (level, command)
    assert sentence in found.sentence
    assert str(whole.path) not in found.sentence


def test_damaged_things_hide_no_other(whole: Workspace) -> None:
    add_shots(whole, "d", SHOTS)
    add_matrix(whole.feature_folder("d", "f"), SHOTS[:3])
    (whole.collection_folder("c") / "shots.parquet").write_bytes(b"no")
    (whole.model_folder("broken")).mkdir(parents=True)
    (whole.model_folder("broken") / "config.json").write_text("[")
    (whole.edition_folder("tv") / "edition.toml").write_text("oops")
    subjects = {one.subject for one in workspace_health(whole).problems}
    assert {"collection c", "feature d/f", "model broken", "edition tv", "captions train"} <= subjects


def test_a_re_ranker_needs_no_index(whole: Workspace) -> None:
    add_model(whole, "x", bi_encoder=False)
    assert told(whole, "model x") == Finding("ok", "model x", "it re-ranks runs and needs no index")


def test_nothing_is_changed_and_progress_is_told(whole: Workspace) -> None:
    before = {path: path.stat().st_mtime_ns for path in whole.path.rglob("*")}
    stages: list[tuple[str, int, int]] = []
    workspace_health(whole, progress=lambda *at: stages.append(at))
    assert {path: path.stat().st_mtime_ns for path in whole.path.rglob("*")} == before
    assert ("examining editions", 1, 1) in stages


@pytest.mark.parametrize(
    ("foreign", "level"), [(0, "ok"), (1, "advice"), (10, "advice"), (12, "problem"), (100, "problem")]
)
def test_the_share_outside_decides(foreign: int, level: str) -> None:
    shots = [f"s{number}" for number in range(100)]
    found, sentence = outside_words(shots, shots[foreign:], where="c")
    assert found == level
    assert (f"{foreign} of 100 shots ({foreign}.0%)" in sentence) == (foreign > 0)
