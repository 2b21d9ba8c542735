"""A judging plan in its folder: plan.json says how it was drawn and how much is judged, pool.tsv the shots.

pool.tsv is written once and never changed; what grows when a plan is extended is in plan.json, which is
replaced as a whole. So a plan is complete at every moment, whatever stops the program.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lpd import __version__
from lpd.errors import FormatError, LpdError, NotFoundError, StaleError, name_some
from lpd.judging.plan import JudgingPlan, PlannedRun, PlannedStratum, PlannedTopic
from lpd.judging.pooling import Layer, check_layers
from lpd.names import check_name
from lpd.storage import atomic_directory, atomic_file, digest_file, read_json, write_json
from lpd.trec.lines import BadLine, malformed, numbered_lines

__all__ = ["read_plan", "update_plan", "write_plan"]

FORMAT = 1
PLAN_FILE, POOL_FILE = "plan.json", "pool.tsv"
POOL_ROW = "`topic stratum shot`, apart by tabs"


def write_plan(folder: Path, plan: JudgingPlan) -> None:
    """Writes a new plan; the folder appears whole or not at all.

    Raises:
        LpdError: if there is a plan already: verdicts may have been given in its order.
        FormatError: if an id cannot be kept in a line.
    """
    if folder.exists():
        raise LpdError(
            "there is a judging plan of this name already",
            where=folder,
            next_step="choose another name, or extend this one",
        )
    _check_words(folder, plan)
    with atomic_directory(folder) as temporary:
        lines = [
            f"{topic_id}\t{stratum.name}\t{shot_id}\n"
            for topic_id, topic in plan.topics.items()
            for stratum in topic.strata
            for shot_id in stratum.shot_ids
        ]
        with atomic_file(temporary / POOL_FILE) as pool:
            pool.write_text("".join(lines), encoding="utf-8")
        write_json(temporary / PLAN_FILE, _document(plan, digest_file(temporary / POOL_FILE)))


def update_plan(folder: Path, plan: JudgingPlan) -> None:
    """Replaces how much of a plan is to be judged.

    Raises:
        MismatchError, FormatError, NotFoundError, StaleError: as `read_plan`.
        LpdError: if anything else of the plan differs from what is there.
    """
    there = read_plan(folder)
    if _without_samples(there) != _without_samples(plan):
        raise LpdError("another plan than the one that is there", where=folder, expected=there.name)
    write_json(folder / PLAN_FILE, _document(plan, digest_file(folder / POOL_FILE)))


def read_plan(folder: Path) -> JudgingPlan:
    """Returns the plan in a folder.

    Raises:
        NotFoundError: if there is none.
        StaleError: if its pool is not the one that was drawn.
        FormatError: if it is of a newer version, or damaged (`path:line`).
    """
    path = folder / PLAN_FILE
    if not path.is_file():
        raise NotFoundError(
            "no judging plan here", where=folder, next_step="lpd judge plan NAME --edition EDITION"
        )
    document = read_json(path)
    version = document.get("format_version")
    if type(version) is int and version > FORMAT:
        raise FormatError(
            "judging plan written by a newer lpd",
            where=path,
            expected=f"version {FORMAT}",
            found=f"version {version}",
            next_step="update lpd",
        )
    pool_path = folder / POOL_FILE
    if not pool_path.is_file() or digest_file(pool_path) != document.get("pool_digest"):
        raise StaleError(
            "the pool of this judging plan is not the one that was drawn",
            where=pool_path,
            expected=f"digest {document.get('pool_digest')}",
            found=f"digest {digest_file(pool_path)}" if pool_path.is_file() else "no such file",
            next_step="put a copy of the folder back; the verdicts are not in it and are safe",
        )
    pool = _pool(pool_path)
    try:
        if version != FORMAT:
            raise ValueError(f"format_version {version!r}")
        plan = _plan(document, pool)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, LpdError) as error:
        raise FormatError(f"not a judging plan ({error!r})", where=path) from error
    if (plan.name, plan.digest) != (folder.name, document.get("digest")):
        raise StaleError(
            "this judging plan was changed, or its folder renamed",
            where=path,
            expected=f"plan {folder.name} of digest {document.get('digest')}",
            found=f"plan {plan.name} of digest {plan.digest}",
            next_step="put a copy of the folder back; the verdicts are not in it and are safe",
        )
    return plan


def _document(plan: JudgingPlan, pool_digest: str) -> dict[str, Any]:
    return {
        "format_version": FORMAT,
        "lpd_version": __version__,
        "name": plan.name,
        "digest": plan.digest,
        "collection": plan.collection,
        "edition": plan.edition,
        "layers": [{"depth": layer.depth, "rate": layer.rate} for layer in plan.layers],
        "seed": plan.seed,
        "overlap": plan.overlap,
        "runs": [{"tag": run.tag, "digest": run.digest} for run in plan.runs],
        "topics": [
            {
                "topic": topic_id,
                "text": topic.text,
                "samples": {stratum.name: stratum.sample for stratum in topic.strata},
            }
            for topic_id, topic in plan.topics.items()
        ],
        "pool_digest": pool_digest,
    }


def _plan(document: Mapping[str, Any], pool: Mapping[str, Mapping[str, list[str]]]) -> JudgingPlan:
    name = check_name(_text(document["name"]), "judging plan")
    layers = tuple(Layer(_whole(one["depth"]), float(one["rate"])) for one in document["layers"])
    check_layers(layers)
    runs = tuple(PlannedRun(_text(one["tag"]), _text(one["digest"])) for one in document["runs"])
    seed, overlap = _whole(document["seed"]), float(document["overlap"])
    if seed < 0 or not 0 <= overlap <= 1:
        raise ValueError(f"seed {seed}, overlap {overlap}")
    topics = {}
    for one in document["topics"]:
        topic_id, strata = _text(one["topic"]), pool[one["topic"]]
        if strata.keys() != one["samples"].keys():
            raise ValueError(f"strata of topic {topic_id}")
        planned = tuple(_stratum(number, strata[number], one["samples"][number]) for number in strata)
        topics[topic_id] = PlannedTopic(topic_id, _text(one["text"]), planned)
    if topics.keys() != pool.keys() or not topics:
        raise ValueError("the topics are not those of the pool")
    collection = check_name(_text(document["collection"]), "collection")
    edition = check_name(_text(document["edition"]), "edition")
    return JudgingPlan(name, collection, edition, layers, seed, runs, overlap, topics)


def _stratum(name: str, shot_ids: list[str], sample: Any) -> PlannedStratum:
    if not 1 <= _whole(sample) <= len(shot_ids):
        raise ValueError(f"a sample of {sample} of {len(shot_ids)} shots")
    return PlannedStratum(name, tuple(shot_ids), sample)


def _pool(path: Path) -> dict[str, dict[str, list[str]]]:
    """Returns topic -> stratum -> shots, in the order of the file."""
    pool: dict[str, dict[str, list[str]]] = {}
    bad, seen = [], set()
    for number, line in numbered_lines(path):
        row = line.split("\t")
        if len(row) != 3 or not all(row) or (row[0], row[2]) in seen:
            bad.append(BadLine(number, line))
            continue
        seen.add((row[0], row[2]))
        pool.setdefault(row[0], {}).setdefault(row[1], []).append(row[2])
    if bad:
        raise malformed(path, bad, expected=f"{POOL_ROW}, each shot once per topic")
    return pool


def _check_words(folder: Path, plan: JudgingPlan) -> None:
    words = [*plan.topics, *(one for topic in plan.topics.values() for one in topic.stratum_of)]
    bad = [word for word in words if word.split() != [word]]
    if bad:
        raise FormatError("ids with blanks", where=folder, expected="one word each", found=name_some(bad))


def _without_samples(plan: JudgingPlan) -> tuple[object, ...]:
    pool = {
        topic_id: [(stratum.name, stratum.shot_ids) for stratum in topic.strata]
        for topic_id, topic in plan.topics.items()
    }
    return plan.collection, plan.edition, plan.layers, plan.seed, plan.runs, plan.overlap, pool


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise TypeError(f"not a whole number: {value!r}")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"not text: {value!r}")
    return value
