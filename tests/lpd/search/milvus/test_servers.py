"""What only a server does: it is killed and started again, it asks for a login, it has databases."""

import json
import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lpd.errors import LpdError
from lpd.search.milvus import MilvusSettings, build, open_milvus_index
from lpd.search.milvus.server import connect
from tests.conftest import skip_or_fail
from tests.lpd.search.milvus.samples import Sample, assert_same, random_sample
from tests.milvus_servers import MilvusProcess, lite_server, real_server, server_is_missing

pytestmark = pytest.mark.slow

MAKERS = {"lite-server": lite_server, "server": real_server}


@pytest.fixture(scope="module", params=MAKERS)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MilvusProcess]:
    """A server that a test may kill, started again by the next one that needs it."""
    if request.param == "server" and (reason := server_is_missing()):
        skip_or_fail(reason)
    made = MAKERS[request.param](tmp_path_factory.mktemp(request.param))
    made.start()
    yield made
    made.stop()


def test_nobody_else_reaches_it(server: MilvusProcess) -> None:
    """The kernel knows of no address but 127.0.0.1; the rest is in a namespace without other devices."""
    assert server.addresses() == {"127.0.0.1"}
    if server.door is not None:
        assert server.devices() == {"lo"}


def test_an_index_outlives_a_kill(server: MilvusProcess, tmp_path: Path) -> None:
    sample = random_sample(300).stored(tmp_path / "m@c", server.settings)
    server.kill()
    started = time.monotonic()
    with pytest.raises(LpdError, match="Milvus failed at"):
        sample.index.search(sample.queries, 5)
    with pytest.raises(LpdError, match="Milvus failed at"):
        open_milvus_index(tmp_path / "m@c", server.settings)
    assert time.monotonic() - started < 30
    server.start()
    for index in (sample.index, open_milvus_index(tmp_path / "m@c", server.settings)[0]):
        index.warm_up()
        assert_same(index.search(sample.queries, 300), sample.exact.search(sample.queries, 300))


def test_a_load_goes_on_after_the_server_was_killed(
    server: MilvusProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "_MESSAGE_BYTES", 20 * 13 * 4)
    sample, directory = random_sample(300), tmp_path / "indexes" / "m@c"

    def killing(first: int) -> Iterator[list[np.ndarray]]:
        for number, block in enumerate(sample.blocks_from(first)):
            if number == 4:
                server.kill()
            yield block

    with pytest.raises(LpdError, match=r"storing rows \(row 120 of 300, where the same command goes on\)"):
        sample.build(directory, server.settings, blocks_from=killing)
    server.start()
    sample.build(directory, server.settings)
    assert sample.started_at == [0, 120]
    index = open_milvus_index(directory, server.settings)[0]
    assert_same(index.search(sample.queries, 300), sample.exact.search(sample.queries, 300))


def test_a_database_of_its_own(server: MilvusProcess, tmp_path: Path) -> None:
    apart = replace(server.settings, database="films")
    with pytest.raises(LpdError, match=r"Milvus failed at connecting.*LPD_MILVUS_DATABASE"):
        connect(apart)
    connect(server.settings).client.create_database("films")
    sample = random_sample(20).stored(tmp_path / "m@c", apart)
    assert_same(sample.index.search(sample.queries, 5), sample.exact.search(sample.queries, 5))
    with pytest.raises(LpdError, match="not in this Milvus"):
        open_milvus_index(tmp_path / "m@c", server.settings)


asks_for_a_login = pytest.mark.parametrize("server", ["server"], indirect=True)  # milvus-lite takes any


@asks_for_a_login
def test_a_login_that_is_refused_is_not_repeated(
    server: MilvusProcess, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(LpdError, match="Milvus failed at connecting") as caught:
        connect(replace(server.settings, token="root:wrong-password"))
    everything = str(caught.value) + str(caught.value.__cause__) + caplog.text + "".join(capfd.readouterr())
    assert "wrong-password" not in everything


@asks_for_a_login
def test_the_login_is_written_nowhere(
    server: MilvusProcess, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    client = connect(server.settings).client
    client.create_user("person", "s3cret-word")
    client.grant_role("person", "admin")
    settings = replace(server.settings, token="person:s3cret-word")
    caplog.set_level(logging.DEBUG)
    seen: list[str] = []
    sample: Sample = random_sample(60)

    def looking(first: int) -> Iterator[list[np.ndarray]]:
        for block in sample.blocks_from(first):
            yield block
            seen.append((tmp_path / ".m@c.milvus.json").read_text())

    sample.build(tmp_path / "m@c", settings, blocks_from=looking)
    index, manifest = open_milvus_index(tmp_path / "m@c", settings)
    assert json.loads(seen[-1])["rows"] == 60
    written = [file.read_text() for file in (tmp_path / "m@c").iterdir()]
    shown = [repr(index), repr(manifest), repr(settings), str(index.collection), caplog.text]
    for text in [*seen, *written, *shown]:
        assert "s3cret-word" not in text


@asks_for_a_login
def test_settings_with_the_login_in_the_uri_work(server: MilvusProcess) -> None:
    address = server.settings.uri.replace("://", f"://{server.settings.token}@")
    assert connect(MilvusSettings(address)).settings == server.settings
