"""Reading a decoded JSON document strictly: the unknown is loud, and every complaint has its JSON Pointer.

>>> members({"key": "a", "kee": 1}, "", ("key",), ("note",))
Traceback (most recent call last):
    ...
kyc_core.documents.PersonError: not known; there are key, note
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from enum import StrEnum
from typing import Any, Final, TypeVar

MOST: Final = 64
"""Most cards, lines or photos one person may have, so that one document cannot make every look-up slow."""

_Item = TypeVar("_Item")
_Word = TypeVar("_Word", bound=StrEnum)


class PersonError(ValueError):
    """A document is not a person; ``pointer`` is the JSON Pointer of the member at fault. Never repeats a value."""

    def __init__(self, pointer: str, message: str) -> None:
        super().__init__(message)
        self.pointer = pointer


def members(document: object, place: str, needed: tuple[str, ...], optional: tuple[str, ...]) -> dict[str, Any]:
    """Return *document* as an object with the *needed* members and no other but the *optional* ones.

    Raises:
        PersonError: it is something else; *place* is its own pointer.
    """
    if not isinstance(document, dict):
        raise PersonError(place, "an object")
    for name in needed:
        if name not in document:
            raise PersonError(f"{place}/{name}", "needed")
    for name in document:
        if name not in needed and name not in optional:
            raise PersonError(f"{place}/{escaped(name)}", f"not known; there are {', '.join((*needed, *optional))}")
    return document


def escaped(name: object) -> str:
    """Return *name* as one step of a JSON Pointer (RFC 6901)."""
    return str(name).replace("~", "~0").replace("/", "~1")


def each(parent: dict[str, Any], name: str, read: Callable[[object, str], _Item], place: str = "") -> tuple[_Item, ...]:
    """Read every item of the list *name*, which may be absent.

    Raises:
        PersonError: not a list, one of more than `MOST` items, or an item that *read* refuses.
    """
    items = parent.get(name)
    if items is None and name not in parent:
        return ()
    if not isinstance(items, list | tuple) or len(items) > MOST:
        raise PersonError(f"{place}/{name}", f"a list of at most {MOST}")
    return tuple([read(item, f"{place}/{name}/{index}") for index, item in enumerate(items)])


def distinct(values: Sequence[str | None], place: str, name: str) -> None:
    """Refuse a value that stands twice.

    Raises:
        PersonError: with the pointer of the second.
    """
    if len(values) < 2:
        return
    seen = set()
    for index, value in enumerate(values):
        if value in seen:
            raise PersonError(f"{place}/{index}/{name}", "stands twice")
        seen.add(value)


def text(value: object, place: str, shape: re.Pattern[str], want: str) -> str:
    """Return *value* if it is a text of that *shape*.

    Raises:
        PersonError: saying *want*.
    """
    if not isinstance(value, str) or shape.fullmatch(value) is None:
        raise PersonError(place, want)
    return value


def word(value: object, place: str, words: type[_Word]) -> _Word:
    """Return the member of *words* that *value* spells.

    Raises:
        PersonError: it spells none.
    """
    if isinstance(value, str):
        with suppress(ValueError):
            return words(value)
    raise PersonError(place, f"one of {', '.join(words)}")


def whole(value: object, place: str, most: int) -> int:
    """Return *value* if it is a whole number from 0 to *most*.

    Raises:
        PersonError: it is not; ``true`` is no number.
    """
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise PersonError(place, f"a whole number from 0 to {most}")
    return value
