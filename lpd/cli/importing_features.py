"""lpd import features."""

from pathlib import Path
from typing import Annotated

import typer

from lpd.cli.options import JsonOption, WorkspaceOption, opened
from lpd.cli.output import drawn_progress, note, print_json
from lpd.words import counted

__all__ = ["features"]


def features(
    source: Annotated[
        Path, typer.Argument(help="BigFile folder, .npy (with --ids), .npz, .h5 / .hdf5 or .parquet.")
    ],
    collection: Annotated[str, typer.Option("--collection", help="Name of the collection.")],
    name: Annotated[str, typer.Option(help="Name of the video feature, as clip_l14.")],
    ids: Annotated[Path | None, typer.Option(help="One id per row of the .npy (or .h5).")] = None,
    ids_key: Annotated[
        str | None, typer.Option(help="Name of the ids in the file; else ids, in parquet shot_id.")
    ] = None,
    matrix_key: Annotated[
        str | None,
        typer.Option(help="Name of the rows in the file; else matrix (.npz), data (.h5), or what there is."),
    ] = None,
    frames: Annotated[
        bool, typer.Option(help="Rows are frames, named SHOT_NUMBER or listed in video2frames.txt.")
    ] = False,
    pool: Annotated[str, typer.Option(help="How frames become a row per shot: mean or max.")] = "mean",
    most_frames: Annotated[
        int | None, typer.Option(help="Frames kept of a shot, its first ones; else all.")
    ] = None,
    pointer: Annotated[bool, typer.Option(help="Remember the place instead of copying.")] = False,
    repeated: Annotated[
        str, typer.Option(help="Ids that occur more than once: refuse, or last (take the last row).")
    ] = "refuse",
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """A video feature: one row per shot, or frames that are pooled to one."""
    from lpd.features import describe_source
    from lpd.services.importing.features import FeatureChoices, import_features
    from lpd.services.importing.frames import import_frames

    made = (import_frames if frames else import_features)(
        opened(workspace),
        collection,
        name,
        source=describe_source(source, ids=ids, ids_key=ids_key, matrix_key=matrix_key),
        choices=FeatureChoices(pointer, repeated, pool, most_frames),
        progress=drawn_progress(),
    )
    if json:
        print_json(
            {
                "feature": name,
                "shots": made.shots,
                "dimension": made.dimension,
                "frames": made.frames,
                "rows_left_out": made.left_out,
                "notes": list(made.notes),
            }
        )
        return
    counts = [f"{counted(made.shots, 'shot')} x {made.dimension}"]
    if made.frames is not None:
        counts.append(f"pooled ({pool}) of {counted(made.frames, 'frame')}")
    if made.left_out:
        counts.append(f"{counted(made.left_out, 'row')} of other shots left out")
    note("; ".join([f"{collection}: feature {name}, {counts[0]}", *counts[1:], *made.notes]))
