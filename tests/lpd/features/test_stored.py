"""Matrices in a workspace: whole or absent, checked on opening."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lpd.errors import FormatError, LpdError, MismatchError, NotFoundError, StaleError
from lpd.features import open_matrix, write_matrix

IDS = ["a", "b", "c", "d"]
VALUES = np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9.5], [0, -1, 0.25]], dtype=np.float32)


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_what_is_written_in_blocks_is_mapped_again(tmp_path: Path, dtype: str) -> None:
    calls: list[tuple[str, int, int]] = []
    write_matrix(
        tmp_path / "colour",
        (block for block in (VALUES[:1], VALUES[1:3], VALUES[3:])),
        name="colour",
        ids=IDS,
        dtype=dtype,
        made_from={"media": "abc"},
        settings={"bins": 8},
        progress=lambda *call: calls.append(call),
    )
    opened = open_matrix(tmp_path / "colour")
    assert isinstance(opened.matrix, np.memmap)
    assert (opened.name, opened.ids, opened.matrix.dtype) == ("colour", IDS, np.dtype(dtype))
    np.testing.assert_array_equal(opened.rows(["d", "a"]), VALUES[[3, 0]])
    assert calls == [("features", 0, 4), ("features", 1, 4), ("features", 3, 4), ("features", 4, 4)]
    manifest = json.loads((tmp_path / "colour" / "manifest.json").read_text())
    assert manifest["made_from"] == {"media": "abc"}
    assert manifest["settings"]["how"] == {"bins": 8}
    np.testing.assert_array_equal(np.load(tmp_path / "colour" / "matrix.npy"), VALUES.astype(dtype))


def test_the_digest_depends_on_the_content_alone(tmp_path: Path) -> None:
    write_matrix(tmp_path / "a", [VALUES], name="x", ids=IDS)
    write_matrix(tmp_path / "b", [VALUES[:3], VALUES[3:]], name="x", ids=IDS)
    write_matrix(tmp_path / "c", [VALUES], name="x", ids=IDS[::-1])
    write_matrix(tmp_path / "d", [VALUES + 1], name="x", ids=IDS)
    digests = [open_matrix(tmp_path / name).digest for name in "abcd"]
    assert digests[0] == digests[1]
    assert len(set(digests)) == 3


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_division_into_blocks_gives_the_same_rows(tmp_path: Path, data: st.DataObject) -> None:
    rows = data.draw(st.integers(1, 12))
    cuts = sorted(data.draw(st.sets(st.integers(1, max(1, rows - 1)), max_size=4)) - {rows})
    values = np.random.default_rng(rows).standard_normal((rows, 3)).astype(np.float32)
    ids = [f"shot{number}" for number in range(rows)]
    write_matrix(tmp_path / "x", np.split(values, cuts), name="x", ids=ids)
    order = data.draw(st.lists(st.integers(0, rows - 1)))
    np.testing.assert_array_equal(
        open_matrix(tmp_path / "x").rows([ids[row] for row in order]), values[order]
    )


def interrupted() -> Iterator[np.ndarray]:
    yield VALUES[:2]
    raise KeyboardInterrupt


BAD_WRITES: dict[str, tuple[dict, list[str]]] = {
    "NaN": (
        {"blocks": [VALUES[:1], np.where(VALUES[1:] == 8, np.nan, VALUES[1:])]},
        ["feature x: NaN or infinite values in 1 row;", "found 'row 2: c'"],
    ),
    "too large for float16": (
        {"blocks": [VALUES * 1e5], "dtype": "float16"},
        ["values too large for float16 in 4 rows", "'row 0: a'"],
    ),
    "dtype": ({"dtype": "float64"}, ["wrong number type; expected float16 or float32; found float64"]),
    "fewer rows": ({"blocks": [VALUES[:3]]}, ["ids and rows differ in number; expected 4 rows; found 3"]),
    "more rows": ({"blocks": [VALUES, VALUES]}, ["more rows than ids; expected 0 more rows; found 4"]),
    "no rows": ({"blocks": []}, ["expected 4 rows; found 0"]),
    "dimensions": (
        {"blocks": [VALUES[:2], VALUES[2:, :2]]},
        ["blocks differ in dimension; expected 3; found 2"],
    ),
    "a bare array": ({"blocks": VALUES}, ["a block is not a table of rows", "found (3,)"]),
    "repeated id": ({"ids": ["a", "b", "a", "c"]}, ["ids occur more than once", "found 'a'"]),
}


@pytest.mark.parametrize("case", BAD_WRITES)
def test_what_cannot_be_written_is_named_and_leaves_what_was_there(tmp_path: Path, case: str) -> None:
    write_matrix(tmp_path / "x", [VALUES], name="x", ids=IDS)
    changes, words = BAD_WRITES[case]
    with pytest.raises(LpdError) as caught:
        write_matrix(tmp_path / "x", **({"blocks": [VALUES], "name": "x", "ids": IDS} | changes))
    for word in words:
        assert word in str(caught.value)
    np.testing.assert_array_equal(open_matrix(tmp_path / "x").rows(IDS), VALUES)
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_an_interruption_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        write_matrix(tmp_path / "x", interrupted(), name="x", ids=IDS)
    assert list(tmp_path.iterdir()) == []


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def change_manifest(folder: Path, **facts: object) -> None:
    path = folder / "manifest.json"
    document = json.loads(path.read_text())
    document["settings"] |= facts
    path.write_text(json.dumps(document))


DAMAGES: dict[str, tuple[Callable[[Path], object], type[LpdError], str]] = {
    "no manifest": (lambda at: (at / "manifest.json").unlink(), StaleError, "half-written"),
    "no matrix": (lambda at: (at / "matrix.npy").unlink(), NotFoundError, "matrix.npy: file is missing"),
    "no ids": (lambda at: (at / "ids.txt").unlink(), NotFoundError, "ids.txt: file is missing"),
    "truncated matrix": (lambda at: truncate(at / "matrix.npy"), MismatchError, "the array is cut short"),
    "an id too many": (
        lambda at: (at / "ids.txt").write_text("a\nb\nc\nd\ne\n"),
        MismatchError,
        "ids.txt: number of ids and manifest differ; expected 4 ids; found 5",
    ),
    "another dimension": (
        lambda at: np.save(at / "matrix.npy", VALUES[:, :2]),
        MismatchError,
        "dimension of the array and of its manifest differ; expected 3; found 2",
    ),
    "another type": (
        lambda at: np.save(at / "matrix.npy", VALUES.astype(np.float16)),
        MismatchError,
        "dtype of the array and of its manifest differ; expected float32; found float16",
    ),
    "another number of rows": (lambda at: np.save(at / "matrix.npy", VALUES[:3]), MismatchError, "differ"),
    "manifest of another kind": (
        lambda at: (at / "manifest.json").write_text('{"kind": "index"}'),
        FormatError,
        "manifest of another kind; expected features; found index",
    ),
    "manifest without rows": (lambda at: change_manifest(at, rows=None), MismatchError, "expected None ids"),
}


@pytest.mark.parametrize("case", DAMAGES)
def test_damage_is_named_on_opening(tmp_path: Path, case: str) -> None:
    write_matrix(tmp_path / "x", [VALUES], name="x", ids=IDS)
    damage, kind, words = DAMAGES[case]
    damage(tmp_path / "x")
    with pytest.raises(kind) as caught:
        open_matrix(tmp_path / "x")
    assert words in str(caught.value)
    assert str(tmp_path / "x") in str(caught.value) or "feature x" in str(caught.value)


def test_a_missing_folder_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no features here"):
        open_matrix(tmp_path / "none")
