"""Means over editions: means of means, counted by hand; what is missing is named."""

import dataclasses

import numpy as np
import pytest

from lpd.errors import LpdError, MismatchError
from lpd.evaluation import bootstrap_mean_of_means, edition_means, edition_means_intervals
from tests.lpd.evaluation.table_cases import table_of

NAN = float("nan")

FIRST = table_of({"1": [0.1, 0.4], "2": [0.3, NAN]}, ["one", "two"], name="tv01")
SECOND = table_of({"5": [0.6], "6": [0.5], "7": [0.7]}, ["one"], name="tv02", extra=["8"])


def test_a_mean_of_means_by_hand() -> None:
    found = edition_means([FIRST, SECOND])
    assert found.means == pytest.approx(np.array([[0.2, 0.4], [0.6, NAN]]), nan_ok=True)
    # not (.1 + .3 + .6 + .5 + .7) / 5 = .44
    assert found.overall == pytest.approx([0.4, NAN], nan_ok=True)
    assert (found.columns, found.editions, found.measure) == (("one", "two"), ("tv01", "tv02"), "infAP")


def test_what_is_missing_is_named_and_never_zero() -> None:
    found = edition_means([FIRST, SECOND])
    assert found.missing == (("tv02", "two"),)
    assert found.partial == (("tv01", "two", "1 of 2 topics"), ("tv02", "one", "3 of 4 topics"))


def test_a_column_without_topics_is_missing() -> None:
    empty = table_of({"1": [0.1, NAN]}, ["one", "two"], name="tv03")
    found = edition_means([empty])
    assert found.missing == (("tv03", "two"),)
    assert found.partial == ()


def test_columns_come_in_the_order_of_the_tables() -> None:
    other = table_of({"1": [0.1, 0.2]}, ["zero", "one"], name="tv03")
    assert edition_means([FIRST, other]).columns == ("one", "two", "zero")


def test_editions_may_lie_in_different_collections() -> None:
    elsewhere = dataclasses.replace(SECOND, collection="v3c2")
    assert edition_means([FIRST, elsewhere]).collections == ("here", "v3c2")


def test_one_edition_is_its_own_mean() -> None:
    assert edition_means([FIRST]).overall.tolist() == FIRST.means.tolist()


def test_intervals_draw_topics_within_editions() -> None:
    wide = table_of({"1": [0.1, 0.4], "2": [0.3, 0.2]}, ["one", "two"], name="tv01")
    found = edition_means_intervals(edition_means([wide, SECOND]), resamples=300, seed=4)
    expected = bootstrap_mean_of_means([[0.1, 0.3], [0.6, 0.5, 0.7]], resamples=300, seed=4)
    assert found == {"one": expected, "two": None}


def test_an_edition_of_one_topic_gives_no_interval() -> None:
    found = edition_means_intervals(edition_means([FIRST]))
    assert found["one"] is not None
    assert found["two"] is None


def test_what_does_not_fit_is_said() -> None:
    with pytest.raises(LpdError, match="no editions to average over"):
        edition_means([])
    with pytest.raises(MismatchError, match=r"more than once.*'tv01'"):
        edition_means([FIRST, FIRST])
    with pytest.raises(MismatchError, match=r"different ways.*infAP and skip, infNDCG and skip"):
        edition_means([FIRST, dataclasses.replace(SECOND, measure="infNDCG")])
    with pytest.raises(MismatchError, match="infAP and skip, infAP and zero"):
        edition_means([FIRST, dataclasses.replace(SECOND, missing_as="zero")])
