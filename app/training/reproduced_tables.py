"""Tables of the papers that `lpd reproduce` wrote into a workspace, read back; and what to say where there
are none.
"""

import re
import shlex
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from lpd.errors import FormatError, LpdError
from lpd.exports import Digested, Provenance
from lpd.names import REPRODUCED
from lpd.published import PublishedTable, published_slips, published_table
from lpd.storage import read_json
from lpd.tables import Cell, Column, ResultTable, Row, from_csv
from lpd.tables.printed import footnotes_of, legend_of
from lpd.workspace import Workspace

__all__ = [
    "PAPER_TABLES",
    "WrittenTable",
    "published_alone",
    "read_written_tables",
    "reproduce_command",
    "written_files",
]

FOLDER = "reproduce"
USUAL = "lpd-recipe"
"""The recipe that comes first, and whose models have no recipe in their names."""

PAPER_TABLES = {"table4": "lpd-table4", "table5": "lpd-table5", "table6": "lpd-table6"}
"""Table of ours -> table of published figures."""

DECIMALS = {
    "seconds": 1,
    "epochs": 0,
    "million multiply-adds": 2,
    "published MFLOPs": 2,
    "gain in MEAN": 1,
}
COLUMN_WORDS = {
    "gain_percent": "gain in %",
    "flops_million": "FLOPs in millions",
    "trainable_parameters": "trainable parameters",
}
"""Column of the published figures -> what a page calls it."""
TOTALS = ("MEAN", "SUM")
MARKED = re.compile(r"\\(.)")


@dataclass(frozen=True)
class WrittenTable:
    """A table as `lpd reproduce` wrote it.

    Args:
        name: `table4`.
        recipe: name of the folder, which is that of the recipe if nothing else was said.
        table: with the notes below it.
        tests: the tests behind its marks; None where it has none.
        path: of its CSV, relative to the workspace.
        written: when, UTC.
        models: those that its rows were measured on, with their digests now.
        newer: those of them that were trained after it was written.
        editions: the topics, in order.
        qrels: digests of the judgements that the models were measured with, in order.
    """

    name: str
    recipe: str
    table: ResultTable
    tests: ResultTable | None
    path: str
    written: datetime
    models: tuple[Digested, ...] = ()
    newer: tuple[str, ...] = ()
    editions: tuple[str, ...] = ()
    qrels: tuple[str, ...] = ()

    def provenance(self, workspace: Workspace) -> Provenance:
        """Returns what its numbers were made from."""
        named = ", ".join(self.editions) or None
        return Provenance(
            workspace=workspace.name,
            source=workspace.source,
            models=self.models,
            edition=named,
            qrels=Digested(named, ", ".join(self.qrels)) if named and self.qrels else None,
            measure=f"{self.table.title}, {self.path}, written {self.written:%Y-%m-%dT%H:%M:%SZ}",
        )


def written_files(workspace: Workspace, name: str) -> list[Path]:
    """Returns the files of a table, those of the usual recipe first."""
    found = [
        path
        for stem in (name, f"{name}-tests")
        for ending in ("csv", "md")
        for path in (workspace.path / FOLDER).glob(f"*/{stem}.{ending}")
    ]
    return sorted(found, key=lambda path: (path.parent.name != USUAL, path))


def read_written_tables(workspace: Workspace, name: str) -> list[WrittenTable]:
    """Returns a table as it was written, one per recipe, the usual one first.

    Raises:
        FormatError: if a file is damaged.
    """
    tables = [path for path in written_files(workspace, name) if path.name == f"{name}.csv"]
    return [_read(workspace, name, path) for path in tables]


def _read(workspace: Workspace, name: str, path: Path) -> WrittenTable:
    recipe, table = path.parent.name, _read_table(path)
    tests = path.with_name(f"{name}-tests.csv")
    models = _models(workspace, name, recipe)
    at = path.stat().st_mtime
    newer = [
        one.name for one in models if (workspace.model_folder(one.name) / "config.json").stat().st_mtime > at
    ]
    editions = _editions(table)
    return WrittenTable(
        name,
        recipe,
        table,
        _read_table(tests) if tests.is_file() else None,
        path.relative_to(workspace.path).as_posix(),
        datetime.fromtimestamp(at, UTC),
        models=models,
        newer=tuple(newer),
        editions=editions,
        qrels=_qrels(workspace, models, editions),
    )


def _read_table(path: Path) -> ResultTable:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FormatError(f"cannot be read ({error})", where=path) from error
    try:
        table = from_csv(text, decimals=DECIMALS)
    except LpdError as error:
        raise FormatError(f"damaged ({error})", where=path, next_step="lpd reproduce") from error
    below = _lines_below(path.with_suffix(".md"))
    # the CSV has no room for them; signs and footnotes are explained by the table itself
    own = {*legend_of(table), *(f"[{number}] {note}" for note, number in footnotes_of(table).items())}
    return from_csv(text, decimals=DECIMALS, notes=[line for line in below if line not in own])


def _lines_below(path: Path) -> list[str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []  # a table without its notes is still a table
    return [MARKED.sub(r"\1", line.removeprefix("- ")) for line in lines if line.startswith("- ")]


def _models(workspace: Workspace, name: str, recipe: str) -> tuple[Digested, ...]:
    """Returns the finished models of a table's rows."""
    from lpd.reproduce.tables import needed_rows  # brings torch

    mark = "" if recipe == USUAL else f"{recipe}-"
    rows = "|".join(re.escape(key) for key in needed_rows(name))
    wanted = re.compile(rf"{REPRODUCED}{re.escape(mark)}(?:{rows})-s\d+")
    found = []
    for model in workspace.checkpoint_names() if rows else ():
        if wanted.fullmatch(model):
            try:
                found.append(Digested(model, workspace.model_card(model).digest))
            except LpdError:
                continue
    return tuple(found)


def _editions(table: ResultTable) -> tuple[str, ...]:
    names = [column.name for column in table.columns]
    totals = [names.index(total) for total in TOTALS if total in names]
    return tuple(names[: totals[0]]) if totals else ()


def _qrels(workspace: Workspace, models: tuple[Digested, ...], editions: tuple[str, ...]) -> tuple[str, ...]:
    """Returns the digests of the judgements, as they stand in the measures of the first model."""
    found = []
    for edition in editions if models else ():
        path = workspace.path / FOLDER / "measured" / f"{models[0].name}@{edition}.json"
        try:
            found.append(str(read_json(path)["made_from"]["qrels"]))
        except (LpdError, KeyError, TypeError):
            return ()
    return tuple(found)


def published_alone(name: str) -> ResultTable:
    """Returns the figures that the paper prints, as they are printed, marked as published.

    Raises:
        NotFoundError: if the published figures are not there.
    """
    published: PublishedTable = published_table(PAPER_TABLES[name])
    slips = [
        f"published, {', '.join(one for one in (slip.row, slip.column) if one) or 'as a whole'}: "
        f"{slip.printed} against {slip.found}; {slip.note}"
        for slip in published_slips(published.name)
    ]
    return ResultTable(
        title=published.title,
        row_name=published.row_name,
        columns=tuple(Column(COLUMN_WORDS.get(column, column), "text") for column in published.columns),
        rows=tuple(
            Row(row.label, tuple(Cell(published=text or None) for text in row.cells))
            for row in published.rows
        ),
        published_in=f"{published.source}; {published.place}",
        notes=tuple(_in_words(note) for note in (*published.notes, *slips)),
    )


def _in_words(note: str) -> str:
    for column, words in COLUMN_WORDS.items():
        note = note.replace(column, words)
    return note


def reproduce_command(workspace: Workspace, name: str) -> str:
    """Returns the command that makes a table of a workspace, as a person types it."""
    sets = workspace.caption_sets()
    options = []
    if sets and not {"train", "valid"} <= set(sets):
        options = ["--captions", sets[0], "--validation", sets[-1]]
    return shlex.join(["lpd", "reproduce", name, *options, "--workspace", str(workspace.path.resolve())])
