"""What the text encoders of a model do not know of a query, in one sentence."""

from collections.abc import Mapping, Sequence

__all__ = ["unknown_sentence"]

UNREAD = "The query has neither a letter of a to z nor a digit: encoders of words read nothing of it."


def unknown_sentence(
    texts: Sequence[str], unknown: Mapping[str, Sequence[str]], features: Sequence[str]
) -> str:
    """Returns which words of a query are not known, and to whom; empty where all are, or there is no text.

    Args:
        texts: all that is searched with.
        unknown: text feature -> the words that its encoder does not know; encoders without any are left out.
        features: the text features of the model; none of one that is here as vectors only.
    """
    # the tokenizer stands beside encoders that take a second to import
    from lpd.text import tokenize
    from lpd.text.stop_words import STOP_WORDS

    if not features:  # topics are looked up by their vectors: nothing reads words
        return ""
    words = [word for text in texts for word in tokenize(text)]
    if texts and not words:
        return UNREAD
    by_features = _by_features(unknown, features)
    nowhere = by_features.pop(tuple(features), [])
    content = {word for word in words if word not in STOP_WORDS}
    if content and content <= set(nowhere):
        return f"No text encoder knows {_quoted(nowhere)}: the lists say nothing about this query."
    told = [f"{_quoted(nowhere)} not known to any text encoder"] if nowhere else []
    told += [f"{_quoted(words)} not known to {', '.join(names)}" for names, words in by_features.items()]
    return " · ".join(told)


def _by_features(
    unknown: Mapping[str, Sequence[str]], features: Sequence[str]
) -> dict[tuple[str, ...], list[str]]:
    """Text features -> the words that these, and no others, do not know."""
    found: dict[tuple[str, ...], list[str]] = {}
    for word in dict.fromkeys(word for words in unknown.values() for word in words):
        names = tuple(name for name in features if word in unknown.get(name, ()))
        found.setdefault(names, []).append(word)
    return found


def _quoted(words: Sequence[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)
