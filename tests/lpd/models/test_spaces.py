import math

import pytest
import torch

from lpd.errors import FormatError, LpdError, MismatchError, NotFoundError
from lpd.models import (
    build_model,
    cosine_similarities,
    default_normalisation,
    fuse_mean,
    unit_length,
)
from lpd.models.transform import TransformNet

SMALL = {"text_features": {"bow": 4, "w2v": 3}, "video_features": {"colour": 5, "shape": 2}, "width": 6}


def features(sizes, rows, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return {name: torch.randn(rows, size, generator=generator) for name, size in sizes.items()}


def test_cosines_by_hand():
    text = torch.tensor([[3.0, 4.0], [0.0, 0.0]])
    video = torch.tensor([[4.0, 3.0], [0.0, 2.0]])
    torch.testing.assert_close(cosine_similarities(text, video), torch.tensor([[24 / 25, 4 / 5], [0.0, 0.0]]))


@pytest.mark.parametrize("rows", [1, 2, 7])
@pytest.mark.parametrize("spaces", [1, 3])
def test_cosines_equal_the_plain_ones_and_have_finite_gradients(spaces, rows):
    generator = torch.Generator().manual_seed(rows)
    text = torch.randn(spaces, rows, 5, generator=generator, dtype=torch.float64)
    video = torch.randn(spaces, 4, 5, generator=generator, dtype=torch.float64)
    text[0, 0] = 0
    text.requires_grad_()
    video.requires_grad_()
    similarities = cosine_similarities(text, video)
    for s in range(spaces):
        for i in range(rows):
            for j in range(4):
                a, b = text[s, i].tolist(), video[s, j].tolist()
                lengths = math.hypot(*a) * math.hypot(*b)
                plain = sum(x * y for x, y in zip(a, b, strict=True)) / lengths if lengths else 0.0
                assert float(similarities[s, i, j].detach()) == pytest.approx(plain, abs=1e-14)
    gradient, other = torch.autograd.grad(similarities.sum(), (text, video))
    assert torch.isfinite(gradient).all()
    assert torch.isfinite(other).all()
    assert gradient[0, 0].abs().max() == 0


def test_unit_length_of_zero_and_of_half_precision():
    vectors = torch.tensor([[0.0, 0.0], [0.0, 2.0]], dtype=torch.float16)
    unit = unit_length(vectors)
    assert unit.dtype == torch.float32
    assert unit.tolist() == [[0.0, 0.0], [0.0, 1.0]]


def test_weighted_fusion():
    similarities = torch.tensor([[[1.0]], [[0.0]], [[0.5]]])
    assert float(fuse_mean(similarities)) == pytest.approx(0.5)
    assert float(fuse_mean(similarities, weights=torch.tensor([3.0, 1.0, 0.0]))) == pytest.approx(0.75)
    for weights in ([1.0, 1.0], [0.0, 0.0, 0.0], [-1.0, 1.0, 1.0], [math.nan, 1.0, 1.0]):
        with pytest.raises(MismatchError):
            fuse_mean(similarities, weights=torch.tensor(weights))


def test_the_fused_end_is_the_weighted_sum_of_its_components():
    model = build_model({"system": "lpd", **SMALL}).eval()
    video = features(model.video_features, 4)
    components, ends = model.video_components(video), model.embed_video(video)
    for space, weights in model.video_attention(video).items():
        number = [one.name for one in model.spaces].index(space)
        torch.testing.assert_close(ends[number], torch.einsum("nk,knd->nd", weights, components))


def test_dropout_keeps_the_mean_and_only_works_in_training():
    layer = TransformNet(3, 4000, dropout=0.2)
    layer.reset(torch.Generator().manual_seed(0))
    rows = torch.ones(8, 3)
    torch.manual_seed(0)
    dropped = layer(rows)
    assert float((dropped == 0).double().mean()) == pytest.approx(0.2, abs=0.02)
    plain = layer.eval()(rows)
    kept = dropped != 0
    torch.testing.assert_close(dropped[kept], plain[kept] / 0.8)


def test_normalisation_is_fitted_on_rows_and_part_of_the_state():
    kinds = {"text:bow": "none", "text:w2v": "zscore", "video:colour": "l2", "video:shape": "zscore"}
    model = build_model({"system": "lpd", **SMALL, "normalisation": kinds}).eval()
    text, video = features(model.text_features, 50), features(model.video_features, 60, seed=1)
    text["w2v"] = text["w2v"] * 7 + 3
    video["shape"][:, 1] = 0.1  # constant
    model.fit_normalisation(text, video)
    bow, w2v = model.text_transforms.inputs
    colour, shape = model.video_transforms.inputs
    assert torch.equal(bow(text["bow"]), text["bow"])
    scaled = w2v(text["w2v"])
    torch.testing.assert_close(scaled.mean(dim=0), torch.zeros(3), atol=1e-5, rtol=0)
    torch.testing.assert_close(scaled.std(dim=0, correction=0), torch.ones(3))
    torch.testing.assert_close(colour(video["colour"]).norm(dim=1), torch.ones(60))
    assert shape(video["shape"])[:, 1].abs().max() < 1e-6
    assert {"text_transforms.inputs.1.mean", "video_transforms.inputs.1.std"} <= set(model.state_dict())


def test_default_normalisation_leaves_word_counts_alone():
    assert default_normalisation(["bow", "gru"], ["bow"]) == {
        "text:bow": "none",
        "text:gru": "zscore",
        "video:bow": "zscore",
    }


BAD_CONFIGS = {
    "no system": ({}, NotFoundError, "lpd"),
    "unknown system": ({"system": "lpd2", **SMALL}, NotFoundError, "laff, lpd"),
    "unknown and missing keys": (
        {"system": "lpd", "text_features": {"a": 1}, "depth": 3},
        FormatError,
        "depth",
    ),
    "no features": ({"system": "lpd", **SMALL, "text_features": {}}, FormatError, "text features"),
    "dimension 0": ({"system": "lpd", **SMALL, "text_features": {"a": 0}}, FormatError, "'a': 0"),
    "dimension true": ({"system": "lpd", **SMALL, "text_features": {"a": True}}, FormatError, "'a': True"),
    "huge width": ({"system": "lpd", **SMALL, "width": 1 << 40}, FormatError, "width"),
    "dropout 1": ({"system": "lpd", **SMALL, "dropout": 1}, FormatError, "dropout"),
    "unknown fusion": ({"system": "lpd", **SMALL, "fusion": "mean"}, FormatError, "per_space, shared"),
    "heads 0": ({"system": "laff", **SMALL, "heads": 0}, FormatError, "heads"),
    "mul 1": ({"system": "laff", **SMALL, "mul": 1}, FormatError, "true or false"),
    "normalisation of nothing": (
        {"system": "lpd", **SMALL, "normalisation": {"text:x": "l2"}},
        FormatError,
        "text:x",
    ),
    "unknown normalisation": (
        {"system": "lpd", **SMALL, "normalisation": {"text:bow": "minmax"}},
        FormatError,
        "minmax",
    ),
}


@pytest.mark.parametrize("case", BAD_CONFIGS)
def test_a_bad_config_is_one_sentence(case):
    config, kind, words = BAD_CONFIGS[case]
    with pytest.raises(LpdError, match=words) as caught:
        build_model(config)
    assert type(caught.value) is kind


def test_bad_features_are_named():
    model = build_model({"system": "lpd", **SMALL})
    with pytest.raises(MismatchError, match="w2v"):
        model.embed_text({"bow": torch.zeros(2, 4)})
    with pytest.raises(MismatchError, match="do not fit"):
        model.embed_text({"bow": torch.zeros(2, 4), "w2v": torch.zeros(2, 4)})
    with pytest.raises(MismatchError, match="do not fit"):
        model.embed_video({"colour": torch.zeros(2, 5), "shape": torch.zeros(3, 2)})
