"""What a person decides of an import, from the texts of a command line."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from lpd.checkpoints.official import ImportChoices
from lpd.checkpoints.official.layout_mapped import with_mapping
from lpd.errors import FormatError, NotFoundError
from lpd.services.settings_text import read_settings
from lpd.trec.lines import read_text

__all__ = ["read_choices"]

VOCABULARIES = ("bow", "concepts", "tokens")


def read_choices(
    *,
    features: Mapping[str, str],
    settings: Sequence[str],
    mapping: Path | None = None,
    word_vectors: Path | None = None,
    vocabularies: Mapping[str, str] | None = None,
    stop_words: Path | None = None,
) -> ImportChoices:
    """Returns the choices of an import.

    Args:
        features: official name -> ours.
        settings: `KEY=VALUE` texts.
        mapping: file of tensor names.
        word_vectors: folder of a BigFile.
        vocabularies: `bow`, `tokens` or `concepts` -> file.
        stop_words: file with one word per line.

    Raises:
        NotFoundError: if a file or folder is not there.
        FormatError: if a text or file is not of its form.
    """
    files = {kind: Path(path) for kind, path in (vocabularies or {}).items()}
    unknown = [kind for kind in files if kind not in VOCABULARIES]
    if unknown:
        raise FormatError(
            "vocabulary", where="--vocabulary", expected=", ".join(VOCABULARIES), found=", ".join(unknown)
        )
    for path in (*files.values(), stop_words):
        if path is not None and not path.is_file():
            raise NotFoundError("no such file", where=path)
    if word_vectors is not None and not word_vectors.is_dir():
        raise NotFoundError("no such folder of word vectors", where=word_vectors)
    words = None if stop_words is None else frozenset(read_text(stop_words).lower().split())
    choices = ImportChoices(
        features=dict(features),
        settings=read_settings(settings, where="--set"),
        word_vectors=word_vectors,
        vocabularies=files,
        stop_words=words,
    )
    return choices if mapping is None else with_mapping(choices, mapping)
