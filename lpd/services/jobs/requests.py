"""What can be brought into a workspace, made or made again in the background, as commands of `lpd`."""

from collections.abc import Sequence

from lpd.services.jobs.work_files import WorkRequest
from lpd.services.map_requests import MapRequest

__all__ = ["encode_request", "index_request", "map_request"]


def index_request(model: str, collection: str) -> WorkRequest:
    """Returns what makes a model's index of a collection."""
    options = (f"--model={model}", f"--collection={collection}")
    return WorkRequest(f"index {model}@{collection}", ("index", *options))


def map_request(request: MapRequest) -> WorkRequest:
    """Returns what makes maps of a model's spaces."""
    settings = request.settings
    options = [f"--model={request.model}", f"--collection={request.collection}"]
    options += [f"--space={space}" for space in request.spaces]
    options += [f"--method={settings.method}", f"--clusters={settings.clusters}", f"--seed={settings.seed}"]
    which = f" ({', '.join(request.spaces)})" if request.spaces else ""
    title = f"maps by {settings.method} of {request.model}@{request.collection}{which}"
    return WorkRequest(title, ("map", "build", *options))


def encode_request(text_set: str, features: Sequence[str] = ()) -> WorkRequest:
    """Returns what computes text features of a caption set or edition; all whose encoders are here."""
    options = tuple(f"--feature={name}" for name in features)
    return WorkRequest(f"text features of {text_set}", ("encode", *options, text_set))
