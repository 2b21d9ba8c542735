"""Which captions a model learnt from, and how often they have the words of a query."""

from collections.abc import Mapping
from dataclasses import dataclass

from lpd.errors import LpdError
from lpd.text import WordCounts, add_word_counts, count_words
from lpd.workspace import Workspace

__all__ = [
    "PRE_TRAINING",
    "TRAINING",
    "LearntCaptions",
    "caption_word_counts",
    "learnt_captions",
    "stage_word_counts",
]

TRAINING = "training"
"""The captions a model was trained on."""

PRE_TRAINING = "pre-training"
"""Those of the model whose weights it began with."""


@dataclass(frozen=True)
class LearntCaptions:
    """The caption sets that a model learnt from.

    Args:
        stages: `TRAINING` and, where the model began with the weights of another one, `PRE_TRAINING` -> names
            of caption sets.
        gone: those that the workspace does not have any more.
        unknown: models it began with whose captions are not known.
    """

    stages: dict[str, tuple[str, ...]]
    gone: tuple[str, ...]
    unknown: tuple[str, ...]


def learnt_captions(workspace: Workspace, model: str) -> LearntCaptions:
    """Returns the caption sets that a model learnt from, and those of the models it began with.

    Args:
        workspace: of the model.
        model: its name.

    Raises:
        NotFoundError: if there is no such model.
        LpdError: if its card does not name them, as that of an imported checkpoint.
    """
    captions, earlier = _named(workspace, model)
    if captions is None:
        raise LpdError(
            "it is not known which captions this model learnt from",
            where=model,
            next_step="train it again, or count the words of a caption set of your choice",
        )
    stages = {TRAINING: captions}
    before: list[str] = []
    unknown: list[str] = []
    seen = {model}
    while earlier is not None and earlier not in seen:
        seen.add(earlier)
        name, found = earlier, None
        if name in workspace.model_names():
            found, earlier = _named(workspace, name)
        else:
            earlier = None
        before += found or ()
        unknown += [] if found is not None else [name]
    if before:
        stages[PRE_TRAINING] = tuple(dict.fromkeys(before))
    known = workspace.caption_sets()
    gone = [one for sets in stages.values() for one in sets if one not in known]
    return LearntCaptions(stages, tuple(dict.fromkeys(gone)), tuple(unknown))


def _named(workspace: Workspace, model: str) -> tuple[tuple[str, ...] | None, str | None]:
    """Returns the caption sets in a model's card, None if it names none, and the model it began with."""
    training = workspace.model_card(model).config.get("training") or {}
    captions, earlier = training.get("captions"), training.get("init_from")
    named = tuple(str(one) for one in captions) if isinstance(captions, list) else None
    return named, None if earlier is None else str(earlier)


def caption_word_counts(workspace: Workspace, caption_set: str) -> WordCounts:
    """Returns how often each word stands in a caption set; some seconds for a million captions, so keep it.

    Raises:
        NotFoundError: if there is no such caption set.
    """
    return count_words(caption.text for caption in workspace.captions(caption_set))


def stage_word_counts(learnt: LearntCaptions, counts: Mapping[str, WordCounts]) -> dict[str, WordCounts]:
    """Returns stage -> words of its caption sets together, of those that are at hand; stages without any are
    left out.

    Args:
        learnt: the caption sets of a model.
        counts: caption set -> its words, from `caption_word_counts`.
    """
    parts = {stage: [counts[one] for one in sets if one in counts] for stage, sets in learnt.stages.items()}
    return {stage: add_word_counts(found) for stage, found in parts.items() if found}
