"""The words of a topic in captions: how often a model met them in training."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from lpd.tables import Cell, Column, ResultTable, Row

if TYPE_CHECKING:
    from lpd.text import QueryWord, WordCount

__all__ = ["stop_words", "word_table"]


def word_table(words: Sequence["QueryWord"], stages: Mapping[str, int]) -> ResultTable:
    """Returns how often each word of the query stands in the captions: in how many captions of each stage, in
    which other forms, and which encoders do not know it. Function words are left to `stop_words`, but for a
    query that has no others.

    Args:
        words: of the query.
        stages: of the training -> how many captions it has.
    """
    chosen = [word for word in words if not word.stop_word] or list(words)
    counts = [Column(f"{stage}, of {captions:,}", "count") for stage, captions in stages.items()]
    forms = [_form_words(word, list(stages)) for word in chosen]
    unknown = [", ".join(word.unknown_to) for word in chosen]
    told = {"other forms": forms, "unknown to": unknown}
    further = {name: texts for name, texts in told.items() if any(texts)}
    rows = []
    for place, word in enumerate(chosen):
        numbers = [Cell(float(word.counts[stage].captions)) for stage in stages]
        rows.append(Row(word.word, (*numbers, *(Cell(text=one[place] or None) for one in further.values()))))
    return ResultTable(
        title="words of the topic in captions",
        row_name="word",
        columns=(*counts, *(Column(name, "text") for name in further)),
        rows=tuple(rows),
    )


def _form_words(word: "QueryWord", stages: Sequence[str]) -> str:
    """Its singular or plural with the numbers of captions: `car 76`."""
    return ", ".join(f"{form} {_numbers(found, stages)}" for form, found in word.other_forms.items())


def _numbers(found: Mapping[str, "WordCount"], stages: Sequence[str]) -> str:
    return " / ".join(f"{found[stage].captions:,}" for stage in stages)


def stop_words(words: Sequence["QueryWord"], stages: Sequence[str]) -> str:
    """Returns the function words of the query with their numbers of captions: `of 648, the 2,745`; empty
    where it has none, or no others."""
    chosen = [word for word in words if word.stop_word]
    if len(chosen) == len(words):
        return ""
    return ", ".join(f"{word.word} {_numbers(word.counts, stages)}" for word in chosen)
