"""Whether vectors that were brought of a model fit its collections and editions, and what they cannot do."""

from lpd.embeddings import Embeddings, topics_digest
from lpd.errors import name_some
from lpd.services.health.findings import Examined, Findings
from lpd.words import counted

__all__ = ["examine_vectors"]


def examine_vectors(seen: Examined, found: Findings) -> None:
    """Adds what was found of all models of which vectors were brought."""
    for model in seen.workspace.embeddings_names():
        with found.examining(f"vectors {model}", f"lpd import embeddings FOLDER --model {model}"):
            _examine(seen, seen.workspace.embeddings(model), found)


def _examine(seen: Examined, brought: Embeddings, found: Findings) -> None:
    workspace, model = seen.workspace, brought.directory.name
    for collection in brought.shots:
        subject = f"vectors {model} of {collection}"
        command = f"lpd import embeddings FOLDER --model {model} --collection {collection}"
        with found.examining(subject, command):
            shots = seen.collection(collection).shot_ids
            _examine_shots(brought, collection, shots, found=found, command=command)
    fitting = []
    for edition, vectors in brought.topics.items():
        subject = f"vectors {model} of topics of {edition}"
        with found.examining(subject, f"lpd import embeddings FOLDER --model {model} --collection NAME"):
            opened = workspace.edition(edition)
            command = f"lpd import embeddings FOLDER --model {model} --collection {opened.collection}"
            if vectors.texts != topics_digest(opened.topics):
                found.warn(subject, "the topics have changed since", command)
            else:
                fitting.append(edition)
    if fitting:
        found.ok(f"vectors {model} of topics", ", ".join(fitting))
    if model not in workspace.checkpoint_names():
        told = "only its vectors are here, so topics can be searched; free text needs its checkpoint"
        found.advise(f"model {model}", told, f"lpd import checkpoint FILE --name {model}")


def _examine_shots(
    brought: Embeddings, collection: str, shots: list[str], *, found: Findings, command: str
) -> None:
    """Adds whether every shot has a vector in every space."""
    subject = f"vectors {brought.directory.name} of {collection}"
    for number, space in enumerate(brought.spaces):
        rows = brought.shot_vectors(collection, number).ids
        missing = [] if rows == shots else sorted(set(shots) - set(rows))
        if missing:
            told = f"{len(missing):,} of {counted(len(shots), 'shot')} have none in space {space.name}"
            found.warn(subject, f"{told}, {name_some(missing, 3)}", command)
            return
    found.ok(subject, f"{counted(len(brought.spaces), 'space')}; a vector for each shot")
