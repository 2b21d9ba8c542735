"""Words of a text, cut the same way for every text encoder."""

import re

__all__ = ["tokenize"]

_WORD = re.compile(r"[A-Za-z0-9]+")


def tokenize(text: str) -> list[str]:
    """Returns the lower-case words of a text in order, repeats included.

    Whatever is not an ASCII letter or digit separates words: `U.S.` gives two words, `café` gives `caf`.

    >>> tokenize("A man's red-brown dog, running!")
    ['a', 'man', 's', 'red', 'brown', 'dog', 'running']

    Source: W2VV++ / SEA / LAFF, the tokenizer of their `textlib`.
    """
    return [word.lower() for word in _WORD.findall(text)]
