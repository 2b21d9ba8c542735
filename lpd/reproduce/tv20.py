"""SEA's four runs of TRECVID 2020: how they do per edition and per topic."""

from collections.abc import Mapping

import numpy as np

from lpd.editions import Edition
from lpd.evaluation import DIFFICULTIES, difficulty_groups
from lpd.published import PublishedTable, published_table
from lpd.reproduce.notes import data_notes
from lpd.reproduce.results import RowResult
from lpd.reproduce.setup import Reproduction
from lpd.reproduce.significance import mean_by_topic
from lpd.reproduce.system_tables import Results
from lpd.tables import Cell, Column, ResultTable, Row, seeds_cell

__all__ = ["RUNS", "run_table", "topic_table"]

RUNS = {"Run 1": "tv20-run1", "Run 2": "tv20-run2", "Run 3": "tv20-netvlad", "Run 4": "tv20-w2v"}
"""Run of the slides -> key of the row."""

_MEMBERS = {"SEA (bow, w2v, bigru)": "tv20-bigru", "SEA (bow, w2v, bigru, bert)": "tv20-bert"}
"""Models that only the fused runs contain."""

_PUBLISHED = "sea-slide14"


def run_table(reproduction: Reproduction, results: Results) -> ResultTable:
    """Returns what each run consists of and achieves on every edition; and the models in them."""
    published = published_table(_PUBLISHED)
    rows = []
    for heading, keys in (("submitted", RUNS), ("only in the fused runs", _MEMBERS)):
        for label, key in keys.items():
            printed = _published_mean(published, label) if label in published.columns else None
            rows.append(Row(label, tuple(_cells(reproduction, results, key, printed=printed)), heading))
    return ResultTable(
        title="SEA at TRECVID 2020: the four runs",
        row_name="run",
        columns=(
            Column("what", "text"),
            *(Column(name) for name in reproduction.edition_names),
            Column("MEAN"),
            Column("published mean of TV20"),
        ),
        rows=tuple(rows),
        published_in=f"{published.source}; {published.place}; other data and features",
        notes=(
            *data_notes(reproduction),
            "the slides do not say which models Run 1 and Run 2 average: here all four that they list, and "
            "the first three",
            "the published means are those of the 20 printed topics",
            *_pretraining_notes(reproduction),
        ),
    )


def _cells(reproduction: Reproduction, results: Results, key: str, *, printed: float | None) -> list[Cell]:
    result = results[key]
    labels = [results[one].row.label for one in result.row.fuses]
    what = f"average of {'; '.join(labels)}" if labels else result.row.label
    names = reproduction.edition_names
    if result.needs is not None:
        return [
            Cell(text=what),
            *(Cell(needs=result.needs) for _ in (*names, "MEAN")),
            Cell(published=printed),
        ]
    failed = "; ".join(f"{result.row.label}, seed {seed}: {why}" for seed, why in result.failures.items())
    cells = [Cell(text=what, note=failed or None)]
    for name in names:
        values = {seed: one.topics[name].mean for seed, one in result.seeds.items() if name in one.topics}
        cells.append(seeds_cell(values) if values else Cell(text="failed"))
    means = {
        seed: float(np.mean([one.topics[name].mean for name in names]))
        for seed, one in result.seeds.items()
        if len(one.topics) == len(names)
    }
    return [*cells, seeds_cell(means) if means else Cell(), Cell(published=printed)]


def _published_mean(table: PublishedTable, run: str) -> float:
    return float(np.mean([table.value(topic_id, run) for topic_id in table.labels]))


def _pretraining_notes(reproduction: Reproduction) -> tuple[str, ...]:
    setup, video = reproduction.setup, reproduction.available.video
    left_out = f"Run 3 leaves out the video feature {setup.without or video[-1]}" if len(video) > 1 else ""
    if setup.pretrain is None:
        return (
            f"{left_out}; it is not pre-trained, as no other captions were named (--pretrain)".lstrip("; "),
        )
    return (f"{left_out}; it is pre-trained on captions {setup.pretrain}".lstrip("; "),)


def topic_table(reproduction: Reproduction, edition: Edition, *, results: Results) -> ResultTable:
    """Returns the infAP of each run per topic of an edition, easy topics first, hard ones last.

    The published figures stand beside it where the edition has the very topics.
    """
    published = published_table(_PUBLISHED)
    same = {topic.topic_id.removeprefix("1") for topic in edition.topics} == set(published.labels)
    by_run = {label: mean_by_topic(results[key], edition.name) for label, key in RUNS.items()}
    measured = {label: values for label, values in by_run.items() if values}
    groups = _groups(measured)
    text_of = {topic.topic_id: topic.text for topic in edition.topics}
    rows = []
    for heading in DIFFICULTIES:
        for topic_id in groups[heading]:
            printed = {
                run: published.value(topic_id.removeprefix("1"), run) if same else None for run in RUNS
            }
            cells = [
                _topic_cell(results[key], edition.name, topic_id=topic_id, published=printed[run])
                for run, key in RUNS.items()
            ]
            rows.append(Row(topic_id, (*cells, Cell(text=text_of.get(topic_id, ""))), heading))
    return ResultTable(
        title=f"SEA at TRECVID 2020: infAP per topic of {edition.name}",
        row_name="topic",
        columns=(*(Column(label) for label in RUNS), Column("text", "text")),
        rows=tuple(rows),
        published_in=f"{published.source}; {published.place}" if same else None,
        notes=("hard: every run below .1; easy: every run at .3 or above", *data_notes(reproduction)),
    )


def _groups(measured: Mapping[str, Mapping[str, float]]) -> dict[str, list[str]]:
    """Returns each of `DIFFICULTIES` -> topics, judged by the runs that were measured."""
    if not measured:
        return {name: [] for name in DIFFICULTIES}
    topics = next(iter(measured.values()))
    return difficulty_groups({one: [values[one] for values in measured.values()] for one in topics})


def _topic_cell(result: RowResult, edition: str, *, topic_id: str, published: float | None) -> Cell:
    if result.needs is not None:
        return Cell(needs=result.needs, published=published)
    values = {
        seed: one.topics[edition].inf_ap[topic_id]
        for seed, one in result.seeds.items()
        if edition in one.topics
    }
    return seeds_cell(values, published=published) if values else Cell(text="failed", published=published)
