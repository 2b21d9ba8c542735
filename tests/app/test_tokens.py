"""The colours can be read: contrasts as WCAG 2 defines them, in both themes."""

import re
import tomllib
from itertools import product
from pathlib import Path

import pytest

from app.tokens import TOKENS, token_style

ROOT = Path(__file__).resolve().parents[2]
INKS = ("ink", "muted", "accent", "text", "video", "relevant", "not", "unjudged")
GROUNDS = ("bg", "surface", "highlight")


def luminance(colour: str) -> float:
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_black_on_white_is_21():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), list(product(INKS, GROUNDS)))
def test_words_have_a_contrast_of_at_least_4_5(ink, ground, theme):
    assert contrast(getattr(TOKENS[ink], theme), getattr(TOKENS[ground], theme)) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), [("on-accent", "accent"), ("on-badge", "badge")])
def test_words_on_a_coloured_ground_too(ink, ground, theme):
    assert contrast(getattr(TOKENS[ink], theme), getattr(TOKENS[ground], theme)) >= 4.5


def mixed(colour: str, ground: str, share: float) -> str:
    pairs = [(int(colour[at : at + 2], 16), int(ground[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(top * share + under * (1 - share)):02x}" for top, under in pairs)


@pytest.mark.parametrize(("theme", "place"), [("light", 0), ("dark", 1)])
@pytest.mark.parametrize("role", ["up", "down"])
def test_numbers_can_be_read_on_the_fullest_tint_of_a_table(role, theme, place):
    sheet = (ROOT / "app" / "components" / "table.css").read_text(encoding="utf-8")
    shares = [
        int(one) / 100 for one in re.findall(rf"var\(--lpd-{role}\) calc\(var\(--strength\) \* (\d+)%", sheet)
    ]
    assert len(shares) == 2
    tint = mixed(getattr(TOKENS[role], theme), getattr(TOKENS["surface"], theme), shares[place])
    assert contrast(getattr(TOKENS["ink"], theme), tint) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_settings_of_the_server_have_the_same_colours(theme):
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"][
        theme
    ]
    roles = {"primaryColor": "accent", "backgroundColor": "bg", "textColor": "ink", "linkColor": "accent"}
    roles |= {"secondaryBackgroundColor": "surface", "borderColor": "line"}
    expected = {name: getattr(TOKENS[role], theme) for name, role in roles.items()}
    assert {name: value for name, value in settings.items() if name != "sidebar"} == expected


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_scale_can_be_read_in_greyscale(theme):
    ends = getattr(TOKENS["low"], theme), getattr(TOKENS["high"], theme)
    assert contrast(*ends) >= 7
    judged = [luminance(getattr(TOKENS[one], theme)) for one in ("relevant", "not")]
    assert all(0 < one < 1 for one in judged), "their marks tell them apart, not their grey"


def test_the_style_names_every_role_and_the_theme():
    style = token_style(dark=True)
    assert "color-scheme: dark;" in style
    assert "color-scheme: light;" in token_style(dark=False)
    for role, token in TOKENS.items():
        assert f"--lpd-{role}: light-dark({token.light}, {token.dark});" in style
