import random
from pathlib import Path

import numpy as np
import pytest

from lpd.errors import LpdError, MismatchError, NotFoundError
from lpd.evaluation import infer_topic
from lpd.judging import NOT_RELEVANT, RELEVANT, JudgingPlan, Ruling, TopicVerdicts, plan_qrels
from lpd.trec import read_qrels, write_qrels
from tests.lpd.judging.small_plans import SHOTS, said, small_plan
from tests.reference.evaluation import inferred_measures


def judged(plan: JudgingPlan, topic_id: str, count: int, *, seed: int = 0) -> dict[str, str]:
    draw = random.Random(seed)
    return {one: draw.choice([RELEVANT, NOT_RELEVANT]) for one in plan.topic(topic_id).order[:count]}


def test_rows_are_the_whole_pool_with_what_was_judged() -> None:
    plan = small_plan()
    verdicts = judged(plan, "1", 25)
    made = plan_qrels(plan, {"1": said(Ada=verdicts)})
    rows = list(made.qrels.rows())
    assert made.qrels.topic_ids == ["1"]
    assert made.unjudged == ("2",)
    assert made.left_out == ()
    assert [(row.stratum, row.shot_id) for row in rows] == sorted((row.stratum, row.shot_id) for row in rows)
    assert {row.shot_id: row.stratum for row in rows} == {
        shot_id: stratum.name for shot_id, stratum in plan.topic("1").stratum_of.items()
    }
    found = {row.shot_id: row.relevance for row in rows if row.relevance >= 0}
    assert found == {shot_id: int(verdict == RELEVANT) for shot_id, verdict in verdicts.items()}
    assert {row.relevance for row in rows} == {-1, 0, 1}


def test_qrels_come_back_from_their_file_and_measure_as_the_plain_version(tmp_path: Path) -> None:
    plan = small_plan()
    verdicts = {"1": said(Ada=judged(plan, "1", 40)), "2": said(Bob=judged(plan, "2", 31, seed=1))}
    made = plan_qrels(plan, verdicts).qrels
    write_qrels(tmp_path / "q.txt", made)
    read = read_qrels(tmp_path / "q.txt")
    assert list(read.rows()) == list(made.rows())
    text = (tmp_path / "q.txt").read_text()
    assert all(len(line.split(" ")) == 5 for line in text.splitlines()), "as sample_eval.pl reads it"
    ranking = SHOTS[::-1]
    for topic_id in ("1", "2"):
        rows = [(row.shot_id, row.stratum, row.relevance) for row in made.rows() if row.topic_id == topic_id]
        expected = inferred_measures(ranking, rows)
        measured = infer_topic(ranking, read.topic(topic_id)).measures
        for name, value in expected.items():
            np.testing.assert_allclose(measured[name], value, rtol=1e-12, atol=1e-12)


def test_verdicts_beyond_the_sample_and_outside_the_pool_are_told_and_not_counted() -> None:
    plan = small_plan()
    stratum = plan.topic("1").strata[2]
    own = judged(plan, "1", 30)
    more = {stratum.shot_ids[-1]: RELEVANT, "elsewhere": RELEVANT, stratum.shot_ids[12]: NOT_RELEVANT}
    made = plan_qrels(plan, {"1": said(Ada=own | more)})
    assert made.beyond_sample == tuple(
        ("1", one) for one in sorted([stratum.shot_ids[-1], stratum.shot_ids[12]])
    )
    assert made.outside == (("1", "elsewhere"),)
    assert list(made.qrels.rows()) == list(plan_qrels(plan, {"1": said(Ada=own)}).qrels.rows())


def test_marks_from_elsewhere_count_once_the_order_has_passed_them() -> None:
    plan = small_plan()
    first = plan.topic("1").strata[0].shot_ids
    marked = {first[2]: RELEVANT, first[9]: RELEVANT}
    asked = {first[0]: NOT_RELEVANT, first[1]: RELEVANT, first[3]: NOT_RELEVANT}
    verdicts = TopicVerdicts({"Ada": marked | asked}, {}, frozenset(asked))
    made = plan_qrels(plan, {"1": verdicts})
    assert made.early == (("1", first[9]),)
    found = {row.shot_id: row.relevance for row in made.qrels.rows() if row.relevance >= 0}
    assert found == {first[0]: 0, first[1]: 1, first[2]: 1, first[3]: 0}
    with pytest.raises(NotFoundError, match="nothing was judged yet"):
        plan_qrels(plan, {"1": said(asked=False, Ada=marked)})
    whole = dict.fromkeys(first, RELEVANT)
    assert plan_qrels(plan, {"1": said(asked=False, Ada=whole)}).early == (), "a whole stratum is no sample"


def test_marking_relevant_shots_elsewhere_does_not_raise_the_estimate() -> None:
    """The mean over many orders, with the marks made first, is the true number of relevant shots."""
    relevant = set(SHOTS[10:40:3])
    estimates = []
    for seed in range(150):
        plan = small_plan(seed=seed)
        stratum = plan.topic("1").strata[1]
        marks = {one: RELEVANT for one in stratum.shot_ids[:30] if one in relevant}
        asked = {
            one: RELEVANT if one in relevant else NOT_RELEVANT
            for one in stratum.shot_ids[:15]
            if one not in marks
        }
        verdicts = TopicVerdicts({"Ada": marks | asked}, {}, frozenset(asked))
        rows = [row for row in plan_qrels(plan, {"1": verdicts}).qrels.rows() if row.stratum == "2"]
        counted = [row.relevance for row in rows if row.relevance >= 0]
        estimates.append(60 * sum(counted) / len(counted))
    deviation = np.std(estimates) / np.sqrt(len(estimates))
    assert abs(np.mean(estimates) - len(relevant)) < 3 * deviation + 0.35


def test_contradictions_need_a_ruling_or_a_rule() -> None:
    plan = small_plan()
    a, b, c = plan.topic("1").order[:3]
    judges = {
        "Ada": {a: RELEVANT, b: RELEVANT, c: RELEVANT},
        "Bob": {a: NOT_RELEVANT, b: RELEVANT},
        "Cy": {a: NOT_RELEVANT},
    }
    verdicts = {"1": TopicVerdicts(judges, {}, frozenset({a, b, c}))}

    def relevance(**options: str) -> dict[str, int]:
        rows = plan_qrels(plan, verdicts, **options).qrels.rows()  # type: ignore[arg-type]
        return {row.shot_id: row.relevance for row in rows if row.shot_id in (a, b, c)}

    with pytest.raises(MismatchError, match=rf"contradict each other.*'1 {a}'"):
        plan_qrels(plan, verdicts)
    assert relevance(conflicts="leave out") == {a: -1, b: 1, c: 1}
    assert plan_qrels(plan, verdicts, conflicts="leave out").undecided == (("1", a),)
    assert relevance(conflicts="majority") == {a: 0, b: 1, c: 1}
    assert relevance(conflicts="relevant") == {a: 1, b: 1, c: 1}
    assert relevance(judge="Cy") == {a: 0, b: -1, c: -1}
    verdicts["1"] = TopicVerdicts(
        judges, {a: Ruling("Di", NOT_RELEVANT), b: Ruling("Di", NOT_RELEVANT)}, frozenset({a, b, c})
    )
    assert relevance() == {a: 0, b: 0, c: 1}
    assert relevance(judge="Ada") == {a: 1, b: 1, c: 1}
    with pytest.raises(LpdError, match="unknown rule"):
        plan_qrels(plan, verdicts, conflicts="dice")
    with pytest.raises(NotFoundError, match=r"this judge has no verdicts.*'Ada', 'Bob', 'Cy'"):
        plan_qrels(plan, verdicts, judge="Zoe")


def test_all_topics_can_be_asked_for() -> None:
    plan = small_plan()
    with pytest.raises(NotFoundError, match="nothing was judged yet"):
        plan_qrels(plan, {})
    made = plan_qrels(plan, {}, every_topic=True)
    assert made.qrels.topic_ids == ["1", "2"]
    assert made.unjudged == ("1", "2")
    assert {row.relevance for row in made.qrels.rows()} == {-1}
