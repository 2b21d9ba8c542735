"""How often words stand in captions: what a model could have learnt about the words of a query."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lpd.text.stop_words import STOP_WORDS
from lpd.text.tokenizer import tokenize

__all__ = ["QueryWord", "WordCount", "WordCounts", "add_word_counts", "count_words", "query_words"]


class WordCount(NamedTuple):
    """One word in one set of captions: in how many captions it stands, and how often in all."""

    captions: int
    occurrences: int


@dataclass(frozen=True)
class WordCounts:
    """The words of a set of captions as `tokenize` cuts them, in whatever form they have there.

    Args:
        captions: how many there are.
        containing: word -> captions that have it, once or more often.
        occurrences: word -> how often it stands, repeats within a caption included: what a bag of words
            counts.
    """

    captions: int
    containing: Counter[str]
    occurrences: Counter[str]

    def of(self, word: str) -> WordCount:
        """Returns the counts of a word; 0 and 0 for one that stands nowhere."""
        return WordCount(self.containing[word], self.occurrences[word])


@dataclass(frozen=True)
class QueryWord:
    """A word of a query.

    Args:
        word: as `tokenize` cuts it.
        stop_word: whether it is a function word, which says nothing about what is to be seen.
        unknown_to: text features whose encoder does not know the word.
        counts: name of a set of captions -> how often it has the word.
        other_forms: the word in singular or plural -> name of a set -> how often it has that form; forms that
            stand nowhere are left out.
    """

    word: str
    stop_word: bool
    unknown_to: tuple[str, ...]
    counts: dict[str, WordCount]
    other_forms: dict[str, dict[str, WordCount]]


def count_words(texts: Iterable[str]) -> WordCounts:
    """Returns how often each word stands in some captions; a million captions take seconds.

    Args:
        texts: any.
    """
    captions = 0
    containing: Counter[str] = Counter()
    occurrences: Counter[str] = Counter()
    for text in texts:
        words = tokenize(text)
        occurrences.update(words)
        containing.update(set(words))
        captions += 1
    return WordCounts(captions, containing, occurrences)


def add_word_counts(parts: Sequence[WordCounts]) -> WordCounts:
    """Returns the counts of several sets of captions taken as one."""
    total = WordCounts(sum(part.captions for part in parts), Counter(), Counter())
    for part in parts:
        total.containing.update(part.containing)
        total.occurrences.update(part.occurrences)
    return total


def query_words(
    query: str,
    counts: Mapping[str, WordCounts],
    *,
    unknown: Mapping[str, Sequence[str]] | None = None,
) -> list[QueryWord]:
    """Returns the distinct words of a query in order, with how often each set of captions has them.

    The slides of SEA count captions that have the word, and they do so for `sailboat` where the topic says
    `sailboats`: hence the other forms, which are guessed by their endings and kept only if they occur.

    Args:
        query: any.
        counts: name of a set of captions -> its words.
        unknown: text feature -> words of the query that its encoder does not know, as a search tells them.

    Source: slide 18 of the SEA runs at TRECVID 2020: 7 captions of the training data and 853 of the
    pre-training data have `sailboat`.
    """
    unknown = unknown or {}
    found = []
    for word in dict.fromkeys(tokenize(query)):
        forms = {form: {name: one.of(form) for name, one in counts.items()} for form in _other_forms(word)}
        found.append(
            QueryWord(
                word=word,
                stop_word=word in STOP_WORDS,
                unknown_to=tuple(feature for feature, words in unknown.items() if word in words),
                counts={name: one.of(word) for name, one in counts.items()},
                other_forms={
                    form: of_sets
                    for form, of_sets in forms.items()
                    if any(one.occurrences for one in of_sets.values())
                },
            )
        )
    return found


def _other_forms(word: str) -> list[str]:
    """Returns what the regular plural or singular of a word may be; nothing for stop words and short ones."""
    if word in STOP_WORDS or len(word) < 3 or not word.isalpha():
        return []
    forms = [f"{word}s", f"{word}es"]
    if word.endswith("y"):
        forms.append(f"{word[:-1]}ies")
    if word.endswith("ies"):
        forms.append(f"{word[:-3]}y")
    if word.endswith("es"):
        forms.append(word[:-2])
    if word.endswith("s"):
        forms.append(word[:-1])
    return [form for form in forms if form not in STOP_WORDS]
