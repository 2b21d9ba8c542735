import pytest

from app.parameters import link, parse_link
from lpd.errors import FormatError
from lpd.notebook import PROVENANCE_KEYS, View
from lpd.notebook.views import (
    NOTE_LIMIT,
    SNAPSHOT_LIMIT,
    as_document,
    as_json,
    check_note,
    check_title,
    check_view,
    provenance_json,
    snapshot_json,
)

PROVENANCE = dict.fromkeys(PROVENANCE_KEYS)


def view(page: str, address: str, title: str = "a view", note: str = "") -> View:
    return View(page, address, title, PROVENANCE, note)


@pytest.mark.parametrize(
    ("page", "parameters"),
    [
        ("", {}),
        ("", {"q": 'a "dog"? & <b>cat</b> / 50 %\n犬 😀 שלום \0', "k": 20}),
        ("diversity", {"models": ("lpd", "laff,v2+x")}),
        ("topics", {"q": "javascript:alert(1)", "workspace": "//evil.example/"}),
    ],
    ids=["first page", "any text", "models", "hostile"],
)
def test_every_address_of_the_app_can_be_pinned(
    page: str, parameters: dict[str, str | int | tuple[str, ...]]
) -> None:
    address = link(page, parameters)
    assert check_view(view(page, address)).address == address
    assert parse_link(address) == (page, parameters)


@pytest.mark.parametrize(
    ("page", "address"),
    [
        ("", "javascript:alert(1)"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("", "https://evil.example/"),
        ("", "//evil.example/?q=a"),
        ("", ".//evil.example"),
        ("../up", "../up?q=a"),
        ("", "../?q=a"),
        ("topics", "diversity?q=a"),
        ("topics", " topics?q=a"),
        ("topics", "topics#javascript"),
        ("topics", "topics?q=<script>"),
        ("topics", 'topics?q="onclick='),
        ("topics", "topics?q=a b"),
        ("topics", "topics?q=a\nb"),
        ("topics", "topics?q=é"),
        ("", "?q=a"),
        ("", "./" + "?q=" + "a" * 20_000),
    ],
)
def test_other_addresses_are_refused(page: str, address: str) -> None:
    with pytest.raises(FormatError, match="address of a view"):
        check_view(view(page, address))


def test_limits_are_told() -> None:
    assert check_note("n" * 100_000) == "n" * 100_000
    with pytest.raises(FormatError, match="note is too long; expected at most 131,072 bytes; found 131,073"):
        check_note("n" * (NOTE_LIMIT + 1))
    with pytest.raises(FormatError, match="title of a view is too long"):
        check_title("t" * 1_001)
    with pytest.raises(FormatError, match="title of a view is blank"):
        check_title(" ")
    with pytest.raises(FormatError, match="snapshot of a view is too long"):
        snapshot_json("s" * SNAPSHOT_LIMIT)


def test_a_provenance_says_everything_or_none() -> None:
    assert provenance_json({**PROVENANCE, "depth": 20, "model": "lpd"}) == (
        '{"collection":null,"depth":20,"model":"lpd","model_digest":null,"qrels_digest":null,"version":null,'
        '"workspace":null}'
    )
    with pytest.raises(FormatError, match="found no 'model_digest', 'depth'"):
        provenance_json({key: 1 for key in PROVENANCE_KEYS if key not in ("model_digest", "depth")})
    with pytest.raises(FormatError, match="found list"):
        provenance_json(list(PROVENANCE_KEYS))


@pytest.mark.parametrize(
    "document",
    [float("nan"), [float("inf")], {1, 2}, b"bytes", {"a": object()}, {("a",): 1}, "\ud800"],
    ids=["nan", "infinity", "set", "bytes", "object", "key", "surrogate"],
)
def test_what_is_no_json_is_refused(document: object) -> None:
    with pytest.raises(FormatError):
        as_json(document, "snapshot", limit=1000)


def test_what_is_nested_too_deeply_is_refused() -> None:
    nested: list[object] = []
    for _ in range(100_000):
        nested = [nested]
    with pytest.raises(FormatError, match="not plain JSON"):
        as_json(nested, "snapshot", limit=10**9)
    with pytest.raises(FormatError, match="not JSON"):
        as_document("[" * 100_000 + "]" * 100_000, "snapshot")


@pytest.mark.parametrize("text", ["", "{", "NaN", "[Infinity]", '{"a": 1} x', "1" * 5000])
def test_damaged_json_is_told(text: str) -> None:
    with pytest.raises(FormatError, match="not JSON"):
        as_document(text, "snapshot")


def test_numbers_come_back_to_the_last_digit() -> None:
    numbers = [0.1 + 0.2, 1e-300, 2**60, -0.0, 1.0]
    assert as_document(as_json(numbers, "snapshot", limit=1000), "snapshot") == numbers
