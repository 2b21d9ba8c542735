"""The API documentation is built without a warning, is complete, and is read without a network."""

import importlib
import json
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from assets.docs.build import build_docs
from assets.docs.pages import documented_modules, documented_names
from tests.conftest import ROOT

TAGS = """a b blockquote body br button code dd details div dl dt em footer h1 h2 h3 h4 h5 h6 head header hr
    html i img input label li link main meta nav ol p path pre script section span strong style summary sup
    svg table tbody td th thead title tr ul wbr rect circle g defs"""


class Page(HTMLParser):
    """What a page has: anchors, links, everything that would be fetched, tags, and its text."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.tags: set[str] = set()
        self.text = path.read_text(encoding="utf-8")
        self.feed(self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.add(value or "")
            elif name == "href" and tag == "a":
                self.links.append(value or "")
            elif name in ("src", "href"):
                self.fetched.append(value or "")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("docs") / "built"
    ran = subprocess.run(
        [sys.executable, "-m", "assets.docs", str(out)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert not ran.stderr
    return out


@pytest.fixture(scope="module")
def pages(folder: Path) -> dict[Path, Page]:
    return {path: Page(path) for path in folder.rglob("*.html")}


def page_path(folder: Path, module: str) -> Path:
    return folder / f"{module.replace('.', '/')}.html"


def test_every_module_and_every_name_has_its_place(folder: Path, pages: dict[Path, Page]) -> None:
    lacking = [
        f"{module}.{name}"
        for module in documented_modules()
        for name in documented_names(module)
        if name not in pages[page_path(folder, module)].ids
    ]
    assert not lacking
    linked = {(folder / link).resolve() for link in pages[folder / "index.html"].links}
    packages = [name for name in documented_modules() if hasattr(importlib.import_module(name), "__path__")]
    assert not [name for name in packages if name != "lpd" and page_path(folder, name) not in linked]


def test_links_lead_somewhere(pages: dict[Path, Page]) -> None:
    broken = []
    for path, page in pages.items():
        for link in page.links:
            if link.startswith("https://"):
                continue
            file, _, anchor = link.partition("#")
            target = (path.parent / file).resolve() if file else path
            if target not in pages or (anchor and unquote(anchor) not in pages[target].ids):
                broken.append(f"{path.name}: {link}")
    assert not broken


def test_nothing_is_fetched_from_elsewhere(folder: Path, pages: dict[Path, Page]) -> None:
    for path, page in pages.items():
        own = [(path.parent / one).resolve() for one in page.fetched if not one.startswith("data:")]
        assert own == [folder / "search.js"], path
        assert "@import" not in page.text
        assert "url(http" not in page.text


def test_signs_of_docstrings_are_text(pages: dict[Path, Page]) -> None:
    """`<shot_id>` outside of code would become a tag, and vanish."""
    assert not {path.name: found for path, page in pages.items() if (found := page.tags - set(TAGS.split()))}


def test_the_search_box_finds_names_that_are_there(folder: Path, pages: dict[Path, Page]) -> None:
    text = (folder / "search.js").read_text(encoding="utf-8")
    names = json.loads(text.removeprefix("const names = ").removesuffix(";\n"))
    assert len(names) > 1000
    assert "lpd.evaluation.evaluate_run" in {name for name, _, _ in names}
    for name, address, _ in names:
        file, _, anchor = address.partition("#")
        assert not anchor or anchor in pages[folder / file].ids, name


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError):
        build_docs(tmp_path)
    assert (tmp_path / "mine.txt").is_file()
