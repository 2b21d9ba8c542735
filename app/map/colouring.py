"""What the colours of a map say: by video, by judgement, by score, by cluster.

Sizes: N shots, C classes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from app.components.tiles import JUDGEMENTS
from app.map.colours import MapColours

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "CLUSTER",
    "COLOURINGS",
    "HIDDEN",
    "JUDGEMENT",
    "SCORE",
    "VIDEO",
    "Colouring",
    "NumberedVideos",
    "PointClass",
    "by_cluster",
    "by_judgement",
    "by_score",
    "by_video",
    "number_videos",
    "without",
]

VIDEO, JUDGEMENT, SCORE, CLUSTER = "video", "judgement", "score", "cluster"
COLOURINGS = (CLUSTER, VIDEO, JUDGEMENT, SCORE)

HIDDEN = 255
"""The class of shots that are not shown."""

SCALE_STEPS = 254


@dataclass(frozen=True)
class PointClass:
    """Shots that look the same.

    `shape` is `dot`, `cross` or `ring`, `size` times that of a point and no less than `least` pixels; classes
    of a higher `level` are drawn over the others.
    """

    words: str
    colour: str
    count: int
    shape: str = "dot"
    size: float = 1.0
    level: int = 1
    least: float = 0.0


@dataclass(frozen=True, eq=False)
class Colouring:
    """The class of every shot.

    Args:
        title: what the classes are.
        kinds: (N,) uint8, number of its class; HIDDEN for a shot that is not shown.
        classes: C of them.
        ends: lowest and highest score, where the classes are the steps of a scale; else None.
    """

    title: str
    kinds: np.ndarray
    classes: tuple[PointClass, ...]
    ends: tuple[float, float] | None = None


def _counted(kinds: np.ndarray, classes: Sequence[PointClass]) -> tuple[PointClass, ...]:
    counts = np.bincount(kinds, minlength=HIDDEN + 1)[: len(classes)].tolist()
    return tuple(replace(one, count=count) for one, count in zip(classes, counts, strict=True))


def without(colouring: Colouring, shown: np.ndarray | None) -> Colouring:
    """Returns a colouring with all other shots hidden.

    Args:
        colouring: of all shots.
        shown: (N,) bool; None shows all.
    """
    if shown is None:
        return colouring
    kinds = np.where(shown, colouring.kinds, HIDDEN).astype(np.uint8)
    return Colouring(colouring.title, kinds, _counted(kinds, colouring.classes), colouring.ends)


class NumberedVideos(NamedTuple):
    """The videos of a collection, those with the most shots first.

    `names` are all of them, `numbers` (N,) int64 the place in it of every shot's video.
    """

    names: list[str]
    numbers: np.ndarray


def number_videos(videos: "pd.Series") -> NumberedVideos:
    """Returns the videos by number; of equally long ones the one that comes first.

    Args:
        videos: (N,) the video of every shot.
    """
    numbers, names = videos.factorize()
    order = np.argsort(-np.bincount(numbers, minlength=len(names)), kind="stable")
    place = np.empty(len(names), dtype=np.int64)
    place[order] = np.arange(len(names))
    return NumberedVideos([str(names[one]) for one in order.tolist()], place[numbers])


def by_video(videos: NumberedVideos, named: Sequence[str], colours: MapColours) -> Colouring:
    """Returns the shots of some videos each in a colour, all others in one that stands back.

    Args:
        videos: of all shots.
        named: some of them; those beyond the colours of the theme are among the others.
        colours: of the theme.
    """
    chosen = list(named)[: len(colours.classes)]
    kinds = np.full(len(videos.numbers), len(chosen), dtype=np.uint8)
    for number, name in enumerate(chosen):
        kinds[videos.numbers == videos.names.index(name)] = number
    shapes = ("dot", "ring", "cross")
    classes = [
        PointClass(name, colours.classes[number], 0, shapes[number % 3], 1.5, 2, 6.0)
        for number, name in enumerate(chosen)
    ]
    others = PointClass("other videos", colours.back, 0, "dot", 0.85, 0)
    return Colouring("video", kinds, _counted(kinds, [*classes, others]))


def by_judgement(rows: Mapping[int, Sequence[int]], shots: int, colours: MapColours) -> Colouring:
    """Returns the four kinds of judgement of a topic, each with a colour and a shape.

    Args:
        rows: relevance 1, 0 or -1 -> rows of the shots judged so.
        shots: N.
        colours: of the theme.
    """
    kinds = np.full(shots, 3, dtype=np.uint8)
    for number, relevance in enumerate((1, 0, -1)):
        kinds[np.asarray(rows.get(relevance, ()), dtype=np.int64)] = number
    looks = {
        "relevant": (colours.relevant, "dot", 1.7, 3, 6.5),
        "not": (colours.not_relevant, "cross", 1.1, 2, 4.5),
        "unjudged": (colours.unjudged, "ring", 1.4, 1, 5.0),
        "outside": (colours.back, "dot", 0.8, 0, 0.0),
    }
    classes = [
        PointClass(JUDGEMENTS[kind], colour, 0, shape, size, level, least)
        for kind, (colour, shape, size, level, least) in looks.items()
    ]
    return Colouring("judgement", kinds, _counted(kinds, classes))


def by_score(scores: np.ndarray, colours: MapColours) -> Colouring:
    """Returns scores as the steps of one scale; higher ones are drawn over lower ones.

    Args:
        scores: (N,) float32.
        colours: of the theme.
    """
    low, high = (float(scores.min()), float(scores.max())) if len(scores) else (0.0, 0.0)
    share = (scores - low) / (high - low) if high > low else np.zeros(len(scores), np.float32)
    kinds = np.round(share * (SCALE_STEPS - 1)).astype(np.uint8)
    classes = [
        PointClass("", colour, 0, "dot", 1.0, step) for step, colour in enumerate(colours.scale(SCALE_STEPS))
    ]
    return Colouring("score", kinds, _counted(kinds, classes), (low, high))


def by_cluster(clusters: np.ndarray, colours: MapColours, *, title: str) -> Colouring:
    """Returns the clusters, each with a number, a colour and a shape; of more than there are colours the
    largest.

    Args:
        clusters: (N,) uint16.
        colours: of the theme.
        title: whose clusters they are.
    """
    most, shapes = len(colours.classes), ("dot", "ring", "cross")
    there = int(clusters.max()) + 1 if len(clusters) else 0
    kinds = np.minimum(clusters, most).astype(np.uint8)
    classes = [
        PointClass(str(number + 1), colours.classes[number], 0, shapes[number // 4 % 3], 1.0, 1)
        for number in range(min(there, most))
    ]
    if there > most:
        classes.append(PointClass("smaller ones", colours.back, 0, "dot", 0.85, 0))
    return Colouring(title, kinds, _counted(kinds, classes))
