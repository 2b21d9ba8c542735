"""After an extraction: the models that need no training, and their indexes."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from lpd.errors import LpdError
from lpd.progress import Progress
from lpd.workspace import Workspace

if TYPE_CHECKING:
    from lpd.video.encoders import VideoEncoder

__all__ = ["make_searchable", "stale_indexes"]


def make_searchable(
    workspace: Workspace,
    collection: str,
    encoders: "Mapping[str, VideoEncoder]",
    *,
    changed: bool,
    device: str,
    progress: Progress,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Returns the zero-shot models of the encoders, indexed, and why other encoders have none, in sentences.

    Args:
        workspace: of the collection.
        collection: its name.
        encoders: name of the video feature -> its encoder.
        changed: whether the features are others than before; else an index that fits stays.
        device: the models embed on.
        progress: called per block of an index.
    """
    models, unsearchable = [], []
    for name, encoder in encoders.items():
        if encoder.partner is None:
            unsearchable.append(f"encoder {name} has no part that reads texts")
        elif encoder.partner not in workspace.text_encoder_names():
            unsearchable.append(f"encoder {name} needs the text encoder {encoder.partner}, which is not here")
        else:
            model = _zero_shot_model(workspace, collection, name, encoder.partner)
            if changed or not _fits(workspace, model, collection):
                _index(workspace, model, collection, device, progress)
            models.append(model)
    return tuple(models), tuple(unsearchable)


def _zero_shot_model(workspace: Workspace, collection: str, video: str, text: str) -> str:
    """Returns the name of the model of the two towers; one that is there stays if its text tower is the same,
    so that indexes of other collections keep fitting it.
    """
    from lpd.services.zero_shot import make_zero_shot
    from lpd.text.encoder_files import read_encoder_document

    name = f"zero-shot-{text}"
    own = workspace.model_folder(name) / "text_encoders" / text
    if name in workspace.model_names() and own.is_dir():
        now = read_encoder_document(workspace.text_encoder_folder(text))
        if read_encoder_document(own).get("digest") == now.get("digest"):
            return name
    return make_zero_shot(workspace, text, video_feature=video, collection=collection, name=name)


def _fits(workspace: Workspace, model: str, collection: str) -> bool:
    """Returns True when the model has an index of this collection that is not stale."""
    from lpd.search import open_engine

    try:
        open_engine(workspace, model=model, collection=collection)
    except LpdError:
        return False
    return True


def stale_indexes(workspace: Workspace, collection: str, models: Sequence[str]) -> list[str]:
    """Says which other models have an index of this collection that no longer fits it."""
    others = [name for name in workspace.searchable_models() if name not in models]
    stale = [
        name
        for name in others
        if collection in workspace.index_names(name) and not _fits(workspace, name, collection)
    ]
    return [
        f"the index of {name} is stale: lpd index --model {name} --collection {collection}" for name in stale
    ]


def _index(workspace: Workspace, model: str, collection: str, device: str, progress: Progress) -> None:
    from lpd.services.indexing import index_collection

    def named(stage: str, done: int, total: int) -> None:
        progress(f"indexing with {model}", done, total)

    index_collection(workspace, model, collection, device=device, progress=named)
