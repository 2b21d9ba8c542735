"""A notebook gathered from its file and its workspace: what every form of an export is written from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lpd.notebook.block_kinds import Block, PlacesBlock, ShotsBlock
from lpd.notebook.views import PinnedView

__all__ = ["PICTURES_PER_LIST", "NotebookDocument", "Picture", "ViewDocument", "moment", "provenance_rows"]

PICTURES_PER_LIST = 60
"""So many shots of a list are shown with their pictures; the others by their ids."""

FIRST_FACTS = (
    "workspace",
    "model",
    "model_digest",
    "collection",
    "subset",
    "edition",
    "qrels",
    "qrels_digest",
)


@dataclass(frozen=True)
class Picture:
    """The picture of a shot: its bytes, and what kind of file they are (`image/webp`)."""

    data: bytes
    media_type: str


@dataclass(frozen=True)
class ViewDocument:
    """One pinned view.

    Args:
        pinned: the view.
        snapshot: what was kept of it, None if nothing was.
        blocks: the same as it is drawn.
        code: Python that makes its numbers again; None where there is none.
        why_kept: why there is none, in a sentence; empty where there is.
        changes: what changed since it was pinned, a sentence each.
        pictures: shot -> its picture, as far as the workspace has them.
    """

    pinned: PinnedView
    snapshot: Any
    blocks: tuple[Block, ...]
    code: str | None
    why_kept: str
    changes: tuple[str, ...]
    pictures: Mapping[str, Picture]

    @property
    def shots(self) -> list[str]:
        """The shots that are shown with pictures, each once."""
        return shown_shots(self.blocks)


@dataclass(frozen=True)
class NotebookDocument:
    """A notebook.

    Args:
        workspace: its name.
        path: its folder.
        views: in order.
        version: of lpd.
        made_at: when it was gathered, UTC.
        problem: a sentence about damaged views that are left out; None where there are none.
    """

    workspace: str
    path: Path
    views: tuple[ViewDocument, ...]
    version: str
    made_at: datetime
    problem: str | None = None

    @property
    def title(self) -> str:
        """What the whole is called."""
        return f"Notebook of {self.workspace}"


def shown_shots(blocks: tuple[Block, ...]) -> list[str]:
    """Returns the shots of blocks that are shown with pictures, each once."""
    found: dict[str, None] = {}
    for block in blocks:
        if isinstance(block, ShotsBlock):
            found.update(dict.fromkeys(one.shot_id for one in block.shots[:PICTURES_PER_LIST]))
        elif isinstance(block, PlacesBlock):
            found.update(dict.fromkeys(one.shot_id for one in block.places[:PICTURES_PER_LIST]))
    return list(found)


def moment(at: datetime) -> str:
    """Returns a time as it is printed: `2026-01-31 12:00 UTC`."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def provenance_rows(provenance: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Returns what a view was made from, in words, the most telling first, without what it has none of."""
    keys = [*(key for key in FIRST_FACTS if key in provenance), *provenance]
    rows = []
    for key in dict.fromkeys(keys):
        words = _words(provenance[key])
        if words:
            rows.append((key.replace("_", " "), words))
    return rows


def _words(value: Any) -> str:
    if isinstance(value, Mapping) and set(value) == {"name", "digest"}:
        return f"{value['name']} ({value['digest']})"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_words(one)}" for key, one in value.items())
    if isinstance(value, list):
        return ", ".join(_words(one) for one in value)
    if isinstance(value, float):
        return f"{value:.6g}"
    return "" if value is None else str(value)
