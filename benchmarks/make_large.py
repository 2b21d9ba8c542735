"""A large workspace that answers real text: the shots of a demo, over and over, with noise on their features.

    python -m benchmarks.make_large DEMO OUT [--shots 336000] [--collection NAME] [--index MODEL ...]

The demo's models are copied, so that a query means what it means there; a copy of a shot,
`<shot>.<number>`, shows that shot's picture. One edition comes along, with its topics and its relevant shots
in every copy; shots judged not relevant are left out, since unjudged ones count as such and they would be
millions of lines. OUT appears whole or not at all; then the models named with --index are indexed, as by
`lpd index`.
"""

import argparse
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from lpd.collection import Collection, make_collection, write_collection
from lpd.editions import write_edition
from lpd.errors import LpdError, NotFoundError
from lpd.features import FeatureMatrix, write_matrix
from lpd.progress import Progress, no_progress
from lpd.services.indexing import index_collection
from lpd.storage import atomic_directory
from lpd.trec import Qrels, write_qrels
from lpd.workspace import Workspace, create_workspace, open_workspace, write_settings

NOISE = 0.5
"""Standard deviation of the noise, in those of a feature's own dimensions."""
SHOTS_AT_ONCE = 4096


def main() -> None:
    """Makes the workspace and indexes it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("demo", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--shots", type=int, default=336_000)
    parser.add_argument("--collection", help="of the demo; else the one its pages open with")
    parser.add_argument("--index", nargs="*", help="models; else the one its pages open with")
    parser.add_argument("--seed", type=int, default=0, help="of the noise")
    arguments = parser.parse_args()
    demo = open_workspace(arguments.demo)
    collection = arguments.collection or str(demo.defaults["collection"])
    large = make_large(
        demo, arguments.out, collection=collection, shots=arguments.shots, seed=arguments.seed, progress=say
    )
    models = [str(large.defaults["model"])] if arguments.index is None else arguments.index
    for model in models:
        index_collection(large, model, collection, progress=say)
    print(f"\n{large.path}: {arguments.shots:,} shots; lpd app --workspace {large.path}")


def make_large(
    demo: Workspace, out: Path, *, collection: str, shots: int, seed: int, progress: Progress = no_progress
) -> Workspace:
    """Returns a new workspace with the first `shots` of endless copies of a collection.

    Memory holds one block of a feature.

    Args:
        demo: which is only read.
        out: a folder that is not there.
        collection: of the demo.
        shots: of the large collection.
        seed: of the noise.
        progress: called while features are written.

    Raises:
        LpdError: if something lies at `out` already.
        NotFoundError: if no edition searches the collection.
    """
    if out.exists():
        raise LpdError("there is something here already", where=out, next_step="choose a new folder")
    small = demo.collection(collection)
    with atomic_directory(out) as folder:
        large = create_workspace(folder, name=out.name)
        tiled = copies_of(small, shots)
        write_collection(large.collection_folder(collection), tiled)
        media = demo.collection_folder(collection) / "media"
        if media.is_dir():
            shutil.copytree(media, large.collection_folder(collection) / "media")
        write_features(demo, large, small, tiled.shot_ids, seed=seed, progress=progress)
        models = copy_models(demo, large, collection)
        edition = copy_edition(demo, large, small, shots=shots)
        chosen = demo.defaults.get("model")
        defaults = {"collection": collection, "edition": edition, "k": demo.defaults.get("k", 20)}
        defaults["model"] = chosen if chosen in models else models[0]
        source = f"{demo.source or demo.name}, {shots:,} noisy copies of {len(small):,} shots"
        write_settings(replace(large, defaults=defaults, source=source))
    return open_workspace(out)


def write_features(
    demo: Workspace,
    large: Workspace,
    small: Collection,
    shot_ids: list[str],
    *,
    seed: int,
    progress: Progress,
) -> None:
    """Writes the copies of every video feature of a collection, as half floats."""
    for name in demo.feature_names(small.name):
        feature = demo.features(small.name, name)
        write_matrix(
            large.feature_folder(small.name, name),
            noisy_copies(feature, small.shot_ids, len(shot_ids), seed=seed),
            name=name,
            ids=shot_ids,
            dtype="float16",
            settings={"copies of": str(feature.digest), "noise": NOISE},
            seed=seed,
            progress=progress,
        )


def copies_of(small: Collection, shots: int) -> Collection:
    """Returns the first `shots` of endless copies of a collection; times and pictures are those of the shot
    that is copied, videos are copied with their shots.
    """
    rows, numbers = copied_rows(len(small), shots)
    table = small.shots.iloc[rows].reset_index(drop=True)
    for column in ("shot_id", "video_id"):
        table[column] = [copy_id(one, number) for one, number in zip(table[column], numbers, strict=True)]
    return make_collection(small.name, table)


def copied_rows(small: int, shots: int) -> tuple[np.ndarray, np.ndarray]:
    """Returns per large shot the row that it copies, and the number of the copy."""
    every = np.arange(shots)
    return every % small, every // small


def copy_id(one: str, number: int) -> str:
    """Returns the id of a copy."""
    return f"{one}.{number}"


def noisy_copies(
    feature: FeatureMatrix, shot_ids: list[str], shots: int, *, seed: int
) -> Iterator[np.ndarray]:
    """Yields blocks (n, d) float32 of a feature's copies, each but the first with noise of its own."""
    known = feature.rows(shot_ids)
    rows, numbers = copied_rows(len(shot_ids), shots)
    spread = NOISE * known.std(axis=0)
    for start in range(0, shots, SHOTS_AT_ONCE):
        some = slice(start, start + SHOTS_AT_ONCE)
        block = known[rows[some]]
        noise = np.random.default_rng([seed, start]).standard_normal(block.shape, dtype=np.float32)
        noise[numbers[some] == 0] = 0.0
        yield block + noise * spread


def copy_models(demo: Workspace, large: Workspace, collection: str) -> list[str]:
    """Returns the names of the models copied: those that read features of shots which the collection has.

    Raises:
        NotFoundError: if there is none.
    """
    features = set(demo.feature_names(collection))
    names = [
        name for name in demo.searchable_models() if set(demo.model_card(name).video_features) <= features
    ]
    if not names:
        raise NotFoundError("no model reads this collection", where=demo.path, next_step="lpd train")
    for name in names:
        shutil.copytree(demo.model_folder(name), large.model_folder(name))
    return names


def copy_edition(demo: Workspace, large: Workspace, small: Collection, *, shots: int) -> str:
    """Returns the name of the edition copied, the first over the collection, the demo's own choice before
    others; its relevant shots are relevant in every copy.

    Raises:
        NotFoundError: if there is none.
    """
    names = [name for name in demo.edition_names() if demo.edition(name).collection == small.name]
    if not names:
        step = "lpd import topics"
        raise NotFoundError("no edition searches this collection", where=small.name, next_step=step)
    chosen = demo.defaults.get("edition")
    name = chosen if chosen in names else names[0]
    edition = demo.edition(name)
    judged = edition.default_qrels
    tiled = replace(edition, subset=None, qrels_names=() if judged is None else (judged,))
    write_edition(large.edition_folder(name), tiled)
    if judged is not None:
        write_qrels(large.qrels_path(name, judged), tiled_qrels(demo.qrels(name, judged), small, shots))
    if (demo.path / "text_features" / name).is_dir():
        shutil.copytree(demo.path / "text_features" / name, large.path / "text_features" / name)
    return name


def tiled_qrels(judged: Qrels, small: Collection, shots: int) -> Qrels:
    """Returns the relevant shots of every topic in every copy of them that there is."""
    rows = []
    for row in judged.rows():
        if row.relevance > 0:
            place = small.row(row.shot_id)
            for number in range(-(-(shots - place) // len(small))):
                rows.append((row.topic_id, copy_id(row.shot_id, number), row.stratum, row.relevance))
    return Qrels(rows)


def say(stage: str, done: int, total: int) -> None:
    """Prints how far a stage is."""
    print(f"\r{stage}: {done:,} of {total:,}", end="\n" if done == total else "", flush=True)


if __name__ == "__main__":
    main()
