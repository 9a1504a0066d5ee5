"""Read what a request brings: its query and its JSON body, each refused with a problem that repeats no value."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

import orjson

from simulator.admin.route import Body, Parameter
from simulator.problems import Fault, Problem, invalid
from simulator.scenarios import unknown_member

JSON: Final = "application/json"

_WHOLE: Final = re.compile(r"[0-9]{1,15}")


def read_query(parameters: Iterable[Parameter], given: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return the query parameters by name, defaults filled in.

    Args:
        parameters: what the operation takes.
        given: decoded pairs in order of arrival.

    Raises:
        Problem: a parameter that the operation does not take (a misspelt ``tenant`` must not change the default
            tenant), one that comes twice, or a value that its schema refuses.
    """
    known = {parameter.name: parameter for parameter in parameters}
    found: dict[str, Any] = {}
    for name, text in given:
        if name not in known:
            listed = ", ".join(known) or "none"
            raise Problem("invalid", errors=(Fault(f"not known here; there is {listed}", parameter=name),))
        if name in found:
            raise Problem("invalid", errors=(Fault("given twice", parameter=name),))
        found[name] = _value(known[name], text)
    for parameter in known.values():
        if "default" in parameter.schema:
            found.setdefault(parameter.name, parameter.schema["default"])
    return found


def _value(parameter: Parameter, text: str) -> str | int:
    schema = parameter.schema
    if schema["type"] == "integer":
        least, most = schema["minimum"], schema["maximum"]
        if _WHOLE.fullmatch(text) is None or not least <= int(text) <= most:
            fault = Fault(f"a whole number from {least} to {most}", parameter=parameter.name)
            raise Problem("invalid", errors=(fault,))
        return int(text)
    if "enum" in schema and text not in schema["enum"]:
        fault = Fault(f"one of {', '.join(schema['enum'])}", parameter=parameter.name)
        raise Problem("invalid", errors=(fault,))
    return text


def read_body(body: Body, raw: bytes, content_type: str) -> Any:
    """Return the decoded body: an object, or a list where many are understood.

    Args:
        body: what the operation takes.
        raw: the bytes received.
        content_type: the header as received; parameters after ``;`` are not looked at.

    Raises:
        Problem: not JSON by its type or in fact, or neither object nor list.
    """
    if not raw and not body.required:
        return {}
    if content_type.partition(";")[0].strip().lower() != JSON:
        raise Problem("not-json-type", f"send it with Content-Type: {JSON}")
    try:
        document = orjson.loads(raw)
    except orjson.JSONDecodeError as reason:
        raise Problem("not-json", f"unreadable at line {reason.lineno}, column {reason.colno}") from None
    if not isinstance(document, dict) and not (body.many and isinstance(document, list)):
        raise Problem("not-json", "an object, or a list of objects" if body.many else "an object")
    return document


def check_members(document: Mapping[str, Any], known: Collection[str]) -> None:
    """Refuse members that are not *known*.

    Raises:
        Problem: with a pointer to the first of them.
    """
    unknown = unknown_member(document, known)
    if unknown is not None:
        raise invalid(unknown, f"not known; there is {', '.join(sorted(known))}")
