"""The style sheets: nothing that the browser's sanitiser would drop, and no colour without a role."""

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.theme import ICON
from app.tokens import TOKENS

APP = Path(__file__).resolve().parents[2] / "app"
STYLES = sorted((*APP.rglob("*.css"), *APP.rglob("*.js")))


@pytest.mark.parametrize("path", STYLES, ids=lambda path: str(path.relative_to(APP)))
def test_every_colour_that_is_used_has_a_role(path):
    used = set(re.findall(r"var\(--lpd-([a-z0-9-]+)", path.read_text(encoding="utf-8")))
    assert used <= set(TOKENS)


def test_the_style_sheet_is_whole():
    sheet = (APP / "theme.css").read_text(encoding="utf-8")
    assert "<" not in sheet, "a sanitiser takes it for markup, and drops the whole sheet"
    assert sheet.count("{") == sheet.count("}")
    assert not re.search(r"url\(|@import|https?:", sheet), "nothing is fetched"


def themed_page():
    from app.theme import apply_theme

    apply_theme(dark=True)


def test_the_page_gets_the_sheet_and_the_colours_of_its_theme(texts):
    page = AppTest.from_function(themed_page).run()
    assert not page.exception
    assert ".lpd-heading" in texts(page)
    assert "color-scheme: dark;" in texts(page)


def test_the_icon_is_a_small_picture_of_ours():
    icon = ICON.read_text(encoding="utf-8")
    assert icon.startswith("<svg ")
    assert len(icon) < 1000
    assert "href" not in icon
