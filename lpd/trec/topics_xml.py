"""Topics in NIST's XML: elements that carry a number and a text."""

from pathlib import Path
from xml.etree.ElementTree import Element

from lpd.errors import FormatError, name_some
from lpd.trec.safe_xml import without_doctype, xml_events

__all__ = ["is_xml", "topics_of_xml"]

NUMBERS = ("num", "number", "tnum", "topicnum", "topicid", "id")
TEXTS = ("text", "textdescription", "texttopic", "query", "title", "description", "desc")
ROOT = "videoTopics"


def is_xml(text: str) -> bool:
    """Returns whether a file's text is XML and not lines of topics: its first sign is `<`."""
    return text.lstrip()[:1] == "<"


def topics_of_xml(text: str, *, where: Path) -> list[tuple[str, str]]:
    """Returns (number, text) of each topic of an XML document, in its order.

    A topic is an element whose name ends in `topic` or `query`, in any case. Its number is an attribute or a
    child `num` (also `number`, `tNum`, `topicNum`, `topicId`, `id`); its text an attribute or a child
    `textDescription` (also `text`, `textTopic`, `query`, `title`, `description`), whose own words may stand
    in its attribute `text`. Blanks and line breaks in a text become one blank. Several documents in one file,
    as in NIST's collected topics, are read one after another.

    Raises:
        FormatError: if it is not well-formed XML or declares entities (`path:line`), if there is no topic, or
            a topic lacks its number or its text; all of these are counted, the first named.

    Source: videoTopic.dtd of TREC 2001 (num, textDescription); the later names by analogy.
    """
    topics: list[tuple[str, str]] = []
    lacking: list[str] = []
    inside = 0
    for event, element in xml_events(_one_document(text), where=where, root=ROOT):
        if not _is_topic(element):
            continue
        inside += 1 if event == "start" else -1
        if event == "start" or inside:
            continue
        number, words = _value(element, NUMBERS), _value(element, TEXTS)
        if number.split() != [number] or not words:
            lacking.append(f"topic {len(topics) + len(lacking) + 1}: {number} {words}".strip()[:80])
        else:
            topics.append((number, words))
        element.clear()
    if lacking:
        raise FormatError(
            "topics without a number or a text",
            where=where,
            expected='<videoTopic num="661"><textDescription text="a hang glider"/></videoTopic>',
            found=name_some(lacking),
        )
    if not topics:
        raise FormatError("no topics", where=where, expected="elements named ...Topic with num and text")
    return topics


def _one_document(text: str) -> bytes:
    """Returns the text as one document: a declaration that is there stays away, since the text is decoded."""
    body = text.lstrip()
    if body.startswith("<?xml") and "?>" in body:
        declared, body = body.split("?>", 1)
        body = "\n" * declared.count("\n") + body
    lead = "\n" * (len(text) - len(text.lstrip())) if text[:1] == "\n" else ""
    data = without_doctype(f"{lead}{body}".encode(), count=0)
    return b"<topics>" + data + b"</topics>"


def _is_topic(element: Element) -> bool:
    return _local(element).endswith(("topic", "query")) and not _is_text(element)


def _is_text(element: Element) -> bool:
    """Whether an element such as `<textTopic>` or `<query>` is the text of a topic, not the topic itself."""
    return _local(element) in TEXTS and not any(_local_name(name) in NUMBERS for name in element.attrib)


def _value(element: Element, names: tuple[str, ...]) -> str:
    attributes = {_local_name(name): value for name, value in element.attrib.items()}
    children = {_local(child): child for child in reversed(element)}
    for name in names:
        if attributes.get(name, "").strip():
            return " ".join(attributes[name].split())
        if name in children:
            child = children[name]
            words = child.get("text") or "".join(child.itertext())
            if words.strip():
                return " ".join(words.split())
    return ""


def _local(element: Element) -> str:
    return _local_name(str(element.tag))


def _local_name(name: str) -> str:
    return name.rpartition("}")[2].lower()
