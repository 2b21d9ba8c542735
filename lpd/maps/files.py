"""Maps in files: maps/<model>@<collection>/<space>.<method>/ with a manifest and plain arrays.

points.npy (N, 2) float32      clusters.npy (N,) uint16        centres.npy (K, P) float32
mean.npy (D,) float64          components.npy (P, D) float64   variances.npy (P,) float64
anchors.npy (M, P) float32     anchor_points.npy (M, 2) float32, of UMAP alone
"""

import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from lpd.errors import FormatError, NotFoundError
from lpd.maps.pca import WIDEST, Axes
from lpd.maps.shot_map import METHODS, MapFacts, MapPart, ShotMap
from lpd.maps.umap_map import Anchors
from lpd.storage import (
    MANIFEST_NAME,
    Manifest,
    atomic_directory,
    digest_bytes,
    digest_file,
    read_manifest,
    write_manifest,
)

__all__ = ["StoredFacts", "read_map", "read_map_facts", "write_map"]

KIND = "map"
_AGAIN = "lpd map build"


class StoredFacts(NamedTuple):
    """What the manifest of a map tells, and the digest of that manifest, which stands for the map."""

    facts: MapFacts
    manifest: Manifest
    digest: str


def write_map(
    directory: Path, shot_map: ShotMap, *, made_from: Mapping[str, str], source: str = "memory"
) -> ShotMap:
    """Writes a map; the folder appears whole or not at all. Returns it with its digest.

    Args:
        directory: where it will lie.
        shot_map: that is kept.
        made_from: digests of the model, the collection and what else decided the vectors.
        source: where the vectors were read, in words.
    """
    with atomic_directory(directory) as temporary:
        digests = {}
        for name, array in _arrays(shot_map).items():
            stream = io.BytesIO()
            np.save(stream, array, allow_pickle=False)
            data = stream.getvalue()
            (temporary / name).write_bytes(data)
            digests[name] = digest_bytes(data)
        facts = shot_map.facts
        settings = {
            "facts": facts.document(),
            "total": shot_map.axes.total,
            "files": digests,
            "source": source,
        }
        write_manifest(temporary, Manifest(KIND, dict(made_from), settings, facts.seed))
        digest = digest_file(temporary / MANIFEST_NAME)
    return replace(shot_map, digest=digest)


def _arrays(shot_map: ShotMap) -> dict[str, np.ndarray]:
    axes, anchors = shot_map.axes, shot_map.anchors
    found = {
        "points.npy": shot_map.points,
        "clusters.npy": shot_map.clusters,
        "centres.npy": shot_map.centres,
        "mean.npy": axes.mean,
        "components.npy": axes.components,
        "variances.npy": axes.variances,
    }
    if anchors is not None:
        found |= {"anchors.npy": anchors.coordinates, "anchor_points.npy": anchors.points}
    return found


def read_map_facts(directory: Path) -> StoredFacts:
    """Returns what the manifest of a map tells; its arrays stay unread.

    Raises:
        NotFoundError, StaleError: if it is not there, or half-written, or lacks a file.
        FormatError: if the manifest is damaged.
    """
    manifest = read_manifest(directory, KIND)
    try:
        facts = _facts(manifest.settings["facts"])
        names = set(manifest.settings["files"])
        float(manifest.settings["total"])
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
        raise FormatError(f"damaged manifest ({error!r})", where=directory, next_step=_AGAIN) from error
    needed = set(_shapes(facts, axes=0))
    if names != needed:
        raise FormatError(
            "damaged manifest",
            where=directory,
            expected=sorted(needed),
            found=sorted(names),
            next_step=_AGAIN,
        )
    missing = sorted(name for name in needed if not (directory / name).is_file())
    if missing:
        raise NotFoundError("a file of the map is missing", where=directory / missing[0], next_step=_AGAIN)
    return StoredFacts(facts, manifest, digest_file(directory / MANIFEST_NAME))


def _facts(document: Mapping[str, Any]) -> MapFacts:
    """Returns the facts in a manifest.

    Raises:
        KeyError, TypeError, ValueError: if they are none.
    """
    first, second = (float(one) for one in document["explained"])
    parts = tuple(MapPart(int(number), float(factor)) for number, factor in document["parts"])
    facts = MapFacts(
        space=str(document["space"]),
        parts=parts,
        method=str(document["method"]),
        shots=int(document["shots"]),
        width=int(document["width"]),
        explained=(first, second),
        kept=float(document["kept"]),
        fitted=int(document["fitted"]),
        clusters=int(document["clusters"]),
        seed=int(document["seed"]),
    )
    sizes = (facts.shots, facts.width, facts.fitted, facts.clusters)
    if facts.method not in METHODS or not parts or min(sizes) < 0 or facts.width > WIDEST:
        raise ValueError(f"impossible facts {document}")
    if any(part.number < 0 for part in parts) or (facts.method == "umap") != (facts.fitted > 0):
        raise ValueError(f"impossible facts {document}")
    return facts


def read_map(directory: Path) -> ShotMap:
    """Returns a map, whole in memory.

    Raises:
        NotFoundError, StaleError: if it is not there, or half-written, or lacks a file.
        FormatError: if a file is damaged: its checksum, or the shape of its array, is another.
    """
    facts, manifest, digest = read_map_facts(directory)
    data = {name: _checked(directory / name, digest) for name, digest in manifest.settings["files"].items()}
    arrays = {name: _array(directory / name, one) for name, one in data.items()}
    variances = arrays["variances.npy"]
    for name, (shape, kind) in _shapes(facts, axes=variances.size).items():
        array = arrays[name]
        if array.shape != shape or array.dtype != np.dtype(kind) or not np.isfinite(array).all():
            raise FormatError(
                "wrong array",
                where=directory / name,
                expected=f"{shape} finite {kind}",
                found=f"{array.shape} {array.dtype}",
                next_step=_AGAIN,
            )
    axes = Axes(arrays["mean.npy"], arrays["components.npy"], variances, float(manifest.settings["total"]))
    anchors = None
    if facts.method == "umap":
        anchors = Anchors(arrays["anchors.npy"], arrays["anchor_points.npy"])
    points, clusters = arrays["points.npy"], arrays["clusters.npy"]
    return ShotMap(facts, points, clusters, arrays["centres.npy"], axes, anchors, digest)


def _shapes(facts: MapFacts, *, axes: int) -> dict[str, tuple[tuple[int, ...], str]]:
    """Returns file -> shape and type of its array."""
    found: dict[str, tuple[tuple[int, ...], str]] = {
        "points.npy": ((facts.shots, 2), "float32"),
        "clusters.npy": ((facts.shots,), "uint16"),
        "centres.npy": ((facts.clusters, axes), "float32"),
        "mean.npy": ((facts.width,), "float64"),
        "components.npy": ((axes, facts.width), "float64"),
        "variances.npy": ((axes,), "float64"),
    }
    if facts.method == "umap":
        found["anchors.npy"] = ((facts.fitted, axes), "float32")
        found["anchor_points.npy"] = ((facts.fitted, 2), "float32")
    return found


def _checked(path: Path, digest: object) -> bytes:
    data = path.read_bytes()
    found = digest_bytes(data)
    if found != digest:
        raise FormatError("damaged", where=path, expected=f"digest {digest}", found=found, next_step=_AGAIN)
    return data


def _array(path: Path, data: bytes) -> np.ndarray:
    try:
        return np.asarray(np.load(io.BytesIO(data), allow_pickle=False))
    except (OSError, ValueError, EOFError) as error:
        raise FormatError(f"cannot be read ({error})", where=path, next_step=_AGAIN) from error
