"""Video encoders that were trained elsewhere: the image towers of CLIP and BLIP, and vision models alone.

Sizes: F frames, D width.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np

from lpd.errors import FormatError, MismatchError
from lpd.pretrained import (
    VIDEO_TOWERS,
    ModelPlace,
    Tower,
    load_tower,
    tower_class,
)
from lpd.pretrained.folders import import_transformers
from lpd.pretrained.kinds import CONFIG_NAME
from lpd.pretrained.towers import quiet, understood
from lpd.pretrained.weights import weight_files
from lpd.text.encoder_files import encoder_digest, write_encoder
from lpd.text.encoder_pointers import open_pointer, pointer_document
from lpd.video.frame_rows import check_frames, unit_mean

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["PictureReader", "PretrainedVideo", "load_pretrained_video", "open_picture_reader", "video_files"]

ENCODE_BATCH = 16
_PROCESSOR_FILES = ("preprocessor_config.json", "processor_config.json")
_LARGEST_SIDE = 4096


def video_files(folder: Path) -> list[str]:
    """Returns the files of a model that its image tower is read from, as paths in its folder; empty if it has
    no image tower, or does not say how pictures are prepared.

    Raises:
        NotFoundError: if weights are missing.
        FormatError: if config.json is damaged, or of a model that is not known here.
    """
    processors = [one for one in _PROCESSOR_FILES if (folder / one).is_file()]
    if not processors or tower_class(folder, VIDEO_TOWERS) is None:
        return []
    return [CONFIG_NAME, *processors, *weight_files(folder)]


class PictureReader(NamedTuple):
    """An image tower with what prepares pictures for it.

    Args:
        processor: of transformers; works with Pillow and numpy.
        tower: the image tower.
    """

    processor: Any
    tower: Tower

    def try_out(self, folder: Path) -> None:
        """Raises FormatError if the model's files open and yet give no row of a picture."""
        import torch

        with understood(folder), torch.inference_mode():
            rows = self.rows(self.pixels([np.full((48, 64, 3), 90, dtype=np.uint8)]))
            if tuple(rows.shape) != (1, self.tower.dimension) or not bool(rows.isfinite().all()):
                raise FormatError(
                    "no row of a picture comes out",
                    where=folder,
                    expected=f"{self.tower.dimension} finite numbers",
                    found=tuple(rows.shape),
                )

    def pixels(self, frames: Sequence[np.ndarray]) -> "Tensor":
        """Returns frames as the tower is given them."""
        prepared = self.processor(images=list(frames), input_data_format="channels_last", return_tensors="pt")
        return prepared["pixel_values"]

    def rows(self, pixels: "Tensor") -> "Tensor":
        """Returns (F, D) rows of prepared pictures: unit vectors of the joint space, where there is one, else
        what the model pools; where its file lacks the weights of that, the state of the first token.
        """
        from torch.nn.functional import normalize

        output = self.tower.module(pixel_values=pixels)
        if self.tower.kind.joint:
            return normalize(getattr(output, self.tower.kind.joint), dim=1)
        if self.tower.projection is not None:
            return normalize(self.tower.projection(output.last_hidden_state[:, 0]), dim=1)
        pooled = getattr(output, "pooler_output", None)
        if pooled is None or not self.tower.has_pooler:
            return output.last_hidden_state[:, 0]
        return pooled.flatten(start_dim=1)


def open_picture_reader(folder: Path) -> PictureReader:
    """Returns the image tower of a model with what prepares its pictures, on the CPU.

    Raises:
        MissingExtraError: if transformers is not installed.
        LpdError: if files are missing or damaged, or the model is of another kind.
    """
    kind = tower_class(folder, VIDEO_TOWERS)
    if kind is None:
        raise MismatchError("this model reads no pictures", where=folder)
    return PictureReader(_processor(folder), load_tower(folder, kind))


def _processor(folder: Path) -> Any:
    import_transformers()
    from transformers import AutoImageProcessor

    try:
        with quiet():
            processor = AutoImageProcessor.from_pretrained(
                str(folder), backend="pil", local_files_only=True, trust_remote_code=False
            )
    except Exception as error:  # every class of processors raises its own
        words = " ".join(str(error).split())[:300]
        raise FormatError(
            "transformers cannot prepare pictures for this model",
            where=folder,
            found=f"{type(error).__name__}: {words}",
        ) from error
    _check_sides(processor, folder)
    return processor


def _check_sides(processor: Any, folder: Path) -> None:
    """Raises FormatError if pictures would be made larger than any model's."""
    for name in ("size", "crop_size"):
        sides = dict(getattr(processor, name, None) or {})
        wrong = [side for side in sides.values() if side is not None and not 0 < side <= _LARGEST_SIDE]
        if wrong:
            raise FormatError("sizes of pictures that no model has", where=folder, found=f"{name} {sides}")


@dataclass(frozen=True, eq=False)
class PretrainedVideo:
    """The encoder of frames: unit rows where the model has a joint space, else as pooled.

    Args:
        name: the name of the video feature.
        place: where the model's files lie.
        reader: the opened model.
        partner: the text feature in the same joint space; None if there is none.
        device: where it computes.
    """

    name: str
    place: ModelPlace
    reader: PictureReader
    partner: str | None = None
    device: str = "cpu"
    kind: ClassVar[str] = "pretrained_video"

    def __post_init__(self) -> None:
        self.reader.tower.module.to(self.device)
        if self.reader.tower.projection is not None:
            self.reader.tower.projection.to(self.device)

    @property
    def dimension(self) -> int:
        """The width of a row."""
        return self.reader.tower.dimension

    @property
    def digest(self) -> str:
        """The digest of its content: the model's files."""
        return encoder_digest(self._document(), {})

    def encode(self, frames: Sequence[np.ndarray]) -> np.ndarray:
        """Returns one row per frame, (F, D) float32.

        Args:
            frames: F arrays (H, W, 3) uint8, of any sizes.

        Raises:
            MismatchError: if a frame is of another shape or type.
        """
        import torch

        check_frames(frames)
        rows = np.zeros((len(frames), self.dimension), dtype=np.float32)
        with torch.inference_mode():
            for start in range(0, len(frames), ENCODE_BATCH):
                block = frames[start : start + ENCODE_BATCH]
                found = self.reader.rows(self.reader.pixels(block).to(self.device))
                rows[start : start + len(block)] = found.float().cpu().numpy()
        return rows

    def mean_row(self, rows: np.ndarray) -> np.ndarray:
        """Returns the mean of frames' rows (F, D), (D,) float32; at unit length in a joint space."""
        if self.reader.tower.kind.is_joint:
            return unit_mean(rows)
        return rows.mean(axis=0, dtype=np.float64).astype(np.float32)

    def save(self, directory: Path) -> None:
        """Writes the pointer to a folder that `load_pretrained_video` reads."""
        write_encoder(directory, self._document(), {})

    def _document(self) -> dict[str, object]:
        told = pointer_document(self.kind, self.name, dimension=self.dimension, place=self.place)
        return told | {"partner": self.partner}


def load_pretrained_video(directory: Path, device: str = "cpu") -> PretrainedVideo:
    """Returns the encoder that a pointer names, on a device.

    Raises:
        MissingExtraError: if transformers is not installed.
        NotFoundError: if files of the model are gone.
        StaleError: if they have changed since import.
        LpdError: if the pointer is damaged or of another kind.
    """
    pointer = open_pointer(directory, kind=PretrainedVideo.kind, files=video_files)
    partner = pointer.document.get("partner")
    if not (partner is None or isinstance(partner, str)):
        raise FormatError("not a partner", where=directory, expected="a text feature", found=repr(partner))
    reader = open_picture_reader(pointer.folder)
    encoder = PretrainedVideo(pointer.document["name"], pointer.place, reader, partner, device)
    pointer.check_width(encoder.dimension)
    return encoder
