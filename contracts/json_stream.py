"""The items of one long array in a JSON file, one after the other, without reading the file into memory first.

>>> from io import BytesIO
>>> list(items(BytesIO(b'{"log": {"version": "1.2", "entries": [{"a": 1}, {"a": 2}]}}'), ("log", "entries")))
[{'a': 1}, {'a': 2}]
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Sequence
from json import JSONDecodeError, JSONDecoder
from typing import Any, BinaryIO, Final

_PIECE: Final = 256 * 1024
_BLANKS: Final = " \t\r\n"


class NotThere(ValueError):
    """The file is not JSON, or has no array at that place; the message says which, never what it read."""


def items(file: BinaryIO, path: Sequence[str]) -> Iterator[Any]:
    """Yield the items of the array at *path*, member names from the root on.

    What stands behind the array is not looked at.

    Raises:
        NotThere: as soon as it is seen.
    """
    text = _Text(file)
    for depth, name in enumerate(path):
        text.expect("{", f"an object with {path[depth]!r}")
        while True:
            key = text.value()
            text.expect(":", "a colon")
            if key == name:
                break
            text.value()
            if text.next() != ",":
                raise NotThere(f"no member {'.'.join(path[: depth + 1])}")
    text.expect("[", f"an array {'.'.join(path)}")
    if text.peek() == "]":
        return
    while True:
        yield text.value()
        mark = text.next()
        if mark == "]":
            return
        if mark != ",":
            raise NotThere("the array breaks off")


class _Text:
    """A file's text, a piece at a time."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._json: Final[JSONDecoder] = json.JSONDecoder()
        self._held = ""
        self._at = 0
        self._ended = False

    def _more(self) -> bool:
        """Hold more of the text, at least twice as much as is left of it; tell whether there was any."""
        if self._ended:
            return False
        left = self._held[self._at :]
        raw = self._file.read(max(_PIECE, len(left)))
        self._ended = not raw
        try:
            self._held, self._at = left + self._decoder.decode(raw, self._ended), 0
        except UnicodeDecodeError:
            raise NotThere("not UTF-8") from None
        return not self._ended

    def peek(self) -> str:
        """Return the next mark, empty at the end."""
        while True:
            while self._at < len(self._held) and self._held[self._at] in _BLANKS:
                self._at += 1
            if self._at < len(self._held):
                return self._held[self._at]
            if not self._more():
                return ""

    def next(self) -> str:
        """Return the next mark and go past it."""
        mark = self.peek()
        self._at += 1
        return mark

    def expect(self, mark: str, what: str) -> None:
        if self.next() != mark:
            raise NotThere(f"not JSON with {what}")

    def value(self) -> Any:
        """Return the value that comes next and go past it."""
        self.peek()
        while True:
            try:
                value, end = self._json.raw_decode(self._held, self._at)
            except (JSONDecodeError, RecursionError) as problem:
                if isinstance(problem, RecursionError) or not self._more():
                    raise NotThere("not JSON, or it breaks off") from None
                continue
            # A number near the end of the text held may go on there: 12, 12. and 12e are all one beginning.
            if not self._held[end:].strip(".eE+-") and self._more():
                continue
            self._at = end
            return value
