"""What the layout of the app promises, read from its source."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

APP = Path(__file__).resolve().parents[2] / "app"
SOURCES = sorted(APP.rglob("*.py"))


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(APP)))
def test_modules_keep_to_their_room(path):
    source, place = path.read_text(encoding="utf-8"), path.relative_to(APP).as_posix()
    names = imported(path)
    assert not names & {"torch", "faiss", "transformers"}
    assert place == "state.py" or not re.search(r"session_state|query_params", source)
    assert place.startswith("resources/") or not re.search(
        r"@st\.cache|@(functools\.)?(lru_)?cache\b", source
    )
    assert not place.startswith("charts/") or "streamlit" not in names


@pytest.mark.parametrize("path", sorted((APP / "resources").glob("*.py")), ids=lambda path: path.name)
def test_no_cache_grows_without_bound(path):
    caches = re.findall(r"@st\.cache_\w+(\(.*)?", path.read_text(encoding="utf-8"))
    assert all("max_entries=" in settings for settings in caches)


@pytest.mark.parametrize("path", sorted(APP.rglob("*.js")), ids=lambda path: path.name)
def test_scripts_write_text_only(path):
    source = path.read_text(encoding="utf-8")
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", source
    )


def test_the_first_page_starts_without_torch():
    code = "import sys, app.main; sys.exit('torch' in sys.modules or 'faiss' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=APP.parent, capture_output=True)
