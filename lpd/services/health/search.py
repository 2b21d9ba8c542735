"""What a live query needs: shots, their features, a model with its text encoders, and an index of both."""

import shlex
from collections.abc import Sequence

from lpd.cards import ModelCard
from lpd.errors import LpdError
from lpd.names import REPRODUCED
from lpd.progress import Progress
from lpd.search.opening import INDEX_KINDS
from lpd.services.health.collections import examine_collection
from lpd.services.health.encoders import examine_encoders
from lpd.services.health.findings import Examined, Findings
from lpd.services.health.maps import examine_maps
from lpd.services.health.vectors import examine_vectors
from lpd.services.status import index_row
from lpd.storage import read_manifest

__all__ = ["search_health"]


def search_health(seen: Examined, found: Findings, progress: Progress) -> str:
    """Returns which models can be asked about which collections; adds what was found to `found`."""
    workspace = seen.workspace
    names = workspace.collection_names()
    if not names:
        found.advise(
            "shots",
            "there is no collection yet; bring a list of shots",
            "lpd import shots FILE --collection NAME",
        )
        found.advise(
            "videos",
            "or a folder of videos or pictures, cut into shots",
            "lpd extract FOLDER --collection NAME",
        )
        return ""
    for number, name in enumerate(names):
        progress("examining collections", number, len(names))
        with found.examining(f"collection {name}", f"lpd import shots FILE --collection {name}"):
            examine_collection(seen, name, found)
    progress("examining collections", len(names), len(names))
    _examine_leftovers(seen, found)
    examine_encoders(seen, found)
    examine_vectors(seen, found)
    models = workspace.searchable_models()
    if not models:
        command = "lpd train lpd --captions train --validation valid"
        found.advise("models", "there is no model yet; train one, or bring a checkpoint", command)
    ready = []
    for number, model in enumerate(models):
        progress("examining models", number, len(models))
        with found.examining(f"model {model}"):
            ready += _examine_model(seen, model, found)
    progress("examining models", len(models), len(models))
    examine_maps(seen, found)
    for model in sorted(set(workspace.model_names()) - set(models)):
        found.ok(f"model {model}", "it re-ranks runs and needs no index")
    return _by_model(ready)


def _by_model(ready: Sequence[tuple[str, str]]) -> str:
    models: dict[str, list[str]] = {}
    for model, collection in ready:
        models.setdefault(model, []).append(collection)
    return "; ".join(f"{model} over {', '.join(names)}" for model, names in models.items())


def _examine_model(seen: Examined, model: str, found: Findings) -> list[tuple[str, str]]:
    """Returns model and collection where the model can be asked now."""
    card = seen.card(model)
    free = card.has_weights and _has_encoders(seen, card, found)
    ready = []
    for collection in _collections_of(seen, card):
        subject = f"index {model}@{collection}"
        with found.examining(subject, f"lpd index --model {model} --collection {collection}"):
            if _examine_index(seen, card, collection, found):
                ready.append((model if free else f"{model} (topics only)", collection))
    return ready


def _has_encoders(seen: Examined, card: ModelCard, found: Findings) -> bool:
    """Returns whether a model carries an encoder for each of its text features."""
    carried = seen.workspace.model_folder(card.name) / "text_encoders"
    without = [name for name in card.text_features if not (carried / name).is_dir()]
    here = [name for name in without if name in seen.workspace.text_encoder_names()]
    if here:
        told = f"it does not carry the encoder of {here[0]}, which is here: only topics can be asked for"
        own = seen.workspace.text_encoder_folder(here[0])
        found.advise(f"model {card.name}", told, shlex.join(["cp", "-r", str(own), str(carried / here[0])]))
    elif without:
        told = f"no encoder of text feature {', '.join(without)} is here: only topics can be asked for"
        found.advise(f"model {card.name}", told, f"lpd import encoder FOLDER --name {without[0]}")
    return not without


def _collections_of(seen: Examined, card: ModelCard) -> list[str]:
    """The collections that a model should have an index of: those that it has one of and those that editions
    search; without editions, those that are not there to be learnt from, or else all.
    """
    workspace, indexed = seen.workspace, seen.workspace.index_names(card.name)
    if card.name.startswith(REPRODUCED):
        return indexed
    if not card.has_weights:
        brought = seen.workspace.embeddings(card.name).shots
        return sorted({*indexed, *(name for name in brought if name in workspace.collection_names())})
    if not card.has_weights:
        return sorted({*indexed, *workspace.embeddings(card.name).shots})
    wanted = set(indexed) | _edition_collections(seen)
    if not wanted:
        fitting = {name for name in workspace.collection_names() if not _lacking(seen, card, name)} or set(
            workspace.collection_names()
        )
        wanted = fitting - _captioned(seen) or fitting
    return sorted(wanted)


def _edition_collections(seen: Examined) -> set[str]:
    found = set()
    for name in seen.workspace.edition_names():
        try:
            found.add(seen.workspace.edition(name).collection)
        except LpdError:
            continue  # told where the editions are examined
    return found & set(seen.workspace.collection_names())


def _captioned(seen: Examined) -> set[str]:
    found = set()
    for name in seen.workspace.caption_sets():
        try:
            found.add(seen.workspace.caption_collection(name))
        except (LpdError, KeyError):
            continue  # told where the captions are examined
    return found


def _lacking(seen: Examined, card: ModelCard, collection: str) -> list[str]:
    """Video features of a model that a collection has not."""
    return [name for name in card.video_features if seen.input_facts(collection, name) is None]


def _examine_index(seen: Examined, card: ModelCard, collection: str, found: Findings) -> bool:
    """Returns whether a model has a whole index of a collection that was made from what is there now."""
    workspace, subject = seen.workspace, f"index {card.name}@{collection}"
    command = f"lpd index --model {card.name} --collection {collection}"
    row = index_row(workspace, card.name, collection)
    if row.state == "missing" and not _features_fit(seen, card, collection, found):
        return False
    if row.state != "ok":
        sentence = row.sentence.split("; next")[0].removesuffix(f". Next: {command}")
        (found.advise if row.state == "missing" else found.warn)(subject, sentence, command)
        return False
    changed = _changed_features(seen, card, collection)
    if changed:
        told = f"it was made from other rows of video feature {', '.join(changed)}"
        found.warn(subject, told, command)
        return False
    found.ok(subject, row.sentence)
    return True


def _features_fit(seen: Examined, card: ModelCard, collection: str, found: Findings) -> bool:
    """Returns whether a collection has what a model reads, or vectors were brought; adds what it lacks."""
    workspace = seen.workspace
    if card.name in workspace.embeddings_names() and collection in workspace.embeddings(card.name).shots:
        return True
    subject, fits = f"model {card.name} over {collection}", True
    for name, dimension in card.video_features.items():
        command = f"lpd import features SOURCE --collection {collection} --name {name}"
        facts = seen.input_facts(collection, name)
        if facts is None:
            lacks = (
                f"{collection} has no usable video feature {name} ({dimension} dimensions), which it reads"
            )
            found.advise(subject, lacks, command)
            fits = False
            continue
        if facts.dimension != dimension:
            has = f"video feature {name} of {collection} has {facts.dimension} dimensions"
            found.warn(subject, f"{has}, the model reads {dimension}", command)
            fits = False
    return fits


def _changed_features(seen: Examined, card: ModelCard, collection: str) -> list[str]:
    """Video features that are not those that an index was made from; absent ones are not needed by it."""
    folder = seen.workspace.index_folder(card.name, collection)
    made_from = read_manifest(folder, *INDEX_KINDS).made_from
    now = {name: seen.input_facts(collection, name) for name in card.video_features}
    return [
        name
        for name, facts in now.items()
        if facts is not None and made_from.get(f"feature {name}", facts.digest) != facts.digest
    ]


def _examine_leftovers(seen: Examined, found: Findings) -> None:
    """Adds indexes of models or collections that are gone."""
    workspace = seen.workspace
    folders = (workspace.path / "indexes").glob("[!.]*@*")
    for folder in sorted(folders):
        model, _, collection = folder.name.partition("@")
        gone = [] if model in workspace.model_names() else [f"model {model}"]
        gone += [] if collection in workspace.collection_names() else [f"collection {collection}"]
        if gone:
            what = f"{' and '.join(gone)} {'is' if len(gone) == 1 else 'are'} gone; its folder can be removed"
            found.advise(f"index {folder.name}", what, None)
