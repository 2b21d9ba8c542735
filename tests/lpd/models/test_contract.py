"""What search, training and tables ask of every system, on one small model of each."""

import json

import pytest
import torch

from lpd.losses import itrl
from lpd.models import MODELS, build_model

TEXT, VIDEO = {"bow": 4, "w2v": 3}, {"colour": 5, "shape": 2, "motion": 3}
FRAMES = {"text_features": {"clip": 8}, "video_features": {"frames:clip@3": 3 * 9}, "frames": 3, "width": 8}
WORDS = {"text_features": {"clip": 8, "tokens": 5}, "vocabulary": 11}
GRU = {"gru": {"kind": "gru", "vocabulary": 7, "embedding": 4, "hidden": 3}}
NETVLAD = {"netvlad": {"kind": "netvlad", "vocabulary": 7, "embedding": 4, "clusters": 2}}
BOTH_KINDS = {"text_features": {**TEXT, "tokens": 5}, "encoders": GRU | NETVLAD}

FEATURES = {"text_features": TEXT, "video_features": VIDEO, "width": 6}
"""Two text and three video features: what most systems take."""

OWN_INPUTS = {
    "clip4clip": FRAMES,
    "dual-encoding-full": {
        "text_features": {"bow": 4, "tokens": 5},
        "video_features": {"frames:clip@3": 3 * 9},
        "vocabulary": 11,
        "frames": 3,
        "width": 6,
        **{name: 4 for name in ("embedding", "text_hidden", "video_hidden", "filters")},
    },
    "dual-task": {**FEATURES, "text_features": {"w2v": 3, "concepts": 7}},
    "dual-task-full": {
        "text_features": {"bow": 4, "tokens": 5, "concepts": 7},
        "video_features": {"frames:clip@3": 3 * 9},
        "vocabulary": 11,
        "frames": 3,
        "width": 6,
        **{name: 4 for name in ("embedding", "text_hidden", "video_hidden", "filters")},
    },
    "ridge": {"text_features": {"bow": 4}, "video_features": VIDEO},
    "teachclip": {**FRAMES, "layers": 1, "heads": 2},
    "ts2net": FRAMES,
    "xclip": {**FRAMES, **WORDS, "layers": 1, "heads": 2},
    "zero-shot": {"text_features": {"clip": 8}, "video_features": {"clip": 8}},
}
"""Systems that take something else."""

CONFIGS = {system: {"system": system, **OWN_INPUTS.get(system, FEATURES)} for system in MODELS} | {
    f"{system} with encoders": {"system": system, **FEATURES, **BOTH_KINDS}
    for system in ("laff", "lpd", "sea", "w2vvpp")
}
NOTHING_DRAWN = ("clip4clip", "ridge", "ts2net", "zero-shot")
SCALE = {"logit_scale"}
"""The weight that only the logits of InfoNCE see."""
BI_ENCODERS = [name for name, config in CONFIGS.items() if MODELS[config["system"]][1].bi_encoder]


def small(name, *, seed=0):
    model = build_model(CONFIGS[name], seed=seed)
    if "encoders" in name:
        model.text_inputs.encoders[1].start_from(torch.randn(11, 4, generator=generator(1)))
    return model


def generator(seed):
    return torch.Generator().manual_seed(seed)


def rows(sizes, count, *, seed):
    """Returns features of some texts or shots; frames are all there, words counted, tokens known."""
    draw, made = generator(seed), {}
    for name, size in sizes.items():
        made[name] = torch.randn(count, size, generator=draw)
        if name in ("bow", "concepts"):
            made[name] = (made[name] > 0).float()
            made[name][:, 0] = 1
        elif name == "tokens":
            made[name] = torch.randint(4, 11, (count, size), generator=draw).float()
        elif name.startswith("frames:"):
            made[name].view(count, 3, -1)[..., -1] = 1
    return made


def both_sides(model, *, texts=3, shots=4):
    return rows(model.text_features, texts, seed=1), rows(model.video_features, shots, seed=2)


def as_list(ends):
    return list(ends)  # a tensor falls apart along its spaces


@pytest.mark.parametrize("name", CONFIGS)
def test_similarities_of_every_space_and_one_fused_score(name):
    model = small(name).eval()
    text, video = both_sides(model)
    similarities = model(text, video)
    assert similarities.shape == (len(model.spaces), 3, 4)
    assert torch.isfinite(similarities).all()
    assert model.fuse(similarities).shape == (3, 4)
    names = [space.name for space in model.spaces]
    assert len(set(names)) == len(names)
    assert not [one for one in names if any(letter.isspace() for letter in one)]
    assert {space.end for space in model.spaces} <= {"text", "video", "head"}
    assert model.system == CONFIGS[name]["system"]


@pytest.mark.parametrize("name", BI_ENCODERS)
def test_texts_and_shots_are_embedded_apart(name):
    model = small(name).eval()
    if model.system == "ridge":
        with torch.no_grad():
            model.weight.normal_(generator=generator(0))
    text, video = both_sides(model)
    similarities = model(text, video)
    ends = model.embed_text(text), model.embed_video(video)
    torch.testing.assert_close(model.similarities(*ends), similarities, atol=1e-6, rtol=0)
    units = model.embed_text(text, unit=True), model.embed_video(video, unit=True)
    for end, count in zip(units, (3, 4), strict=True):
        assert len(end) == len(model.spaces)
        for space, vectors in zip(model.spaces, as_list(end), strict=True):
            assert vectors.shape == (count, space.width)
            if space.similarity == "cosine":
                torch.testing.assert_close(vectors.norm(dim=-1), torch.ones(count))
    ranked = model.ranked_spaces
    assert ranked
    again = model.similarities(*units)
    torch.testing.assert_close(again[ranked], similarities[ranked], atol=1e-6, rtol=0)


@pytest.mark.parametrize("name", BI_ENCODERS)
def test_one_row_is_embedded_as_among_others(name):
    model = small(name).eval()
    for given, embed in zip(both_sides(model), (model.embed_text, model.embed_video), strict=True):
        alone = embed({feature: values[1:2] for feature, values in given.items()}, unit=True)
        for one, among in zip(as_list(alone), as_list(embed(given, unit=True)), strict=True):
            torch.testing.assert_close(one[0], among[1], atol=1e-6, rtol=0)


@pytest.mark.parametrize("name", CONFIGS)
def test_attention_weights_sum_to_one(name):
    model = small(name).eval()
    text, video = both_sides(model)
    spaces = {space.name for space in model.spaces}
    for weights, count in ((model.text_attention(text), 3), (model.video_attention(video), 4)):
        assert set(weights) <= spaces
        for shares in weights.values():
            torch.testing.assert_close(shares.sum(dim=1), torch.ones(count))


@pytest.mark.parametrize("name", CONFIGS)
def test_the_config_makes_the_same_model_again(name):
    model = small(name)
    config = json.loads(json.dumps(model.to_config()))
    with torch.device("meta"):
        again = build_model(config, seed=None)
    assert again.to_config() == model.to_config()
    assert again.spaces == model.spaces
    shapes = {key: tensor.shape for key, tensor in model.state_dict().items()}
    assert {key: tensor.shape for key, tensor in again.state_dict().items()} == shapes
    again.load_state_dict(model.state_dict(), assign=True)
    text, video = both_sides(model)
    assert torch.equal(again.eval()(text, video), model.eval()(text, video))


@pytest.mark.parametrize("name", CONFIGS)
def test_the_seed_alone_decides_the_weights(name):
    torch.manual_seed(1)
    before = torch.random.get_rng_state()
    first, second, other = (build_model(CONFIGS[name], seed=seed).state_dict() for seed in (5, 5, 6))
    assert torch.equal(before, torch.random.get_rng_state())
    assert all(torch.equal(first[key], second[key]) for key in first)
    differ = [key for key in first if not torch.equal(first[key], other[key])]
    assert bool(differ) == (name not in NOTHING_DRAWN)


@pytest.mark.parametrize("name", CONFIGS)
def test_gradients_are_finite_and_reach_every_weight(name):
    torch.manual_seed(0)
    model = small(name)
    text, video = both_sides(model, texts=5, shots=5)
    text = {feature: values.clone() for feature, values in text.items()}
    for values in text.values():
        values[0] = 0  # a text of unknown words
    learning = {key: weight for key, weight in model.named_parameters() if weight.requires_grad}
    if set(learning) <= SCALE:
        assert name in NOTHING_DRAWN
        return
    similarities = model(text, video)
    loss = itrl(similarities[model.ranked_spaces]).sum() + similarities.square().mean()
    gradients = torch.autograd.grad(loss, list(learning.values()), allow_unused=True)
    unused = [key for key, gradient in zip(learning, gradients, strict=True) if gradient is None]
    assert set(unused) <= SCALE
    assert all(torch.isfinite(gradient).all() for gradient in gradients if gradient is not None)


@pytest.mark.parametrize("name", CONFIGS)
def test_costs_are_whole_numbers_by_part(name):
    parts = small(name).multiply_adds()
    assert sum(parts.values()) > 0
    assert all(isinstance(count, int) and count >= 0 for count in parts.values())


@pytest.mark.parametrize("name", CONFIGS)
def test_normalisation_is_fitted_on_training_rows(name):
    model = small(name)
    text, video = both_sides(model, texts=9, shots=9)
    model.fit_normalisation(text, video)
    assert all(torch.isfinite(tensor).all() for tensor in model.state_dict().values())
    assert torch.isfinite(model.eval()(text, video)).all()
