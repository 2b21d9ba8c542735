"""The part of the page where shots are judged: it runs alone after every verdict."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

import streamlit as st

from app import resources, state
from app.components.judge import DeskState, DeskTopic, desk_payload, judge_desk
from app.judging.desk import TopicDesk, pace_of, topic_desk
from app.judging.shown import ShotShower
from app.media import media_prefix
from app.resources import judging
from app.views.judge.hearing import DESK_KEY, hear
from app.views.judge.scene import JudgeScene, desk_log
from app.words import plain
from lpd.errors import LpdError
from lpd.judging import GivenVerdict, verdict_history
from lpd.judging.plan import plan_needs
from lpd.judging.store import histories

__all__ = ["draw_desk"]

SENT = {"one by one": 32, "grid": 48}
"""Way to judge -> so many of the next shots the browser is given, which fetches their pictures ahead."""

COUNTS_S = 10.0
"""The counts of the other topics are read again after so long: other judges are at work too."""


@dataclass
class _Counts:
    """What a session knows of all topics of a plan: topic -> done and total, of one judge."""

    of: tuple[str, str] = ("", "")
    read: float = float("-inf")
    topics: dict[str, tuple[int, int]] = field(default_factory=dict)


def draw_desk(scene: JudgeScene) -> None:
    """Draws the desk; of the page it alone runs again when something is said."""
    st.fragment(_draw)(scene)


def _draw(scene: JudgeScene) -> None:
    try:
        payload = _payload(scene)
    except LpdError as error:  # run alone, it is out of reach of the frame that tells errors
        st.error(plain(str(error)))
        return
    judge_desk(payload, key=DESK_KEY, on_said=partial(hear, scene.workspace, DESK_KEY))


def _payload(scene: JudgeScene) -> dict[str, object]:
    plan, topic_id = judging.plan(scene.workspace, scene.plan.name), scene.topic_id
    log = desk_log(DESK_KEY)
    history = verdict_history(scene.workspace.judgements_path, plan_needs(plan)[topic_id])
    at = _desk(scene, topic_id, history)
    own = [one.given for one in history if one.judge == scene.judge and one.view == plan.view]
    log.pace = pace_of(own) or log.pace
    counts = _counts(scene)
    counts[topic_id] = (at.done, at.total)
    desk = DeskState(
        plan=plan.name,
        judge=scene.judge,
        way=scene.way,
        topic=topic_id,
        topics=tuple(
            DeskTopic(one.topic_id, one.text, *counts[one.topic_id]) for one in plan.topics.values()
        ),
        relevant=at.relevant,
        not_relevant=at.not_relevant,
        pace=None if log.pace is None else round(log.pace, 1),
        acked=log.heard,
        failed=tuple(log.failed),
    )
    skipped = log.skipped_of(plan.name, scene.judge, topic_id)
    shower = ShotShower(
        scene.collection,
        judging.shot_places(scene.workspace, plan.collection),
        resources.captions(scene.workspace, plan.collection),
    )
    before = dict(at.before)
    return desk_payload(
        desk,
        shower.shown(at.queue[: SENT[scene.way]], skipped=skipped),
        before=shower.shown(tuple(before), verdicts=before),
        media=media_prefix(scene.selection.workspace, plan.collection),
    )


def _desk(scene: JudgeScene, topic_id: str, history: list[GivenVerdict]) -> TopicDesk:
    plan = judging.plan(scene.workspace, scene.plan.name)
    skipped = desk_log(DESK_KEY).skipped_of(plan.name, scene.judge, topic_id)
    return topic_desk(
        plan, topic_id, history, judge=scene.judge, now=datetime.now(UTC), skipped=tuple(skipped)
    )


def _counts(scene: JudgeScene) -> dict[str, tuple[int, int]]:
    """Topic -> done and total of the judge, as of late."""
    kept: _Counts = state.remembered("judge_counts", _Counts)
    plan = judging.plan(scene.workspace, scene.plan.name)
    asked, now = (plan.digest, scene.judge), time.monotonic()
    if kept.of != asked or now - kept.read > COUNTS_S:
        needs = plan_needs(plan)
        said = histories(scene.workspace.judgements_path, list(needs.values()))
        kept.topics = {}
        for topic_id, history in zip(needs, said, strict=True):
            at = _desk(scene, topic_id, history)
            kept.topics[topic_id] = (at.done, at.total)
        kept.of, kept.read = asked, now
    return kept.topics
