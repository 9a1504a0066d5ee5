"""Read XML that somebody else wrote: no document type, so no entities of the sender's, nothing fetched or blown up.

The five predefined entities and character references are read as ever. Names may carry a namespace; `local` drops it.

>>> read("<a>x&amp;y</a>").text
'x&y'
>>> problem_of('<!DOCTYPE a [<!ENTITY b "bomb">]><a>&b;</a>')
<XmlProblem.DOCTYPE: 'doctype'>

Source:
    XML 1.0, sections 2.8 and 4 [doc]; that a document type is refused as a whole: the advice of defusedxml [doc].
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

DEEPEST: Final = 64
"""Levels of elements; a SOAP message with a document inside has fewer than ten."""


class XmlProblem(StrEnum):
    """Why a text is not read."""

    NOT_XML = "not_xml"
    """A syntax error, an encoding nobody knows, a character that XML does not have."""
    DOCTYPE = "doctype"
    TOO_DEEP = "too_deep"


class NotStrictXml(ValueError):
    """The text is refused. Neither the message nor a chained error repeats any of it."""

    def __init__(self, problem: XmlProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def read(text: bytes | str) -> Element:
    """Read one document.

    Args:
        text: bytes in the encoding that they declare, or text, whose declaration is then ignored.

    Raises:
        NotStrictXml: see `XmlProblem`.
    """
    try:
        root: Element = fromstring(text, forbid_dtd=True)
    except DefusedXmlException:
        raise NotStrictXml(XmlProblem.DOCTYPE) from None
    except (ParseError, ValueError, LookupError):  # the latter two: encodings, and halves of a surrogate pair
        raise NotStrictXml(XmlProblem.NOT_XML) from None
    if _is_too_deep(root):
        raise NotStrictXml(XmlProblem.TOO_DEEP)
    return root


def problem_of(text: bytes | str) -> XmlProblem | None:
    """Say why *text* is not read, or return ``None``."""
    try:
        read(text)
    except NotStrictXml as error:
        return error.problem
    return None


def local(element: Element) -> str:
    """Return an element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def namespace(element: Element) -> str:
    """Return an element's namespace; empty when it has none."""
    return element.tag[1:].partition("}")[0] if element.tag.startswith("{") else ""


def children(element: Element, name: str) -> list[Element]:
    """Return the children called *name*, whatever their namespace."""
    return [child for child in element if local(child) == name]


def _is_too_deep(root: Element) -> bool:
    level = [root]
    for _ in range(DEEPEST):
        level = [child for element in level for child in element]
        if not level:
            return False
    return True
