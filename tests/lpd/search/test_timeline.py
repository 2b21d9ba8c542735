"""Which shots follow which, against a loop over all pairs."""

import numpy as np
import pandas as pd
import pytest

from lpd.collection import make_collection
from lpd.errors import LpdError
from lpd.search.timeline import make_timeline
from tests.lpd.search.two_step_cases import followers, timed_shots


@pytest.mark.parametrize("within_s", [0.0, 1.5, 4.0, 1e9])
def test_following_and_preceding_shots_are_those_of_all_pairs(within_s: float) -> None:
    collection = timed_shots(60, videos=4, untimed=9)
    timeline = make_timeline(collection)
    assert len(timeline.rows) == 51
    places = np.arange(51)
    firsts, stops = timeline.following(places, within_s=within_s)
    before, behind = timeline.preceding(places, within_s=within_s)
    plain = followers(collection, within_s)
    for place, row in enumerate(timeline.rows.tolist()):
        assert set(timeline.rows[firsts[place] : stops[place]]) == plain[row]
        preceding = {other for other in range(60) if row in plain[other]}
        found = timeline.rows[before[place] : behind[place]]
        assert preceding <= set(found)
        assert not len(found) or found[0] in preceding, "the range is no wider than it must be"
    assert sum(map(len, plain)) > 20


def test_the_order_is_that_of_beginnings_and_then_of_rows() -> None:
    shots = pd.DataFrame(
        {
            "shot_id": ["a", "b", "c", "d", "e"],
            "video_id": ["v", "w", "v", "v", "w"],
            "start_s": [5.0, 0.0, 2.0, 2.0, np.nan],
            "end_s": [6.0, 1.0, 9.0, 3.0, 4.0],
        }
    )
    timeline = make_timeline(make_collection("small", shots))
    assert timeline.rows.tolist() == [2, 3, 0, 1]
    assert timeline.places.tolist() == [2, 3, 0, 1, -1]
    assert timeline.latest_ends.tolist() == [9, 9, 9, 1]
    assert (timeline.firsts.tolist(), timeline.stops.tolist()) == ([0, 0, 0, 3], [3, 3, 3, 4])


@pytest.mark.parametrize("known", ["nothing", "beginnings"])
def test_a_collection_without_times_is_refused(known: str) -> None:
    shots = pd.DataFrame({"shot_id": ["a", "b"]})
    if known == "beginnings":
        shots["start_s"] = [0.0, 1.0]
    with pytest.raises(LpdError) as caught:
        make_timeline(make_collection("plain", shots))
    assert str(caught.value) == (
        "collection plain does not know when its shots begin and end; "
        "expected start_s and end_s of its shots. Next: import its shots with times: lpd import shots"
    )
