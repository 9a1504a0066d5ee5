"""Business parameters against an action's field list: what is missing, what is unknown, what has the wrong type. Pure.

The order is missing, unknown, type; within each, documented order for what is missing and order of arrival for the
rest [inferred].

>>> from simulator.providers.tencent.codes import catalogue
>>> first_fault(catalogue()["BankCard2EVerification"], {"Name": "a"}, as_text=False)
Fault(code='MissingParameter', parameter='BankCard', type='')

Source:
    Texts of a missing, an unknown and a mistyped parameter: captured answers of the gateway [obs].
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final, NamedTuple

import orjson

from simulator.providers.tencent.codes import OBJECTS, Kind, Operation

_TEXT: Final = {str}
_LARGEST: Final = 2**63
_MOST_DIGITS: Final = 19
_BOOLEANS: Final[Mapping[str, bool]] = {"true": True, "false": False, "True": True, "False": False}
"""How the SDKs flatten them; those with a capital are Python's [sdk]."""
_MOST_ITEMS: Final = 16
"""List items that are kept for rules and the journal; no action has more fields to list."""


class Fault(NamedTuple):
    """What is wrong with the parameters.

    Attributes:
        code: the error code.
        parameter: the name to put into its text, dotted for nested ones.
        type: the type it should have had; empty unless the type is the fault.
    """

    code: str
    parameter: str
    type: str = ""


def first_fault(operation: Operation, parameters: Mapping[str, Any], *, as_text: bool) -> Fault | None:
    """Return the first thing wrong with *parameters*, or ``None``.

    Args:
        operation: whose field list counts.
        parameters: by wire name, nested ones already so.
        as_text: whether they came through a query or form, where a number is text.
    """
    for name in operation.required:
        if name not in parameters:
            return Fault("MissingParameter", name)
    if _are_known_texts(operation, parameters):
        return None
    kinds = operation.kinds
    for name in parameters:
        if name not in kinds:
            return Fault("UnknownParameter", name)
    for name, value in parameters.items():
        if type(value) is str and kinds[name] is Kind.STRING:
            continue
        fault = next(_faults(name, value, kinds[name], operation.needed, as_text=as_text), None)
        if fault is not None:
            return fault
    return None


def integer(value: Any) -> int:
    """Return a checked ``int64`` parameter as a number, however it arrived."""
    return int(value)


def boolean(value: Any) -> bool:
    """Return a checked ``bool`` parameter, however it arrived."""
    return value if isinstance(value, bool) else _BOOLEANS[value]


def flattened(operation: Operation, parameters: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the parameters the action knows as text, nested ones with dotted names: what rules are matched on.

    Unknown names stay out: they are the caller's words and may be anything.
    """
    if _are_known_texts(operation, parameters):
        return parameters
    found: dict[str, str] = {}
    for name, kind in operation.kinds.items():
        value = parameters.get(name)
        if type(value) is str:
            found[name] = value
        elif kind in OBJECTS and isinstance(value, dict):
            for member in OBJECTS[kind]:
                _flatten(f"{name}.{member}", value.get(member), found)
        else:
            _flatten(name, value, found)
    return found


def _are_known_texts(operation: Operation, parameters: Mapping[str, Any]) -> bool:
    """Tell whether every parameter is one that is a text by its type, and is given as one: most calls are like that."""
    return operation.texts.issuperset(parameters) and set(map(type, parameters.values())) <= _TEXT


def _faults(name: str, value: Any, kind: Kind, needed: Collection[str], *, as_text: bool) -> Iterator[Fault]:
    members = OBJECTS.get(kind)
    if members is None:
        if not _fits(value, kind, as_text=as_text):
            yield Fault("InvalidParameter", name, kind.value)
        elif kind is Kind.LIST:
            for index, item in enumerate(value):
                if not isinstance(item, str):
                    yield Fault("InvalidParameter", f"{name}.{index}", Kind.STRING.value)
        return
    if not isinstance(value, dict):
        yield Fault("InvalidParameter", name, "object")
        return
    given = {member: inner for member, inner in value.items() if inner is not None}
    for member in members:
        if member in needed and member not in given:
            yield Fault("MissingParameter", f"{name}.{member}")
    for member_name in given:
        if member_name not in members:
            yield Fault("UnknownParameter", f"{name}.{member_name}")
    for member_name, inner in given.items():
        yield from _faults(f"{name}.{member_name}", inner, members[member_name].kind, needed, as_text=as_text)


def _fits(value: Any, kind: Kind, *, as_text: bool) -> bool:
    if kind is Kind.STRING:
        return isinstance(value, str)
    if kind is Kind.LIST:
        return isinstance(value, list)
    if kind is Kind.BOOL:
        return isinstance(value, bool) or (as_text and isinstance(value, str) and value in _BOOLEANS)
    if as_text and isinstance(value, str):
        digits = value.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS):
            return False
        value = int(value)
    return type(value) is int and -_LARGEST <= value < _LARGEST


def _flatten(name: str, value: Any, found: dict[str, str]) -> None:
    if isinstance(value, str):
        found[name] = value
    elif isinstance(value, list):
        for index, item in enumerate(value[:_MOST_ITEMS]):
            if isinstance(item, str):
                found[f"{name}.{index}"] = item
    elif isinstance(value, int | float):
        found[name] = orjson.dumps(value).decode()
