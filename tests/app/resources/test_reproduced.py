"""Reproduced models with several seeds: found by name, read while true, searched with in the background."""

import os
import shutil

import numpy as np
import pytest

from app.diversity.comparison import overlap_of_lists
from app.resources import reproduced
from lpd.progress import no_progress
from lpd.reproduce.measuring import TopicRequest, measure_on_topics
from lpd.workspace import open_workspace

SEEDS = {0: "rep-lpd-s0", 1: "rep-lpd-s1"}


@pytest.fixture(scope="module")
def workspace(demo_workspace, tmp_path_factory):
    """A demo whose models lpd and lpd-no-dcl stand for two seeds of a reproduced one, measured."""
    path = tmp_path_factory.mktemp("reproduced") / "w"
    shutil.copytree(demo_workspace, path, copy_function=os.link, ignore=shutil.ignore_patterns("runs"))
    for name, model in zip(SEEDS.values(), ("lpd", "lpd-no-dcl"), strict=True):
        shutil.copytree(path / "models" / model, path / "models" / name)
    opened = open_workspace(path)
    for name in SEEDS.values():
        measure_on_topics(opened, TopicRequest(name, name, "avs-inland", device="cpu"), progress=no_progress)
    return opened


def test_families_are_known_by_their_names():
    models = ["lpd", "rep-lpd-s1", "rep-lpd-s0", "rep-other", "rep-sea", "rep-sea-s0", "rep-x-sea-s12"]
    assert reproduced.seed_families(models) == {
        "rep-lpd": {0: "rep-lpd-s0", 1: "rep-lpd-s1"},
        "rep-x-sea": {12: "rep-x-sea-s12"},
    }
    assert reproduced.family_of("lpd") == "rep-lpd"


def test_measured_families_are_offered(workspace):
    assert reproduced.offered_families(workspace, "avs-inland") == {"rep-lpd": SEEDS}
    assert reproduced.offered_families(workspace, "avs-coast") == {}


def test_what_was_measured_is_the_overlap_of_the_lists_made_anew(workspace):
    measured = reproduced.measured_seeds(workspace, SEEDS, edition="avs-inland")
    work = reproduced.seeds_work(workspace, SEEDS, edition="avs-inland")
    assert work.look().state == "idle"
    work.start()
    assert work.wait(60)
    topic_ids = [topic.topic_id for topic in workspace.edition("avs-inland").topics]
    for seed, one in measured.items():
        lists = work.made[seed]
        curve = overlap_of_lists(lists, list(one.spaces), topic_ids=topic_ids, cutoffs=[20])
        np.testing.assert_allclose(curve.matrices[0], one.iou, atol=1e-12)
    assert reproduced.seeds_work(workspace, SEEDS, edition="avs-inland") is work


def test_what_is_no_longer_true_is_not_read(workspace, tmp_path):
    path = tmp_path / "changed"
    shutil.copytree(workspace.path, path, copy_function=os.link)
    topics = path / "editions" / "avs-inland" / "topics.txt"
    lines = topics.read_text().splitlines(keepends=True)
    topics.unlink()
    topics.write_text("".join(lines[:-1]))
    assert reproduced.measured_seeds(open_workspace(path), SEEDS, edition="avs-inland") == {}
