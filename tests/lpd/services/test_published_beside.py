"""Published figures beside measured ones: only of the very topics, as printed, with their source."""

from pathlib import Path

import pytest

from lpd.editions import Edition
from lpd.published import published_table
from lpd.services.published_beside import (
    TRECVID_TOPICS,
    published_runs,
    published_systems,
    trecvid_edition,
)
from lpd.trec import Topic, read_topics


def edition_of(first: int, last: int, *, name: str = "mine", prefix: str = "") -> Edition:
    topics = tuple(Topic(f"{prefix}{number}", f"text {number}") for number in range(first, last + 1))
    return Edition(name, "v3c1", None, topics, (), None)


@pytest.mark.parametrize("year", range(16, 22))
def test_the_topic_files_of_trecvid(shared_data: Path, year: int) -> None:
    topics = read_topics(shared_data / "trecvid" / f"tv{year}.avs.txt")
    first, last = TRECVID_TOPICS[f"TV{year}"]
    assert [topic.topic_id for topic in topics] == [str(number) for number in range(first, last + 1)]


def test_every_edition_has_the_published_number_of_topics() -> None:
    table = published_table("lpd-table1")
    counts = {name: last - first + 1 for name, (first, last) in TRECVID_TOPICS.items()}
    assert counts == {name: table.value(name, "topics") for name in table.labels}


@pytest.mark.parametrize("name", list(TRECVID_TOPICS))
def test_an_edition_is_known_by_its_topics(name: str) -> None:
    first, last = TRECVID_TOPICS[name]
    assert trecvid_edition(edition_of(first, last)) == name
    assert trecvid_edition(edition_of(first, last, prefix="1")) == name
    assert trecvid_edition(edition_of(first, last - 1)) is None
    assert trecvid_edition(edition_of(first, last + 1)) is None


def test_the_name_of_an_edition_has_no_influence() -> None:
    assert trecvid_edition(edition_of(901, 920, name="tv20")) is None
    mixed = edition_of(641, 650).topics + edition_of(651, 660, prefix="1").topics
    assert trecvid_edition(Edition("tv20", "v3c1", None, mixed, (), None)) is None


@pytest.mark.parametrize("prefix", ["", "1"])
def test_the_runs_of_the_slides(prefix: str) -> None:
    found = published_runs(edition_of(641, 660, prefix=prefix))
    assert found is not None
    assert list(found.values) == ["Run 1", "Run 2", "Run 3", "Run 4"]
    assert found.values["Run 3"][f"{prefix}644"] == 0.795
    assert found.values["Run 4"][f"{prefix}660"] == 0.455
    assert all(len(of_run) == 20 for of_run in found.values.values())
    assert found.means == pytest.approx(
        {"Run 1": 0.2687, "Run 2": 0.2634, "Run 3": 0.2515, "Run 4": 0.23605}, abs=1e-9
    )
    assert found.named_groups[f"{prefix}644"] == "not easy"
    assert len(found.named_groups) == 7
    assert (found.measure, found.place[:8]) == ("infAP", "slide 14")
    assert found.source.startswith("Li, Zhou, Chen")
    assert any("prints no means" in note for note in found.notes)


def test_other_topics_have_no_published_runs() -> None:
    assert published_runs(edition_of(661, 680, name="tv20")) is None
    assert published_runs(edition_of(641, 659)) is None


def test_the_systems_of_one_edition() -> None:
    found = {table.name: table for table in published_systems([edition_of(641, 660, name="tv20")])}
    assert list(found) == ["lpd-table3", "lpd-table4", "lpd-table5"], "slide 8 ends with TV19"
    table = found["lpd-table3"]
    assert table.editions == ("tv20",)
    assert table.rows["LPD"] == (0.287,)
    assert len(table.rows) == 16
    assert table.source.startswith("Hu, Xin, Li")
    assert "Table 3" in table.place
    assert any(slip.row == "DualTask" for slip in table.slips)


def test_means_are_those_of_the_editions_at_hand() -> None:
    editions = [
        edition_of(641, 660, name="b"),
        edition_of(901, 920),
        edition_of(501, 530, name="a", prefix="1"),
    ]
    found = {table.name: table for table in published_systems(editions)}
    assert found["lpd-table3"].editions == ("b", "a")
    assert found["lpd-table3"].rows["LPD"] == (0.287, 0.245)
    assert found["lpd-table3"].means["LPD"] == pytest.approx(0.266)
    assert found["sea-slide8"].editions == ("a",)
    assert found["sea-slide8"].rows["SEA (bow, w2v)"] == (0.157,)


def test_means_over_all_editions_are_the_printed_ones_but_for_rounding() -> None:
    editions = [edition_of(first, last, name=name) for name, (first, last) in TRECVID_TOPICS.items()]
    for found in published_systems(editions):
        table = published_table(found.name)
        if "MEAN" not in table.columns:
            assert found.name == "sea-slide8"
            continue
        assert found.editions == tuple(TRECVID_TOPICS)
        for system, mean in found.means.items():
            assert mean == pytest.approx(table.value(system, "MEAN"), rel=0, abs=0.0005 + 1e-9), system


def test_other_editions_have_no_published_systems() -> None:
    assert published_systems([edition_of(901, 920, name="tv20")]) == []
    assert published_systems([]) == []
