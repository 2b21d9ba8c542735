"""What all trainings and tables of one reproduction share, and what of it is there."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from lpd.editions import Edition
from lpd.errors import LpdError, NotFoundError
from lpd.models.dual_task import CONCEPTS
from lpd.models.text_inputs import TOKENS
from lpd.reproduce.recipes import Row
from lpd.services.pairs import input_names, split_names
from lpd.services.training import ModelRequest, training_settings
from lpd.workspace import Workspace

__all__ = ["Available", "FrameFeature", "Reproduction", "Setup", "available_features", "open_reproduction"]

SPECIAL = (CONCEPTS, TOKENS)
SAMPLED_FRAMES = 12


@dataclass(frozen=True)
class Setup:
    """What all trainings and tables of one reproduction share.

    Args:
        captions: caption set to learn from, or several as `A,B`.
        validation: caption set that selects the epoch.
        editions: topic editions to search; none takes all with judgements.
        qrels: name of the judgements in every edition; None takes each edition's own default.
        seeds: every row is trained once with each.
        preset: named training settings of every row, but for rows that are about another.
        settings: `KEY=VALUE` changes to the preset, for all rows alike.
        width: of the common spaces.
        text_features: names; none takes all that captions and topics have.
        video_features: names; none takes all that every collection has.
        frame_feature: which frame features the frame-level systems read; None takes the first whose name is
            also that of a text feature of its dimension.
        encoder_sizes: `KEY=VALUE` sizes of all trainable text encoders.
        pretrain: caption set that one model of sea-tv20 is pre-trained on.
        without: the video feature that this model leaves out; None takes the last.
        diversity_feature: the video feature by which lists are called diverse; None takes one of a zero-shot
            pair, else the first.
        device: `auto`, `cpu` or `cuda`.
        retrain: train also what is there already.
        workers: trainings side by side; None takes the machine's cores.
    """

    captions: str
    validation: str
    editions: tuple[str, ...] = ()
    qrels: str | None = None
    seeds: tuple[int, ...] = (0, 1, 2)
    preset: str = "lpd-recipe"
    settings: tuple[str, ...] = ()
    width: int = 512
    text_features: tuple[str, ...] = ()
    video_features: tuple[str, ...] = ()
    frame_feature: str | None = None
    encoder_sizes: tuple[str, ...] = ()
    pretrain: str | None = None
    without: str | None = None
    diversity_feature: str | None = None
    device: str = "auto"
    retrain: bool = False
    workers: int | None = None

    @property
    def processes(self) -> int:
        """How many trainings run side by side."""
        return self.workers or os.cpu_count() or 1

    def seeds_of(self, row: Row) -> tuple[int, ...]:
        """Returns the seeds that a row is trained with: one where a seed has no influence."""
        return self.seeds if row.seeded else self.seeds[:1]


class FrameFeature(NamedTuple):
    """Frames that a head can read: their dimension, and how many it is given of a shot."""

    name: str
    dimension: int
    per_shot: int


@dataclass(frozen=True)
class Available:
    """The features that captions, topics and collections of a reproduction all have.

    Args:
        text: vectors, in the order in which every model takes them; those that the setup names, if any.
        more_text: likewise, whether the setup names them or not, for rows that name their own.
        video: one row per shot.
        special: those of `tokens` and `concepts`, which single systems read.
        pairs: text features that are also video features of the same dimension.
        frames: those frame features that are also text features of their dimension.
    """

    text: tuple[str, ...]
    more_text: tuple[str, ...]
    video: tuple[str, ...]
    special: tuple[str, ...]
    pairs: tuple[str, ...]
    frames: tuple[FrameFeature, ...]


@dataclass(frozen=True)
class Reproduction:
    """A setup on a workspace, checked.

    Args:
        workspace: gets models, runs and tables.
        setup: what was asked for.
        available: the features that the workspace has.
        editions: to be searched, in order.
    """

    workspace: Workspace
    setup: Setup
    available: Available
    editions: tuple[Edition, ...]

    @property
    def edition_names(self) -> list[str]:
        """Names of the editions, in order."""
        return [edition.name for edition in self.editions]


def open_reproduction(workspace: Workspace, setup: Setup) -> Reproduction:
    """Returns the setup on the workspace, after checking what every training needs.

    Raises:
        LpdError: if captions, validation captions, editions, features or settings cannot be used.
    """
    if not setup.seeds or len(set(setup.seeds)) != len(setup.seeds) or min(setup.seeds) < 0:
        raise LpdError("seeds", expected="different whole numbers from 0", found=list(setup.seeds))
    if setup.workers is not None and setup.workers < 1:
        raise LpdError("number of workers", expected="a whole number from 1", found=setup.workers)
    request = ModelRequest(
        "lpd", "lpd", setup.captions, setup.validation, preset=setup.preset, settings=setup.settings
    )
    training_settings(request)
    sets = [*split_names(setup.captions), setup.validation]
    input_names(workspace, sets, text=setup.text_features, video=setup.video_features)
    if setup.pretrain is not None:
        workspace.caption_collection(setup.pretrain)
    editions = _editions(workspace, setup)
    available = available_features(workspace, setup, editions=editions)
    _check_everywhere("video", tuple(filter(None, (setup.without, setup.diversity_feature))), available.video)
    return Reproduction(workspace, setup, available, editions)


def _editions(workspace: Workspace, setup: Setup) -> tuple[Edition, ...]:
    names = setup.editions or tuple(workspace.edition_names())
    editions = [workspace.edition(name) for name in names]
    if not setup.editions:
        editions = [edition for edition in editions if edition.default_qrels is not None]
    if not editions:
        raise NotFoundError(
            "no edition with judgements",
            where=workspace.path,
            next_step="lpd import topics, lpd import qrels",
        )
    for edition in editions:
        workspace.qrels(edition.name, setup.qrels)
    return tuple(editions)


def available_features(workspace: Workspace, setup: Setup, *, editions: Sequence[Edition]) -> Available:
    """Returns what captions, topics and collections all have, among the features that the setup names.

    Raises:
        NotFoundError: if a feature that the setup names is not everywhere.
    """
    sets = [*split_names(setup.captions), setup.validation]
    collections = list(dict.fromkeys(workspace.caption_collection(name) for name in sets))
    collections += [one.collection for one in editions if one.collection not in collections]
    # a topic can also be encoded when it is searched
    encoders = set(workspace.text_encoder_names())
    encoded = [set(workspace.text_feature_names(one.name)) | encoders for one in editions]
    held_text = [set(workspace.text_feature_names(name)) for name in sets] + encoded
    held_video = [set(workspace.feature_names(name)) for name in collections]
    held_frames = [set(workspace.frame_feature_names(name)) for name in collections]
    everywhere = [name for name in workspace.text_feature_names(sets[0]) if _in_all(name, held_text)]
    text = [name for name in everywhere if name not in SPECIAL]
    video = [name for name in workspace.feature_names(collections[0]) if _in_all(name, held_video)]
    frames = [name for name in workspace.frame_feature_names(collections[0]) if _in_all(name, held_frames)]
    _check_everywhere("text", setup.text_features, text)
    _check_everywhere("video", setup.video_features, video)
    _check_everywhere("frame", () if setup.frame_feature is None else (setup.frame_feature,), frames)
    width_of = {name: workspace.text_features(sets[0], name).dimension for name in text}
    return Available(
        text=setup.text_features or tuple(text),
        more_text=tuple(text),
        video=setup.video_features or tuple(video),
        special=tuple(name for name in everywhere if name in SPECIAL),
        pairs=tuple(
            name
            for name in text
            if name in video and workspace.features(collections[0], name).dimension == width_of[name]
        ),
        frames=tuple(
            FrameFeature(name, width_of[name], _frames_per_shot(workspace, collections, name))
            for name in ([setup.frame_feature] if setup.frame_feature else frames)
            if name in width_of and workspace.frame_features(collections[0], name).dimension == width_of[name]
        ),
    )


def _frames_per_shot(workspace: Workspace, collections: Sequence[str], name: str) -> int:
    """Returns 12, as in the papers, or fewer where no shot has so many: padding costs as much as frames."""
    offsets = [workspace.frame_features(one, name).offsets for one in collections]
    return min(SAMPLED_FRAMES, max(int(np.diff(one).max()) for one in offsets))


def _in_all(name: str, held: list[set[str]]) -> bool:
    return all(name in one for one in held)


def _check_everywhere(kind: str, named: tuple[str, ...], there: Sequence[str]) -> None:
    missing = [name for name in named if name not in there]
    if missing:
        raise NotFoundError(
            f"{kind} features that captions, topics and collections do not all have",
            expected=f"some of {', '.join(there) or '(none)'}",
            found=", ".join(missing),
        )
