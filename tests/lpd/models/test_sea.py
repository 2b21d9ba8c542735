import json

import numpy as np
import pytest
import torch

from lpd.checkpoints import load_checkpoint, save_checkpoint
from lpd.errors import FormatError
from lpd.losses import itrl
from lpd.models import build_model, count_parameters

TAB2_TEXT = {"blip": 256, "clip_b32": 512, "clip_l14": 768}
TAB2_VIDEO = {"wsl": 2048, "clip_b32": 512, "clip_l14": 768, "ircsn": 2048, "beit": 2048, "blip": 256}
D, WIDTH = 9216, 512
SMALL = {
    "system": "sea",
    "text_features": {"bow": 4, "w2v": 3},
    "video_features": {"colour": 5, "shape": 2, "motion": 3},
    "width": 6,
}
CASES = {
    "bow_w2v_gru": ("bow", "w2v", "gru"),
    "bow_w2v_bigru_bert": ("bow", "w2v", "bigru", "bert"),
    "bow_netvlad": ("bow", "netvlad"),
    "w2v_grulast_bn": ("w2v", "gru"),
}
SIZES = {"vocabulary": 22, "hidden": 4}
ENCODERS = {
    "gru": {"kind": "gru", **SIZES, "embedding": 8},
    "bigru": {"kind": "bigru", **SIZES, "embedding": 8},
    "netvlad": {"kind": "netvlad", **SIZES, "embedding": 6},
}
BATCH_NORM = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")


def features(sizes, rows):
    generator = torch.Generator().manual_seed(rows)
    return {name: torch.randn(rows, size, generator=generator) for name, size in sizes.items()}


def padded_tokens(notes):
    longest = max(len(ids) for ids in notes["token_ids"])
    return torch.tensor([ids + [0] * (longest - len(ids)) for ids in notes["token_ids"]]).float()


def word_table(notes):
    zeros = [0.0] * len(next(iter(notes["w2v"].values())))
    return torch.tensor([notes["w2v"].get(word, zeros) for word in notes["gru_vocab"]])


@pytest.fixture(params=CASES)
def oracle(request, oracles):
    case, names = request.param, CASES[request.param]
    arrays = np.load(oracles / "sea_forward.npz")
    notes = json.loads((oracles / "sea_forward.json").read_text())
    get = {
        name.split("::", 1)[1]: torch.from_numpy(np.asarray(arrays[name]))
        for name in arrays.files
        if name.startswith(f"{case}::")
    }
    text = {name: get[f"encoded_{i}_{name}"] for i, name in enumerate(names) if name not in ENCODERS}
    encoders = {name: ENCODERS[name] for name in names if name in ENCODERS}
    if case == "w2v_grulast_bn":
        encoders["gru"] = {**encoders["gru"], "pooling": "last"}
    text["tokens"] = padded_tokens(notes)
    model = build_model(
        {
            "system": "sea",
            "text_features": {name: rows.shape[1] for name, rows in text.items()},
            "video_features": {"all": 9},
            "width": 10,
            "batch_norm": case.endswith("_bn"),
            "encoders": encoders,
            "normalisation": {f"text:{name}": "none" for name in names} | {"video:all": "none"},
        }
    )
    if "netvlad" in names:
        model.text_inputs.start_from(word_table(notes))
    model.load_state_dict(model.state_dict() | official_weights(get, names, model))
    return model.eval(), text, names, get


def official_weights(get, names, model):
    """Returns our state dict of an official one; the table of NetVLAD is no part of it."""
    state, video = {}, {}
    for number, space in enumerate(model.spaces):
        source = names.index(space.feature)
        parts = {kind: f"fc1.{kind}" for kind in ("weight", "bias")}
        if model.config.batch_norm:
            parts |= {f"batch_norm.{kind}": f"bn1.{kind}" for kind in BATCH_NORM}
        for ours, theirs in parts.items():
            state[f"text_transforms.layers.{number}.{ours}"] = get[
                f"sd_txt::txt_nets.{source}.transformer.{theirs}"
            ]
            video.setdefault(ours, []).append(get[f"sd_vis::vis_nets.{source}.transformer.{theirs}"])
    for ours, rows in video.items():
        state[f"video_transform.{ours}"] = torch.cat(rows) if rows[0].ndim else rows[0]
    for number, name in enumerate(model.text_inputs.names):
        state |= encoder_weights(get, f"sd_txt::txt_nets.{names.index(name)}.encoder.", number)
    return state


def encoder_weights(get, prefix, number):
    names = {
        "we.weight": "embedding.weight",
        "netvlad.centeroids": "centroids",
        "netvlad.fc1.weight": "assignment",
    }
    found = {name.removeprefix(prefix): tensor for name, tensor in get.items() if name.startswith(prefix)}
    return {
        f"text_inputs.encoders.{number}.{names.get(name, name.replace('rnn.', 'gru.'))}": tensor
        for name, tensor in found.items()
    }


def test_official_outputs(oracle):
    model, text, names, get = oracle
    close = {"atol": 2e-6, "rtol": 0}
    with torch.no_grad():
        encoded = model.text_inputs(text)
        ends = model.embed_text(text), model.embed_video({"all": get["in_vis"]})
        similarities = model.similarities(*ends)
    for number, space in enumerate(model.spaces):
        i = names.index(space.feature)
        torch.testing.assert_close(encoded[space.feature], get[f"encoded_{i}_{space.feature}"], **close)
        torch.testing.assert_close(ends[0][number], get[f"txt_emb_{i}"], **close)
        torch.testing.assert_close(ends[1][number], get[f"vis_emb_{i}"], **close)
    assert len(model.spaces) == len(names)
    torch.testing.assert_close(model.fuse(similarities), get["out_sim_sum"], **close)
    loss = float(itrl(similarities[:, :, :5], reduction="sum").sum())
    assert loss == pytest.approx(float(get["out_loss"]), rel=1e-6)


@pytest.mark.parametrize("batch_norm", [True, False])
@pytest.mark.parametrize("shared", [True, False])
def test_the_video_transforms_against_a_plain_loop(shared, batch_norm):
    model = build_model({**SMALL, "share_video_fc": shared, "batch_norm": batch_norm, "dropout": 0.0})
    video = features(model.video_features, 7)
    rows = torch.cat(list(video.values()), dim=1)
    ends = model.embed_video(video)
    layer = model.video_transform
    for space in range(2):
        part = slice(0, 6) if shared else slice(space * 6, (space + 1) * 6)
        expected = rows @ layer.weight[part].T + layer.bias[part]
        if batch_norm:
            expected = expected - expected.mean(dim=0)
            expected = expected / (expected.square().mean(dim=0) + 1e-5).sqrt()
        torch.testing.assert_close(ends[space], torch.tanh(expected))
    assert torch.equal(ends[0], ends[1]) == shared


def test_spaces_are_text_features():
    encoders = {"gru": {"kind": "gru", "vocabulary": 5, "embedding": 4, "hidden": 3}}
    text = {"tokens": 9, **SMALL["text_features"]}
    model = build_model({**SMALL, "text_features": text, "encoders": encoders})
    assert [space.name for space in model.spaces] == ["text:bow", "text:w2v", "text:gru"]
    assert [(space.end, space.feature, space.width) for space in model.spaces] == [
        ("text", "bow", 6),
        ("text", "w2v", 6),
        ("text", "gru", 6),
    ]
    assert model.fusion.kind == "sum"
    assert model.text_features == text
    assert model.to_config()["encoders"]["gru"]["pooling"] == "mean"


@pytest.mark.parametrize("shared", [True, False])
def test_the_papers_number_of_weights(shared):
    config = {
        "system": "sea",
        "text_features": TAB2_TEXT,
        "video_features": TAB2_VIDEO,
        "share_video_fc": shared,
    }
    with torch.device("meta"):
        model = build_model(config, seed=None)
    weights = (D if shared else 1536 + 3 * 7680) * WIDTH
    assert weights / (D * WIDTH) == pytest.approx(1 if shared else 2.67, abs=0.005)
    assert model.multiply_adds() == {"transforms": weights, "cosines": 3 * 3 * WIDTH}
    assert count_parameters(model) == weights + (4 if shared else 6) * WIDTH
    assert all(tensor.is_meta for tensor in model.state_dict().values())


@pytest.mark.parametrize("shared", [True, False])
def test_a_checkpoint_holds_all(tmp_path, shared):
    encoders = {
        "gru": {"kind": "gru", "vocabulary": 5, "embedding": 4, "hidden": 3},
        "netvlad": {"kind": "netvlad", "vocabulary": 5, "embedding": 4, "clusters": 2},
    }
    config = {
        **SMALL,
        "text_features": {"tokens": 4, "bow": 4},
        "encoders": encoders,
        "share_video_fc": shared,
        "batch_norm": True,
    }
    model = build_model(config, seed=3)
    model.text_inputs.start_from(torch.randn(9, 4, generator=torch.Generator().manual_seed(0)))
    text, video = features({"bow": 4}, 3), features(model.video_features, 3)
    text["tokens"] = torch.tensor([[1.0, 5, 2, 0], [1, 8, 4, 2], [0, 0, 0, 0]])
    model.fit_normalisation(text, features(model.video_features, 8))
    model(text, video)  # moves the statistics of the batch normalisation
    save_checkpoint(tmp_path / "model", model)
    opened = load_checkpoint(tmp_path / "model").model
    assert opened.to_config() == model.to_config()
    assert torch.equal(opened(text, video), model.eval()(text, video))
    assert opened(text, video).shape == (3, 3, 3)


@pytest.mark.parametrize("name", ["share_video_fc", "batch_norm"])
def test_a_switch_is_true_or_false(name):
    with pytest.raises(FormatError, match=f"{name}; expected true or false"):
        build_model({**SMALL, name: "yes"})


def test_encoders_need_tokens():
    with pytest.raises(FormatError, match="tokens"):
        build_model({**SMALL, "encoders": {"gru": {"kind": "gru", "vocabulary": 5}}})
