"""What a pinned view is, and what of it can be kept: checked on the way into the notebook and out of it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from lpd.databases import check_text
from lpd.errors import FormatError, name_some

__all__ = [
    "PROVENANCE_KEYS",
    "PinnedView",
    "View",
    "as_document",
    "as_json",
    "check_note",
    "check_title",
    "check_view",
    "provenance_json",
    "snapshot_json",
]

PROVENANCE_KEYS = ("workspace", "collection", "model", "model_digest", "qrels_digest", "depth", "version")
"""What every provenance says; None where a view has none of it. `version` is that of lpd."""

TITLE_LIMIT = 1_000
NOTE_LIMIT = 128 * 1024
ADDRESS_LIMIT = 16 * 1024
PROVENANCE_LIMIT = 64 * 1024
SNAPSHOT_LIMIT = 4 * 1024 * 1024
"""Bytes of UTF-8: ten lists of a thousand shots with their scores are about half a megabyte."""

PAGE = re.compile(r"[a-z0-9_-]*")
PARAMETERS = re.compile(r"[A-Za-z0-9_.~*%&=+-]*")
"""What the parameters of an address consist of once they are quoted."""


@dataclass(frozen=True)
class View:
    """What a person pins.

    Args:
        page: the page's name in the address, empty for the first page.
        address: of the view, relative to the app: `diversity?model=lpd&k=20`; of the first page `./?q=cat`.
        title: what the list of views shows.
        provenance: what it was made from, as plain JSON: `PROVENANCE_KEYS`, and whatever else a page has.
        note: the person's words.
    """

    page: str
    address: str
    title: str
    provenance: Mapping[str, Any]
    note: str = ""


@dataclass(frozen=True)
class PinnedView:
    """A view in the notebook.

    Args:
        view_id: its number, never given again.
        view: what was pinned, with title and note as they are now.
        position: its place among all views, the deleted among them, from 0.
        revision: how often title or note were edited.
        created: when it was pinned, UTC.
        deleted: when it was deleted, UTC; None for one that is shown.
        has_snapshot: whether what it showed was kept.
    """

    view_id: int
    view: View
    position: int
    revision: int
    created: datetime
    deleted: datetime | None
    has_snapshot: bool


def check_title(title: str) -> str:
    """Returns a title that can be kept.

    Raises:
        FormatError: if it is blank or longer than `TITLE_LIMIT` bytes.
    """
    return check_text(title, "title of a view", limit=TITLE_LIMIT)


def check_note(note: str) -> str:
    """Returns a note that can be kept, which may be empty.

    Raises:
        FormatError: if it is longer than `NOTE_LIMIT` bytes.
    """
    return check_text(note, "note", limit=NOTE_LIMIT, blank=True)


def check_view(view: View) -> View:
    """Returns a view whose texts can be kept and whose address stays in the app.

    An address is the page's own name and quoted parameters; there is no way to write a scheme, a host or
    another folder in it, so that it can be made a link wherever the notebook came from.

    Raises:
        FormatError: for any other address, a blank title, or a text that is too long.
    """
    check_title(view.title)
    check_note(view.note)
    check_text(view.address, "address of a view", limit=ADDRESS_LIMIT)
    check_text(view.page, "page of a view", limit=ADDRESS_LIMIT, blank=True)
    page, _, parameters = view.address.partition("?")
    fits = PAGE.fullmatch(view.page) and page == (view.page or "./") and PARAMETERS.fullmatch(parameters)
    if not fits:
        raise FormatError(
            "not the address of a view",
            expected=f"`{view.page or './'}` and, after a question mark, quoted parameters",
            found=f"page {view.page[:100]!r}, address {view.address[:100]!r}",
        )
    return view


def provenance_json(provenance: Mapping[str, Any]) -> str:
    """Returns a provenance as it is kept.

    Raises:
        FormatError: if a key of `PROVENANCE_KEYS` is absent, or it is no plain JSON or too long.
    """
    if not isinstance(provenance, Mapping):
        found = type(provenance).__name__
        raise FormatError("provenance of a view is no object", expected="key -> value", found=found)
    absent = [key for key in PROVENANCE_KEYS if key not in provenance]
    if absent:
        raise FormatError(
            "provenance of a view is incomplete",
            expected="every key, with None where the view has none of it",
            found=f"no {name_some(absent, len(absent))}",
        )
    return as_json(dict(provenance), "provenance of a view", limit=PROVENANCE_LIMIT)


def snapshot_json(snapshot: Any) -> str:
    """Returns what a view showed as it is kept.

    Raises:
        FormatError: if it is no plain JSON, or longer than `SNAPSHOT_LIMIT` bytes.
    """
    return as_json(snapshot, "snapshot of a view", limit=SNAPSHOT_LIMIT)


def as_json(document: Any, kind: str, *, limit: int) -> str:
    """Returns a document as JSON; equal documents give equal texts, whatever the order of their keys.

    Raises:
        FormatError: for a value that JSON does not have (NaN is one), or more bytes than the limit.
    """
    try:
        text = json.dumps(
            document, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
        )
    except (TypeError, ValueError, RecursionError) as error:
        raise FormatError(f"{kind} is not plain JSON ({error})") from error
    return check_text(text, kind, limit=limit)


def as_document(text: str, kind: str) -> Any:
    """Returns the document of a JSON text that was kept.

    Raises:
        FormatError: if it is none.
    """
    try:
        return json.loads(text, parse_constant=_refused)
    except (TypeError, ValueError, RecursionError) as error:
        raise FormatError(f"{kind} is not JSON ({error})") from error


def _refused(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a JSON number")
