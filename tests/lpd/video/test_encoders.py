"""Video encoders: rows of frames are those of transformers itself, and a shot's row is their mean."""

import json
import shutil
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from lpd.errors import FormatError, LpdError, MismatchError, MissingExtraError, StaleError
from lpd.pretrained import VIDEO_TOWERS, ModelPlace, file_facts
from lpd.video.encoders import VIDEO_ENCODERS, VideoEncoder, load_video_encoder
from lpd.video.pretrained import PretrainedVideo, open_picture_reader, video_files
from lpd.video.two_tower import FRAME_SIZE, FrameNetwork, FrameNetworkShape, VideoTower
from tests.tiny_models import VISION, picture_settings, save


def frames(*shapes: tuple[int, int]) -> list[np.ndarray]:
    generator = np.random.default_rng(0)
    return [generator.integers(0, 256, (*shape, 3), dtype=np.uint8) for shape in shapes]


SOME = frames((24, 24), (60, 31), (3, 90), (25, 40), (1, 1))


def saved(folder: Path, place: Path, *, partner: str | None = None) -> VideoEncoder:
    files = file_facts(folder, video_files(folder))
    PretrainedVideo("own", ModelPlace(str(folder), False, files), open_picture_reader(folder), partner).save(
        place
    )
    return load_video_encoder(place)


def pixels(folder: Path, frame: np.ndarray) -> torch.Tensor:
    from PIL import Image
    from transformers import AutoImageProcessor

    processor = AutoImageProcessor.from_pretrained(folder, backend="pil", local_files_only=True)
    return processor(images=Image.fromarray(frame), return_tensors="pt")["pixel_values"]


def by_clip(folder: Path, frame: np.ndarray) -> torch.Tensor:
    from transformers import CLIPModel

    model = CLIPModel.from_pretrained(folder, local_files_only=True).eval()
    found = model.get_image_features(pixel_values=pixels(folder, frame)).pooler_output[0]
    return found / found.norm()


def by_blip(folder: Path, frame: np.ndarray) -> torch.Tensor:
    from transformers import BlipForImageTextRetrieval

    model = BlipForImageTextRetrieval.from_pretrained(folder, local_files_only=True).eval()
    state = model.vision_model(pixel_values=pixels(folder, frame)).last_hidden_state[0, 0]
    found = model.vision_proj(state)
    return found / found.norm()


def by_vit(folder: Path, frame: np.ndarray) -> torch.Tensor:
    from transformers import ViTModel

    model = ViTModel.from_pretrained(folder, local_files_only=True).eval()
    return model(pixel_values=pixels(folder, frame)).pooler_output[0]


DIRECT: dict[str, Callable[[Path, np.ndarray], torch.Tensor]] = {
    "clip": by_clip,
    "blip": by_blip,
    "vit": by_vit,
}


@pytest.mark.parametrize("kind", sorted(DIRECT))
def test_rows_are_those_of_transformers(tiny_models: Path, tmp_path: Path, kind: str) -> None:
    encoder = saved(tiny_models / kind, tmp_path / "encoder")
    rows = encoder.encode(SOME)
    assert rows.dtype == np.float32
    assert rows.shape == (len(SOME), encoder.dimension)
    with torch.inference_mode():
        for frame, row in zip(SOME, rows, strict=True):
            expected = DIRECT[kind](tiny_models / kind, frame).numpy()
            np.testing.assert_allclose(row, expected, atol=1e-6, rtol=0)
    assert encoder.encode([]).shape == (0, encoder.dimension)


@pytest.mark.parametrize("kind", sorted(DIRECT))
def test_neither_order_nor_batch_matters(tiny_models: Path, tmp_path: Path, kind: str) -> None:
    encoder = saved(tiny_models / kind, tmp_path / "encoder")
    rows = encoder.encode(SOME * 4)  # more than one batch
    np.testing.assert_allclose(rows[-len(SOME) :], rows[: len(SOME)], atol=1e-6, rtol=0)
    np.testing.assert_allclose(encoder.encode(SOME[::-1])[::-1], rows[: len(SOME)], atol=1e-6, rtol=0)


def test_a_shots_row_is_the_mean_at_unit_length_in_a_joint_space_only(
    tiny_models: Path, tmp_path: Path
) -> None:
    clip = saved(tiny_models / "clip", tmp_path / "clip", partner="own")
    rows = clip.encode(SOME)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)
    mean = rows.mean(axis=0)
    np.testing.assert_allclose(clip.mean_row(rows), mean / np.linalg.norm(mean), atol=1e-6)
    assert clip.partner == "own"
    vit = saved(tiny_models / "vit", tmp_path / "vit")
    np.testing.assert_allclose(vit.mean_row(vit.encode(SOME)), vit.encode(SOME).mean(axis=0), atol=1e-6)
    assert vit.partner is None


def test_without_its_pooling_a_vision_model_gives_the_first_state(tiny_models: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file
    from transformers import ViTModel

    folder = tmp_path / "model"
    shutil.copytree(tiny_models / "vit", folder)
    tensors = load_file(folder / "model.safetensors")
    kept = {name: one for name, one in tensors.items() if not name.startswith("pooler.")}
    assert len(kept) < len(tensors)
    save_file(kept, folder / "model.safetensors")
    encoder = saved(folder, tmp_path / "encoder")
    model = ViTModel.from_pretrained(tiny_models / "vit", local_files_only=True).eval()
    with torch.inference_mode():
        expected = model(pixel_values=pixels(folder, SOME[1])).last_hidden_state[0, 0].numpy()
    np.testing.assert_allclose(encoder.encode(SOME[1:2])[0], expected, atol=1e-6, rtol=0)


SMALL = {"image_size": 32, "num_channels": 3}
STAGES = {"hidden_sizes": [4, 6], "depths": [1, 1], "num_stages": 2}
FAMILY: dict[str, tuple[str, dict[str, object], int]] = {
    "beit": ("BeitConfig", VISION | {"use_mean_pooling": True}, 16),
    "convnext": ("ConvNextConfig", SMALL | STAGES, 6),
    "deit": ("DeiTConfig", VISION, 16),
    "dinov2": ("Dinov2Config", VISION, 16),
    "resnet": (
        "ResNetConfig",
        {"embedding_size": 4, "hidden_sizes": [4, 6], "depths": [1, 1]},
        6,
    ),
    "swin": (
        "SwinConfig",
        {
            "image_size": 24,
            "patch_size": 4,
            "embed_dim": 4,
            "depths": [1, 1],
            "num_heads": [1, 2],
            "window_size": 3,
        },
        8,
    ),
}


@pytest.mark.parametrize("model", sorted(FAMILY))
def test_vision_models_of_other_kinds(tmp_path: Path, model: str) -> None:
    import transformers

    name, sizes, width = FAMILY[model]
    folder = tmp_path / "model"
    folder.mkdir()
    kind = getattr(transformers, VIDEO_TOWERS[model].name)
    save(kind, getattr(transformers, name)(**sizes), folder, 0)
    picture_settings(folder, "ViTImageProcessor", crop=False)
    encoder = saved(folder, tmp_path / "encoder")
    assert encoder.dimension == width
    direct = kind.from_pretrained(folder, local_files_only=True).eval()
    with torch.inference_mode():
        expected = direct(pixel_values=pixels(folder, SOME[1])).pooler_output.flatten().numpy()
    np.testing.assert_allclose(encoder.encode(SOME[1:2])[0], expected, atol=1e-6, rtol=0)


def test_the_small_network_sees_frames_of_any_size(tmp_path: Path) -> None:
    tower = VideoTower(FrameNetwork(FrameNetworkShape(4, 6)))
    tower.save(tmp_path / "tower")
    encoder = load_video_encoder(tmp_path / "tower")
    whole = frames((FRAME_SIZE, FRAME_SIZE), (FRAME_SIZE, FRAME_SIZE))
    rows = encoder.encode(whole)
    np.testing.assert_array_equal(rows, tower.encode_frames(np.stack(whole)[None])[0])
    np.testing.assert_allclose(encoder.mean_row(rows), tower.encode(np.stack(whole)[None])[0], atol=1e-6)
    assert encoder.encode(SOME).shape == (len(SOME), 6)
    assert encoder.encode([]).shape == (0, 6)
    assert (encoder.partner, encoder.name, encoder.digest) == ("twotower", "twotower", tower.digest)


@pytest.mark.parametrize(
    "bad", [np.zeros((4, 4), np.uint8), np.zeros((4, 4, 3)), np.zeros((0, 4, 3), np.uint8)]
)
def test_other_arrays_are_no_frames(tiny_models: Path, tmp_path: Path, bad: np.ndarray) -> None:
    encoder = saved(tiny_models / "vit", tmp_path / "encoder")
    with pytest.raises(MismatchError, match="frame 1"):
        encoder.encode([SOME[0], bad])


def test_text_encoders_are_no_video_encoders(tmp_path: Path) -> None:
    from lpd.text import fit_bag_of_words

    fit_bag_of_words(["a man", "a dog"], min_count=1).save(tmp_path / "bow")
    with pytest.raises(FormatError, match=", ".join(sorted(VIDEO_ENCODERS))):
        load_video_encoder(tmp_path / "bow")


def test_changed_settings_of_pictures_are_named(tiny_models: Path, tmp_path: Path) -> None:
    folder, place = tmp_path / "model", tmp_path / "encoder"
    shutil.copytree(tiny_models / "clip", folder)
    saved(folder, place)
    path = folder / "preprocessor_config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"do_normalize": False}))
    with pytest.raises(StaleError, match="preprocessor_config"):
        load_video_encoder(place)


@pytest.mark.parametrize(
    "change",
    [
        {"size": {"height": 100000, "width": 24}},
        {"image_processor_type": "NoSuchProcessor"},
        {"image_processor_type": 3},
    ],
    ids=["huge", "unknown", "number"],
)
def test_settings_of_pictures_that_cannot_be_used(
    tiny_models: Path, tmp_path: Path, change: dict[str, object]
) -> None:
    shutil.copytree(tiny_models / "vit", tmp_path / "model")
    path = tmp_path / "model" / "preprocessor_config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(LpdError, match="pictures"):
        open_picture_reader(tmp_path / "model")


def test_without_the_package_the_pip_line_is_named(
    tiny_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved(tiny_models / "vit", tmp_path / "encoder")
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'lpd-explorer\[pretrained\]'"):
        load_video_encoder(tmp_path / "encoder")


def test_nothing_is_asked_of_the_network(
    tiny_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*unused: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    for kind in DIRECT:
        assert saved(tiny_models / kind, tmp_path / kind).encode(SOME[:1]).any()
