"""T x V: the official numbers, and what the text part holds beside."""

import json

import numpy as np
import pytest
import torch

from lpd.checkpoints.official import ImportChoices
from lpd.errors import FormatError, MismatchError
from tests.lpd.checkpoints.official.official_files import CLOSE, imported, save, state, trained

INSIDE = ("embed_bert.bert_model.pooler.dense.weight", "CLIP_model.ln_final.weight", "rnn.weight_ih_l0")
NAMES = ("resnet152_imagenet11k,flatten0_output,os", "wsl", "clip")


@pytest.fixture(scope="module")
def arrays(oracles):
    return np.load(oracles / "txv_forward.npz")


@pytest.fixture(scope="module")
def notes(oracles):
    return json.loads((oracles / "txv_forward.json").read_text())


def txv_file(arrays, notes, **options):
    video, text = state(arrays, "sd_vis::"), state(arrays, "sd_txt::")
    for name in INSIDE:
        text[name] = torch.zeros(2, 3)
    given = {"selected_text_feas": list(notes["dims_t"]), "visual_feature": "@".join(NAMES), "dropout": 0.2}
    given |= {"activation": "tanh", "do_visual_feas_norm": 1}
    return trained([video, text], **given | options)


def test_official_numbers(arrays, notes, tmp_path):
    found = imported(save(tmp_path / "model_best.pth.tar", txv_file(arrays, notes)))
    model, get = found.model, {name: torch.from_numpy(np.asarray(arrays[name])) for name in arrays.files}
    text = {name: get[f"in_txt_{name}"] for name in notes["dims_t"]}
    video = {name: get[f"in_vis_{j}"] for j, name in enumerate(NAMES)}
    with torch.no_grad():
        similarities = model(text, video)
    torch.testing.assert_close(similarities, get["out_sim_per_space"].flatten(0, 1), **CLOSE)
    torch.testing.assert_close(model.fuse(similarities), get["out_sim_sum"], **CLOSE)
    assert model.config.batch_norm
    assert model.config.two_layer
    assert set(found.dropped) == {f"[1] {name}" for name in INSIDE}
    assert any("length" in note for note in found.notes)
    assert any("no encoder of the text features clip, bow" in note for note in found.notes)


def test_names_and_the_bag_of_words_of_the_person(arrays, notes, tmp_path):
    content = txv_file(arrays, notes, selected_text_feas=None, visual_feature=None, do_visual_feas_norm=0)
    path = save(tmp_path / "model_best.pth.tar", content)
    found = imported(path)
    assert list(found.model.text_features) == ["text_0", "text_1"]
    assert list(found.model.video_features) == ["video_0", "video_1", "video_2"]
    assert not any("length" in note for note in found.notes)
    (tmp_path / "bow.txt").write_text("a\nb\nc\nd\ne\nf\ng\n")
    choices = ImportChoices(
        settings={"text_features": "clip@bow", "video_features": "a@b@c"},
        features={"bow": "counts", "c": "own"},
        vocabularies={"bow": tmp_path / "bow.txt"},
    )
    found = imported(path, choices)
    assert found.model.text_features == {"clip": 5, "counts": 7}
    assert list(found.model.video_features) == ["a", "b", "own"]
    assert [(one.name, one.dimension) for one in found.text_encoders] == [("counts", 7)]


def test_what_cannot_be_is_one_sentence(arrays, notes, tmp_path):
    path = tmp_path / "model_best.pth.tar"
    save(path, txv_file(arrays, notes, activation="relu"))
    with pytest.raises(FormatError, match="relu"):
        imported(path)
    save(path, txv_file(arrays, notes, selected_text_feas="clip@clip"))
    with pytest.raises(FormatError, match="2 different names"):
        imported(path)
    content = txv_file(arrays, notes)
    content["model"][0]["visfea_2.0.fc1.weight"] = torch.zeros(6, 9)
    with pytest.raises(MismatchError, match="second layer of video feature 2"):
        imported(save(path, content))
    content = txv_file(arrays, notes)
    content["model"][0]["FC_4.fc1.weight"] = torch.zeros(6, 9)
    with pytest.raises(MismatchError, match="FC_4"):
        imported(save(path, content))
