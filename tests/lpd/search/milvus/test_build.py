"""Loading into Milvus: it goes on after a stop, leaves nothing behind, replaces an index only when whole."""

import json
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from lpd.errors import FormatError, LpdError, MismatchError
from lpd.search.milvus import MilvusSettings, build, open_milvus_index
from lpd.search.milvus.server import connect
from tests.lpd.search.milvus.samples import SPACES, Sample, assert_same, random_sample

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture(autouse=True)
def small_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages of 20 rows of 13 dimensions."""
    monkeypatch.setattr(build, "_MESSAGE_BYTES", 20 * 13 * 4)


def collections(settings: MilvusSettings) -> set[str]:
    return set(connect(settings).client.list_collections())


def stopping_at(sample: Sample, row: int, first: int) -> Iterator[list[np.ndarray]]:
    done = first
    for block in sample.blocks_from(first, block=20):
        if done >= row:
            raise KeyboardInterrupt
        yield block
        done += len(block[0])


def assert_whole(directory: Path, settings: MilvusSettings, sample: Sample) -> None:
    index, _ = open_milvus_index(directory, settings)
    assert_same(index.search(sample.queries, 400), sample.exact.search(sample.queries, 400))
    assert [path.name for path in directory.parent.iterdir()] == [directory.name]


def test_a_stopped_load_goes_on_where_it_was(tmp_path: Path, settings: MilvusSettings) -> None:
    sample, directory, before = random_sample(100), tmp_path / "m@c", collections(settings)
    reported: list[tuple[str, int, int]] = []
    with pytest.raises(KeyboardInterrupt):
        sample.build(directory, settings, blocks_from=lambda first: stopping_at(sample, 50, first))
    assert not directory.exists()
    assert settings.uri not in (tmp_path / ".m@c.milvus.json").read_text()
    sample.build(directory, settings, progress=lambda *report: reported.append(report))
    assert sample.started_at == [0, 60]
    assert [done for stage, done, _ in reported if stage == "storing in Milvus"] == [60, 80, 90, 100]
    assert_whole(directory, settings, sample)
    assert len(collections(settings) - before) == 1


@pytest.mark.parametrize(("stored", "recorded"), [(20, 0), (60, 50)])
def test_a_message_in_doubt_is_sent_again_as_a_replacement(
    tmp_path: Path, settings: MilvusSettings, stored: int, recorded: int
) -> None:
    """As after a kill between the storing of a message and the record of it."""
    sample, directory = random_sample(100), tmp_path / "m@c"
    with pytest.raises(KeyboardInterrupt):
        sample.build(directory, settings, blocks_from=lambda first: stopping_at(sample, stored, first))
    record = tmp_path / ".m@c.milvus.json"
    assert json.loads(record.read_text())["rows"] == stored
    record.write_text(json.dumps(json.loads(record.read_text()) | {"rows": recorded}))
    sample.build(directory, settings)
    assert sample.started_at == [0, recorded]
    assert_whole(directory, settings, sample)


@pytest.mark.parametrize("change", ["model", "lost rows", "lost collection", "lost index", "damaged record"])
def test_a_load_that_cannot_go_on_begins_anew(tmp_path: Path, settings: MilvusSettings, change: str) -> None:
    sample, directory, before = random_sample(60), tmp_path / "m@c", collections(settings)
    with pytest.raises(KeyboardInterrupt):
        sample.build(directory, settings, blocks_from=lambda first: stopping_at(sample, 40, first))
    record = tmp_path / ".m@c.milvus.json"
    state = json.loads(record.read_text())
    if change == "lost rows":
        record.write_text(json.dumps(state | {"rows": 50}))
    if change == "lost collection":
        connect(settings).drop(state["collection"])
    if change == "lost index":
        client = connect(settings).client
        client.release_collection(state["collection"])
        client.drop_index(state["collection"], "vector")
    if change == "damaged record":
        record.write_text("[]")
    sample.build(directory, settings, made_from={"model": "other" if change == "model" else "m"})
    assert sample.started_at == [0, 0]
    assert_whole(directory, settings, sample)
    orphans = 1 if change == "damaged record" else 0  # nobody knows its name any more
    assert len(collections(settings) - before) == 1 + orphans


def test_an_index_stands_until_the_next_is_complete(tmp_path: Path, settings: MilvusSettings) -> None:
    old, new, directory = random_sample(40), random_sample(60, seed=1), tmp_path / "m@c"
    old.build(directory, settings)
    first = open_milvus_index(directory, settings)[0]
    new.sources = {"model": "new"}
    with pytest.raises(KeyboardInterrupt):
        new.build(directory, settings, blocks_from=lambda row: stopping_at(new, 40, row))
    assert_same(first.search(old.queries, 5), old.exact.search(old.queries, 5))
    new.build(directory, settings)
    assert new.started_at == [0, 40]
    assert_whole(directory, settings, new)
    assert first.collection.name not in collections(settings)


def test_an_end_that_was_missed_is_made_up_for(tmp_path: Path, settings: MilvusSettings) -> None:
    """A kill after the folder was written, before the collection that it replaces was dropped."""
    sample, directory = random_sample(40), tmp_path / "m@c"
    sample.build(directory, settings)
    old = open_milvus_index(directory, settings)[0].collection.name
    sample.build(directory, settings, made_from={"model": "new"}, progress=lambda *_: None)
    new = open_milvus_index(directory, settings)[0].collection
    new.server.create(old, width=13, digest="")
    record = {"collection": new.name, "rows": 40, "replaces": old}
    (tmp_path / ".m@c.milvus.json").write_text(json.dumps(record))
    sample.build(directory, settings)
    assert_whole(directory, settings, sample)
    assert not {old, new.name} & collections(settings)


@pytest.mark.parametrize(
    ("shots", "sentence"), [(99, "too many rows; expected 99; found at least"), (101, "too few rows")]
)
def test_blocks_that_do_not_add_up_leave_nothing(
    tmp_path: Path, settings: MilvusSettings, shots: int, sentence: str
) -> None:
    sample, before = random_sample(100), collections(settings)
    with pytest.raises(MismatchError, match=sentence):
        sample.build(tmp_path / "m@c", settings, shot_ids=[str(n) for n in range(shots)])
    assert list(tmp_path.iterdir()) == []
    assert collections(settings) == before


def test_what_is_not_a_number_is_refused_with_the_shots(tmp_path: Path, settings: MilvusSettings) -> None:
    sample = random_sample(50)
    sample.vectors[1][[33, 34], 2] = np.nan, np.inf
    with pytest.raises(FormatError, match=f"not finite; found shots '{sample.ids[33]}', '{sample.ids[34]}'"):
        sample.build(tmp_path / "m@c", settings)
    assert list(tmp_path.iterdir()) == []


def test_other_widths_are_refused(tmp_path: Path, settings: MilvusSettings) -> None:
    with pytest.raises(MismatchError, match=r"expected \(4, 6, 4\); found \(4, 6, 3\)"):
        random_sample(5).build(tmp_path / "m@c", settings, widths=(4, 6, 4))
    with pytest.raises(LpdError, match="32768 dimensions in all; found 40000"):
        random_sample(5).build(tmp_path / "m@c", settings, widths=(40000,), spaces=("a",))


def test_an_empty_collection(tmp_path: Path, settings: MilvusSettings) -> None:
    sample = random_sample(0).stored(tmp_path / "m@c", settings)
    assert sample.index.search(sample.queries, 5)[0].fused.rows.size == 0
    assert_whole(tmp_path / "m@c", settings, sample)


SLOW_LOAD = """
    import sys, time
    from pathlib import Path
    from lpd.search.milvus import MilvusSettings, build
    from tests.lpd.search.milvus.samples import random_sample

    build._MESSAGE_BYTES = 20 * 13 * 4
    sample = random_sample(600)

    def slowly(first):
        for block in sample.blocks_from(first, block=20):
            time.sleep(0.05)
            yield block

    sample.build(Path(sys.argv[1]), MilvusSettings(sys.argv[2], token=sys.stdin.read()), blocks_from=slowly)
"""


def test_a_load_whose_process_is_killed_goes_on(tmp_path: Path, settings: MilvusSettings, kind: str) -> None:
    """SIGKILL in the middle, of a process that has the file open itself where Milvus is a file."""
    place = MilvusSettings(str(tmp_path / "own.db")) if kind == "file" else settings
    (tmp_path / "indexes").mkdir()
    directory, record = tmp_path / "indexes" / "m@c", tmp_path / "indexes" / ".m@c.milvus.json"
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(SLOW_LOAD), str(directory), place.uri],
        stdin=subprocess.PIPE,
        cwd=ROOT,
    )
    assert process.stdin is not None
    with process.stdin:
        process.stdin.write(place.token.encode())
    until = time.monotonic() + 60
    while not record.is_file() or json.loads(record.read_text())["rows"] < 100:
        assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    sample = random_sample(600)
    sample.build(directory, place)
    assert 100 <= sample.started_at[0] < 600
    assert open_milvus_index(directory, place)[0].spaces == SPACES
    assert_whole(directory, place, sample)
