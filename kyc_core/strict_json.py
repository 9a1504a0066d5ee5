"""Read JSON, and write it, so that no two readers can disagree about what it says.

Python's reader takes a member given twice (the last one wins), ``NaN``, numbers too large to hold and half of a
surrogate pair; another reader may take each of them differently, or not at all. Here they are refused, by name.

>>> read_object(b'{"a": 1}')
{'a': 1}
>>> problem_of(b'{"a": 1, "a": 2}')
<JsonProblem.MEMBER_TWICE: 'member_twice'>

Source:
    RFC 8259 and the stricter RFC 7493 (I-JSON), sections 2.1 to 2.3 [doc].
"""

from __future__ import annotations

import json
import re
from enum import StrEnum
from math import isinf
from typing import Final, NoReturn

_HALF_A_PAIR: Final = re.compile(rb"\\u[dD][89a-fA-F]")


class JsonProblem(StrEnum):
    """Why a text is not strict JSON."""

    NOT_UTF8 = "not_utf8"
    BYTE_ORDER_MARK = "byte_order_mark"
    NOT_JSON = "not_json"
    """A syntax error: an unfinished text, a trailing comma, a raw control character, something after the end."""
    MEMBER_TWICE = "member_twice"
    NUMBER = "number"
    """``NaN``, an infinity, or a number too large to be held."""
    LONE_SURROGATE = "lone_surrogate"
    """An escape that stands for no character."""
    TOO_DEEP = "too_deep"
    NOT_AN_OBJECT = "not_an_object"


class NotStrictJson(ValueError):
    """The text is refused. Neither the message nor a chained error repeats any of it."""

    def __init__(self, problem: JsonProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def read(raw: bytes) -> object:
    """Read one JSON text in UTF-8.

    Raises:
        NotStrictJson: see `JsonProblem`.
    """
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise NotStrictJson(JsonProblem.NOT_UTF8) from None
    if text.startswith("\ufeff"):
        raise NotStrictJson(JsonProblem.BYTE_ORDER_MARK)
    try:
        document: object = json.loads(text, object_pairs_hook=_once, parse_constant=_constant, parse_float=_finite)
        if _HALF_A_PAIR.search(raw):
            json.dumps(document, ensure_ascii=False).encode()
    except NotStrictJson:
        raise
    except json.JSONDecodeError:
        raise NotStrictJson(JsonProblem.NOT_JSON) from None
    except UnicodeEncodeError:
        raise NotStrictJson(JsonProblem.LONE_SURROGATE) from None
    except ValueError:  # an integer with more digits than Python converts
        raise NotStrictJson(JsonProblem.NUMBER) from None
    except RecursionError:
        raise NotStrictJson(JsonProblem.TOO_DEEP) from None
    return document


def read_object(raw: bytes) -> dict[str, object]:
    """Read one JSON object in UTF-8.

    Raises:
        NotStrictJson: see `JsonProblem`.
    """
    document = read(raw)
    if not isinstance(document, dict):
        raise NotStrictJson(JsonProblem.NOT_AN_OBJECT)
    return document


def write(document: object) -> bytes:
    """Write JSON without blanks and in ASCII, which nothing on the way has a reason to spell anew."""
    return json.dumps(document, separators=(",", ":"), allow_nan=False).encode("ascii")


def problem_of(raw: bytes) -> JsonProblem | None:
    """Say why *raw* is not a strict JSON object, or return ``None``."""
    try:
        read_object(raw)
    except NotStrictJson as error:
        return error.problem
    return None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise NotStrictJson(JsonProblem.MEMBER_TWICE)
    return members


def _constant(_: str) -> NoReturn:
    raise NotStrictJson(JsonProblem.NUMBER)


def _finite(text: str) -> float:
    number = float(text)
    if isinf(number):
        raise NotStrictJson(JsonProblem.NUMBER)
    return number
