"""The lists of the Search page as files to take away; `app.search.snippet` makes the Python for them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

from app.resources.search_forms import AskedForm
from app.search.shown_lists import Shape, ShownList
from lpd.collection import Collection
from lpd.exports import Provenance, list_frame, one_line
from lpd.rerank import reranked_scores
from lpd.search import PairList, SearchResult
from lpd.services.editions import space_run_tag
from lpd.tables import Cell, Column, ResultTable, Row
from lpd.trec import Run, XmlSubmission, has_leading_ones, make_run, write_xml_run

__all__ = ["ShownFile", "shown_frame", "shown_run", "shown_table", "xml_bytes"]

PARTICIPANT = "lpd"
"""Stands in the XML until the participant puts in their own short name."""


@dataclass(frozen=True)
class ShownFile:
    """A list as it is shown, and what it was made from.

    Args:
        asked: the query.
        result: its lists as they were searched.
        shown: the same as they are shown.
        name: of the list.
        provenance: of it.
        shape: what was done to the lists after the search, None for nothing.
        pairs: name of a list -> the second steps of its shots; of a query in two steps.
    """

    asked: AskedForm
    result: SearchResult
    shown: Mapping[str, ShownList]
    name: str
    provenance: Provenance
    shape: Shape | None = None
    pairs: Mapping[str, PairList] = field(default_factory=dict)


def shown_frame(file: ShownFile, collection: Collection, *, k: int) -> pd.DataFrame:
    """Returns the first k shots of a list as it is shown, a row each, with their ranks in the other lists as
    these are shown; see `lpd.exports.list_frame`. Of a query in two steps they also have `then_shot_id` and
    `then_score`: the second step, and its own score.
    """
    lists = {name: one.hits for name, one in file.shown.items()}
    frame = list_frame(collection, replace(file.result, lists=lists), list_name=file.name, k=k)
    if file.name in file.pairs:
        pairs, rows = file.pairs[file.name], lists[file.name].rows[:k]
        place = {row: number for number, row in enumerate(pairs.hits.rows.tolist())}
        places = [place[row] for row in rows.tolist()]
        ids = [collection.shot_ids[row] for row in pairs.partners[places].tolist()]
        frame.insert(6, "then_shot_id", pd.array(ids, dtype="string"))
        frame.insert(7, "then_score", pairs.second_scores[places].astype(np.float64))
    return frame


def shown_table(file: ShownFile, collection: Collection, *, k: int, labels: Mapping[str, str]) -> ResultTable:
    """Returns the first k shots of a list as it is shown, as a table to print: shot, seconds of its video,
    score, and its ranks in the other lists, empty below the depth.

    Args:
        file: the list.
        collection: that was searched.
        k: how many shots.
        labels: name of a list -> its name as people read it.
    """
    frame = shown_frame(file, collection, k=k)
    ranked = [name for name in file.shown if name != file.name]
    columns = {
        "shot_id": Column("shot", "text"),
        "video_id": Column("video", "text"),
        "start_s": Column("from s", "number", 1),
        "end_s": Column("to s", "number", 1),
        "score": Column("score", "share", 4),
        "then_shot_id": Column("then shot", "text"),
        "then_score": Column("its score", "share", 4),
        **{f"rank {name}": Column(labels[name], "count") for name in ranked},
    }
    columns = {name: column for name, column in columns.items() if name in frame}
    rows = []
    for row in frame.itertuples(index=False):
        known = dict(zip(frame.columns, row, strict=True))
        cells = tuple(_cell(known[name], column) for name, column in columns.items())
        rows.append(Row(str(known["rank"]), cells))
    names = ", ".join(labels[name] for name in ranked)
    title = f"List {file.name}: {one_line(file.provenance.query or '')}"
    notes = (f"Under {names}: the rank of the shot in that list.",) if ranked else ()
    return ResultTable(title, "rank", tuple(columns.values()), tuple(rows), notes=notes)


def _cell(value: Any, column: Column) -> Cell:
    if column.style == "text":
        return Cell(text=str(value))
    return Cell() if pd.isna(value) else Cell(float(value))


def shown_run(file: ShownFile, collection: Collection, *, topic_id: str) -> Run:
    """Returns a list as it is shown, whole, as a run of one topic; a list in a new order gets scores that
    fall.
    """
    rows, scores = file.shown[file.name].hits
    ids = [collection.shot_ids[row] for row in rows.tolist()]
    in_order = reranked_scores(rows) if file.shape is not None else scores.astype(np.float64)
    return make_run(space_run_tag(file.asked.model, file.name), {topic_id: (ids, in_order)})


def xml_bytes(
    run: Run, provenance: Provenance, *, processing: str, topic_ids: Sequence[str], collection: Collection
) -> bytes:
    """Returns a run as TRECVID's XML; see `lpd.trec.write_xml_run`.

    Args:
        run: with these topics and no others.
        provenance: stands in it as a comment, and in short as its description.
        processing: class `F`, `M` or `R`.
        topic_ids: of the run, in order.
        collection: whose shots it may have.

    Raises:
        MismatchError: naming everything that TRECVID would refuse.
    """
    submission = XmlSubmission(
        pid=PARTICIPANT,
        processing=processing,
        desc=provenance.sentence,
        drop_leading_one=has_leading_ones(topic_ids),
        comment=tuple(provenance.lines()),
    )
    with TemporaryDirectory() as folder:
        path = Path(folder) / "shown.xml"
        known = set(collection.shot_ids)
        write_xml_run(path, run, submission=submission, topic_ids=topic_ids, known_shots=known)
        return path.read_bytes()
