"""Which outcome row an answer is: its codes are found where the protocol says they stand, and looked up.

>>> from contracts.protocol import load_protocol
>>> document = {"Response": {"Result": "-17", "Description": "d", "RequestId": "r"}}
>>> explain(load_protocol("tencent"), "BankCardVerification", 200, document).row.meaning
'centre_busy'
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from contracts.loader import Outcome
from contracts.protocol import STATUS, Part, Protocol

_FIRST_REFUSING_STATUS: Final = 400


@dataclass(slots=True, kw_only=True)
class Explained:
    """What an answer's codes say.

    Attributes:
        row: the row that explains it, if one does.
        code: the code that was found, empty when there was none.
        where: where it stood.
        is_error: whether the answer is the provider's error envelope.
        parts: rows of the checks that the answer carries besides.
    """

    row: Outcome | None = None
    code: str = ""
    where: str = ""
    is_error: bool = False
    parts: tuple[Outcome, ...] = ()


def explain(protocol: Protocol, operation: str, status: int, document: Any) -> Explained:
    """Find the row of an answer.

    Args:
        protocol: the provider's.
        operation: wire name.
        status: HTTP status.
        document: the answer's body, as its schema describes it; ``None`` for none.
    """
    table, codes = protocol.table, protocol.codes
    errors, results = table.errors(operation), table.results(operation)
    unexplained: list[Explained] = []
    for where in codes.error:
        for value in _values(where, status, document, errors_only=True):
            if value in codes.success:
                continue
            row = _row(errors, value, contained=codes.contained)
            if row is not None:
                # The operation's own wording of a code goes before the common one.
                return Explained(row=table.error(operation, row.code), code=row.code, where=where, is_error=True)
            unexplained.append(Explained(code=value, where=where, is_error=True))
    places = codes.result.get(operation) or _verdict_of(protocol, operation)
    for where in places:
        for value in _values(where, status, document):
            row = _row(results, value, contained=codes.contained)
            if row is not None:
                return Explained(row=row, code=row.code, where=where)
            unexplained.append(Explained(code=value, where=where))
    absent = codes.absent.get(operation)
    if absent is not None and not unexplained and status < _FIRST_REFUSING_STATUS:
        return Explained(row=table.result(operation, absent), code=absent)
    if not unexplained:
        return Explained(is_error=status >= _FIRST_REFUSING_STATUS)
    # A refusal by its status stays one, whatever else the body holds.
    refusing = [each for each in unexplained if each.is_error is (status >= _FIRST_REFUSING_STATUS)]
    return (refusing or unexplained)[0]


def parts_of(
    protocol: Protocol, operation: str, document: Any
) -> tuple[tuple[Outcome, ...], tuple[tuple[str, str], ...]]:
    """Return the rows of the checks that one answer carries, and ``(check, code)`` of what no row explains."""
    found: list[Outcome] = []
    unknown: list[tuple[str, str]] = []
    for name, part in protocol.codes.parts.get(operation, {}).items():
        for word in _words(part, values_at(document, part.at)):
            row = _row(protocol.table.results(name), word, contained=False)
            found += [row] if row is not None else []
            unknown += [(name, word)] if row is None else []
    listed = protocol.codes.listed.get(operation, {})
    for item in _nodes(document, listed["at"]) if listed else ():
        name = str(item.get(listed["operation"], "")).partition("#")[0] if isinstance(item, dict) else ""
        if name in protocol.table.operations:
            said = str(item.get(listed["code"], ""))
            row = next((row for row in protocol.table.errors(name) if said in (row.code, *row.text.values())), None)
            found += [row] if row is not None else []
            unknown += [(name, said)] if row is None else []
    return tuple(found), tuple(unknown)


def _words(part: Part, values: list[str]) -> list[str]:
    """Return a code per value; where there is a word for anything else, one code for all of them, and it outweighs."""
    other = part.words.get("*")
    words = [part.words.get(value, other if other is not None else value) for value in values]
    if other is None or not words:
        return words
    return [other if other in words else words[0]]


def _verdict_of(protocol: Protocol, operation: str) -> tuple[str, ...]:
    anatomy = protocol.table.operations[operation].get("anatomy")
    return (anatomy["verdict"],) if anatomy is not None else ()


def _values(where: str, status: int, document: Any, *, errors_only: bool = False) -> Iterator[str]:
    if where != STATUS:
        yield from (value for value in values_at(document, where) if value not in ("", "null"))
    elif not errors_only or status >= _FIRST_REFUSING_STATUS:
        yield str(status)


def _row(rows: Iterable[Outcome], value: str, *, contained: bool) -> Outcome | None:
    found = next((row for row in rows if row.code == value), None)
    if found is not None or not contained:
        return found
    inside = [row for row in rows if row.code in value]
    return max(inside, key=lambda row: len(row.code), default=None)


def values_at(document: Any, pointer: str) -> list[str]:
    """Return the plain values at a JSON Pointer as JSON spells them, texts without quotes; ``*`` is every item.

    >>> values_at({"a": [{"b": 1}, {"b": None}, {}]}, "/a/*/b")
    ['1', 'null']
    """
    spelt = {True: "true", False: "false", None: "null"}
    plain = (node for node in _nodes(document, pointer) if node is None or isinstance(node, str | int | float))
    return [spelt[node] if node is None or isinstance(node, bool) else str(node) for node in plain]


def _nodes(document: Any, pointer: str) -> list[Any]:
    nodes = [document]
    for name in pointer.split("/")[1:]:
        if name == "*":
            nodes = [item for node in nodes if isinstance(node, list) for item in node]
        else:
            nodes = [node[name] for node in nodes if isinstance(node, dict) and name in node]
    return nodes
