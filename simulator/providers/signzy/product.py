"""What a verification checks itself, and how it comes to its answer.

The checks refuse by raising. The deciders come after them: each either knows the answer or has nothing to say, and the
first that knows decides.

Source:
    Fields before the form of the number, the name after it: order of the gateway for police data [inferred]. A rule of
    the tenant is asked first, because it was made to be followed; then people that stand for an outcome.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NoReturn

from contracts.loader import Outcome
from kyc_core.dates import day_at
from simulator.chain import Decision
from simulator.providers.signzy import formats, operations
from simulator.providers.signzy.codes import NAME, table
from simulator.providers.signzy.errors import refuse, refuse_as_told
from simulator.providers.signzy.formats import Fault
from simulator.providers.signzy.messages import NUMBER
from simulator.providers.signzy.operations import Asked, Finding
from simulator.rules import delivery_rule

if TYPE_CHECKING:
    from simulator.providers.signzy.call import Call

Evidence = Mapping[str, Any] | None

PUBLIC: Final = frozenset({"consent"})


def fields(call: Call) -> Evidence:
    """Everything is there, of its type, and the number where it may stand."""
    document = call.document
    call.exchange.fields = formats.fields_of(document)
    call.exchange.public = PUBLIC
    fault = formats.missing_or_mistyped(document, formats.FIELDS)
    if fault is not None:
        _refuse(call, fault)
    number = formats.find_number(document, call.switch("number_placement"))
    if isinstance(number, Fault):
        _refuse(call, number)
    fault = formats.consent_fault(document)
    if fault is not None:
        _refuse(call, fault)
    call.warned = number.flat
    # Replaced by `birth_date`, which knows what day it is.
    call.asked = Asked(name=document["fullName"], birth_date=date.min, number=number.text)
    return {"number": "beside identityInformation"} if number.flat else None


def birth_date(call: Call) -> Evidence:
    """A day of the calendar that is not to come."""
    born = formats.birth_date_of(call.document["dateOfBirth"], _today(call))
    if isinstance(born, Fault):
        _refuse(call, born)
    call.asked = Asked(name=call.asked.name, birth_date=born, number=call.asked.number)
    return None


def number(call: Call) -> Evidence:
    """A number of the form that is asked for."""
    legacy = call.switch("legacy_15") == "accept"
    fault = formats.number_fault(call.asked.number, call.switch("id_rule"), legacy=legacy)
    if fault is not None:
        _refuse(call, fault)
    return None


def name(call: Call) -> Evidence:
    """A Chinese character in the name, where a tenant insists on it."""
    if call.switch("latin_names") == "strict":
        fault = formats.name_fault(call.asked.name)
        if fault is not None:
            _refuse(call, fault)
    return None


def _refuse(call: Call, fault: Fault) -> NoReturn:
    places = {"parameter": fault.parameter, "type": fault.type}
    evidence = {"parameter": fault.parameter, "fault": fault.wording or "invalid"}
    refuse(call, "400", places, wording=fault.wording, evidence=evidence)


def rule(call: Call) -> Decision | None:
    """A rule of the tenant."""
    exchange = call.exchange
    fired = call.tenant.rules.fire(NAME, call.operation, exchange.fields)
    if fired is None:
        return None
    exchange.rule = fired
    evidence = {"rule": fired.id}
    if fired.then.error is not None:
        refuse_as_told(call, fired.then.error, evidence)
    result = fired.then.result
    return Decision(None if result is None else table().result(call.operation, result), evidence)


def person(call: Call) -> Decision | None:
    """A person on file who stands for an outcome."""
    found = call.person = operations.person_of(call.asked.number, call.tenant.register.by_resident_id)
    if found is None:
        return None
    call.exchange.person = found.key
    control = found.controls.get(NAME)
    if control is None:
        return None
    if call.exchange.rule is None:
        call.exchange.rule = delivery_rule(found.key, NAME, control)
    evidence = {"person": found.key}
    error, meaning = control.get("error"), control.get("meaning")
    if any(row.code == error for row in table().errors(call.operation)):
        refuse_as_told(call, str(error), evidence)
    return Decision(next((row for row in table().results(call.operation) if row.meaning == meaning), None), evidence)


def daily_checks(call: Call) -> Decision | None:
    """Not asked too often about this number today."""
    limit: int = call.switch("daily_checks")
    if not limit:
        return None
    unit = f"{NAME} {call.tenant.redactor.token(operations.numbers_of(call.asked.number)[0])}"
    attempt = call.tenant.throttle.per_day(unit, limit)
    if not attempt.allowed:
        refuse(call, "403", evidence={"attempts": attempt.number, "limit": limit})
    return None


def source(call: Call) -> Decision:
    """What the source says of name and number, and the number of the birth date."""
    finding = operations.verify(call.asked, call.person, today=_today(call))
    evidence = {"person": call.exchange.person, "finding": finding.value}
    if finding is Finding.UNTRUE and call.switch("checksum_policy") == "edge" and call.switch("id_rule") != "seed_13":
        refuse(call, "400", {"parameter": NUMBER}, evidence=evidence)
    return Decision(_result(call, finding), evidence)


def _result(call: Call, finding: Finding) -> Outcome:
    return table().meaning(call.operation, Finding.UNABLE if finding is Finding.UNTRUE else finding)


def _today(call: Call) -> date:
    return day_at(call.tenant.clock.time())
