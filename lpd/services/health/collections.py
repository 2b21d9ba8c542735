"""Whether a collection has what models read of it: a row for each shot in each of its features."""

from collections.abc import Sequence

from lpd.errors import name_some
from lpd.services.health.findings import Examined, Findings
from lpd.words import counted

__all__ = ["examine_collection"]


def examine_collection(seen: Examined, name: str, found: Findings) -> None:
    """Adds what a collection holds and lacks.

    Raises:
        LpdError: if its shots cannot be read.
    """
    collection, subject = seen.collection(name), f"collection {name}"
    videos = collection.shots["video_id"].nunique()
    told = f"{counted(len(collection), 'shot')} of {counted(videos, 'video')}"
    if collection.subsets:
        sizes = ", ".join(f"{subset} {len(ids):,}" for subset, ids in collection.subsets.items())
        told += f"; subsets {sizes}"
    found.ok(subject, told)
    for subset, ids in collection.subsets.items():
        if not ids:
            found.advise(subject, f"subset {subset} has no shots", None)
    if collection.shots["thumbnail"].isna().all():
        found.advise(
            subject, "it has no pictures, so tiles show ids", f"lpd import media FOLDER --collection {name}"
        )
    features = seen.workspace.feature_names(name)
    if not features:
        command = f"lpd import features SOURCE --collection {name} --name FEATURE"
        found.advise(subject, "it has no video feature, so no model can embed its shots", command)
    frames = seen.workspace.frame_feature_names(name)
    whole = [feature for feature in features if _feature_fits(seen, name, feature, found)]
    if whole:
        told = ", ".join(f"{feature} {_dimension(seen, name, feature)}" for feature in whole)
        found.ok(f"features of {name}", f"{told}; a row for each shot")
    whole = [feature for feature in frames if _frames_fit(seen, name, feature, found)]
    if whole:
        found.ok(f"frame features of {name}", f"{', '.join(whole)}; rows for each shot")


def _dimension(seen: Examined, collection: str, feature: str) -> str:
    facts = seen.input_facts(collection, feature)
    return "" if facts is None else f"({facts.dimension:,})"


def _feature_fits(seen: Examined, collection: str, feature: str, found: Findings) -> bool:
    subject = f"feature {collection}/{feature}"
    command = f"lpd import features SOURCE --collection {collection} --name {feature}"
    with found.examining(subject, command):
        rows = seen.workspace.features(collection, feature).ids
        return _has_all_rows(subject, rows, seen.collection(collection).shot_ids, found, command)
    return False


def _frames_fit(seen: Examined, collection: str, feature: str, found: Findings) -> bool:
    subject = f"frame feature {collection}/{feature}"
    command = f"lpd import features SOURCE --collection {collection} --name {feature} --frames"
    with found.examining(subject, command):
        rows = seen.workspace.frame_features(collection, feature).ids
        return _has_all_rows(subject, rows, seen.collection(collection).shot_ids, found, command)
    return False


def _has_all_rows(
    subject: str, rows: Sequence[str], shots: Sequence[str], found: Findings, command: str
) -> bool:
    """Returns whether every shot has a row; adds those without."""
    missing = [] if rows == shots else sorted(set(shots) - set(rows))
    if missing:
        told = f"{len(missing):,} of {counted(len(shots), 'shot')} have no row, {name_some(missing, 3)}"
        found.warn(subject, told, command)
    return not missing
