"""Maps in files: what is written is read, a broken write leaves what was there, damage is told."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lpd.errors import FormatError, LpdError, NotFoundError, StaleError
from lpd.maps import (
    Anchors,
    MapPart,
    MapSettings,
    ShotMap,
    Wanted,
    files,
    make_maps,
    read_map,
    read_map_facts,
    write_map,
)
from tests.lpd.maps.making_cases import InMemory, unit_vectors

SOURCES = {"model": "0123", "collection": "4567"}


@pytest.fixture
def plain() -> ShotMap:
    vectors = InMemory((unit_vectors(40, 7, seed=0),))
    return make_maps(vectors, [Wanted("text:a", (MapPart(0, 1.0),))], MapSettings(clusters=4, seed=3))[0]


@pytest.fixture
def by_umap(plain: ShotMap) -> ShotMap:
    rng = np.random.default_rng(0)
    axes = len(plain.axes.variances)
    anchors = Anchors(rng.random((9, axes), np.float32), rng.random((9, 2), np.float32))
    return replace(plain, facts=replace(plain.facts, method="umap", fitted=9), anchors=anchors)


@pytest.mark.parametrize("kind", ["plain", "by_umap"])
def test_what_is_written_is_read(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    made: ShotMap = request.getfixturevalue(kind)
    kept = write_map(tmp_path / "m", made, made_from=SOURCES, source="the index")
    found = read_map(tmp_path / "m")
    assert found.facts == made.facts
    assert found.digest == kept.digest != ""
    for name in ("points", "clusters", "centres"):
        np.testing.assert_array_equal(getattr(found, name), getattr(made, name))
    for name in ("mean", "components", "variances", "total"):
        np.testing.assert_array_equal(getattr(found.axes, name), getattr(made.axes, name))
    query = [unit_vectors(1, 7, seed=8)]
    np.testing.assert_array_equal(found.place(query), made.place(query))
    facts, manifest, digest = read_map_facts(tmp_path / "m")
    assert (facts, digest) == (made.facts, kept.digest)
    assert (manifest.made_from, manifest.seed, manifest.settings["source"]) == (SOURCES, 3, "the index")


def test_a_broken_write_leaves_what_was_there(
    plain: ShotMap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_map(tmp_path / "m", plain, made_from=SOURCES)

    def full(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(files, "write_manifest", full)
    with pytest.raises(OSError, match="no space left"):
        write_map(tmp_path / "m", replace(plain, points=plain.points + 1), made_from=SOURCES)
    np.testing.assert_array_equal(read_map(tmp_path / "m").points, plain.points)
    assert [one.name for one in tmp_path.iterdir()] == ["m"]


@pytest.mark.parametrize(
    "name", ["points.npy", "clusters.npy", "centres.npy", "mean.npy", "components.npy", "variances.npy"]
)
def test_a_changed_byte_is_told(plain: ShotMap, tmp_path: Path, name: str) -> None:
    write_map(tmp_path / "m", plain, made_from=SOURCES)
    data = bytearray((tmp_path / "m" / name).read_bytes())
    data[-1] ^= 1
    (tmp_path / "m" / name).write_bytes(data)
    read_map_facts(tmp_path / "m")  # reads no array
    with pytest.raises(FormatError, match=rf"{name}: damaged; expected digest .* Next: lpd map build"):
        read_map(tmp_path / "m")


def test_a_file_that_is_gone_and_a_half_written_map_are_told(plain: ShotMap, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no map here"):
        read_map(tmp_path / "m")
    write_map(tmp_path / "m", plain, made_from=SOURCES)
    (tmp_path / "m" / "mean.npy").unlink()
    with pytest.raises(NotFoundError, match=r"mean\.npy: a file of the map is missing"):
        read_map_facts(tmp_path / "m")
    (tmp_path / "m" / "manifest.json").unlink()
    with pytest.raises(StaleError, match="half-written"):
        read_map(tmp_path / "m")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("shots", -1),
        ("shots", "many"),
        ("shots", 41),
        ("width", 10**9),
        ("width", 8),
        ("method", "tsne"),
        ("method", "umap"),
        ("fitted", 3),
        ("parts", []),
        ("parts", [[-1, 1.0]]),
        ("parts", 5),
        ("explained", [0.5]),
        ("clusters", None),
    ],
    ids=str,
)
def test_a_manifest_of_something_else_is_told(
    plain: ShotMap, tmp_path: Path, key: str, value: object
) -> None:
    write_map(tmp_path / "m", plain, made_from=SOURCES)
    path = tmp_path / "m" / "manifest.json"
    document = json.loads(path.read_text())
    document["settings"]["facts"][key] = value
    path.write_text(json.dumps(document))
    with pytest.raises(LpdError, match=r"damaged manifest|wrong array"):
        read_map(tmp_path / "m")


def test_an_array_with_a_number_that_is_none_is_told(plain: ShotMap, tmp_path: Path) -> None:
    points = plain.points.copy()
    points[3, 1] = np.nan
    write_map(tmp_path / "m", replace(plain, points=points), made_from=SOURCES)
    with pytest.raises(FormatError, match=r"points\.npy: wrong array; expected \(40, 2\) finite float32"):
        read_map(tmp_path / "m")
