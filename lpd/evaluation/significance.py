"""Whether two systems differ over the same topics (or captions), by the paired randomization test.

Letters: T pairs, F sign flips.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lpd.errors import FormatError, LpdError, MismatchError

__all__ = ["Randomization", "paired_differences", "randomization_test", "smallest_difference"]

EXACT_TOPICS = 20
"""Up to this many pairs all 2^T sign flips are enumerated."""

NUMBERS_AT_ONCE = 1 << 21
"""How many signs are held at a time, so that memory does not grow with the pairs: 16 MiB."""

TIE = 1e-12
"""Two means count as equal if they differ by less than this share of the largest difference."""


@dataclass(frozen=True)
class Randomization:
    """The outcome of a randomization test.

    Args:
        observed: the mean over topics of first minus second.
        p_value: two-sided.
        exact: whether all sign flips were enumerated.
        resamples: how many were looked at.
    """

    observed: float
    p_value: float
    exact: bool
    resamples: int


def randomization_test(
    first: Sequence[float] | np.ndarray,
    second: Sequence[float] | np.ndarray,
    *,
    resamples: int = 10_000,
    seed: int = 0,
) -> Randomization:
    """Returns how likely so large a mean difference is if the two systems were exchangeable in each topic.

    With at most 20 topics the p-value is exact and the seed has no influence. With more, random sign flips
    are drawn, and the observed one counts among them, so that p is never 0: (1 + the number of flips whose
    mean is at least as far from 0) / (1 + resamples).

    Args:
        first: (T,) a measure of the first system per topic, or per caption.
        second: (T,) the same of the second system, topics in the same order.
        resamples: how many sign flips to draw where they are not enumerated.
        seed: for drawing them.

    Raises:
        MismatchError: if the two differ in length.
        LpdError: if there are no topics, or fewer than one resample.
        FormatError: if a value is not finite.

    Source: M. D. Smucker, J. Allan, B. Carterette, "A comparison of statistical significance tests for
    information retrieval evaluation", CIKM 2007, section 3.1 (two-sided, on the mean).
    """
    differences = paired_differences(first, second)
    _check_resamples(resamples)
    topics, exact = len(differences), len(differences) <= EXACT_TOPICS
    observed = float(differences.mean())
    reached = abs(observed) - TIE * float(np.abs(differences).max())
    flips = _flipped_sums(differences[:, None], resamples, seed)
    extreme = sum(int((np.abs(sums / topics) >= reached).sum()) for sums in flips)
    if exact:
        return Randomization(observed, extreme / 2**topics, True, 2**topics)
    return Randomization(observed, (1 + extreme) / (1 + resamples), False, resamples)


def smallest_difference(
    first: Sequence[float] | np.ndarray,
    second: Sequence[float] | np.ndarray,
    *,
    level: float = 0.05,
    resamples: int = 10_000,
    seed: int = 0,
) -> float:
    """Returns the |mean difference| that the randomization test has to see exceeded to give p <= level.

    It is a property of how the differences scatter, not of how large they are. Write each pair's difference
    as m + c, with m their mean and c centred, and suppose another mean in the direction of m (if m is 0, in
    the direction in which less suffices), the same c. Under a flip that turns some signs, a mean difference
    of size x becomes A + x B, where A is the mean of the flipped c and B the mean of the signs; it is at
    least as far from 0 as x exactly if x <= max(A / (1 - B), -A / (1 + B)). So the flips of the centred
    differences give the null distribution of these bounds, and the result is its quantile at which p passes
    `level`: a mean difference above it has p <= level, one at it or below has not. The two flips that leave
    or turn all signs are as extreme as any x, so with few pairs (up to 5 at level .05) no difference
    suffices: infinity.

    Args:
        first: (T,) a measure of the first system per topic, or per caption.
        second: (T,) the same of the second system, topics in the same order.
        level: of significance, between 0 and 1.
        resamples: how many sign flips to draw where they are not enumerated (more than 20 pairs).
        seed: for drawing them.

    Raises:
        MismatchError, LpdError, FormatError: as `randomization_test`; LpdError also for an impossible level.

    Source: inversion of the test of `randomization_test`.
    """
    if not 0 < level < 1:
        raise LpdError("no level of significance", expected="a number between 0 and 1", found=level)
    differences = paired_differences(first, second)
    _check_resamples(resamples)
    mean, topics = float(differences.mean()), len(differences)
    centred = differences - mean
    columns = np.column_stack([centred, np.ones(topics)])
    sums = np.concatenate(list(_flipped_sums(columns, resamples, seed)))  # (F, 2)
    # how many flips may be as extreme: of 2^T, or of the drawn ones beside the observed
    allowed = level * len(sums) if topics <= EXACT_TOPICS else level * (1 + resamples) - 1
    directions = (1.0, -1.0) if mean == 0 else (math.copysign(1.0, mean),)
    return min(_passed_at(_bounds(sums, topics, sign), allowed) for sign in directions)


def _bounds(sums: np.ndarray, topics: int, direction: float) -> np.ndarray:
    """Returns (F,) float64, up to which size of a mean difference each flip is as extreme as it."""
    flipped, signs = direction * sums[:, 0], sums[:, 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        bounds = np.maximum(flipped / (topics - signs), -flipped / (topics + signs))
    bounds[np.abs(signs) == topics] = math.inf
    return bounds


def _passed_at(bounds: np.ndarray, allowed: float) -> float:
    """Returns the lowest value that at most `allowed` bounds lie above."""
    count = math.floor(allowed + 1e-9)
    if count < 0:
        return math.inf
    place = len(bounds) - 1 - count
    return float(np.partition(bounds, place)[place])


def paired_differences(
    first: Sequence[float] | np.ndarray, second: Sequence[float] | np.ndarray
) -> np.ndarray:
    """Returns (T,) float64, first minus second per topic.

    Raises:
        MismatchError: if the two differ in length.
        LpdError: if there are no topics.
        FormatError: if a value is not finite.
    """
    if len(first) != len(second):
        raise MismatchError("systems have different topics", expected=len(first), found=len(second))
    if not len(first):
        raise LpdError("nothing to test", expected="at least one topic", found="none")
    differences = np.asarray(first, dtype=np.float64) - np.asarray(second, dtype=np.float64)
    if not np.isfinite(differences).all():
        raise FormatError("values are not finite", expected="one number per topic")
    return differences


def _check_resamples(resamples: int) -> None:
    if resamples < 1:
        raise LpdError("nothing to test", expected="at least one resample", found=resamples)


def _flipped_sums(columns: np.ndarray, resamples: int, seed: int) -> Iterator[np.ndarray]:
    """Yields (f, C) blocks of column sums, the rows' signs turned: all 2^T ways, or `resamples` drawn ones.

    Args:
        columns: (T, C); the signs turn whole rows.
        resamples: how many flips to draw where there are more than 20 rows.
        seed: for drawing them.
    """
    rows = len(columns)
    if rows <= EXACT_TOPICS:
        sums = np.zeros((1, columns.shape[1]))
        for row in columns:
            sums = np.concatenate([sums + row, sums - row])
        yield sums
        return
    random = np.random.default_rng(seed)
    total = columns.sum(axis=0)
    step = max(1, NUMBERS_AT_ONCE // rows)
    for start in range(0, resamples, step):
        count = min(step, resamples - start)
        packed = random.integers(0, 256, size=(count, -(-rows // 8)), dtype=np.uint8)
        kept = np.unpackbits(packed, axis=1, count=rows).astype(np.float64)
        yield 2 * (kept @ columns) - total
