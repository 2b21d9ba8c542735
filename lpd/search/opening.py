"""Opening an index whatever its kind; what only one kind needs is imported when an index of it is opened."""

import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from lpd.cards import ModelCard
from lpd.errors import MismatchError, StaleError
from lpd.search.exact import open_exact_index
from lpd.search.index import SpaceIndex
from lpd.search.recall import recorded_recall
from lpd.storage import Manifest, read_manifest

__all__ = ["INDEX_KINDS", "open_fitting_index", "open_index"]


def open_index(folder: Path) -> tuple[SpaceIndex, Manifest]:
    """Returns the index in a folder, opened as the kind its manifest names, and the manifest.

    Raises:
        NotFoundError, StaleError: if it is not there or half-written.
        FormatError: if it is of an unknown kind, truncated or damaged.
        MissingExtraError: if its kind needs a package that is not installed.
    """
    kind = read_manifest(folder, *INDEX_KINDS).kind
    return INDEX_KINDS[kind](folder)


def open_fitting_index(
    folder: Path, card: ModelCard, *, sources: Mapping[str, str], next_step: str
) -> tuple[SpaceIndex, int | None]:
    """Returns the index in a folder if it was made from these sources and has the spaces of the model, and
    the number of queries that its recall was measured over, None where it was not.

    Args:
        folder: of the index.
        card: of the model.
        sources: name -> digest of what it should have been made from.
        next_step: what makes it anew.

    Raises:
        StaleError: if it was made from something else.
        MismatchError: if it has other spaces.
        LpdError: as `open_index`.
    """
    index, manifest = open_index(folder)
    changed = manifest.changed(sources)
    if changed:
        raise StaleError(
            f"the index was made from another {' and another '.join(changed)}",
            where=folder,
            expected=", ".join(sources[name] for name in changed),
            found=", ".join(manifest.made_from.get(name, "nothing") for name in changed),
            next_step=next_step,
        )
    expected = [(space.name, space.width) for space in card.spaces]
    found = list(zip(index.spaces, index.widths, strict=True))
    if expected != found:
        raise MismatchError(
            "index of another model", where=folder, expected=expected, found=found, next_step=next_step
        )
    measured = recorded_recall(manifest.settings, where=folder)
    return index, measured.queries if measured else None


def _open_exact(folder: Path) -> tuple[SpaceIndex, Manifest]:
    return open_exact_index(folder)


def _open_quantised(folder: Path) -> tuple[SpaceIndex, Manifest]:
    from lpd.search.quantised import QuantisedIndex
    from lpd.search.quantised_files import open_quantised_arrays
    from lpd.search.quantised_memory import read_codes

    arrays, manifest = open_quantised_arrays(folder)
    measured = recorded_recall(manifest.settings, where=folder)
    load = partial(read_codes, folder, manifest, arrays)
    return QuantisedIndex(arrays, recall=measured.lowest if measured else None, load=load), manifest


def _open_milvus(folder: Path) -> tuple[SpaceIndex, Manifest]:
    from lpd.search.milvus import milvus_settings, open_milvus_index

    return open_milvus_index(folder, milvus_settings(os.environ))


INDEX_KINDS: dict[str, Callable[[Path], tuple[SpaceIndex, Manifest]]] = {
    "exact index": _open_exact,
    "quantised index": _open_quantised,
    "milvus index": _open_milvus,
}
"""Kind in the manifest -> what opens an index of it."""
