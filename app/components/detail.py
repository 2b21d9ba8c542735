"""One shot at length: preview, place in its video, rank and similarity in every space, weights of the fused
ends."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import streamlit as st

from app.components.files import read_script, read_style
from app.components.grid import DEPTH, JUDGEMENTS, bar_height
from app.words import printed_share

__all__ = ["MARKS", "FusedEnd", "Neighbour", "ShotFacts", "SpaceScore", "detail_payload", "shot_detail"]

MARKS = {"relevant": "✓", "not": "✕", "unjudged": "·", "outside": "–"}
SHOWN_ON_EACH_SIDE = 12

_mount = st.components.v2.component(
    "lpd_shot_detail",
    html='<div class="root"></div>',
    css=read_style("detail.css"),
    js=read_script("detail.js"),
)


class Neighbour(NamedTuple):
    """A shot of the same video; `length` is its share of the timeline, in any unit."""

    shot_id: str
    label: str
    length: float
    here: bool
    thumbnail: str | bool


class SpaceScore(NamedTuple):
    """How one list sees the shot; `best` is the highest similarity in that list."""

    label: str
    end: str
    rank: int | None
    similarity: float
    best: float


class FusedEnd(NamedTuple):
    """A space whose video end is fused: video feature -> its share of 1 in the shot's vector."""

    label: str
    end: str
    shares: Mapping[str, float]


@dataclass(frozen=True)
class ShotFacts:
    """What is told about the shot beside its scores."""

    shot_id: str
    thumbnail: str | bool
    preview: str | bool
    lines: tuple[str, ...]
    captions: tuple[str, ...]
    judgement: str | None


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
        facts: id, pictures, sentences, captions, judgement.
        media: where the pictures lie, relative to the address of the app.
        neighbours: all shots of the video in its order.
        scores: fused first, then every space.
        weights: the fused video ends; empty where unknown.
    """
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
            "alt": f"shot {shot.shot_id}, {shot.label}",
        }
        for place, shot in enumerate(neighbours)
    ]


def _score(score: SpaceScore) -> dict[str, Any]:
    return {
        "label": score.label,
        "end": score.end,
        "rank": f">{DEPTH}" if score.rank is None else str(score.rank),
        "rank_share": bar_height(score.rank, DEPTH) / 100,
        "similarity": printed_share(score.similarity),
        "similarity_share": max(0.0, score.similarity / score.best) if score.best > 0 else 0.0,
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


def shot_detail(payload: dict[str, Any], *, key: str, on_open: Callable[[], None]) -> None:
    """Draws the detail. Choosing a neighbour leaves `{shot}` under the key as event `open` and calls
    `on_open`."""
    _mount(key=key, data=payload, on_open_change=on_open)
