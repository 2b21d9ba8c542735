"""Several trainings of one thing as one cell: mean, spread, relative gain."""

from collections.abc import Mapping, Sequence

import numpy as np

from lpd.errors import LpdError
from lpd.tables.cells import Cell, check_finite

__all__ = ["mean_and_spread", "relative_gain", "seeds_cell"]


def mean_and_spread(values: Sequence[float]) -> tuple[float, float | None]:
    """Returns the mean over seeds and their sample standard deviation (n - 1), None for a single seed.

    Raises:
        LpdError: if there are no values.
        FormatError: if a value is not finite.
    """
    if not values:
        raise LpdError("no values to average", expected="the value of at least one seed")
    check_finite(values)
    if len(set(values)) == 1:
        # the mean of equal floats can miss them by an ulp, and then a spread would appear that is not there
        return float(values[0]), None if len(values) == 1 else 0.0
    return float(np.mean(values)), float(np.std(values, ddof=1))


def relative_gain(value: float, baseline: float) -> float:
    """Returns by which share of a baseline a value lies above it: .215 over .208 gives .0337.

    Raises:
        LpdError: for a baseline of zero or below.

    Source: LPD paper, Table 5, which takes it from the printed means.
    """
    if baseline <= 0:
        raise LpdError("no relative gain over this baseline", expected="a number above 0", found=baseline)
    return value / baseline - 1


def seeds_cell(
    by_seed: Mapping[int, float],
    *,
    published: float | str | None = None,
    p_value: float | None = None,
    note: str | None = None,
) -> Cell:
    """Returns the cell of one measure over several seeds, in the order of the seeds.

    Raises:
        LpdError: if there are no seeds.
        FormatError: if a value is not finite.
    """
    seeds = tuple(sorted(by_seed))
    runs = tuple(float(by_seed[seed]) for seed in seeds)
    mean, spread = mean_and_spread(runs)
    return Cell(mean, spread, seeds, runs, published=published, p_value=p_value, note=note)
