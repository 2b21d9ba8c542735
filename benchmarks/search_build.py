"""Building the index that `benchmarks.search` asks, as `lpd index` does, and what no building of it can leave
out, each part timed alone.
"""

import os
import time
from pathlib import Path

import numpy as np
import torch

from benchmarks.search_data import World, shot_ids
from lpd.features import FeatureMatrix
from lpd.models import VideoFactors
from lpd.models.attention import AttentionFusion
from lpd.models.transform import TransformNet
from lpd.search.overlap import overlapped
from lpd.search.quantised_layout import QuantisedLayout
from lpd.search.quantised_writer import QuantisedWriter, drop_partial_build
from lpd.services.embedding import Embedding

AT_ONCE = 4096
_PIECE = 8 << 20


def build_index(world: World, features: Path, directory: Path, shots: int) -> float:
    """Returns the seconds that an index of the features took, from the files of features to the index's."""
    files = {name: features / f"{name}.npy" for name in world.sizes}
    forget(list(files.values()))
    drop_partial_build(directory)
    started = time.perf_counter()
    ids = shot_ids(shots)
    inputs = {name: FeatureMatrix(name, ids, np.load(file, mmap_mode="r")) for name, file in files.items()}
    embedding = Embedding(world.model, dict(inputs), ids, "cpu")
    factors = embedding.factors_that_pay()
    layout = layout_of(world, factors, shots)
    with QuantisedWriter(directory, layout=layout, shot_ids=ids, made_from={}) as writer:
        if factors is None:
            overlapped(embedding.blocks(), writer.append)
        else:
            overlapped(
                embedding.factored_blocks(), lambda block: writer.append(block.components, block.mixing)
            )
        writer.publish(None)
    return time.perf_counter() - started


def layout_of(world: World, factors: VideoFactors | None, shots: int) -> QuantisedLayout:
    """Returns the sizes of the index: LPD's structure where it pays, else a component per space."""
    spaces = tuple(space.name for space in world.model.spaces)
    widths = tuple(space.width for space in world.model.spaces)
    if factors is None:
        return QuantisedLayout(spaces, widths, widths, tuple(range(len(widths))), shots)
    components, _, width = factors.components.shape
    return QuantisedLayout(spaces, widths, (width,) * components, factors.sources, shots)


def building_floor(world: World, features: Path, directory: Path, shots: int) -> dict[str, float]:
    """Returns the seconds of the parts of a building, each alone: reading the features, the matrix products
    of the model on random numbers of the same sizes, writing as many bytes as the index has.
    """
    written = sum(file.stat().st_size for file in directory.iterdir())
    return {
        "reading": reading_seconds([features / f"{name}.npy" for name in world.sizes]),
        "matrix products": product_seconds(world, shots),
        "writing": writing_seconds(directory.with_name("written.bin"), written),
    }


def reading_seconds(files: list[Path]) -> float:
    """Returns how long files take to read, one after the other, from the disk."""
    forget(files)
    buffer = bytearray(_PIECE)
    started = time.perf_counter()
    for file in files:
        with file.open("rb", buffering=0) as stream:
            while stream.readinto(buffer):
                pass
    return time.perf_counter() - started


def writing_seconds(file: Path, size: int) -> float:
    """Returns how long a number of bytes take until they are on the disk; the file is removed."""
    piece = np.random.default_rng(0).bytes(_PIECE)
    started = time.perf_counter()
    with file.open("wb", buffering=0) as stream:
        for done in range(0, size, _PIECE):
            stream.write(piece[: size - done])
        os.fsync(stream.fileno())
    taken = time.perf_counter() - started
    file.unlink()
    return taken


def product_seconds(world: World, shots: int) -> float:
    """Returns how long the matrix products of embedding the shots take: the transforms of the features and
    the mixtures, into memory that is there already.
    """
    model = world.model
    layers = [
        one for name, one in model.named_modules() if isinstance(one, TransformNet) and "text" not in name
    ]
    products = []
    for layer in layers:
        rows = torch.randn(AT_ONCE, layer.weight.shape[1])
        products.append((rows, layer.weight.detach().T, torch.empty(AT_ONCE, len(layer.weight))))
    fusion = getattr(model, "video_fusion", None)
    if isinstance(fusion, AttentionFusion):
        components = torch.randn(AT_ONCE, len(layers), model.config.width)
        shares = torch.rand(AT_ONCE, fusion.spaces, len(layers))
        mixed = torch.empty(AT_ONCE, fusion.spaces, model.config.width)
    started = time.perf_counter()
    for start in range(0, shots, AT_ONCE):
        count = min(AT_ONCE, shots - start)
        for rows, weight, out in products:
            torch.mm(rows[:count], weight, out=out[:count])
        if isinstance(fusion, AttentionFusion):
            torch.bmm(shares[:count], components[:count], out=mixed[:count])
    return time.perf_counter() - started


def forget(files: list[Path]) -> None:
    """Has the system forget what it holds of files in memory, so that they are read from the disk."""
    for file in files:
        with file.open("rb") as stream:
            os.fsync(stream.fileno())
            os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
