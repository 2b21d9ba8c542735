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
SMALL = {
    "system": "w2vvpp",
    "text_features": {"bow": 4, "w2v": 3},
    "video_features": {"colour": 5, "shape": 2, "motion": 3},
    "width": 6,
}
GRU = {"kind": "gru", "vocabulary": 13, "embedding": 8, "hidden": 4}
OURS = [*range(4, 13), *range(4)]
"""Our columns of the text weight (w2v, bow, gru) as the official ones (gru, w2v, bow) number them."""


def features(sizes, rows):
    generator = torch.Generator().manual_seed(rows)
    return {name: torch.randn(rows, size, generator=generator) for name, size in sizes.items()}


def official_weights(get, prefix):
    """Returns our state dict of an official one."""
    encoder = f"{prefix}_txt::encoder.rnn_encoder."
    state = {
        "text_transform.weight": get[f"{prefix}_txt::transformer.fc1.weight"][:, OURS],
        "text_transform.bias": get[f"{prefix}_txt::transformer.fc1.bias"],
        "video_transform.weight": get[f"{prefix}_vis::fc1.weight"],
        "video_transform.bias": get[f"{prefix}_vis::fc1.bias"],
        "text_inputs.encoders.0.embedding.weight": get[f"{encoder}we.weight"],
    }
    for name in ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"):
        state[f"text_inputs.encoders.0.gru.{name}"] = get[f"{encoder}rnn.{name}"]
    return state


@pytest.fixture
def oracle(oracles):
    arrays = np.load(oracles / "w2vvpp_forward.npz")
    notes = json.loads((oracles / "w2vvpp_forward.json").read_text())
    get = {name: torch.from_numpy(np.asarray(arrays[name])) for name in arrays.files}
    longest = max(len(ids) for ids in notes["token_ids"])
    tokens = torch.tensor([ids + [0] * (longest - len(ids)) for ids in notes["token_ids"]])
    text = {name: torch.tensor(notes[name]) for name in ("w2v", "bow")} | {"tokens": tokens.float()}
    model = build_model(
        {
            "system": "w2vvpp",
            "text_features": {name: rows.shape[1] for name, rows in text.items()},
            "video_features": {"all": 9},
            "width": 10,
            "dropout": 0.0,
            "encoders": {"gru": GRU},
            "normalisation": {"text:w2v": "none", "text:bow": "none", "video:all": "none"},
        }
    )
    model.load_state_dict(official_weights(get, "sd"))
    return model, text, {"all": get["in_vis"]}, get


def test_official_outputs(oracle):
    model, text, video, get = oracle
    close = {"atol": 2e-6, "rtol": 0}
    with torch.no_grad():
        ends = model.eval().embed_text(text), model.embed_video(video)
        similarities = model.similarities(*ends)
        concatenated = model.text_vector(model.text_inputs(text))
    torch.testing.assert_close(concatenated, get["in_txt_concat"][:, OURS], **close)
    torch.testing.assert_close(ends[0][0], get["out_txt"], **close)
    torch.testing.assert_close(ends[1][0], get["out_vis"], **close)
    torch.testing.assert_close(model.fuse(similarities), get["out_sim"], **close)
    loss = float(itrl(similarities[:, :, :4], reduction="sum").sum())
    assert loss == pytest.approx(float(get["out_loss"]), rel=1e-6)


def test_three_official_steps(oracle):
    model, text, video, get = oracle
    pairs = {name: rows[:4] for name, rows in video.items()}
    optimiser = torch.optim.RMSprop(model.parameters(), lr=1e-4)
    losses = []
    for _ in range(3):
        loss = itrl(model(text, pairs), reduction="sum").sum()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
        optimiser.step()
        losses.append(float(loss.detach()))
    assert losses == pytest.approx(get["train_losses_3_steps"].tolist(), rel=1e-6)
    expected = official_weights(get, "after3")
    assert set(expected) == {name for name, _ in model.named_parameters()}
    for name, weight in model.named_parameters():
        torch.testing.assert_close(weight.detach(), expected[name], atol=2e-6, rtol=0)


@pytest.mark.parametrize("batch_norm", [True, False])
def test_the_ends_against_plain_arithmetic(batch_norm):
    model = build_model({**SMALL, "batch_norm": batch_norm, "dropout": 0.0})
    text, video = features(model.text_features, 7), features(model.video_features, 5)
    for end, given, layer in (
        (model.embed_text(text), text, model.text_transform),
        (model.embed_video(video), video, model.video_transform),
    ):
        expected = torch.cat(list(given.values()), dim=1) @ layer.weight.T + layer.bias
        if batch_norm:
            expected = expected - expected.mean(dim=0)
            expected = expected / (expected.square().mean(dim=0) + 1e-5).sqrt()
        torch.testing.assert_close(end, torch.tanh(expected).unsqueeze(0))


def test_the_papers_dimensions():
    with torch.device("meta"):
        model = build_model(
            {"system": "w2vvpp", "text_features": TAB2_TEXT, "video_features": TAB2_VIDEO}, seed=None
        )
    assert model.text_transform.weight.shape == (512, 1536)
    assert model.video_transform.weight.shape == (512, 7680)
    assert model.multiply_adds() == {"transforms": 9216 * 512, "cosines": 3 * 512}
    assert count_parameters(model) == 9216 * 512 + 2 * 512
    assert all(tensor.is_meta for tensor in model.state_dict().values())


def test_one_space():
    (space,) = build_model(SMALL).spaces
    assert (space.name, space.end, space.feature, space.width) == ("common", "head", None, 6)


def test_a_checkpoint_holds_all(tmp_path):
    config = {
        **SMALL,
        "text_features": {"bow": 4, "tokens": 4, "w2v": 3},
        "encoders": {"gru": {"kind": "gru", "vocabulary": 5, "embedding": 4, "hidden": 3}},
        "batch_norm": True,
    }
    model = build_model(config, seed=3)
    text, video = features({"bow": 4, "w2v": 3}, 3), features(model.video_features, 3)
    text["tokens"] = torch.tensor([[1.0, 5, 2, 0], [1, 8, 4, 2], [0, 0, 0, 0]])
    model.fit_normalisation(text, features(model.video_features, 8))
    model(text, video)  # moves the statistics of the batch normalisation
    save_checkpoint(tmp_path / "model", model)
    opened = load_checkpoint(tmp_path / "model").model
    assert opened.to_config() == model.to_config()
    assert torch.equal(opened(text, video), model.eval()(text, video))


def test_bad_settings():
    with pytest.raises(FormatError, match="batch_norm; expected true or false"):
        build_model({**SMALL, "batch_norm": 1})
    with pytest.raises(FormatError, match="tokens"):
        build_model({**SMALL, "encoders": {"gru": GRU}})
