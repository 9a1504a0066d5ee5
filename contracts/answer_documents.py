"""An answer's document, whatever its form, opened at one member so that it can be broken there.

Two forms: ``json``, where a place is a JSON Pointer in which ``*`` stands for the first member that leads on, and
``nciic``, where a SOAP message carries a second XML document as text in its element ``out`` and a place is a tag in
that one (the first that is filled). What a form cannot express (a number or null in XML) it does not hold.

>>> place = FORMS["json"].place(b'{"data":{"result":"01"}}', "/data/result")
>>> place.value, place.without(), place.twice("02", "01")
('01', b'{"data":{}}', b'{"data":{"result":"02","result":"01"}}')
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple, Protocol
from xml.etree.ElementTree import Element, SubElement, tostring
from xml.sax.saxutils import escape

import orjson

from kyc_core.strict_xml import NotStrictXml, local, read

FUTURE_MEMBER: Final = "x_future_field"
"""A name that no provider uses."""


class Place(Protocol):
    """One member of a document. Each verb returns the whole document with that one change."""

    @property
    def value(self) -> Any:
        """What stands there."""
        ...

    def holds(self, value: Any) -> bool:
        """Tell whether the form can express *value* there."""
        ...

    def put(self, value: Any) -> bytes:
        """Put another value there."""
        ...

    def without(self) -> bytes:
        """Leave the member out."""
        ...

    def renamed(self) -> bytes:
        """Give the member another name: its last character becomes an underscore."""
        ...

    def twice(self, first: str, second: str) -> bytes:
        """Put the member there twice, with two values."""
        ...


class Form(NamedTuple):
    """How documents of one form are opened.

    Attributes:
        place: opens a body at a place; ``None`` when it cannot be read or has no such member.
        extended: adds members nobody knows yet; ``None`` when the body cannot be read.
        reordered: reverses the order of members; ``None`` when the body cannot be read.
    """

    place: Callable[[bytes, str], Place | None]
    extended: Callable[[bytes], bytes | None]
    reordered: Callable[[bytes], bytes | None]


class _JsonPlace:
    def __init__(self, document: Any, parent: dict[str, Any], name: str) -> None:
        self._document = document
        self._parent = parent
        self._name = name

    @property
    def value(self) -> Any:
        return self._parent[self._name]

    def holds(self, value: Any) -> bool:
        del value
        return True

    def put(self, value: Any) -> bytes:
        return self._with([(name, value if name == self._name else kept) for name, kept in self._parent.items()])

    def without(self) -> bytes:
        return self._with([pair for pair in self._parent.items() if pair[0] != self._name])

    def renamed(self) -> bytes:
        other = self._name[:-1] + "_"
        return self._with([(other if name == self._name else name, value) for name, value in self._parent.items()])

    def twice(self, first: str, second: str) -> bytes:
        mark = "\0twice\0"
        pair = b"%b,%b:%b" % (orjson.dumps(first), orjson.dumps(self._name), orjson.dumps(second))
        return self.put(mark).replace(orjson.dumps(mark), pair)

    def _with(self, members: list[tuple[str, Any]]) -> bytes:
        before = dict(self._parent)
        self._parent.clear()
        self._parent.update(members)
        body = orjson.dumps(self._document)
        self._parent.clear()
        self._parent.update(before)
        return body


def _json(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


def _json_place(body: bytes, pointer: str) -> Place | None:
    document = _json(body)
    *path, last = pointer.split("/")[1:] or [""]
    parent = _parent(document, path, last)
    return None if parent is None else _JsonPlace(document, parent, last)


def _parent(found: Any, path: list[str], last: str) -> dict[str, Any] | None:
    """Return the object below *found*, along *path*, that has a member *last*."""
    if not isinstance(found, dict):
        return None
    if not path:
        return found if last in found else None
    name, *rest = path
    if name != "*":
        return _parent(found.get(name), rest, last)
    return next((object_ for member in found.values() if (object_ := _parent(member, rest, last)) is not None), None)


def _json_extended(body: bytes) -> bytes | None:
    document = _json(body)
    if not isinstance(document, dict):
        return None
    for found in [document, *[value for value in document.values() if isinstance(value, dict)]]:
        found[FUTURE_MEMBER] = {"added": ["later"]}
    return orjson.dumps(document)


def _json_reordered(body: bytes) -> bytes | None:
    document = _json(body)
    return None if document is None else orjson.dumps(_reversed(document))


def _reversed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _reversed(member) for name, member in reversed(value.items())}
    return [_reversed(member) for member in value] if isinstance(value, list) else value


class _Rows:
    """A SOAP message and the document inside it."""

    def __init__(self, body: bytes, text: str, root: Element) -> None:
        self._body = body
        self._text = text
        self.root = root

    def written(self) -> bytes:
        """Return the message with the document as it is now; the envelope stays as it was, byte for byte."""
        now = escape(tostring(self.root, encoding="unicode", short_empty_elements=False))
        return self._body.replace(escape(self._text).encode(), now.encode())


def _rows(body: bytes) -> _Rows | None:
    try:
        text = next((element.text or "" for element in read(body).iter() if local(element) == "out"), "")
        return _Rows(body, text, read(text))
    except NotStrictXml:
        return None


class _RowsPlace:
    def __init__(self, rows: _Rows, parent: Element, element: Element) -> None:
        self._rows = rows
        self._parent = parent
        self._element = element

    @property
    def value(self) -> Any:
        return self._element.text

    def holds(self, value: Any) -> bool:
        return isinstance(value, str)

    def put(self, value: Any) -> bytes:
        self._element.text = value
        return self._rows.written()

    def without(self) -> bytes:
        self._parent.remove(self._element)
        return self._rows.written()

    def renamed(self) -> bytes:
        self._element.tag = self._element.tag[:-1] + "_"
        return self._rows.written()

    def twice(self, first: str, second: str) -> bytes:
        other = Element(self._element.tag)
        self._element.text, other.text = first, second
        self._parent.insert(list(self._parent).index(self._element) + 1, other)
        return self._rows.written()


def _rows_place(body: bytes, tag: str) -> Place | None:
    rows = _rows(body)
    if rows is None:
        return None
    for parent in rows.root.iter():
        for element in parent:
            if element.tag == tag and element.text:
                return _RowsPlace(rows, parent, element)
    return None


def _rows_extended(body: bytes) -> bytes | None:
    rows = _rows(body)
    if rows is None:
        return None
    for element in list(rows.root.iter()):
        if len(element):
            SubElement(element, FUTURE_MEMBER).text = "later"
    return rows.written()


def _rows_reordered(body: bytes) -> bytes | None:
    rows = _rows(body)
    if rows is None:
        return None
    for element in list(rows.root.iter()):
        element[:] = reversed(element)
    return rows.written()


FORMS: Final[Mapping[str, Form]] = MappingProxyType(
    {
        "json": Form(_json_place, _json_extended, _json_reordered),
        "nciic": Form(_rows_place, _rows_extended, _rows_reordered),
    }
)
"""The forms, by the word an outcome table's ``anatomy`` uses."""
