"""The demo workspace: what `lpd demo` promises, seen on a small one and measured on the full one."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from lpd.demo.build import CAPTIONED, MODELS, build_demo, edition_of
from lpd.demo.truth import read_truth
from lpd.demo.video_features import preview_paths
from lpd.errors import LpdError
from lpd.evaluation import evaluate_run
from lpd.search import open_engine
from lpd.services.editions import edition_runs
from lpd.trec import make_run
from lpd.video.extract import ExtractionSettings, extract_features
from lpd.video.extractors import EXTRACTORS
from lpd.workspace import Workspace, open_workspace

COLLECTIONS = ("inland", "coast")


def test_everything_is_there(demo_workspace: Path) -> None:
    workspace = open_workspace(demo_workspace)
    assert workspace.collection_names() == sorted((CAPTIONED, *COLLECTIONS))
    assert workspace.model_names() == sorted(request.name for request in MODELS)
    for collection in COLLECTIONS:
        assert len(workspace.feature_names(collection)) == 6
        assert workspace.edition(edition_of(collection)).qrels_names == ("complete", "pooled")
        frames = workspace.frame_features(collection, "shape")
        assert frames.ids == workspace.collection(collection).shot_ids
    for name in workspace.model_names():
        assert workspace.index_names(name) == sorted(COLLECTIONS)
        assert len(workspace.model_card(name).spaces) == 9


def test_features_read_the_pictures_and_never_the_truth(demo_workspace: Path, tmp_path: Path) -> None:
    """Extracted again where the truth file does not exist, the features are the same to the bit."""
    copy = tmp_path / "w"
    shutil.copytree(demo_workspace, copy)
    (copy / "truth.jsonl").unlink()
    (copy / "world.json").unlink()
    workspace = Workspace(copy, "copy", {})
    found = extract_features(
        preview_paths(workspace, "coast"), list(EXTRACTORS), settings=ExtractionSettings()
    )
    ids = workspace.collection("coast").shot_ids
    for name, matrix in found.matrices.items():
        np.testing.assert_array_equal(matrix, workspace.features("coast", name).rows(ids))


def test_a_workspace_is_never_overwritten(demo_workspace: Path, tmp_path: Path) -> None:
    with pytest.raises(LpdError, match="already"):
        build_demo(demo_workspace, size="small")
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(LpdError, match="not empty"):
        build_demo(tmp_path, size="small")


@pytest.mark.slow
def test_a_killed_build_is_finished_by_the_next_and_gives_the_same(
    demo_workspace: Path, tmp_path: Path
) -> None:
    path, progress = tmp_path / "demo", tmp_path / "progress.jsonl"
    command = [
        sys.executable,
        "-m",
        "lpd",
        "demo",
        str(path),
        "--size",
        "small",
        "--progress-file",
        str(progress),
    ]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)
    while not (progress.is_file() and "extracting" in progress.read_text()):
        assert process.poll() is None
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGKILL)  # its workers too
    process.wait()
    assert not (path / "workspace.toml").exists()
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    finished, first = open_workspace(path), open_workspace(demo_workspace)
    for name in finished.model_names():
        assert finished.model_card(name).digest == first.model_card(name).digest
    for collection in COLLECTIONS:
        for kind in ("complete", "pooled"):
            edition = edition_of(collection)
            assert finished.qrels(edition, kind).digest == first.qrels(edition, kind).digest


@pytest.mark.slow
def test_size_and_topics_of_the_full_demo(full_demo: Path) -> None:
    workspace = open_workspace(full_demo)
    shots = [workspace.collection(name).shots for name in COLLECTIONS]
    assert sum(len(table) for table in shots) >= 2000
    assert sum(table["video_id"].nunique() for table in shots) >= 300
    looks = {shot.shot_id: shot.look for shot in read_truth(full_demo / "truth.jsonl")}
    for collection in COLLECTIONS:
        edition = edition_of(collection)
        qrels = workspace.qrels(edition, "complete")
        assert len(qrels.topic_ids) == len(workspace.edition(edition).topics) == 20
        for topic in qrels.topic_ids:
            relevant = qrels.relevant(topic)
            assert 20 <= len(relevant) <= 200
            assert len({looks[shot] for shot in relevant}) >= 4


@pytest.mark.slow
@pytest.mark.parametrize("collection", COLLECTIONS)
def test_difficulty_of_the_full_demo(full_demo: Path, collection: str) -> None:
    """LPD lies between .15 and .8, a random ranking below .05."""
    workspace = open_workspace(full_demo)
    edition = workspace.edition(edition_of(collection))
    qrels = workspace.qrels(edition.name, "complete")
    mean = evaluate_run(workspace.run(edition.name, "lpd"), qrels).mean["infAP"]
    assert 0.15 < mean < 0.8
    ids = workspace.collection(collection).shot_ids
    rng = np.random.default_rng(0)
    random = make_run("random", {topic: (ids, rng.random(len(ids))) for topic in qrels.topic_ids})
    assert evaluate_run(random, qrels).mean["infAP"] < 0.05


def true_ap(ranked: list[str], relevant: set[str]) -> float:
    hits, total = 0, 0.0
    for rank, shot in enumerate(ranked, start=1):
        if shot in relevant:
            hits += 1
            total += hits / rank
    return total / len(relevant)


@pytest.mark.slow
@pytest.mark.parametrize("collection", COLLECTIONS)
def test_inferred_ap_estimates_true_ap(full_demo: Path, collection: str) -> None:
    """On complete judgements infAP is AP; on pooled, sampled ones its mean stays close."""
    workspace = open_workspace(full_demo)
    edition = workspace.edition(edition_of(collection))
    complete, pooled = (workspace.qrels(edition.name, kind) for kind in ("complete", "pooled"))
    judged = [row.relevance >= 0 for row in pooled.rows()]
    assert 0.2 < np.mean(judged) < 0.8, "a share of the pool is sampled out"
    engine = open_engine(workspace, model="lpd", collection=collection)
    differences = []
    for run in edition_runs(engine, edition).values():
        exact, inferred = evaluate_run(run, complete), evaluate_run(run, pooled)
        for topic, ranked in run.topics.items():
            truth = true_ap(ranked.shot_ids, set(complete.relevant(topic)))
            # sample_eval.pl smooths its counts by .00001 and cuts at rank 1000
            depth_cut = len(workspace.collection(collection)) > 1000
            assert exact.topics[topic]["infAP"] == pytest.approx(truth, abs=0.02 if depth_cut else 1e-3)
            differences.append(inferred.topics[topic]["infAP"] - truth)
    assert abs(float(np.mean(differences))) < 0.03


@pytest.mark.slow
def test_the_world_is_named_by_its_digest(full_demo: Path) -> None:
    """The parameters were fixed before the first comparison of models; a change shows here."""
    assert json.loads((full_demo / "world.json").read_text())["digest"] == "0a9024fb12c211ce"
