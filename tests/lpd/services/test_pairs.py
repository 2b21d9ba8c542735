"""Caption sets and collections put together for a training."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from lpd.captions import save_captions
from lpd.errors import LpdError, MismatchError, NotFoundError
from lpd.features import write_matrix
from lpd.services.encoding import encode_texts
from lpd.services.pairs import input_names, paired_data, split_names
from lpd.text import load_text_encoder
from lpd.workspace import Workspace, open_workspace


@pytest.fixture
def copy(demo_workspace: Path, tmp_path: Path) -> Workspace:
    shutil.copytree(demo_workspace, tmp_path / "w", ignore=shutil.ignore_patterns("media", "indexes"))
    return open_workspace(tmp_path / "w")


def test_pairs_follow_the_captions(copy: Workspace) -> None:
    pairs = paired_data(copy, ["train"], input_names(copy, ["train"], text=["bow"], video=["colour"]))
    captions = copy.captions("train")
    shots = list(dict.fromkeys(caption.shot_id for caption in captions))
    assert [shots[row] for row in pairs.caption_shot] == [caption.shot_id for caption in captions]
    np.testing.assert_array_equal(pairs.video["colour"], copy.features("captioned", "colour").rows(shots))
    texts: dict[int, set[str]] = {}
    for group, caption in zip(pairs.caption_group, captions, strict=True):
        texts.setdefault(int(group), set()).add(caption.text)
    assert all(len(group) == 1 for group in texts.values())
    assert len(texts) == len({caption.text for caption in captions})
    encoder = load_text_encoder(copy.text_encoder_folder("bow"))
    np.testing.assert_array_equal(pairs.text["bow"][:5], encoder.encode([c.text for c in captions[:5]]))


def add_set(workspace: Workspace, name: str, collection: str, texts: list[str]) -> None:
    """A caption set about the first shots of a collection."""
    from lpd.captions import Caption

    shots = workspace.collection(collection).shot_ids
    path = workspace.captions_path(name)
    save_captions(path, [Caption(f"{shots[i]}#0", shots[i], text) for i, text in enumerate(texts)])
    path.with_suffix(".json").write_text(json.dumps({"collection": collection, "source": "test"}))
    encode_texts(workspace, name, ["bow"])


def test_sets_of_several_collections_make_one_training(copy: Workspace) -> None:
    shared = copy.captions("train")[0].text
    add_set(copy, "more", "inland", ["a dog runs", shared])
    inputs = input_names(copy, ["train", "more"], text=["bow"], video=["colour", "motion+shape"])
    pairs = paired_data(copy, ["train", "more"], inputs)
    captions = [*copy.captions("train"), *copy.captions("more")]
    described = len({caption.shot_id for caption in copy.captions("train")})
    assert pairs.shots == described + 2
    assert pairs.caption_shot[-2:].tolist() == [described, described + 1]
    assert pairs.caption_group[-1] == pairs.caption_group[0]  # the same text, wherever it comes from
    inland = copy.collection("inland").shot_ids[:2]
    np.testing.assert_array_equal(
        pairs.video["motion+shape"][described:],
        np.hstack([copy.features("inland", name).rows(inland) for name in ("motion", "shape")]),
    )
    assert len(pairs.text["bow"]) == len(captions)


def test_two_sets_about_the_same_shots_share_them(copy: Workspace) -> None:
    add_set(copy, "again", "captioned", ["a dog runs"])
    first = copy.collection("captioned").shot_ids[0]
    alone = paired_data(copy, ["train"], input_names(copy, ["train"], text=["bow"], video=["colour"]))
    both = paired_data(copy, ["train", "again"], input_names(copy, ["train", "again"], text=["bow"]))
    known = first in {caption.shot_id for caption in copy.captions("train")}
    assert both.shots == alone.shots + (not known)


def test_what_is_missing_is_named_with_what_is_there(copy: Workspace) -> None:
    with pytest.raises(NotFoundError, match=r"bert of train, bert of valid.*train has bow"):
        input_names(copy, ["train", "valid"], text=["bow", "bert"])
    with pytest.raises(NotFoundError, match="no such video feature"):
        input_names(copy, ["train"], video=["clip"])
    assert "tokens" not in input_names(copy, ["train"]).text
    assert list(input_names(copy, ["train"], text=["bow"], special=["tokens"]).text) == ["bow", "tokens"]


def test_dimensions_that_differ_are_named(copy: Workspace) -> None:
    add_set(copy, "more", "inland", ["a dog runs"])
    ids = copy.collection("inland").shot_ids
    rows = np.zeros((len(ids), 3), dtype=np.float32)
    write_matrix(copy.feature_folder("inland", "colour"), [rows], name="colour", ids=ids)
    with pytest.raises(MismatchError, match=r"video feature colour differs.*3 in inland"):
        input_names(copy, ["train", "more"], text=["bow"], video=["colour"])


@pytest.mark.parametrize("names", ["", "a,", "a,a"])
def test_caption_sets_are_named_once(names: str) -> None:
    with pytest.raises(LpdError, match="caption sets"):
        split_names(names)
    assert split_names("a, b") == ("a", "b")
