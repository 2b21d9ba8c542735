"""The health check on tiny workspaces: every finding, and that none hides another."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lpd.captions import Caption, save_captions
from lpd.cards import MEAN, SpaceInfo
from lpd.collection import make_collection, write_collection
from lpd.editions import Edition, write_edition
from lpd.embeddings import BroughtVectors, Embeddings, topics_digest, write_embeddings
from lpd.features import open_matrix, write_matrix
from lpd.pretrained import ModelPlace, content_digest, file_facts
from lpd.services.health.findings import Finding, outside_words
from lpd.services.health.workspace import Health, workspace_health
from lpd.storage import Manifest, digest_bytes, write_json, write_manifest
from lpd.trec import Qrels, Topic, make_run, write_qrels, write_run
from lpd.workspace import Workspace, create_workspace, open_workspace

SHOTS = [f"s{number}_1" for number in range(10)]
TOPICS = (Topic("1501", "a dog"), Topic("1502", "a cat"))


def add_shots(workspace: Workspace, name: str, shots: list[str]) -> None:
    import pandas as pd

    made = make_collection(name, pd.DataFrame({"shot_id": shots}), subsets={"half": shots[:5]})
    write_collection(workspace.collection_folder(name), made)


def add_matrix(folder: Path, ids: list[str], dimension: int = 3, **made_from: str) -> None:
    rows = np.arange(len(ids) * dimension, dtype=np.float32).reshape(len(ids), dimension)
    write_matrix(folder, [rows], name=folder.name, ids=ids, dtype="float32", made_from=made_from)


def add_captions(workspace: Workspace, name: str, shots: list[str], collection: str = "c") -> None:
    captions = [Caption(f"{shot}#0", shot, f"text of {shot}") for shot in shots]
    save_captions(workspace.captions_path(name), captions)
    write_json(workspace.captions_path(name).with_suffix(".json"), {"collection": collection})


def add_encoder(folder: Path, digest: str = "e1") -> None:
    write_json(folder / "encoder.json", {"kind": "bow", "name": folder.name, "digest": digest})


def add_model(workspace: Workspace, name: str = "m", *, dimension: int = 3, bi_encoder: bool = True) -> None:
    space = {"name": "text:bow", "end": "text", "feature": "bow", "width": 4, "similarity": "cosine"}
    card = {
        "format_version": 1,
        "system": "lpd",
        "model": {"text_features": {"bow": 5}, "video_features": {"f": dimension}},
        "training": {},
        "spaces": [space],
        "fusion": {"kind": "mean", "weights": []},
        "bi_encoder": bi_encoder,
        "seed": 1,
        "best": {},
        "made_from": {},
        "lpd_version": "0",
        "weights_digest": "w1",
        "parameters": 1,
    }
    write_json(workspace.model_folder(name) / "config.json", card)
    add_encoder(workspace.model_folder(name) / "text_encoders" / "bow")


def add_index(workspace: Workspace, *, model: str = "w1", feature: str | None = None) -> None:
    folder = workspace.index_folder("m", "c")
    folder.mkdir(parents=True, exist_ok=True)
    digest = feature or str(workspace.features("c", "f").digest)
    sources = {"model": model, "collection": digest_bytes("\n".join(SHOTS).encode()), "feature f": digest}
    settings = {"spaces": ["text:bow"], "widths": [4], "shots": len(SHOTS)}
    np.save(folder / "space_00.npy", np.ones((len(SHOTS), 4), dtype=np.float32))
    (folder / "ids.txt").write_text("\n".join(SHOTS) + "\n")
    write_manifest(folder, Manifest("exact index", sources, settings))


def texts_digest(texts: list[str]) -> str:
    return digest_bytes("\n".join(texts).encode())


@pytest.fixture
def empty(tmp_path: Path) -> Workspace:
    return create_workspace(tmp_path / "w")


@pytest.fixture
def whole(empty: Workspace) -> Workspace:
    """Everything there is to examine, in order."""
    add_shots(empty, "c", SHOTS)
    add_matrix(empty.feature_folder("c", "f"), SHOTS)
    add_encoder(empty.text_encoder_folder("bow"))
    add_model(empty)
    add_index(empty)
    write_edition(empty.edition_folder("tv"), Edition("tv", "c", None, TOPICS, (), None))
    judged = Qrels([(topic.topic_id, shot, "1", 1) for topic in TOPICS for shot in SHOTS])
    write_qrels(empty.qrels_path("tv", "nist"), judged)
    lists = {topic.topic_id: (SHOTS, np.arange(10.0)) for topic in TOPICS}
    write_run(empty.run_path("tv", "r"), make_run("r", lists))
    topics = [topic.text for topic in TOPICS]
    ids = [topic.topic_id for topic in TOPICS]
    add_matrix(empty.text_feature_folder("tv", "bow"), ids, encoder="e1", texts=texts_digest(topics))
    for name, shots in (("train", SHOTS[:6]), ("valid", SHOTS[6:])):
        add_captions(empty, name, shots)
        captions = [f"text of {shot}" for shot in shots]
        folder = empty.text_feature_folder(name, "bow")
        add_matrix(folder, [f"{shot}#0" for shot in shots], encoder="e1", texts=texts_digest(captions))
    return open_workspace(empty.path)


def findings(health: Health, *, level: str | None = None) -> list[Finding]:
    found = [one for goal in health.goals for one in goal.findings]
    return [one for one in found if level in (None, one.level)]


def told(workspace: Workspace, subject: str) -> Finding:
    """Returns the first finding of a subject that is not all right."""
    found = [one for one in findings(workspace_health(workspace)) if one.subject == subject]
    return next((one for one in found if one.level != "ok"), found[0])


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


def test_a_pretrained_encoder_whose_files_are_gone_is_told(whole: Workspace, tmp_path: Path) -> None:
    model = tmp_path / "clip"
    model.mkdir()
    (model / "config.json").write_text("{}")
    place = ModelPlace(str(model), False, file_facts(model, ["config.json"]))
    document = {
        "kind": "pretrained",
        "name": "clip",
        "digest": "d",
        "place": place.to_json(),
        "content": content_digest(place.files),
    }
    write_json(whole.text_encoder_folder("clip") / "encoder.json", document)
    assert told(whole, "text encoders").sentence == "bow, clip; 1 that models carry"
    (model / "config.json").unlink()
    found = told(whole, "text encoder clip")
    assert (found.level, found.command) == ("problem", "lpd import encoder FOLDER --name clip")
    assert str(model) in found.sentence


def test_an_encoder_that_is_here_but_not_carried_is_copied(whole: Workspace) -> None:
    carried = whole.model_folder("m") / "text_encoders" / "bow"
    whole.text_encoder_folder("bow").rename(whole.path / "own")
    carried.rename(whole.text_encoder_folder("bow"))
    found = told(whole, "model m")
    assert found.level == "advice"
    assert found.command == f"cp -r {whole.text_encoder_folder('bow')} {carried}"
    assert workspace_health(whole).goals[0].possible == "m (topics only) over c"


@pytest.fixture
def brought(whole: Workspace) -> Workspace:
    """A model of which only vectors are here."""
    space = SpaceInfo("text:bow", "text", "bow", 3, "cosine")
    folder = whole.embeddings_folder("v")
    digests = {}
    for kind, name, ids in (("shots", "c", SHOTS), ("topics", "tv", [topic.topic_id for topic in TOPICS])):
        add_matrix(folder / kind / name / "space_00", ids)
        digests[kind] = str(open_matrix(folder / kind / name / "space_00").digest)
    shots = {"c": BroughtVectors(len(SHOTS), (digests["shots"],), "here")}
    topics = {"tv": BroughtVectors(2, (digests["topics"],), "here", topics_digest(TOPICS))}
    write_embeddings(Embeddings(folder, (space,), MEAN, shots, topics))
    return whole


def test_vectors_alone_say_what_free_text_needs(brought: Workspace) -> None:
    found = told(brought, "model v")
    assert (found.level, found.command) == ("advice", "lpd import checkpoint FILE --name v")
    assert told(brought, "vectors v of c").sentence == "1 space; a vector for each shot"
    assert told(brought, "vectors v of topics").sentence == "tv"
    assert told(brought, "index v@c").command == "lpd index --model v --collection c"


def test_vectors_of_other_topics_and_too_few_shots_are_problems(brought: Workspace) -> None:
    write_edition(brought.edition_folder("tv"), Edition("tv", "c", None, TOPICS[:1], (), None))
    add_shots(brought, "c", [*SHOTS, "new_1"])
    topics, shots = told(brought, "vectors v of topics of tv"), told(brought, "vectors v of c")
    assert (topics.level, topics.sentence) == ("problem", "the topics have changed since")
    assert (shots.level, shots.sentence) == (
        "problem",
        "1 of 11 shots have none in space text:bow, 'new_1'",
    )
    assert shots.command == "lpd import embeddings FOLDER --model v --collection c"


def test_an_unfinished_training_is_told(whole: Workspace) -> None:
    folder = whole.path / "jobs" / "new"
    request = {"name": "new", "system": "lpd", "captions": "train", "validation": "valid"}
    record = {
        "request": request,
        "command": ["python", "-m", "lpd", "train", "lpd", "--name=new"],
        "epochs": 2,
        "criterion": "mAP",
        "begun": 1.0,
        "started": 1.0,
        "resumed": False,
    }
    folder.mkdir(parents=True)
    (folder / "job.json").write_text(json.dumps(record))
    found = told(whole, "training new")
    assert (found.level, found.command) == ("advice", "lpd train lpd --name=new")
    assert found.sentence.endswith("it has made no model")
