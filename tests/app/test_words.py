import pytest

from app.words import milliseconds, plain, printed_share, seconds, shortened, signed


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (0.742, ".742"),
        (1.0, "1.000"),
        (0.0, ".000"),
        (-0.25, "−.250"),
        (-0.0001, ".000"),
        (None, "–"),
        (float("nan"), "–"),
    ],
)
def test_shares_are_printed_without_leading_zero(value, printed):
    assert printed_share(value) == printed


def test_differences_carry_their_sign():
    assert [signed(0.0123), signed(-0.004), signed(-0.0001)] == ["+.012", "−.004", "+.000"]


def test_durations_have_a_fitting_unit():
    assert [milliseconds(0.42), milliseconds(6.4), milliseconds(1234)] == ["0.4 ms", "6 ms", "1.2 s"]
    assert [seconds(12.49), seconds(187), seconds(None), seconds(float("nan"))] == [
        "12.5 s",
        "3:07",
        "?",
        "?",
    ]


def test_plain_leaves_no_markup():
    hostile = "![x](http://evil) :red[a] $x$ `code`\n# head <b>"
    assert plain(hostile) == r"\!\[x\]\(http\:\/\/evil\) \:red\[a\] \$x\$ \`code\` \# head \<b\>"


def test_long_and_unprintable_texts_are_shortened_to_a_line():
    assert shortened("a dog\n\tin  the\0water") == "a dog in the water"
    assert shortened("x" * 200, 10) == "x" * 9 + "…"
    assert shortened("x" * 10, 10) == "x" * 10
    assert "\u202e" not in shortened("a\u202eb")
    assert shortened("<img onerror=x> 😀 שלום") == "<img onerror=x> 😀 שלום"
