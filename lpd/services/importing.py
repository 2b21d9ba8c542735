"""Bringing a person's own files into a workspace: shots, features, captions, topics, qrels, runs."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from lpd.captions import read_captions, save_captions
from lpd.collection import Collection, make_collection, read_id_list, write_collection
from lpd.editions import ROLES, Edition, read_edition, write_edition
from lpd.errors import FormatError, LpdError, MismatchError, name_some
from lpd.features import FeatureSource, check_finite, open_source, write_matrix, write_pointer
from lpd.progress import Progress, no_progress
from lpd.storage import digest_file, write_json, writer_lock
from lpd.trec import (
    Run,
    Topic,
    match_topic_numbers,
    read_qrels,
    read_run,
    read_topics,
    read_xml_runs,
    write_qrels,
    write_run,
)
from lpd.workspace import Workspace

__all__ = [
    "import_captions",
    "import_features",
    "import_qrels",
    "import_run",
    "import_shots",
    "import_topics",
]

_OPTIONAL_COLUMNS = ("video_id", "start_s", "end_s", "thumbnail", "preview")
_ROWS_AT_ONCE = 4096


def import_shots(
    workspace: Workspace,
    collection: str,
    source: Path,
    *,
    subsets: Mapping[str, Path] | None = None,
    video_before_last_underscore: bool = False,
) -> Collection:
    """Returns the collection made from a list of shot ids or a table of shots.

    Args:
        workspace: where it goes.
        collection: its name.
        source: `.csv` or `.parquet` with the column shot_id and any of video_id, start_s, end_s, thumbnail,
            preview; any other file is read as one shot id per line.
        subsets: name -> file with one shot id per line.
        video_before_last_underscore: `shot00123_4` belongs to video `shot00123`; else a shot without a
            video_id is a video of its own.

    Raises:
        FormatError: if the table lacks shot_id, or ids repeat.
        MismatchError: if a subset names shots that the collection has not.
    """
    table = _shot_table(source)
    if "video_id" not in table and video_before_last_underscore:
        table["video_id"] = [shot.rpartition("_")[0] or shot for shot in table["shot_id"].astype(str)]
    lists = {name: read_id_list(path) for name, path in (subsets or {}).items()}
    made = make_collection(collection, table, subsets=lists)
    with writer_lock(workspace.path):
        write_collection(workspace.collection_folder(collection), made)
    return made


def _shot_table(source: Path) -> pd.DataFrame:
    if source.suffix == ".parquet":
        table = pd.read_parquet(source)
    elif source.suffix == ".csv":
        table = pd.read_csv(source, dtype={"shot_id": str, "video_id": str})
    else:
        table = pd.DataFrame({"shot_id": read_id_list(source)})
    if "shot_id" not in table:
        raise FormatError(
            "no shots", where=source, expected="a column shot_id", found=", ".join(map(str, table.columns))
        )
    unknown = [str(column) for column in table.columns if column not in ("shot_id", *_OPTIONAL_COLUMNS)]
    if unknown:
        raise FormatError(
            "unknown columns",
            where=source,
            expected=", ".join(("shot_id", *_OPTIONAL_COLUMNS)),
            found=name_some(unknown),
        )
    return table


def feature_source(path: Path, ids: Path | None) -> FeatureSource:
    """Returns where a matrix lies: a BigFile folder, an .npy file with its id list, or an .npz file.

    Raises:
        FormatError: if the path is none of these.
    """
    if path.is_dir():
        return FeatureSource("bigfile", path)
    form = path.suffix.removeprefix(".")
    if form not in ("npy", "npz"):
        raise FormatError("unknown kind of features", where=path, expected="a BigFile folder, .npy or .npz")
    return FeatureSource(form, path, ids)


def import_features(
    workspace: Workspace,
    collection: str,
    feature: str,
    *,
    source: FeatureSource,
    pointer: bool = False,
    progress: Progress = no_progress,
) -> int:
    """Returns the number of rows of the source that belong to no shot of the collection (a copy leaves them
    out).

    Args:
        workspace: where the feature goes.
        collection: its shots decide which rows are taken, and in which order.
        feature: the name of the video feature.
        source: where the matrix lies.
        pointer: remember the place instead of copying.
        progress: called after each block of rows.

    Raises:
        MismatchError: if shots have no row; all are counted, the first named.
        FormatError: if the source is damaged or holds NaN or infinity.
    """
    shots = workspace.collection(collection).shot_ids
    matrix = open_source(source, name=feature)
    known = set(matrix.ids)
    missing = [shot for shot in shots if shot not in known]
    if missing:
        raise MismatchError(
            f"{len(missing)} of {len(shots)} shots have no row in this feature",
            where=source.path,
            expected="a row for each shot of the collection",
            found=f"none for {name_some(missing)}",
        )
    folder = workspace.feature_folder(collection, feature)
    with writer_lock(workspace.path):
        if pointer:
            write_pointer(folder, source, name=feature)
        else:
            check_finite(matrix.matrix, matrix.ids, where=source.path)
            write_matrix(
                folder,
                (
                    matrix.rows(shots[start : start + _ROWS_AT_ONCE])
                    for start in range(0, len(shots), _ROWS_AT_ONCE)
                ),
                name=feature,
                ids=shots,
                dtype=matrix.matrix.dtype.name,
                settings={"source": str(source.path)},
                progress=progress,
            )
    return len(known) - len(shots)


def import_captions(workspace: Workspace, caption_set: str, source: Path, *, collection: str) -> int:
    """Returns the number of captions of a set, now in the workspace.

    Raises:
        LpdError: if an edition has this name; both keep their text features in one place.
        MismatchError: if captions name shots that the collection has not; all are counted, the first named.
    """
    if caption_set in workspace.edition_names():
        raise LpdError("an edition has this name", found=repr(caption_set), next_step="choose another name")
    captions = read_captions(source)
    known = set(workspace.collection(collection).shot_ids)
    unknown = sorted({caption.shot_id for caption in captions} - known)
    if unknown:
        raise MismatchError(
            f"captions of {len(unknown)} unknown shots",
            where=source,
            expected=f"shots of {collection}",
            found=name_some(unknown),
        )
    path = workspace.captions_path(caption_set)
    with writer_lock(workspace.path):
        save_captions(path, captions)
        write_json(path.with_suffix(".json"), {"collection": collection, "source": digest_file(source)})
    return len(captions)


def import_topics(
    workspace: Workspace,
    edition: str,
    source: Path,
    *,
    collection: str,
    subset: str | None = None,
    role: str | None = None,
) -> Edition:
    """Returns the edition made from a topic file; qrels that it had stay, and so does its role without a new
    one.

    Args:
        workspace: that takes it.
        edition: its name.
        source: the topic file.
        collection: that its runs search.
        subset: of the collection, None for all shots.
        role: `development` or `test`, see `lpd.editions.ROLES`.

    Raises:
        LpdError: if a caption set has this name; both keep their text features in one place. Or for another
            role.
    """
    if edition in workspace.caption_sets():
        raise LpdError("a caption set has this name", found=repr(edition), next_step="choose another name")
    if role is not None and role not in ROLES:
        raise LpdError("unknown role of an edition", expected=" or ".join(ROLES), found=repr(role))
    topics = read_topics(source)
    opened = workspace.collection(collection)
    if subset is not None:
        opened.subset_rows(subset)
    folder = workspace.edition_folder(edition)
    if role is None and edition in workspace.edition_names():
        role = workspace.edition(edition).role
    with writer_lock(workspace.path):
        write_edition(folder, Edition(edition, collection, subset, tuple(topics), (), None, role))
    return read_edition(folder)


def import_qrels(
    workspace: Workspace, edition: str, source: Path, *, name: str, default: bool = False
) -> list[str]:
    """Returns sentences about what was done besides copying: topic ids that got the leading 1, unjudged
    topics.

    Topic 661 of a topic file is topic 1661 of the qrels: where every topic matches with the leading 1 and
    none without, the edition's topics take it.

    Raises:
        MismatchError: if topics and qrels have nothing in common.
    """
    qrels = read_qrels(source)
    opened = workspace.edition(edition)
    notes: list[str] = []
    judged = set(qrels.topic_ids)
    topics = match_topic_numbers(opened.topics, judged)
    if topics != list(opened.topics):
        notes.append(f"the topics of {edition} took the leading 1 of the qrels: {topics[0].topic_id} ...")
    if not any(topic.topic_id in judged for topic in topics):
        raise MismatchError(
            "no topic in common",
            where=source,
            expected=f"judgements of {name_some(topic.topic_id for topic in opened.topics)}",
            found=f"judgements of {name_some(qrels.topic_ids)}",
        )
    unjudged = [topic.topic_id for topic in topics if topic.topic_id not in judged]
    if unjudged:
        notes.append(f"{len(unjudged)} of {len(topics)} topics are not judged: {name_some(unjudged)}")
    with writer_lock(workspace.path):
        write_qrels(workspace.qrels_path(edition, name), qrels)
        chosen = name if default or opened.default_qrels is None else opened.default_qrels
        write_edition(
            workspace.edition_folder(edition), replace(opened, topics=tuple(topics), default_qrels=chosen)
        )
    return notes


def import_run(workspace: Workspace, edition: str, source: Path, *, tag: str | None = None) -> str:
    """Returns the tag under which a run was taken into the workspace.

    A file that ends in `.xml` is TRECVID's XML of one run; its scores are made of the ranks.

    Raises:
        FormatError: if the run is not a valid one (six columns or XML, at most 1000 rows a topic, no shot
            twice), or the XML holds several.
        MismatchError: if it has topics or shots that the edition has not.
    """
    opened = workspace.edition(edition)
    known_topics = {topic.topic_id for topic in opened.topics}
    run = _read_xml_run(source, known_topics) if source.suffix == ".xml" else read_run(source)
    unknown = sorted(set(run.topics) - known_topics)
    if unknown:
        raise MismatchError(
            "unknown topics", where=source, expected=f"topics of {edition}", found=name_some(unknown)
        )
    shots = set(workspace.collection(opened.collection).shot_ids)
    foreign = sorted({shot for ranked in run.topics.values() for shot in ranked.shot_ids} - shots)
    if foreign:
        raise MismatchError(
            f"{len(foreign)} unknown shots",
            where=source,
            expected=f"shots of {opened.collection}",
            found=name_some(foreign),
        )
    chosen = tag or run.tag
    path = workspace.run_path(edition, chosen)
    if path.exists():
        raise LpdError("there is a run of this tag", where=path, next_step="choose another with --tag")
    with writer_lock(workspace.path):
        write_run(path, replace(run, tag=chosen))
    return chosen


def _read_xml_run(source: Path, known_topics: set[str]) -> Run:
    """Returns the one run of an XML file, whose topics take the leading 1 where all match only with it."""
    runs = [one.run for one in read_xml_runs(source)]
    if len(runs) > 1:
        raise FormatError(
            "several runs in one file",
            where=source,
            expected="one",
            found=name_some(run.tag for run in runs),
            next_step="keep one videoAdhocSearchRunResult in a file of its own",
        )
    topics = match_topic_numbers([Topic(number, "") for number in runs[0].topics], known_topics)
    lists = {topic.topic_id: ranked for topic, ranked in zip(topics, runs[0].topics.values(), strict=True)}
    return replace(runs[0], topics=lists)
