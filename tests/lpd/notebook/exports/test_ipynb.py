"""The notebook as a Jupyter notebook: valid, and without a foreign word that is code."""

import ast
import re

import nbformat
from markdown_it import MarkdownIt

from lpd.notebook.exports import ipynb_bytes
from lpd.notebook.recipes import SearchAgain, recipe_document
from tests.lpd.notebook.documents import HOSTILE, a_document, a_view, hostile_snapshot

LISTS = {"lists": {"fused": [["s1", 0.5], ["s2", 0.25]]}}


def read(document):
    notebook = nbformat.reads(ipynb_bytes(document).decode(), as_version=4)
    nbformat.validate(notebook)
    return notebook


def test_a_view_is_words_numbers_and_a_comparison() -> None:
    recipe = recipe_document(SearchAgain("lpd", "inland", {"wordings": ["a dog"]}, ("fused",), 2))
    view = a_view(3, title="Dogs", note="**bold**", model="lpd")
    cells = read(a_document((view, {**LISTS, "recipe": recipe}))).cells
    assert [cell.id for cell in cells] == ["start", "open", "view-3", "view-3-numbers", "view-3-pinned"]
    assert "## Dogs\n\n**bold**" in cells[2].source
    assert "open_workspace(Path('/nowhere'))" in cells[1].source
    pinned = ast.parse(cells[4].source).body[0]
    assert ast.literal_eval(pinned.value) == LISTS  # all that was kept but the recipe


def test_a_view_without_python_keeps_its_numbers_as_words() -> None:
    cells = read(a_document((a_view(3), LISTS))).cells
    assert [cell.cell_type for cell in cells] == ["markdown", "code", "markdown", "markdown"]
    assert "It cannot be made again." in cells[3].source
    assert "| 1 | s1 | 0.5000 |" in cells[3].source


def test_hostile_words_are_no_code() -> None:
    views = []
    for number, words in enumerate(HOSTILE[:-1], start=1):
        recipe = SearchAgain(words, words, {"wordings": [words]}, (words,), 5, hidden=(words,))
        kept = {**hostile_snapshot(words), "recipe": recipe_document(recipe)}
        views.append((a_view(number, title=words, note=words, **{words: words}), kept))
    cells = read(a_document(*views)).cells
    codes = [ast.dump(_emptied(ast.parse(cell.source))) for cell in cells if cell.cell_type == "code"]
    assert len(codes) == 1 + 2 * len(views)
    assert len(set(codes[1::2])) == 1  # the same code for every view, but for its constants
    assert all("SystemExit" not in code and "'os'" not in code for code in codes)
    viewer = MarkdownIt("commonmark", {"html": True}).enable("table")
    shown = "".join(viewer.render(cell.source) for cell in cells if cell.cell_type == "markdown")
    assert set(re.findall(r"<(\w+)", shown)) <= {"h1", "h2", "p", "code", "em", "pre"}


class _Emptied(ast.NodeTransformer):
    def visit_Constant(self, node):
        return ast.Constant(None)

    def visit_Dict(self, node):
        return ast.Constant(None)

    def visit_List(self, node):
        return ast.Constant(None)


def _emptied(tree):
    return _Emptied().visit(tree)
