"""Which captions a model learnt from: chains of models, sets and models that are gone, the words in them."""

import json
from pathlib import Path

import pytest

from lpd.captions import Caption, save_captions
from lpd.errors import LpdError, NotFoundError
from lpd.services.learnt_words import (
    PRE_TRAINING,
    TRAINING,
    caption_word_counts,
    learnt_captions,
    stage_word_counts,
)
from lpd.text import count_words
from lpd.workspace import Workspace, create_workspace, open_workspace

CARD = {
    "system": "lpd",
    "model": {"text_features": {"bow": 3}, "video_features": {"colour": 4}},
    "spaces": [{"name": "text:bow", "end": "text", "feature": "bow", "width": 2, "similarity": "cosine"}],
    "seed": 0,
    "weights_digest": "0" * 16,
    "fusion": {"kind": "mean", "weights": []},
    "bi_encoder": True,
    "best": {"epoch": 1},
    "made_from": {},
    "lpd_version": "0.1.0",
    "parameters": 1,
    "format_version": 1,
}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return create_workspace(tmp_path / "space")


def add_model(workspace: Workspace, name: str, training: dict[str, object]) -> None:
    folder = workspace.model_folder(name)
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps({**CARD, "training": training}))


def add_captions(workspace: Workspace, name: str, *texts: str) -> None:
    path = workspace.captions_path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    save_captions(path, [Caption(f"s{n}#0", f"s{n}", text) for n, text in enumerate(texts)])


def test_a_model_and_what_it_began_with(workspace: Workspace) -> None:
    add_captions(workspace, "msrvtt", "a boat")
    add_captions(workspace, "tgif", "a cat and a boat")
    add_captions(workspace, "gcc", "a sailboat", "sailboats")
    add_model(workspace, "first", {"captions": ["gcc"], "init_from": None})
    add_model(workspace, "second", {"captions": ["msrvtt", "tgif"], "init_from": "first"})
    learnt = learnt_captions(workspace, "second")
    assert learnt.stages == {TRAINING: ("msrvtt", "tgif"), PRE_TRAINING: ("gcc",)}
    assert (learnt.gone, learnt.unknown) == ((), ())
    counts = {name: caption_word_counts(workspace, name) for name in workspace.caption_sets()}
    stages = stage_word_counts(learnt, counts)
    assert stages[TRAINING] == count_words(["a boat", "a cat and a boat"])
    assert stages[TRAINING].of("boat") == (2, 2)
    assert stages[PRE_TRAINING].of("sailboat") == (1, 1)
    assert learnt_captions(workspace, "first").stages == {TRAINING: ("gcc",)}


def test_a_longer_chain_and_one_that_bites_its_tail(workspace: Workspace) -> None:
    add_model(workspace, "one", {"captions": ["a"], "init_from": "three"})
    add_model(workspace, "two", {"captions": ["b", "a"], "init_from": "one"})
    add_model(workspace, "three", {"captions": ["c"], "init_from": "two"})
    found = learnt_captions(workspace, "three")
    assert found.stages == {TRAINING: ("c",), PRE_TRAINING: ("b", "a")}


def test_what_is_gone_is_named(workspace: Workspace) -> None:
    add_captions(workspace, "here", "a boat")
    add_model(workspace, "second", {"captions": ["here", "away"], "init_from": "lost"})
    learnt = learnt_captions(workspace, "second")
    assert learnt.stages == {TRAINING: ("here", "away")}
    assert (learnt.gone, learnt.unknown) == (("away",), ("lost",))
    counts = {"here": caption_word_counts(workspace, "here")}
    assert stage_word_counts(learnt, counts)[TRAINING].captions == 1
    assert stage_word_counts(learnt, {}) == {}


def test_an_earlier_model_that_names_no_captions_is_unknown(workspace: Workspace) -> None:
    add_model(workspace, "imported", {})
    add_model(workspace, "second", {"captions": ["here"], "init_from": "imported"})
    assert learnt_captions(workspace, "second").unknown == ("imported",)


def test_a_model_that_names_no_captions_is_said(workspace: Workspace) -> None:
    add_model(workspace, "imported", {})
    with pytest.raises(LpdError, match=r"imported: it is not known which captions.*Next: train it again"):
        learnt_captions(workspace, "imported")
    with pytest.raises(NotFoundError, match="no such model"):
        learnt_captions(workspace, "absent")
    with pytest.raises(NotFoundError, match="no such caption set"):
        caption_word_counts(workspace, "absent")


def test_a_model_of_the_demo(demo_workspace: Path) -> None:
    workspace = open_workspace(demo_workspace)
    learnt = learnt_captions(workspace, "lpd")
    assert learnt.stages == {TRAINING: ("train",)}
    counts = caption_word_counts(workspace, "train")
    captions = workspace.captions("train")
    assert counts.captions == len(captions)
    assert counts.of("dog").captions == sum("dog" in caption.text.lower().split() for caption in captions) > 0
