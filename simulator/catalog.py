"""Every outcome there is, and how to get it: without any admin call, and with a rule.

Three things lead to an outcome without an admin call: a shipped case (``fixtures/<provider>/<operation>/<case>.json``,
the parameters to send), a person on file who stands for it, or a request that is wrong in the right way
(``admin/causes.json``). The functions here are pure; `load_cases` and `load_causes` read the shipped files.

>>> from contracts.loader import load_table
>>> entry = catalog(load_table("tencent"), operation="BankCardVerification")[0]
>>> entry["code"], entry["verdict"], entry["reach"]["rule"]["then"]
('0', 'MATCH', {'result': '0'})
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

import orjson

from contracts.loader import EVERY_OPERATION, Outcome, OutcomeTable
from contracts.provider_files import ContractError
from kyc_core.people import Person

_ELEMENTS: Final = ("resident_id", "name", "bank_card", "mobile")
"""What a request can claim about a person, by the words the outcome tables use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A shipped request whose answer is known.

    Attributes:
        name: ``result_<code>``, ``error_<code>`` or another name, such as a sample's.
        operation: wire name.
        parameters: what to send.
        person: key of the person it is about, if any.
        language: language of the answer, which some providers choose by host.
        before: calls to make first, each ``{"operation", "request", "times"?}``; an identifier they are given takes the
            place of the one in ``parameters``.
    """

    name: str
    operation: str
    parameters: Mapping[str, Any]
    person: str | None
    language: str
    before: Sequence[Mapping[str, Any]] = ()


def load_cases(provider: str) -> tuple[Case, ...]:
    """Read a provider's shipped cases, by operation and name; none when it has no folder.

    Raises:
        ContractError: a file is not a case.
    """
    return _cases(provider)


@lru_cache(maxsize=32)
def _cases(provider: str) -> tuple[Case, ...]:
    folder = files("contracts.fixtures") / provider
    if not folder.is_dir():
        return ()
    found = []
    for operation in sorted((entry for entry in folder.iterdir() if entry.is_dir()), key=lambda entry: entry.name):
        for place in sorted(operation.iterdir(), key=lambda entry: entry.name):
            if place.name.endswith(".json"):
                found.append(_case(place.read_bytes(), operation.name, place.name.removesuffix(".json")))
    return tuple(found)


def _case(raw: bytes, operation: str, name: str) -> Case:
    try:
        document = orjson.loads(raw)
        parameters = document["request"]
        return Case(
            # A code may hold characters that some file systems refuse.
            name=document.get("case", name),
            operation=operation,
            parameters=MappingProxyType(parameters),
            person=document.get("person"),
            language=document.get("language", ""),
            before=tuple(document.get("before", ())),
        )
    except (orjson.JSONDecodeError, KeyError, TypeError) as problem:
        raise ContractError(f"fixtures: {operation}/{name}.json is not a case ({type(problem).__name__})") from problem


@lru_cache(maxsize=1)
def load_causes() -> Mapping[str, Mapping[str, str]]:
    """Read which requests cause which errors: ``{provider: {code: what the request is like}}``."""
    document = orjson.loads((files("simulator") / "admin" / "causes.json").read_bytes())
    return MappingProxyType({provider: MappingProxyType(causes) for provider, causes in document.items()})


def catalog(
    table: OutcomeTable,
    *,
    operation: str | None = None,
    cases: Iterable[Case] = (),
    people: Iterable[Person] = (),
    causes: Mapping[str, str] = MappingProxyType({}),
) -> list[dict[str, Any]]:
    """List a provider's outcomes in the order of its table.

    Args:
        table: the provider's outcome table.
        operation: only what this operation may answer, the errors common to all included.
        cases: requests whose answers are known.
        people: everyone on file.
        causes: by error code, what a request that causes it is like.

    Returns:
        One JSON object per row: the row, and ``reach`` with ``without_admin`` (a list of ways) and ``rule``.
    """
    wanted = (operation, EVERY_OPERATION)
    rows = [row for row in table.rows if operation is None or row.operation in wanted]
    known = [case for case in cases if operation in (None, case.operation)]
    controlled = _controlled(people, table.provider)
    operations = list(table.operations) if operation is None else [operation]
    return [_entry(table, row, operations, known, controlled, causes) for row in rows]


def _controlled(people: Iterable[Person], provider: str) -> Mapping[tuple[str, str], Person]:
    """Return the first person who stands for each word: ``("error", code)`` or ``("meaning", word)``."""
    found: dict[tuple[str, str], Person] = {}
    for person in people:
        for kind, word in person.controls.get(provider, {}).items():
            if kind in ("error", "meaning"):
                found.setdefault((kind, str(word)), person)
    return found


def _entry(
    table: OutcomeTable,
    row: Outcome,
    operations: Sequence[str],
    cases: Iterable[Case],
    controlled: Mapping[tuple[str, str], Person],
    causes: Mapping[str, str],
) -> dict[str, Any]:
    if row.operation != EVERY_OPERATION:
        operations = [row.operation]
    ways = [_case_way(case) for case in cases if case.operation in operations and case.name == f"{row.kind}_{row.code}"]
    ways += _person_ways(table, row, operations, controlled)
    if row.kind == "error" and row.code in causes:
        ways.append({"request": causes[row.code]})
    return {
        "provider": row.provider,
        "operation": row.operation,
        "kind": row.kind,
        "code": row.code,
        "meaning": row.meaning,
        "http_status": row.http_status,
        "text": dict(row.text),
        "verdict": row.verdict.value,
        "decision": row.verdict.decision.value,
        "billed": row.billed,
        "retry": row.retry.value,
        "evidence": row.evidence.value,
        "text_evidence": row.text_evidence.value,
        "source": row.source,
        "note": row.note,
        "reach": {
            "without_admin": ways,
            "rule": {"provider": row.provider, "operation": row.operation, "then": {row.kind: row.code}},
        },
    }


def _case_way(case: Case) -> dict[str, Any]:
    way: dict[str, Any] = {"case": case.name, "operation": case.operation, "parameters": dict(case.parameters)}
    if case.person is not None:
        way["person"] = case.person
    if case.language:
        way["language"] = case.language
    if case.before:
        way["before"] = [dict(step) for step in case.before]
    return way


def _person_ways(
    table: OutcomeTable, row: Outcome, operations: Iterable[str], controlled: Mapping[tuple[str, str], Person]
) -> Iterator[dict[str, Any]]:
    person = controlled.get(("error", row.code)) if row.kind == "error" else controlled.get(("meaning", row.meaning))
    if person is None:
        return
    for operation in operations:
        parameters = _parameters(table, operation, person)
        if parameters:  # a call that claims nothing about the person does not lead to them
            spoken = table.operations[operation].get("language")
            said = {} if spoken is None else {"language": spoken}
            yield {"person": person.key, "operation": operation, "parameters": parameters, **said}


def _parameters(table: OutcomeTable, operation: str, person: Person) -> dict[str, str] | None:
    """Return the required parameters: what is on file where they claim something, else the first value they may have.

    ``None`` where the person lacks a claimed element, or a parameter may be anything.
    """
    card = person.cards[0] if person.cards else None
    mobile = card.mobile if card is not None and card.mobile is not None else None
    if mobile is None and person.mobiles:
        mobile = person.mobiles[0].number
    on_file = {
        "resident_id": person.resident_id,
        "name": person.name,
        "bank_card": None if card is None else card.number,
        "mobile": mobile,
    }
    parameters = {}
    claimed = 0
    for field in table.operations[operation]["fields"]:
        if field["required"]:
            element = field["claim"]
            value = next(iter(field.get("values", ())), None) if element is None else on_file.get(element)
            if value is None:
                return None
            parameters[field["name"]] = value
            claimed += element is not None
    return parameters if claimed else None


def text(entries: Iterable[Mapping[str, Any]]) -> str:
    """Render catalogue entries for a terminal: one line per outcome, and below it the shortest way there."""
    lines: list[str] = []
    heading = ""
    for entry in entries:
        everywhere = entry["operation"] == EVERY_OPERATION
        place = f"{entry['provider']} {'every operation' if everywhere else entry['operation']}"
        if place != heading:
            lines += ["", place] if lines else [place]
            heading = place
        charge = "billed" if entry["billed"] else "free"
        wording = entry["text"].get("en") or entry["text"].get("zh", "")
        lines.append(
            f"  {entry['code']:<10} {entry['verdict']:<16} {charge:<6} {entry['retry']:<11} "
            f"{entry['evidence']:<8} {wording}"
        )
        lines.append(f"             {_shortest(entry['reach'])}")
    return "\n".join(lines) + "\n" if lines else ""


def _shortest(reach: Mapping[str, Any]) -> str:
    for way in reach["without_admin"]:
        if "request" in way:
            return f"request: {way['request']}"
        calls = [_call(step["operation"], step["request"], step.get("times", 1)) for step in way.get("before", ())]
        return "; ".join([*calls, _call(way["operation"], way["parameters"])])
    return f"rule: {_plain(reach['rule'])}"


def _call(operation: str, parameters: Mapping[str, Any], times: int = 1) -> str:
    sent = " ".join(f"{name}={_plain(value)}" for name, value in parameters.items())
    return f"{operation} {sent}" if times == 1 else f"{times} x {operation} {sent}"


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
