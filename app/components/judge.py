"""The desk where shots are judged: topics, one shot or a page of shots, what can be said of them; JSON in,
what was said out.

It shows neither rank nor score, so that a judge does not know which run found a shot.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import streamlit as st

from app.components.files import read_script, read_style

__all__ = ["WAYS", "BesideShot", "DeskShot", "DeskState", "DeskTopic", "desk_payload", "judge_desk"]

WAYS = ("one by one", "grid")
"""Ways to judge, as the address names them."""

PAGE = 24
"""Shots of a page of the grid."""

_mount = st.components.v2.component(
    "lpd_judge",
    html='<div class="frame"><div class="root"></div></div>',
    css=read_style("judge.css"),
    js=read_script(
        "grid_keys.js", "judge_queue.js", "judge_stage.js", "judge_grid.js", "judge_keys.js", "judge.js"
    ),
)


class BesideShot(NamedTuple):
    """A shot of the same video; `here` is the one that is judged."""

    shot_id: str
    label: str
    here: bool
    thumbnail: str | bool


class DeskShot(NamedTuple):
    """A shot to be judged: its pictures (True for served here, a URL, or False), where it is in its video,
    the shots around it, its captions; `skipped` whether the judge has skipped it, `verdict` what the judge
    said of it before (`relevant`, `not`), empty for nothing."""

    shot_id: str
    thumbnail: str | bool
    preview: str | bool
    place: str
    near: tuple[BesideShot, ...] = ()
    captions: tuple[str, ...] = ()
    skipped: bool = False
    verdict: str = ""


class DeskTopic(NamedTuple):
    """A topic of the plan: of `total` shots to be judged, `done` are."""

    topic_id: str
    text: str
    done: int
    total: int


@dataclass(frozen=True)
class DeskState:
    """Where the judge is.

    Args:
        plan: name of the plan.
        judge: who judges.
        way: one of WAYS.
        topic: id of the topic at hand.
        topics: all of the plan.
        relevant: shots of the topic at hand that the judge finds relevant.
        not_relevant: those that the judge does not.
        pace: seconds from verdict to verdict, None while unknown.
        acked: the running number of the last thing that was heard.
        failed: running number of what could not be kept, and why.
    """

    plan: str
    judge: str
    way: str
    topic: str
    topics: tuple[DeskTopic, ...]
    relevant: int
    not_relevant: int
    pace: float | None = None
    acked: int = 0
    failed: tuple[tuple[int, str], ...] = ()


def desk_payload(
    desk: DeskState, queue: Sequence[DeskShot], *, before: Sequence[DeskShot] = (), media: str
) -> dict[str, Any]:
    """Returns what the component is given, as plain JSON values.

    Args:
        desk: where the judge is.
        queue: the next shots of the topic at hand, in judging order.
        before: the shots judged last, the latest last, each with its verdict.
        media: where the pictures lie, relative to the address of the app.

    Raises:
        ValueError: for another way, or a topic that is none of the plan.
    """
    if desk.way not in WAYS:
        raise ValueError(f"way {desk.way!r} is not one of {WAYS}")
    places = [one.topic_id for one in desk.topics]
    if desk.topic not in places:
        raise ValueError(f"topic {desk.topic!r} is not of the plan")
    here = desk.topics[places.index(desk.topic)]
    return {
        "media": media,
        "plan": desk.plan,
        "judge": desk.judge,
        "way": "grid" if desk.way == "grid" else "one",
        "page": PAGE,
        "topic": {"id": here.topic_id, "text": here.text},
        "topics": [
            {"id": one.topic_id, "text": one.text, "done": one.done, "total": one.total}
            for one in desk.topics
        ],
        "next": _open_topic(desk.topics, places.index(desk.topic), 1),
        "previous": _open_topic(desk.topics, places.index(desk.topic), -1),
        "counts": {
            "done": here.done,
            "total": here.total,
            "relevant": desk.relevant,
            "not": desk.not_relevant,
        },
        "pace": desk.pace,
        "acked": desk.acked,
        "failed": [{"count": count, "words": words} for count, words in desk.failed],
        "queue": [_shot(one) for one in queue],
        "before": [_shot(one) for one in before],
    }


def _open_topic(topics: Sequence[DeskTopic], here: int, step: int) -> str | None:
    """The nearest topic in a direction, around the end, that is not done; of finished ones just the nearest
    where the judge looks back."""
    count = len(topics)
    around = [topics[(here + step * far) % count] for far in range(1, count)]
    unfinished = [one.topic_id for one in around if one.done < one.total]
    if step < 0:
        return around[0].topic_id if around else None
    return unfinished[0] if unfinished else None


def _shot(shot: DeskShot) -> dict[str, Any]:
    return {
        "shot": shot.shot_id,
        "thumbnail": shot.thumbnail,
        "preview": shot.preview,
        "alt": f"shot {shot.shot_id}",
        "place": shot.place,
        "captions": list(shot.captions),
        "skipped": shot.skipped,
        "verdict": shot.verdict,
        "near": [
            {
                "shot": one.shot_id,
                "label": one.label,
                "here": one.here,
                "thumbnail": one.thumbnail,
                "alt": f"shot {one.shot_id}",
            }
            for one in shot.near
        ],
    }


def judge_desk(payload: dict[str, Any], *, key: str, on_said: Callable[[], None]) -> None:
    """Draws the desk. What the judge says stands under the key as event `said`: `{said, count}`, `said` being
    all that the page has not heard by `acked`, oldest first, each `{count, kind, plan, judge, topic, shots,
    verdict, was}`; `kind` is `verdict` (verdict `relevant`, `not`, or `none`, which takes it back), `skip`,
    `unskip` or `topic`, which asks for another topic.

    Args:
        payload: from `desk_payload`.
        key: of the component, unique on the page.
        on_said: called after something was said.
    """
    _mount(key=key, data=payload, on_said_change=on_said)
