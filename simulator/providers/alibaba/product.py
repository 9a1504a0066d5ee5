"""Steps 16 to 18: what the product itself checks, and how it comes to its answer.

The checks refuse by raising, like the gateway's. The deciders come after them: each either knows the answer or has
nothing to say, and the first that knows decides. Operations around a transaction have more to do than to answer, so
for them rules and people only leave their orders, which `interactive` follows.

Source:
    Codes: CheckResult page [seed], "Server-side HTTP status codes" [doc]; their order, and scenarios before the
    register [inferred].
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NoReturn

from contracts.loader import Outcome
from kyc_core import photos
from kyc_core.dates import day_at
from kyc_core.people import Person
from simulator.chain import Decision
from simulator.providers.alibaba import interactive, operations, parameters
from simulator.providers.alibaba.call import Call
from simulator.providers.alibaba.claims import asked_by, person_of
from simulator.providers.alibaba.codes import INTERACTIVE, NAME, Kind, needs, table
from simulator.providers.alibaba.errors import refuse, refuse_as_told
from simulator.providers.alibaba.verification import ON
from simulator.rules import delivery_rule

Evidence = Mapping[str, Any] | None

LARGEST_PICTURE: Final = 1024 * 1024
"""Characters of Base64. Source: EkycVerify page, 1 MB [doc]; that the text counts, in binary megabytes [inferred]."""

_STARTS: Final = "Initialize"


def ram_policy(call: Call) -> Evidence:
    """16a. The RAM user may call the product."""
    if call.switch("alibaba.ram_policy") == "missing":
        refuse(call, "Forbidden.RAMUserAccessDenied")
    return None


def account(call: Call) -> Evidence:
    """16b. The account is solvent."""
    if call.switch("alibaba.account_state") == "overdue":
        refuse(call, "Forbidden.AccountAccessDenied")
    return None


def missing(call: Call) -> Evidence:
    """17a. Everything the product needs is there."""
    name = parameters.first_missing(call.operation, call.parameters)
    if name is not None:
        refuse(call, "MissingParameter", evidence={"parameter": name})
    return None


def values(call: Call) -> Evidence:
    """17b. No value but what may be."""
    today = day_at(call.now)
    name = parameters.first_invalid(call.operation, call.parameters, switch=call.switch, today=today)
    if name is not None:
        refuse(call, "InvalidParameter", evidence={"parameter": name})
    call.exchange.public = _public(call)
    return None


def _public(call: Call) -> frozenset[str]:
    """Return the parameters that may be kept in clear: those that say one of a few known things, whatever was meant.

    What may be any text stays a token even where it should hold nothing personal: it is the caller's, and may be
    anybody's number.
    """
    found = set()
    for field in call.operation.fields:
        value = call.parameters.get(field.name)
        known = value in field.values or field.kind is Kind.DOC_TYPE
        if (known and not field.personal) or (field.kind is Kind.TRANSACTION_ID and call.transaction is not None):
            found.add(field.name)
    return frozenset(found)


def pictures(call: Call) -> Evidence:
    """17c. Pictures that can be looked at, where the operation says so when they cannot."""
    listed = call.operation.listed
    for field in call.operation.fields:
        if field.kind is not Kind.IMAGE:
            continue
        text = call.parameters.get(field.name, "")
        if "too_large_image" in listed and len(text) > LARGEST_PICTURE:
            _refuse_meaning(call, "too_large_image", {"parameter": field.name, "characters": len(text)})
        if text and "unqualified_photo" in listed:
            reasons = photos.validate(text).codes
            if reasons:
                _refuse_meaning(call, "unqualified_photo", {"parameter": field.name, "reasons": reasons})
    return None


def _refuse_meaning(call: Call, meaning: str, evidence: Mapping[str, Any]) -> NoReturn:
    refuse(call, table().meaning(call.operation.name, meaning, kind="error").code, evidence=evidence)


def rule(call: Call) -> Decision | None:
    """A rule of the tenant."""
    exchange = call.exchange
    call.person = _person(call)
    fired = exchange.tenant.rules.fire(NAME, call.operation.name, exchange.fields)
    if fired is None:
        return None
    exchange.rule = fired
    evidence = {"rule": fired.id}
    if fired.then.error is not None:
        refuse_as_told(call, fired.then.error, evidence)
    call.progression = fired.then.progression
    result = fired.then.result
    if result is None:
        return Decision(None, evidence)
    return _ordered(call, table().result(call.operation.name, result), evidence)


def _ordered(call: Call, row: Outcome, evidence: Mapping[str, Any]) -> Decision:
    """Answer with *row*, or leave it as an order to an operation that has more to do."""
    if call.operation.name not in interactive.DECISIONS:
        return Decision(row, evidence)
    call.told, call.orders = row, evidence
    return Decision(None, evidence)


def documentation_sample(call: Call) -> Decision | None:
    """The documentation's own example."""
    return interactive.sample(call)


def person(call: Call) -> Decision | None:
    """A person on file who stands for an outcome: whom the call is about, or whom its MerchantBizId names.

    The one whom a verification is about speaks when it is asked about, not when it begins; the one whom a
    MerchantBizId names answers this very call.
    """
    exchange = call.exchange
    controller = _controller(call)
    starts = call.operation.name == _STARTS
    who = controller or call.person
    if who is None:
        return None
    exchange.person = (call.person or who).key
    control = who.controls.get(NAME)
    if control is None:
        return None
    evidence = {"person": who.key}
    if starts:
        _plan(call, (controller, call.person))
        if controller is None:
            return Decision(None, evidence)
    delivery = delivery_rule(who.key, NAME, control)
    if controller is not None and call.progression is None and delivery is not None:
        call.progression = delivery.then.progression
    if exchange.rule is None:
        exchange.rule = delivery
    error = control.get("error")
    # A person is asked about by every operation, also by one that does not answer this error or has no such meaning.
    if error in call.operation.errors:
        refuse_as_told(call, str(error), evidence)
    row = call.operation.results.get(str(control.get("meaning")))
    settled = call.operation.name == INTERACTIVE and controller is None
    # What the person who is verified stands for was settled when the transaction began.
    if row is None or call.told is not None or settled or not _looked_for(call, row):
        return Decision(None, evidence)
    return _ordered(call, row, evidence)


def _plan(call: Call, people: tuple[Person | None, ...]) -> None:
    """Note what the first of *people* who has a wish wants the verification to end with, and when."""
    for one in people:
        control = one.controls.get(NAME, {}) if one is not None else {}
        delivery = delivery_rule(one.key, NAME, control) if one is not None else None
        call.wish = call.wish or str(control.get("meaning", ""))
        if call.progression is None and delivery is not None:
            call.progression = delivery.then.progression


def _looked_for(call: Call, row: Outcome) -> bool:
    """Tell whether the call asks for what would find this; a transaction was asked when it began."""
    flag = needs(call.operation.name).get(row.code)
    return call.operation.name == INTERACTIVE or flag is None or call.flags.get(flag) in ON


def _person(call: Call) -> Person | None:
    if call.transaction is not None:
        key = call.transaction.facts.get("person")
        return call.exchange.tenant.register.get(key) if key else None
    claims = {field.name: field.claim for field in call.operation.fields if field.claim is not None}
    given = call.parameters
    elements = {claims[name]: given.get(name, "") for name in call.operation.person_by if name in claims}
    return person_of(asked_by(call), elements)


def _controller(call: Call) -> Person | None:
    name = call.parameters.get(call.operation.control_by, "")
    found = call.exchange.tenant.register.get(name) if name else None
    return found if found is not None and NAME in found.controls else None


def decision(call: Call) -> Decision | None:
    """What the register says, or how the transaction stands."""
    own = interactive.DECISIONS.get(call.operation.name)
    if own is not None:
        return own(call)
    meaning = operations.DECISIONS[call.operation.name](asked_by(call))
    evidence = {"person": call.exchange.person, "finding": meaning}
    row = call.operation.results.get(meaning)
    if row is None:
        _refuse_meaning(call, meaning, evidence)
    return Decision(row, evidence)
