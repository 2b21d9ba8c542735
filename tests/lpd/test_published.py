"""The published figures: known cells, the sums and means they obey, exactly the slips that are listed."""

import csv
import json
import math
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

from lpd.errors import FormatError, MismatchError, NotFoundError
from lpd.published import PUBLISHED, published_slips, published_table

LPD_EDITIONS = tuple(f"TV{year}" for year in range(16, 24))
MEAN_TABLES = ("lpd-table3", "lpd-table4", "lpd-table5")
TABLES = sorted(path.stem for path in PUBLISHED.glob("*.csv") if path.stem != "slips")


def cells(name: str, row: str, columns: tuple[str, ...]) -> list[Decimal]:
    return [Decimal(published_table(name).text(row, column)) for column in columns]


def rounded(value: Decimal, like: str) -> str:
    """A number with as many decimals as a printed one, halves rounded up as the papers do."""
    return str(value.quantize(Decimal(like), ROUND_HALF_UP))


def mean_of_editions(name: str, row: str) -> Decimal:
    return sum(cells(name, row, LPD_EDITIONS), Decimal(0)) / 8


def weights(expression: str, total: int, width: int) -> int:
    """`D × d + 9 × d` with D and d filled in."""
    sizes = {"D": total, "d": width}
    terms = [
        [sizes[one] if one in sizes else int(one) for one in term.split(" × ")]
        for term in expression.split(" + ")
    ]
    return sum(math.prod(term) for term in terms)


@pytest.mark.parametrize(
    ("name", "row", "column", "expected"),
    [
        ("lpd-table1", "TV22", "video_clips", 1425443),
        ("lpd-table1", "TV20", "topics", 20),
        ("lpd-table2", "video:ircsn", "dimension", 2048),
        ("lpd-table2", "text:clip-l14", "dimension", 768),
        ("lpd-table3", "LPD", "TV20", 0.287),
        ("lpd-table3", "clip-l14", "TV19", 0.082),
        ("lpd-table3", "TeachCLIP", "MEAN", 0.187),
        ("lpd-table3", "DualTask", "TV17", 0.332),
        ("lpd-table4", "full DcL", "TV18", 0.146),
        ("lpd-table4", "w/o DcL", "MEAN", 0.229),
        ("lpd-table5", "SEA+DcL", "TV17", 0.337),
        ("lpd-table5", "LAFF+DcL", "gain_percent", 3.4),
        ("lpd-table6", "DualTask", "flops_million", 41.70),
        ("lpd-fig3", "LPD", "IoU@20 of text:clip-l14 and text:blip", 0.30),
        ("sea-slide8", "SEA (bow, w2v)", "SUM", 0.685),
        ("sea-slide8", "W2VV++ (bow, w2v, gru, bert)", "TV19", 0.101),
        ("sea-slide10-features", "ResNeXt-101 + ResNet-152 + C3D", "dimension", 6144),
        ("sea-slide11", "Run 1", "models", 4),
        ("sea-slide14", "644", "Run 3", 0.795),
        ("sea-slide14", "651", "Run 4", 0.213),
    ],
)
def test_known_cells(name: str, row: str, column: str, expected: float) -> None:
    assert published_table(name).value(row, column) == expected


@pytest.mark.parametrize("name", TABLES)
def test_every_table_says_where_it_is_from(name: str) -> None:
    table = published_table(name)
    assert table.name == name
    assert table.title
    assert table.source.startswith("Hu, Xin, Li:" if name.startswith("lpd-") else "Li, Zhou, Chen:")
    assert table.place.startswith(("section", "slide"))
    assert table.rows


def test_rows_and_columns_keep_the_papers_order() -> None:
    table = published_table("lpd-table3")
    assert table.row_name == "system"
    assert table.columns == ("group", *LPD_EDITIONS, "MEAN")
    assert len(table.rows) == 16
    assert table.labels[:4] == ("clip-b32", "clip-l14", "blip", "CLIP4Clip")
    assert table.rows[-1].cells == (
        "multi-feature, multi-space",
        *("0.245", "0.327", "0.169", "0.218", "0.287", "0.269", "0.221", "0.221"),
        "0.245",
    )


def test_a_cell_that_the_paper_leaves_empty_is_none() -> None:
    table = published_table("lpd-table5")
    assert table.value("LAFF", "gain_percent") is None
    assert table.text("LAFF", "gain_percent") == ""
    assert table.text("LAFF+DcL", "TV21") == "0.230"


def test_tables_of_one_paper_agree_where_they_print_the_same_row() -> None:
    columns = (*LPD_EDITIONS, "MEAN")
    assert cells("lpd-table4", "LPD", columns) == cells("lpd-table3", "LPD", columns)
    for system in ("LAFF", "SEA", "TxV"):
        assert cells("lpd-table5", system, columns) == cells("lpd-table3", system, columns)


def test_the_slide_table_equals_the_oracle(oracles: Path) -> None:
    oracle = json.loads((oracles / "utilities.json").read_text())["tv20_slides"]
    table = published_table("sea-slide14")
    runs = ("Run 1", "Run 2", "Run 3", "Run 4")
    assert {row: [table.value(row, run) for run in runs] for row in table.labels} == oracle["table"]
    named: dict[str, set[str]] = {}
    for row in table.labels:
        named.setdefault(table.text(row, "named_group").replace(" ", "_"), set()).add(row)
    named.pop("")
    assert named == {group: set(topics) for group, topics in oracle["named_on_slides"].items()}
    means = [float(sum(cells("sea-slide14", row, (run,))[0] for row in table.labels) / 20) for run in runs]
    assert means == pytest.approx(oracle["means"], abs=1e-12)


def mean_slips() -> set[tuple[str, ...]]:
    found = set()
    for name in MEAN_TABLES:
        for row in published_table(name).labels:
            mean, printed = mean_of_editions(name, row), published_table(name).text(row, "MEAN")
            if rounded(mean, printed) != printed:
                found.add((name, row, "MEAN", "mean", printed, f"{mean.normalize()}"))
    for row in published_table("sea-slide8").labels:
        total = sum(cells("sea-slide8", row, ("TV16", "TV17", "TV18", "TV19")), Decimal(0))
        printed = published_table("sea-slide8").text(row, "SUM")
        if rounded(total, printed) != printed:
            found.add(("sea-slide8", row, "SUM", "mean", printed, f"{total}"))
    return found


def gain_slips() -> set[tuple[str, ...]]:
    found = set()
    table = published_table("lpd-table5")
    for row in ("LAFF", "SEA", "TxV"):
        printed = table.text(f"{row}+DcL", "gain_percent")
        gain = 100 * (mean_of_editions("lpd-table5", f"{row}+DcL") / mean_of_editions("lpd-table5", row) - 1)
        if rounded(gain, printed) != printed:
            found.add(("lpd-table5", f"{row}+DcL", "gain_percent", "gain", printed, rounded(gain, printed)))
    return found


def flops_at(row: str, width: int) -> str:
    table = published_table("lpd-table6")
    total = sum(int(row.cells[1]) for row in published_table("lpd-table2").rows)
    million = Decimal(weights(table.text(row, "trainable_parameters"), total, width)) / 1_000_000
    return rounded(million, table.text(row, "flops_million"))


def flops_slips() -> set[tuple[str, ...]]:
    table = published_table("lpd-table6")
    printed = {row: table.text(row, "flops_million") for row in table.labels}
    return {
        ("lpd-table6", row, "flops_million", "flops", text, flops_at(row, 512))
        for row, text in printed.items()
        if flops_at(row, 512) != text
    }


def bold_slips() -> set[tuple[str, ...]]:
    """The row of LPD is bold in Table 3: every cell should be the best of its column."""
    table, found = published_table("lpd-table3"), set()
    for column in (*LPD_EDITIONS, "MEAN"):
        best = max(table.labels, key=lambda row, column=column: (table.value(row, column), row == "LPD"))
        if best != "LPD":
            found.add(
                ("lpd-table3", best, column, "bold", table.text("LPD", column), table.text(best, column))
            )
    return found


def test_the_listed_slips_are_exactly_those_that_recomputing_finds() -> None:
    listed = [tuple(slip[:6]) for slip in published_slips() if slip.kind != "text"]
    assert len(set(listed)) == len(listed)
    assert set(listed) == mean_slips() | gain_slips() | flops_slips() | bold_slips()


def test_printed_gains_follow_from_the_printed_means() -> None:
    table = published_table("lpd-table5")
    for row in ("LAFF", "SEA", "TxV"):
        after, before = (Decimal(table.text(one, "MEAN")) for one in (f"{row}+DcL", row))
        assert rounded(100 * (after / before - 1), "0.1") == table.text(f"{row}+DcL", "gain_percent")


def test_printed_flops_are_the_parameters_at_four_times_the_width() -> None:
    table = published_table("lpd-table6")
    assert [flops_at(row, 2048) for row in table.labels] == [row.cells[1] for row in table.rows]


def test_what_the_texts_say_otherwise_is_listed() -> None:
    listed = {(slip.table, slip.printed, slip.found) for slip in published_slips() if slip.kind == "text"}
    assert listed == {
        ("lpd-table1", "1.5 million", "1425443"),
        ("lpd-table3", "7 systems", "6 rows"),
        ("lpd-table3", "Tables 4 and 5", "Table 3"),
        ("lpd-table4", "0.241", "0.245"),
        ("lpd-fig3", "clip-14", "clip-l14"),
    }
    table = published_table("lpd-table3")
    assert [table.text(row, "group") for row in table.labels].count("CLIP-based end-to-end") == 6
    assert len([row for row in table.labels if row != "LPD"]) == 15


def test_slips_of_one_table() -> None:
    assert [slip.row for slip in published_slips("lpd-table5")] == ["LAFF+DcL", "TxV+DcL"]
    assert published_slips("sea-slide8") == []


def test_the_page_lists_every_file_and_the_same_slips() -> None:
    page = (PUBLISHED / "README.md").read_text(encoding="utf-8").splitlines()
    files = [line.split(" | ")[0].removeprefix("| ") for line in page if ".csv |" in line]
    assert sorted(files) == sorted(path.name for path in PUBLISHED.glob("*.csv"))
    with (PUBLISHED / "slips.csv").open(encoding="utf-8") as stream:
        rows = [f"| {' | '.join(row)} |" for row in csv.reader(stream)]
    start = page.index(rows[0])
    assert [page[start], *page[start + 2 : start + 1 + len(rows)]] == rows
    assert page[start + 1 + len(rows)] == ""


def write(folder: Path, name: str, text: str) -> Path:
    (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


HEAD = "# title: T\n# source: S\n# place: P\n"


def test_a_file_becomes_a_table(tmp_path: Path) -> None:
    write(tmp_path, "one", HEAD + '# note: a: b\nsystem,infAP\n"a, b",0.10\nc,\n')
    table = published_table("one", tmp_path)
    assert (table.title, table.source, table.place, table.notes) == ("T", "S", "P", ("a: b",))
    assert (table.row_name, table.columns, table.labels) == ("system", ("infAP",), ("a, b", "c"))
    assert (table.text("a, b", "infAP"), table.value("a, b", "infAP")) == ("0.10", 0.1)
    assert table.value("c", "infAP") is None


@pytest.mark.parametrize(
    ("text", "error", "match"),
    [
        ("system,infAP\na,0.1\n", FormatError, "# title"),
        ("# title: T\n# source: S\nsystem,infAP\na,0.1\n", FormatError, "# place"),
        (HEAD + "# title: U\nsystem,infAP\na,0.1\n", FormatError, "# title"),
        (HEAD + "system,infAP\na,0.1,0.2\nb,0.1\nc\n", FormatError, "2 cells; found a, c"),
        (HEAD, FormatError, "no header"),
        (HEAD + "system,infAP\na,0.1\nb,0.1\na,0.2\n", MismatchError, "share a label; found a"),
    ],
    ids=["no facts", "no place", "two titles", "uneven", "empty", "label twice"],
)
def test_a_malformed_file_is_named(tmp_path: Path, text: str, error: type[Exception], match: str) -> None:
    write(tmp_path, "one", text)
    with pytest.raises(error, match=match) as caught:
        published_table("one", tmp_path)
    assert str(tmp_path / "one.csv") in str(caught.value)


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"expected one of lpd-fig3, .*found 'table3'"):
        published_table("table3")
    with pytest.raises(NotFoundError, match="checkout of the project"):
        published_table("lpd-table3", tmp_path / "absent")
    table = published_table("lpd-table6")
    with pytest.raises(NotFoundError, match=r"no such row.*expected one of TxV, DualTask.*found 'DE'"):
        table.text("DE", "flops_million")
    with pytest.raises(NotFoundError, match="no such column"):
        table.value("LPD", "TV16")
    with pytest.raises(FormatError, match="lpd-table6, LPD, trainable_parameters: not a number"):
        table.value("LPD", "trainable_parameters")


def test_slips_have_their_columns(tmp_path: Path) -> None:
    write(tmp_path, "slips", "table,row\nlpd-table3,LPD\n")
    with pytest.raises(FormatError, match="not a list of slips"):
        published_slips(directory=tmp_path)
