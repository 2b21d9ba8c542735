"""The truth file, the subtopics and the pooled qrels that assessors would make of it."""

from pathlib import Path

import pytest

from lpd.demo import (
    PRESETS,
    Layer,
    generate_world,
    pooled_qrels,
    read_truth,
    relevant_ids,
    save_truth,
    subtopics,
    topics_of,
)
from lpd.errors import FormatError, LpdError, MismatchError, NotFoundError

SHOTS = [f"s{k:04d}" for k in range(1000)]
RELEVANT = {"1": frozenset(SHOTS[::10]), "2": frozenset(SHOTS[5:40])}
RUNS = [{"1": SHOTS[:600], "2": SHOTS[::-1]}, {"1": SHOTS[::-1]}]
LAYERS = (Layer(50, 1.0), Layer(150, 0.5), Layer(400, 0.2))


def test_truth_file_comes_back(tmp_path: Path) -> None:
    world = generate_world(PRESETS["small"])
    save_truth(tmp_path / "truth.jsonl", world)
    assert tuple(read_truth(tmp_path / "truth.jsonl")) == world.shots


def test_bad_truth_file_names_the_line(tmp_path: Path) -> None:
    path = tmp_path / "truth.jsonl"
    save_truth(path, generate_world(PRESETS["small"]))
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:2], '{"main": 3}']))
    with pytest.raises(FormatError, match=r"truth\.jsonl:3"):
        read_truth(path)
    with pytest.raises(NotFoundError):
        read_truth(tmp_path / "absent")


def test_subtopics_are_the_looks_of_relevant_shots() -> None:
    world = generate_world(PRESETS["small"])
    topics, shots = topics_of(world, "coast"), world.part("coast")
    rows = subtopics(topics, shots)
    looks = {shot.shot_id: shot.look for shot in shots}
    assert all(looks[row.shot_id] == row.subtopic for row in rows)
    found = relevant_ids(topics, shots)
    assert {(row.topic_id, row.shot_id) for row in rows} == {(t, s) for t in found for s in found[t]}


def test_pool_has_layers_by_best_rank() -> None:
    rows = [row for row in pooled_qrels(RELEVANT, RUNS, layers=LAYERS, seed=1) if row.topic_id == "1"]
    by_stratum = {name: [row for row in rows if row.stratum == name] for name in "123"}
    assert [len(by_stratum[name]) for name in "123"] == [100, 200, 500]
    assert {row.shot_id for row in by_stratum["1"]} == {*SHOTS[:50], *SHOTS[-50:]}
    assert len(rows) == len({row.shot_id for row in rows})


def test_samples_have_the_rate_and_tell_the_truth() -> None:
    rows = pooled_qrels(RELEVANT, RUNS, layers=LAYERS, seed=1)
    for name, rate in (("1", 1.0), ("2", 0.5), ("3", 0.2)):
        layer = [row for row in rows if row.topic_id == "1" and row.stratum == name]
        judged = [row for row in layer if row.relevance >= 0]
        assert len(judged) == round(rate * len(layer))
        assert all(row.relevance == (row.shot_id in RELEVANT["1"]) for row in judged)


def test_pool_depends_on_the_seed_only_and_on_no_other_topic() -> None:
    rows = pooled_qrels(RELEVANT, RUNS, layers=LAYERS, seed=1)
    assert rows == pooled_qrels(RELEVANT, RUNS, layers=LAYERS, seed=1)
    assert rows != pooled_qrels(RELEVANT, RUNS, layers=LAYERS, seed=2)
    alone = pooled_qrels({"2": RELEVANT["2"]}, [{"2": RUNS[0]["2"]}], layers=LAYERS, seed=1)
    assert alone == [row for row in rows if row.topic_id == "2"]


def test_sampled_estimate_of_the_number_of_relevant_shots_is_unbiased() -> None:
    estimates = []
    for seed in range(200):
        rows = pooled_qrels({"1": RELEVANT["1"]}, [{"1": SHOTS[:400]}], layers=LAYERS, seed=seed)
        weights = {"1": 1.0, "2": 2.0, "3": 5.0}
        estimates.append(sum(weights[row.stratum] for row in rows if row.relevance == 1))
    assert abs(sum(estimates) / len(estimates) - 40) < 1.5


@pytest.mark.parametrize("layers", [(), (Layer(50, 1.0), Layer(50, 0.5)), (Layer(0, 1.0),), (Layer(5, 0.0),)])
def test_bad_layers_are_refused(layers: tuple[Layer, ...]) -> None:
    with pytest.raises(LpdError):
        pooled_qrels(RELEVANT, RUNS, layers=layers, seed=1)


def test_runs_with_unknown_topics_are_refused() -> None:
    with pytest.raises(MismatchError, match="'9'"):
        pooled_qrels(RELEVANT, [{"9": SHOTS}], seed=1)
