"""What the test server shows: the component that the address names, then every event that it sent and how
often the page ran."""

import json
from collections.abc import Callable

import streamlit as st

from app.components import TileEvents, link_payload, linked_lists, shot_detail, shot_grid, topic_table
from app.events import unheard
from app.theme import apply_theme
from tests.app.browser.pages import drawn

state = st.session_state
state.setdefault("events", [])
state.setdefault("verdicts", {})
state.setdefault("opened", None)
state["runs"] = state.get("runs", 0) + 1


def heard(name: str) -> Callable[[], None]:
    """Keeps an event as the page's own code would read it."""

    def hear() -> None:
        for told in unheard("shown", name):
            value = {field: entry for field, entry in told.items() if field != "earlier"}
            state["events"].append([name, value])
            if name == "mark":
                state["verdicts"][value["shot"]] = None if value["verdict"] == "none" else value["verdict"]
            if name == "open":
                state["opened"] = value.get("shot", value.get("topic"))

    return hear


EVENTS = TileEvents(mark=heard("mark"), like=heard("like"), unfold=heard("unfold"))


@st.dialog("Shot", width="large", on_dismiss=lambda: state.update(opened=None))
def dialog() -> None:
    """The detail of the opened shot, as the pages show it."""
    st.write(f"opened {state['opened']}")


def show(name: str) -> None:
    """Draws the component of one case."""
    if name.startswith("links"):
        lists = drawn.hostile_lists() if name == "links_hostile" else drawn.two_lists(state["verdicts"])
        left, right, links = lists
        payload = link_payload(left, right, links, media="shots/w/c", spaces=drawn.SPACES, marker=name)
        linked_lists(payload, key="shown", selected=None, on_open=heard("open"), events=EVENTS)
    elif name.startswith("table"):
        payload = drawn.table(name)
        if name == "table_links":
            topic_table(payload, key="shown")
        else:
            topic_table(
                payload, key="shown", selected=state["opened"], on_open=heard("open"), on_sort=heard("sort")
            )
    elif name == "detail":
        payload = drawn.detail(state["verdicts"])
        shot_detail(payload, key="shown", on_open=heard("open"), events=EVENTS)
    else:
        payload = drawn.grid(name, state["verdicts"])
        with_dialog = name == "dialog"
        chosen = state["opened"] if with_dialog else None
        shot_grid(payload, key="shown", selected=chosen, on_open=heard("open"), events=EVENTS)
        if chosen is not None:
            dialog()


st.set_page_config(layout="wide")
apply_theme(getattr(st.context.theme, "type", None) == "dark")
st.text_input("field", key="field")
show(st.query_params.get("show", "lanes"))
st.code(json.dumps({"runs": state["runs"], "events": state["events"]}), language=None)
