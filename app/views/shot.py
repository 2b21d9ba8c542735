"""The detail of a shot, over the page that it was opened from."""

import numpy as np
import pandas as pd
import streamlit as st

from app import resources, state
from app.components import FusedEnd, Neighbour, ShotFacts, SpaceScore, detail_payload, note, shot_detail
from app.lanes import FUSED, Judged, judgement_kind, picture_finder, ranks_of
from app.words import seconds
from lpd.cards import ModelCard
from lpd.collection import Collection
from lpd.errors import LpdError
from lpd.search import SearchEngine, SearchResult
from lpd.workspace import Workspace

__all__ = ["has_shot", "neighbours_of", "place_in_video", "show_shot"]

SHOWN_CAPTIONS = 5


@st.dialog("Shot", width="large", on_dismiss=state.close_shot)
def show_shot(workspace: Workspace, asked: resources.Asked, media: str, judged: Judged | None) -> None:
    """Draws the shot that the address names, as one query sees it; neighbours can be opened from it."""
    shot_id = state.shot()
    collection = resources.collection(workspace, asked.collection)
    if shot_id is None or not has_shot(collection, shot_id):
        note(f"Collection {asked.collection} has no shot {shot_id!r}.", "warn")
        return
    engine = resources.engine(workspace, asked.model, asked.collection)
    row = collection.row(shot_id)
    ends, problem = _fused_ends(workspace, asked, row)
    payload = detail_payload(
        _facts(workspace, collection, row, judgement_kind(shot_id, judged)),
        media=media,
        neighbours=neighbours_of(collection, row),
        scores=_scores(engine, resources.search(workspace, asked), row),
        weights=ends,
    )
    shot_detail(payload, key="shot_detail", on_open=_open_neighbour)
    if problem:
        note(problem, "small")


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
    try:
        collection.row(shot_id)
    except LpdError:
        return False
    return True


def _open_neighbour() -> None:
    state.open_shot("shot_detail")


def _facts(workspace: Workspace, collection: Collection, row: int, judgement: str | None) -> ShotFacts:
    shot_id, picture = collection.shot_ids[row], picture_finder(collection)
    return ShotFacts(
        shot_id=shot_id,
        thumbnail=picture(row, "thumbnail"),
        preview=picture(row, "preview"),
        lines=(shot_id, *place_in_video(collection, row)),
        captions=tuple(resources.captions(workspace, collection.name).get(shot_id, ())[:SHOWN_CAPTIONS]),
        judgement=judgement,
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


def neighbours_of(collection: Collection, row: int) -> list[Neighbour]:
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
            )
        )
    return found


def _scores(engine: SearchEngine, result: SearchResult, row: int) -> list[SpaceScore]:
    similarities = engine.similarities(result, [row])[:, 0]
    named = _named_spaces(engine.card)
    scores = []
    for (name, hits), similarity in zip(result.lists.items(), similarities.tolist(), strict=True):
        label, end = named[name]
        best = float(hits.scores[0]) if len(hits.scores) else 0.0
        scores.append(SpaceScore(label, end, ranks_of(hits).get(row), similarity, best))
    return scores


def _named_spaces(card: ModelCard) -> dict[str, tuple[str, str]]:
    return {FUSED: ("Fused", FUSED), **{space.name: (space.label, space.end) for space in card.spaces}}
