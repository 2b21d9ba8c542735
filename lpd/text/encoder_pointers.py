"""Pointers to pretrained models, as encoders of texts and of pictures keep them: where the model's files lie,
what they were, and how wide its vectors are.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from lpd.errors import FormatError
from lpd.pretrained import ModelPlace, check_same_files, check_unchanged, content_digest, place_from_json
from lpd.text.encoder_files import positive_integer, read_encoder

__all__ = ["Pointer", "open_pointer", "pointer_document"]


class Pointer(NamedTuple):
    """What a pointer says, and the folder of the model, whose files are as they were on import.

    Args:
        document: as `pointer_document` made it, with what the kind adds.
        place: where the model lies.
        folder: where it was found.
        where: the folder of the pointer itself, for errors.
    """

    document: dict[str, Any]
    place: ModelPlace
    folder: Path
    where: Path

    def check_width(self, dimension: int) -> None:
        """Raises a FormatError if the model that was opened is of another width than the pointer says."""
        if dimension != positive_integer(self.document, "dimension", where=self.where):
            raise FormatError(
                "the model has another width",
                where=self.where,
                expected=self.document["dimension"],
                found=dimension,
            )


def pointer_document(kind: str, name: str, *, dimension: int, place: ModelPlace) -> dict[str, object]:
    """Returns what every pointer says, as plain JSON.

    Args:
        kind: of the encoder.
        name: of the feature that it makes.
        dimension: the width of a vector.
        place: where the model lies, with the digests of its files.
    """
    return {
        "kind": kind,
        "name": name,
        "dimension": dimension,
        "content": content_digest(place.files),
        "place": place.to_json(),
    }


def open_pointer(directory: Path, *, kind: str, files: Callable[[Path], Sequence[str]]) -> Pointer:
    """Returns a pointer whose model is there and unchanged.

    Args:
        directory: of the encoder.
        kind: that it must be.
        files: gives, of a model's folder, the paths in it that the encoder reads.

    Raises:
        NotFoundError: if files of the model are gone.
        StaleError: if they have changed since import.
        LpdError: if the pointer is damaged or of another kind.
    """
    document, _ = read_encoder(directory, kind=kind, weights=False)
    place = place_from_json(document, where=directory)
    folder = check_unchanged(place, directory)
    check_same_files(files(folder), place, folder)
    return Pointer(document, place, folder, directory)
