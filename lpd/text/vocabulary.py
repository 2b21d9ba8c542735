"""The known words of an encoder, with how often each stood in the training captions."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lpd.errors import FormatError, LpdError, name_some
from lpd.text.tokenizer import tokenize

__all__ = ["Vocabulary", "build_vocabulary", "vocabulary_from_json"]


@dataclass(frozen=True)
class Vocabulary:
    """Words in the order of their rows.

    Args:
        words: distinct words as `tokenize` cuts them, by count descending, equal counts by first occurrence.
        counts: occurrences of each word in the training texts, repeats within a text included.
    """

    words: tuple[str, ...]
    counts: tuple[int, ...]

    @cached_property
    def _row_of(self) -> dict[str, int]:
        return {word: row for row, word in enumerate(self.words)}

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        return word in self._row_of

    def row(self, word: str) -> int | None:
        """Returns the row of a word, or None where it is unknown."""
        return self._row_of.get(word)

    def rows(self, text: str) -> list[int]:
        """Returns the rows of the known words of a text, in order, repeats included."""
        return [self._row_of[word] for word in tokenize(text) if word in self._row_of]

    def count(self, word: str) -> int:
        """Returns how often a word stood in the training texts; 0 for an unknown word."""
        row = self.row(word)
        return 0 if row is None else self.counts[row]

    def unknown_words(self, text: str) -> list[str]:
        """Returns the distinct words of a text that are not known, in order of first occurrence."""
        return [word for word in dict.fromkeys(tokenize(text)) if word not in self._row_of]

    def to_json(self) -> dict[str, list[Any]]:
        """Returns the JSON form that `vocabulary_from_json` reads."""
        return {"words": list(self.words), "counts": list(self.counts)}


def build_vocabulary(
    texts: Iterable[str], *, min_count: int = 1, without: Collection[str] = ()
) -> Vocabulary:
    """Returns the words that occur at least `min_count` times, by count descending, then first seen.

    Args:
        texts: any.
        min_count: fewest occurrences.
        without: words to leave out, however often they occur.

    Raises:
        LpdError: if no word occurs that often.

    Source: W2VV++ / SEA / LAFF vocabularies (there min_count 5).
    """
    counter = Counter(word for text in texts for word in tokenize(text) if word not in without)
    kept = sorted(
        ((word, count) for word, count in counter.items() if count >= min_count), key=lambda pair: -pair[1]
    )
    if not kept:
        raise LpdError(
            "no word occurs often enough to be learned",
            expected=f"words with at least {min_count} occurrences",
            found=f"{len(counter)} distinct words, all rarer",
            next_step="give more training captions or a smaller min_count",
        )
    return Vocabulary(tuple(word for word, _ in kept), tuple(count for _, count in kept))


def vocabulary_from_json(document: object, *, where: object) -> Vocabulary:
    """Returns the vocabulary of a JSON document.

    Args:
        document: what stood under the key `vocabulary`.
        where: the file, for the error.

    Raises:
        FormatError: if words or counts are missing, of other types, of different length, repeated, or not as
            `tokenize` cuts them.
    """
    if not isinstance(document, Mapping):
        raise FormatError("no vocabulary", where=where, expected="an object with words and counts")
    words, counts = document.get("words"), document.get("counts")
    if not isinstance(words, list) or not isinstance(counts, list):
        raise FormatError("vocabulary without its lists", where=where, expected="words and counts")
    if len(words) != len(counts) or not words:
        raise FormatError(
            "vocabulary of unequal lists",
            where=where,
            expected="as many counts as words, at least one",
            found=f"{len(words)} words, {len(counts)} counts",
        )
    _check_words(words, where)
    bad = [repr(count) for count in counts if type(count) is not int or count < 0]
    if bad:
        raise FormatError("counts of words that are none", where=where, found=name_some(bad))
    return Vocabulary(tuple(words), tuple(counts))


def _check_words(words: Sequence[Any], where: object) -> None:
    strange = [repr(word) for word in words if not isinstance(word, str) or tokenize(word) != [word]]
    if strange:
        raise FormatError("not words of this tokenizer", where=where, found=name_some(strange))
    repeated = [word for word, count in Counter(words).items() if count > 1]
    if repeated:
        raise FormatError("words that stand twice in the vocabulary", where=where, found=name_some(repeated))
