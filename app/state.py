"""The session: every session key and URL parameter as the app reads and writes them; nothing else touches
st.session_state or st.query_params.

What the parameters are stands in `app.parameters`. Widgets are tied to their parameter by `bound`; a value
that the data do not have is dropped by `settle` and told to the person by `take_notices`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from app.parameters import PARAMETERS, Value, whole
from app.words import shortened

__all__ = [
    "ALL_SHOTS",
    "K_STEPS",
    "Selection",
    "bound",
    "browser_address",
    "changed",
    "close_shot",
    "event",
    "fill",
    "forget",
    "is_dark",
    "mirrored",
    "nearest_step",
    "open_shot",
    "put",
    "remembered",
    "settle",
    "settle_k",
    "shot",
    "take_notices",
    "value",
    "write",
]

ALL_SHOTS = "all shots"
"""Stands for no subset in the choice and in the URL; a subset cannot have this name."""

K_STEPS = (5, 10, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200, 300, 500, 750, 1000)


@dataclass(frozen=True)
class Selection:
    """What the sidebar holds; every page works on it.

    `subset` is None for all shots; `edition`, `qrels` and `model` are None where the workspace has none that
    fit.
    """

    workspace: str
    collection: str
    edition: str | None
    subset: str | None
    qrels: str | None
    model: str | None
    k: int

    def parameters(self) -> dict[str, Value]:
        """Returns the URL parameters that lead back to this selection."""
        subset = ALL_SHOTS if self.subset is None else self.subset
        given = {**vars(self), "subset": subset}
        return {name: entry for name, entry in given.items() if entry is not None}


def browser_address() -> str:
    """Returns the address that the browser shows, without its parameters; empty where there is no browser."""
    return st.context.url or ""


# --- widgets and their parameters ---------------------------------------------------------------------------


def bound(name: str) -> dict[str, Any]:
    """Returns the arguments that tie a widget to a URL parameter: its key, and the binding.

    Raises:
        KeyError: if it is not one of `PARAMETERS`.
    """
    return {"key": PARAMETERS[name].name, "bind": "query-params"}


def settle(name: str, options: Sequence[Any]) -> None:
    """Drops a value of the URL or the session that is not among the options, and notes it for `take_notices`.

    Call it before the widget is drawn: the widget itself would drop it without a word.
    """
    known = [str(option) for option in options]
    asked = [str(one) for one in _asked(name)]
    unknown = [one for one in asked if one not in known]
    if not unknown:
        return
    if name in st.session_state:
        del st.session_state[name]
    kept = [option for option in options if str(option) in asked]
    if PARAMETERS[name].kind == "texts" and kept:
        st.session_state[name] = kept
    words, names = PARAMETERS[name].words, ", ".join(shortened(one) for one in unknown)
    _notices().append(f"This view asked for {words} {names}, which is not here; another one is shown.")


def _asked(name: str) -> Sequence[Any]:
    if name in st.session_state:
        entry = st.session_state[name]
        if entry is None:
            return ()
        return entry if isinstance(entry, list | tuple) else (entry,)
    return st.query_params.get_all(name)


def value(name: str) -> Any:
    """Returns the present value of a parameter, typed by its kind; None where it is not set or no number."""
    asked = _asked(name)
    kind = PARAMETERS[name].kind
    if kind == "texts":
        return tuple(str(one) for one in asked)
    if not asked:
        return None
    return whole(str(asked[0])) if kind == "whole" else str(asked[0])


def nearest_step(k: int) -> int:
    """Returns the step of the k slider that is nearest to k."""
    return min(K_STEPS, key=lambda step: (abs(step - k), step))


def settle_k() -> None:
    """Moves a k of the URL that is no step of the slider to the nearest one, and notes it."""
    asked = value("k")
    if asked is None and _asked("k"):
        _notices().append(f"This view asked for k {shortened(str(_asked('k')[0]))}, which is no number.")
    elif asked is not None and asked not in K_STEPS:
        st.session_state["k"] = nearest_step(asked)
        _notices().append(
            f"This view asked for k {asked}; the nearest step, {nearest_step(asked)}, is shown."
        )


def mirrored(name: str, options: Sequence[str]) -> dict[str, Any]:
    """Returns the arguments of a widget whose options are printed differently than they stand in the URL.

    `bound` would put the printed words there. The parameter is the truth: the widget is set from it in every
    run, and a choice is written back; a value that is not among the options gives the first one and a notice.
    """
    asked = st.query_params.get(name)
    if asked is not None and asked not in options:
        words = f"{PARAMETERS[name].words} {shortened(asked)}"
        _notices().append(f"This view asked for {words}, which is not here.")
    key = f"{name}_box"
    st.session_state[key] = asked if asked in options else options[0]
    return {"key": key, "on_change": _write_back, "args": (name, key)}


def _write_back(name: str, key: str) -> None:
    st.query_params[name] = st.session_state[key]


def fill(name: str, entry: Value | None) -> None:
    """Sets the value of a bound widget, before it is drawn or in a callback; None empties it."""
    st.session_state[PARAMETERS[name].name] = list(entry) if isinstance(entry, tuple) else entry


def write(name: str, entry: Value | None) -> None:
    """Sets a parameter that no widget is bound to; None, an empty text and no texts take it from the URL."""
    kind = PARAMETERS[name].kind
    if entry is None or entry in ("", ()):
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = list(entry) if kind == "texts" and isinstance(entry, tuple) else str(entry)


def take_notices() -> list[str]:
    """Returns what had to be dropped in this run, once."""
    taken = list(_notices())
    _notices().clear()
    return taken


def _notices() -> list[str]:
    if "_notices" not in st.session_state:
        st.session_state["_notices"] = []
    notices: list[str] = st.session_state["_notices"]
    return notices


# --- the open shot ------------------------------------------------------------------------------------------


def shot() -> str | None:
    """Returns the shot whose detail is open."""
    return st.query_params.get("shot")


def open_shot(key: str) -> None:
    """Opens the shot that a component reported; for use as its callback."""
    chosen = event(key, "open")
    if isinstance(chosen, Mapping) and isinstance(chosen.get("shot"), str):
        st.query_params["shot"] = chosen["shot"]


def close_shot() -> None:
    """Closes the detail."""
    st.query_params.pop("shot", None)


# --- session values that are in no URL ----------------------------------------------------------------------


def event(key: str, name: str) -> Any:
    """Returns what a component or chart of that key reported under a name, None for nothing."""
    state = st.session_state.get(key)
    return state.get(name) if isinstance(state, Mapping) else getattr(state, name, None)


def remembered(key: str, make: Callable[[], Any]) -> Any:
    """Returns a value of this session, made on first use."""
    if key not in st.session_state:
        st.session_state[key] = make()
    return st.session_state[key]


def put(key: str, entry: Any) -> None:
    """Sets a value of this session, or the value of an unbound widget before it is drawn."""
    st.session_state[key] = entry


def changed(key: str, entry: Any) -> bool:
    """Returns whether a value differs from the one of the run before, and keeps it; False the first time."""
    differs = key in st.session_state and st.session_state[key] != entry
    st.session_state[key] = entry
    return differs


def forget(key: str) -> None:
    """Removes a value of this session."""
    st.session_state.pop(key, None)


def is_dark() -> bool:
    """Returns whether the browser shows the dark theme."""
    theme = st.context.theme
    return getattr(theme, "type", None) == "dark"
