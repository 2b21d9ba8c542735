"""The colours of a heatmap of overlaps in the light and in the dark theme."""

from dataclasses import dataclass

from app.tokens import TOKENS

__all__ = ["DARK", "LIGHT", "HeatmapColours"]


@dataclass(frozen=True)
class HeatmapColours:
    """Colours of one theme.

    Args:
        low, high: ends of the scale, mixed in CIELAB.
        ink_on_low, ink_on_high: of a number on a cell; the ink changes at `high_from`, where neither has a
            contrast below 4.5.
        ink, muted: of words, and of words that stand back.
        text, video, fused: of the kinds of spaces, and of lists that are no space.
        chosen: outlines the chosen pair.
    """

    low: str
    high: str
    ink_on_low: str
    ink_on_high: str
    high_from: float
    ink: str
    muted: str
    text: str
    video: str
    fused: str
    chosen: str


def _colours(dark: bool, *, inks: tuple[str, str], high_from: float, chosen: str) -> HeatmapColours:
    theme = {role: (token.dark if dark else token.light) for role, token in TOKENS.items()}
    return HeatmapColours(
        low=theme["low"],
        high=theme["high"],
        ink_on_low=inks[0],
        ink_on_high=inks[1],
        high_from=high_from,
        ink=theme["ink"],
        muted=theme["muted"],
        text=theme["text"],
        video=theme["video"],
        fused=theme["accent"],
        chosen=chosen,
    )


LIGHT = _colours(False, inks=("#000000", "#ffffff"), high_from=0.65, chosen="#c2410c")
DARK = _colours(True, inks=("#ffffff", "#000000"), high_from=0.45, chosen="#ff8a5c")
