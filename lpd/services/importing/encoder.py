"""Bringing encoders that were trained elsewhere: a folder of transformers, a model of the Hugging Face cache,
or another workspace's.
"""

import shutil
from pathlib import Path
from typing import NamedTuple

from lpd.errors import LpdError, MismatchError, NotFoundError
from lpd.names import check_name
from lpd.pretrained import COPIES_FOLDER, ModelPlace, file_facts, find_model_folder, place_from_json
from lpd.progress import Progress, no_progress
from lpd.storage import atomic_directory, writer_lock
from lpd.text import TextEncoder, load_text_encoder
from lpd.text.encoder_files import read_encoder_document
from lpd.text.pretrained import PretrainedText
from lpd.text.pretrained_reader import open_text_reader, text_files
from lpd.video.encoders import load_video_encoder
from lpd.video.pretrained import PretrainedVideo, open_picture_reader, video_files
from lpd.video.two_tower import VideoTower, load_video_tower
from lpd.workspace import Workspace, open_workspace

__all__ = ["EncoderNames", "import_encoder"]


class EncoderNames(NamedTuple):
    """What an import made.

    Args:
        text: the text feature that can be computed now; None if none.
        video: the video feature that can be computed now; None if none.
        notes: what was left out, in plain sentences.
    """

    text: str | None
    video: str | None
    notes: tuple[str, ...] = ()


def import_encoder(
    workspace: Workspace,
    source: Path | str,
    *,
    name: str,
    copy: bool = False,
    pooling: str = "mean",
    progress: Progress = no_progress,
) -> EncoderNames:
    """Brings an encoder into a workspace as text_encoders/<name>, video_encoders/<name> or both.

    The towers are tried out before anything is written, so what is imported works. Nothing is downloaded,
    no code in the model's folder is run.

    Args:
        workspace: gets the encoders; those of the same name are replaced.
        source: a model's folder, its name in the Hugging Face cache, or a workspace that has encoders of
            this name.
        name: of the text feature and of the video feature.
        copy: whether the model's files are copied into the workspace; else it points to them.
        pooling: `mean` or `cls`, of a text model that neither has a joint space nor says it itself.
        progress: called while files are read.

    Raises:
        MissingExtraError: if transformers is not installed.
        NotFoundError: if there is no such source, or files are missing.
        LpdError: if the model is of a kind that is not known here, or its files are damaged.
    """
    check_name(name, "encoder")
    if Path(source).is_dir() and (Path(source) / "workspace.toml").is_file():
        return _from_workspace(workspace, open_workspace(Path(source)), name, copy=copy, progress=progress)
    folder = find_model_folder(source)
    return _from_folder(workspace, folder, name, copy=copy, pooling=pooling, progress=progress)


def _from_folder(
    workspace: Workspace, folder: Path, name: str, *, copy: bool, pooling: str, progress: Progress
) -> EncoderNames:
    of_text, of_video = text_files(folder), video_files(folder)
    if not of_text and not of_video:
        raise NotFoundError(
            "neither a tokenizer for texts nor settings for pictures here",
            where=folder,
            expected="tokenizer.json or vocab.txt, or preprocessor_config.json",
            next_step="bring the whole folder, as save_pretrained of the model and of its processor write it",
        )
    progress("opening the model", 0, 1)
    text = open_text_reader(folder, pooling=pooling) if of_text else None
    pictures = open_picture_reader(folder) if of_video else None
    if text is not None:
        text.try_out(folder)
    if pictures is not None:
        pictures.try_out(folder)
    progress("opening the model", 1, 1)
    if text and pictures and text.tower.kind.is_joint and text.dimension != pictures.tower.dimension:
        raise MismatchError(
            "the two towers end in different spaces",
            where=folder,
            expected=f"{text.dimension} dimensions",
            found=pictures.tower.dimension,
        )
    files = list(dict.fromkeys([*of_text, *of_video]))
    place = ModelPlace(str(folder), False, file_facts(folder, files, progress=progress))
    with writer_lock(workspace.path):
        if copy:
            place = _copied(workspace, place, name, progress=progress)
        if text is not None:
            own = place._replace(files=tuple(one for one in place.files if one.path in of_text))
            PretrainedText(name, own, text).save(workspace.text_encoder_folder(name))
        if pictures is not None:
            own = place._replace(files=tuple(one for one in place.files if one.path in of_video))
            joint = text is not None and text.tower.kind.is_joint
            video = PretrainedVideo(name, own, pictures, name if joint else None)
            video.save(workspace.video_encoder_folder(name))
    return EncoderNames(
        name if text is not None else None, name if pictures is not None else None, _notes(text, pictures)
    )


def _notes(text: object | None, pictures: object | None) -> tuple[str, ...]:
    notes = []
    if text is None:
        notes.append("no texts: the folder has no tokenizer, or the model reads none")
    if pictures is None:
        notes.append("no pictures: the folder has no preprocessor_config.json, or the model reads none")
    return tuple(notes)


def _copied(workspace: Workspace, place: ModelPlace, name: str, *, progress: Progress) -> ModelPlace:
    """Returns the place of a copy in the workspace, after copying every file that is read."""
    source, inner = Path(place.path), f"{COPIES_FOLDER}/{name}"
    if source == (workspace.path / inner).resolve():
        raise LpdError("this is the copy in the workspace itself", where=source)
    with atomic_directory(workspace.path / inner) as folder:
        for done, one in enumerate(place.files):
            progress("copying the model", done, len(place.files))
            (folder / one.path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / one.path, folder / one.path)
        progress("copying the model", len(place.files), len(place.files))
    copy = file_facts(workspace.path / inner, [one.path for one in place.files])
    return ModelPlace(inner, True, copy)


def _from_workspace(
    workspace: Workspace, source: Workspace, name: str, *, copy: bool, progress: Progress
) -> EncoderNames:
    """Returns the names, after taking over what another workspace keeps under the name."""
    if source.path.resolve() == workspace.path.resolve():
        raise LpdError("source and workspace are the same", where=source.path)
    of_text, of_video = source.text_encoder_folder(name), source.video_encoder_folder(name)
    folders = [one for one in (of_text, of_video) if one.is_dir()]
    if not folders:
        known = sorted({*source.text_encoder_names(), *source.video_encoder_names()})
        raise NotFoundError(
            "no such encoder",
            where=source.path,
            expected=f"one of {', '.join(known) or '(none)'}",
            found=repr(name),
            next_step="give its name there with --name",
        )
    for folder in folders:
        document = read_encoder_document(folder)
        if document["kind"] in (PretrainedText.kind, PretrainedVideo.kind):
            place = place_from_json(document, where=folder)
            return _from_folder(
                workspace,
                place.folder(folder),
                name,
                copy=copy or place.copied,
                pooling=str(document.get("pooling", "mean")),
                progress=progress,
            )
    text: TextEncoder | None = load_text_encoder(of_text) if of_text in folders else None
    video: VideoTower | None = load_video_tower(of_video) if of_video in folders else None
    with writer_lock(workspace.path):
        if text is not None:
            text.save(workspace.text_encoder_folder(name))
        if video is not None:
            video.save(workspace.video_encoder_folder(name))
            load_video_encoder(workspace.video_encoder_folder(name))
    return EncoderNames(name if text is not None else None, name if video is not None else None)
