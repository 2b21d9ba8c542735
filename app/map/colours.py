"""The colours of a map in the light and in the dark theme; no two classes differ by red and green alone."""

from dataclasses import dataclass

from app.tokens import TOKENS

__all__ = ["DARK_MAP", "LIGHT_MAP", "MapColours"]


@dataclass(frozen=True)
class MapColours:
    """Colours of one theme.

    Args:
        background: under the points.
        ink, accent, mark: of words, of what is chosen, and of the query and its best shots.
        back: of shots that stand back.
        classes: of classes in order.
        relevant, not_relevant, unjudged: of judgements.
        low, high: ends of the scale of scores.
    """

    background: str
    ink: str
    accent: str
    mark: str
    back: str
    classes: tuple[str, ...]
    relevant: str
    not_relevant: str
    unjudged: str
    low: str
    high: str

    def scale(self, steps: int) -> list[str]:
        """Returns so many colours from low to high."""
        low, high = _rgb(self.low), _rgb(self.high)
        shares = [step / max(1, steps - 1) for step in range(steps)]
        mixed = [[round(a + share * (b - a)) for a, b in zip(low, high, strict=True)] for share in shares]
        return ["#" + "".join(f"{one:02x}" for one in colour) for colour in mixed]


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _colours(
    dark: bool, *, classes: tuple[str, ...], back: str, mark: str, ends: tuple[str, str]
) -> MapColours:
    theme = {role: (token.dark if dark else token.light) for role, token in TOKENS.items()}
    return MapColours(
        background=theme["surface"],
        ink=theme["ink"],
        accent=theme["accent"],
        mark=mark,
        back=back,
        classes=classes,
        relevant=theme["relevant"],
        not_relevant=theme["not"],
        unjudged=theme["unjudged"],
        low=ends[0],
        high=ends[1],
    )


LIGHT_MAP = _colours(
    False,
    classes=(
        "#1f5f8b", "#d06a00", "#8a3ffc", "#1b8a6b", "#b8336a", "#8a6d00",
        "#00a0c8", "#5b2a1d", "#e07bb5", "#4f7d1c", "#3f3f8f", "#f2a65a",
    ),
    back="#c3c7cb",
    mark="#c2185b",
    ends=("#e2d9c4", "#0b3c5d"),
)  # fmt: skip
DARK_MAP = _colours(
    True,
    classes=(
        "#7db6dc", "#f0a04b", "#b79bff", "#5ccfa9", "#f08db4", "#dcc24e",
        "#3fd0f2", "#d9a08b", "#ffc4e4", "#a8cf7a", "#9aa0ff", "#ffd9a8",
    ),
    back="#4b535c",
    mark="#ff8cc8",
    ends=("#3b4650", "#f3d48a"),
)  # fmt: skip
