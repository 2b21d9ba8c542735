"""Words and tables of the Workspace page."""

from app.workspace.words import contents_table, health_table, position_words, runnable, worst_first
from lpd.services.contents import Thing
from lpd.services.health.findings import Finding
from lpd.services.health.workspace import GoalHealth, Health
from lpd.services.jobs.work_files import WorkPosition

WRONG = Finding("problem", "index m@c", "made from another model", "lpd index --model m --collection c")
MISSING = Finding("advice", "captions", "none", "lpd import captions FILE --set train --collection c")
FITS = Finding("ok", "collection c", "10 shots")


def test_only_whole_commands_have_a_button() -> None:
    request = runnable(WRONG)
    assert request is not None
    assert (request.title, request.typed) == ("index m@c", "lpd index --model=m --collection=c")
    assert runnable(MISSING) is None
    assert runnable(FITS) is None
    assert runnable(WRONG._replace(command="lpd encode --fit-on CAPTIONS --feature bow")) is None
    assert runnable(WRONG._replace(command="lpd run --model MODEL --edition tv")) is None
    maps = runnable(WRONG._replace(command="lpd map build --model m --collection c"))
    assert maps is not None
    assert maps.typed == "lpd map build --model m --collection c"
    encode = runnable(WRONG._replace(command="lpd encode train --feature bow"))
    assert encode is not None
    assert encode.arguments == ("encode", "train", "--feature", "bow")
    assert encode.title == "encode train feature bow"


def test_what_is_wrong_comes_first_and_once() -> None:
    assert worst_first([FITS, MISSING, WRONG, MISSING]) == [WRONG, MISSING, FITS]


def test_positions() -> None:
    assert position_words(None) == "beginning"
    at = WorkPosition("embedding shots", 45, 100, 12.0, 0.0)
    assert position_words(at) == "embedding shots 45% · about 12.0 s more"


def test_health_is_a_table_whose_rows_differ() -> None:
    goals = (
        GoalHealth("live queries", "m over c", (FITS, WRONG, WRONG)),
        GoalHealth("training", "", (MISSING,)),
    )
    table = health_table(Health("w", goals))
    assert table.title == "Health of w: 1 problem"
    assert [row.label for row in table.rows] == ["collection c", "index m@c", "index m@c (2)", "captions"]
    assert [row.group for row in table.rows][::3] == ["live queries: m over c", "training: not possible yet"]
    assert table.rows[1].cells[2].text == "lpd index --model m --collection c"


def test_contents_are_a_table() -> None:
    things = [
        Thing("Shots and features", "c", "f", "10 x 3 float32", size=1234, digest="ab", made_from="x 1")
    ]
    (row,) = contents_table("w", things).rows
    assert [cell.text for cell in row.cells] == ["10 x 3 float32", "ok", "1 kB", "ab", "x 1"]
