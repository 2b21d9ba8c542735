"""What is in the workspace: its things with sizes, digests and origins, and what has to be made again."""

from collections.abc import Iterable, Sequence

import streamlit as st

from app.components import empty_state, note
from app.components.findings import ThingLine, things_table
from app.resources.examined import Examination
from app.views.workspace.repairs import draw_repairs
from app.views.workspace.view import BRING, Place, jump_to
from app.workspace.words import worst_first
from lpd.services.contents import SECTIONS, Thing
from lpd.services.health.findings import OK
from lpd.services.sizes import printed_size
from lpd.words import counted

__all__ = ["draw_contents", "things_in_words"]

TWO_BESIDE, THREE_BESIDE = 430, 300
"""Pixels that a table needs; where less is left, they stand one below the other."""


def draw_contents(place: Place, found: Examination) -> None:
    """Draws this part of the page."""
    if not found.contents:
        _say_empty()
        return
    findings = worst_first(one for goal in found.health.goals for one in goal.findings if one.level != OK)
    draw_repairs(place.workspace, findings)
    first, *others = SECTIONS
    shots = _groups(one for one in found.contents if one.section == first)
    with st.grid(columns=min(3, max(1, len(shots))), min_column_width=THREE_BESIDE, gap="small"):
        for name, lines in shots.items():
            with st.container(border=True, key=f"card_collection_{name}"):
                note(f"Collection {name}", "title")
                things_table(f"Collection {name}", [("", lines)])
    with st.grid(columns=2, min_column_width=TWO_BESIDE, gap="small"):
        for section in others:
            groups = _groups(one for one in found.contents if one.section == section)
            if groups:
                with st.container(border=True, key=f"card_{SECTIONS.index(section)}"):
                    note(section, "title")
                    things_table(section, list(groups.items()))


def _say_empty() -> None:
    empty_state(
        "Nothing is here yet",
        "Bring in a list of shots, or a folder of videos that is cut into shots; on a command line:",
        "lpd import shots FILE --collection NAME",
    )
    with st.container(horizontal=True, horizontal_alignment="center", gap="small"):
        st.button("Bring in shots", type="primary", on_click=jump_to, args=(BRING, "shots"))
        st.button("Bring in videos", on_click=jump_to, args=(BRING, "videos"))


def _groups(things: Iterable[Thing]) -> dict[str, list[ThingLine]]:
    groups: dict[str, list[ThingLine]] = {}
    for one in things:
        groups.setdefault(one.group, []).append(_line(one))
    return groups


def _line(one: Thing) -> ThingLine:
    size = "" if one.size is None else printed_size(one.size)
    hidden = one.section == SECTIONS[0] and not one.made_from.startswith("stays at")
    shown, hover = ("", one.made_from) if hidden else (one.made_from, "")
    return ThingLine(
        one.name, one.sentence, size, one.digest, shown, hover, one.state in ("damaged", "stale")
    )


def things_in_words(contents: Sequence[Thing]) -> str:
    """Returns how much is there: `3 collections, 12 features, 2 editions, 3 models, 6 indexes, 154.2 MB`."""
    kinds = {
        "collection": lambda one: one.name == "shots",
        "edition": lambda one: one.name == "topics",
        "caption set": lambda one: one.name == "texts",
        "model": lambda one: one.name == "weights",
    }
    counts = {kind: sum(holds(one) for one in contents) for kind, holds in kinds.items()}
    told = [counted(count, kind) for kind, count in counts.items() if count] or ["empty"]
    size = sum(one.size or 0 for one in contents)
    return " · ".join([*told, printed_size(size)])
