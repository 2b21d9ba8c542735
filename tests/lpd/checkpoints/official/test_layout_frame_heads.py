"""TeachCLIP and CLIP4Clip: bare weights give the official numbers; X-CLIP and TS2-Net are refused."""

import numpy as np
import pytest
import torch

from lpd.checkpoints.official import ImportChoices, find_layout
from lpd.checkpoints.official.restricted import read_official
from lpd.errors import FormatError, MismatchError
from tests.lpd.checkpoints.official.official_files import CLOSE, imported, save, state
from tests.lpd.models.frame_cases import packed

SETTINGS = {"frames": 5}
INSIDE = {"clip.visual.conv1.weight": (2, 3), "clip.text_projection": (7, 64)}


@pytest.fixture(scope="module")
def arrays(oracles):
    return np.load(oracles / "frame_heads.npz")


def bare(arrays, case="clip4clip_seq", *, without=()):
    """Returns the weights that an official training of a head saves, with pieces of its CLIP."""
    made = state(arrays, f"{case}::sd::")
    for name, shape in INSIDE.items():
        made[name] = torch.zeros(shape, dtype=torch.float16)
    for name in list(made):
        if name.startswith(tuple(without)):
            del made[name]
    return made


def inputs(arrays):
    get = {name: torch.from_numpy(np.asarray(arrays[name])) for name in ("frames", "frame_mask", "sentence")}
    return {"clip": get["sentence"]}, {"frames:clip@5": packed(get["frames"], get["frame_mask"])}


HEADS = {
    "teachclip": ("teachclip", (), None),
    "clip4clip_seq": ("clip4clip", ("frameLinear",), None),
    "clip4clip_mean": ("clip4clip", ("frameLinear", "transformerClip"), None),
    "a TeachCLIP read as CLIP4Clip": ("clip4clip", (), "clip4clip"),
}


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("prefix", ["", "module."])
def test_official_numbers(head, prefix, arrays, tmp_path):
    system, without, name = HEADS[head]
    weights = {f"{prefix}{key}": one for key, one in bare(arrays, without=without).items()}
    path = save(tmp_path / "pytorch_model.bin.4", weights)
    found = imported(path, ImportChoices(settings=SETTINGS), name=name)
    text, video = inputs(arrays)
    with torch.no_grad():
        similarities = found.model(text, video)
    expected = "clip4clip_seq" if name else head
    logits = torch.from_numpy(arrays[f"{expected}::logits"])
    torch.testing.assert_close(similarities[0], logits / 100, **CLOSE)
    assert found.model.system == system
    assert set(INSIDE) <= set(found.dropped)
    assert any("this very CLIP" in note for note in found.notes)
    if system == "teachclip":
        assert (found.model.config.layers, found.model.config.heads) == (1, 1)
        with torch.no_grad():
            weights = found.model.frame_weights(video).exp()
        torch.testing.assert_close(weights, torch.from_numpy(arrays["teachclip::frame_weights"]), **CLOSE)


def test_what_the_file_does_not_hold(arrays, tmp_path):
    path = save(tmp_path / "pytorch_model.bin.0", bare(arrays))
    found = imported(path, ImportChoices(features={"clip": "own"}))
    assert found.model.text_features == {"own": 64}
    assert found.model.video_features == {"frames:own": 12 * 65}
    assert any("frames per shot: taken as 12" in note for note in found.notes)
    chosen = ImportChoices(settings={"mask_frames": True, "frames": 77, "heads": 4})
    found = imported(path, chosen)
    assert (found.model.config.mask_frames, found.model.config.heads) == (True, 4)
    assert list(found.model.video_features) == ["frames:clip@77"]
    with pytest.raises(MismatchError, match="at most 77"):
        imported(path, ImportChoices(settings={"frames": 78}))
    for wrong in (0, "12", True):
        with pytest.raises(FormatError, match="frames"):
            imported(path, ImportChoices(settings={"frames": wrong}))
    mean = save(tmp_path / "mean", {"clip.logit_scale": torch.tensor(4.6)})
    with pytest.raises(FormatError, match="width=512"):
        imported(mean)
    assert imported(mean, ImportChoices(settings={"width": 8})).model.text_features == {"clip": 8}


def test_heads_that_frames_cannot_feed(arrays, tmp_path):
    path = save(tmp_path / "xclip", bare(arrays, "xclip"))
    assert find_layout(read_official(path)) == "xclip"
    with pytest.raises(FormatError, match="hidden states of CLIP's words"):
        imported(path)
    selector = {"visual_token_selector.score_predictor.weight": torch.zeros(2)}
    path = save(tmp_path / "ts2net", {**bare(arrays, without=("frameLinear",)), **selector})
    assert find_layout(read_official(path)) == "ts2net"
    with pytest.raises(FormatError, match="inside of CLIP's image encoder"):
        imported(path)
    for name, words in (("lstm_visual.weight_ih_l0", "seqLSTM"), ("similarity_dense.weight", "tightTransf")):
        weights = {**bare(arrays, without=("frameLinear", "transformerClip")), name: torch.zeros(2)}
        with pytest.raises(FormatError, match=words):
            imported(save(tmp_path / "other", weights))


def test_tensors_left_over(arrays, tmp_path):
    weights = bare(arrays) | {"frametransformer.resblocks.0.ln_1.weight": torch.zeros(64)}
    with pytest.raises(MismatchError, match="frametransformer"):
        imported(save(tmp_path / "pytorch_model.bin.1", weights), ImportChoices(settings=SETTINGS))
