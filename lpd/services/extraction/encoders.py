"""The video encoders of an extraction: found in the workspace, or brought into it first."""

from collections.abc import Sequence
from pathlib import Path

from lpd.errors import LpdError, NotFoundError
from lpd.progress import Progress, no_progress
from lpd.workspace import Workspace, open_workspace

__all__ = ["bring_encoders"]


def bring_encoders(
    workspace: Workspace,
    wanted: Sequence[str],
    *,
    name: str | None = None,
    progress: Progress = no_progress,
) -> tuple[list[str], list[str]]:
    """Returns the names of the video encoders that are meant, all in the workspace now, and what was brought,
    in sentences.

    Args:
        workspace: that gets them.
        wanted: each the name of a video encoder of the workspace, a folder (a model of transformers, or a
            workspace that has video encoders), or a model's name in the Hugging Face cache.
        name: under which one that is brought is kept; else the folder's name, of a workspace its own.
        progress: called while files are read.

    Raises:
        NotFoundError: if something is neither, or has no video encoder.
        LpdError: as `import_encoder`.
    """
    names: list[str] = []
    notes: list[str] = []
    for one in wanted:
        if one in workspace.video_encoder_names():
            names.append(one)
            continue
        brought, told = _bring(workspace, one, name=name, progress=progress)
        names += brought
        notes += told
    return list(dict.fromkeys(names)), notes


def _bring(
    workspace: Workspace, source: str, *, name: str | None, progress: Progress
) -> tuple[list[str], list[str]]:
    from lpd.services.importing.encoder import import_encoder

    chosen = [name or Path(source).name]
    if (Path(source) / "workspace.toml").is_file():
        there = open_workspace(Path(source)).video_encoder_names()
        chosen = [one for one in there if name in (None, one)]
        if not chosen:
            raise NotFoundError(
                "this workspace has no such video encoder",
                where=source,
                expected=f"one of {', '.join(there) or '(none)'}",
                found=repr(name),
            )
    elif not Path(source).is_dir() and "/" not in source:
        raise NotFoundError(
            "no such video encoder",
            expected=f"one of {', '.join(workspace.video_encoder_names()) or '(none yet)'}, or a folder",
            found=repr(source),
            next_step="lpd import encoder FOLDER --name NAME",
        )
    notes = []
    for one in chosen:
        made = import_encoder(workspace, source, name=one, progress=progress)
        if made.video is None:
            raise LpdError("this encoder cannot look at pictures", where=source, found="; ".join(made.notes))
        notes.append(f"encoder {one} was brought from {source}")
        notes += made.notes
    return chosen, notes
