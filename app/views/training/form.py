"""The form that begins a training: the choices of `lpd train`, and the command line that does the same."""

import re
from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from app import state
from app.components import empty_state, note
from app.training.choices import (
    DEVICES,
    PRESETS,
    SYSTEMS,
    common_text_features,
    common_video_features,
    first_captions,
    first_validation,
    lines_of_text,
)
from app.views.training.fields import KEY, area, number, one, some
from app.views.training.job import tell
from app.views.training.view import look_at, take_asked
from app.words import plain
from lpd.errors import LpdError
from lpd.services.jobs.job_files import job_names
from lpd.services.jobs.training_jobs import start_training
from lpd.services.jobs.training_request import ModelRequest, as_typed, train_command
from lpd.workspace import Workspace

__all__ = ["draw_form"]

PROBLEM = "train_problem"
EPOCHS = re.compile(r"epochs=([1-9]\d{0,8})")


def draw_form(workspace: Workspace) -> None:
    """Draws the form, filled with what was asked for."""
    sets = workspace.caption_sets()
    if not sets:
        sentence = "A training learns from captions, and the workspace has none. Bring some:"
        empty_state("No captions", sentence, "lpd import captions FILE --set train --collection NAME")
        return
    asked = take_asked()
    if asked is not None:
        _fill(asked)
    st.fragment(_draw)(workspace, sets)


def _fill(request: ModelRequest) -> None:
    """Puts the choices of a request into the form's widgets before they are drawn."""
    found = [EPOCHS.fullmatch(setting) for setting in request.settings]
    epochs = [int(one[1]) for one in found if one]
    others = [setting for setting, one in zip(request.settings, found, strict=True) if not one]
    choices = {
        "system": request.system,
        "name": request.name,
        "captions": request.captions.split(","),
        "validation": request.validation,
        "text": list(request.text_features),
        "video": list(request.video_features),
        "preset": request.preset,
        "epochs": epochs[-1] if epochs else None,
        "seed": request.seed,
        "settings": "\n".join(others),
        "width": request.width,
        "heads": request.heads,
        "encoders": "\n".join(request.encoders),
        "options": "\n".join(request.options),
        "init_from": request.init_from or "",
        "teachers": list(request.teachers),
        "device": request.device,
    }
    for name, entry in choices.items():
        state.put(KEY + name, entry)


def _draw(workspace: Workspace, sets: Sequence[str]) -> None:
    with st.container(border=True, key="card_form"):
        note("Start a training", "title")
        try:
            request = _choose(workspace, sets)
        except LpdError as error:
            st.error(plain(str(error)))
            return
        _tell_what_is_there(workspace, request.name)
        try:
            command = train_command(request, workspace=workspace.path)
        except LpdError as error:
            st.error(plain(str(error)))
            return
        if st.button("Start", type="primary", key=f"{KEY}start"):
            _start(workspace, request)
        refused = state.remembered(PROBLEM, lambda: None)
        if refused is not None and refused[0] == request:
            st.error(plain(refused[1]))
        note("The same on a command line:", "small")
        st.code(as_typed(command), language=None, wrap_lines=True)


def _start(workspace: Workspace, request: ModelRequest) -> None:
    """Begins the training and opens it; or keeps why it cannot be begun."""
    state.put(PROBLEM, None)
    try:
        with st.spinner("Checking names, features and settings"):
            begun = start_training(workspace, request)
    except (LpdError, OSError) as error:
        state.put(PROBLEM, (request, str(error)))
        return
    tell(request.name, begun.warning)
    look_at(request.name)
    st.rerun()


def _tell_what_is_there(workspace: Workspace, name: str) -> None:
    if name in workspace.checkpoint_names():
        note(f"There is a model {name}; it stays until the new training has finished.", "warn")
    if name in job_names(workspace):
        note(f"What an earlier training of {name} has saved to be resumed is lost.", "warn")


def _choose(workspace: Workspace, sets: Sequence[str]) -> ModelRequest:
    """Draws the choices, three in a row, and returns what they ask for.

    Raises:
        LpdError: if a caption set cannot be read.
    """
    request = _choose_captions(_choose_system(), sets)
    known = [one for one in (*request.captions.split(","), request.validation) if one]
    first, second, third = st.columns(3, gap="medium")
    with first:
        text = some("Text features", "text", common_text_features(workspace, known), empty="all")
    with second:
        videos = common_video_features(workspace, known)
        video = some("Video features", "video", videos, empty="all", more=True)
    with third:
        settings = area("Settings, one KEY=VALUE per line", "settings", example="dcl_weight=0")
    request = replace(
        request,
        text_features=tuple(text),
        video_features=tuple(video),
        settings=(*request.settings, *lines_of_text(settings)),
    )
    with st.expander("More: width, heads, encoders, options, beginnings, device", key=f"{KEY}more"):
        return _choose_more(workspace, request)


def _choose_system() -> ModelRequest:
    first, second, third = st.columns(3, gap="medium")
    with first:
        system = one("System", "system", list(SYSTEMS), words=SYSTEMS)
    with second:
        name = (st.text_input("Name", placeholder=system, key=f"{KEY}name") or "").strip() or system
    with third:
        preset = one("Preset", "preset", list(PRESETS), words=PRESETS)
    return ModelRequest(name=name, system=system, captions="", validation="", preset=preset)


def _choose_captions(request: ModelRequest, sets: Sequence[str]) -> ModelRequest:
    """Draws what it learns from, what selects the epoch, how long at most, and the seed."""
    first, second, third = st.columns(3, gap="medium")
    with first:
        captions = some("Captions to learn from", "captions", sets, default=first_captions(sets))
    with second:
        validation = _choose_validation(sets, captions)
    with third:
        left, right = st.columns(2, gap="small")
        with left:
            epochs = number("Epochs at most", "epochs", least=1, empty="preset's")
        with right:
            seed = number("Seed", "seed", least=0, first=0)
    return replace(
        request,
        captions=",".join(captions),
        validation=validation or "",
        settings=() if epochs is None else (f"epochs={epochs}",),
        seed=seed or 0,
    )


def _choose_validation(sets: Sequence[str], captions: Sequence[str]) -> str | None:
    others = [name for name in sets if name not in captions]
    if not others:
        note("The epoch is selected on captions of other shots, and there are none.", "warn")
        return None
    preferred = first_validation(sets, captions)
    return one("Captions that select the epoch", "validation", others, default=preferred)


def _choose_more(workspace: Workspace, request: ModelRequest) -> ModelRequest:
    """Draws the rarer choices and returns the request with them."""
    models = workspace.checkpoint_names()
    first, second, third = st.columns(3, gap="medium")
    with first:
        width = number("Width of the spaces", "width", least=1, first=request.width)
        begin = one("Begin with the weights of", "init_from", ["", *models], words={"": "no other model"})
    with second:
        heads = number("Heads of laff", "heads", least=1, empty="as many as features")
        teachers = some("Teachers of teachclip", "teachers", models, empty="none")
    with third:
        device = one("Device", "device", list(DEVICES))
    first, second, _ = st.columns(3, gap="medium")
    with first:
        encoders = area("Trainable text encoders, one per line", "encoders", example="gru:hidden=256")
    with second:
        options = area("Settings of the system, KEY=VALUE", "options", example="two_layer=false")
    return replace(
        request,
        width=width or request.width,
        heads=heads,
        encoders=lines_of_text(encoders),
        options=lines_of_text(options),
        init_from=begin or None,
        teachers=tuple(teachers),
        device=device,
    )
