"""The form that brings something in: its fields, the command line that does the same, and the button."""

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from app import state
from app.components import empty_state, note
from app.views.workspace.view import Place, jump_to, start, tell
from app.words import plain
from app.workspace.bringing import AT_ONCE, MOST_BYTES, Uploaded, bring_path, bring_upload, kept_upload
from app.workspace.imports import COLLECTIONS, EDITIONS, IMPORTS, SUBSETS, Field, Import, lacking, request_of
from lpd.errors import LpdError
from lpd.services.jobs.work_files import work_command
from lpd.services.sizes import printed_size

__all__ = ["draw_form"]

KEY = "bring_"
"""Before the names of the fields among the values of the session."""

SOURCE = "source"
AREA_HEIGHT = 88
NEEDS = {COLLECTIONS: ("a collection", "shots"), EDITIONS: ("a topic edition", "topics")}
"""What has to be there before -> its words, and the kind that brings it."""

Values = dict[str, str | bool | tuple[str, ...]]


def draw_form(place: Place) -> str:
    """Draws the choice of what is brought in, and its form; returns the kind chosen."""
    state.settle("bring", tuple(IMPORTS))
    kind = st.segmented_control(
        "What is brought in",
        tuple(IMPORTS),
        default="shots",
        required=True,
        label_visibility="collapsed",
        **state.bound("bring"),
    )
    kind = str(kind or "shots")
    with st.container(border=True, key="card_form_bring"):
        spec = IMPORTS[kind]
        note(spec.about)
        if spec.needs and not _offered(place, spec.needs):
            words, before = NEEDS[spec.needs]
            empty_state("Not yet", f"This belongs to {words}, and the workspace has none.")
            st.button(f"Bring in {before}", on_click=jump_to, args=("bring in", before), type="primary")
        else:
            st.fragment(_draw_fields)(place, kind, spec)
    return kind


def _offered(place: Place, options: str, values: Values | None = None) -> list[str]:
    workspace = place.workspace
    if options == COLLECTIONS:
        return workspace.collection_names()
    if options == EDITIONS:
        return workspace.edition_names()
    try:
        collection = str((values or {}).get("collection") or "")
        return ["", *workspace.collection(collection).subsets] if collection else [""]
    except LpdError:
        return [""]


def _draw_fields(place: Place, kind: str, spec: Import) -> None:
    values, uploads = _read_fields(place, kind, spec)
    uploaded = uploads.pop(SOURCE, None)
    if uploaded is None:
        _draw_path(str(values.get("source") or ""))
    missing = lacking(kind, {**values, "source": "uploaded"} if uploaded else values)
    request = request_of(kind, {**values, **{name: one.name for name, one in uploads.items()}})
    label = "Bring it in"
    help_words = f"Still empty: {', '.join(missing)}" if missing else None
    pressed = st.button(label, type="primary", key=f"{KEY}start", disabled=bool(missing), help=help_words)
    if pressed and uploaded is not None:
        _bring(lambda: bring_upload(place.workspace, kind, values, uploaded))
    elif pressed and kind in AT_ONCE:
        _bring(lambda: bring_path(place.workspace, kind, values))
    elif pressed:
        _begin(place, kind, values, uploads)
    if uploaded is None and not missing:
        try:
            work_command(request, place.workspace.path)
        except LpdError as error:
            st.error(plain(str(error)))
            return
        note("The same on a command line:", "small")
        st.code(request.typed, language=None, wrap_lines=True)


def _begin(place: Place, kind: str, values: Values, uploads: dict[str, Uploaded]) -> None:
    """Starts a process that brings something in; what it reads beside its source is kept for it."""
    try:
        kept = {name: str(kept_upload(place.workspace, one)) for name, one in uploads.items()}
    except (LpdError, OSError) as error:
        st.error(plain(str(error)))
        return
    start(place.workspace, request_of(kind, {**values, **kept}))
    st.rerun()


def _bring(call: Callable[[], str]) -> None:
    """Brings a small file in, and tells what became of it in the next run of the whole page."""
    try:
        with st.spinner("Reading"):
            tell(call(), "hint")
    except (LpdError, OSError) as error:
        st.error(plain(str(error)))
        return
    st.rerun()


def _read_fields(place: Place, kind: str, spec: Import) -> tuple[Values, dict[str, Uploaded]]:
    """Draws the fields, two in a row, and returns what stands in them, and what was uploaded by field."""
    values: Values = {}
    uploads: dict[str, Uploaded] = {}
    if spec.endings:
        words = "A small file from this computer, or its path on the server below"
        _take_upload(uploads, SOURCE, words, key=f"{KEY}{kind}_upload")
    first, second = st.columns(2, gap="medium")
    for number, field in enumerate(spec.fields):
        with first if number % 2 == 0 else second:
            if field.kind == SOURCE and SOURCE in uploads:
                note(f"{uploads[SOURCE].name}, {printed_size(len(uploads[SOURCE].content))}, uploaded")
                continue
            values[field.name] = _draw_field(place, kind, field, values)
            if field.endings:
                key = f"{KEY}{kind}_{field.name}_upload"
                _take_upload(uploads, field.name, "or a small file from this computer", key=key)
    return values, uploads


def _take_upload(uploads: dict[str, Uploaded], name: str, words: str, *, key: str) -> None:
    found = st.file_uploader(
        f"{words} (at most {MOST_BYTES >> 20} MiB)", key=key, max_upload_size=MOST_BYTES >> 20
    )
    if found is not None:
        uploads[name] = Uploaded(found.name, found.getvalue())


def _draw_field(place: Place, kind: str, field: Field, values: Values) -> str | bool | tuple[str, ...]:
    key = f"{KEY}{kind}_{field.name}"
    if field.kind == "flag":
        return bool(st.checkbox(field.label, key=key))
    if field.kind == "lines":
        text = st.text_area(field.label, key=key, placeholder=field.example, height=AREA_HEIGHT) or ""
        return tuple(line.strip() for line in text.splitlines() if line.strip())
    if field.kind == "choice":
        return _draw_choice(place, key, field, values)
    state.remembered(key, lambda: field.first)
    return (st.text_input(field.label, key=key, placeholder=field.example) or "").strip()


def _draw_choice(place: Place, key: str, field: Field, values: Values) -> str:
    own = isinstance(field.options, str)
    options = _offered(place, field.options, values) if isinstance(field.options, str) else [*field.options]
    preferred = ""
    if own and place.selection is not None:
        preferred = {COLLECTIONS: place.selection.collection, EDITIONS: place.selection.edition or ""}.get(
            str(field.options), ""
        )
    if state.remembered(key, lambda: preferred) not in options:
        state.put(key, preferred if preferred in options else options[0])
    words = "all shots" if field.options == SUBSETS else "not marked"
    return str(st.selectbox(field.label, options, key=key, format_func=lambda one: one or words))


def _draw_path(source: str) -> None:
    """Says whether what is named is there, before anything is begun."""
    if not source or "://" in source:
        return
    path = Path(source)
    try:
        if path.is_dir():
            note(f"{source} is a folder", "small")
        elif path.is_file():
            note(f"{source} is a file of {printed_size(path.stat().st_size)}", "small")
        else:
            note(f"{source} is not on this server", "small")
    except (OSError, ValueError):
        note("This cannot be a path", "small")
