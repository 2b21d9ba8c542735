from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lpd.collection import Collection, make_collection
from lpd.errors import LpdError, NotFoundError
from lpd.search import SearchEngine, open_engine
from lpd.search.filters import ShotFilters
from lpd.search.shot_masks import ShotChoice, ShotMasks, judged_shots
from lpd.trec import Qrels
from lpd.workspace import open_workspace

VIDEOS = ["v", "w", "v", "x", "w", "v"]
STARTS = [0.0, 4.0, 2.5, None, 9.0, 7.0]


def small(starts: list[float | None] | None = STARTS) -> Collection:
    shots = pd.DataFrame({"shot_id": list("abcdef"), "video_id": VIDEOS})
    if starts is not None:
        shots["start_s"] = np.array(starts, dtype=np.float64)
        shots["end_s"] = shots["start_s"] + 1
    return make_collection("small", shots)


@pytest.fixture
def masks() -> ShotMasks:
    return ShotMasks(ShotFilters(small()))


def slow_mask(choice: ShotChoice) -> list[bool]:
    """Shot by shot."""
    found = []
    for shot_id, video, start in zip("abcdef", VIDEOS, STARTS, strict=True):
        wanted = choice.videos is None or video in choice.videos
        if choice.from_s is not None:
            wanted = wanted and start is not None and start >= choice.from_s
        if choice.to_s is not None:
            wanted = wanted and start is not None and start <= choice.to_s
        found.append(wanted and shot_id not in choice.hidden)
    return found


@pytest.mark.parametrize(
    "choice",
    [
        ShotChoice(videos=("v",)),
        ShotChoice(videos=["w", "x", "w"]),
        ShotChoice(from_s=2.5),
        ShotChoice(to_s=4.0),
        ShotChoice(from_s=2.5, to_s=7.0),
        ShotChoice(from_s=3.0, to_s=3.0),
        ShotChoice(hidden={"a", "f"}),
        ShotChoice(hidden=["c", "of another collection", "c"]),
        ShotChoice(videos=("v", "x"), from_s=1.0, to_s=8.0, hidden=frozenset("f")),
    ],
    ids=["video", "videos", "from", "to", "span", "nothing in it", "hidden", "foreign", "all"],
)
def test_masks_fulfil_all_of_a_choice(masks: ShotMasks, choice: ShotChoice) -> None:
    found = masks.mask(choice)
    assert found is not None
    assert found.dtype == bool
    assert found.tolist() == slow_mask(choice)


def test_no_choice_is_no_mask(masks: ShotMasks) -> None:
    assert masks.mask(ShotChoice()) is None
    assert masks.mask(ShotChoice(hidden=frozenset())) is None


def test_shots_without_a_time_are_counted(masks: ShotMasks) -> None:
    assert masks.untimed == 1
    untimed = ShotMasks(ShotFilters(small(None)))
    assert untimed.untimed == 6
    assert untimed.mask(ShotChoice(videos=["x"])).tolist() == [False] * 3 + [True] + [False] * 2
    with pytest.raises(LpdError) as caught:
        untimed.mask(ShotChoice(from_s=1.0))
    assert str(caught.value) == (
        "small: shots cannot be filtered by time; expected start_s in the shot table; found none. "
        "Next: lpd import shots with a table that has start_s and end_s"
    )


@pytest.mark.parametrize(
    ("choice", "error", "sentence"),
    [
        (ShotChoice(videos=()), LpdError, "no video is chosen; expected at least one, or no filter by video"),
        (
            ShotChoice(videos=("v", "y")),
            NotFoundError,
            "collection small has no such video; expected one of 'v', 'w', 'x'; found 'y'",
        ),
        (
            ShotChoice(from_s=3.0, to_s=2.0),
            LpdError,
            "impossible span of time; expected seconds, the first not above the last; found (3.0, 2.0)",
        ),
        (
            ShotChoice(to_s=float("nan")),
            LpdError,
            "impossible span of time; expected seconds, the first not above the last; found (-inf, nan)",
        ),
    ],
    ids=["no video", "unknown video", "backwards", "no number"],
)
def test_impossible_choices(
    masks: ShotMasks, choice: ShotChoice, error: type[LpdError], sentence: str
) -> None:
    with pytest.raises(error) as caught:
        masks.mask(choice)
    assert str(caught.value) == sentence


def test_an_empty_collection() -> None:
    empty = make_collection("none", small().shots.iloc[:0])
    masks = ShotMasks(ShotFilters(empty))
    found = masks.mask(ShotChoice(from_s=0.0, hidden={"a"}))
    assert found is not None
    assert found.shape == (0,)


def test_judged_shots_are_those_a_person_looked_at() -> None:
    qrels = Qrels([("1", "a", "1", 1), ("1", "b", "1", -1), ("1", "c", "2", 0), ("2", "d", "1", 1)])
    assert judged_shots(qrels.topic("1")) == {"a", "c"}


@pytest.fixture(scope="module")
def engine(demo_workspace: Path) -> SearchEngine:
    return open_engine(open_workspace(demo_workspace), model="lpd", collection="inland")


def test_lists_are_full_although_shots_are_hidden(engine: SearchEngine) -> None:
    masks = ShotMasks(ShotFilters(engine.collection))
    plain = engine.search("a dog", depth=20)
    seen = {engine.shot_ids[row] for row in plain.lists["fused"].rows.tolist()}
    further = engine.search("a dog", depth=20, allowed=masks.mask(ShotChoice(hidden=seen)))
    longer = engine.search("a dog", depth=40)
    assert further.lists["fused"].rows.tolist() == longer.lists["fused"].rows[20:].tolist()
    early = engine.search("a dog", depth=20, allowed=masks.mask(ShotChoice(to_s=1.0)))
    starts = engine.collection.shots["start_s"].to_numpy()
    assert len(early.lists["fused"].rows) == min(20, int((starts <= 1).sum())) > 0
    assert (starts[early.lists["fused"].rows] <= 1).all()
