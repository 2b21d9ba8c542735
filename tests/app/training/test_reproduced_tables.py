"""Tables of the papers as they were written into a workspace, read back with what they were made from."""

import json
import os
import re
from pathlib import Path

import pytest

from app.training.reproduced_tables import (
    PAPER_TABLES,
    published_alone,
    read_written_tables,
    reproduce_command,
    written_files,
)
from lpd.errors import FormatError
from lpd.published import published_table
from lpd.reproduce.measured import FOLDER
from lpd.reproduce.writing import write_table
from lpd.tables import Cell, Column, ResultTable, Row, seeds_cell, to_markdown
from lpd.workspace import Workspace, create_workspace, open_workspace

TABLE = ResultTable(
    "Table 4: ablation of LPD",
    "system",
    (Column("inland"), Column("coast"), Column("MEAN"), Column("seconds", "number", 1)),
    (
        Row(
            "LPD",
            (seeds_cell({0: 0.5, 1: 0.7}, published=0.245), Cell(0.25), Cell(0.4, note="slow"), Cell(9.25)),
        ),
        Row("w/o DcL", (Cell(0.5, p_value=0.01), Cell(needs="topics"), Cell(), Cell(1.0))),
    ),
    compared_with="LPD",
    published_in="the paper",
    notes=("data: *all* of [it]", "two cores & one <disk>"),
)


def trained(workspace: Workspace, name: str, digest: str) -> Path:
    folder = workspace.model_folder(name)
    folder.mkdir(parents=True)
    space = {"name": "s", "end": "head", "feature": None, "width": 4, "similarity": "cosine"}
    config = {"system": "lpd", "spaces": [space], "model": {"text_features": {}, "video_features": {}}}
    config |= {"seed": 0, "weights_digest": digest, "training": {}, "best": {}, "made_from": {}}
    config |= {"lpd_version": "0", "parameters": 1}
    (folder / "config.json").write_text(json.dumps({"format_version": 1, **config}))
    os.utime(folder / "config.json", (1000, 1000))
    return folder / "config.json"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return create_workspace(tmp_path / "w")


def test_nothing_was_written(workspace: Workspace) -> None:
    assert written_files(workspace, "table4") == []
    assert read_written_tables(workspace, "table4") == []


def test_a_table_comes_back_as_it_was_written(workspace: Workspace) -> None:
    write_table(workspace.path / FOLDER / "lpd-recipe", "table4", table=TABLE)
    [one] = read_written_tables(workspace, "table4")
    assert one.table == TABLE
    assert to_markdown(one.table) == to_markdown(TABLE)
    assert (one.name, one.recipe, one.path) == ("table4", "lpd-recipe", "reproduce/lpd-recipe/table4.csv")
    assert one.tests is None
    assert (one.models, one.newer, one.editions, one.qrels) == ((), (), ("inland", "coast"), ())


def test_the_usual_recipe_comes_first_and_tests_belong_to_their_table(workspace: Workspace) -> None:
    for recipe in ("a-recipe", "lpd-recipe", "original"):
        write_table(workspace.path / FOLDER / recipe, "table4", table=TABLE)
    write_table(workspace.path / FOLDER / "original", "table4-tests", table=TABLE)
    found = read_written_tables(workspace, "table4")
    assert [one.recipe for one in found] == ["lpd-recipe", "a-recipe", "original"]
    assert [one.tests for one in found] == [None, None, TABLE]
    assert read_written_tables(workspace, "table5") == []


def test_a_table_knows_its_models_and_which_are_newer(workspace: Workspace) -> None:
    write_table(workspace.path / FOLDER / "lpd-recipe", "table4", table=TABLE)
    for name, digest in (("rep-lpd-s0", "aa"), ("rep-lpd-no-ef-s1", "bb"), ("rep-sea-s0", "cc")):
        trained(workspace, name, digest)
    trained(workspace, "rep-original-lpd-s0", "dd")
    measured = workspace.path / FOLDER / "measured"
    measured.mkdir()
    for edition, digest in (("inland", "11"), ("coast", "22")):
        document = {"made_from": {"qrels": digest}}
        (measured / f"rep-lpd-no-ef-s1@{edition}.json").write_text(json.dumps(document))
    [one] = read_written_tables(workspace, "table4")
    assert [tuple(model) for model in one.models] == [("rep-lpd-no-ef-s1", "bb"), ("rep-lpd-s0", "aa")]
    assert one.newer == ()
    assert one.qrels == ("11", "22")
    facts = one.provenance(workspace).facts()
    assert facts["model"] == "rep-lpd-no-ef-s1 (bb), rep-lpd-s0 (aa)"
    assert facts["qrels"] == "inland, coast (11, 22)"
    assert facts["measure"].startswith("Table 4: ablation of LPD, reproduce/lpd-recipe/table4.csv, written ")
    later = workspace.model_folder("rep-lpd-s0") / "config.json"
    os.utime(later, (4e9, 4e9))
    assert read_written_tables(workspace, "table4")[0].newer == ("rep-lpd-s0",)
    write_table(workspace.path / FOLDER / "original", "table4", table=TABLE)
    assert [model.name for model in read_written_tables(workspace, "table4")[1].models] == [
        "rep-original-lpd-s0"
    ]


def test_a_table_without_its_notes_is_still_a_table(workspace: Workspace) -> None:
    files = write_table(workspace.path / FOLDER / "lpd-recipe", "table4", table=TABLE)
    next(path for path in files if path.suffix == ".md").unlink()
    [one] = read_written_tables(workspace, "table4")
    assert one.table.notes == ()
    assert one.table.rows == TABLE.rows


@pytest.mark.parametrize("content", [b"", b"a,b\n", b"\xff\xfe"])
def test_a_damaged_file_is_told_with_its_place(workspace: Workspace, content: bytes) -> None:
    write_table(workspace.path / FOLDER / "lpd-recipe", "table4", table=TABLE)
    path = workspace.path / FOLDER / "lpd-recipe" / "table4.csv"
    path.write_bytes(content)
    with pytest.raises(FormatError, match=re.escape(str(path))):
        read_written_tables(workspace, "table4")


@pytest.mark.parametrize("name", PAPER_TABLES)
def test_published_figures_alone_are_printed_as_in_the_paper(name: str) -> None:
    table, printed = published_alone(name), published_table(PAPER_TABLES[name])
    assert [row.label for row in table.rows] == list(printed.labels)
    for row in table.rows:
        texts = [printed.text(row.label, column) for column in printed.columns]
        assert [cell.published or "" for cell in row.cells] == texts
    assert table.published_in is not None
    assert printed.source in table.published_in


def test_the_command_names_the_sets_there_are(workspace: Workspace, demo_workspace: Path) -> None:
    where = f"--workspace {workspace.path.resolve()}"
    assert reproduce_command(workspace, "table4") == f"lpd reproduce table4 {where}"
    captions = workspace.path / "captions"
    captions.mkdir()
    for name in ("mine", "others"):
        (captions / f"{name}.parquet").touch()
    assert reproduce_command(workspace, "table5") == (
        f"lpd reproduce table5 --captions mine --validation others {where}"
    )
    demo = open_workspace(demo_workspace)
    assert reproduce_command(demo, "table6") == f"lpd reproduce table6 --workspace {demo.path.resolve()}"
