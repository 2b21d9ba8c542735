"""What dual encoding, DualTask, the zero-shot pair and ridge regression share with every system."""

import pytest
import torch

from lpd.checkpoints import load_checkpoint, save_checkpoint
from lpd.errors import MismatchError
from lpd.models import build_model
from tests.lpd.models import test_dual_encoding_full as full

FIXED = {"text_features": {"bow": 4, "w2v": 3}, "video_features": {"colour": 5, "shape": 2}, "width": 6}
SYSTEMS = {
    "dual-encoding": {"system": "dual-encoding", **FIXED},
    "dual-encoding-full": full.SMALL,
    "dual-task": {"system": "dual-task", **FIXED, "text_features": {"bow": 4, "concepts": 9}},
    "ridge": {"system": "ridge", "text_features": {"bow": 4}, "video_features": FIXED["video_features"]},
    "zero-shot": {"system": "zero-shot", "text_features": {"clip": 5}, "video_features": {"clip": 5}},
    "zero-shot-frames": {
        "system": "zero-shot",
        "text_features": {"clip": 5},
        "video_features": {"frames:clip": 6 * 6},
        "frames": 6,
        "normalise_frames": True,
    },
}


def inputs(name, rows=5):
    """Returns texts and as many shots that fit a system."""
    words, frames = full.small_inputs(rows)
    generator = torch.Generator().manual_seed(1)
    config = SYSTEMS[name]
    ends = []
    for end in ("text_features", "video_features"):
        given = {
            feature: torch.rand(rows, size, generator=generator) for feature, size in config[end].items()
        }
        ends.append(given | {key: value for key, value in (words | frames).items() if key in given})
    text, video = ends
    if "bow" in text:
        text["bow"] = torch.rand(rows, config["text_features"]["bow"], generator=generator)
    return text, video


def tensors(end):
    return list(end) if isinstance(end, tuple) else list(end.unbind(0))


@pytest.fixture(params=SYSTEMS)
def name(request):
    return request.param


def test_the_contract(name):
    model = build_model(SYSTEMS[name], seed=2).eval()
    text, video = inputs(name)
    model.fit_normalisation(text, video)
    text = {feature: rows[:3] for feature, rows in text.items()}
    with torch.no_grad():
        if name == "ridge":  # nothing is predicted before it is fitted
            model.weight.normal_(generator=torch.Generator().manual_seed(0))
        ends = model.embed_text(text, unit=True), model.embed_video(video, unit=True)
        similarities, plain = model.similarities(*ends), model(text, video)
    assert similarities.shape == (len(model.spaces), 3, 5)
    for space, one, other in zip(model.spaces, *map(tensors, ends), strict=True):
        assert one.shape == (3, space.width)
        assert other.shape == (5, space.width)
        if space.similarity == "cosine":
            torch.testing.assert_close(one.norm(dim=1), torch.ones(3))
            torch.testing.assert_close(other.norm(dim=1), torch.ones(5))
    ranked = model.ranked_spaces
    torch.testing.assert_close(similarities[ranked], plain[ranked], atol=1e-6, rtol=0)
    assert model.fuse(similarities).shape == (3, 5)
    assert model.bi_encoder
    assert model.text_attention(text) == model.video_attention(video) == {}
    assert build_model(model.to_config()).to_config() == model.to_config()
    assert sum(model.multiply_adds().values()) > 0


def test_only_the_seed_decides_the_weights(name):
    torch.manual_seed(1)
    before = torch.random.get_rng_state()
    first = build_model(SYSTEMS[name], seed=5).state_dict()
    assert torch.equal(before, torch.random.get_rng_state())
    torch.manual_seed(2)
    second = build_model(SYSTEMS[name], seed=5).state_dict()
    assert all(torch.equal(first[key], second[key]) for key in first)
    other = build_model(SYSTEMS[name], seed=6).state_dict()
    drawn = [key for key in first if not torch.equal(first[key], other[key])]
    assert bool(drawn) == name.startswith("dual")


def test_a_checkpoint_gives_the_same_ends(name, tmp_path):
    model = build_model(SYSTEMS[name], seed=4)
    text, video = inputs(name)
    model.fit_normalisation(text, video)
    save_checkpoint(tmp_path / "model", model)
    loaded = load_checkpoint(tmp_path / "model")
    assert loaded.card["parameters"] == sum(weight.numel() for weight in model.parameters())
    model.eval()
    with torch.no_grad():
        for end, features in (("embed_text", text), ("embed_video", video)):
            pairs = zip(
                tensors(getattr(model, end)(features)),
                tensors(getattr(loaded.model, end)(features)),
                strict=True,
            )
            assert all(torch.equal(one, other) for one, other in pairs)
    assert {key: weight.requires_grad for key, weight in model.named_parameters()} == {
        key: weight.requires_grad for key, weight in loaded.model.named_parameters()
    }


def test_a_half_precision_checkpoint_opens(name, tmp_path):
    model = build_model(SYSTEMS[name], seed=4)
    save_checkpoint(tmp_path / "model", model, weights="float16")
    text, video = inputs(name)
    with torch.no_grad():
        similarities = load_checkpoint(tmp_path / "model").model(text, video)
        torch.testing.assert_close(similarities, model.eval()(text, video), atol=5e-3, rtol=0)


def test_missing_features_are_named(name):
    model = build_model(SYSTEMS[name])
    text, video = inputs(name)
    wrong = {feature: rows[:, :-1] for feature, rows in video.items()}
    with pytest.raises(MismatchError, match=next(iter(video))):
        model.embed_video({})
    with pytest.raises(MismatchError, match="do not fit"):
        model.embed_video(wrong)
    with pytest.raises(MismatchError, match="missing"):
        model.embed_text({})
    with pytest.raises(MismatchError, match="missing"):
        model.fit_normalisation(text, {})
