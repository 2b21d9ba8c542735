"""The judgements of one topic as columns, and looking shots up in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise, repeat
from typing import Self

import numpy as np

from lpd.trec.columns import Names, Words

__all__ = ["JudgedTopic"]


@dataclass(frozen=True, eq=False)
class JudgedTopic:
    """The rows of one topic, as columns in the order of the file; repeated rows stay.

    Args:
        shot_ids: the shots of the pool.
        strata: the stratum of each row.
        relevance: (rows,) int64, -1, 0, 1 or a higher grade.
    """

    shot_ids: list[str]
    strata: list[str]
    relevance: np.ndarray

    @classmethod
    def of_columns(cls, shots: Words, strata: Names, *, relevance: np.ndarray) -> Self:
        """Returns the same of columns of a file; what they tell at once is not found again from the texts.

        Args:
            shots: the shots of the pool.
            strata: of each row; some of its names may not occur.
            relevance: (rows,) int64.
        """
        made = cls(shots.texts, strata.texts().tolist(), relevance)
        occurring = sorted({strata.names[code] for code in np.unique(strata.codes).tolist()})
        places = np.array([occurring.index(one) if one in occurring else -1 for one in strata.names])
        made.__dict__.update(
            words=shots,
            repeats=not shots.distinct,
            stratum_names=occurring,
            stratum_codes=places.astype(np.int64)[strata.codes],
        )
        return made

    @cached_property
    def positions(self) -> dict[str, int]:
        """The row of each shot."""
        return {shot_id: row for row, shot_id in enumerate(self.shot_ids)}

    @cached_property
    def repeats(self) -> bool:
        """Whether some shot has several rows."""
        return len(self.positions) != len(self.shot_ids)

    @cached_property
    def words(self) -> Words:
        """The shots as a column, to look many of them up at once."""
        import pyarrow as pa

        return Words(pa.array(self.shot_ids, pa.string()))

    def rows_of(self, lists: Sequence[Sequence[str]]) -> list[np.ndarray]:
        """Returns for each list of shots (len(list),) int64, the row of each shot, -1 outside the pool.

        Of a shot whose row is repeated it is the last one.
        """
        columns = [listed for listed in lists if isinstance(listed, Words)]
        if lists and len(columns) == len(lists) and not self.repeats:
            found = _found_at_once(columns, self.words)
        else:
            rows = map(self.positions.get, chain.from_iterable(lists), repeat(-1))
            found = np.fromiter(rows, dtype=np.int64)
        ends = np.cumsum([0, *(len(listed) for listed in lists)]).tolist()
        return [found[start:end] for start, end in pairwise(ends)]

    @cached_property
    def stratum_names(self) -> list[str]:
        """The strata that occur, sorted as strings."""
        return sorted(set(self.strata))

    @cached_property
    def stratum_codes(self) -> np.ndarray:
        """(rows,) int64, the position of each row's stratum in `stratum_names`."""
        codes = {name: code for code, name in enumerate(self.stratum_names)}
        return np.array([codes[stratum] for stratum in self.strata], dtype=np.int64)

    @cached_property
    def stratum_counts(self) -> np.ndarray:
        """(3, strata) float64: how many rows, judged rows and relevant rows each of `stratum_names` has."""
        codes, strata = self.stratum_codes, len(self.stratum_names)
        parts = (codes, codes[self.relevance >= 0], codes[self.relevance > 0])
        return np.array([np.bincount(part, minlength=strata) for part in parts], dtype=np.float64)


def _found_at_once(wanted: Sequence[Words], pool: Words) -> np.ndarray:
    """Returns (all wanted,) int64, the row of each one in a pool of distinct words, -1 outside."""
    import pyarrow as pa
    import pyarrow.compute as pc

    asked = pa.concat_arrays([one.column for one in wanted])
    rows = pc.fill_null(pc.index_in(asked, value_set=pool.column), -1)
    return rows.to_numpy(zero_copy_only=False).astype(np.int64)
