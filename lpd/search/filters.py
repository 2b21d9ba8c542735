"""What one search covers: the shots it may return, the spaces it asks, and their shares in the fused score.

S spaces, N shots.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lpd.collection import Collection
from lpd.errors import LpdError, MismatchError, NotFoundError, name_some
from lpd.search.index import fusion_shares

__all__ = ["Scope", "ShotFilters", "choose_spaces"]


@dataclass(frozen=True)
class Scope:
    """What one search covers.

    Args:
        depth: length of each list.
        allowed: (N,) bool, the shots that may be returned; None for all.
        numbers: of the spaces whose lists are made, rising.
        shares: (S,) float32, of the spaces in the fused score, summing to 1; 0 for those left out.
    """

    depth: int
    allowed: np.ndarray | None
    numbers: tuple[int, ...]
    shares: np.ndarray


@dataclass(frozen=True)
class ShotFilters:
    """The filters over the shots of a collection.

    What is slow to find among a million shots is found once and kept: the rows of every video, and the mask
    of every subset that was asked for.
    """

    collection: Collection

    def mask(
        self,
        *,
        subset: str | None = None,
        video: str | None = None,
        allowed: np.ndarray | None = None,
        without: int | None = None,
    ) -> np.ndarray | None:
        """Returns (N,) bool, the shots that fulfil everything that is asked for; None where nothing is.

        Args:
            subset: name of a subset of the collection.
            video: id of a video; only its shots.
            allowed: (N,) bool over the collection's rows.
            without: row of one shot that is left out.

        Raises:
            NotFoundError: if there is no such subset or video.
            MismatchError: if `allowed` has another form.
        """
        if allowed is not None:
            self._check(allowed)
        given = [] if allowed is None else [allowed]
        if subset is not None:
            given.append(self._subset(subset))
        if video is not None:
            given.append(_mask(self.video_rows(video), len(self.collection)))
        if without is not None:
            given.append(~_mask(np.array([without]), len(self.collection)))
        return np.logical_and.reduce(given) if given else None

    def video_rows(self, video: str) -> np.ndarray:
        """Returns (n,) int64, the rows of a video's shots, rising.

        Raises:
            NotFoundError: if the collection has no such video.
        """
        if video not in self._rows_of_videos:
            raise NotFoundError(
                f"collection {self.collection.name} has no such video",
                expected=f"one of {name_some(self._rows_of_videos)}" if len(self.collection) else "none",
                found=repr(video),
            )
        return np.asarray(self._rows_of_videos[video], dtype=np.int64)

    @cached_property
    def _rows_of_videos(self) -> dict[str, np.ndarray]:
        return dict(self.collection.shots.groupby("video_id").indices)

    @cached_property
    def _subset_masks(self) -> dict[str, np.ndarray]:
        return {}

    def _subset(self, subset: str) -> np.ndarray:
        if subset not in self._subset_masks:
            self._subset_masks[subset] = _mask(self.collection.subset_rows(subset), len(self.collection))
        return self._subset_masks[subset]

    def _check(self, allowed: np.ndarray) -> None:
        shape = (len(self.collection),)
        if not isinstance(allowed, np.ndarray) or allowed.dtype != bool or allowed.shape != shape:
            what = (
                f"{allowed.shape} {allowed.dtype}"
                if isinstance(allowed, np.ndarray)
                else type(allowed).__name__
            )
            raise MismatchError(
                "the mask of allowed shots does not fit the collection",
                where=self.collection.name,
                expected=f"{shape} bool, one entry per row of the collection",
                found=what,
            )


def _mask(rows: np.ndarray, shots: int) -> np.ndarray:
    mask = np.zeros(shots, dtype=bool)
    mask[rows] = True
    return mask


def choose_spaces(
    spaces: Sequence[str], *, chosen: Sequence[str] | None = None, weights: Sequence[float] | None = None
) -> tuple[tuple[int, ...], np.ndarray]:
    """Returns the numbers of the spaces asked for, rising, and the (S,) shares of all: 0 for those left out,
    the others' made to sum to 1.

    Args:
        spaces: names of all S spaces in the model's order.
        chosen: names of those asked for, in any order; None for all.
        weights: S weights, one for each space of the model; None for equal ones.

    Raises:
        NotFoundError: naming the spaces that the model does not have.
        LpdError: if no space is chosen, or the weights are negative, not finite, all zero or too few.
    """
    numbers = tuple(range(len(spaces))) if chosen is None else _numbers(spaces, chosen)
    try:
        shares = fusion_shares(None if weights is None else np.asarray(weights), len(spaces))
        if chosen is not None:
            shares = fusion_shares(np.where(np.isin(np.arange(len(spaces)), numbers), shares, 0), len(spaces))
    except ValueError as error:
        raise LpdError(f"these space weights cannot be used: {error}") from error
    return numbers, shares


def _numbers(spaces: Sequence[str], chosen: Sequence[str]) -> tuple[int, ...]:
    unknown = [name for name in dict.fromkeys(chosen) if name not in spaces]
    if unknown:
        raise NotFoundError(
            "the model has no such space", expected=f"of {', '.join(spaces)}", found=name_some(unknown)
        )
    if not chosen:
        raise LpdError("no space is chosen", expected=f"at least one of {', '.join(spaces)}")
    return tuple(number for number, name in enumerate(spaces) if name in chosen)
