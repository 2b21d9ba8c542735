"""Small quantised indexes to test with: random vectors in the plain form and as components with mixtures."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from lpd.search.quantised_layout import QuantisedLayout


class Case(NamedTuple):
    """What an index is written from: C arrays (N, D_c), and (N, M, C) or None."""

    layout: QuantisedLayout
    components: list[np.ndarray]
    mixing: np.ndarray | None

    @property
    def shot_ids(self) -> list[str]:
        """`shot0`, `shot1`, ..."""
        return [f"shot{number}" for number in range(self.layout.shots)]

    def blocks(self, step: int, start: int = 0) -> Iterator[tuple[list[np.ndarray], np.ndarray | None]]:
        """Yields consecutive rows from `start` on."""
        for first in range(start, self.layout.shots, step):
            rows = slice(first, first + step)
            yield [part[rows] for part in self.components], None if self.mixing is None else self.mixing[rows]

    def vectors(self) -> list[np.ndarray]:
        """Returns the vectors of every space, one loop per mixture and component, in float64."""
        mixed = iter([] if self.mixing is None else np.moveaxis(self.mixing, 1, 0).astype(np.float64))
        found = []
        for source in self.layout.sources:
            if source is not None:
                found.append(self.components[source].astype(np.float64))
                continue
            shares = next(mixed)
            found.append(
                sum(shares[:, [c]] * part.astype(np.float64) for c, part in enumerate(self.components))
            )
        return found


def plain_case(shots: int, widths: tuple[int, ...] = (5, 70, 64), *, seed: int = 0) -> Case:
    """Returns spaces of several widths, each a component of its own."""
    draw = np.random.default_rng(seed)
    spaces = tuple(f"space:{number}" for number in range(len(widths)))
    layout = QuantisedLayout(spaces, widths, widths, tuple(range(len(widths))), shots)
    return Case(layout, [_unit(draw, shots, width) for width in widths], None)


def mixed_case(shots: int, *, width: int = 40, components: int = 3, mixtures: int = 2, seed: int = 0) -> Case:
    """Returns mixtures first, then each component as a space, as LPD has them."""
    draw = np.random.default_rng(seed)
    sources = (None,) * mixtures + tuple(range(components))
    spaces = tuple(f"text:{i}" for i in range(mixtures)) + tuple(f"video:{c}" for c in range(components))
    layout = QuantisedLayout(spaces, (width,) * len(spaces), (width,) * components, sources, shots)
    vectors = [_unit(draw, shots, width) for _ in range(components)]
    mixing = draw.random((shots, mixtures, components)).astype(np.float32)
    lengths = np.linalg.norm(np.einsum("nic,cnd->nid", mixing, np.stack(vectors)), axis=-1, keepdims=True)
    return Case(layout, vectors, mixing / lengths)


def _unit(draw: np.random.Generator, rows: int, width: int) -> np.ndarray:
    vectors = draw.standard_normal((rows, width)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
