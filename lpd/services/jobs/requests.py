"""What can be brought into a workspace, made or made again in the background, as commands of `lpd`."""

from collections.abc import Sequence

from lpd.services.jobs.work_files import WorkRequest

__all__ = ["encode_request", "index_request"]


def index_request(model: str, collection: str) -> WorkRequest:
    """Returns what makes a model's index of a collection."""
    options = (f"--model={model}", f"--collection={collection}")
    return WorkRequest(f"index {model}@{collection}", ("index", *options))


def encode_request(text_set: str, features: Sequence[str] = ()) -> WorkRequest:
    """Returns what computes text features of a caption set or edition; all whose encoders are here."""
    options = tuple(f"--feature={name}" for name in features)
    return WorkRequest(f"text features of {text_set}", ("encode", *options, text_set))
