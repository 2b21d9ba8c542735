"""Feature matrices of every form, as they are brought and as a workspace keeps them."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lpd.features import (
    FeatureSource,
    check_finite,
    open_frame_matrix,
    open_matrix,
    open_source,
    order_frames,
    read_video2frames,
    stream_source,
    write_frame_matrix,
    write_matrix,
    write_pointer,
)

IDS = [f"shot{number}_1" for number in range(12)]
MATRIX = np.linspace(-1, 1, 12 * 5, dtype=np.float32).reshape(12, 5)
FRAMES = "{'shot1_1': ['shot1_1_0', 'shot1_1_10'], 'shot2_1': ['shot2_1_3']}"


def make_bigfile(folder: Path) -> None:
    (folder / "shape.txt").write_text("12 5\n")
    (folder / "id.txt").write_text(" ".join(IDS))
    (folder / "feature.bin").write_bytes(MATRIX.tobytes())


def make_npy(folder: Path) -> None:
    np.save(folder / "a.npy", MATRIX)
    (folder / "ids.txt").write_text("\n".join(IDS))


def make_npz(folder: Path) -> None:
    np.savez_compressed(folder / "a.npz", ids=np.array(IDS), matrix=MATRIX)


def make_hdf5(folder: Path) -> None:
    import h5py

    with h5py.File(folder / "a.h5", "w") as file:
        file.create_dataset("ids", data=[one.encode() for one in IDS])
        file.create_dataset("data", data=MATRIX, chunks=(4, 5), compression="gzip")


def make_parquet(folder: Path) -> None:
    columns = {"shot_id": pa.array(IDS), "vector": pa.array(MATRIX.tolist(), pa.list_(pa.float32()))}
    pq.write_table(pa.table(columns), folder / "a.parquet")


def read_whole(source: FeatureSource) -> float:
    """Reads a source in both ways: as a matrix, and block by block."""
    matrix = open_source(source)
    check_finite(matrix.matrix, matrix.ids, where=source.path)
    total = float(matrix.rows(matrix.ids[:3]).sum())
    stream = stream_source(source)
    return total + sum(float(np.nansum(block[:1])) for block in stream.blocks())


def make_stored(folder: Path) -> None:
    write_matrix(folder / "f", [MATRIX], name="f", ids=IDS)


def read_stored(folder: Path) -> object:
    matrix = open_matrix(folder / "f")
    return matrix.rows(matrix.ids[:2])


def make_pointer(folder: Path) -> None:
    (folder / "there").mkdir(exist_ok=True)
    make_bigfile(folder / "there")
    write_pointer(folder / "f", FeatureSource("bigfile", folder / "there"), name="f")


def make_frames(folder: Path) -> None:
    write_frame_matrix(folder / "f", [MATRIX], name="f", ids=["a", "b"], offsets=np.array([0, 5, 12]))


def read_frames(folder: Path) -> object:
    frames = open_frame_matrix(folder / "f")
    return [frames.rows_of(one) for one in frames.ids]


def read_listed_frames(folder: Path) -> object:
    listed = read_video2frames(folder / "video2frames.txt", videos={"shot1_1", "shot2_1"})
    ids = ["shot1_1_0", "shot1_1_10", "shot2_1_3"]
    return order_frames(ids, ["shot1_1", "shot2_1"], listed=listed, where=folder)


def make_listed_frames(folder: Path) -> None:
    (folder / "video2frames.txt").write_text(FRAMES)


ROWS = {
    "bigfile": (make_bigfile, lambda folder: read_whole(FeatureSource("bigfile", folder)), 0.5),
    "npy": (
        make_npy,
        lambda folder: read_whole(FeatureSource("npy", folder / "a.npy", folder / "ids.txt")),
        0.5,
    ),
    "npz": (make_npz, lambda folder: read_whole(FeatureSource("npz", folder / "a.npz")), 0.5),
    "hdf5": (make_hdf5, lambda folder: read_whole(FeatureSource("hdf5", folder / "a.h5")), 0.05),
    "parquet features": (
        make_parquet,
        lambda folder: read_whole(FeatureSource("parquet", folder / "a.parquet")),
        0.3,
    ),
    "stored features": (make_stored, read_stored, 0.5),
    "pointer": (make_pointer, read_stored, 0.3),
    "frame features": (make_frames, read_frames, 0.5),
    "video2frames": (make_listed_frames, read_listed_frames, 0.5),
}
