"""Measures of single captions, brought and averaged runs, tests against a reference."""

from collections.abc import Callable
from dataclasses import replace
from statistics import fmean

import numpy as np
import pytest
import torch

from lpd.checkpoints import load_checkpoint
from lpd.demo.catalogue import LOOKS
from lpd.evaluation import evaluate_run
from lpd.fusion import average_scores
from lpd.reproduce import ROWS
from lpd.reproduce.gathering import BRING_A_RUN, averaged_runs, gather_results
from lpd.reproduce.looks import looks_of
from lpd.reproduce.measured import MeasuredOnTopics, measured_path, read_measured, write_measured
from lpd.reproduce.measuring import caption_precisions
from lpd.reproduce.results import RowResult, SeedResult
from lpd.reproduce.setup import Reproduction, open_reproduction
from lpd.reproduce.significance import ALL_TOPICS, CAPTIONS, compare_rows
from lpd.services.pairs import input_names, paired_data
from lpd.trec import Run, Topic, write_run
from lpd.workspace import Workspace
from tests.lpd.reproduce.conftest import SEEDS, SETUP
from tests.reference.evaluation import average_precision
from tests.reference.retrieval import sign_flip_p


@pytest.mark.parametrize("model", ["rep-lpd-s0", "rep-txv-s1"])
def test_every_caption_by_hand(opened: Callable[..., Reproduction], model: str) -> None:
    workspace = opened().workspace
    card = workspace.model_card(model)
    names = input_names(workspace, ["valid"], text=list(card.text_features), video=list(card.video_features))
    data = paired_data(workspace, ["valid"], names)
    network = load_checkpoint(workspace.model_folder(model)).model
    found = caption_precisions(network, data, device=torch.device("cpu"))
    with torch.no_grad():
        text = {name: torch.from_numpy(np.asarray(rows, np.float32)) for name, rows in data.text.items()}
        video = {name: torch.from_numpy(np.asarray(rows, np.float32)) for name, rows in data.video.items()}
        scores = network.fuse(network(text, video)).numpy()
    for caption, group in enumerate(data.caption_group):
        relevant = {str(shot) for shot in data.caption_shot[data.caption_group == group]}
        # a tie counts against the relevant shot
        order = sorted(range(data.shots), key=lambda shot: (-scores[caption, shot], str(shot) in relevant))
        assert found[caption] == pytest.approx(average_precision(list(map(str, order)), relevant))
    assert found.mean() == pytest.approx(card.best["mAP"], abs=1e-12)


def test_a_brought_run_is_evaluated_and_an_absent_one_asked_for(copy: Workspace) -> None:
    run = copy.run("avs-coast", "rep.lpd.s0")
    few = dict(list(run.topics.items())[:4])
    write_run(copy.run_path("avs-coast", "clip-vip"), Run("clip-vip", few))
    reproduction = open_reproduction(copy, SETUP)
    rows = [ROWS["clip-vip"], ROWS["dgl"]]
    results = gather_results(reproduction, rows, planned=[], failures={})
    assert results["dgl"].text == BRING_A_RUN
    [seed] = results["clip-vip"].seeds.values()
    expected = evaluate_run(Run("clip-vip", few), copy.qrels("avs-coast"), missing="zero")
    assert list(seed.topics) == ["avs-coast"]
    assert seed.topics["avs-coast"].mean == pytest.approx(expected.mean["infAP"], abs=1e-12)
    assert "count as zero" in seed.topics["avs-coast"].warnings[0]


def test_averaged_rows_are_means_of_the_runs_of_a_seed(copy: Workspace) -> None:
    reproduction = open_reproduction(copy, SETUP)
    fused = replace(ROWS["tv20-run2"], fuses=("lpd", "sea"))
    nothing = MeasuredOnTopics({})
    members = {key: RowResult(ROWS[key]) for key in ("lpd", "sea")}
    for result in members.values():
        for seed in SEEDS:
            result.seeds[seed] = SeedResult(dict.fromkeys(reproduction.edition_names, nothing))
    del members["sea"].seeds[1]
    result = averaged_runs(reproduction, fused, results=members)
    assert result.failures == {1: "it needs SEA, which failed"}
    run = copy.run("avs-inland", "rep.tv20-run2.s0")
    for topic_id, ranked in run.topics.items():
        lists = []
        for key in ("lpd", "sea"):
            one = copy.run("avs-inland", f"rep.{key}.s0").topics[topic_id]
            lists.append(dict(zip(one.shot_ids, one.scores.tolist(), strict=True)))
        expected = average_scores(lists)
        for shot_id, score in zip(ranked.shot_ids, ranked.scores, strict=True):
            assert score == pytest.approx(expected[shot_id], abs=1e-5)
    evaluated = evaluate_run(run, copy.qrels("avs-inland"))
    assert result.seeds[0].topics["avs-inland"].mean == pytest.approx(evaluated.mean["infAP"], abs=1e-12)


def synthetic(key: str, values: np.ndarray, captions: np.ndarray | None) -> RowResult:
    """A row with (seeds, editions, topics) values."""
    seeds = {}
    for seed, of_seed in enumerate(values):
        topics = {
            f"e{number}": MeasuredOnTopics({str(topic): float(value) for topic, value in enumerate(row)})
            for number, row in enumerate(of_seed)
        }
        seeds[seed] = SeedResult(topics, captions=None if captions is None else captions[seed])
    return RowResult(ROWS[key], seeds)


def test_tests_against_a_reference_by_hand() -> None:
    random = np.random.default_rng(5)
    first, second = random.random((3, 2, 5)), random.random((2, 2, 5))
    by_caption, other = random.random((3, 9)), random.random((2, 9))
    found = compare_rows(
        synthetic("sea", first, by_caption), synthetic("lpd", second, other), editions=["e0", "e1"]
    )
    differences = first.mean(axis=0) - second.mean(axis=0)
    expected = {
        "e0": differences[0],
        "e1": differences[1],
        ALL_TOPICS: differences.reshape(-1),
        CAPTIONS: by_caption.mean(axis=0) - other.mean(axis=0),
    }
    assert [one.where for one in found] == list(expected)
    for one in found:
        values = expected[one.where].tolist()
        assert one.pairs == len(values)
        assert one.difference == pytest.approx(fmean(values), abs=1e-12)
        assert one.p_value == pytest.approx(sign_flip_p(values), abs=1e-12)
        assert one.smallest > 0
    without = compare_rows(
        synthetic("sea", first[:, :1], None), synthetic("lpd", second, other), editions=["e0", "e1"]
    )
    assert [one.where for one in without] == ["e0"]


def test_measures_of_something_else_count_as_absent(copy: Workspace) -> None:
    path = measured_path(copy, "rep-lpd-s0", what="elsewhere")
    assert read_measured(path, {"model": "a"}) is None
    write_measured(path, {"model": "a"}, measures={"inf_ap": {"1": 0.5}})
    assert (read_measured(path, {"model": "a"}) or {})["inf_ap"] == {"1": 0.5}
    assert read_measured(path, {"model": "b"}) is None
    assert read_measured(path, {"model": "a", "more": "c"}) is None
    path.write_text(path.read_text().replace('"version": "', '"version": "x'))
    assert read_measured(path, {"model": "a"}) is None
    path.write_text("{")
    assert read_measured(path, {"model": "a"}) is None


def test_looks_are_known_of_the_worlds_own_topics_only(opened: Callable[..., Reproduction]) -> None:
    reproduction = opened()
    workspace, edition = reproduction.workspace, reproduction.editions[1]
    looks = looks_of(workspace, edition)
    assert looks is not None
    qrels = workspace.qrels(edition.name)
    for topic in edition.topics:
        assert set(looks[topic.topic_id]) == qrels.relevant(topic.topic_id)
    seen = {look for shots in looks.values() for of_shot in shots.values() for look in of_shot}
    assert {"night", "black-and-white", "stage light"} <= seen <= set(LOOKS)
    other = replace(edition, topics=(*edition.topics[:3], Topic("9", "somebody's own")))
    assert looks_of(workspace, other) is None
    assert looks_of(workspace, replace(edition, collection="captioned")) is None
    assert looks_of(replace(workspace, path=workspace.path / "models"), edition) is None
