"""Batches in which every shot is irrelevant to the other texts, as far as the captions tell.

Sizes: B pairs per batch, C captions.
"""

from typing import NamedTuple

import numpy as np

from lpd.errors import MismatchError
from lpd.training.data import PairedData

__all__ = ["EpochBatches", "check_batch_size", "epoch_batches"]


class EpochBatches(NamedTuple):
    """The batches of one epoch.

    Args:
        rows: (batches, B) caption rows.
        carried: caption rows left over, fewer than B; they open the next epoch.
    """

    rows: np.ndarray
    carried: np.ndarray


def check_batch_size(data: PairedData, batch_size: int) -> None:
    """Raises MismatchError unless the data has as many shots with captions as a batch has rows."""
    shots = len(np.unique(data.caption_shot))
    if batch_size > shots:
        raise MismatchError(
            "a batch needs distinct shots",
            expected=f"a batch size of at most {shots}, the number of shots with captions",
            found=batch_size,
            next_step="choose a smaller batch_size",
        )


def epoch_batches(
    data: PairedData,
    carried: np.ndarray,
    *,
    batch_size: int,
    rng: np.random.Generator,
    captions_per_epoch: str = "all",
) -> EpochBatches:
    """Returns the batches of an epoch: all of full size, no shot twice, no text twice.

    The captions of every shot are shuffled and dealt in rounds, round r holding the r-th caption of every
    shot in a new order. Rows are taken in that order; one that would bring a shot or a text a second time
    waits for a later batch. Where waiting cannot help (one shot or text has more captions than there are
    batches) such rows share the last batches, and `ShotsOfText.mask` says which entries are no negatives.
    What does not fill a batch is handed on, so over the epochs nothing is dropped; what the last epoch
    hands on is not trained in it.

    Args:
        data: only the captions' shots and groups are read.
        carried: what the epoch before left over.
        batch_size: B.
        rng: the same state gives the same batches.
        captions_per_epoch: `all`, or `one` drawn anew for each shot.
    """
    order = _rounds(data.caption_shot, rng=rng, only_first=captions_per_epoch == "one")
    stream = np.concatenate([np.asarray(carried, dtype=np.int64), order])
    batches, left = _deal(
        stream.tolist(),
        shots=data.caption_shot[stream].tolist(),
        groups=data.caption_group[stream].tolist(),
        batch_size=batch_size,
    )
    while len(left) >= batch_size:
        batches.append(left[:batch_size])
        left = left[batch_size:]
    rows = np.array(batches, dtype=np.int64).reshape(len(batches), batch_size)
    return EpochBatches(rows, np.array(left, dtype=np.int64))


def _rounds(caption_shot: np.ndarray, *, rng: np.random.Generator, only_first: bool) -> np.ndarray:
    """Returns the caption rows in rounds: the r-th caption of every shot, shots in a new order each time."""
    shuffled = rng.permutation(len(caption_shot))
    by_shot = shuffled[np.argsort(caption_shot[shuffled], kind="stable")]
    shots = caption_shot[by_shot]
    first = np.flatnonzero(np.r_[True, shots[1:] != shots[:-1]])
    number = np.arange(len(shots)) - np.repeat(first, np.diff(np.r_[first, len(shots)]))
    order = np.lexsort((rng.random(len(shots)), number))
    return by_shot[order[: len(first)] if only_first else order]


def _deal(
    stream: list[int], *, shots: list[int], groups: list[int], batch_size: int
) -> tuple[list[list[int]], list[int]]:
    """Returns full batches without repeated shots or texts, and the rows that fitted into none."""
    batches: list[list[int]] = []
    waiting: list[int] = []  # places in the stream
    following = 0
    while True:
        taken: list[int] = []
        seen_shots: set[int] = set()
        seen_groups: set[int] = set()
        still: list[int] = []
        for place in waiting:
            if (
                len(taken) < batch_size
                and shots[place] not in seen_shots
                and groups[place] not in seen_groups
            ):
                taken.append(place)
                seen_shots.add(shots[place])
                seen_groups.add(groups[place])
            else:
                still.append(place)
        while len(taken) < batch_size and following < len(stream):
            if shots[following] in seen_shots or groups[following] in seen_groups:
                still.append(following)
            else:
                taken.append(following)
                seen_shots.add(shots[following])
                seen_groups.add(groups[following])
            following += 1
        if len(taken) < batch_size:
            return batches, [stream[place] for place in taken + still]
        batches.append([stream[place] for place in taken])
        waiting = still
