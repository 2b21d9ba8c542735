"""lpd fuse, rerank: new runs from runs."""

from pathlib import Path
from typing import Annotated

import typer

from lpd.cli.options import JsonOption, WorkspaceOption, opened, run_path
from lpd.cli.output import drawn_progress, note, print_json
from lpd.errors import LpdError
from lpd.trec import Run, read_run

__all__ = ["add_to"]

DepthOption = Annotated[int, typer.Option(min=1, max=1000, help="Rows per topic.")]


def add_to(app: typer.Typer) -> None:
    """Adds the verbs of this group."""
    app.command()(fuse)
    app.command()(rerank)


def fuse(
    runs: Annotated[
        list[str], typer.Argument(metavar="RUN RUN...", help="Run files, or tags of the edition's runs.")
    ],
    tag: Annotated[str, typer.Option(help="Name of the new run.")],
    normalisation: Annotated[
        str,
        typer.Option(
            help="Of each run's scores per topic: none (runs of one architecture), minmax, zscore, rank."
        ),
    ] = "none",
    weight: Annotated[
        list[float] | None, typer.Option(help="One per run, in their order; repeatable. Else all alike.")
    ] = None,
    edition: Annotated[str | None, typer.Option(help="Keep the run with this topic edition.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write it to this file instead; packed if it ends in .gz.")
    ] = None,
    depth: DepthOption = 1000,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Fuse runs into one: the mean of their scores, topic by topic."""
    from lpd.fusion import late_average
    from lpd.services.fusing import write_fused_run
    from lpd.trec import write_run

    if len(runs) < 2:
        raise LpdError("nothing to fuse", expected="two runs or more", found=len(runs))
    if edition is None and out is None:
        raise LpdError("no place for the new run", expected="--edition NAME or --out FILE")
    read = [_run(one, workspace, edition) for one in runs]
    if out is not None:
        made = late_average(read, tag=tag, normalisation=normalisation, weights=weight, depth=depth)
        write_run(out, made, depth=depth)
    elif edition is not None:
        out = write_fused_run(
            opened(workspace),
            edition,
            read,
            tag=tag,
            normalisation=normalisation,
            weights=weight,
            depth=depth,
        )
    if json:
        print_json({"tag": tag, "run": str(out), "topics": len(read[0].topics)})
    else:
        note(str(out))


def rerank(
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run file, or a tag of the edition's runs.")],
    method: Annotated[str, typer.Option(help="mmr, xquad, or model.")],
    edition: Annotated[str, typer.Option(help="Name of the topic edition.")],
    model: Annotated[
        str | None,
        typer.Option(
            help="Whose spaces are the aspects (xquad), vectors count (mmr), scores decide (model)."
        ),
    ] = None,
    video_feature: Annotated[
        str | None, typer.Option(help="The vectors that count (mmr), in place of a model's.")
    ] = None,
    trade_off: Annotated[
        float, typer.Option(min=0, max=1, help="mmr: 1 is the run's order; xquad: 0 is the run's order.")
    ] = 0.5,
    pool: Annotated[
        int, typer.Option(min=1, max=1000, help="How many shots of a topic are re-ranked.")
    ] = 1000,
    depth: DepthOption = 1000,
    tag: Annotated[
        str | None, typer.Option(help="Name of the new run; else the run's, method, trade-off.")
    ] = None,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """Re-rank a run: for diversity with MMR or xQuAD, or by the scores of a model such as xclip."""
    from lpd.services.reranking import RerankRequest, write_reranked_run

    space = opened(workspace)
    request = RerankRequest(
        method=method,
        model=model,
        video_feature=video_feature,
        trade_off=trade_off,
        pool=pool,
        depth=depth,
        tag=tag,
    )
    original = _run(run, workspace, edition)
    made = write_reranked_run(space, original, edition=edition, request=request, progress=drawn_progress())
    path = space.run_path(edition, made)
    if json:
        print_json({"tag": made, "run": str(path), "topics": len(original.topics)})
    else:
        note(str(path))


def _run(name: str, workspace: Path | None, edition: str | None) -> Run:
    return read_run(run_path(name, workspace, edition=edition))
