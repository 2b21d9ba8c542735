"""Rank against rank: every shot of two first k's at its place in both lists, judgements as shapes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import altair as alt
import pandas as pd

from app.tokens import TOKENS

__all__ = [
    "DARK_RANKS",
    "LIGHT_RANKS",
    "RankColours",
    "RankPoint",
    "last_rank",
    "rank_chart",
    "rank_table",
]

SHOT = "shot"
"""Name of the selection: its points carry `shot`."""

KINDS = {
    "relevant": ("relevant", "circle"),
    "not": ("not relevant", "cross"),
    "unjudged": ("pooled, not judged", "diamond"),
    "outside": ("not in the pool", "square"),
}
"""Kind of judgement -> its words and its shape, so that colour is never the only sign."""
NO_KIND = ("no judgements", "circle")

TICKS = (1, 3, 10, 30, 100, 300, 1000, 3000, 10_000)
BEYOND = 1.6
"""A shot that a list does not have stands so many times behind the last rank."""

HEIGHT = 400


@dataclass(frozen=True)
class RankColours:
    """Colours of one theme; `kinds` are those of KINDS, `plain` that of a shot without judgements."""

    kinds: Mapping[str, str]
    plain: str
    ink: str
    muted: str
    line: str


def _colours(theme: str) -> RankColours:
    shades: dict[str, str] = {role: getattr(token, theme) for role, token in TOKENS.items()}
    kinds = {"relevant": "relevant", "not": "not", "unjudged": "unjudged", "outside": "unjudged"}
    roles = {kind: shades[role] for kind, role in kinds.items()}
    return RankColours(roles, shades["accent"], shades["ink"], shades["muted"], shades["line"])


LIGHT_RANKS, DARK_RANKS = _colours("light"), _colours("dark")


class RankPoint(NamedTuple):
    """A shot and its rank in each list, None where the list does not have it; `kind` is a key of KINDS or
    None for a query without judgements."""

    shot: str
    first: int | None
    second: int | None
    kind: str | None = None


def last_rank(points: Sequence[RankPoint]) -> int:
    """Returns the first of TICKS behind which no shot stands, where the axes of ranks end."""
    ranks = [rank for one in points for rank in (one.first, one.second) if rank is not None]
    return next((tick for tick in TICKS if tick >= max(ranks, default=1)), max(ranks, default=1))


def rank_table(points: Sequence[RankPoint]) -> pd.DataFrame:
    """Returns one row per shot: where it stands on both axes, its ranks in words, and its judgement.

    Args:
        points: each in at least one list.
    """
    absent = last_rank(points) * BEYOND
    rows = [
        (
            one.shot,
            absent if one.first is None else one.first,
            absent if one.second is None else one.second,
            "not listed" if one.first is None else str(one.first),
            "not listed" if one.second is None else str(one.second),
            (KINDS[one.kind] if one.kind is not None else NO_KIND)[0],
        )
        for one in points
    ]
    return pd.DataFrame(rows, columns=["shot", "x", "y", "rank_a", "rank_b", "judgement"])


def rank_chart(
    points: Sequence[RankPoint], *, k: int, labels: tuple[str, str], colours: RankColours = LIGHT_RANKS
) -> alt.LayerChart:
    """Returns the chart on logarithmic ranks: on the diagonal both lists agree, inside of the dashed lines a
    shot is in both first k.

    Args:
        points: the shots.
        k: the cut-off.
        labels: of the axes.
        colours: of the theme.
    """
    last = last_rank(points)
    lacking = any(one.first is None for one in points), any(one.second is None for one in points)
    ends = [last * BEYOND if some else last for some in lacking]
    axes = [_axis(label, last, end, colours) for label, end in zip(labels, ends, strict=True)]
    x = alt.X("x:Q", scale=_scale(ends[0], reverse=False), axis=axes[0])
    y = alt.Y("y:Q", scale=_scale(ends[1], reverse=True), axis=axes[1])
    return (
        alt.layer(_diagonal(last, x, y, colours), *_cuts(k, x, y, colours), _shots(points, (x, y), colours))
        .properties(
            height=HEIGHT,
            width="container",
            background="transparent",
            padding={"left": 1, "top": 4, "right": 6, "bottom": 1},
            autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        )
        .configure_view(strokeWidth=0)
        .configure_legend(labelColor=colours.ink, title=None, orient="top", offset=8, labelFontSize=11)
    )


def _scale(end: float, *, reverse: bool) -> alt.Scale:
    return alt.Scale(type="log", domain=[0.85, end * 1.15], nice=False, reverse=reverse)


def _axis(label: str, last: int, end: float, colours: RankColours) -> alt.Axis:
    return alt.Axis(
        title=label,
        values=[*(rank for rank in TICKS if rank <= last), *([end] if end > last else [])],
        labelExpr=f"datum.value > {last} ? 'not listed' : format(datum.value, ',')",
        labelColor=colours.muted,
        titleColor=colours.ink,
        titleFontWeight="normal",
        titleLimit=360,
        gridColor=colours.line,
        domain=False,
        ticks=False,
        labelPadding=6,
        titlePadding=8,
        labelFontSize=11,
        titleFontSize=12,
    )


def _diagonal(last: int, x: alt.X, y: alt.Y, colours: RankColours) -> alt.Chart:
    ends = pd.DataFrame({"x": [1, last], "y": [1, last]})
    return alt.Chart(ends).mark_line(color=colours.muted, strokeWidth=1).encode(x=x, y=y)


def _cuts(k: int, x: alt.X, y: alt.Y, colours: RankColours) -> list[alt.Chart]:
    """The dashed lines behind rank k of both lists."""
    cut = pd.DataFrame({"x": [k + 0.5], "y": [k + 0.5]})
    rule = alt.Chart(cut).mark_rule(color=colours.muted, strokeDash=[4, 3], clip=True)
    return [rule.encode(x=x), rule.encode(y=y)]


def _shots(points: Sequence[RankPoint], axes: tuple[alt.X, alt.Y], colours: RankColours) -> alt.Chart:
    table = rank_table(points)
    shown = dict.fromkeys(one.kind for one in points)
    kept = [(kind, *looks) for kind, looks in KINDS.items() if kind in shown]
    domain = [words for _, words, _ in kept] or [NO_KIND[0]]
    shapes = [shape for _, _, shape in kept] or [NO_KIND[1]]
    inks = [colours.kinds[kind] for kind, _, _ in kept] or [colours.plain]
    legend = alt.Legend() if kept else None
    return (
        alt.Chart(table)
        .mark_point(size=64, filled=True, opacity=0.9, cursor="pointer")
        .encode(
            x=axes[0],
            y=axes[1],
            shape=alt.Shape(
                "judgement:N",
                scale=alt.Scale(domain=domain, range=shapes),
                legend=legend,
            ),
            color=alt.Color("judgement:N", scale=alt.Scale(domain=domain, range=inks), legend=legend),
            tooltip=[
                alt.Tooltip("shot:N"),
                alt.Tooltip("rank_a:N", title="rank in A"),
                alt.Tooltip("rank_b:N", title="rank in B"),
                alt.Tooltip("judgement:N"),
            ],
        )
        .add_params(alt.selection_point(name=SHOT, fields=["shot"], on="click", toggle=False))
    )
