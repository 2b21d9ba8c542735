import json
import math

import numpy as np
import pytest
import torch

from lpd.checkpoints import load_checkpoint, save_checkpoint
from lpd.errors import FormatError
from lpd.losses import itrl
from lpd.models import build_model, count_parameters, dual_softmax

TAB2_TEXT = {"blip": 256, "clip_b32": 512, "clip_l14": 768}
TAB2_VIDEO = {"wsl": 2048, "clip_b32": 512, "clip_l14": 768, "ircsn": 2048, "beit": 2048, "blip": 256}
D, WIDTH = 9216, 512
PARTS = {"weight": "fc1.weight", "bias": "fc1.bias"} | {
    f"batch_norm.{kind}": f"bn1.{kind}" for kind in ("weight", "bias", "running_mean", "running_var")
}
SMALL = {
    "system": "txv",
    "text_features": {"bow": 4, "w2v": 3},
    "video_features": {"colour": 5, "shape": 2, "motion": 3},
    "width": 6,
}


def features(sizes, rows):
    generator = torch.Generator().manual_seed(rows)
    return {name: torch.randn(rows, size, generator=generator) for name, size in sizes.items()}


@pytest.fixture
def oracle(oracles):
    arrays = np.load(oracles / "txv_forward.npz")
    notes = json.loads((oracles / "txv_forward.json").read_text())
    get = {name: torch.from_numpy(np.asarray(arrays[name])) for name in arrays.files}
    text = {name: get[f"in_txt_{name}"] for name in notes["dims_t"]}
    video = {f"v{j}": get[f"in_vis_{j}"] for j in range(len(notes["dims_v"]))}
    sizes = {f"v{j}": size for j, size in enumerate(notes["dims_v"])}
    model = build_model(
        {
            "system": "txv",
            "text_features": notes["dims_t"],
            "video_features": sizes,
            "width": notes["d"],
            "batch_norm": True,
            "normalisation": {f"text:{name}": "none" for name in text}
            | {f"video:{name}": "none" for name in video},
        }
    )
    model.load_state_dict(official_weights(get, len(text), len(video)))
    return model.eval(), text, video, get


def official_weights(get, texts, videos):
    """Returns our state dict of an official one: what the spaces of a feature have, put side by side."""
    state = {}
    for i in range(texts):
        state |= joined(get, f"text_transforms.layers.{i}", [f"txt::Linears.{i}.{j}" for j in range(videos)])
    for j in range(videos):
        state |= joined(get, f"video_transforms.layers.{j}", [f"vis::FC_{j + 1}"])
        pairs = [f"vis::visfea_{j + 1}.{i}" for i in range(texts)]
        state |= joined(get, f"pair_transforms.{j}", pairs)
    return state


def joined(get, target, sources):
    tracked = {f"{target}.batch_norm.num_batches_tracked": torch.tensor(0)}
    return tracked | {
        f"{target}.{ours}": torch.cat([get[f"sd_{source}.{theirs}"] for source in sources])
        for ours, theirs in PARTS.items()
    }


def test_official_outputs(oracle):
    model, text, video, get = oracle
    with torch.no_grad():
        similarities = model(text, video)
    close = {"atol": 2e-6, "rtol": 0}
    torch.testing.assert_close(similarities, get["out_sim_per_space"].flatten(0, 1), **close)
    torch.testing.assert_close(model.fuse(similarities), get["out_sim_sum"], **close)
    pairs = similarities[:, :, :4]
    for direction in ("t2v", "v2t", "both"):
        loss = float(itrl(pairs, direction=direction, reduction="sum").sum())
        assert loss == pytest.approx(float(get[f"loss_{direction}"]), rel=1e-6)


@pytest.mark.parametrize("two_layer", [True, False])
@pytest.mark.parametrize("batch_norm", [True, False])
def test_every_pair_has_its_own_transforms(two_layer, batch_norm):
    """The wide layers against a plain loop over pairs."""
    model = build_model({**SMALL, "two_layer": two_layer, "batch_norm": batch_norm, "dropout": 0.0})
    text, video = features(model.text_features, 7), features(model.video_features, 5)
    ends = model.embed_text(text), model.embed_video(video)
    expected = plain_ends(model, text, video)
    assert [space.name for space in model.spaces] == list(expected)
    for number, (text_end, video_end) in enumerate(expected.values()):
        torch.testing.assert_close(ends[0][number], text_end)
        torch.testing.assert_close(ends[1][number], video_end)


def plain_ends(model, text, video):
    """Returns space -> its two ends in training mode, one small transform after the other."""
    width, ends = model.config.width, {}
    for i, (text_name, text_rows) in enumerate(text.items()):
        for j, (video_name, video_rows) in enumerate(video.items()):
            own_text = plain_transform(model.text_transforms.layers[i], text_rows, number=j, width=width)
            layers = model.video_transforms.layers[j]
            if model.config.two_layer:
                shared = plain_transform(layers, video_rows, number=0, width=width)
                own = plain_transform(model.pair_transforms[j], shared, number=i, width=width)
            else:
                own = plain_transform(layers, video_rows, number=i, width=width)
            ends[f"text:{text_name}+video:{video_name}"] = own_text, own
    return ends


def plain_transform(layer, rows, *, number, width):
    part = slice(number * width, (number + 1) * width)
    embedded = rows @ layer.weight[part].T + layer.bias[part]
    if isinstance(layer.batch_norm, torch.nn.BatchNorm1d):
        variance = embedded.var(dim=0, correction=0)
        embedded = (embedded - embedded.mean(dim=0)) / (variance + 1e-5).sqrt()
    return torch.tanh(embedded)


def test_each_transform_is_drawn_by_itself():
    model = build_model({**SMALL, "width": 64})
    for layer, copies in (
        (model.text_transforms.layers[0], 3),
        (model.video_transforms.layers[0], 1),
        (model.pair_transforms[0], 2),
    ):
        bound = math.sqrt(6 / (layer.weight.shape[0] / copies + layer.weight.shape[1]))
        assert 0.95 * bound < float(layer.weight.detach().abs().max()) <= bound
        assert not layer.bias.any()


def test_spaces_are_pairs():
    model = build_model(SMALL)
    assert [space.name for space in model.spaces] == [
        "text:bow+video:colour",
        "text:bow+video:shape",
        "text:bow+video:motion",
        "text:w2v+video:colour",
        "text:w2v+video:shape",
        "text:w2v+video:motion",
    ]
    assert {(space.end, space.feature, space.width) for space in model.spaces} == {("head", None, 6)}
    assert model.fusion.kind == "sum"
    assert model.text_attention(features(model.text_features, 2)) == {}


@pytest.mark.parametrize("two_layer", [True, False])
def test_the_papers_number_of_weights(two_layer):
    with torch.device("meta"):
        model = build_model(
            {
                "system": "txv",
                "text_features": TAB2_TEXT,
                "video_features": TAB2_VIDEO,
                "two_layer": two_layer,
            },
            seed=None,
        )
    weights = (6 * 1536 + 7680 + 18 * WIDTH if two_layer else 6 * 1536 + 3 * 7680) * WIDTH
    biases = (18 + 6 + 18 if two_layer else 18 + 18) * WIDTH
    assert weights / (D * WIDTH) == pytest.approx(2.83 if two_layer else 3.5, abs=0.005)
    assert model.multiply_adds() == {"transforms": weights, "cosines": 3 * 18 * WIDTH}
    assert count_parameters(model) == weights + biases
    assert all(tensor.is_meta for tensor in model.state_dict().values())


@pytest.mark.parametrize("two_layer", [True, False])
def test_a_checkpoint_holds_all(tmp_path, two_layer):
    model = build_model({**SMALL, "two_layer": two_layer, "batch_norm": True}, seed=3)
    model.fit_normalisation(features(model.text_features, 9), features(model.video_features, 8))
    text, video = features(model.text_features, 4), features(model.video_features, 3)
    model(text, video)  # moves the statistics of the batch normalisation
    save_checkpoint(tmp_path / "model", model)
    opened = load_checkpoint(tmp_path / "model").model
    assert opened.to_config() == model.to_config()
    assert torch.equal(opened(text, video), model.eval()(text, video))


@pytest.mark.parametrize("name", ["two_layer", "batch_norm"])
def test_a_switch_is_true_or_false(name):
    with pytest.raises(FormatError, match=f"{name}; expected true or false"):
        build_model({**SMALL, name: 1})


def test_dual_softmax_against_plain_loops():
    rows = torch.randn(3, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64).tolist()
    found = dual_softmax(torch.tensor(rows, dtype=torch.float64))
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            over_shots = math.exp(value) / sum(math.exp(other) for other in row)
            over_texts = math.exp(value) / sum(math.exp(other[j]) for other in rows)
            assert float(found[i, j]) == pytest.approx(over_shots * over_texts, abs=1e-15)


def test_dual_softmax_lets_a_shot_that_fits_every_text_fall_behind():
    similarities = torch.tensor([[0.9, 0.8], [0.9, 0.1]])
    assert similarities[0].argmax() == 0
    assert dual_softmax(similarities)[0].argmax() == 1
