"""Text features of a workspace: encoders fitted on training captions, and what they make of captions and
topics.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from lpd.errors import LpdError, NotFoundError
from lpd.progress import Progress, no_progress
from lpd.storage import digest_bytes, writer_lock
from lpd.text import (
    BiGruSettings,
    TextEncoder,
    fit_bag_of_words,
    fit_concepts,
    fit_token_ids,
    fit_word_vectors,
    load_text_encoder,
    train_bigru,
)
from lpd.text.pretrained import PretrainedText
from lpd.workspace import Workspace

__all__ = [
    "DEFAULT_TEXT_FEATURES",
    "TEXT_FEATURE_KINDS",
    "CaptionedShots",
    "FitSettings",
    "captioned_shots",
    "encode_texts",
    "fit_text_encoders",
]

DEFAULT_TEXT_FEATURES = ("bow", "w2v", "bigru")
"""What is fitted where nothing is named; the others serve single systems."""

_TEXTS_AT_ONCE = 4096
_SMALL_COUNTS = ("bow", "concepts")  # kinds whose values float16 holds exactly; it could not hold token ids


@dataclass(frozen=True)
class FitSettings:
    """How text encoders are fitted.

    Args:
        min_count: rarer words of the training captions are unknown.
        word_vector_dimension: width of the word vectors.
        bigru: of the bi-GRU's training.
        seed: of whatever is random.
        device: `auto`, `cpu` or `cuda`.
    """

    min_count: int = 5
    word_vector_dimension: int = 500
    bigru: BiGruSettings = field(default_factory=BiGruSettings)
    seed: int = 0
    device: str = "auto"


@dataclass(frozen=True)
class CaptionedShots:
    """The captions of a set with the shots they describe.

    Args:
        caption_ids, texts: C captions.
        shot_ids: N distinct shots, in the order of their first caption.
        caption_shot: (C,) int64, row in `shot_ids`.
        collection: whose shots they are.
    """

    caption_ids: tuple[str, ...]
    texts: tuple[str, ...]
    shot_ids: tuple[str, ...]
    caption_shot: np.ndarray
    collection: str


def captioned_shots(workspace: Workspace, caption_set: str) -> CaptionedShots:
    """Returns the captions of a set in the form that training takes."""
    captions = workspace.captions(caption_set)
    row_of: dict[str, int] = {}
    for caption in captions:
        row_of.setdefault(caption.shot_id, len(row_of))
    return CaptionedShots(
        caption_ids=tuple(caption.caption_id for caption in captions),
        texts=tuple(caption.text for caption in captions),
        shot_ids=tuple(row_of),
        caption_shot=np.array([row_of[caption.shot_id] for caption in captions], dtype=np.int64),
        collection=workspace.caption_collection(caption_set),
    )


def fit_text_encoders(
    workspace: Workspace,
    features: Sequence[str],
    *,
    captions: str,
    validation: str | None = None,
    settings: FitSettings | None = None,
    progress: Progress = no_progress,
) -> None:
    """Fits text encoders on a caption set and keeps them as text_encoders/<text feature>.

    Args:
        workspace: whose captions and video features are used.
        features: keys of `TEXT_FEATURE_KINDS`.
        captions: the training captions.
        validation: captions that stop the bi-GRU's training; without them it runs all its epochs.
        settings: None takes the defaults.
        progress: called while the bi-GRU trains.

    Raises:
        LpdError: if a kind is unknown, or the captions cannot be used.
    """
    unknown = [feature for feature in features if feature not in TEXT_FEATURE_KINDS]
    if unknown:
        raise LpdError(
            "unknown text feature", expected=", ".join(TEXT_FEATURE_KINDS), found=", ".join(unknown)
        )
    chosen = settings or FitSettings()
    with writer_lock(workspace.path):
        for feature in features:
            progress(f"fitting {feature}", 0, 1)
            fitting = _Fitting(workspace, captions, validation, chosen, progress)
            TEXT_FEATURE_KINDS[feature](fitting).save(workspace.text_encoder_folder(feature))
            progress(f"fitting {feature}", 1, 1)


class _Fitting(NamedTuple):
    """What the fitting of an encoder may use."""

    workspace: Workspace
    captions: str
    validation: str | None
    settings: FitSettings
    progress: Progress

    @property
    def texts(self) -> tuple[str, ...]:
        """The training captions."""
        return captioned_shots(self.workspace, self.captions).texts


def _fit_w2v(fitting: _Fitting) -> TextEncoder:
    settings = fitting.settings
    dimension, seed = settings.word_vector_dimension, settings.seed
    return fit_word_vectors(fitting.texts, dimension=dimension, min_count=settings.min_count, seed=seed)


def _fit_bigru(fitting: _Fitting) -> TextEncoder:
    from lpd.training import choose_device

    workspace, settings = fitting.workspace, fitting.settings
    training = captioned_shots(workspace, fitting.captions)
    validating = None
    if fitting.validation is not None:
        held_out = captioned_shots(workspace, fitting.validation)
        validating = (held_out.texts, held_out.caption_shot, _video_side_by_side(workspace, held_out))
    encoder, _ = train_bigru(
        training.texts,
        training.caption_shot,
        _video_side_by_side(workspace, training),
        validation=validating,
        settings=settings.bigru,
        seed=settings.seed,
        device=str(choose_device(settings.device)),
        progress=fitting.progress,
    )
    return encoder


def _fit_bow_without_stop_words(fitting: _Fitting) -> TextEncoder:
    min_count = fitting.settings.min_count
    return fit_bag_of_words(fitting.texts, min_count=min_count, stop_words=False, name="bow_nsw")


def _video_side_by_side(workspace: Workspace, shots: CaptionedShots) -> np.ndarray:
    """Returns (N, sum of dimensions) float32: all video features of the captioned shots."""
    names = workspace.feature_names(shots.collection)
    if not names:
        raise NotFoundError(
            "this collection has no video features", where=shots.collection, next_step="lpd import features"
        )
    return np.concatenate(
        [workspace.features(shots.collection, name).rows(shots.shot_ids) for name in names], axis=1
    )


TEXT_FEATURE_KINDS: dict[str, Callable[[_Fitting], TextEncoder]] = {
    "bow": lambda fitting: fit_bag_of_words(fitting.texts, min_count=fitting.settings.min_count),
    "w2v": _fit_w2v,
    "bigru": _fit_bigru,
    "bow_nsw": _fit_bow_without_stop_words,
    "tokens": lambda fitting: fit_token_ids(fitting.texts, min_count=fitting.settings.min_count),
    "concepts": lambda fitting: fit_concepts(fitting.texts, min_count=fitting.settings.min_count),
}
"""Text features that can be fitted here -> how."""


def encode_texts(
    workspace: Workspace,
    text_set: str,
    features: Sequence[str] | None = None,
    *,
    device: str = "cpu",
    progress: Progress = no_progress,
) -> list[str]:
    """Computes text features of a caption set or of an edition's topics, and returns their names.

    Args:
        workspace: whose encoders are used.
        text_set: name of a caption set or of an edition.
        features: names of encoders; None takes all.
        device: where pretrained encoders compute: `auto`, `cpu` or `cuda`; the others take the CPU.
        progress: called per block of texts.

    Raises:
        NotFoundError: if there is no such set or encoder.
    """
    from lpd.features import write_matrix

    names = list(features or workspace.text_encoder_names())
    ids, texts = _texts_of(workspace, text_set)
    for name in names:
        folder = workspace.text_encoder_folder(name)
        if not folder.is_dir():
            raise NotFoundError(
                "this text encoder was neither fitted nor imported",
                where=folder,
                next_step="lpd encode --fit-on CAPTIONS, or lpd import encoder",
            )
        encoder = _on_device(load_text_encoder(folder), device)
        stage = f"encoding {text_set} with {name}"
        blocks = []
        for start in range(0, len(texts), _TEXTS_AT_ONCE):
            progress(stage, start, len(texts))
            blocks.append(encoder.encode(texts[start : start + _TEXTS_AT_ONCE]))
        with writer_lock(workspace.path):
            write_matrix(
                workspace.text_feature_folder(text_set, name),
                blocks,
                name=name,
                ids=ids,
                dtype="float16" if encoder.kind in _SMALL_COUNTS else "float32",
                made_from={"encoder": encoder.digest, "texts": digest_bytes("\n".join(texts).encode())},
            )
        progress(stage, len(texts), len(texts))
    return names


def _on_device(encoder: TextEncoder, device: str) -> TextEncoder:
    """Returns the encoder, a pretrained one on the device."""
    if not isinstance(encoder, PretrainedText):
        return encoder
    from lpd.training import choose_device

    return encoder.on(str(choose_device(device)))


def _texts_of(workspace: Workspace, text_set: str) -> tuple[list[str], list[str]]:
    if text_set in workspace.caption_sets():
        captions = workspace.captions(text_set)
        return [caption.caption_id for caption in captions], [caption.text for caption in captions]
    if text_set in workspace.edition_names():
        topics = workspace.edition(text_set).topics
        return [topic.topic_id for topic in topics], [topic.text for topic in topics]
    known = workspace.caption_sets() + workspace.edition_names()
    raise NotFoundError(
        "no such caption set or edition",
        expected=f"one of {', '.join(known) or '(none)'}",
        found=repr(text_set),
    )
