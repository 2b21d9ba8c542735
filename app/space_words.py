"""A model's common spaces in words: what meets in each, and how they become one score."""

from lpd.cards import ModelCard, SpaceInfo
from lpd.words import counted

__all__ = ["fusion_words", "two_ends"]

_FUSING = ("laff", "lpd")
"""Systems whose other end is an attention-weighted fusion; the others put features side by side."""


def two_ends(space: SpaceInfo, card: ModelCard) -> str:
    """Returns in words what meets in a common space: `query: bow → shots: fused 6`."""
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
