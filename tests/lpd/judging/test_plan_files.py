import json
from collections.abc import Callable
from pathlib import Path

import pytest

from lpd.errors import FormatError, LpdError, NotFoundError, StaleError
from lpd.judging import Layer, PlannedRun, extend_plan, make_plan, read_plan, update_plan, write_plan
from lpd.storage import digest_file
from tests.lpd.judging.small_plans import EDITION, small_plan


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_plan(tmp_path / "p", small_plan())
    return tmp_path / "p"


def test_a_plan_comes_back_whole(folder: Path) -> None:
    assert read_plan(folder) == small_plan()
    assert read_plan(folder).digest == small_plan().digest
    assert sorted(file.name for file in folder.iterdir()) == ["plan.json", "pool.tsv"]
    document = json.loads((folder / "plan.json").read_text())
    assert document["runs"] == [{"tag": "up", "digest": "d1"}, {"tag": "down", "digest": "d2"}]
    assert document["seed"] == 1
    first = read_plan(folder).topic("1").strata[0]
    assert (folder / "pool.tsv").read_text().startswith(f"1\t1\t{first.shot_ids[0]}\n1\t1\t")


def test_a_plan_is_not_written_over(folder: Path) -> None:
    before = (folder / "plan.json").read_bytes()
    with pytest.raises(LpdError, match="a judging plan of this name already"):
        write_plan(folder, small_plan(seed=5))
    assert (folder / "plan.json").read_bytes() == before


def test_an_extended_plan_leaves_the_pool_file_as_it_is(folder: Path) -> None:
    pool = (folder / "pool.tsv").stat().st_mtime_ns
    extended = extend_plan(small_plan(), [1, 1, 1])
    update_plan(folder, extended)
    assert read_plan(folder) == extended
    assert (folder / "pool.tsv").stat().st_mtime_ns == pool
    with pytest.raises(LpdError, match="another plan"):
        update_plan(folder, small_plan(seed=2))
    assert read_plan(folder) == extended


def test_absent_newer_and_renamed_plans_are_told(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no judging plan here"):
        read_plan(tmp_path / "q")
    document = json.loads((folder / "plan.json").read_text())
    (folder / "plan.json").write_text(json.dumps(document | {"format_version": 2, "new": 1}))
    with pytest.raises(FormatError, match=r"written by a newer lpd; .* found version 2. Next: update lpd"):
        read_plan(folder)
    (folder / "plan.json").write_text(json.dumps(document))
    folder.rename(tmp_path / "q")
    with pytest.raises(StaleError, match="its folder renamed"):
        read_plan(tmp_path / "q")


CHANGES: dict[str, Callable[[dict], object]] = {
    "no layers": lambda one: one.pop("layers"),
    "bad rate": lambda one: one["layers"][0].update(rate=7),
    "seed": lambda one: one.update(seed="x"),
    "another seed": lambda one: one.update(seed=4),
    "overlap": lambda one: one.update(overlap=2),
    "huge overlap": lambda one: one.update(overlap=10**400),
    "runs": lambda one: one.update(runs=[3]),
    "topics": lambda one: one.update(topics={}),
    "one topic": lambda one: one["topics"].pop(),
    "text": lambda one: one["topics"][0].update(text="another"),
    "sample": lambda one: one["topics"][0]["samples"].update({"1": 99}),
    "strata": lambda one: one["topics"][0]["samples"].pop("1"),
    "collection": lambda one: one.update(collection="../x"),
    "version": lambda one: one.update(format_version=None),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_changed_plan_file_is_refused(folder: Path, change: Callable[[dict], object]) -> None:
    document = json.loads((folder / "plan.json").read_text())
    change(document)
    (folder / "plan.json").write_text(json.dumps(document))
    with pytest.raises((FormatError, StaleError)) as raised:
        read_plan(folder)
    assert str(folder) in str(raised.value)
    with pytest.raises((FormatError, StaleError)):
        update_plan(folder, small_plan())


def test_a_changed_or_lost_pool_is_refused(folder: Path) -> None:
    pool = folder / "pool.tsv"
    whole = pool.read_text()
    pool.write_text(whole.replace("s001", "s999", 1))
    with pytest.raises(StaleError, match="is not the one that was drawn"):
        read_plan(folder)
    pool.unlink()
    with pytest.raises(StaleError, match="no such file"):
        read_plan(folder)


def test_rows_of_the_pool_are_checked_as_well(folder: Path) -> None:
    pool, plan = folder / "pool.tsv", folder / "plan.json"
    pool.write_text(pool.read_text() + "1\t1\n" + pool.read_text().splitlines()[0] + "\n")
    document = json.loads(plan.read_text()) | {"pool_digest": digest_file(pool)}
    plan.write_text(json.dumps(document))
    with pytest.raises(FormatError, match=r"pool\.tsv:301"):
        read_plan(folder)


def test_ids_with_blanks_cannot_be_kept(tmp_path: Path) -> None:
    plan = make_plan("p", EDITION, {PlannedRun("r", "d"): {"1": ["a b"]}}, layers=[Layer(5, 1)], seed=0)
    with pytest.raises(FormatError, match="ids with blanks"):
        write_plan(tmp_path / "p", plan)
    assert list(tmp_path.iterdir()) == []
