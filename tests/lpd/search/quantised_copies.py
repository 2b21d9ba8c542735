"""A quantised index in place of an exact one, to test what holds whatever the kind."""

from pathlib import Path

import numpy as np

from lpd.search import open_exact_index
from lpd.search.quantised import QuantisedIndex
from lpd.search.quantised_layout import QuantisedLayout
from lpd.search.quantised_writer import QuantisedWriter
from lpd.search.recall import measure_recall

__all__ = ["quantise_index"]


def quantise_index(folder: Path, *, depth: int = 20) -> None:
    """Replaces the exact index in a folder by one of 8-bit codes of the same vectors, each space by itself.

    Its recall is measured on the vectors of the first three shots.
    """
    index, manifest = open_exact_index(folder)
    vectors = index.vectors(np.arange(index.shots))
    numbers = tuple(range(len(index.spaces)))
    layout = QuantisedLayout(index.spaces, index.widths, index.widths, numbers, index.shots)
    made_from = manifest.made_from
    with QuantisedWriter(folder, layout=layout, shot_ids=index.shot_ids, made_from=made_from) as writer:
        writer.append(vectors)
        codes = QuantisedIndex(writer.written_arrays())
        writer.publish(measure_recall(codes, [one[:3] for one in vectors], depth=depth, source="shots"))
