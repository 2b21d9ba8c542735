"""Every reader of files, with small good files for it."""

from tests.fuzz import (
    reading_embeddings,
    reading_features,
    reading_maps,
    reading_models,
    reading_pretrained,
    reading_trec,
    reading_videos,
    reading_workspaces,
)
from tests.fuzz.reader import Reader

READERS: dict[str, Reader] = {
    name: Reader(*row)
    for part in (
        reading_trec,
        reading_features,
        reading_workspaces,
        reading_models,
        reading_maps,
        reading_embeddings,
        reading_pretrained,
        reading_videos,
    )
    for name, row in part.ROWS.items()
}
"""Name -> reader."""
