"""The three kinds of Milvus that the same tests run on, and what lies in them."""

from collections.abc import Iterator

import pytest

from lpd.search.milvus import MilvusSettings
from tests.conftest import skip_or_fail
from tests.lpd.search.milvus.samples import Sample, random_sample, tied_sample
from tests.milvus_servers import MilvusProcess, lite_server, real_server, server_is_missing

KINDS = [
    "file",
    pytest.param("lite-server", marks=pytest.mark.slow),
    pytest.param("server", marks=pytest.mark.slow),
]


@pytest.fixture(scope="session", autouse=True)
def milvus_packages() -> None:
    """Skips where the extra is not installed."""
    try:
        import milvus_lite  # noqa: F401
        import pymilvus  # noqa: F401
    except ImportError as error:
        skip_or_fail(f"{error.name} is missing: pip install 'lpd-explorer[milvus]'")


@pytest.fixture(scope="session", params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Which Milvus: a file in this process, `milvus-lite server`, or the server of the package `milvus`."""
    return str(request.param)


@pytest.fixture(scope="session")
def process(
    kind: str, milvus_packages: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MilvusProcess | None]:
    """The server's process, None for a file."""
    if kind == "file":
        yield None
        return
    if kind == "server" and (reason := server_is_missing()):
        skip_or_fail(reason)
    server = (real_server if kind == "server" else lite_server)(tmp_path_factory.mktemp(kind))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def settings(process: MilvusProcess | None, tmp_path_factory: pytest.TempPathFactory) -> MilvusSettings:
    """Where the Milvus is."""
    return process.settings if process else MilvusSettings(str(tmp_path_factory.mktemp("file") / "milvus.db"))


@pytest.fixture(scope="session")
def sample(settings: MilvusSettings, tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """400 shots with vectors of a normal distribution."""
    return random_sample().stored(tmp_path_factory.mktemp("sample") / "m@c", settings)


@pytest.fixture(scope="session")
def ties(settings: MilvusSettings, tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """400 shots with vectors of small whole numbers, so that many score exactly the same."""
    return tied_sample().stored(tmp_path_factory.mktemp("ties") / "m@c", settings)
