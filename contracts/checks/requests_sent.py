"""What the adapter sends: accepted without any tolerance, as the schema wants it, fresh, consented to, and discreet.

A few people are checked on a tenant whose readings are the strictest, while `contracts.recorder` listens. The questions
are the rows of `QUESTIONS`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import unquote

from contracts.cases import PEOPLE, Act, Ask, Case, Seen, Trouble, name_of
from contracts.checks.privacy import leaks
from contracts.findings import Check, Severity
from contracts.plan import Plan, Planned
from contracts.provider_files import ContractError
from contracts.recorder import RawRequest
from contracts.registry import validator
from kyc_core.verdicts import Verdict


def cases(plan: Plan, planned: Planned) -> Iterator[Case]:
    """Yield a case per question; all of them are about the same calls."""
    act = Act(operation=planned, people=PEOPLE, strict=True)
    for name, ask in QUESTIONS.items():
        if ask is as_the_schema_wants and planned.xml:
            continue
        yield Case(
            id=name_of(plan, planned, "requests", name),
            check=Check.REQUESTS,
            code="",
            act=act,
            ask=ask,
            source=plan.table.source,
            plan=plan,
            any_call=True,
        )


def accepted(case: Case, seen: Seen, _: Seen | None = None) -> Iterator[Trouble]:
    """Find a refusal: a signature, a header or a parameter that only a tolerant provider takes."""
    for call in seen.calls:
        refused = next(((check, evidence) for check, passed, evidence in call["steps"] if not passed), None)
        # What is not finished is not refused, whatever the provider's envelope calls it.
        if refused is not None and call["answer"]["verdict"] != Verdict.PENDING:
            check, evidence = refused
            cause = f", {evidence['cause']}" if isinstance(evidence.get("cause"), str) else ""
            yield Trouble(
                severity=Severity.MAJOR,
                expected="a request that is accepted without tolerance",
                seen=f"{call['answer']['code']} at {check}{cause}",
                where=check,
            )
            return


def as_the_schema_wants(case: Case, seen: Seen, _: Seen | None = None) -> Iterator[Trouble]:
    """Compare business parameters with the operation's request schema; what they are is not told, only where."""
    schema = _request_schema(case)
    found: set[tuple[str, str]] = set()
    for request in _of_the_operation(case, seen):
        parameters = business_parameters(case.plan, request)
        if parameters is None:
            found.add(("$", "neither a JSON object nor a form"))
            continue
        if schema is not None:
            found |= {(error.json_path, f"breaks {error.validator}") for error in schema.iter_errors(parameters)}
    for where, what in sorted(found):
        yield Trouble(severity=Severity.MAJOR, expected="what the request schema says", seen=what, where=where)


def fresh(case: Case, seen: Seen, _: Seen | None = None) -> Iterator[Trouble]:
    """Find a nonce or identifier that was used before."""
    # Work that takes a while is made of several calls, which name it by the same identifier.
    own = () if case.act.operation.pending else case.plan.requests.own
    for place in (*case.plan.requests.fresh, *own):
        values = [value for value in (request.at(place) for request in seen.requests) if value is not None]
        if len(values) > len(set(values)):
            seen_values = f"{len(values)} calls, {len(set(values))} values"
            yield Trouble(severity=Severity.MAJOR, expected="a value never used before", seen=seen_values, where=place)


def consent(case: Case, seen: Seen, _: Seen | None = None) -> Iterator[Trouble]:
    """Find consent that is not stated, or the same for everybody."""
    requests = list(_of_the_operation(case, seen))
    for place in case.plan.requests.stated:
        if any(not (request.at(place) or "").strip() for request in requests):
            yield Trouble(severity=Severity.MAJOR, expected="something stated", seen="nothing", where=place)
    for place in case.plan.requests.varying:
        values = [value for value in (request.at(place) for request in requests) if value]
        if len(values) > 1 and len(set(values)) == 1:
            seen_values = f"one value for {len(values)} people"
            yield Trouble(severity=Severity.MAJOR, expected="each person's own", seen=seen_values, where=place)


def discreet(case: Case, seen: Seen, _: Seen | None = None) -> Iterator[Trouble]:
    """Find personal values and secrets where proxies and access logs see them."""
    # Where the contract itself puts a member into the query, the adapter has no choice.
    fields = case.plan.table.operations[case.act.operation.asked].get("fields", ())
    documented = frozenset(field["name"] for field in fields if field.get("place") == "query")
    found = {leak for request in seen.requests for leak in leaks(request.in_the_open(documented), seen.claims, ())}
    # A header may be where the contract wants a token; an address never is.
    found |= {leak for request in seen.requests for leak in leaks(unquote(request.target), (), seen.secrets)}
    for member, coding in sorted(found):
        yield Trouble(
            severity=Severity.MAJOR,
            expected="nothing personal in address or headers, no secret in the address",
            seen=f"{member}, {coding}",
            where="request line and headers",
        )


QUESTIONS: Final[Mapping[str, Ask]] = MappingProxyType({
    "accepted": accepted,
    "schema": as_the_schema_wants,
    "fresh": fresh,
    "consent": consent,
    "discreet": discreet,
})  # fmt: skip


def business_parameters(plan: Plan, request: RawRequest) -> Mapping[str, Any] | None:
    """Return the parameters that the request schema speaks of; ``None`` when the body cannot be read."""
    found: dict[str, Any] = {}
    if "query" in plan.requests.parameters:
        found |= request.query
    if "body" in plan.requests.parameters:
        body = request.parameters
        if body is None:
            return None
        found |= body
    return found


def _of_the_operation(case: Case, seen: Seen) -> Iterator[RawRequest]:
    """Yield the requests of the operation itself: those of an adapter that needs several calls are told by number."""
    if len(seen.requests) == len(seen.calls):
        for request, call in zip(seen.requests, seen.calls, strict=True):
            if call["operation"] == case.act.operation.asked:
                yield request


def _request_schema(case: Case) -> Any:
    try:
        return validator(case.plan.provider, case.act.operation.asked, "request")
    except ContractError:
        return None
