"""Making maps of several spaces at once, in two passes over the shots' vectors.

Sizes: N shots, n of them in a block, S spaces, M shots in the sample, P axes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from lpd.errors import LpdError
from lpd.maps.clusters import CLUSTERS, cluster_centres, nearest_centres
from lpd.maps.pca import Axes, Moments, principal_axes
from lpd.maps.shot_map import METHODS, MapFacts, MapPart, ShotMap, joined, on_plane
from lpd.maps.umap_map import FITTED_AT_MOST, Anchors, fit_umap
from lpd.progress import Progress, no_progress

__all__ = ["AXES", "MapSettings", "VectorBlocks", "Wanted", "make_maps"]

AXES = 64
"""Clusters and UMAP are computed along so many principal axes."""


class VectorBlocks(Protocol):
    """Gives the vectors of N shots, twice or more."""

    @property
    def shots(self) -> int:
        """N."""
        ...

    @property
    def widths(self) -> tuple[int, ...]:
        """Widths of the S spaces."""
        ...

    def blocks(self, rows: np.ndarray | None = None) -> Iterator[Sequence[np.ndarray]]:
        """Yields S arrays (n, D_s) of consecutive shots; of these rows (rising) alone, if they are given."""
        ...


@dataclass(frozen=True)
class MapSettings:
    """How maps are made.

    Args:
        method: one of METHODS.
        clusters: how many.
        seed: of the sample, the clusters and UMAP.

    Raises:
        LpdError: for an unknown method.
    """

    method: str = "pca"
    clusters: int = CLUSTERS
    seed: int = 0

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise LpdError("unknown method of a map", expected=" or ".join(METHODS), found=repr(self.method))


class Wanted(NamedTuple):
    """A map that is wanted: of the space of this name, or of the fusion, with what is mapped for it."""

    space: str
    parts: tuple[MapPart, ...]


class _Frame(NamedTuple):
    """What places a shot: made of all shots, before any is placed."""

    axes: Axes
    centres: np.ndarray
    anchors: Anchors | None


def make_maps(
    vectors: VectorBlocks,
    wanted: Sequence[Wanted],
    settings: MapSettings,
    *,
    progress: Progress = no_progress,
) -> list[ShotMap]:
    """Returns the maps that are wanted, all from the same two passes.

    The first pass adds up means and covariances, the second places the shots. Between them clusters, and the
    places by UMAP, are made of a sample: of all shots up to 20,000. Memory: a block, D x D sums in float64
    per map, and 10 bytes per shot and map.

    Args:
        vectors: of the shots.
        wanted: which maps.
        settings: how they are made.
        progress: called per block.

    Raises:
        LpdError: if there are no shots, a space is too wide, or the number of clusters is impossible.
        FormatError: if a vector is not finite.
        MissingExtraError: if UMAP is wanted and not installed.
    """
    if not vectors.shots:
        raise LpdError("there are no shots to map", expected="at least one")
    moments = [Moments(sum(vectors.widths[part.number] for part in one.parts)) for one in wanted]
    done = 0
    for block in vectors.blocks():
        progress("adding up vectors", done, vectors.shots)
        for one, sums in zip(wanted, moments, strict=True):
            sums.add(joined(block, one.parts))
        done += len(block[0])
    progress("adding up vectors", done, vectors.shots)
    axes: list[Axes] = []
    while moments:  # one after another, so that no more than one covariance is decomposed at a time
        progress("finding the axes", len(axes), len(wanted))
        axes.append(principal_axes(moments.pop(0), AXES))
    progress("finding the axes", len(wanted), len(wanted))
    rows = sample_rows(vectors.shots, settings.seed)
    frames = _frames(vectors, wanted, settings, axes=axes, rows=rows, progress=progress)
    return _placed(vectors, wanted, settings, frames=frames, rows=rows, progress=progress)


def sample_rows(shots: int, seed: int) -> np.ndarray:
    """Returns the rows of at most 20,000 shots drawn without replacement, rising, int64."""
    if shots <= FITTED_AT_MOST:
        return np.arange(shots, dtype=np.int64)
    drawn = np.random.default_rng(seed).choice(shots, FITTED_AT_MOST, replace=False)
    return np.sort(drawn).astype(np.int64)


def _frames(
    vectors: VectorBlocks,
    wanted: Sequence[Wanted],
    settings: MapSettings,
    *,
    axes: Sequence[Axes],
    rows: np.ndarray,
    progress: Progress,
) -> list[_Frame]:
    """Returns what places the shots of each map, made of the sample."""
    samples: list[list[np.ndarray]] = [[] for _ in wanted]
    for block in vectors.blocks(rows):
        for kept, one, own in zip(samples, wanted, axes, strict=True):
            kept.append(own.coordinates(joined(block, one.parts)))
    stage = "fitting UMAP and clusters" if settings.method == "umap" else "finding clusters"
    frames = []
    for number, own in enumerate(axes):
        progress(stage, number, len(wanted))
        sample = np.concatenate(samples[number])
        centres = cluster_centres(sample, settings.clusters, seed=settings.seed)
        anchors = None
        if settings.method == "umap":
            anchors = Anchors(sample, fit_umap(sample, seed=settings.seed))
        frames.append(_Frame(own, centres, anchors))
    progress(stage, len(wanted), len(wanted))
    return frames


def _placed(
    vectors: VectorBlocks,
    wanted: Sequence[Wanted],
    settings: MapSettings,
    *,
    frames: Sequence[_Frame],
    rows: np.ndarray,
    progress: Progress,
) -> list[ShotMap]:
    points = [np.empty((vectors.shots, 2), dtype=np.float32) for _ in wanted]
    clusters = [np.empty(vectors.shots, dtype=np.uint16) for _ in wanted]
    done = 0
    for block in vectors.blocks():
        progress("placing shots", done, vectors.shots)
        stop = done + len(block[0])
        for number, (one, frame) in enumerate(zip(wanted, frames, strict=True)):
            along = frame.axes.coordinates(joined(block, one.parts))
            clusters[number][done:stop] = nearest_centres(along, frame.centres)
            plane = on_plane(along[:, :2]) if frame.anchors is None else frame.anchors.places(along)
            points[number][done:stop] = plane
        done = stop
    progress("placing shots", done, vectors.shots)
    found = []
    for number, (one, frame) in enumerate(zip(wanted, frames, strict=True)):
        if frame.anchors is not None:
            points[number][rows] = frame.anchors.points  # the fitted ones stand where UMAP put them
        facts = _facts(vectors.shots, one, frame, settings)
        found.append(
            ShotMap(facts, points[number], clusters[number], frame.centres, frame.axes, frame.anchors)
        )
    return found


def _facts(shots: int, one: Wanted, frame: _Frame, settings: MapSettings) -> MapFacts:
    shares = [*frame.axes.shares[:2].tolist(), 0.0, 0.0]
    return MapFacts(
        space=one.space,
        parts=one.parts,
        method=settings.method,
        shots=shots,
        width=len(frame.axes.mean),
        explained=(shares[0], shares[1]),
        kept=min(1.0, float(frame.axes.shares.sum())),
        fitted=0 if frame.anchors is None else len(frame.anchors.points),
        clusters=len(frame.centres),
        seed=settings.seed,
    )
