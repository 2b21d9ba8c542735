"""A model's common spaces in words: what meets in each, and how they become one score."""

import numpy as np

from app.words import printed_share
from lpd.cards import ModelCard, SpaceInfo
from lpd.words import counted

__all__ = ["fused_words", "fusion_words", "two_ends"]

_FUSING = ("laff", "lpd")
"""Systems whose other end is an attention-weighted fusion; the others put features side by side."""

SHOWN_TERMS = 3


def two_ends(space: SpaceInfo, card: ModelCard) -> str:
    """Returns in words what meets in a common space: `query: bow → shots: fused 6`; of an end of which only
    vectors are here, that: `query: bow → shots: vectors`.
    """
    text = [name for name in card.text_features if name not in ("tokens", "concepts")]
    text += list(card.config.get("model", {}).get("encoders", {}))
    query, shots = _together(text, card), _together(list(card.video_features), card)
    if space.name == "concepts":
        query, shots = "concepts it names", f"probabilities of {counted(space.width, 'concept')}"
    elif card.system == "txv":
        query, shots = space.name.removeprefix("text:").split("+video:", 1)
    elif space.end == "text":
        query = str(space.feature)
    elif space.end == "video":
        shots = str(space.feature)
    return f"query: {query} → shots: {shots}"


def _together(names: list[str], card: ModelCard) -> str:
    if not names:
        return "vectors"
    if len(names) == 1:
        return names[0]
    return f"fused {len(names)}" if card.system in _FUSING else f"{len(names)} side by side"


def fusion_words(card: ModelCard) -> str:
    """Returns how the fused score is made: `mean of 9 spaces`."""
    if len(card.spaces) == 1:
        return "one space"
    if card.fusion.kind != "minmax":
        return f"{card.fusion.kind} of {len(card.spaces)} spaces"
    shares = card.fusion.weights or (1 / len(card.spaces),) * len(card.spaces)
    terms = [f"{share:.2g} {space.label}" for share, space in zip(shares, card.spaces, strict=True)]
    return " + ".join(terms) + ", each stretched to 0..1"


def fused_words(card: ModelCard, shares: np.ndarray) -> str:
    """Returns how the fused score of one search is made, which may have weights and spaces of its own:
    `mean of 3 of 9 spaces`, `.4 bow + .2 clip + 5 more`.

    Args:
        card: of the model.
        shares: (S,) of the spaces in the fused score, adding up to 1.
    """
    count = len(card.spaces)
    own = np.asarray(card.fusion.weights or (1 / count,) * count, dtype=np.float64)
    if np.allclose(shares, own / own.sum(), atol=1e-6):
        return fusion_words(card)
    named = [(share, space.label) for share, space in zip(shares.tolist(), card.spaces, strict=True) if share]
    if len(named) == 1:
        return f"only {named[0][1]} of {count} spaces"
    stretched = ", each stretched to 0..1" if card.fusion.kind == "minmax" else ""
    if np.allclose([share for share, _ in named], named[0][0]):
        return f"mean of {len(named)} of {count} spaces{stretched}"
    named.sort(key=lambda one: -one[0])
    terms = [f"{printed_share(share, 2)} {label}" for share, label in named[:SHOWN_TERMS]]
    behind = [f"{len(named) - SHOWN_TERMS} more"] if len(named) > SHOWN_TERMS else []
    return " + ".join([*terms, *behind]) + stretched
