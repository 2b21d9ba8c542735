"""Runs against qrels: the numbers of sample_eval.pl, missing topics, warnings."""

import json
from pathlib import Path

import numpy as np
import pytest

from lpd.errors import LpdError, MismatchError
from lpd.evaluation import RunEvaluation, evaluate_run, evaluate_runs
from lpd.trec import Qrels, Run, make_run, read_qrels, read_run_rows

SYNTHETIC = ["long1900", "noisy", "nothing_found", "perfect", "short12", "tied_shuffled"]
TV21 = ["good", "long_dups", "medium", "random", "short_missing_topic", "ties", "unsampled_first"]


def assert_equals_the_script(evaluation: RunEvaluation, expected: dict[str, dict[str, float]]) -> None:
    assert set(evaluation.topics) == set(expected) - {"all"}
    for topic_id, measures in expected.items():
        found = evaluation.mean if topic_id == "all" else evaluation.topics[topic_id]
        assert set(measures) <= set(found)
        for name, value in measures.items():
            assert found[name] == pytest.approx(value, rel=0, abs=1e-9), (topic_id, name)


@pytest.mark.parametrize("name", SYNTHETIC)
def test_every_number_of_the_synthetic_oracle(copied_oracles: Path, name: str) -> None:
    folder = copied_oracles / "eval_synthetic"
    expected = json.loads((folder / "expected.json").read_text())
    assert set(expected) == set(SYNTHETIC)
    evaluation = evaluate_run(read_run_rows(folder / f"{name}.run.gz"), read_qrels(folder / "qrels.txt"))
    assert_equals_the_script(evaluation, expected[name]["full_precision"])


@pytest.fixture(scope="module")
def tv21_qrels(shared_data: Path) -> Qrels:
    return read_qrels(shared_data / "trecvid" / "avs.qrels.main.tv21")


@pytest.mark.parametrize("name", TV21)
def test_every_number_on_the_real_judgements(oracles: Path, tv21_qrels: Qrels, name: str) -> None:
    folder = oracles / "eval_tv21"
    expected = json.loads((folder / "expected.json").read_text())
    assert set(expected) == set(TV21)
    evaluation = evaluate_run(read_run_rows(folder / f"{name}.run.gz"), tv21_qrels)
    assert_equals_the_script(evaluation, expected[name]["full_precision"])


QRELS = Qrels(
    [
        ("1661", "a", "1", 1),
        ("1661", "b", "1", 0),
        ("1661", "c", "1", -1),
        ("1662", "a", "1", 1),
        ("1662", "d", "1", 1),
    ]
)


def run_of(topics: dict[str, list[str]]) -> Run:
    return make_run(
        "mine", {one: (shots, -np.arange(len(shots), dtype=float)) for one, shots in topics.items()}
    )


def write_rows(tmp_path: Path, text: str) -> Path:
    (tmp_path / "a.run").write_text(text)
    return tmp_path / "a.run"


def test_a_sorted_run_and_its_rows_give_the_same(tmp_path: Path) -> None:
    run = run_of({"1662": ["b", "d", "a"], "1661": ["a", "b"]})
    rows = read_run_rows(
        write_rows(
            tmp_path,
            "1662 0 a 1 1 mine\n1662 0 b 1 3 mine\n1662 0 d 1 2 mine\n1661 0 b 1 1 mine\n1661 0 a 1 2 mine\n",
        )
    )
    assert evaluate_run(run, QRELS) == evaluate_run(rows, QRELS)
    assert list(evaluate_run(run, QRELS).topics) == ["1661", "1662"]


def test_missing_topics_are_left_out_or_count_as_zero_and_are_named() -> None:
    run = run_of({"1661": ["a"]})
    skipped, zeroed = evaluate_run(run, QRELS), evaluate_run(run, QRELS, missing="zero")
    assert skipped.missing == zeroed.missing == ["1662"]
    assert list(skipped.topics) == ["1661"]
    assert skipped.mean["infAP"] == skipped.topics["1661"]["infAP"]
    assert zeroed.mean["infAP"] == skipped.mean["infAP"] / 2
    assert zeroed.mean["iprec@rec0.00"] == skipped.mean["iprec@rec0.00"] / 2
    assert zeroed.topics["1662"] == dict.fromkeys(zeroed.topics["1661"], 0.0) | {"inum_rel": 2.0}
    assert skipped.mean["inum_rel"] == zeroed.mean["inum_rel"] == 1.5 + 2
    assert skipped.warnings == [
        "Topics of the qrels that the run does not have: '1662'; they are left out of the means."
    ]
    assert zeroed.warnings == ["Topics of the qrels that the run does not have: '1662'; they count as zero."]


def test_the_last_score_of_a_repeated_shot_counts_and_all_rows_are_counted(tmp_path: Path) -> None:
    text = "1662 0 a 1 9 x\n1662 0 b 1 5 x\n1662 0 a 1 1 x\n"
    repeated = evaluate_run(read_run_rows(write_rows(tmp_path, text)), QRELS)
    plain = evaluate_run(run_of({"1662": ["b", "a"]}), QRELS)
    assert repeated.topics["1662"] == plain.topics["1662"] | {"num_ret": 3.0}
    assert repeated.mean == plain.mean
    assert "Topics with repeated shots: '1662'; of each shot the last score counts." in repeated.warnings


def test_more_than_a_thousand_rows_are_counted_but_not_evaluated(tmp_path: Path) -> None:
    text = "".join(f"1662 0 s{number} 1 {-number} x\n" for number in range(1000)) + "1662 0 a 1 -5000 x\n"
    evaluation = evaluate_run(read_run_rows(write_rows(tmp_path, text)), QRELS)
    assert evaluation.topics["1662"]["infAP"] == 0
    assert evaluation.topics["1662"]["num_ret"] == 1001
    assert evaluation.mean["num_ret"] == 1000
    assert "Topics with more than 1000 rows: '1662'; the best 1000 count." in evaluation.warnings


@pytest.mark.parametrize(("outside", "warned"), [(1, False), (2, True)])
def test_more_than_a_tenth_of_the_top_outside_the_qrels_is_warned_of(outside: int, warned: bool) -> None:
    qrels = Qrels(("1", f"s{number}", "1", number % 2) for number in range(10 - outside))
    shots = [f"s{number}" for number in range(10 - outside)] + [f"x{number}" for number in range(outside)]
    warnings = evaluate_run(run_of({"1": shots}), qrels).warnings
    sentence = "20% of the top 100 lies outside the qrels; was another collection or subset searched?"
    assert warnings == ([sentence] if warned else [])


def test_foreign_topics_and_repeated_judgements_are_warned_of() -> None:
    qrels = Qrels([("1", "a", "1", 1), ("1", "a", "1", 1)])
    assert evaluate_run(run_of({"1": ["a"], "7": ["a"]}), qrels).warnings == [
        "Topics of the run that the qrels do not have: '7'; they are ignored.",
        "Topics with repeated qrels rows: '1'; each row counts.",
    ]


def test_no_common_topic_names_both_sides_and_the_leading_one() -> None:
    with pytest.raises(MismatchError) as caught:
        evaluate_run(run_of({"661": ["a"]}), QRELS)
    for words in ("'1661', '1662'", "topics '661'", "run mine", "leading 1"):
        assert words in str(caught.value)
    with pytest.raises(MismatchError, match="give the qrels of the run's edition"):
        evaluate_run(run_of({"7": ["a"]}), QRELS)


def test_an_unknown_treatment_of_missing_topics_is_refused() -> None:
    with pytest.raises(LpdError, match="expected skip or zero; found 'mean'"):
        evaluate_run(run_of({"1661": ["a"]}), QRELS, missing="mean")


def test_several_runs_together_have_the_numbers_that_each_has_alone(copied_oracles: Path) -> None:
    folder = copied_oracles / "eval_synthetic"
    qrels = read_qrels(folder / "qrels.txt")
    runs = [read_run_rows(folder / f"{name}.run.gz") for name in SYNTHETIC]
    for together, run in zip(evaluate_runs(runs, qrels, missing="zero"), runs, strict=True):
        assert together == evaluate_run(run, qrels, missing="zero")
    assert evaluate_runs([], qrels) == []


def test_of_several_runs_the_one_without_a_topic_is_named() -> None:
    qrels = Qrels([("1", "a", "1", 1)])
    fits, other = (
        make_run(tag, {topic: (["a"], np.array([1.0]))}) for tag, topic in (("x", "1"), ("y", "2"))
    )
    with pytest.raises(MismatchError, match="run y: run and qrels have no topic in common"):
        evaluate_runs([fits, other], qrels)
