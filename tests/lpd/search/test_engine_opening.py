"""What an engine needs: encoders, and a model, a collection and an index that fit together."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lpd.errors import LpdError
from lpd.search import open_engine
from lpd.services.indexing import index_collection
from lpd.services.status import workspace_status
from lpd.workspace import Workspace, open_workspace


@pytest.fixture
def copy(demo_workspace: Path, tmp_path: Path) -> Workspace:
    shutil.copytree(demo_workspace, tmp_path / "w", ignore=shutil.ignore_patterns("media", "previews"))
    return open_workspace(tmp_path / "w")


def test_a_missing_encoder_leaves_the_topics_searchable(copy: Workspace) -> None:
    whole = open_engine(copy, model="lpd", collection="inland")
    topic = copy.edition("avs-inland").topics[0].text
    expected = whole.search(topic).lists["fused"].rows.tolist()
    shutil.rmtree(copy.model_folder("lpd") / "text_encoders" / "w2v")
    engine = open_engine(copy, model="lpd", collection="inland")
    assert engine.encoder.missing_encoders == ["w2v"]
    assert engine.search(topic).lists["fused"].rows.tolist() == expected
    with pytest.raises(LpdError, match="encoder of text feature 'w2v' is not here"):
        engine.search("a dog nobody asked for")


def edit_json(path: Path, change: Callable[[dict], object]) -> None:
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document))


def other_weights(w: Workspace) -> None:
    for name in ("model.safetensors", "config.json"):
        shutil.copyfile(w.model_folder("lpd-no-dcl") / name, w.model_folder("lpd") / name)


def other_index(w: Workspace) -> None:
    shutil.rmtree(w.index_folder("lpd", "inland"))
    shutil.copytree(w.index_folder("laff", "inland"), w.index_folder("lpd", "inland"))


def collection_changed(w: Workspace) -> None:
    from lpd.collection import write_collection

    collection = w.collection("inland")
    table = collection.shots.iloc[1:].reset_index(drop=True)
    write_collection(w.collection_folder("inland"), type(collection)("inland", table, {}))


def truncated_weights(w: Workspace) -> None:
    path = w.model_folder("lpd") / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])


def no_index(w: Workspace) -> None:
    shutil.rmtree(w.index_folder("lpd", "inland"))


def half_index(w: Workspace) -> None:
    (w.index_folder("lpd", "inland") / "manifest.json").unlink()


def truncated_index(w: Workspace) -> None:
    path = w.index_folder("lpd", "inland") / "space_04.npy"
    path.write_bytes(path.read_bytes()[:-100])


def other_encoder(w: Workspace) -> None:
    folder = w.model_folder("lpd") / "text_encoders"
    shutil.rmtree(folder / "w2v")
    shutil.copytree(folder / "bow", folder / "w2v")


def damaged_encoder(w: Workspace) -> None:
    (w.model_folder("lpd") / "text_encoders" / "bow" / "encoder.json").write_text("{")


def damaged_config(w: Workspace) -> None:
    edit_json(w.model_folder("lpd") / "config.json", lambda document: document.pop("spaces"))


BAD_WORKSPACES = {
    "model trained again": (other_weights, "another model.*lpd index"),
    "index of another model": (other_index, "another model.*lpd index"),
    "collection with other shots": (collection_changed, "another collection.*lpd index"),
    "truncated checkpoint": (truncated_weights, "model.safetensors"),
    "no index": (no_index, "no index.*lpd index --model lpd --collection inland"),
    "half-written index": (half_index, "half-written"),
    "truncated index": (truncated_index, "space_04.npy"),
    "encoder of another width": (other_encoder, "encoder of another model|w2v"),
    "damaged encoder": (damaged_encoder, "encoder.json"),
    "damaged config": (damaged_config, "spaces"),
}


@pytest.mark.parametrize("name", BAD_WORKSPACES)
def test_what_does_not_fit_is_refused_with_a_sentence(name: str, copy: Workspace) -> None:
    damage, sentence = BAD_WORKSPACES[name]
    damage(copy)
    with pytest.raises(LpdError, match=sentence) as caught:
        open_engine(copy, model="lpd", collection="inland")
    assert "\n" not in str(caught.value)
    assert workspace_status(copy), "the status still lists what is there"


def test_status_names_stale_and_missing_indexes(copy: Workspace) -> None:
    other_weights(copy)
    shutil.rmtree(copy.index_folder("laff", "coast"))
    states = {(row.kind, row.name): row for row in workspace_status(copy)}
    assert states["index", "lpd@inland"].state == "stale"
    assert states["index", "laff@coast"].state == "missing"
    assert "lpd index --model laff --collection coast" in states["index", "laff@coast"].sentence


def test_features_of_another_width_are_not_indexed(copy: Workspace) -> None:
    from lpd.features import write_matrix

    ids = copy.collection("inland").shot_ids
    before = sorted(copy.index_folder("lpd", "inland").iterdir())
    rows = np.zeros((len(ids), 3), np.float32)
    write_matrix(copy.feature_folder("inland", "colour"), [rows], name="colour", ids=ids)
    with pytest.raises(LpdError, match="546 dimensions; found 3"):
        index_collection(copy, "lpd", "inland", device="cpu")
    assert sorted(copy.index_folder("lpd", "inland").iterdir()) == before
