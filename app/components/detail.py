"""One shot at length: preview, what a person says of it, place in its video, rank and similarity in every
space, weights of the fused ends."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import streamlit as st

from app.components.files import read_script, read_style
from app.components.tiles import DEPTH, JUDGEMENTS, NO_EVENTS, VERDICTS, TileEvents, bar_height
from app.words import printed_share

__all__ = ["MARKS", "FusedEnd", "Neighbour", "ShotFacts", "SpaceScore", "detail_payload", "shot_detail"]

MARKS = {"relevant": "✓", "not": "✕", "unjudged": "·", "outside": "–"}
SHOWN_ON_EACH_SIDE = 12

_mount = st.components.v2.component(
    "lpd_shot_detail",
    html='<div class="root"></div>',
    css=read_style("detail.css"),
    js=read_script("detail_tables.js", "detail.js"),
)


class Neighbour(NamedTuple):
    """A shot of the same video; `length` is its share of the timeline, in any unit; `judgement` is a key of
    JUDGEMENTS or None."""

    shot_id: str
    label: str
    length: float
    here: bool
    thumbnail: str | bool
    judgement: str | None = None


class SpaceScore(NamedTuple):
    """How one list sees the shot; `best` is the highest similarity in that list, `space` the space that more
    shots like this one can be asked of, empty for none."""

    label: str
    end: str
    rank: int | None
    similarity: float
    best: float
    space: str = ""


class FusedEnd(NamedTuple):
    """A space whose video end is fused: video feature -> its share of 1 in the shot's vector."""

    label: str
    end: str
    shares: Mapping[str, float]


@dataclass(frozen=True)
class ShotFacts:
    """What is told about the shot beside its scores; `verdict` is a key of VERDICTS or None."""

    shot_id: str
    thumbnail: str | bool
    preview: str | bool
    lines: tuple[str, ...]
    captions: tuple[str, ...]
    judgement: str | None
    verdict: str | None = None


def detail_payload(
    facts: ShotFacts,
    *,
    media: str,
    neighbours: Sequence[Neighbour],
    scores: Sequence[SpaceScore],
    weights: Sequence[FusedEnd],
) -> dict[str, Any]:
    """Returns what the component is given, as plain JSON values.

    Args:
        facts: id, pictures, sentences, captions, judgement, verdict.
        media: where the pictures lie, relative to the address of the app.
        neighbours: all shots of the video in its order.
        scores: fused first, then every space.
        weights: the fused video ends; empty where unknown.

    Raises:
        KeyError: for a judgement that is none.
        ValueError: for a verdict that is none.
    """
    if facts.verdict is not None and facts.verdict not in VERDICTS:
        raise ValueError(f"verdict {facts.verdict!r} is not one of {tuple(VERDICTS)}")
    return {
        "media": media,
        "picture": {
            "shot": facts.shot_id,
            "thumbnail": facts.thumbnail,
            "preview": facts.preview,
            "alt": f"shot {facts.shot_id}",
        },
        "facts": list(facts.lines),
        "captions": list(facts.captions),
        "judgement": _judgement(facts.judgement),
        "verdict": facts.verdict,
        "neighbours": _neighbours(neighbours),
        "scores": [_score(score) for score in scores],
        "weights": _weights(weights),
    }


def _judgement(kind: str | None) -> dict[str, str] | None:
    return None if kind is None else {"kind": kind, "mark": MARKS[kind], "words": JUDGEMENTS[kind]}


def _neighbours(neighbours: Sequence[Neighbour]) -> list[dict[str, Any]]:
    here = next((place for place, shot in enumerate(neighbours) if shot.here), 0)
    return [
        {
            "shot": shot.shot_id,
            "label": shot.label,
            "length": shot.length,
            "here": shot.here,
            "shown": abs(place - here) <= SHOWN_ON_EACH_SIDE,
            "thumbnail": shot.thumbnail,
            "judgement": _judgement(shot.judgement),
            "alt": ", ".join(_neighbour_words(shot)),
        }
        for place, shot in enumerate(neighbours)
    ]


def _neighbour_words(shot: Neighbour) -> list[str]:
    words = [f"shot {shot.shot_id}", shot.label]
    return [*words, JUDGEMENTS[shot.judgement]] if shot.judgement else words


def _score(score: SpaceScore) -> dict[str, Any]:
    return {
        "label": score.label,
        "end": score.end,
        "rank": f">{DEPTH}" if score.rank is None else str(score.rank),
        "rank_share": bar_height(score.rank, DEPTH) / 100,
        "similarity": printed_share(score.similarity),
        "similarity_share": max(0.0, score.similarity / score.best) if score.best > 0 else 0.0,
        "space": score.space,
    }


def _weights(ends: Sequence[FusedEnd]) -> dict[str, Any] | None:
    if not ends:
        return None
    features = list(ends[0].shares)
    rows = []
    for fused in ends:
        values = [float(fused.shares[feature]) for feature in features]
        printed = [printed_share(one, 2) for one in values]
        rows.append({"label": fused.label, "end": fused.end, "shares": values, "printed": printed})
    return {"features": features, "rows": rows}


def shot_detail(
    payload: dict[str, Any], *, key: str, on_open: Callable[[], None], events: TileEvents = NO_EVENTS
) -> None:
    """Draws the detail. Choosing a neighbour leaves `{shot}` under the key as event `open` and calls
    `on_open`. Of `events` it has `mark` with `{shot, verdict}` (verdict `relevant`, `not` or `none`) and
    `like` with `{shot, space}`, where the space is null for the whole model."""
    offered = [name for name in events.offered if name in ("mark", "like")]
    _mount(
        key=key,
        data={**payload, "events": offered},
        on_open_change=events.callback(on_open),
        on_mark_change=events.callback(events.mark),
        on_like_change=events.callback(events.like),
    )
