import json

import numpy as np
import pytest
import torch

from lpd.errors import FormatError, NotFoundError
from lpd.losses import itrl
from lpd.models import Laff, build_model, laff_preset

CASES = ("published", "no_split", "with_average", "batchnorm_mul")
NORMS = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")


@pytest.fixture(params=CASES)
def oracle(request, oracles):
    case = request.param
    arrays = np.load(oracles / "laff_forward.npz")
    notes = json.loads((oracles / "laff_forward.json").read_text())[case]
    get = {
        name.split("::", 1)[1]: torch.from_numpy(np.asarray(arrays[name]))
        for name in arrays.files
        if name.startswith(f"{case}::")
    }
    text = {name: get[f"in_txt__{name}"] for name in notes["text_order"]}
    video = {name: get[f"in_vis__{name}"] for name in notes["vis_order"]}
    model = build_model(
        {
            "system": "laff",
            "text_features": {name: rows.shape[1] for name, rows in text.items()},
            "video_features": {name: rows.shape[1] for name, rows in video.items()},
            "width": notes["d"],
            "normalisation": {f"text:{name}": "none" for name in text}
            | {f"video:{name}": "none" for name in video},
            **{name: notes[name] for name in ("heads", "split_head", "with_ave", "mul", "batch_norm")},
        }
    )
    model.load_state_dict(official_weights(get, notes))
    return case, model.eval(), text, video, get


def official_weights(get, notes):
    """Returns our state dict of an official one."""
    state = {}
    ends = (
        ("text", notes["text_order"], "txt_net.transform_layer.{}_transform", "txt_net"),
        ("video", notes["vis_order"], "vis_net.VisMutiTransformNet.{}", "vis_net"),
    )
    for end, order, transform, net in ends:
        for i, name in enumerate(order):
            source, target = "sd__" + transform.format(name), f"{end}_transforms.layers.{i}"
            state |= {f"{target}.{kind}": get[f"{source}.fc1.{kind}"] for kind in ("weight", "bias")}
            if notes["batch_norm"]:
                state |= {f"{target}.batch_norm.{kind}": get[f"{source}.bn1.{kind}"] for kind in NORMS}
        heads = [f"sd__{net}.attention_layer.attention_layer.{h}" for h in range(notes["heads"])]
        for kind in ("weight", "bias"):
            state[f"{end}_heads.{kind}"] = torch.cat(
                [get[f"{head}.embedding_common.0.{kind}"] for head in heads]
            )
        if notes["with_ave"]:
            state[f"{end}_heads.average_weight"] = get[f"{heads[0]}.global_emb_weight_net.weight"].reshape(())
    return state


def test_official_outputs(oracle):
    case, model, text, video, get = oracle
    with torch.no_grad():
        ends = model.embed_text(text), model.embed_video(video)
        similarities = model.similarities(*ends)
        attention = [
            torch.stack(list(weights.values()), dim=1)
            for weights in (model.text_attention(text), model.video_attention(video))
        ]
    close = {"atol": 2e-6, "rtol": 0}
    torch.testing.assert_close(ends[0].transpose(0, 1), get["out_txt"], **close)
    torch.testing.assert_close(ends[1].transpose(0, 1), get["out_vis"], **close)
    torch.testing.assert_close(similarities, get["out_sim_per_head"], **close)
    torch.testing.assert_close(model.fuse(similarities), get["out_sim"], **close)
    loss = itrl(similarities[:, :, :5], reduction="sum").sum()
    assert float(loss) == pytest.approx(float(get["out_loss"]), abs=2e-6)
    # with the average on, the official code reports softmax + 1 / k
    extra = 1 / 3 if case == "with_average" else 0
    torch.testing.assert_close(attention[0] + extra, get["attn_txt"], **close)
    torch.testing.assert_close(attention[1] + extra, get["attn_vis"], **close)


def test_the_average_fades_over_five_epochs():
    features = {"a": 3}
    model = build_model(
        {"system": "laff", "text_features": features, "video_features": features, "with_ave": True}
    )
    seen = []
    for epoch in range(6):
        model.start_epoch(epoch)
        seen.append(round(float(model.text_heads.average_weight), 6))
    assert seen == [0.8, 0.6, 0.4, 0.2, 0.0, 0.0]
    assert not any("average" in name for name, _ in model.named_parameters())


def test_presets():
    text, video = {"a": 3, "b": 4}, {"c": 5}
    compared = laff_preset("laff", text, video)
    assert (compared.heads, compared.width, compared.split_head) == (3, 512, False)
    original = laff_preset("laff-original", text, video)
    assert (original.heads, original.width, original.split_head) == (8, 4096, True)
    assert [space.width for space in Laff(original).spaces] == [512] * 8
    with pytest.raises(NotFoundError, match="laff-original"):
        laff_preset("laff-ml", text, video)


def test_a_width_that_cannot_be_split_is_refused():
    with pytest.raises(FormatError, match="512 cannot be split over 9"):
        build_model(
            {"system": "laff", "text_features": {"a": 3}, "video_features": {"b": 3}, "split_head": True}
        )


def test_multiply_adds_of_nine_whole_heads():
    model = build_model({"system": "laff", "text_features": {"a": 3}, "video_features": {"b": 4}, "heads": 2})
    assert model.multiply_adds() == {
        "transforms": 7 * 512,
        "attention": 2 * 2 * 512,
        "fusion": 2 * 2 * 512,
        "cosines": 3 * 2 * 512,
    }


BYPASSED = {
    "system": "laff",
    "text_features": {"bow": 3, "clip": 4},
    "video_features": {"a": 5, "clip": 4},
    "width": 8,
    "heads": 2,
    "split_head": True,
    "normalisation": {"text:bow": "none", "text:clip": "none", "video:a": "none", "video:clip": "none"},
    "bypassed": ["text:clip", "video:clip"],
    "normed": ["text:bow"],
}


def test_a_bypassed_input_is_repeated_for_every_head():
    model = build_model(BYPASSED)
    draw = torch.Generator().manual_seed(0)
    text = {name: torch.randn(6, size, generator=draw) for name, size in model.text_features.items()}
    video = {name: torch.randn(6, size, generator=draw) for name, size in model.video_features.items()}
    seen = model.text_components(text)[1]  # the batch is normalised in training
    expected = (text["clip"] - text["clip"].mean(0)) / (text["clip"].var(0, unbiased=False) + 1e-5).sqrt()
    torch.testing.assert_close(seen, torch.cat([expected, expected], dim=1), atol=1e-5, rtol=0)
    model(text, video).sum().backward()
    assert all(bool(weight.grad.isfinite().all()) for weight in model.parameters())
    names = {name for name, _ in model.named_parameters()}
    assert {
        "text_transforms.layers.1.batch_norm.weight",
        "text_transforms.layers.0.batch_norm.weight",
    } <= names
    assert "video_transforms.layers.0.batch_norm.weight" not in names
    assert "video_transforms.layers.1.weight" not in names
    assert model.multiply_adds()["transforms"] == (3 + 5) * 8
    again = build_model(model.to_config())
    assert again.state_dict().keys() == model.state_dict().keys()


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"heads": 4}, "4 times their dimension"),
        ({"bypassed": ["clip"]}, "bypassed inputs"),
        ({"normed": "text:bow"}, "normed inputs"),
    ],
)
def test_inputs_that_cannot_be_bypassed(change, match):
    with pytest.raises(FormatError, match=match):
        build_model({**BYPASSED, **change})
