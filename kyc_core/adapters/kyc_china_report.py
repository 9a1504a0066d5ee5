"""Reading the aggregator's report: one sub-check's result, believed only when everything that repeats it agrees.

A result is told up to four times: as a word, as ``consistent`` with a code, by the summary's lists, and by whether the
object is there at all. Two of them that differ make the whole report unreadable. What the codes mean is data, in
``kyc_china.json`` beside this module.

>>> report = {"summary": {"ran": [], "matched": [], "unmatched": [], "notFound": [],
...                       "errored": [{"check": "risk.criminal", "error": "Upstream timeout"}]}}
>>> code, meaning = read_result(report, "risk.criminal")
>>> code, meaning.verdict
('Upstream timeout', <Verdict.SOURCE_ERROR: 'SOURCE_ERROR'>)

Source:
    Page "KYC China": summary, categories that are absent when nothing of them ran [seed, doc]; item shapes, result
    words, a level other than none is a hit [sdk]; ``consistent`` and code [doc].
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from kyc_core.adapters.base import AdapterError, Fault
from kyc_core.adapters.meanings import Meaning, read_meanings
from kyc_core.adapters.transport import unreadable
from kyc_core.verdicts import Retry

TABLE: Final[Mapping[str, Any]] = MappingProxyType(
    json.loads(files(__package__).joinpath("kyc_china.json").read_text("utf-8"))
)
_MEANINGS: Final = read_meanings(TABLE["meanings"])

OPERATIONS: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(TABLE["operations"])
ERRORED: Final[Mapping[str, Meaning]] = MappingProxyType(
    {text: _MEANINGS[word] for text, word in TABLE["errored"].items()}
)
ERRORED_OTHERWISE: Final = _MEANINGS[TABLE["errored_otherwise"]]
"""What any other text means: the check was not done."""
STATUSES: Final[Mapping[int, Meaning]] = MappingProxyType(
    {int(status): _MEANINGS[word] for status, word in TABLE["statuses"].items()}
)
WAITING: Final = _MEANINGS[TABLE["waiting"]]

_ADDRESS: Final = "mobile.address-verify"
_LISTS: Final = ("ran", "matched", "unmatched", "notFound")
_LIST_OF: Final[Mapping[str, str]] = MappingProxyType(
    {"match": "matched", "no match": "unmatched", "not found": "notFound"}
)
_BOOLEANS: Final[Mapping[tuple[Any, Any], str]] = MappingProxyType(
    {tuple(pair): word for word, pair in TABLE["booleans"].items()}
)


def results(operation: str) -> Mapping[str, Meaning]:
    """Return the meaning of each result code of a sub-check."""
    words = {**TABLE["results"][OPERATIONS[operation]["form"]], **TABLE["results_by_operation"].get(operation, {})}
    return MappingProxyType({code: _MEANINGS[word] for code, word in words.items()})


def read_result(report: Mapping[str, object], operation: str) -> tuple[str, Meaning]:
    """Return what a report says of one sub-check: the code, and its meaning.

    Raises:
        AdapterError: the sub-check is not in the report, or the report contradicts itself about it.
    """
    name = f"{operation}[0]" if operation == _ADDRESS else operation
    lists, errors = _summary(report)
    member = _member(report, operation)
    if name in errors:
        if member is not None or any(name in found for found in lists.values()):
            raise _contract("a sub-check that errored has a result, too")
        return errors[name], ERRORED.get(errors[name], ERRORED_OTHERWISE)
    if name not in lists["ran"]:
        raise _contract("the sub-check neither ran nor errored")
    if member is None:
        raise _contract("a sub-check that ran has no result object")
    code = _READERS[OPERATIONS[operation]["form"]](member)
    told = [key for key in ("matched", "unmatched", "notFound") if name in lists[key]]
    if told != _expected_lists(operation, code):
        raise _contract("the summary and the result object differ")
    meaning = results(operation).get(code)
    if meaning is None:
        raise AdapterError(
            "the result is not documented for this sub-check",
            fault=Fault.UNKNOWN_CODE,
            retry=Retry.NEVER,
            charge_possible=True,
        )
    return code, meaning


def _expected_lists(operation: str, code: str) -> list[str]:
    if code != "not found" and OPERATIONS[operation]["form"] != "comparison":
        return []
    return [_LIST_OF[code]] if code in _LIST_OF else []


def _summary(report: Mapping[str, object]) -> tuple[Mapping[str, list[str]], Mapping[str, str]]:
    summary = report.get("summary")
    if not isinstance(summary, dict):
        raise _contract("the report has no summary")
    lists: dict[str, list[str]] = {}
    for key in _LISTS:
        items = summary.get(key)
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            raise _contract(f"summary.{key} is not a list of names")
        if len(set(items)) != len(items):
            raise _contract(f"summary.{key} names a sub-check twice")
        lists[key] = items
    errored = summary.get("errored")
    if not isinstance(errored, list):
        raise _contract("summary.errored is not a list")
    errors: dict[str, str] = {}
    for item in errored:
        name, text = (item.get("check"), item.get("error")) if isinstance(item, dict) else (None, None)
        if not isinstance(name, str) or not isinstance(text, str) or name in errors:
            raise _contract("summary.errored has an item that is none")
        errors[name] = text
    return lists, errors


def _member(report: Mapping[str, object], operation: str) -> object:
    category, _, key = operation.partition(".")
    objects = report.get(category)
    if objects is None and category not in report:
        return None
    if not isinstance(objects, dict):
        raise _contract("a category is not an object")
    return objects.get(key)


def _comparison(member: object) -> str:
    if not isinstance(member, dict):
        raise _contract("the result is not an object")
    words = []
    if "result" in member:
        words.append(member["result"])
    if "consistent" in member or "code" in member:
        pair = (member.get("consistent"), member.get("code"))
        # A 1 where true is documented is not true: Python would take it for the same.
        if not isinstance(pair[0], bool | None) or not isinstance(pair[1], str | None):
            raise _contract("consistent or code is of another type")
        words.append(_BOOLEANS.get(pair))
    if not words or any(word != words[0] for word in words) or not isinstance(words[0], str):
        raise _contract("the result object says nothing, or two things")
    return words[0]


def _lookup(member: object) -> str:
    if not isinstance(member, dict) or not isinstance(member.get("success"), bool):
        raise _contract("the result has no success")
    return "found" if member["success"] else "not found"


def _address(member: object) -> str:
    if not isinstance(member, list) or len(member) != 1 or not isinstance(member[0], dict):
        raise _contract("there is not one result for one address")
    distance = member[0].get("distance", "")
    if distance is None:
        return "not found"
    if not isinstance(distance, str):
        raise _contract("the distance is no text")
    return distance


def _risk(member: object) -> str:
    risks = member.get("risks") if isinstance(member, dict) and member.get("success") is True else None
    if not isinstance(risks, list) or not risks:
        raise _contract("the result lists no risks")
    levels = [item.get("level") if isinstance(item, dict) else None for item in risks]
    if not all(isinstance(level, str) and level for level in levels):
        raise _contract("a risk has no level")
    return "clear" if all(str(level).lower() == "none" for level in levels) else "hit"


_READERS: Final = MappingProxyType(
    {"comparison": _comparison, "lookup": _lookup, "address": _address, "risk": _risk},
)


def _contract(message: str) -> AdapterError:
    return unreadable(message, Fault.CONTRACT)
