import logging
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from lpd.errors import LpdError, MissingExtraError
from lpd.search.milvus import MilvusSettings, milvus_settings
from lpd.search.milvus.server import connect
from tests.milvus_servers import free_port

SECRET = "s3cret-token"


def test_settings_come_from_the_environment() -> None:
    environ = {
        "LPD_MILVUS_URI": " http://localhost:19530 ",
        "LPD_MILVUS_TOKEN": f"user:{SECRET}",
        "LPD_MILVUS_DATABASE": "video",
    }
    found = milvus_settings(environ)
    assert found == MilvusSettings("http://localhost:19530", token=f"user:{SECRET}", database="video")
    assert repr(found) == "MilvusSettings(uri='http://localhost:19530', database='video')"
    assert str(found) == repr(found)


@pytest.mark.parametrize("uri", ["", "  ", None])
def test_a_missing_uri_is_named(uri: str | None) -> None:
    with pytest.raises(LpdError, match="LPD_MILVUS_URI"):
        milvus_settings({} if uri is None else {"LPD_MILVUS_URI": uri})


@pytest.mark.parametrize(
    ("uri", "shown", "token"),
    [
        (f"http://me:{SECRET}@host:19530", "http://host:19530", f"me:{SECRET}"),
        (f"https://me:a%40{SECRET}@host/db?token={SECRET}", "https://host/db", f"me:a@{SECRET}"),
        (f"http://me:{SECRET}@[::1]:1", "http://[::1]:1", f"me:{SECRET}"),
        ("/somewhere/milvus.db", "/somewhere/milvus.db", ""),
    ],
)
def test_a_login_in_the_uri_is_moved_to_the_token(uri: str, shown: str, token: str) -> None:
    found = MilvusSettings(uri)
    assert (found.uri, found.token, found.embedded) == (shown, token, "://" not in uri)
    assert SECRET not in repr(found)
    assert MilvusSettings(uri, token="other").token == "other"


@pytest.mark.parametrize(
    "uri",
    [f"me:{SECRET}@host:19530", f"ftp://me:{SECRET}@host", f"http://me:{SECRET}@host:port", "http://", "a"],
)
def test_what_is_no_uri_is_refused_without_repeating_it(uri: str) -> None:
    with pytest.raises(LpdError, match=r"LPD_MILVUS_URI: .*a file ending in \.db") as caught:
        MilvusSettings(uri)
    assert SECRET not in str(caught.value)


def test_a_server_that_is_not_there_is_told_at_once_and_without_the_token(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    uri = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(LpdError, match="Milvus failed at connecting") as caught:
        connect(MilvusSettings(uri, token=f"root:{SECRET}"))
    assert caught.value.where == uri
    everything = str(caught.value) + str(caught.value.__cause__) + caplog.text + "".join(capfd.readouterr())
    assert SECRET not in everything
    assert "Traceback" not in everything


def test_what_a_server_says_is_shown_without_the_token() -> None:
    settings = MilvusSettings("http://host", token=f"root:{SECRET}")
    assert settings.masked(f"no root:{SECRET}, no {SECRET}") == "no ***, no ***"
    assert replace(settings, token="").masked("as it was") == "as it was"


@pytest.mark.parametrize("package", ["pymilvus", "milvus_lite"])
def test_a_missing_package_is_named_with_the_pip_line(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=rf"{package}.*pip install 'lpd-explorer\[milvus\]'"):
        connect(MilvusSettings("/somewhere/milvus.db"))


def test_a_proxy_is_not_asked_for_what_stays_on_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{free_port()}")
    assert connect(MilvusSettings(str(tmp_path / "milvus.db"))).client.list_collections() == []
    assert MilvusSettings("http://localhost:1").on_this_machine
    assert not MilvusSettings("http://elsewhere:1").on_this_machine


def test_a_file_whose_folder_is_missing_is_named() -> None:
    with pytest.raises(LpdError, match="the Milvus file cannot be opened"):
        connect(MilvusSettings("/somewhere/milvus.db"))
