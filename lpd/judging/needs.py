"""What shots are judged for: a topic of an edition, or a query that a person typed, over one collection."""

import unicodedata
from dataclasses import dataclass

from lpd.databases import check_text
from lpd.editions import Edition
from lpd.errors import FormatError

__all__ = ["Need", "check_need", "edition_needs", "query_need"]

NAME_LIMIT = 1_000
QUERY_LIMIT = 10_000
"""Bytes of UTF-8."""


@dataclass(frozen=True)
class Need:
    """What shots are judged for. `edition_needs` and `query_need` make them.

    Args:
        collection: whose shots are judged; another one may have shots of the same ids.
        name: the topic id, or the text of the query.
        edition: whose topic it is, None for a query.
    """

    collection: str
    name: str
    edition: str | None = None


def edition_needs(edition: Edition) -> dict[str, Need]:
    """Returns topic id -> need of every topic of an edition."""
    return {
        topic.topic_id: Need(edition.collection, topic.topic_id, edition.name) for topic in edition.topics
    }


def query_need(collection: str, query: str) -> Need:
    """Returns the need of a free text query; blanks and ways of coding a letter make no other one, capital
    letters do.

    Raises:
        FormatError: if the query is blank or longer than `QUERY_LIMIT` bytes.
    """
    check_text(query, "query", limit=QUERY_LIMIT)
    return check_need(Need(collection, unicodedata.normalize("NFC", " ".join(query.split()))))


def check_need(need: Need) -> Need:
    """Returns a need that can be kept.

    Raises:
        FormatError: if a part of it is blank or too long.
    """
    check_text(need.collection, "collection of a need", limit=NAME_LIMIT)
    if need.edition is None:
        check_text(need.name, "query of a need", limit=QUERY_LIMIT)
        if need.name != " ".join(need.name.split()):
            raise FormatError("query of a need has idle blanks", found=repr(need.name[:100]))
    else:
        check_text(need.edition, "edition of a need", limit=NAME_LIMIT)
        check_text(need.name, "topic of a need", limit=NAME_LIMIT)
    return need
