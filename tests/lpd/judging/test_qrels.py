from pathlib import Path

import pytest

from lpd.editions import Edition
from lpd.errors import LpdError, MismatchError, NotFoundError
from lpd.evaluation import infer_topic, inferred_relevant
from lpd.judging import (
    NOT_RELEVANT,
    RELEVANT,
    Need,
    edition_needs,
    give_verdicts,
    query_need,
    verdict_qrels,
    withdraw_verdicts,
)
from lpd.trec import Topic, read_qrels, write_qrels

EDITION = Edition(
    "tv21", "v3c1", None, (Topic("1662", "a dog"), Topic("1661", "a cat"), Topic("1663", "a cow")), (), None
)
NEEDS = edition_needs(EDITION)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Verdicts of three judges; on s2 of topic 1661 they are two against one, on s4 one against one."""
    path = tmp_path / "judgements.sqlite"
    for judge, topic_id, verdicts in [
        ("Ada", "1661", {"s3": NOT_RELEVANT, "s1": RELEVANT, "s2": RELEVANT, "s4": RELEVANT}),
        ("Bob", "1661", {"s2": RELEVANT, "s4": NOT_RELEVANT, "s5": RELEVANT}),
        ("Cy", "1661", {"s2": NOT_RELEVANT}),
        ("Ada", "1662", {"s10": NOT_RELEVANT, "s9": RELEVANT}),
    ]:
        give_verdicts(path, NEEDS[topic_id], verdicts=verdicts, judge=judge, view="judge")
    withdraw_verdicts(path, NEEDS["1661"], shot_ids=["s5"], judge="Bob", view="judge")
    give_verdicts(path, query_need("v3c1", "a cat"), verdicts={"s7": RELEVANT}, judge="Ada", view="search")
    return path


def written(path: Path, folder: Path, judge: str | None = None, conflicts: str | None = None) -> str:
    write_qrels(folder / "own.txt", verdict_qrels(path, NEEDS, judge=judge, conflicts=conflicts).qrels)
    return (folder / "own.txt").read_text()


def test_one_judge_literally(path: Path, tmp_path: Path) -> None:
    assert written(path, tmp_path, judge="Ada") == (
        "1662 0 s10 1 0\n1662 0 s9 1 1\n1661 0 s1 1 1\n1661 0 s2 1 1\n1661 0 s3 1 0\n1661 0 s4 1 1\n"
    )
    assert read_qrels(tmp_path / "own.txt").topic_ids == ["1662", "1661"]
    assert written(path, tmp_path, judge="Cy") == "1661 0 s2 1 0\n"


@pytest.mark.parametrize(
    ("rule", "rows", "left_out"),
    [
        ("leave out", "", ("s2", "s4")),
        ("majority", "1661 0 s2 1 1\n", ("s4",)),
        ("relevant", "1661 0 s2 1 1\n1661 0 s4 1 1\n", ()),
    ],
)
def test_rules_for_conflicts(
    path: Path, tmp_path: Path, rule: str, rows: str, left_out: tuple[str, ...]
) -> None:
    made = verdict_qrels(path, NEEDS, conflicts=rule)
    assert made.left_out == tuple(("1661", shot_id) for shot_id in left_out)
    agreed = "1662 0 s10 1 0\n1662 0 s9 1 1\n1661 0 s1 1 1\n1661 0 s3 1 0\n"
    lines = written(path, tmp_path, conflicts=rule).splitlines()
    assert sorted(lines) == sorted((agreed + rows).splitlines())


def test_conflicts_are_refused_where_no_rule_is_given(path: Path) -> None:
    with pytest.raises(MismatchError, match="contradict each other") as raised:
        verdict_qrels(path, NEEDS)
    assert raised.value.found == "'1661 s2', '1661 s4'"
    with pytest.raises(LpdError, match="one of leave out, majority, relevant; found 'any'"):
        verdict_qrels(path, NEEDS, conflicts="any")


def test_nothing_to_export_is_no_empty_file(path: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no verdicts yet"):
        verdict_qrels(path, {"1663": NEEDS["1663"]})
    with pytest.raises(NotFoundError, match="no verdicts yet"):
        verdict_qrels(tmp_path / "none.sqlite", NEEDS)
    with pytest.raises(NotFoundError, match="one of 'Ada', 'Bob', 'Cy'; found 'Dan'"):
        verdict_qrels(path, NEEDS, judge="Dan")
    need = Need("v3c1", "9", "tv22")
    for judge, verdict in (("Ada", RELEVANT), ("Bob", NOT_RELEVANT)):
        give_verdicts(path, need, verdicts={"s1": verdict}, judge=judge, view="judge")
    with pytest.raises(MismatchError, match="a rule for conflicts that leaves a verdict; found '9 s1'"):
        verdict_qrels(path, {"9": need}, conflicts="leave out")


def test_queries_get_the_numbers_they_are_given(path: Path) -> None:
    made = verdict_qrels(path, {"1": query_need("v3c1", " a  cat")})
    assert list(made.qrels.rows()) == [("1", "s7", "1", 1)]


def test_nothing_is_inferred_from_what_a_person_marked(path: Path) -> None:
    judged = verdict_qrels(path, NEEDS, judge="Ada").qrels.topic("1661")
    assert judged.relevance.min() >= 0
    assert judged.stratum_names == ["1"]
    assert inferred_relevant(judged) == 3.0
    assert infer_topic(["s1", "s2", "s4", "s3"], judged).measures["infAP"] == pytest.approx(1.0, abs=1e-4)
