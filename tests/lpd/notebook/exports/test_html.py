"""The one HTML page: everything inside, every foreign word a word."""

import json
import re
from base64 import b64decode
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from lpd.notebook.exports import html_bytes
from lpd.notebook.recipes import Kept, SearchAgain, recipe_document
from tests.lpd.notebook.documents import HOSTILE, PIXEL, a_document, a_view, hostile_snapshot

LISTS = {"lists": {"fused": [["s1", 0.5], ["s2", 0.25]]}}


class Reader(HTMLParser):
    """The elements of a page with their attributes, and the texts of its scripts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag, attrs) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data) -> None:
        if self.cdata_elem == "script":
            self.scripts.append((self.elements[-1][1], data))
        elif self.cdata_elem != "style":
            self.words.append(data)


def read(page: bytes) -> Reader:
    reader = Reader()
    reader.feed(page.decode("utf-8"))
    reader.close()
    return reader


def test_an_empty_notebook_is_a_page_without_scripts() -> None:
    page = html_bytes(a_document())
    assert b"Nothing is pinned" in page
    assert b"<script" not in page
    assert b"script-src 'none'" in page


def test_a_page_has_contents_notes_pictures_and_what_it_was_made_from() -> None:
    recipe = recipe_document(SearchAgain("lpd", "inland", {"wordings": ["a dog"]}, ("fused",), 2))
    view = a_view(7, title="Dogs & cats", note="**bold**", model="lpd", model_digest="3f9a")
    reader = read(html_bytes(a_document((view, {**LISTS, "recipe": recipe}))))
    assert ("a", {"href": "#view-7"}) in reader.elements
    assert ("section", {"id": "view-7"}) in reader.elements
    told = " ".join(" ".join(reader.words).split())
    for words in ("Dogs & cats", "bold", "3f9a", "./?q=cat", "open_engine(workspace, model='lpd'", "s2"):
        assert words in told
    [picture] = [attributes for tag, attributes in reader.elements if tag == "img"]
    start, _, data = str(picture["src"]).partition(",")
    assert start == "data:image/png;base64"
    assert b64decode(data) == PIXEL
    assert picture["alt"] == "shot s1"


def test_a_view_without_python_says_why() -> None:
    kept = {**LISTS, "recipe": recipe_document(Kept("As it was."))}
    assert "It cannot be made again." in " ".join(read(html_bytes(a_document((a_view(), kept)))).words)


def hostile_page() -> bytes:
    views = []
    for number, words in enumerate(HOSTILE, start=1):
        view = a_view(number, title=words, note=words, model=words, **{words: words})
        views.append((view, hostile_snapshot(words)))
    return html_bytes(a_document(*views))


@pytest.fixture(scope="module")
def hostile() -> Reader:
    return read(hostile_page())


def test_no_foreign_word_is_an_element_or_a_script(hostile) -> None:
    data = [text for attributes, text in hostile.scripts if attributes.get("type") == "application/json"]
    own = [text for attributes, text in hostile.scripts if attributes.get("type") is None]
    assert len(own) == 2
    assert all(isinstance(json.loads(text), dict) for text in data)
    assert len(data) == 4 * len(HOSTILE)
    for _, attributes in hostile.elements:
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("src", "href"):
            address = attributes.get(name)
            assert address is None or address.startswith(("data:image/", "#view-"))
    assert {tag for tag, _ in hostile.elements}.isdisjoint(
        {"iframe", "object", "embed", "form", "link", "base"}
    )


def test_the_policy_allows_these_two_scripts_and_nothing_else(hostile) -> None:
    [policy] = [
        attributes["content"]
        for tag, attributes in hostile.elements
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    allowed = re.findall(r"'sha256-([^']+)'", policy)
    own = [text for attributes, text in hostile.scripts if attributes.get("type") is None]
    assert [b64decode(one) for one in allowed] == [sha256(text.encode()).digest() for text in own]
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "unsafe-inline" not in policy.partition("style-src")[0]


def test_hostile_words_are_shown_as_words(hostile) -> None:
    told = "".join(hostile.words)
    for words in HOSTILE[:-1]:
        assert words.split("\n")[0] in told
