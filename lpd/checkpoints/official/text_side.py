"""The text features of an official SEA or W2VV++ model, and their encoders as far as the file holds them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lpd.checkpoints.official.conversion import ImportChoices
from lpd.checkpoints.official.file import OfficialFile, StandIn
from lpd.checkpoints.official.layout_parts import stand_in
from lpd.checkpoints.official.vocabularies import (
    TOKENS_OF_A_ROW,
    WITHOUT_STOP_WORDS,
    bag_of_words,
    read_vocabulary,
    token_ids,
    word_vectors,
)
from lpd.errors import FormatError, MismatchError
from lpd.text import TextEncoder, TokenIds, Vocabulary, WordVectors, token_vectors
from lpd.text.tokens import SPECIAL_TOKENS

__all__ = ["TextSide", "row_length", "text_side"]

TRAINED = ("bigru", "gru", "netvlad")
NORMS = {0: "none", 2: "l2"}
SHORTEST_ROW, LONGEST_ROW = 3, 4096


@dataclass(frozen=True, eq=False)
class TextSide:
    """What a model reads of a text.

    Args:
        features: fixed text features in the order asked for, name -> dimension; without `tokens`.
        kinds: their normalisation where it is not none, `text:<feature>` -> kind.
        words: how many words the trained encoders know; 0 without any.
        length: tokens of a row.
        tokens: the encoder of token ids; None without trained encoders or without a vocabulary.
        vectors: word vectors, where a person gave them.
        encoders: of all text features that can be computed.
        notes: sentences.
    """

    features: dict[str, int]
    kinds: dict[str, str]
    words: int
    length: int
    tokens: TokenIds | None
    vectors: WordVectors | None
    encoders: tuple[TextEncoder, ...]
    notes: tuple[str, ...] = ()

    def table(self) -> np.ndarray:
        """Returns the word vectors of all tokens, (words + 4, E) float32, zeros where there is none."""
        assert self.vectors is not None, "text_side refuses NetVLAD without word vectors"
        assert self.tokens is not None, "text_side refuses NetVLAD without a vocabulary"
        return token_vectors(self.tokens.vocabulary, self.vectors)


def text_side(
    file: OfficialFile, choices: ImportChoices, kinds: Mapping[str, int], *, words: int | None
) -> TextSide:
    """Returns the text features of a model and their encoders.

    Args:
        file: as it was read.
        choices: of the person.
        kinds: `bow`, `w2v`, `bert`, `gru`, `bigru`, `netvlad` and others -> dimension of what it puts out, in
            the order of the model.
        words: rows of the embeddings of the recurrent encoders; None if there are none.

    Raises:
        FormatError: if a vocabulary is damaged.
        MismatchError: if one has another size than the model, or NetVLAD has no word vectors or vocabulary.
    """
    notes: list[str] = []
    features = {choices.feature(kind): size for kind, size in kinds.items() if kind not in TRAINED}
    encoders: list[TextEncoder] = []
    norms: dict[str, str] = {}
    if "bow" in kinds:
        _add_bag_of_words(file, choices, kinds["bow"], encoders, norms)
    vectors = None
    if "w2v" in kinds or "netvlad" in kinds:
        vectors = _vectors(file, choices, kinds.get("w2v"), notes)
        if vectors is not None and "w2v" in kinds:
            encoders.append(vectors)
    trained = [kind for kind in kinds if kind in TRAINED]
    length = row_length(choices)
    tokens = _tokens(file, choices, vectors, words=words, length=length) if trained else None
    if "netvlad" in kinds and (vectors is None or tokens is None):
        raise MismatchError(
            "NetVLAD reads the vectors of words, which are not in the checkpoint",
            where=file.path,
            expected="word vectors" if vectors is None else "a vocabulary of tokens",
            next_step="give the BigFile of the word vectors that the model was trained with",
        )
    if tokens is not None:
        encoders.append(tokens)
        notes.append(
            f"of a text {length} tokens are read, beginning and end among them; the official code reads all"
        )
    if "netvlad" in kinds and words is not None:
        notes.append(
            "NetVLAD reads the words that the recurrent encoder knows; the official code all others too"
        )
    known = _number_of_words(tokens, words) if trained else 0
    return TextSide(features, norms, known, length, tokens, vectors, tuple(encoders), tuple(notes))


def row_length(choices: ImportChoices) -> int:
    """Returns how many tokens of a text a person wants read, `text_tokens`; 64 by default.

    Raises:
        FormatError: if it is no possible number.
    """
    length = choices.setting("text_tokens", TOKENS_OF_A_ROW)
    if type(length) is not int or not SHORTEST_ROW <= length <= LONGEST_ROW:
        expected = f"a whole number from {SHORTEST_ROW} to {LONGEST_ROW}"
        raise FormatError("text_tokens", where="--set", expected=expected, found=length)
    return length


def _add_bag_of_words(
    file: OfficialFile,
    choices: ImportChoices,
    dimension: int,
    encoders: list[TextEncoder],
    norms: dict[str, str],
) -> None:
    found = stand_in(file, "t2v_bow")
    name = choices.feature("bow")
    norm = _norm_of(found, file)
    if norm != "none":
        norms[f"text:{name}"] = norm
    if "bow" in choices.vocabularies:
        path = choices.vocabularies["bow"]
        encoders.append(bag_of_words(read_vocabulary(path), where=path, name=name, dimension=dimension))
    elif found is not None and "Soft" not in found.name:  # soft bags of words count similar words as well
        encoders.append(bag_of_words(found, where=file.path, name=name, dimension=dimension))


def _norm_of(found: StandIn | None, file: OfficialFile) -> str:
    norm = 0 if found is None else found.attributes.get("norm", 0)
    if type(norm) is not int or norm not in NORMS:
        raise FormatError("norm of the bag of words", where=file.path, expected="0 or 2", found=norm)
    return NORMS[norm]


def _vectors(
    file: OfficialFile, choices: ImportChoices, dimension: int | None, notes: list[str]
) -> WordVectors | None:
    found = stand_in(file, "t2v_w2v")
    kind: Any = found.name if found is not None else choices.setting("text_encoding", None)
    without = True if kind is None else WITHOUT_STOP_WORDS.lower() in str(kind).lower()
    vectors = word_vectors(choices, stop_words=not without, dimension=dimension, name=choices.feature("w2v"))
    if vectors is not None and without and choices.stop_words is None:
        notes.append("the word vectors of stop words are left out, by the list of stop words of this program")
    return vectors


def _tokens(
    file: OfficialFile,
    choices: ImportChoices,
    vectors: WordVectors | None,
    *,
    words: int | None,
    length: int,
) -> TokenIds | None:
    """Returns the encoder of token ids: over the words of the recurrent encoder, or where NetVLAD is alone
    over all words that have a vector.
    """
    known = None if words is None else words - len(SPECIAL_TOKENS)
    if words is None:
        return None if vectors is None else token_ids(vectors.vocabulary, where=file.path, length=length)
    found: Vocabulary | StandIn | None = stand_in(file, "t2v_idx")
    where: Any = file.path
    if "tokens" in choices.vocabularies:
        where = choices.vocabularies["tokens"]
        found = read_vocabulary(where)
    return None if found is None else token_ids(found, where=where, words=known, length=length)


def _number_of_words(tokens: TokenIds | None, rows: int | None) -> int:
    if rows is not None:
        return rows - len(SPECIAL_TOKENS)
    return 0 if tokens is None else len(tokens.vocabulary)
