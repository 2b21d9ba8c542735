"""The examination of indexes: what passes, and what is refused with one sentence."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lpd.errors import LpdError, NotFoundError
from lpd.features import write_matrix
from lpd.services.doctor import chosen_indexes, examine_index
from lpd.services.indexing import index_collection
from lpd.workspace import Workspace, open_workspace


@pytest.fixture(scope="module")
def coded(demo_workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo in which lpd@inland is quantised."""
    path = tmp_path_factory.mktemp("doctor") / "w"
    shutil.copytree(demo_workspace, path, ignore=shutil.ignore_patterns("media", "previews"))
    index_collection(open_workspace(path), "lpd", "inland", kind="quantised", device="cpu")
    return path


@pytest.fixture
def copy(coded: Path, tmp_path: Path) -> Workspace:
    shutil.copytree(coded, tmp_path / "w")
    return open_workspace(tmp_path / "w")


def test_a_quantised_index_passes(coded: Path) -> None:
    stages: list[str] = []
    report = examine_index(
        open_workspace(coded), "lpd", "inland", progress=lambda stage, done, total: stages.append(stage)
    )
    assert report.name == "lpd@inland"
    assert report.exactness.kind == "quantised"
    assert report.recall is not None
    assert report.recall == report.recorded
    assert next(iter(report.recall.mean)) == "fused"
    assert len(report.recall.mean) == 10
    assert any("checksums of 10 files" in check for check in report.checks)
    assert any("the vectors of 64 shots" in check for check in report.checks)
    assert {"comparing checksums", "measuring recall"} <= set(stages)


def test_an_exact_index_passes(coded: Path) -> None:
    report = examine_index(open_workspace(coded), "lpd", "coast")
    assert report.exactness.words == "exact"
    assert report.recall is None
    assert any("every number of every vector is finite" in check for check in report.checks)
    assert any("the vectors of 64 shots" in check for check in report.checks)


def test_features_may_have_gone(copy: Workspace) -> None:
    shutil.rmtree(copy.feature_folder("inland", "colour"))
    report = examine_index(copy, "lpd", "inland")
    assert any("were not made again, for the features are not here" in check for check in report.checks)
    assert report.recall is not None


def test_nothing_is_changed(copy: Workspace) -> None:
    before = {path: path.stat().st_mtime_ns for path in copy.path.rglob("*") if path.is_file()}
    for collection in ("inland", "coast"):
        examine_index(copy, "lpd", collection)
    assert {path: path.stat().st_mtime_ns for path in copy.path.rglob("*") if path.is_file()} == before


def changed(path: Path, change: Callable[[np.ndarray], object]) -> None:
    array = np.load(path, mmap_mode="r+")
    change(array)
    array.flush()


def of(workspace: Workspace, collection: str) -> Path:
    return workspace.index_folder("lpd", collection)


def with_new_checksums(folder: Path) -> None:
    """Makes the manifest agree with the files, as if they had been written so."""
    import zlib

    path = folder / "manifest.json"
    document = json.loads(path.read_text())
    for name, facts in document["settings"]["files"].items():
        facts["crc32"] = [zlib.crc32((folder / name).read_bytes())]
    path.write_text(json.dumps(document))


def one_bit(w: Workspace) -> None:
    changed(of(w, "inland") / "codes_02.npy", lambda codes: codes.__setitem__((3, 5), codes[3, 5] ^ 1))


def other_rows(w: Workspace) -> None:
    changed(of(w, "inland") / "rows.npy", lambda rows: rows.__setitem__((7, 9), rows[7, 9] + 1))


def truncated(w: Workspace) -> None:
    path = of(w, "inland") / "rows.npy"
    path.write_bytes(path.read_bytes()[:-100])


def lost(w: Workspace) -> None:
    (of(w, "inland") / "mixing.npy").unlink()


def other_model(w: Workspace) -> None:
    for name in ("model.safetensors", "config.json"):
        shutil.copyfile(w.model_folder("lpd-no-dcl") / name, w.model_folder("lpd") / name)


def other_features(w: Workspace) -> None:
    matrix = w.features("inland", "colour")
    rows = matrix.rows(matrix.ids) + 1
    write_matrix(w.feature_folder("inland", "colour"), [rows], name="colour", ids=matrix.ids)


def vectors_of_others(w: Workspace) -> None:
    """Whole, but the shots' rows stand in another order."""

    def turn(array: np.ndarray) -> None:
        array[:] = array[::-1].copy()

    folder = of(w, "inland")
    for path in folder.glob("*.npy"):
        changed(path, turn)
    with_new_checksums(folder)


def other_ids(w: Workspace) -> None:
    folder = of(w, "inland")
    lines = (folder / "ids.txt").read_text().splitlines()
    (folder / "ids.txt").write_text("\n".join([lines[1], lines[0], *lines[2:]]) + "\n")
    with_new_checksums(folder)


def not_finite(w: Workspace) -> None:
    changed(of(w, "coast") / "space_03.npy", lambda space: space.__setitem__((4, 2), np.nan))


def exact_vectors_of_others(w: Workspace) -> None:
    changed(of(w, "coast") / "space_08.npy", lambda space: space.__setitem__(slice(None), space[::-1].copy()))


def truncated_exact(w: Workspace) -> None:
    path = of(w, "coast") / "space_01.npy"
    path.write_bytes(path.read_bytes()[:-100])


def other_exact_ids(w: Workspace) -> None:
    path = of(w, "coast") / "ids.txt"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[1], lines[0], *lines[2:]]) + "\n")


BAD = {
    "a bit of the codes": (one_bit, "inland", "codes_02.npy, bytes 0 to .*the checksum differs"),
    "a number of the rows": (other_rows, "inland", "rows.npy, bytes 0 to .*the checksum differs"),
    "truncated": (truncated, "inland", "rows.npy: truncated"),
    "lost": (lost, "inland", "mixing.npy: truncated or another file; .*nothing"),
    "other model": (other_model, "inland", "another model.*lpd index --model lpd --collection inland"),
    "other features": (other_features, "inland", "made from other features colour.*lpd index"),
    "other order": (vectors_of_others, "inland", "another vector than the model makes"),
    "other ids": (other_ids, "inland", "row 0: another shot"),
    "not finite": (not_finite, "coast", "space video:.*, shot .*: not a finite number"),
    "exact, other order": (exact_vectors_of_others, "coast", "another vector than the model makes"),
    "exact, truncated": (truncated_exact, "coast", "space_01.npy"),
    "exact, other ids": (other_exact_ids, "coast", "row 0: another shot"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_said_in_one_sentence(copy: Workspace, name: str) -> None:
    damage, collection, sentence = BAD[name]
    damage(copy)
    with pytest.raises(LpdError, match=sentence) as caught:
        examine_index(copy, "lpd", collection)
    assert "\n" not in str(caught.value)
    assert caught.value.next_step


def test_scores_that_are_no_products_are_found(coded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from lpd.search.index import HitList
    from lpd.search.quantised import QuantisedIndex

    search = QuantisedIndex.search

    def shifted(self, queries, depth, **options):
        blocks = search(self, queries, depth, **options)
        return [
            block._replace(
                spaces=tuple(HitList(hits.rows, hits.scores + np.float32(0.01)) for hits in block.spaces)
            )
            for block in blocks
        ]

    monkeypatch.setattr(QuantisedIndex, "search", shifted)
    with pytest.raises(LpdError, match="scores are not the products"):
        examine_index(open_workspace(coded), "lpd", "inland")


def test_a_low_recall_is_seen(coded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index that loses the best shot of its fused lists: measured now, and when it was built."""
    from lpd.search.index import HitList
    from lpd.search.quantised import QuantisedIndex

    search = QuantisedIndex.search

    def forgetful(self, queries, depth, **options):
        blocks = search(self, queries, depth, **options)
        return [block._replace(fused=HitList(*(part[1:] for part in block.fused))) for block in blocks]

    monkeypatch.setattr(QuantisedIndex, "search", forgetful)
    report = examine_index(open_workspace(coded), "lpd", "inland")
    assert report.recall is not None
    assert report.recorded is not None
    assert report.recall.mean["fused"] == pytest.approx(1 - 1 / report.shots)
    assert report.recorded.mean["fused"] > report.recall.mean["fused"]


def test_which_indexes(coded: Path, tmp_path: Path) -> None:
    workspace = open_workspace(coded)
    assert ("laff", "coast") in chosen_indexes(workspace, [])
    assert len(chosen_indexes(workspace, [])) == 6
    assert chosen_indexes(workspace, ["lpd@inland", "laff@coast"]) == [("lpd", "inland"), ("laff", "coast")]
    with pytest.raises(NotFoundError, match=r"no such index; expected one of laff@coast, .*found 'lpd'"):
        chosen_indexes(workspace, ["lpd"])
    from lpd.workspace import create_workspace

    with pytest.raises(NotFoundError, match="no index to examine"):
        chosen_indexes(create_workspace(tmp_path / "empty"), [])
