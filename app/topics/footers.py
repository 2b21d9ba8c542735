"""Under the table of topics: means with intervals, editions, differences to the baseline, published means."""

from collections.abc import Mapping

import numpy as np

from app.components import Footer, FooterCell
from app.topics.tables import TopicsShown
from app.words import printed_share, signed
from lpd.evaluation import AgainstBaseline, Interval, TopicTable
from lpd.services.published_beside import PublishedRuns
from lpd.words import counted

__all__ = ["CORRECTION_WORDS", "TEST_WORDS", "topic_footers"]

EMPTY = FooterCell("")

CORRECTION_WORDS = {
    "none": "not corrected",
    "holm": "Holm",
    "bonferroni": "Bonferroni",
    "benjamini-hochberg": "Benjamini-Hochberg",
}
TEST_WORDS = {"randomization": "randomization", "t": "paired t", "wilcoxon": "Wilcoxon", "sign": "sign"}
"""Corrections and tests as they are printed."""


def topic_footers(shown: TopicsShown, *, more: int = 0) -> list[Footer]:
    """Returns the lines; the cells of published runs beside are empty but for their means.

    Args:
        shown: what the table shows.
        more: how many columns behind all of these have no line.
    """
    runs = shown.beside.runs
    published = [] if runs is None else [_published_mean(runs, run) for run in runs.means]
    none = [EMPTY] * len(published)
    lines = [*_edition_lines(shown), *_difference_lines(shown), *_published_lines(shown)]
    wide = [line._replace(cells=(*line.cells, *none)) for line in [*_counted_lines(shown), *lines]]
    mean = _mean_line(shown)
    whole = [mean._replace(cells=(*mean.cells, *published)), *wide]
    return [line._replace(cells=(*line.cells, *[EMPTY] * more)) for line in whole]


def _published_mean(runs: PublishedRuns, run: str) -> FooterCell:
    words = f"{run}: mean of its {counted(len(runs.values[run]), 'published figure')}, computed here"
    return FooterCell(printed_share(runs.means[run]), title=f"{words}; {runs.source}; {runs.place}")


def _mean_line(shown: TopicsShown) -> Footer:
    table = shown.table
    cells = [
        _mean_cell(shown, name, mean=mean, interval=shown.intervals.get(name), over=table.counted_words(name))
        for name, mean in zip(table.columns, table.means.tolist(), strict=True)
    ]
    return Footer("mean", tuple(cells), f"{_level(shown.intervals)}over {shown.judged_words}")


def _counted_lines(shown: TopicsShown) -> list[Footer]:
    """Over how many topics each mean is, where that differs."""
    if not shown.lacking:
        return []
    cells = []
    for name, count in zip(shown.table.columns, shown.table.counted.tolist(), strict=True):
        missing = ", ".join(shown.lacking.get(name, ()))
        cells.append(FooterCell(str(count), title=f"{shown.label(name)} lacks {missing}" if missing else ""))
    return [Footer("topics in the mean", tuple(cells), f"of {shown.table.topics_known}")]


def _level(intervals: Mapping[str, Interval | None]) -> str:
    level = next((one.level for one in intervals.values() if one is not None), None)
    return "" if level is None else f"{100 * level:g} % interval "


def _mean_cell(
    shown: TopicsShown, name: str, *, mean: float, interval: Interval | None, over: str
) -> FooterCell:
    if not np.isfinite(mean):
        return FooterCell("–", title=f"{shown.label(name)} has no mean here")
    words = [f"mean {shown.measure} of {shown.label(name)}: {mean:.4f}, over {over}"]
    if interval is not None:
        words.append(f"{interval.low:.4f} to {interval.high:.4f}: {interval.words}")
    words += [one.words for one in shown.lists if one.name == name]
    note = "" if interval is None else f"{printed_share(interval.low, 2)}–{printed_share(interval.high, 2)}"
    return FooterCell(printed_share(mean), note, "\n".join(words))


def _edition_lines(shown: TopicsShown) -> list[Footer]:
    """The mean of every further edition, then that over editions."""
    means = shown.means
    if means is None:
        return []
    places = {name: means.columns.index(name) for name in shown.table.columns}
    lines = []
    for table, row in list(zip(means.tables, means.means.tolist(), strict=True))[1:]:  # the first is above
        cells = [
            _mean_cell(shown, name, mean=row[place], interval=None, over=_counted(table, name))
            for name, place in places.items()
        ]
        words = f"{table.counted_words()} · qrels {table.qrels_digest[:6]}"
        lines.append(Footer(f"mean, {table.edition}", tuple(cells), words))
    over = f"the means of {', '.join(means.editions)}"
    overall = [
        _mean_cell(
            shown,
            name,
            mean=float(means.overall[place]),
            interval=shown.means_intervals.get(name),
            over=over,
        )
        for name, place in places.items()
    ]
    label = f"mean over {len(means.editions)} editions"
    return [*lines, Footer(label, tuple(overall), "every edition counts alike")]


def _counted(table: TopicTable, name: str) -> str:
    return table.counted_words(name) if name in table.columns else "no topic"


def _difference_lines(shown: TopicsShown) -> list[Footer]:
    if shown.comparison is None:
        return []
    settings, baseline = shown.comparison.settings, shown.label(shown.comparison.baseline)
    found = [shown.against(name) for name in shown.table.columns]
    how = f"{TEST_WORDS[settings.test]}, {CORRECTION_WORDS[settings.correction]}"
    label = f"against {baseline}: difference, p ({how})"
    counts = [EMPTY if one is None or not one.topics else _counts_cell(one) for one in found]
    marks = "* p ≤ .05, ** p ≤ .01, *** p ≤ .001, two-sided"
    return [
        Footer(label, tuple(map(_difference_cell, found)), marks, "difference"),
        Footer("topics won / tied / lost", tuple(counts), f"tie up to {settings.tie:g}", "difference"),
    ]


def _counts_cell(one: AgainstBaseline) -> FooterCell:
    words = f"of {one.topics} topics: {one.counts.wins} won, {one.counts.ties} tied, {one.counts.losses} lost"
    return FooterCell(" / ".join(map(str, one.counts)), title=words)


def _difference_cell(one: AgainstBaseline | None) -> FooterCell:
    if one is None or one.difference is None or one.outcome is None or one.corrected is None:
        return EMPTY
    words = [
        f"mean difference {one.difference:+.4f} over {one.topics} topics",
        f"p {one.outcome.p_value:.4g}, corrected {one.corrected:.4g} ({one.outcome.test}, {one.outcome.how})",
    ]
    if one.interval is not None:
        words.append(f"{one.interval.low:+.4f} to {one.interval.high:+.4f}: {one.interval.words}")
    if one.left_out:
        words.append(f"left out, since one of the two lacks them: {', '.join(one.left_out)}")
    p_value = "p < .001" if one.corrected < 0.001 else f"p {printed_share(one.corrected)}"
    return FooterCell(signed(one.difference), p_value, "\n".join(words), one.mark)


def _published_lines(shown: TopicsShown) -> list[Footer]:
    line = shown.beside.line
    if line is None:
        return []
    figures = [line.figures.get(name) for name in shown.table.columns]
    cells = [
        EMPTY if one is None else FooterCell(printed_share(one.value), title=one.words) for one in figures
    ]
    told = list(dict.fromkeys(one.short for one in line.figures.values()))
    if not line.same_topics:
        told.append("for orientation")
    return [Footer(line.label, tuple(cells), " · ".join(told), "published")]
