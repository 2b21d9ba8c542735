"""The detail of a shot, over the page that it was opened from."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from app import resources, state
from app.components import (
    FusedEnd,
    Neighbour,
    ShotFacts,
    SpaceScore,
    TileEvents,
    detail_payload,
    note,
    shot_detail,
)
from app.lanes import FUSED, Judged, judgement_kind, list_title, picture_finder, ranks_of
from app.words import seconds
from lpd.collection import Collection
from lpd.errors import LpdError
from lpd.search import SearchEngine, SearchResult
from lpd.workspace import Workspace

__all__ = ["ShotActions", "has_shot", "neighbours_of", "place_in_video", "show_shot"]

SHOWN_CAPTIONS = 5
KEY = "shot_detail"


@dataclass(frozen=True)
class ShotActions:
    """What a page lets a person do with the shot; the component's events stand under the key given.

    Args:
        verdict: shot -> the person's own mark as it stands now, `relevant`, `not` or None.
        mark: keeps the mark that the component reported under a key.
        like: asks for more like the shot that it reported, and closes the detail.
        seen: called with the shot that is shown.
        lines: shot -> what the page knows of it besides, one sentence each.
    """

    verdict: Callable[[str], str | None]
    mark: Callable[[str], None]
    like: Callable[[str], None]
    seen: Callable[[str], None]
    lines: Callable[[str], tuple[str, ...]]


@st.dialog("Shot", width="large", on_dismiss=state.close_shot)
def show_shot(
    workspace: Workspace,
    asked: resources.Asked,
    media: str,
    judged: Judged | None,
    *,
    result: SearchResult | None = None,
    actions: ShotActions | None = None,
) -> None:
    """Draws the shot that the address names, as one query sees it; neighbours can be opened from it.

    Args:
        workspace: of all of it.
        asked: the query; its text is searched where no result is given.
        media: where the pictures lie.
        judged: judgements if the query is a judged topic.
        result: the lists that the ranks come from.
        actions: what else can be done with the shot.
    """
    shot_id = state.shot()
    if shot_id is None:  # the detail asked for something else, such as more shots like this one
        st.rerun()
    collection = resources.collection(workspace, asked.collection)
    if not has_shot(collection, shot_id):
        note(f"Collection {asked.collection} has no shot {shot_id!r}.", "warn")
        return
    engine, row = resources.engine(workspace, asked.model, asked.collection), collection.row(shot_id)
    ends, problem = _fused_ends(workspace, asked, row)
    payload = detail_payload(
        _facts(workspace, collection, row, judgement_kind(shot_id, judged), actions),
        media=media,
        neighbours=neighbours_of(collection, row, judged),
        scores=_scores(engine, resources.search(workspace, asked) if result is None else result, row),
        weights=ends,
    )
    shot_detail(payload, key=KEY, on_open=_open_neighbour, events=_events(actions))
    if actions is not None:
        actions.seen(shot_id)
    if problem:
        note(problem, "small")


def _events(actions: ShotActions | None) -> TileEvents:
    if actions is None:
        return TileEvents()
    return TileEvents(mark=lambda: actions.mark(KEY), like=lambda: actions.like(KEY))


def _fused_ends(workspace: Workspace, asked: resources.Asked, row: int) -> tuple[list[FusedEnd], str]:
    """The fused video ends of a shot, or none and why they are not known."""
    try:
        weights = resources.attention(workspace, asked.model, asked.collection, row)
    except LpdError as error:
        return [], f"No fusion weights: {error}"
    spaces = {space.name: space for space in workspace.model_card(asked.model).spaces}
    return [FusedEnd(spaces[name].label, spaces[name].end, shares) for name, shares in weights.items()], ""


def has_shot(collection: Collection, shot_id: str) -> bool:
    """Returns whether the collection has a shot of that id."""
    return bool(len(collection.known_rows([shot_id])))


def _open_neighbour() -> None:
    state.open_shot(KEY)


def _facts(
    workspace: Workspace,
    collection: Collection,
    row: int,
    judgement: str | None,
    actions: ShotActions | None,
) -> ShotFacts:
    shot_id, picture = collection.shot_ids[row], picture_finder(collection)
    known = () if actions is None else actions.lines(shot_id)
    return ShotFacts(
        shot_id=shot_id,
        thumbnail=picture(row, "thumbnail"),
        preview=picture(row, "preview"),
        lines=(shot_id, *place_in_video(collection, row), *known),
        captions=tuple(resources.captions(workspace, collection.name).get(shot_id, ())[:SHOWN_CAPTIONS]),
        judgement=judgement,
        verdict=None if actions is None else actions.verdict(shot_id),
    )


def _video(collection: Collection, row: int) -> pd.DataFrame:
    """The shots of the same video in its order; the index is their row."""
    shots = collection.shots
    same = shots[shots["video_id"] == shots["video_id"].iat[row]]
    return same.sort_values("start_s", kind="stable")


def place_in_video(collection: Collection, row: int) -> tuple[str, ...]:
    """Returns in words which shot of its video this is, and when it starts and ends where known."""
    video = _video(collection, row)
    place = int(np.flatnonzero(video.index == row)[0]) + 1
    lines = [f"shot {place} of {len(video)} in {video['video_id'].iat[0]}"]
    start, end = float(video["start_s"].at[row]), float(video["end_s"].at[row])
    if start == start and end == end:
        lines.append(f"{seconds(start)} to {seconds(end)} of {seconds(float(video['end_s'].max()))}")
    return tuple(lines)


def neighbours_of(collection: Collection, row: int, judged: Judged | None = None) -> list[Neighbour]:
    """Returns all shots of the video of a shot, in its order; shots of unknown times have equal lengths."""
    found, picture = [], picture_finder(collection)
    for number, (other, shot) in enumerate(_video(collection, row).iterrows(), start=1):
        length = float(shot["end_s"]) - float(shot["start_s"])
        found.append(
            Neighbour(
                shot_id=shot["shot_id"],
                label=f"{number} · {seconds(float(shot['start_s']))}" if length == length else str(number),
                length=length if length == length else 1.0,
                here=other == row,
                thumbnail=picture(int(str(other)), "thumbnail"),
                judgement=judgement_kind(shot["shot_id"], judged),
            )
        )
    return found


def _scores(engine: SearchEngine, result: SearchResult, row: int) -> list[SpaceScore]:
    """How every list of the result sees the shot; spaces that were not asked have none."""
    similarities = engine.similarities(result, [row])[:, 0].tolist()
    scores = []
    for name, similarity in zip((FUSED, *engine.spaces), similarities, strict=True):
        if name not in result.lists:
            continue
        (label, end), hits = list_title(engine.card, name), result.lists[name]
        best = float(hits.scores[0]) if len(hits.scores) else 0.0
        space = "" if name == FUSED else name
        scores.append(SpaceScore(label, end, ranks_of(hits).get(row), similarity, best, space))
    return scores
