"""XML from elsewhere, read without fetching a DTD or expanding an entity."""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from lpd.errors import FormatError

__all__ = ["without_doctype", "xml_events"]

DOCTYPE = re.compile(rb"<!DOCTYPE\s+\w+(\s+(SYSTEM|PUBLIC\s+\"[^\"<>]*\"|PUBLIC\s+'[^'<>]*'))?"
                     rb"(\s+\"[^\"<>]*\"|\s+'[^'<>]*')?\s*>")  # fmt: skip
"""A document type that only names its DTD; one that declares something itself does not match."""


def without_doctype(data: bytes, *, count: int = 1) -> bytes:
    """Returns a document without the DOCTYPE that only names its DTD; the lines keep their numbers.

    With a DTD named, a parser that does not fetch it may drop unknown entities in silence; without one they
    are errors.

    Args:
        data: of the document.
        count: how many are taken out at most, 0 for all.
    """
    return DOCTYPE.sub(lambda found: b"\n" * found[0].count(b"\n"), data, count=count)


def xml_events(data: bytes, *, where: Path, root: str) -> Iterator[tuple[str, Element]]:
    """Yields ("start", element) and ("end", element) in the order of the document.

    Args:
        data: the document; its DOCTYPE, if it has one, may only name a DTD.
        where: its path, for messages.
        root: the name of the root element, for messages.

    Raises:
        FormatError: if it is not well-formed (`path:line`), declares entities or anything else, or its
            encoding is unknown or wrong.
    """
    try:
        yield from iterparse(
            io.BytesIO(without_doctype(data)),
            events=("start", "end"),
            forbid_dtd=True,
            forbid_external=True,
        )
    except ParseError as error:
        raise FormatError(f"not well-formed XML ({error})", where=f"{where}:{error.position[0]}") from error
    except DefusedXmlException as error:
        raise FormatError(
            "the DOCTYPE declares more than the name of a DTD",
            where=where,
            expected=f'<!DOCTYPE {root} SYSTEM "...">',
            found=type(error).__name__,
            next_step="remove what stands in its brackets",
        ) from error
    except (LookupError, ValueError) as error:
        raise FormatError("its encoding cannot be read", where=where, found=error) from error
