"""W2VV++: a file as Python 2 wrote it, and the official numbers."""

import json

import numpy as np
import pytest
import torch

from lpd.checkpoints.official import ImportChoices
from lpd.errors import MismatchError
from lpd.text import tokenize
from tests.lpd.checkpoints.official.official_files import (
    CLOSE,
    imported,
    save,
    state,
    text_vectors,
    trained,
)

COUNTED = ("man", "woman", "dog", "car", "red", "stage")


@pytest.fixture(scope="module")
def arrays(oracles):
    return np.load(oracles / "w2vvpp_forward.npz")


@pytest.fixture(scope="module")
def notes(oracles):
    return json.loads((oracles / "w2vvpp_forward.json").read_text())


def known_words(notes):
    """Returns the words of the token ids, as far as the captions tell; invented ones for the others."""
    found = {number: f"word{number}" for number in range(4, 17)}
    for caption, ids in zip(notes["captions"], notes["token_ids"], strict=True):
        found |= dict(zip(ids[1:-1], tokenize(caption), strict=True))
    del found[3]
    return [found[number] for number in range(4, 17)]


def w2vvpp_file(arrays, notes, **settings):
    config = text_vectors(bow=COUNTED, tokens=known_words(notes), w2v=3, nsw=True)
    config |= {
        "pooling": "mean",
        "vis_fc_layers": [9, 10],
        "txt_fc_layers": [13, 10],
        "we": torch.zeros(17, 8),
    }
    parts = [state(arrays, "sd_vis::"), state(arrays, "sd_txt::")]
    kept = {name: value for name, value in (config | settings).items() if value is not None}
    return trained(parts, config=kept, rootpath="/x", val_set="setA")


@pytest.mark.parametrize("python2", [True, False])
def test_official_numbers(python2, arrays, notes, tmp_path):
    path = save(tmp_path / "model_best.pth.tar", w2vvpp_file(arrays, notes), python2=python2)
    if python2:
        assert b"U\x04epoch" not in path.read_bytes()
        assert b"U\x05epoch" in path.read_bytes(), "not the byte strings of Python 2"
    found = imported(path, ImportChoices(features={"video": "resnext"}))
    encoders = {one.name: one for one in found.text_encoders}
    assert encoders["bow"].vocabulary.words == COUNTED
    assert not encoders["bow"].stop_words
    text = {name: torch.tensor(notes[name]) for name in ("w2v", "bow")}
    text["tokens"] = torch.from_numpy(encoders["tokens"].encode(notes["captions"]))
    expected = [ids + [0] * (64 - len(ids)) for ids in notes["token_ids"]]
    assert text["tokens"].tolist() == expected
    get = {name: torch.from_numpy(np.asarray(arrays[name])) for name in arrays.files}
    with torch.no_grad():
        ends = found.model.embed_text(text)[0], found.model.embed_video({"resnext": get["in_vis"]})[0]
        scores = found.model.fuse(found.model(text, {"resnext": get["in_vis"]}))
    torch.testing.assert_close(ends[0], get["out_txt"], **CLOSE)
    torch.testing.assert_close(ends[1], get["out_vis"], **CLOSE)
    torch.testing.assert_close(scores, get["out_sim"], **CLOSE)
    assert found.dropped == {}


def test_inputs_are_told_apart_by_what_the_file_says(arrays, notes, tmp_path):
    path = tmp_path / "model_best.pth.tar"
    save(path, w2vvpp_file(arrays, notes, t2v_w2v=None))
    assert imported(path).model.text_features == {"w2v": 3, "bow": 6, "tokens": 64}
    save(path, w2vvpp_file(arrays, notes, t2v_w2v=None, t2v_bow=None))
    found = imported(path, ImportChoices(settings={"w2v_dimension": 4}))
    assert found.model.text_features == {"w2v": 4, "bow": 5, "tokens": 64}
    with pytest.raises(MismatchError, match=r"500 of word vectors.*w2v_dimension"):
        imported(path)
    save(path, w2vvpp_file(arrays, notes, pooling=None))
    assert any("pooling" in note for note in imported(path).notes)
    with pytest.raises(MismatchError, match="8 states"):
        imported(path, ImportChoices(settings={"pooling": "mean_last"}))
