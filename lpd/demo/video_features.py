"""The demo's six video features, read from the encoded pictures alone."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lpd.errors import NotFoundError
from lpd.features import write_frame_matrix, write_matrix
from lpd.progress import Progress
from lpd.video.extract import ExtractionSettings, extract_features
from lpd.video.extractors import EXTRACTORS
from lpd.workspace import Workspace

__all__ = [
    "TWO_TOWER",
    "extract_video_features",
    "key_frames_of",
    "learn_two_tower",
    "write_two_tower_feature",
]

TWO_TOWER = "twotower"
_SETTINGS = ExtractionSettings(frame_step=3, keep_frames=("shape",), key_frame_count=6)
_LEARNT_FROM = (1, 4)
"""Two of the six key frames are enough to learn from, and three times as fast."""
_KEY_FRAMES = "key_frames.npy"


def preview_paths(workspace: Workspace, collection: str) -> list[Path]:
    """Returns the preview file of every shot, in row order.

    Raises:
        NotFoundError: if a shot has none.
    """
    opened = workspace.collection(collection)
    paths = [workspace.media_file(opened, shot, "preview") for shot in opened.shot_ids]
    missing = [shot for shot, path in zip(opened.shot_ids, paths, strict=True) if path is None]
    if missing:
        raise NotFoundError("shots have no preview", where=collection, found=len(missing))
    return [path for path in paths if path is not None]


def extract_video_features(
    workspace: Workspace, collection: str, *, workers: int, progress: Progress
) -> None:
    """Writes a collection's hand-made video features, the rows per frame of `shape`, and the key frames."""

    def named(stage: str, done: int, total: int) -> None:
        progress(f"extracting features of {collection}", done, total)

    ids = workspace.collection(collection).shot_ids
    found = extract_features(
        preview_paths(workspace, collection),
        list(EXTRACTORS),
        settings=_SETTINGS,
        workers=workers,
        progress=named,
    )
    for name, matrix in found.matrices.items():
        settings = {"extractor": name, "frame_step": _SETTINGS.frame_step}
        write_matrix(
            workspace.feature_folder(collection, name), [matrix], name=name, ids=ids, settings=settings
        )
    for name, rows in found.frame_rows.items():
        folder = workspace.frame_feature_folder(collection, name)
        write_frame_matrix(folder, [rows], name=name, ids=ids, offsets=found.offsets, dtype="float16")
    np.save(_key_frames_path(workspace, collection), found.key_frames)


def _key_frames_path(workspace: Workspace, collection: str) -> Path:
    return workspace.collection_folder(collection) / _KEY_FRAMES


def key_frames_of(workspace: Workspace, collection: str, shot_ids: Sequence[str]) -> np.ndarray:
    """Returns the (n, 6, 32, 32, 3) uint8 key frames of some shots."""
    frames = np.load(_key_frames_path(workspace, collection), mmap_mode="r", allow_pickle=False)
    return np.asarray(frames[workspace.collection(collection).rows(shot_ids)])


def learn_two_tower(workspace: Workspace, captioned: str, seed: int) -> None:
    """Trains the learned pair on the captions and keeps both towers; one thread, whatever the machine has."""
    import torch

    from lpd.services.encoding import captioned_shots
    from lpd.video.two_tower import train_two_tower

    torch.set_num_threads(1)
    training, held_out = captioned_shots(workspace, "train"), captioned_shots(workspace, "valid")
    towers = train_two_tower(
        training.texts,
        training.caption_shot,
        key_frames_of(workspace, captioned, training.shot_ids)[:, _LEARNT_FROM],
        validation=(
            held_out.texts,
            held_out.caption_shot,
            key_frames_of(workspace, captioned, held_out.shot_ids)[:, _LEARNT_FROM],
        ),
        name=TWO_TOWER,
        seed=seed,
    )
    towers.text.save(workspace.text_encoder_folder(TWO_TOWER))
    towers.video.save(workspace.video_encoder_folder(TWO_TOWER))


def write_two_tower_feature(workspace: Workspace, collection: str) -> None:
    """Writes what the learned video tower makes of a collection's key frames: a row per frame, and their mean
    per shot.
    """
    from lpd.video.two_tower import load_video_tower

    tower = load_video_tower(workspace.video_encoder_folder(TWO_TOWER))
    ids = workspace.collection(collection).shot_ids
    frames = tower.encode_frames(key_frames_of(workspace, collection, ids))
    shots, count, width = frames.shape
    means = frames.mean(axis=1)
    made_from = {"video encoder": tower.digest}
    write_matrix(
        workspace.feature_folder(collection, TWO_TOWER),
        [means / np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-12)],
        name=TWO_TOWER,
        ids=ids,
        made_from=made_from,
    )
    write_frame_matrix(
        workspace.frame_feature_folder(collection, TWO_TOWER),
        [frames.reshape(shots * count, width)],
        name=TWO_TOWER,
        ids=ids,
        offsets=np.arange(shots + 1) * count,
        dtype="float16",
        made_from=made_from,
    )
