"""Vectors that do not fit, or are damaged afterwards, are told in a sentence."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lpd.embeddings import read_embeddings, space_folder
from lpd.errors import FormatError, LpdError, MismatchError, NotFoundError, StaleError
from lpd.services.importing.embeddings import Asked, import_embeddings
from lpd.services.indexing import index_collection
from lpd.services.status import workspace_status
from lpd.workspace import Workspace
from tests.lpd.brought_vectors import write_bigfile
from tests.lpd.services.importing.small_vectors import (
    SHOTS,
    SMALL,
    changed_rows,
)


def no_space(v: Path) -> None:
    (v / "shots" / "b.npy").unlink()
    (v / "topics" / "b.npy").unlink()
    (v / "embeddings.toml").write_text('spaces = ["text:a", "b"]')


def too_few(v: Path) -> None:
    (v / "shots" / "ids.txt").write_text("s0 x1 x2")
    (v / "topics" / "ids.txt").write_text("1601 7")


def other_widths(v: Path) -> None:
    changed_rows(v / "topics" / "text-a.npy", lambda rows: rows[:, :1])
    changed_rows(v / "topics" / "b.npy", lambda rows: np.repeat(rows, 3, axis=1))


def put(place: str, row: int, value: float) -> Callable[[Path], None]:
    def damage(v: Path) -> None:
        rows = np.load(v / place)
        rows[row] = value
        np.save(v / place, rows)

    return damage


def cut_short(v: Path) -> None:
    path = v / "shots" / "b.npy"
    path.write_bytes(path.read_bytes()[:-1])


def told(text: str) -> Callable[[Path], object]:
    return lambda v: (v / "embeddings.toml").write_text(text)


def two_files(v: Path) -> None:
    write_bigfile(v / "shots" / "b", ["s0", "s1", "s2"], SHOTS["b"])


REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "a space without files": (no_space, "space b: shots: .*no vectors.*space b: topics of e: .*no vectors"),
    "ids that are not there": (
        too_few,
        r"spaces b, text:a: no vector of 2 of 3 shots \('s1', 's2'\); "
        r"spaces b, text:a: no vector of 1 of 2 topics of e \('1602'\)",
    ),
    "ids that repeat": (
        lambda v: (v / "shots" / "ids.txt").write_text("s0 s1 s1"),
        r"spaces b, text:a: shots: ids occur more than once \('s1'\)",
    ),
    "widths that differ": (other_widths, "b: widths differ: 1 of shots, 3 of topics of e; space text:a: wid"),
    "no list of ids": (lambda v: (v / "shots" / "ids.txt").unlink(), "no list of ids"),
    "no shots at all": (lambda v: shutil.rmtree(v / "shots"), "no vectors of shots"),
    "nothing": (lambda v: shutil.rmtree(v), "no such folder"),
    "NaN in a shot": (put("shots/b.npy", 1, np.nan), "NaN or infinite values in 1 row.*row 1"),
    "infinity in a topic": (put("topics/b.npy", 0, np.inf), "NaN or infinite values in 1 row.*row 0"),
    "cut short": (cut_short, r"b\.npy"),
    "two files": (two_files, "a space has two files.*'b'"),
    "not TOML": (told("spaces = ["), "not valid TOML"),
    "unknown keys": (told("space = 1\nfussion = 2"), "unknown keys.*'space', 'fussion'"),
    "a space twice": (told('spaces = ["b", "b"]'), "named twice"),
    "a file elsewhere": (told('[spaces]\nb = "../b"'), "not names of files"),
    "spaces of another kind": (told("spaces = 7"), "neither a list nor a table"),
    "another similarity": (told('similarity = "l2"'), "expected cosine or dot"),
    "another fusion": (told('fusion = "max"'), "is none of mean, sum, minmax"),
    "too many weights": (told("weights = [1, 2, 3]"), "3 weights for 2 spaces"),
    "weights of another kind": (told('weights = ["x", "y"]'), "could not convert"),
    "a folder that is not there": (told('topics = "elsewhere"'), "elsewhere: no such folder"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_fit_is_told_at_once_and_nothing_is_kept(
    name: str, small: Workspace, vectors: Path
) -> None:
    damage, sentence = REFUSED[name]
    damage(vectors)
    with pytest.raises(LpdError, match=sentence) as caught:
        import_embeddings(small, vectors, asked=Asked("m", "c", ("e",)))
    assert "\n" not in str(caught.value)
    assert small.model_names() == []


@pytest.mark.parametrize("weights", ["[-1, 2]", "[0, 0]", "[inf, 1]"])
def test_impossible_weights_are_refused(small: Workspace, vectors: Path, weights: str) -> None:
    told(f"weights = {weights}")(vectors)
    with pytest.raises(LpdError, match="weights"):
        import_embeddings(small, vectors, asked=SMALL)


def test_vectors_must_be_those_of_the_checkpoint(copy: Workspace, exported: Path) -> None:
    with pytest.raises(MismatchError, match=r"no vectors of spaces head:1, .*text:bow, .* not of model laff"):
        import_embeddings(copy, exported, asked=Asked("laff", "inland"))
    other = Asked("lpd", "inland", similarity="dot", fusion="minmax")
    with pytest.raises(MismatchError, match=r"similarity dot, the model's is cosine.*fusion minmax"):
        import_embeddings(copy, exported, asked=other)
    assert copy.embeddings_names() == []


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (Asked("m", "nowhere"), "no such collection"),
        (Asked("m", "c", ("tv99",)), "no such edition"),
        (Asked("a/b", "c"), "not a name for a model"),
        (Asked("m", "c", fusion="max"), "unknown fusion"),
        (Asked("m", "c", similarity="l2"), "unknown similarity"),
    ],
    ids=["collection", "edition", "model", "fusion", "similarity"],
)
def test_wrong_names_are_refused(small: Workspace, vectors: Path, asked: Asked, sentence: str) -> None:
    with pytest.raises(LpdError, match=sentence):
        import_embeddings(small, vectors, asked=asked)


# --- what may happen to it afterwards ---------------------------------------------------------------------


def half_brought(w: Workspace) -> None:
    folder = w.embeddings_folder("m") / "shots" / "c"
    shutil.rmtree(folder / space_folder(0))
    shutil.copytree(folder / space_folder(1), folder / space_folder(0))


def cut_matrix(w: Workspace) -> None:
    path = w.embeddings_folder("m") / "shots" / "c" / space_folder(1) / "matrix.npy"
    path.write_bytes(path.read_bytes()[:-8])


def edit_card(change: Callable[[dict], object]) -> Callable[[Workspace], None]:
    def edit(w: Workspace) -> None:
        path = w.embeddings_folder("m") / "embeddings.json"
        document = json.loads(path.read_text())
        change(document)
        path.write_text(json.dumps(document))

    return edit


DAMAGED = {
    "half brought": (half_brought, "not brought to an end"),
    "cut short": (cut_matrix, r"matrix\.npy"),
    "another version": (edit_card(lambda one: one.update(format_version=9)), "another format version"),
    "no spaces": (edit_card(lambda one: one.update(spaces=[])), "damaged"),
    "a digest too few": (edit_card(lambda one: one["shots"]["c"]["digests"].pop()), "damaged"),
    "another width": (edit_card(lambda one: one["spaces"][0].update(width=7)), "width of space"),
    "nothing of this collection": (edit_card(lambda one: one.update(shots={})), "no vectors of the shots of"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damage_is_named(name: str, small: Workspace, vectors: Path) -> None:
    damage, sentence = DAMAGED[name]
    import_embeddings(small, vectors, asked=SMALL)
    damage(small)
    with pytest.raises(LpdError, match=sentence):
        index_collection(small, "m", "c", device="cpu")
    assert workspace_status(small)


def test_a_pointed_to_file_that_changed_is_named(small: Workspace, vectors: Path) -> None:
    import_embeddings(small, vectors, asked=Asked("m", "c", pointer=True))
    changed_rows(vectors / "shots" / "text-a.npy", lambda rows: rows[:-1])
    with pytest.raises(StaleError, match="has changed since import"):
        index_collection(small, "m", "c", device="cpu")


def test_reading_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        read_embeddings(tmp_path)
    (tmp_path / "embeddings.json").write_text("[]")
    with pytest.raises(FormatError):
        read_embeddings(tmp_path)
