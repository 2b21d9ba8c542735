"""What a workspace has of the features that a model brought from elsewhere reads."""

from collections.abc import Collection
from typing import NamedTuple

from lpd.errors import LpdError
from lpd.models import SpaceModel
from lpd.models.text_inputs import TOKENS
from lpd.text.encoder_files import read_encoder_document
from lpd.workspace import Workspace

__all__ = ["FeatureGaps", "feature_gaps"]


class FeatureGaps(NamedTuple):
    """What fits a model here and what does not.

    Args:
        unfit: sentences on video features that are here by name, with other dimensions only.
        missing: sentences on what is not here.
        encoders: text features that an encoder of this workspace can compute.
    """

    unfit: tuple[str, ...]
    missing: tuple[str, ...]
    encoders: tuple[str, ...]


def feature_gaps(workspace: Workspace, model: SpaceModel, *, given: Collection[str] = ()) -> FeatureGaps:
    """Returns what is here and what is missing for a model.

    Args:
        workspace: any.
        model: whose features are looked for.
        given: text features whose encoders come with the model.
    """
    unfit, missing = [], []
    collections = workspace.collection_names()
    for name, size in model.video_features.items():
        found = {one: _dimension(workspace, one, name) for one in collections}
        there = {one: dimension for one, dimension in found.items() if dimension is not None}
        if there and size not in there.values():
            sizes = ", ".join(f"{dimension} in {one}" for one, dimension in there.items())
            unfit.append(f"video feature {name} has {size} dimensions, here {sizes}")
        elif size not in there.values():
            missing.append(
                f"video feature {name} ({size} dimensions) is in no collection here: "
                f"lpd import features FILE --collection NAME --name {name}"
            )
    encoders = [name for name, size in model.text_features.items() if _encoder_fits(workspace, name, size)]
    absent = [name for name in model.text_features if name not in encoders and name not in given]
    missing += [
        f"text feature {name} has no encoder here, so new texts cannot be searched" for name in absent
    ]
    return FeatureGaps(tuple(unfit), tuple(missing), tuple(encoders))


def _dimension(workspace: Workspace, collection: str, name: str) -> int | None:
    """Returns the dimension of what a model would read under a name; None where it is not there."""
    try:
        return int(workspace.video_input(collection, name).dimension)
    except LpdError:
        return None


def _encoder_fits(workspace: Workspace, name: str, size: int) -> bool:
    """Returns whether the workspace has an encoder of this name and dimension; never one of token ids, whose
    words may be others.
    """
    if name == TOKENS or name not in workspace.text_encoder_names():
        return False
    try:
        return read_encoder_document(workspace.text_encoder_folder(name)).get("dimension") == size
    except LpdError:
        return False
