"""An index of another kind in the place of one in Milvus: its collection goes, last and never before."""

import logging
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from lpd.search import open_engine
from lpd.search.milvus import MilvusSettings, build
from lpd.search.milvus.leaving import collections_behind, drop_collections
from lpd.search.milvus.server import connect
from lpd.services.indexing import index_collection
from lpd.workspace import Workspace, open_workspace
from tests.lpd.search.milvus.samples import random_sample
from tests.lpd.search.milvus.test_build import collections, stopping_at


@pytest.fixture
def copy(
    demo_workspace: Path, tmp_path: Path, settings: MilvusSettings, monkeypatch: pytest.MonkeyPatch
) -> Workspace:
    """A demo in which lpd@inland lies in Milvus."""
    monkeypatch.setenv("LPD_MILVUS_URI", settings.uri)
    monkeypatch.setenv("LPD_MILVUS_TOKEN", settings.token)
    shutil.copytree(demo_workspace, tmp_path / "w", ignore=shutil.ignore_patterns("media", "previews"))
    workspace = open_workspace(tmp_path / "w")
    index_collection(workspace, "lpd", "inland", kind="milvus", device="cpu")
    return workspace


def behind(workspace: Workspace) -> str:
    """Returns the one collection of lpd@inland."""
    (name,) = collections_behind(workspace.index_folder("lpd", "inland"))
    return name


def warnings_of(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [one.getMessage() for one in caplog.records if one.levelno == logging.WARNING]


@pytest.mark.parametrize("other", ["quantised", "exact", "auto"])
def test_another_kind_leaves_nothing_in_milvus(
    copy: Workspace, settings: MilvusSettings, caplog: pytest.LogCaptureFixture, other: str
) -> None:
    name = behind(copy)
    before = collections(settings)
    assert name in before
    made = index_collection(copy, "lpd", "inland", kind=other, device="cpu")
    assert collections(settings) == before - {name}
    engine = open_engine(copy, model="lpd", collection="inland")
    assert engine.index.kind == made == other.replace("auto", "exact")
    assert engine.search("a dog").lists
    assert warnings_of(caplog) == []


def test_a_build_that_fails_loses_nothing(copy: Workspace, settings: MilvusSettings) -> None:
    def stopping(stage: str, done: int, total: int) -> None:
        if stage == "measuring recall":
            raise KeyboardInterrupt

    name = behind(copy)
    with pytest.raises(KeyboardInterrupt):
        index_collection(copy, "lpd", "inland", kind="quantised", device="cpu", progress=stopping)
    assert name in collections(settings)
    engine = open_engine(copy, model="lpd", collection="inland")
    assert engine.index.kind == "milvus"
    assert engine.search("a dog").lists


def test_milvus_in_place_of_milvus_is_the_loads_own_affair(copy: Workspace, settings: MilvusSettings) -> None:
    first = behind(copy)
    index_collection(copy, "lpd", "inland", kind="milvus", device="cpu")
    assert {first, behind(copy)} & collections(settings) == {behind(copy)}


def nobody_listens(_: MilvusSettings) -> dict[str, str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return {"LPD_MILVUS_URI": f"http://person:s3cret-word@127.0.0.1:{port}"}


@pytest.mark.parametrize(
    ("environ", "where", "why"),
    [
        (nobody_listens, "http://127.0.0.1:", "Milvus failed at connecting"),
        (lambda _: {}, "the place that LPD_MILVUS_URI should name", "nothing says where Milvus is"),
    ],
    ids=["away", "unnamed"],
)
def test_a_milvus_out_of_reach_is_told_and_the_new_index_stays(
    copy: Workspace,
    settings: MilvusSettings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    environ: Callable[[MilvusSettings], dict[str, str]],
    where: str,
    why: str,
) -> None:
    name = behind(copy)
    for variable in ("LPD_MILVUS_URI", "LPD_MILVUS_TOKEN"):
        monkeypatch.delenv(variable)
    for variable, value in environ(settings).items():
        monkeypatch.setenv(variable, value)
    assert index_collection(copy, "lpd", "inland", kind="quantised", device="cpu") == "quantised"
    (told,) = warnings_of(caplog)
    folder = copy.index_folder("lpd", "inland")
    assert told.startswith(
        f"{folder} is in place, but what it replaces is still in Milvus (collection {name} at {where}"
    )
    assert ".drop_collection(name). What was wrong: " in told
    assert why in told
    assert "s3cret-word" not in caplog.text
    assert open_engine(copy, model="lpd", collection="inland").index.kind == "quantised"
    assert name in collections(settings)
    connect(settings).drop(name)


def test_a_stopped_load_goes_with_the_index_that_stood_there(
    tmp_path: Path, settings: MilvusSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "_MESSAGE_BYTES", 20 * 13 * 4)
    sample, directory, before = random_sample(60), tmp_path / "m@c", collections(settings)
    sample.build(directory, settings)
    with pytest.raises(KeyboardInterrupt):
        sample.build(
            directory,
            settings,
            made_from={"model": "new"},
            blocks_from=lambda first: stopping_at(sample, 40, first),
        )
    names = collections_behind(directory)
    assert set(names) == collections(settings) - before
    assert len(names) == 2
    environ = {"LPD_MILVUS_URI": settings.uri, "LPD_MILVUS_TOKEN": settings.token}
    drop_collections(names, directory, environ=environ)
    assert collections(settings) == before
    assert [path.name for path in tmp_path.iterdir()] == ["m@c"], "the record of the load is gone"


def test_a_collection_that_another_milvus_may_have_is_told(
    tmp_path: Path, settings: MilvusSettings, caplog: pytest.LogCaptureFixture
) -> None:
    sample = random_sample(20).stored(tmp_path / "m@c", settings)
    (name,) = collections_behind(tmp_path / "m@c")
    empty = tmp_path / "other.db"
    drop_collections([name], tmp_path / "m@c", environ={"LPD_MILVUS_URI": str(empty)})
    assert warnings_of(caplog) == [
        f"{tmp_path / 'm@c'} is in place; what it replaces (collection {name}) is not in the Milvus at "
        f"{empty}: if it is in another one, drop it there"
    ]
    assert not empty.exists()
    assert len(sample.index.search(sample.queries, 5)[0].fused.rows) == 5


def test_a_folder_without_milvus_has_nothing_there(tmp_path: Path) -> None:
    assert collections_behind(tmp_path / "m@c") == ()
    (tmp_path / ".m@c.milvus.json").write_text('{"collection": "customers", "replaces": "customers"}')
    assert collections_behind(tmp_path / "m@c") == ()
    (tmp_path / ".m@c.milvus.json").write_text(
        '{"collection": "lpd_0123456789abcdef_01234567", "rows": 3, "replaces": "customers"}'
    )
    assert collections_behind(tmp_path / "m@c") == ("lpd_0123456789abcdef_01234567",)
