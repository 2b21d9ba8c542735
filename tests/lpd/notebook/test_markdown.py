"""Notes as HTML and as Markdown that do nothing, whoever wrote them."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from lpd.notebook.markdown import harmless_markdown, is_safe_link, markdown_html, markdown_text

BAD_LINKS = [
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java&#x09;script:alert(1))",
    "[x](data:text/html;base64,AAAA)",
    "[x](vbscript:x)",
    "[x](file:///etc/passwd)",
    "[x](//evil.example/x)",
    "[x][r]\n\n[r]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "\\[x\\]\\(y\\) [x](javascript:alert(1))",
    "![x](https://evil.example/spy.png)",
    "![x][r]\n\n[r]: https://evil.example/spy.png",
]
ALLOWED = re.compile(
    r"</?(p|h[1-6]|em|strong|s|ul|ol|li|blockquote|pre|code|hr|br|table|thead|tbody|tr|th|td|a)\b"
)


def as_a_viewer_shows_it(text: str) -> str:
    """A viewer that lets HTML, any link and any picture through."""
    viewer = MarkdownIt("commonmark", {"html": True}).enable("table")
    viewer.validateLink = lambda url: True
    return viewer.render(text)


def test_a_note_is_formatted() -> None:
    html = markdown_html(
        "# Dogs\n\n**bold** [paper](https://example.org) [here](topics?k=20)\n\n|a|\n|-|\n|1|"
    )
    for part in ("<h1>Dogs</h1>", "<strong>bold</strong>", 'href="https://example.org"', "<td>1</td>"):
        assert part in html
    assert 'href="topics?k=20"' in html


@pytest.mark.parametrize("note", BAD_LINKS, ids=range(len(BAD_LINKS)))
def test_links_and_pictures_that_lead_away_are_text(note: str) -> None:
    for html in (markdown_html(note), as_a_viewer_shows_it(harmless_markdown(note))):
        assert "href=" not in html
        assert "<img" not in html


@pytest.mark.parametrize(
    ("link", "safe"),
    [
        ("https://a.b/c", True),
        ("http://a", True),
        ("topics?k=20#x", True),
        ("#part", True),
        ("ftp://a", False),
        (" java\tscript:x", False),
        ("/\\evil", False),
        ("\\\\evil", False),
    ],
)
def test_a_link_is_safe_or_not(link: str, safe: bool) -> None:
    assert is_safe_link(link) is safe


PIECES = st.sampled_from(
    [
        *("<script>", "</script>", "<img src=x onerror=y>", "<", ">", "&lt;", "`", "```", "~~~", "\\", "[x]"),
        *(
            "(javascript:y)",
            "![",
            "](http://z)",
            "\n",
            "\n\n",
            "    ",
            "> ",
            "- ",
            "|a|\n|-|\n",
            "<!--",
            "-->",
        ),
        *("[r]: javascript:x\n", "[r]", "<div>", "\t", "$\\href{javascript:x}{y}$", "a", " ", "&#60;b&#62;"),
    ]
)


@given(st.lists(PIECES, max_size=14).map("".join))
@settings(max_examples=400, deadline=None)
def test_no_note_becomes_more_than_its_format(note: str) -> None:
    shown = (markdown_html(note), as_a_viewer_shows_it(harmless_markdown(note)))
    for html in shown:
        for tag in re.findall(r"<[^>]*", html):
            assert ALLOWED.match(tag), (tag, html)
        for address in re.findall(r'href="([^"]*)"', html):
            assert is_safe_link(address)


@given(st.text())
@settings(max_examples=200, deadline=None)
def test_foreign_words_have_no_format(words: str) -> None:
    line = markdown_text(words)
    assert len(line.splitlines()) <= 1
    html = as_a_viewer_shows_it(f"x {line}")
    assert set(re.findall(r"</?(\w+)", html)) <= {"p"}
    cells = as_a_viewer_shows_it(f"| a | b |\n| - | - |\n| {line} | y |")
    assert cells.count("<td>") == 2


def test_formulas_run_no_commands() -> None:
    assert "\\href" not in harmless_markdown("$\\href{javascript:x}{y}$ \\require{x}")
    assert "\\require" not in harmless_markdown("$\\href{javascript:x}{y}$ \\require{x}")
