"""Pairs of captions and shots, as features in memory.

Sizes: C captions, N shots.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from lpd.errors import FormatError, MismatchError, name_some

__all__ = ["PairedData", "ShotsOfText", "features_on", "gather", "shot_labels"]

ROWS_AT_ONCE = 8192
SHARE_OF_FREE_MEMORY = 0.5


@dataclass(frozen=True)
class PairedData:
    """Captions and the shots they describe, in rows.

    Args:
        text: text feature -> (C, d), float16 or float32.
        video: video feature -> (N, d); a shot without a caption is only searched.
        caption_shot: (C,) row of the shot of each caption.
        caption_group: (C,) whole numbers; equal text (hence equal text features) has an equal number.

    Raises:
        MismatchError: if rows do not fit together; all problems are named at once.
        FormatError: if a feature holds a value that is not finite.
    """

    text: dict[str, np.ndarray]
    video: dict[str, np.ndarray]
    caption_shot: np.ndarray
    caption_group: np.ndarray

    def __post_init__(self) -> None:
        object.__setattr__(self, "caption_shot", np.asarray(self.caption_shot, dtype=np.int64))
        object.__setattr__(self, "caption_group", np.asarray(self.caption_group, dtype=np.int64))
        if not self.text or not self.video:
            raise MismatchError("pairs need at least one text feature and one video feature")
        self._check_rows()
        for end, features in (("text", self.text), ("video", self.video)):
            for name, matrix in features.items():
                _check_finite(f"{end}:{name}", matrix)

    def _check_rows(self) -> None:
        captions, shots = len(self.caption_shot), len(next(iter(self.video.values())))
        wrong = [
            f"{end}:{name} {matrix.shape}"
            for end, features, rows in (("text", self.text, captions), ("video", self.video, shots))
            for name, matrix in features.items()
            if matrix.ndim != 2 or len(matrix) != rows
        ]
        if self.caption_group.shape != (captions,) or self.caption_shot.ndim != 1:
            wrong.append(f"caption_group {self.caption_group.shape}")
        if wrong:
            raise MismatchError(
                "rows of the pairs", expected=f"{captions} captions, {shots} shots", found="; ".join(wrong)
            )
        if not captions:
            raise MismatchError("pairs need at least one caption")
        outside = np.flatnonzero((self.caption_shot < 0) | (self.caption_shot >= shots))
        if len(outside):
            raise MismatchError(
                "captions of shots that are not there",
                expected=f"rows from 0 to {shots - 1}",
                found="captions " + name_some(str(row) for row in outside),
            )

    @property
    def shots(self) -> int:
        """The number of shots N."""
        return len(next(iter(self.video.values())))

    def digest(self) -> str:
        """Returns 16 hexadecimal digits of the pairing and of a sample of each feature's rows."""
        digest = hashlib.sha256(self.caption_shot.tobytes() + self.caption_group.tobytes())
        for end, features in (("text", self.text), ("video", self.video)):
            for name, matrix in features.items():
                digest.update(f"{end}:{name}:{matrix.shape}:{matrix.dtype}".encode())
                digest.update(np.ascontiguousarray(matrix[:: max(1, len(matrix) // 256)]).tobytes())
        return digest.hexdigest()[:16]


def _check_finite(name: str, matrix: np.ndarray) -> None:
    for start in range(0, len(matrix), ROWS_AT_ONCE):
        finite = np.isfinite(matrix[start : start + ROWS_AT_ONCE]).all(axis=1)
        if not finite.all():
            rows = np.flatnonzero(~finite) + start
            raise FormatError(
                f"feature {name} has values that are not finite",
                found="rows " + name_some(str(row) for row in rows),
                next_step="extract the feature again",
            )


class ShotsOfText:
    """Which shots carry a caption's text, whoever's caption it is.

    Args:
        data: its captions and groups.
    """

    def __init__(self, data: PairedData) -> None:
        _, group = np.unique(data.caption_group, return_inverse=True)
        pairs = np.unique(np.stack([group, data.caption_shot], axis=1), axis=0)
        self.group = group.reshape(-1)
        self._shots = pairs[:, 1]
        self._starts = np.searchsorted(pairs[:, 0], np.arange(pairs[-1, 0] + 2))
        self._caption_shot = data.caption_shot

    def of(self, captions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Returns two arrays: which of the given captions (from 0), and the row of a shot with its text."""
        groups = self.group[captions]
        counts = self._starts[groups + 1] - self._starts[groups]
        which = np.repeat(np.arange(len(captions)), counts)
        within = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
        return which, self._shots[self._starts[groups][which] + within]

    def mask(self, captions: np.ndarray) -> np.ndarray | None:
        """Returns what is no negative in a batch, (B, B) bool, or None if all off the diagonal is.

        Entry (i, j) is true when the shot of caption j is known to carry the text of caption i, through
        caption j or any other one.
        """
        shots, column = np.unique(self._caption_shot[captions], return_inverse=True)
        which, carrying = self.of(captions)
        place = np.minimum(np.searchsorted(shots, carrying), len(shots) - 1)
        present = shots[place] == carrying
        relevant = np.zeros((len(captions), len(shots)), dtype=bool)
        relevant[which[present], place[present]] = True
        mask: np.ndarray = relevant[:, column.reshape(-1)]
        np.fill_diagonal(mask, False)
        return mask if mask.any() else None


def features_on(device: torch.device, features: Mapping[str, np.ndarray]) -> dict[str, Tensor]:
    """Returns the features as tensors, on the device when they take less than half of its free memory.

    float16 stays as it is and everything else becomes float32. Arrays that cannot be written to (memory
    maps) are copied.
    """
    tensors = {}
    for name, matrix in features.items():
        plain = np.asarray(matrix, dtype=matrix.dtype if matrix.dtype == np.float16 else np.float32)
        tensors[name] = torch.from_numpy(plain if plain.flags.writeable else plain.copy())
    if device.type != "cuda":
        return tensors
    free, _ = torch.cuda.mem_get_info(device)
    if sum(tensor.nbytes for tensor in tensors.values()) < SHARE_OF_FREE_MEMORY * free:
        tensors = {name: tensor.to(device) for name, tensor in tensors.items()}
    return tensors


def gather(
    features: Mapping[str, Tensor],
    rows: Tensor,
    *,
    device: torch.device,
    precision: torch.dtype = torch.float32,
) -> dict[str, Tensor]:
    """Returns the given rows of every feature, on the device; precision is float32 or that of the model."""
    return {
        name: matrix.index_select(0, rows.to(matrix.device)).to(device, precision, non_blocking=True)
        for name, matrix in features.items()
    }


def shot_labels(data: PairedData, feature: str) -> Tensor:
    """Returns what the captions of each shot mention together, (N, C) bool.

    Args:
        data: captions and shots.
        feature: a text feature of word counts, (captions, C).
    """
    counts = torch.from_numpy(np.asarray(data.text[feature]) > 0)
    mentions = torch.zeros(data.shots, counts.shape[1], dtype=torch.int16)
    mentions.index_add_(0, torch.from_numpy(data.caption_shot), counts.to(torch.int16))
    return mentions > 0
