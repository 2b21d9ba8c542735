"""What a training needs: two caption sets of different shots, with text features, and video features of their
collections."""

from collections.abc import Mapping
from typing import NamedTuple

from lpd.errors import name_some
from lpd.progress import Progress
from lpd.services.health.findings import Examined, Findings
from lpd.services.health.texts import examine_text_features
from lpd.words import counted

__all__ = ["training_health"]


class _Captioned(NamedTuple):
    """A caption set that can be read: its collection, its shots, and the text features that fit it."""

    collection: str
    shots: frozenset[str]
    text_features: tuple[str, ...]


def training_health(seen: Examined, found: Findings, progress: Progress) -> str:
    """Returns what a model can be trained on; adds what was found to `found`."""
    workspace, sets = seen.workspace, {}
    names = workspace.caption_sets()
    collections = workspace.collection_names()
    import_line = f"--collection {collections[0] if collections else 'NAME'}"
    if not names:
        command = f"lpd import captions FILE --set train {import_line}"
        found.advise("captions", "there are no captions, which a training learns from", command)
    for number, name in enumerate(names):
        progress("examining captions", number, len(names))
        with found.examining(f"captions {name}", f"lpd import captions FILE --set {name} --collection NAME"):
            sets[name] = _examine_captions(seen, name, found)
    progress("examining captions", len(names), len(names))
    if len(names) == 1:
        told = f"{names[0]} is the only caption set; captions of other shots select the epoch"
        found.advise("captions", told, f"lpd import captions FILE --set valid {import_line}")
    _examine_unfinished(seen, found)
    return _possible(seen, sets, found)


def _examine_captions(seen: Examined, name: str, found: Findings) -> _Captioned:
    workspace, subject = seen.workspace, f"captions {name}"
    captions, collection = workspace.captions(name), str(workspace.caption_collection(name))
    shots = frozenset(caption.shot_id for caption in captions)
    foreign = sorted(shots - set(seen.collection(collection).shot_ids))
    if foreign:
        outside = f"{len(foreign):,} of {counted(len(shots), 'shot')} are not in {collection}"
        found.warn(
            subject,
            f"{outside}, {name_some(foreign, 3)}",
            f"lpd import captions FILE --set {name} --collection {collection}",
        )
    else:
        told = f"{counted(len(captions), 'caption')} of {counted(len(shots), 'shot')} of {collection}"
        found.ok(subject, told)
    texts = {caption.caption_id: caption.text for caption in captions}
    features = examine_text_features(seen, name, texts, found=found)
    if not workspace.text_feature_names(name):
        fitted = bool(workspace.text_encoder_names())
        command = f"lpd encode {name}" if fitted else f"lpd encode --fit-on {name}"
        found.advise(subject, "no text features were computed of them", command)
    if not workspace.feature_names(collection) and not workspace.frame_feature_names(collection):
        command = f"lpd import features SOURCE --collection {collection} --name FEATURE"
        found.advise(subject, f"{collection} has no video feature to learn from", command)
    return _Captioned(collection, shots, features)


def _possible(seen: Examined, sets: Mapping[str, _Captioned], found: Findings) -> str:
    """Returns a pair of caption sets that a model can be trained on, in words; adds sets that share shots."""
    order = sorted(sets, key=lambda name: ("train" not in name, name))
    for place, name in enumerate(order):
        for other in order[place + 1 :]:
            if sets[name].collection == sets[other].collection and sets[name].shots & sets[other].shots:
                shared = counted(len(sets[name].shots & sets[other].shots), "shot")
                told = f"they share {shared}: the epoch would be selected on what was learnt"
                found.advise(f"captions {name} and {other}", told, None)
    for name in order:
        for other in order:
            one, two = sets[name], sets[other]
            common = [feature for feature in one.text_features if feature in two.text_features]
            videos = [_video_features(seen, each.collection) for each in (one, two)]
            read = [feature for feature in videos[0] if feature in videos[1]]
            if name != other and not one.shots & two.shots and common and read:
                features = f"{counted(len(common), 'text feature')}, {counted(len(read), 'video feature')}"
                return f"{name}, the epoch selected on {other}; {features}"
    return ""


def _video_features(seen: Examined, collection: str) -> list[str]:
    return [
        name
        for name in seen.workspace.feature_names(collection)
        if seen.input_facts(collection, name) is not None
    ]


def _examine_unfinished(seen: Examined, found: Findings) -> None:
    """Adds trainings that were begun and have made no model."""
    from lpd.services.jobs.job_states import RUNNING, job_states

    for job in job_states(seen.workspace):
        if job.state == RUNNING or job.name in seen.workspace.model_names() or job.request is None:
            continue
        command = f"{job.typed.removesuffix(' --resume')} --resume" if job.resumable_epochs else job.typed
        found.advise(f"training {job.name}", f"{job.sentence}; it has made no model", command)
