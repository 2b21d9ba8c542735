"""Captions with their shots as features: what a training on a workspace learns from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lpd.errors import LpdError, MismatchError, NotFoundError
from lpd.services.encoding import CaptionedShots, captioned_shots
from lpd.training import PairedData
from lpd.workspace import Workspace

__all__ = ["InputNames", "input_names", "paired_data", "split_names"]


@dataclass(frozen=True)
class InputNames:
    """The features of a training.

    Args:
        text: text feature -> dimension.
        video: video feature -> dimension.
    """

    text: dict[str, int]
    video: dict[str, int]


def split_names(names: str) -> tuple[str, ...]:
    """Returns the caption sets of `A,B`.

    Raises:
        LpdError: if a name is empty or stands twice.
    """
    found = tuple(name.strip() for name in names.split(","))
    if not all(found) or len(set(found)) != len(found):
        raise LpdError("caption sets", expected="one name, or different ones as A,B", found=repr(names))
    return found


def input_names(
    workspace: Workspace,
    caption_sets: Sequence[str],
    *,
    text: Sequence[str] = (),
    video: Sequence[str] = (),
    special: Sequence[str] = (),
) -> InputNames:
    """Returns the features that all the caption sets and their collections have, with their dimensions.

    Args:
        workspace: whose features they are.
        caption_sets: of training and validation.
        text: names; none takes all vectors that every set has (but `tokens` and `concepts`, which only some
            systems read).
        video: names; none takes all that every collection has.
        special: names that are needed beside `text`.

    Raises:
        NotFoundError: naming every set or collection that lacks a feature, and what it has.
        MismatchError: if a feature has different dimensions in different places.
    """
    collections = list(dict.fromkeys(workspace.caption_collection(name) for name in caption_sets))
    held_text = {name: workspace.text_feature_names(name) for name in caption_sets}
    held_video = {name: workspace.feature_names(name) for name in collections}
    chosen_text = list(text) or [n for n in _in_all(list(held_text.values())) if n not in SPECIAL]
    chosen_text += [name for name in special if name not in chosen_text]
    chosen_video = list(video) or _in_all(list(held_video.values()))
    missing = [
        f"{name} of {place}" for place, has in held_text.items() for name in chosen_text if name not in has
    ]
    if missing or not chosen_text:
        raise NotFoundError(
            "text features were not computed",
            expected=", ".join(missing) or "at least one",
            found="; ".join(f"{place} has {', '.join(has) or 'none'}" for place, has in held_text.items()),
            next_step=f"lpd encode {' '.join(caption_sets)} (first --fit-on, for encoders not fitted yet)",
        )
    if not chosen_video:
        raise NotFoundError(
            "no video feature",
            where=", ".join(collections),
            found="; ".join(f"{place} has {', '.join(has) or 'none'}" for place, has in held_video.items()),
            next_step="lpd import features",
        )
    dimensions: dict[str, dict[str, int]] = {"text": {}, "video": {}}
    for name in chosen_text:
        found = {place: workspace.text_features(place, name).dimension for place in caption_sets}
        dimensions["text"][name] = _one_dimension(f"text feature {name}", found)
    for name in chosen_video:
        found = {place: workspace.video_input(place, name).dimension for place in collections}
        dimensions["video"][name] = _one_dimension(f"video feature {name}", found)
    return InputNames(**dimensions)


SPECIAL = ("concepts", "tokens")


def _in_all(lists: Sequence[Sequence[str]]) -> list[str]:
    return [name for name in lists[0] if all(name in other for other in lists)]


def _one_dimension(what: str, found: dict[str, int]) -> int:
    if len(set(found.values())) > 1:
        raise MismatchError(
            f"{what} differs in dimension",
            expected="one dimension everywhere",
            found=", ".join(f"{size} in {place}" for place, size in found.items()),
            next_step="extract or encode it the same way everywhere",
        )
    return next(iter(found.values()))


def paired_data(workspace: Workspace, caption_sets: Sequence[str], inputs: InputNames) -> PairedData:
    """Returns the captions of some sets with their shots, as features; a shot that several sets of one
    collection describe is one shot.

    Raises:
        NotFoundError: if a feature lacks rows.
    """
    sets = {name: captioned_shots(workspace, name) for name in caption_sets}
    shots_of: dict[str, dict[str, int]] = {}
    for shots in sets.values():
        rows = shots_of.setdefault(shots.collection, {})
        for shot_id in shots.shot_ids:
            rows.setdefault(shot_id, len(rows))
    start_of = dict(zip(shots_of, np.cumsum([0, *map(len, shots_of.values())]), strict=False))
    groups: dict[str, int] = {}
    texts = [text for shots in sets.values() for text in shots.texts]
    return PairedData(
        text={
            name: np.concatenate(
                [workspace.text_features(one, name).rows(shots.caption_ids) for one, shots in sets.items()]
            )
            for name in inputs.text
        },
        video={
            name: np.concatenate(
                [workspace.video_input(place, name).rows(list(rows)) for place, rows in shots_of.items()]
            )
            for name in inputs.video
        },
        caption_shot=np.concatenate(
            [
                _rows_of(shots, shots_of[shots.collection]) + start_of[shots.collection]
                for shots in sets.values()
            ]
        ),
        caption_group=np.array([groups.setdefault(one, len(groups)) for one in texts], dtype=np.int64),
    )


def _rows_of(shots: CaptionedShots, rows: dict[str, int]) -> np.ndarray:
    own = np.array([rows[shot_id] for shot_id in shots.shot_ids], dtype=np.int64)
    places: np.ndarray = own[shots.caption_shot]
    return places
