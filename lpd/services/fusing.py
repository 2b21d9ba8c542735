"""Fusing runs of an edition into one more run of it."""

from collections.abc import Sequence
from pathlib import Path

from lpd.errors import LpdError
from lpd.fusion import late_average
from lpd.storage import writer_lock
from lpd.trec import MAX_DEPTH, Run, write_run
from lpd.workspace import Workspace

__all__ = ["check_new_tag", "write_fused_run"]


def write_fused_run(
    workspace: Workspace,
    edition: str,
    runs: Sequence[Run],
    *,
    tag: str,
    normalisation: str = "none",
    weights: Sequence[float] | None = None,
    depth: int = MAX_DEPTH,
) -> Path:
    """Writes the late average of some runs as runs/<edition>/<tag>.run.gz and returns where it lies.

    A run of this tag is replaced, but not one that is fused.

    Raises:
        NotFoundError: if there is no such edition.
        LpdError: if the tag is that of one of the runs; else as `late_average`.
        MismatchError: if the runs are of different topics.
    """
    opened = workspace.edition(edition)
    path = workspace.run_path(opened.name, tag)
    check_new_tag(tag, runs)
    fused = late_average(runs, tag=tag, normalisation=normalisation, weights=weights, depth=depth)
    with writer_lock(workspace.path):
        write_run(path, fused, depth=depth)
    return path


def check_new_tag(tag: str, runs: Sequence[Run]) -> None:
    """Checks that a run made of others does not take the place of one of them.

    Raises:
        LpdError: if it has the tag of one.
    """
    if tag in {run.tag for run in runs}:
        raise LpdError(
            "the new run would take the place of one that it is made of",
            expected="a tag of its own",
            found=repr(tag),
            next_step="choose another with --tag",
        )
