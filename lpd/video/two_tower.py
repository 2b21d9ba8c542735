"""The small learned extractor: a compact network over key frames, trained together with a text encoder.

Video feature and text feature `twotower` are partners: both are unit vectors of one joint space, so their
cosine says how well a text fits a shot without any further model.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import ClassVar, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from lpd.errors import MismatchError
from lpd.progress import Progress, no_progress
from lpd.text.bigru import BiGru, BiGruEncoder, BiGruShape
from lpd.text.encoder_files import (
    encoder_digest,
    positive_integer,
    read_encoder,
    write_encoder,
)
from lpd.text.module_weights import built_module, module_weights
from lpd.text.pairs import CaptionedVideoInput, captioned_video
from lpd.text.vocabulary import build_vocabulary
from lpd.text.warmup import WarmupEpoch, WarmupSettings, contrastive_warmup, seeded

__all__ = [
    "FRAME_SIZE",
    "FrameNetwork",
    "TwoTower",
    "TwoTowerSettings",
    "VideoTower",
    "load_video_tower",
    "train_two_tower",
]

FRAME_SIZE = 32
PLACES = (FRAME_SIZE // 8) ** 2
ENCODE_BLOCK = 256
SIZES = ("channels", "dimension")


@dataclass(frozen=True)
class FrameNetworkShape:
    """Sizes of the network.

    Args:
        channels: of the first layer; the second has twice, the third three times as many.
        dimension: width of the joint space.
    """

    channels: int = 24
    dimension: int = 128


@dataclass(frozen=True)
class TwoTowerSettings:
    """How the two towers are made.

    Args:
        video: sizes of the video tower.
        embedding: width of a word's embedding.
        hidden: width of the text tower's state, per direction.
        min_count: rarer words are read as `<unk>`.
        dropout: in both towers, while training.
        word_dropout: share of words read as `<unk>`, while training.
        warmup: how the training runs.
    """

    video: FrameNetworkShape = field(default_factory=FrameNetworkShape)
    embedding: int = 96
    hidden: int = 96
    min_count: int = 2
    dropout: float = 0.1
    word_dropout: float = 0.05
    warmup: WarmupSettings = field(
        default_factory=lambda: WarmupSettings(batch_size=64, epochs=12, patience=4)
    )


class FrameNetwork(nn.Module):
    """Three convolutions, 32 x 32 -> 16 x 16 -> 8 x 8 -> 4 x 4, and a linear layer that keeps the places.

    Args:
        shape: sizes of the layers.
        dropout: before the linear layer, while training.
    """

    def __init__(self, shape: FrameNetworkShape, *, dropout: float = 0.0) -> None:
        super().__init__()
        self.shape = shape
        first, second, third = (shape.channels * times for times in (1, 2, 3))
        self.convolutions = nn.Sequential(
            nn.Conv2d(3, first, 5, stride=2, padding=2, bias=False),
            nn.BatchNorm2d(first),
            nn.ReLU(),
            nn.Conv2d(first, second, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(second),
            nn.ReLU(),
            nn.Conv2d(second, third, 3, stride=2, padding=1, bias=False),
            nn.BatchNorm2d(third),
            nn.ReLU(),
            nn.Flatten(),
            nn.Dropout(dropout),
        )
        self.output = nn.Linear(third * PLACES, shape.dimension)

    def frames(self, key_frames: Tensor) -> Tensor:
        """Returns one vector per key frame, (N, k, D), not of unit length, for (N, k, 32, 32, 3) uint8."""
        pictures = key_frames.flatten(0, 1).permute(0, 3, 1, 2).float() / 127.5 - 1.0
        return self.output(self.convolutions(pictures)).unflatten(0, key_frames.shape[:2])

    def forward(self, key_frames: Tensor) -> Tensor:
        """Returns unit rows (N, D): the mean over the key frames' vectors, at unit length."""
        return nn.functional.normalize(self.frames(key_frames).mean(dim=1), dim=1)


@dataclass(frozen=True, eq=False)
class VideoTower:
    """The frozen extractor.

    Args:
        module: the trained network, on the CPU, in evaluation mode.
        name: the name of the video feature.
    """

    module: FrameNetwork
    name: str = "twotower"
    kind: ClassVar[str] = "two_tower_video"

    def __post_init__(self) -> None:
        self.module.requires_grad_(False).eval().to("cpu", torch.float32)

    @property
    def dimension(self) -> int:
        """The width of a vector."""
        return self.module.shape.dimension

    @property
    def digest(self) -> str:
        """The digest of its content."""
        return encoder_digest(self._document(), module_weights(self.module))

    def encode(self, key_frames: np.ndarray) -> np.ndarray:
        """Returns one unit row per shot, (N, D) float32.

        Args:
            key_frames: (N, k, 32, 32, 3) uint8, k at least 1.

        Raises:
            MismatchError: if the frames are of another shape or type.
        """
        means = self.encode_frames(key_frames).mean(axis=1)
        return means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-12)

    def encode_frames(self, key_frames: np.ndarray) -> np.ndarray:
        """Returns one row per key frame, (N, k, D) float32, whose mean at unit length is the shot's row.

        Raises:
            MismatchError: if the frames are of another shape or type.
        """
        check_key_frames(key_frames)
        rows = np.empty((*key_frames.shape[:2], self.dimension), dtype=np.float32)
        with torch.inference_mode():
            for start in range(0, len(key_frames), ENCODE_BLOCK):
                block = torch.from_numpy(np.array(key_frames[start : start + ENCODE_BLOCK]))
                rows[start : start + ENCODE_BLOCK] = self.module.frames(block).numpy()
        return rows

    def save(self, directory: Path) -> None:
        """Writes the tower to a folder that `load_video_tower` reads."""
        write_encoder(directory, self._document(), module_weights(self.module))

    def _document(self) -> dict[str, object]:
        return {"kind": self.kind, "name": self.name, **asdict(self.module.shape)}


class TwoTower(NamedTuple):
    """The two partners and how they were trained."""

    video: VideoTower
    text: BiGru
    history: list[WarmupEpoch]


def check_key_frames(key_frames: np.ndarray) -> None:
    """Raises MismatchError unless key frames are (N, k, 32, 32, 3) uint8 with k at least 1."""
    good = key_frames.ndim == 5 and key_frames.shape[2:] == (FRAME_SIZE, FRAME_SIZE, 3)
    if not good or key_frames.shape[1] == 0 or key_frames.dtype != np.uint8:
        raise MismatchError(
            "key frames of another form",
            expected=f"(shots, frames, {FRAME_SIZE}, {FRAME_SIZE}, 3) uint8",
            found=f"{key_frames.shape} {key_frames.dtype}",
            next_step="sample and scale the frames again",
        )


def train_two_tower(
    texts: Sequence[str],
    caption_shot: np.ndarray,
    key_frames: np.ndarray,
    *,
    validation: CaptionedVideoInput | None = None,
    settings: TwoTowerSettings | None = None,
    name: str = "twotower",
    seed: int = 0,
    device: str = "cpu",
    progress: Progress = no_progress,
) -> TwoTower:
    """Returns video tower, text tower and the history of their joint training.

    Args:
        texts: C training captions.
        caption_shot: (C,) int, the row in `key_frames` of each caption's shot.
        key_frames: (N, k, 32, 32, 3) uint8.
        validation: texts, caption_shot and key_frames of other shots; None runs all epochs.
        settings: None takes the defaults.
        name: of the video feature and of the text feature.
        seed: of weights, dropout and order.
        device: `cpu` or `cuda`.
        progress: called after every step.

    Raises:
        LpdError: if captions, shots and frames do not fit together.
    """
    settings = settings or TwoTowerSettings()
    check_key_frames(key_frames)
    vocabulary = build_vocabulary(texts, min_count=settings.min_count)
    training = captioned_video((texts, caption_shot, key_frames), vocabulary, device=device)
    held_out = None
    if validation is not None:
        check_key_frames(validation[2])
        held_out = captioned_video(validation, vocabulary, device=device)
    shape = BiGruShape(settings.embedding, settings.hidden, settings.video.dimension)
    with seeded(seed):
        video = FrameNetwork(settings.video, dropout=settings.dropout)
        text = BiGruEncoder(
            len(vocabulary), shape, dropout=settings.dropout, word_dropout=settings.word_dropout
        )
    history = contrastive_warmup(
        (text, video),
        training,
        validation=held_out,
        settings=settings.warmup,
        seed=seed,
        progress=progress,
    )
    return TwoTower(VideoTower(video, name), BiGru(vocabulary, text, name), history)


def load_video_tower(directory: Path) -> VideoTower:
    """Returns a saved video tower on the CPU.

    Raises:
        LpdError: if files are missing, damaged, of another kind, or of sizes that do not fit.
    """
    document, tensors = read_encoder(directory, kind=VideoTower.kind, weights=True)
    shape = FrameNetworkShape(**{key: positive_integer(document, key, where=directory) for key in SIZES})
    deciding = {
        "convolutions.6.weight": (3 * shape.channels, 2 * shape.channels, 3, 3),
        "output.weight": (shape.dimension, 3 * shape.channels * PLACES),
    }
    module = built_module(lambda: FrameNetwork(shape), tensors, deciding=deciding, where=directory)
    return VideoTower(module, document["name"])
