"""Fused runs in a workspace: what is written, and what is refused before anything is."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from lpd.errors import LpdError
from lpd.services.fusing import write_fused_run
from lpd.workspace import Workspace, open_workspace
from tests.reference import retrieval as slow


@pytest.fixture
def copy(demo_workspace: Path, tmp_path: Path) -> Workspace:
    left_out = shutil.ignore_patterns("media", "indexes", "models", "features")
    shutil.copytree(demo_workspace, tmp_path / "w", ignore=left_out)
    return open_workspace(tmp_path / "w")


def test_the_fused_run_is_kept_beside_the_others(copy: Workspace) -> None:
    runs = [copy.run("avs-inland", tag) for tag in ("lpd", "laff")]
    path = write_fused_run(copy, "avs-inland", runs, tag="both", normalisation="minmax", depth=25)
    assert path == copy.run_path("avs-inland", "both")
    assert "both" in copy.run_tags("avs-inland")
    fused = copy.run("avs-inland", "both")
    assert fused.tag == "both"
    for topic_id, ranked in fused.topics.items():
        lists = [dict(zip(*run.topics[topic_id], strict=True)) for run in runs]
        scores = slow.late_average(lists, "minmax", [1, 1])
        assert len(ranked.shot_ids) == 25
        np.testing.assert_allclose(ranked.scores, [scores[shot] for shot in ranked.shot_ids], atol=1e-12)
        assert ranked.scores.tolist() == sorted(ranked.scores.tolist(), reverse=True)
        assert ranked.scores[-1] >= sorted(scores.values(), reverse=True)[24] - 1e-12


def test_a_fused_run_may_be_made_again(copy: Workspace) -> None:
    runs = [copy.run("avs-inland", tag) for tag in ("lpd", "laff")]
    first = write_fused_run(copy, "avs-inland", runs, tag="both").read_bytes()
    assert write_fused_run(copy, "avs-inland", runs, tag="both").read_bytes() == first
    assert write_fused_run(copy, "avs-inland", runs, tag="both", weights=[2, 1]).read_bytes() != first


def test_what_is_refused_leaves_the_runs_as_they_are(copy: Workspace) -> None:
    runs = [copy.run("avs-inland", tag) for tag in ("lpd", "laff")]
    before = copy.run_path("avs-inland", "lpd").read_bytes()
    with pytest.raises(LpdError, match="take the place of one that it is made of"):
        write_fused_run(copy, "avs-inland", runs, tag="lpd")
    with pytest.raises(LpdError, match="no such edition"):
        write_fused_run(copy, "nothing", runs, tag="both")
    with pytest.raises(LpdError, match="not a name for a run"):
        write_fused_run(copy, "avs-inland", runs, tag="../both")
    with pytest.raises(LpdError, match="runs of different topics"):
        write_fused_run(copy, "avs-inland", [runs[0], copy.run("avs-coast", "laff")], tag="both")
    assert copy.run_path("avs-inland", "lpd").read_bytes() == before
    assert copy.run_tags("avs-inland") == ["laff", "lpd", "lpd-no-dcl"]
