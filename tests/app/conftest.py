"""The app's pages, run without a browser, on the demo and on changed copies of it."""

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from lpd.workspace import open_workspace
from tests.lpd.search.quantised_copies import quantise_index

ROOT = Path(__file__).resolve().parents[2]
FRAME = ROOT / "app" / "frame.py"

OpenView = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def own_main() -> Iterator[None]:
    """Streamlit puts the script it runs in the place of the main module; processes that later tests start
    would run that script, which may be gone by then.
    """
    before = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = before


@pytest.fixture
def open_view(monkeypatch: pytest.MonkeyPatch) -> OpenView:
    """Opens a page on a workspace under an address: `open_view(path, "topics", measure="iP10")`."""

    def opened(workspace: Path, page: str = "", /, **parameters: str) -> AppTest:
        monkeypatch.setenv("LPD_WORKSPACE", str(workspace))
        test = AppTest.from_file(str(FRAME), default_timeout=60)
        for name, value in parameters.items():
            test.query_params[name] = value
        if page:
            test._page_hash = calc_hash(page)  # switch_page knows pages of files only; ours are functions
        return test.run()

    return opened


@pytest.fixture
def changed_demo(demo_workspace: Path, tmp_path: Path) -> Path:
    """A copy of the demo to take things from; its files are links, to be removed or replaced only."""
    path = tmp_path / "workspaces" / "changed"
    shutil.copytree(demo_workspace, path, copy_function=os.link)
    return path


@pytest.fixture
def quantised_demo(changed_demo: Path) -> Path:
    """A copy of the demo where the index of lpd over inland holds 8-bit codes; its recall was measured on the
    vectors of three shots.
    """
    quantise_index(open_workspace(changed_demo).index_folder("lpd", "inland"))
    return changed_demo


@pytest.fixture
def texts() -> Callable[[AppTest], str]:
    """Everything a run of the app wrote in its own styles, as one string."""
    return lambda test: "\n".join(element.proto.body for element in test.get("html"))


@pytest.fixture
def component_data() -> Callable[[AppTest, str], list[dict]]:
    """The JSON that the components of a run were given, by component name."""
    return lambda test, name: [
        json.loads(element.proto.json)
        for element in test.get("bidi_component")
        if element.proto.component_name == name
    ]
