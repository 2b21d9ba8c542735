"""How far the judges agree, and the desk where somebody rules on what they contradict each other about."""

from functools import partial

import streamlit as st

from app import resources, state
from app.components import empty_state, note
from app.components.judge import DeskShot, DeskState, DeskTopic, desk_payload, judge_desk
from app.components.result_table import result_payload, result_table
from app.judging.shown import ShotShower
from app.judging.tables import agreement_table
from app.media import media_prefix
from app.resources import judging
from app.views.judge.bar import draw_bar
from app.views.judge.hearing import RULING_KEY, hear
from app.views.judge.scene import JudgeScene, desk_log
from app.words import plain
from lpd.errors import LpdError
from lpd.judging import RELEVANT
from lpd.judging.agreement import Contradiction, plan_agreement, plan_contradictions
from lpd.services.judging.plans import judging_verdicts
from lpd.words import counted

__all__ = ["draw_agreement"]

MOST_BEFORE = 12


def draw_agreement(scene: JudgeScene) -> None:
    """Draws this part of the page."""
    draw_bar(scene)
    st.fragment(_tried)(scene)


def _tried(scene: JudgeScene) -> None:
    try:
        _draw(scene)
    except LpdError as error:  # run alone, it is out of reach of the frame that tells errors
        st.error(plain(str(error)))


def _draw(scene: JudgeScene) -> None:
    verdicts = judging_verdicts(scene.workspace, scene.plan)
    pairs = plan_agreement(scene.plan, verdicts)
    conflicts = plan_contradictions(scene.plan, verdicts)
    with st.container(border=True, key="card_agreement"):
        note("Agreement of the judges", "title")
        if not pairs:
            share = f"{scene.plan.overlap:.0%} of the shots are judged by every judge"
            sentence = "Two judges have not judged a shot in common yet"
            empty_state("Nothing to compare yet", f"{sentence}; {share}.")
            return
        table = agreement_table(scene.plan, pairs)
        result_table(result_payload(table, alt="agreement of each pair of judges"), key="judge_agreement")
        note("Kappa: 1 where two agree on all, 0 where they agree as often as chance would.", "small")
    open_ones = [one for one in conflicts if one.ruling is None]
    with st.container(border=True, key="card_conflicts"):
        told = f"{counted(len(conflicts), 'contradiction')}, {len(open_ones)} without a ruling"
        note(told if conflicts else "No contradictions", "title")
        if conflicts:
            note("Your verdict here decides over theirs; theirs stay, and the agreement is theirs.", "hint")
    if conflicts:
        judge_desk(
            _payload(scene, conflicts), key=RULING_KEY, on_said=partial(hear, scene.workspace, RULING_KEY)
        )


def _payload(scene: JudgeScene, conflicts: list[Contradiction]) -> dict[str, object]:
    by_topic: dict[str, list[Contradiction]] = {}
    for one in conflicts:
        by_topic.setdefault(one.topic_id, []).append(one)
    topics = tuple(
        DeskTopic(topic_id, scene.plan.topics[topic_id].text, _ruled(found), len(found))
        for topic_id, found in ((one, by_topic[one]) for one in scene.plan.topics if one in by_topic)
    )
    asked = state.value("judged")
    unfinished = [one.topic_id for one in topics if one.done < one.total]
    here = asked if asked in by_topic else next(iter(unfinished), topics[0].topic_id)
    log = desk_log(RULING_KEY)
    rulings = {one.shot_id: one.ruling.verdict for one in by_topic[here] if one.ruling is not None}
    desk = DeskState(
        plan=scene.plan.name,
        judge=scene.judge,
        way="one by one",
        topic=here,
        topics=topics,
        relevant=list(rulings.values()).count(RELEVANT),
        not_relevant=len(rulings) - list(rulings.values()).count(RELEVANT),
        acked=log.heard,
        failed=tuple(log.failed),
    )
    skipped = log.skipped_of(scene.plan.name, scene.judge, here)
    waiting = [one for one in by_topic[here] if one.ruling is None]
    queue = sorted(waiting, key=lambda one: one.shot_id in skipped)
    before = [one for one in by_topic[here] if one.ruling is not None and one.ruling.judge == scene.judge]
    return desk_payload(
        desk,
        _shown(scene, queue, skipped=skipped),
        before=_shown(scene, before[-MOST_BEFORE:], skipped={}),
        media=media_prefix(scene.selection.workspace, scene.plan.collection),
    )


def _ruled(conflicts: list[Contradiction]) -> int:
    return sum(one.ruling is not None for one in conflicts)


def _shown(scene: JudgeScene, conflicts: list[Contradiction], *, skipped: dict[str, None]) -> list[DeskShot]:
    """Shots as the desk shows them, with who says what."""
    shower = ShotShower(
        scene.collection,
        judging.shot_places(scene.workspace, scene.plan.collection),
        resources.captions(scene.workspace, scene.plan.collection),
    )
    verdicts = {
        one.shot_id: "relevant" if one.ruling.verdict == RELEVANT else "not"
        for one in conflicts
        if one.ruling is not None
    }
    shown = shower.shown([one.shot_id for one in conflicts], skipped=skipped, verdicts=verdicts)
    said = (f"✓ {', '.join(one.relevant)} · ✕ {', '.join(one.not_relevant)}" for one in conflicts)
    return [one._replace(place=f"{words} · {one.place}") for one, words in zip(shown, said, strict=True)]
