import json

import numpy as np
import pytest
import torch

from lpd.losses import dcl, end_features, feature_entropy, itrl, select_spaces
from lpd.models import build_model, count_parameters

TAB2_TEXT = {"blip": 256, "clip_b32": 512, "clip_l14": 768}
TAB2_VIDEO = {"wsl": 2048, "clip_b32": 512, "clip_l14": 768, "ircsn": 2048, "beit": 2048, "blip": 256}


def oracle_model(arrays, case, notes, *, fusion="per_space"):
    """Returns the float64 model with the oracle's weights, and its inputs."""
    text = {f"t{i}": torch.from_numpy(arrays[f"{case}::in_text_{i}"]) for i in range(notes["k1"])}
    video = {f"v{j}": torch.from_numpy(arrays[f"{case}::in_video_{j}"]) for j in range(notes["k2"])}
    model = build_model(
        {
            "system": "lpd",
            "text_features": {name: rows.shape[1] for name, rows in text.items()},
            "video_features": {name: rows.shape[1] for name, rows in video.items()},
            "width": notes["d"],
            "fusion": fusion,
        }
    ).double()
    state = model.state_dict()
    for end, count in (("text", notes["k1"]), ("video", notes["k2"])):
        for i in range(count):
            state[f"{end}_transforms.layers.{i}.weight"] = torch.from_numpy(arrays[f"{case}::{end}_{i}_W"])
            state[f"{end}_transforms.layers.{i}.bias"] = torch.from_numpy(arrays[f"{case}::{end}_{i}_b"])
    attention = [torch.from_numpy(arrays[f"{case}::att_{s}_w"]) for s in range(notes["k1"] + notes["k2"])]
    bias = torch.tensor([float(arrays[f"{case}::att_{s}_b"]) for s in range(len(attention))])
    for name, part in (("video", slice(None, notes["k1"])), ("text", slice(notes["k1"], None))):
        state[f"{name}_fusion.weight"] = torch.stack(attention[part])
        state[f"{name}_fusion.bias"] = bias[part].double()
    model.load_state_dict(state)
    return model.eval(), text, video


@pytest.fixture(scope="module", params=["small", "nine_spaces"])
def oracle(request, copied_oracles):
    arrays = np.load(copied_oracles / "lpd_forward.npz")
    notes = json.loads((copied_oracles / "lpd_forward.json").read_text())["cases"][request.param]
    model, text, video = oracle_model(arrays, request.param, notes)
    with torch.no_grad():
        ends = model.embed_text(text), model.embed_video(video)
    get = {name.split("::")[1]: arrays[name] for name in arrays.files if name.startswith(request.param)}
    return model, text, video, ends, get, notes


def test_components_ends_and_attention(oracle):
    model, text, video, (text_ends, video_ends), get, notes = oracle
    k1 = notes["k1"]
    with torch.no_grad():
        for end, components in (
            ("text", model.text_components(text)),
            ("video", model.video_components(video)),
        ):
            for i, component in enumerate(components):
                np.testing.assert_allclose(component, get[f"emb_{end}_{i}"], atol=1e-12)
        weights = [*model.video_attention(video).values(), *model.text_attention(text).values()]
    for s in range(k1 + notes["k2"]):
        np.testing.assert_allclose(weights[s], get[f"attention_{s}"], atol=1e-12)
        fused = video_ends if s < k1 else text_ends
        np.testing.assert_allclose(fused[s], get[f"fused_{s}"], atol=1e-12)


def test_similarities(oracle):
    model, text, video, _, get, _ = oracle
    with torch.no_grad():
        similarities = model(text, video)
    np.testing.assert_allclose(similarities, get["sim_per_space"], atol=1e-12)
    np.testing.assert_allclose(model.fuse(similarities), get["sim"], atol=1e-12)


def test_losses(oracle):
    model, _, _, (text_ends, video_ends), get, notes = oracle
    batch = notes["batch"]
    similarities = torch.from_numpy(get["sim_per_space"])[:, :batch, :batch]
    leads = [space.end for space in model.spaces]
    for reduction in ("sum", "mean"):
        losses = itrl(similarities, reduction=reduction)
        np.testing.assert_allclose(losses, notes[f"itrl_{reduction}"], atol=1e-11)
        assert float(losses.sum()) == pytest.approx(notes[f"mtrl_all_spaces_{reduction}"], abs=1e-11)
        for end in ("dominant", "fused", "both"):
            expected = notes[f"ef_{end}"]
            features = end_features(text_ends[:, :batch], video_ends[:, :batch], leads=leads, end=end)
            entropy = feature_entropy(features)
            np.testing.assert_allclose(entropy, expected["entropy"], atol=1e-10)
            selected = select_spaces(entropy)
            assert selected.nonzero().flatten().tolist() == expected["selected"]
            fair = float((losses * selected).sum())
            assert fair == pytest.approx(expected[f"ef_mtrl_{reduction}"], abs=1e-11)
    for mode in ("remove", "zero", "full"):
        for pairs in ("mean", "sum"):
            value = float(dcl(similarities, mode=mode, pairs=pairs))
            assert value == pytest.approx(notes[f"dcl_{mode}"][f"{pairs}_pairs"], abs=1e-11)


def test_the_papers_number_of_weights():
    model = build_model({"system": "lpd", "text_features": TAB2_TEXT, "video_features": TAB2_VIDEO})
    assert count_parameters(model) == 4_727_817
    parts = model.multiply_adds()
    assert parts == {"transforms": 4_718_592, "attention": 18_432, "fusion": 18_432, "cosines": 13_824}
    assert sum(parts.values()) == 4_769_280


def test_one_attention_vector_per_modality():
    config = {"system": "lpd", "text_features": TAB2_TEXT, "video_features": TAB2_VIDEO, "fusion": "shared"}
    model = build_model(config).eval()
    assert count_parameters(model) == 4_727_817 - 7 * 513
    video = {name: torch.randn(2, size) for name, size in TAB2_VIDEO.items()}
    first, *others = model.video_attention(video).values()
    assert all(torch.equal(first, other) for other in others)
    assert model.embed_video(video).shape == (9, 2, 512)


def test_names_and_order_of_spaces():
    model = build_model(
        {"system": "lpd", "text_features": {"bow": 3, "w2v": 2}, "video_features": {"bow": 4}}
    )
    assert [space.name for space in model.spaces] == ["text:bow", "text:w2v", "video:bow"]
    assert [(space.end, space.feature, space.width) for space in model.spaces] == [
        ("text", "bow", 512),
        ("text", "w2v", 512),
        ("video", "bow", 512),
    ]
    assert list(model.video_attention({"bow": torch.zeros(1, 4)})) == ["text:bow", "text:w2v"]
    assert list(model.text_attention({"bow": torch.zeros(1, 3), "w2v": torch.zeros(1, 2)})) == ["video:bow"]
