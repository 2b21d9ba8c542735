"""Health of encoders outside of the workspace, of vectors without a checkpoint, and of unfinished work."""

import json
from pathlib import Path

import pytest

from lpd.cards import MEAN, SpaceInfo
from lpd.editions import Edition, write_edition
from lpd.embeddings import BroughtVectors, Embeddings, topics_digest, write_embeddings
from lpd.features import open_matrix
from lpd.pretrained import ModelPlace, content_digest, file_facts
from lpd.services.health.workspace import workspace_health
from lpd.storage import write_json
from lpd.workspace import Workspace
from tests.lpd.services.health.whole_workspace import (
    SHOTS,
    TOPICS,
    add_matrix,
    add_shots,
    told,
)


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
