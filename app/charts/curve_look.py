"""How curves look: colours and dashes that are told apart without colour, axes, legends, the frame."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import altair as alt

from app.tokens import TOKENS

__all__ = [
    "DARK_CURVES",
    "DASHES",
    "LIGHT_CURVES",
    "CurveColours",
    "Look",
    "axis",
    "colour_of",
    "dash_of",
    "dash_scale",
    "epochs_axis",
    "framed",
    "legend",
    "line_looks",
    "line_scale",
    "side_by_side",
    "space_colours",
    "space_looks",
]

DASHES: tuple[tuple[int, ...], ...] = (
    (1, 0),
    (7, 3),
    (2, 2),
    (9, 3, 2, 3),
    (4, 2),
    (12, 4),
    (2, 4),
    (6, 2, 2, 2, 2, 2),
    (14, 3, 5, 3),
    (1, 3),
    (6, 6),
    (10, 2, 1, 2, 1, 2),
)
"""Of the lines in their order."""

PANEL_WIDTH = 320
"""Points, of one of several charts in a file."""


@dataclass(frozen=True)
class CurveColours:
    """Colours of one theme: ink, quiet ink and hairlines; lines in order; the two tones between which the
    spaces of an end lie; the ends of the scale of shares.
    """

    ink: str
    muted: str
    grid: str
    lines: tuple[str, ...]
    text: tuple[str, str]
    video: tuple[str, str]
    low: str
    high: str


def _colours(dark: bool, *, lines: tuple[str, ...], text: str, video: str) -> CurveColours:
    theme = {role: (token.dark if dark else token.light) for role, token in TOKENS.items()}
    return CurveColours(
        theme["ink"],
        theme["muted"],
        theme["line"],
        (theme["accent"], *lines),
        (theme["text"], text),
        (theme["video"], video),
        theme["low"],
        theme["high"],
    )


# amber and teal are those of the spaces, so no training has them
LIGHT_CURVES = _colours(
    False,
    lines=("#b8336a", "#5f6873", "#6b4e9b", "#1b1f24", "#4f7d1c", "#c2410c", "#0e7490"),
    text="#5a2f00",
    video="#0b4a6f",
)
DARK_CURVES = _colours(
    True,
    lines=("#f08db4", "#a3abb5", "#b9a3e3", "#e8eaed", "#a8cf7a", "#fb9a6b", "#67c7dd"),
    text="#f7dcae",
    video="#a9d7f0",
)


class Look(NamedTuple):
    """A line's name, its colour, and its dash: lengths drawn and left out in turn."""

    name: str
    colour: str
    dash: tuple[int, ...]


def line_looks(names: Sequence[str], colours: Sequence[str]) -> list[Look]:
    """Returns a colour and a dash per name, in order; after the last one the first one comes again."""
    return [
        Look(name, colours[place % len(colours)], DASHES[place % len(DASHES)])
        for place, name in enumerate(names)
    ]


def space_looks(spaces: Sequence[tuple[str, str]], colours: CurveColours) -> list[Look]:
    """Returns a tone of its end and a dash per space; no two of as many as DASHES have the same dash, so that
    they are told apart in greyscale.

    Args:
        spaces: name and end (`text`, `video` or `head`).
        colours: of the theme.
    """
    tones = space_colours(spaces, colours)
    return [
        Look(name, tone, DASHES[place % len(DASHES)])
        for place, ((name, _), tone) in enumerate(zip(spaces, tones, strict=True))
    ]


def colour_of(looks: Sequence[Look]) -> alt.Scale:
    """Returns the scale from names to colours."""
    return alt.Scale(domain=[look.name for look in looks], range=[look.colour for look in looks])


def dash_of(looks: Sequence[Look]) -> alt.Scale:
    """Returns the scale from names to dashes."""
    return alt.Scale(domain=[look.name for look in looks], range=[list(look.dash) for look in looks])


def line_scale(names: Sequence[str], colours: Sequence[str]) -> alt.Scale:
    """Returns a colour per name, in order; after the last colour the first one comes again."""
    return colour_of(line_looks(names, colours))


def dash_scale(names: Sequence[str]) -> alt.Scale:
    """Returns a dash per name, in order."""
    return dash_of(line_looks(names, ("",)))


def space_colours(spaces: Sequence[tuple[str, str]], colours: CurveColours) -> list[str]:
    """Returns a tone per space: between the two of its end, in order; for heads those of the lines.

    Args:
        spaces: name and end (`text`, `video` or `head`).
        colours: of the theme.
    """
    ends: Mapping[str, tuple[str, str]] = {"text": colours.text, "video": colours.video}
    counts = {end: sum(1 for _, other in spaces if other == end) for _, end in spaces}
    tones = []
    for place, (_, end) in zip(_places(spaces), spaces, strict=True):
        if end in ends:
            tones.append(_between(*ends[end], place / max(1, counts[end] - 1)))
        else:
            tones.append(colours.lines[place % len(colours.lines)])
    return tones


def _places(spaces: Sequence[tuple[str, str]]) -> list[int]:
    """Returns the place of each space among those of its end."""
    met: dict[str, int] = {}
    places = []
    for _, end in spaces:
        places.append(met.get(end, 0))
        met[end] = places[-1] + 1
    return places


def _between(first: str, last: str, share: float) -> str:
    parts = [(int(first[at : at + 2], 16), int(last[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in parts)


def epochs_axis(colours: CurveColours) -> alt.X:
    """Returns the axis of the epochs, at whole numbers."""
    scale = alt.Scale(nice=False, padding=4)
    ticks = axis(colours, grid=False, whole=True)
    return alt.X("epoch:Q", title="epoch", axis=ticks, scale=scale)


def axis(colours: CurveColours, *, grid: bool = True, whole: bool = False) -> alt.Axis:
    """Returns a quiet axis, with hairlines across the chart or without, with ticks at whole numbers alone or
    anywhere.
    """
    return alt.Axis(
        grid=grid,
        gridColor=colours.grid,
        domain=False,
        ticks=False,
        labelColor=colours.muted,
        titleColor=colours.muted,
        titleFontWeight="normal",
        labelFontSize=11,
        titleFontSize=11,
        labelPadding=6,
        titlePadding=8,
        labelLimit=110,
        tickMinStep=1 if whole else alt.Undefined,
        format="d" if whole else alt.Undefined,
        labelAngle=0,
        labelOverlap=True,
    )


def legend(colours: CurveColours, columns: int = 4) -> alt.Legend:
    """Returns a legend below the chart that shows lines, not dots."""
    return alt.Legend(
        orient="bottom",
        offset=6,
        columns=columns,
        labelColor=colours.ink,
        labelFontSize=11,
        labelLimit=170,
        symbolType="stroke",
        symbolSize=260,
        symbolStrokeWidth=2,
        symbolOpacity=1,
    )


def framed(chart: alt.Chart | alt.LayerChart) -> alt.Chart | alt.LayerChart:
    """Returns a chart as a page shows it: as wide as its place, without a ground of its own."""
    return chart.properties(
        width="container",
        background="transparent",
        padding={"left": 1, "top": 4, "right": 6, "bottom": 1},  # Streamlit writes into it
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
    ).configure_view(strokeWidth=0)


def side_by_side(
    charts: Sequence[tuple[str, alt.Chart | alt.LayerChart]], colours: CurveColours
) -> alt.HConcatChart:
    """Returns charts beside each other, each under its title, for a file."""
    titled = [
        chart.properties(
            width=PANEL_WIDTH, title=alt.TitleParams(title, anchor="start", fontSize=13, color=colours.ink)
        )
        for title, chart in charts
    ]
    joined = alt.hconcat(*titled, spacing=28).resolve_scale(color="independent", strokeDash="independent")
    return joined.configure_view(strokeWidth=0)
