import numpy as np
import pytest
import torch

from lpd.models import build_model, count_parameters

CLOSE = {"atol": 2e-6, "rtol": 0}
NORMS = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")


@pytest.fixture(scope="module")
def official(oracles):
    arrays = np.load(oracles / "de_forward.npz")
    return {
        name.removeprefix("mapping::"): torch.from_numpy(np.asarray(arrays[name]))
        for name in arrays.files
        if name.startswith("mapping::")
    }


def mapping_state(get, prefix, target):
    """Returns our state of an official mapping layer."""
    state = {f"{target}.{kind}": get[f"{prefix}fc1.{kind}"] for kind in ("weight", "bias")}
    return state | {f"{target}.batch_norm.{kind}": get[f"{prefix}bn_1.{kind}"] for kind in NORMS}


def test_the_official_mapping_of_concatenated_features(official):
    sizes = {"first": 4, "second": 5}
    model = build_model(
        {
            "system": "dual-encoding",
            "text_features": sizes,
            "video_features": sizes,
            "width": 10,
            "normalisation": {f"{end}:{name}": "none" for end in ("text", "video") for name in sizes},
        }
    ).eval()
    model.load_state_dict(
        mapping_state(official, "sd::", "text_mapping.transform")
        | mapping_state(official, "sd::", "video_mapping.transform")
    )
    rows = dict(zip(sizes, official["in"].split(list(sizes.values()), dim=1), strict=True))
    with torch.no_grad():
        text, video = model.embed_text(rows, unit=True), model.embed_video(rows, unit=True)
        torch.testing.assert_close(text, official["out"][None], **CLOSE)
        torch.testing.assert_close(video, official["out"][None], **CLOSE)
        similarities = model(rows, rows)
    torch.testing.assert_close(similarities[0], official["out"] @ official["out"].T, **CLOSE)


def test_a_batch_is_normalised_before_dropout_and_has_no_activation():
    model = build_model(
        {
            "system": "dual-encoding",
            "text_features": {"a": 3},
            "video_features": {"b": 2},
            "width": 500,
            "dropout": 0.4,
            "normalisation": {"text:a": "none"},
        }
    ).train()
    rows = {"a": 50 * torch.randn(64, 3, generator=torch.Generator().manual_seed(0))}
    torch.manual_seed(0)
    end = model.embed_text(rows)[0]
    layer = model.text_mapping.transform
    plain = rows["a"] @ layer.weight.T
    plain = (plain - plain.mean(dim=0)) / (plain.var(dim=0, correction=0) + 1e-5).sqrt()
    kept = end != 0
    assert float((~kept).double().mean()) == pytest.approx(0.4, abs=0.02)
    torch.testing.assert_close(end[kept], plain[kept] / 0.6, atol=1e-3, rtol=1e-3)
    assert float(end.detach().abs().max()) > 2


def test_counts_by_hand():
    model = build_model(
        {
            "system": "dual-encoding",
            "text_features": {"a": 3, "b": 2},
            "video_features": {"c": 4},
            "width": 7,
        }
    )
    assert model.multiply_adds() == {"transforms": (3 + 2 + 4) * 7, "cosines": 3 * 7}
    # weights, biases, and scale and shift of the batch norm
    assert count_parameters(model) == (3 + 2 + 4) * 7 + 2 * 7 + 2 * 2 * 7
