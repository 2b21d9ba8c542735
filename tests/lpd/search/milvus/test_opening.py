"""An index is refused with a sentence when its Milvus collection is not the one it was made with."""

import json
from pathlib import Path

import pytest

from lpd.errors import FormatError, LpdError, NotFoundError, StaleError
from lpd.search.milvus import MilvusSettings, open_milvus_index
from lpd.search.milvus.server import DIGEST
from tests.lpd.search.milvus.samples import Sample, assert_same, random_sample


@pytest.fixture(scope="module")
def folder(settings: MilvusSettings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an index of 60 shots."""
    path = tmp_path_factory.mktemp("opening") / "m@c"
    random_sample(60).build(path, settings)
    return path


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    """A copy of the index's folder, to be damaged."""
    copied = tmp_path / "m@c"
    copied.mkdir()
    for file in folder.iterdir():
        (copied / file.name).write_bytes(file.read_bytes())
    return copied


def change_manifest(folder: Path, part: str, **changes: object) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest[part] |= changes
    (folder / "manifest.json").write_text(json.dumps(manifest))


def test_opening_gives_the_index_and_its_manifest(copy: Path, settings: MilvusSettings) -> None:
    sample = random_sample(60)
    index, manifest = open_milvus_index(copy, settings)
    assert (manifest.kind, manifest.made_from) == ("milvus index", {"model": "m"})
    assert_same(index.search(sample.queries, 5), sample.exact.search(sample.queries, 5))


def test_the_folder_holds_neither_uri_nor_token(folder: Path, settings: MilvusSettings) -> None:
    text = "".join(file.read_text() for file in folder.iterdir())
    assert sorted(file.name for file in folder.iterdir()) == ["ids.txt", "manifest.json"]
    assert settings.uri not in text
    assert "127.0.0.1" not in text
    assert not settings.token or settings.token not in text


def test_a_collection_that_is_gone(copy: Path, settings: MilvusSettings) -> None:
    name = "lpd_0123456789abcdef_01234567"
    change_manifest(copy, "settings", milvus_collection=name)
    with pytest.raises(StaleError, match=rf"is not in this Milvus.*{name}.*lpd index"):
        open_milvus_index(copy, settings)


@pytest.mark.parametrize("name", ["customers", "lpd_0123456789abcdef_01234567; drop", 5, None])
def test_a_collection_that_is_none_of_ours_is_not_even_asked_for(
    copy: Path, settings: MilvusSettings, name: object
) -> None:
    change_manifest(copy, "settings", milvus_collection=name)
    with pytest.raises(FormatError, match="expected a Milvus collection"):
        open_milvus_index(copy, settings)


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: change_manifest(folder, "made_from", model="other"),
        lambda folder: change_manifest(folder, "settings", spaces=["text:b", "text:a", "video:c"]),
        lambda folder: (folder / "ids.txt").write_text("".join(f"{n}\n" for n in range(60))),
    ],
    ids=["model", "spaces", "ids"],
)
def test_a_collection_of_other_content(copy: Path, settings: MilvusSettings, damage) -> None:
    damage(copy)
    with pytest.raises(StaleError, match=r"was made from something else; expected [0-9a-f]{16}; found"):
        open_milvus_index(copy, settings)


def test_a_collection_whose_digest_was_changed(tmp_path: Path, settings: MilvusSettings) -> None:
    sample = random_sample(20).stored(tmp_path / "m@c", settings)
    collection = sample.index.collection
    collection.server.client.alter_collection_properties(collection.name, {DIGEST: "0" * 16})
    with pytest.raises(StaleError, match="was made from something else"):
        open_milvus_index(tmp_path / "m@c", settings)


def test_a_collection_that_lacks_rows(tmp_path: Path, settings: MilvusSettings) -> None:
    sample = random_sample(20).stored(tmp_path / "m@c", settings)
    collection = sample.index.collection
    collection.server.client.delete(collection.name, filter="row in [3, 4]")
    with pytest.raises(StaleError, match="another number of rows; expected 20; found 18"):
        open_milvus_index(tmp_path / "m@c", settings)
    with pytest.raises(StaleError, match="expected 20; found 18"):
        sample.index.warm_up()
    with pytest.raises(StaleError, match="lacks rows; expected 1; found 0"):
        sample.index.vectors([4])
    with pytest.raises(StaleError, match="lacks rows; expected 2; found 1"):
        sample.index.similarities(sample.queries, [4, 5])


def test_a_collection_that_goes_while_it_is_used(tmp_path: Path, settings: MilvusSettings) -> None:
    sample: Sample = random_sample(20).stored(tmp_path / "m@c", settings)
    sample.index.collection.server.drop(sample.index.collection.name)
    with pytest.raises(StaleError, match="is gone"):
        sample.index.search(sample.queries, 5)
    with pytest.raises(StaleError, match="is gone"):
        _ = sample.index.warm


@pytest.mark.parametrize(
    ("file", "text", "error", "sentence"),
    [
        ("manifest.json", "{", FormatError, "manifest.json:1"),
        ("manifest.json", None, StaleError, "half-written"),
        ("ids.txt", "a\nb\n", FormatError, "expected 60; found 2"),
        ("ids.txt", None, FormatError, "ids.txt: cannot be read"),
    ],
)
def test_a_damaged_folder(
    copy: Path, settings: MilvusSettings, file: str, text: str | None, error: type[LpdError], sentence: str
) -> None:
    (copy / file).unlink() if text is None else (copy / file).write_text(text)
    with pytest.raises(error, match=sentence):
        open_milvus_index(copy, settings)


def test_an_absent_folder(tmp_path: Path, settings: MilvusSettings) -> None:
    with pytest.raises(NotFoundError):
        open_milvus_index(tmp_path / "nothing", settings)
