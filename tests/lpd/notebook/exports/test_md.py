"""The notebook as Markdown."""

import re

from markdown_it import MarkdownIt

from lpd.notebook.exports import markdown_bytes, markdown_pictures
from lpd.notebook.markdown import is_safe_link
from lpd.notebook.recipes import SearchAgain, recipe_document
from tests.lpd.notebook.documents import HOSTILE, PIXEL, a_document, a_view, hostile_snapshot

LISTS = {"lists": {"fused": [["s1", 0.5], ["s2", 0.25]]}}


def test_a_view_as_markdown() -> None:
    view = a_view(title="Dogs *and* cats", note="**bold**\n\n- one", model="lpd")
    text = markdown_bytes(a_document((view, LISTS))).decode()
    for part in (
        "# Notebook of own",
        "## Dogs \\*and\\* cats",
        "**bold**\n\n- one",
        "| 1 | s1 | 0.5000 |",
        "Pinned 2026-01-31 12:00 UTC; workspace: own; model: lpd",
    ):
        assert part in text
    assert "![" not in text


def test_pictures_lie_in_a_folder_once_each() -> None:
    document = a_document((a_view(1), LISTS), (a_view(2), LISTS))
    [(name, data)] = markdown_pictures(document).items()
    assert data == PIXEL
    assert re.fullmatch(r"[0-9a-f]{20}\.png", name)
    text = markdown_bytes(document, folder="n_files").decode()
    assert text.count(f"| ![s1](n_files/{name}) | s1 |") == 2


def test_python_stays_in_its_fence() -> None:
    recipe = SearchAgain("lpd", "inland", {"wordings": ["a\n```\n<script>````"]}, ("fused",), 2)
    text = markdown_bytes(a_document((a_view(), {**LISTS, "recipe": recipe_document(recipe)}))).decode()
    [fence] = [token for token in MarkdownIt("commonmark").parse(text) if token.type == "fence"]
    compile(fence.content, "view", "exec")
    assert fence.markup == "`````"


def test_hostile_words_stay_words_in_any_viewer() -> None:
    views = []
    for number, words in enumerate(HOSTILE, start=1):
        views.append((a_view(number, title=words, note=words, **{words: words}), hostile_snapshot(words)))
    text = markdown_bytes(a_document(*views), folder="n_files").decode()
    viewer = MarkdownIt("commonmark", {"html": True}).enable("table")
    viewer.validateLink = lambda url: True
    html = viewer.render(text)
    tags = set(re.findall(r"<(\w+)", html))
    assert tags <= {"h1", "h2", "h3", "p", "table", "thead", "tbody", "tr", "th", "td", "img", "pre", "code"}
    assert all(source.startswith("n_files/") for source in re.findall(r'src="([^"]*)"', html))
    assert all(is_safe_link(address) for address in re.findall(r'href="([^"]*)"', html))
