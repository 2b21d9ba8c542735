"""SEA's four runs: the published means, the groups of topics, and the published figures where they belong."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from lpd.editions import Edition
from lpd.published import published_table
from lpd.reproduce import ROWS
from lpd.reproduce.measured import MeasuredOnTopics
from lpd.reproduce.results import RowResult, SeedResult
from lpd.reproduce.setup import Reproduction
from lpd.reproduce.tables import needed_rows
from lpd.reproduce.tv20 import RUNS, run_table, topic_table
from lpd.trec import Topic

PUBLISHED = published_table("sea-slide14")


def as_published(edition: str, prefix: str) -> dict[str, RowResult]:
    """Results that are what the slide prints, with one seed."""
    results = {key: RowResult(ROWS[key], needs="text feature bert") for key in needed_rows("sea-tv20")}
    for run, key in RUNS.items():
        inf_ap = {f"{prefix}{topic}": float(PUBLISHED.text(topic, run)) for topic in PUBLISHED.labels}
        results[key] = RowResult(ROWS[key], {0: SeedResult({edition: MeasuredOnTopics(inf_ap)})})
    return results


@pytest.fixture
def tv20(opened: Callable[..., Reproduction]) -> Reproduction:
    topics = tuple(Topic(f"1{topic_id}", "a topic") for topic_id in PUBLISHED.labels)
    edition = Edition("tv20", "inland", None, topics, ("complete",), "complete")
    return replace(opened(), editions=(edition,))


def test_topics_fall_into_the_groups_that_the_slides_name(tv20: Reproduction) -> None:
    table = topic_table(tv20, tv20.editions[0], results=as_published("tv20", "1"))
    group_of = {row.label: row.group for row in table.rows}
    named = {topic: PUBLISHED.text(topic, "named_group") for topic in PUBLISHED.labels}
    for topic_id, group in named.items():
        if group:
            assert group_of[f"1{topic_id}"] == group.replace(" ", "-")
    assert len(table.rows) == 20
    for row in table.rows:
        for cell in row.cells[:4]:
            assert cell.published == cell.mean
    assert table.published_in is not None


def test_topics_of_another_year_have_no_published_figures(opened: Callable[..., Reproduction]) -> None:
    reproduction = opened()
    edition = reproduction.editions[0]
    results = {key: RowResult(ROWS[key], needs="text feature bert") for key in needed_rows("sea-tv20")}
    inf_ap = {topic.topic_id: 0.2 for topic in edition.topics}
    for key in list(RUNS.values())[1:]:
        results[key] = RowResult(ROWS[key], {0: SeedResult({edition.name: MeasuredOnTopics(inf_ap)})})
    table = topic_table(reproduction, edition, results=results)
    assert [row.group for row in table.rows] == ["not-easy"] * len(edition.topics)
    assert table.published_in is None
    assert table.rows[0].cells[0].needs == "text feature bert"
    assert table.rows[0].cells[1].mean == 0.2


def test_published_means_are_those_of_the_printed_topics(tv20: Reproduction) -> None:
    table = run_table(tv20, as_published("tv20", "1"))
    found = {row.label: row.cells for row in table.rows}
    for run, mean in (("Run 1", 0.2687), ("Run 2", 0.2634), ("Run 3", 0.2515), ("Run 4", 0.2361)):
        assert found[run][-1].published == pytest.approx(mean, abs=5e-5)
        assert found[run][-2].mean == pytest.approx(found[run][-1].published)
    assert found["Run 2"][0].text == "average of SEA (bow, netvlad); SEA (bow, w2v); SEA (bow, w2v, bigru)"
    assert found["SEA (bow, w2v, bigru, bert)"][1].needs == "text feature bert"
    assert np.isclose(found["Run 4"][1].mean or 0, 0.23605)
