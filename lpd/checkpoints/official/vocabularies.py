"""Text encoders made of the vocabularies of official checkpoints, or of the files that lie beside them.

The official codes cut texts as `tokenize` does, so equal vocabularies give equal features.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from lpd.checkpoints.official.conversion import ImportChoices
from lpd.checkpoints.official.file import StandIn
from lpd.checkpoints.official.restricted import read_pickle
from lpd.errors import FormatError, MismatchError, NotFoundError, name_some
from lpd.features import FeatureSource, open_source
from lpd.storage import read_json
from lpd.text import BagOfWords, Concepts, TokenIds, Vocabulary, WordVectors
from lpd.text.stop_words import STOP_WORDS
from lpd.text.tokenizer import tokenize
from lpd.text.tokens import SPECIAL_TOKENS
from lpd.text.vocabulary import vocabulary_from_json
from lpd.trec.lines import read_text

__all__ = [
    "TOKENS_OF_A_ROW",
    "bag_of_words",
    "concepts",
    "read_vocabulary",
    "token_ids",
    "vocabulary_of",
    "word_vectors",
]

TOKENS_OF_A_ROW = 64
"""How many tokens of a text are read; the official encoders read all."""

WITHOUT_STOP_WORDS = "NSW"
"""At the end of the names of official classes that leave stop words out."""


def vocabulary_of(found: object, *, where: object) -> Vocabulary:
    """Returns the words of an official vocabulary, without its special tokens; how often they occurred is
    not in it, so all counts are 0.

    Args:
        found: a stand-in of `textlib.Vocabulary`, `util.vocab.Vocabulary` or `Concept` (with `word2idx`), or
            of a text encoder that holds one as `vocab`.
        where: the file, for errors.

    Raises:
        FormatError: if there is none, or words are missing, repeated or not as `tokenize` cuts them.
    """
    held = found.attributes.get("vocab", found) if isinstance(found, StandIn) else found
    rows = held.attributes.get("word2idx") if isinstance(held, StandIn) else None
    if not isinstance(rows, Mapping) or not rows:
        raise FormatError("no vocabulary", where=where, expected="an object with word2idx", found=found)
    numbers = list(rows.values())
    if any(type(number) is not int for number in numbers) or sorted(numbers) != list(range(len(rows))):
        raise FormatError(
            "rows of a vocabulary",
            where=where,
            expected=f"each number from 0 to {len(rows) - 1} once",
            found=name_some(map(str, numbers)),
        )
    return _without_special(sorted(rows, key=rows.__getitem__), where)


def read_vocabulary(path: Path) -> Vocabulary:
    """Returns the words of a vocabulary file without special tokens: a pickle of the official codes, which is
    read without executing anything, `.json` with words and counts, or text with a word per line.

    Raises:
        NotFoundError: if there is no such file.
        FormatError: if it holds no vocabulary.
    """
    if not path.is_file():
        raise NotFoundError("no such vocabulary", where=path)
    if path.suffix in (".pkl", ".pickle"):
        return vocabulary_of(read_pickle(path), where=path)
    if path.suffix == ".json":
        return vocabulary_from_json(read_json(path), where=path)
    lines = [line.split() for line in read_text(path).split("\n")]
    return _without_special([words[0] for words in lines if words], path)


def bag_of_words(
    found: Vocabulary | StandIn, *, where: object, name: str = "bow", dimension: int | None = None
) -> BagOfWords:
    """Returns the encoder of a bag of words.

    Args:
        found: its vocabulary, or a stand-in of `txt2vec.BowVec` or `BowVecNSW`.
        where: the file, for errors.
        name: of the text feature.
        dimension: what the model reads; None for any.

    Raises:
        FormatError: if there is no vocabulary in it.
        MismatchError: if it has another number of words.
    """
    vocabulary = found if isinstance(found, Vocabulary) else vocabulary_of(found, where=where)
    _check_number(vocabulary, dimension, name=name, where=where)
    stop_words = not (isinstance(found, StandIn) and found.name.endswith(WITHOUT_STOP_WORDS))
    return BagOfWords(vocabulary, name, stop_words)


def concepts(vocabulary: Vocabulary, *, where: object, dimension: int) -> Concepts:
    """Returns the encoder of a list of concepts.

    Raises:
        MismatchError: if it has another number of words than the model reads.
    """
    _check_number(vocabulary, dimension, name="concepts", where=where)
    return Concepts(vocabulary)


def token_ids(
    found: Vocabulary | StandIn, *, where: object, words: int | None = None, length: int = TOKENS_OF_A_ROW
) -> TokenIds:
    """Returns the encoder of token ids.

    Args:
        found: its vocabulary, or a stand-in of `txt2vec.IndexVec`.
        where: the file, for errors.
        words: how many words the model knows beside the special tokens; None for any.
        length: tokens of a row.

    Raises:
        FormatError: if there is no vocabulary in it.
        MismatchError: if it has another number of words.
    """
    vocabulary = found if isinstance(found, Vocabulary) else vocabulary_of(found, where=where)
    _check_number(vocabulary, words, name="tokens", where=where)
    return TokenIds(vocabulary, length, keep_unknown=True)


def word_vectors(
    choices: ImportChoices, *, stop_words: bool, dimension: int | None = None, name: str = "w2v"
) -> WordVectors | None:
    """Returns the encoder of the word vectors that a person gave; None if there are none.

    Words that no text can hold, since `tokenize` would cut them, are left out.

    Args:
        choices: with the BigFile of word vectors.
        stop_words: whether stop words count, as they do not for the official `w2v_nsw`.
        dimension: what the model reads; None for any.
        name: of the text feature.

    Raises:
        LpdError: if the BigFile is damaged.
        MismatchError: if its vectors have another dimension, or none belongs to a word.
    """
    if choices.word_vectors is None:
        return None
    matrix = open_source(FeatureSource("bigfile", choices.word_vectors))
    if dimension is not None and matrix.dimension != dimension:
        raise MismatchError(
            "word vectors of another dimension than the model's",
            where=choices.word_vectors,
            expected=dimension,
            found=matrix.dimension,
        )
    left_out = frozenset() if stop_words else choices.stop_words or STOP_WORDS
    words = [word for word in matrix.ids if tokenize(word) == [word] and word not in left_out]
    if not words:
        raise MismatchError(
            "word vectors of no word", where=choices.word_vectors, found=name_some(matrix.ids)
        )
    vectors = np.ascontiguousarray(matrix.rows(words), dtype=np.float32)
    known = vocabulary_from_json({"words": words, "counts": [0] * len(words)}, where=choices.word_vectors)
    return WordVectors(known, vectors, np.ones(len(words), dtype=np.float32), name)


def _without_special(words: list[str], where: object) -> Vocabulary:
    if tuple(words[: len(SPECIAL_TOKENS)]) == SPECIAL_TOKENS:
        words = words[len(SPECIAL_TOKENS) :]
    return vocabulary_from_json({"words": words, "counts": [0] * len(words)}, where=where)


def _check_number(vocabulary: Vocabulary, expected: int | None, *, name: str, where: object) -> None:
    if expected is not None and len(vocabulary) != expected:
        raise MismatchError(
            f"vocabulary of {name} is another than the model's",
            where=where,
            expected=f"{expected} words",
            found=len(vocabulary),
        )
