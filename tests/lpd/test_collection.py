"""Collections: round trip, lookups, and everything that must not get in."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lpd.collection import Collection, make_collection, read_collection, write_collection
from lpd.errors import FormatError, MismatchError, NotFoundError
from lpd.names import check_name

SHOTS = pd.DataFrame(
    {
        "shot_id": ["shot1_1", "shot1_2", "shot2_1"],
        "video_id": ["video1", "video1", "video2"],
        "start_s": [0.0, 2.5, 0.0],
        "end_s": [2.5, 4.0, np.nan],
        "thumbnail": ["thumbs/shot1_1.webp", None, "https://host/{video}/{shot}.jpg"],
        "preview": [None, None, None],
    }
)


def shots(**changes: list[object]) -> pd.DataFrame:
    return SHOTS.assign(**{name: pd.Series(values, dtype=object) for name, values in changes.items()})


def collection() -> Collection:
    return make_collection("world", SHOTS, subsets={"test": ["shot2_1", "shot1_1"], "train.a": ["shot1_2"]})


def test_what_is_written_is_read(tmp_path: Path) -> None:
    write_collection(tmp_path / "world", collection())
    again = read_collection(tmp_path / "world")
    pd.testing.assert_frame_equal(again.shots, collection().shots)
    assert again.shots["thumbnail"].tolist()[1] is None
    assert again.name == "world"
    assert again.subsets == {"test": ["shot2_1", "shot1_1"], "train.a": ["shot1_2"]}
    assert (tmp_path / "world" / "subsets" / "test.txt").read_text() == "shot2_1\nshot1_1\n"


def test_subsets_that_are_no_more_are_removed(tmp_path: Path) -> None:
    write_collection(tmp_path / "world", collection())
    write_collection(
        tmp_path / "world", make_collection("world", SHOTS, subsets={"all": SHOTS["shot_id"].tolist()})
    )
    assert list(read_collection(tmp_path / "world").subsets) == ["all"]


def test_shots_are_found_by_id_in_the_order_of_the_request() -> None:
    world = collection()
    assert len(world) == 3
    assert world.shot_ids == ["shot1_1", "shot1_2", "shot2_1"]
    assert world.row("shot2_1") == 2
    rows = world.rows(["shot2_1", "shot1_1"])
    assert rows.dtype == np.int64
    assert rows.tolist() == [2, 0]
    with pytest.raises(NotFoundError, match="found 'x', 'y'"):
        world.rows(["x", "shot1_1", "y"])


def test_subset_rows_rise_and_none_means_all() -> None:
    world = collection()
    assert world.subset_rows("test").tolist() == [0, 2]
    assert world.subset_rows(None).tolist() == [0, 1, 2]
    with pytest.raises(NotFoundError, match=r"'test', 'train\.a'; found 'dev'"):
        world.subset_rows("dev")
    with pytest.raises(NotFoundError, match="it has no subsets"):
        make_collection("world", SHOTS).subset_rows("dev")


def test_media_entries_are_paths_or_filled_urls() -> None:
    world = collection()
    assert world.media_entry("shot1_1", "thumbnail") == "thumbs/shot1_1.webp"
    assert world.media_entry("shot1_2", "thumbnail") is None
    assert world.media_entry("shot2_1", "thumbnail") == "https://host/video2/shot2_1.jpg"
    assert world.media_entry("other", "thumbnail") is None


def test_only_shot_ids_are_needed() -> None:
    world = make_collection("images", pd.DataFrame({"shot_id": ["a", "b"]}))
    assert world.shots["video_id"].tolist() == ["a", "b"]
    assert world.shots["start_s"].isna().all()
    assert world.shots["preview"].tolist() == [None, None]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (SHOTS.drop(columns="shot_id"), "wrong columns; expected shot_id"),
        (SHOTS.assign(colour="red"), "'colour'"),
        (shots(shot_id=["a", "a", "b"]), "shots occur more than once; expected each once; found 'a'"),
        (shots(shot_id=["a", "b c", None]), "found 'row 1: b c', 'row 2: None'"),
        (shots(shot_id=["a", "b", 7]), "values are not texts; expected texts; found 'row 2: 7'"),
        (shots(video_id=["a", "", "c"]), "bad video_id"),
        (
            shots(start_s=[0.0, 5.0, -1.0]),
            "impossible times; expected 0 <= start_s <= end_s; found 'shot1_2', 'shot2_1'",
        ),
        (shots(end_s=[np.inf, 5.0, 1.0]), "found 'shot1_1'"),
        (shots(start_s=["soon", 0, 0]), "column start_s: times are not numbers"),
        (shots(thumbnail=["../a.jpg", "/etc/a", "a\\b.jpg"]), "found 'shot1_1', 'shot1_2', 'shot2_1'"),
        (shots(preview=["c:/a.webp", "a//b", "file:///a"]), "preview leads out of media/"),
    ],
)
def test_bad_shots_are_named(table: pd.DataFrame, words: str) -> None:
    with pytest.raises(FormatError) as caught:
        make_collection("world", table)
    assert words in str(caught.value)
    assert str(caught.value).startswith("world")


def test_unknown_shots_of_all_subsets_are_named_at_once() -> None:
    with pytest.raises(MismatchError, match="'train: x', 'train: y', 'test: z'"):
        make_collection("world", SHOTS, subsets={"train": ["x", "shot1_1", "y"], "test": ["z"]})


@pytest.mark.parametrize(
    ("subsets", "words"),
    [
        ({"../test": ["shot1_1"]}, "not a name for a subset"),
        ({"test": []}, "subset is empty"),
        ({"test": ["shot1_1", "shot1_1"]}, "shots occur twice in a subset"),
    ],
)
def test_bad_subsets_are_named(subsets: dict[str, list[str]], words: str) -> None:
    with pytest.raises(FormatError, match=words):
        make_collection("world", SHOTS, subsets=subsets)


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a/b", "a\\b", "a b", ".hidden", "a..b", "-x", "é", "a" * 129, "a\n"]
)
def test_names_that_are_no_file_names_are_refused(name: str) -> None:
    with pytest.raises(FormatError, match="not a name for a model"):
        check_name(name, "model")


@pytest.mark.parametrize(
    "name", ["mean_resnext101_32x48d_wsl,avgpool,os", "V3C1", "mbv1_0.5", "a+b=c-d", "2024"]
)
def test_names_of_the_field_are_taken(name: str) -> None:
    assert check_name(name, "feature") == name


def test_an_edited_subset_with_unknown_shots_is_named_on_reading(tmp_path: Path) -> None:
    write_collection(tmp_path / "world", collection())
    (tmp_path / "world" / "subsets" / "test.txt").write_text("shot1_1\nshot9_9\n")
    with pytest.raises(MismatchError, match="test: shot9_9"):
        read_collection(tmp_path / "world")


def test_missing_and_broken_tables_are_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="collection is missing"):
        read_collection(tmp_path / "none")
    (tmp_path / "world").mkdir()
    (tmp_path / "world" / "shots.parquet").write_bytes(b"PAR1")
    with pytest.raises(FormatError, match="not a parquet file"):
        read_collection(tmp_path / "world")
    pq.write_table(pa.table({"video_id": ["a"]}), tmp_path / "world" / "shots.parquet")
    with pytest.raises(FormatError, match="wrong columns"):
        read_collection(tmp_path / "world")


def test_rows_of_the_shots_that_are_there() -> None:
    collection = make_collection("c", pd.DataFrame({"shot_id": ["a", "b", "c"]}))
    assert collection.known_rows(["c", "elsewhere", "a", "c"]).tolist() == [2, 0, 2]
    assert collection.known_rows([]).dtype == np.int64
