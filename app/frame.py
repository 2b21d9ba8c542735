"""The frame around every page: the page table, the sidebar that all pages share, and the edge where errors
are told."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from app import resources, state
from app.components import note, side_note
from app.theme import ICON, apply_theme
from app.views import welcome
from app.views.compare import page as compare
from app.views.diversity import page as diversity
from app.views.judge import page as judge
from app.views.keys import listen_for_keys
from app.views.map import page as shot_map
from app.views.notebook import page as notebook
from app.views.search import page as search
from app.views.topics import page as topics
from app.views.training import page as training
from app.views.workspace import page as workspace_page
from app.words import plain
from lpd.collection import Collection
from lpd.errors import LpdError
from lpd.names import REPRODUCED
from lpd.words import counted
from lpd.workspace import Workspace

NAME = "LPD Explorer"

# address of a page -> its name in the menu and what draws it
PAGES: dict[str, tuple[str, Callable[[state.Selection], None]]] = {
    "": ("Search", search.show),
    "compare": ("Compare", compare.show),
    "diversity": ("Diversity", diversity.show),
    "topics": ("Topics", topics.show),
    "training": ("Training", training.show),
    "map": ("Map", shot_map.show),
    "judge": ("Judge", judge.show),
    "notebook": ("Notebook", notebook.show),
    "workspace": ("Workspace", workspace_page.show),
}


@dataclass
class _Chosen:
    """What the sidebar holds in a run: its workspace, and a selection or why there is none."""

    workspace: str = ""
    selection: state.Selection | None = None
    problem: LpdError | None = None


def run() -> None:
    """Draws the app once."""
    st.set_page_config(page_title=NAME, page_icon=ICON, layout="wide", initial_sidebar_state="expanded")
    apply_theme(state.is_dark())
    if not resources.workspace_paths():
        listen_for_keys("welcome")
        st.navigation([st.Page(welcome.show, title="Welcome", default=True)], position="hidden").run()
        return
    held = _Chosen()
    pages = [
        st.Page(
            _named(partial(_draw, show, held), address or "search"),
            title=title,
            url_path=address,
            default=not address,
        )
        for address, (title, show) in PAGES.items()
    ]
    page = st.navigation(pages, position="sidebar", expanded=True)
    st.set_page_config(page_title=f"{page.title} · {NAME}")
    listen_for_keys(page.url_path)
    with _told_errors():
        with st.sidebar:
            _choose_into(held)
        page.run()


def _choose_into(held: _Chosen) -> None:
    """Draws the sidebar; what is damaged in a workspace leaves the page about the workspace itself open."""
    workspace = choose_workspace()
    held.workspace = workspace.path.name
    try:
        held.selection = choose_selection(workspace)
    except LpdError as error:
        held.problem = error


def _draw(show: Callable[[state.Selection], None], held: _Chosen) -> None:
    place = st.container()
    try:
        if held.selection is not None:
            show(held.selection)
        elif show is workspace_page.show:
            workspace_page.show_alone(held.workspace, problem=held.problem)
        elif show is notebook.show:
            notebook.show_alone(held.workspace, problem=held.problem)
        elif held.problem is not None:
            raise held.problem
        else:
            welcome.show_first_steps(held.workspace)
    finally:
        with place:
            for sentence in state.take_notices():
                note(sentence, "warn")


def _named(draw: Callable[[], None], name: str) -> Callable[[], None]:
    """A page is known by the name of its function, which a partial does not have."""
    named: Any = draw
    named.__name__ = name
    return draw


@contextmanager
def _told_errors() -> Iterator[None]:
    """Tells an LpdError as one message; any other exception is not caught."""
    try:
        yield
    except LpdError as error:
        st.error(plain(str(error)))


def choose_workspace() -> Workspace:
    """Draws the first choice of the sidebar and returns it."""
    names = list(resources.workspace_paths())
    workspace = resources.named_workspace(_choice("workspace", "Workspace", names, names[0]))
    if workspace.source is not None:
        note(workspace.source, "small")
    return workspace


def choose_selection(workspace: Workspace) -> state.Selection | None:
    """Draws the other choices of the sidebar and returns them; None of a workspace without a collection.

    Raises:
        LpdError: if what is to be chosen from cannot be read.
    """
    collections = workspace.collection_names()
    if not collections:
        side_note("Collection", ["none yet"])
        return None
    collection = _choice("collection", "Collection", collections, workspace.defaults.get("collection"))
    edition, subset, qrels = _choose_topics(workspace, collection)
    model = _choose_model(workspace, collection)
    k = _choose_k(workspace)
    return state.Selection(
        workspace=workspace.path.name,
        collection=collection,
        edition=edition,
        subset=subset,
        qrels=qrels,
        model=model,
        k=k,
    )


def _choose_topics(workspace: Workspace, collection: str) -> tuple[str | None, str | None, str | None]:
    """Edition, subset and qrels; editions of other collections are not offered."""
    opened = {name: workspace.edition(name) for name in workspace.edition_names()}
    fitting = [name for name, edition in opened.items() if edition.collection == collection]
    shots = resources.collection(workspace, collection)
    if not fitting:
        return None, _choose_subset(shots, None), None
    edition = _choice("edition", "Topics", fitting, workspace.defaults.get("edition"))
    note(counted(len(opened[edition].topics), "topic"), "small")
    if state.changed("edition_before", edition):
        state.forget("subset")
        state.forget("qrels")
    subset = _choose_subset(shots, opened[edition].subset)
    names = opened[edition].qrels_names
    if not names:
        side_note("Qrels", ["none"])
        return edition, subset, None
    return edition, subset, _choice("qrels", "Qrels", names, opened[edition].default_qrels)


def _choose_subset(collection: Collection, own: str | None) -> str | None:
    """The subset that Search looks into; the first choice is `own`, the one the topics were made for."""
    options = [state.ALL_SHOTS, *collection.subsets]
    chosen = _choice("subset", "Shots searched", options, own or state.ALL_SHOTS)
    subset = None if chosen == state.ALL_SHOTS else chosen
    searched = len(collection) if subset is None else len(collection.subsets[subset])
    note(f"{searched:,} of {counted(len(collection), 'shot')}", "small")
    return subset


def _choose_model(workspace: Workspace, collection: str) -> str | None:
    trained = workspace.searchable_models()
    ready = [name for name in trained if collection in workspace.index_names(name)]
    # the models of reproduced tables are many, and have an index only where somebody made one
    names = ready + [name for name in trained if name not in ready and not name.startswith(REPRODUCED)]
    if not names:
        side_note("Model", ["none yet"])
        return None
    preferred = workspace.defaults.get("model")
    model = _choice("model", "Model", names, preferred if preferred in ready else (ready or names)[0])
    card = workspace.model_card(model)
    note(f"{card.system} · {counted(len(card.spaces), 'space')} · d {card.width}", "small")
    note(f"sha {card.digest[:6]}" + ("" if card.seed is None else f" · seed {card.seed}"), "small")
    if model not in ready:
        note(f"no index of {collection}", "warn")
    return model


def _choose_k(workspace: Workspace) -> int:
    state.settle_k()
    default = state.nearest_step(int(workspace.defaults.get("k", 20)))
    return int(st.select_slider("k", state.K_STEPS, value=default, **state.bound("k")))


def _choice(name: str, label: str, options: Sequence[str], default: object) -> str:
    """A choice tied to a URL parameter; a single option is told, not offered."""
    state.settle(name, options)
    if len(options) == 1:
        side_note(label, options)
        return options[0]
    index = list(options).index(str(default)) if default in options else 0
    return str(st.selectbox(label, options, index=index, **state.bound(name)))


run()
