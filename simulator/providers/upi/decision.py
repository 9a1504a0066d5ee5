"""Steps 20 to 23: how the Information Service comes to its answer.

Each decider either knows the answer or has nothing to say, and the first that knows decides. What a rule or a person
asks for is answered where answers of its kind come from: a format error or a refusal of the participant before the
order id is looked at, everything else after it is used up.

Source:
    Order, and which finding gets which code [inferred]; ``confidence`` exactly with ``00`` [seed].
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from kyc_core.claims import as_on_file
from kyc_core.dates import day_at
from kyc_core.records import USUAL_SCORE
from simulator.chain import Decision
from simulator.providers.upi import operations, orders, pictures
from simulator.providers.upi.call import Call
from simulator.providers.upi.codes import APPROVED, NAME, PHOTO, Layer, documented, table
from simulator.providers.upi.errors import refuse
from simulator.providers.upi.product import content_token
from simulator.rules import delivery_rule

if TYPE_CHECKING:
    from contracts.loader import Outcome
    from kyc_core.people import Person

_BEFORE_ORDERS: Final = frozenset({Layer.FORMAT, Layer.ADMISSION})


def rule(call: Call) -> Decision | None:
    """20. A rule of the tenant."""
    exchange = call.exchange
    # The sibling operations have no rows of their own, so they go by the documented one's rules.
    fired = exchange.tenant.rules.fire(NAME, PHOTO, exchange.fields)
    if fired is None:
        return None
    exchange.rule = fired
    evidence = {"rule": fired.id}
    result = fired.then.result
    return _asked_for(call, fired.then.error, None if result is None else documented().answer(result), evidence)


def person(call: Call) -> Decision | None:
    """20. A person on file who stands for an answer."""
    found = call.person = _person_of(call)
    if found is None:
        return None
    call.exchange.person = found.key
    control = found.controls.get(NAME)
    if control is None or call.forced is not None:
        return None
    if call.exchange.rule is None:
        call.exchange.rule = delivery_rule(found.key, NAME, control)
    error, word = control.get("error"), control.get("meaning")
    row = None if word is None else documented().meaning(str(word))
    return _asked_for(call, None if error is None else str(error), row, {"person": found.key})


def order(call: Call) -> Decision | None:
    """22. An order id that was not used before; it is used up now."""
    space, key = call.exchange.tenant.space, _order_key(call)
    if orders.take(space, key):
        call.order = key
        return None
    reading = call.switch("upi.order_replay")
    if reading == "replay":
        first = orders.kept(space, key)
        if first is not None and first.content == content_token(call):
            call.replayed = first.body
            return Decision(documented().answer(first.code), {"order": "answered before"})
    refuse(call, "78" if reading == "78" else "94", evidence={"order": "used before"})


def forced(call: Call) -> Decision | None:
    """23. What a rule or a person asked for."""
    row = call.forced
    if row is None:
        return None
    if row.code == APPROVED and call.operation.name == PHOTO:
        score = _finding(call).score
        call.score = int(USUAL_SCORE) if score is None else score
    return Decision(row, {"asked_for": row.code})


def data_source(call: Call) -> Decision | None:
    """23. What the source finds."""
    found = _finding(call)
    call.score = found.score
    evidence = {"person": call.exchange.person, "finding": found.word, "score": found.score}
    if found.word == operations.MATCH:
        return Decision(documented().answer(APPROVED), evidence)
    as_score = call.switch("upi.mismatch_mode") == "zero_confidence" and call.operation.name == PHOTO
    if as_score and found.word == operations.MISMATCH:
        call.score = 0
        return Decision(documented().answer(APPROVED), evidence)
    code, detail = documented().findings[found.word]
    refuse(call, code, detail, evidence)


def _asked_for(call: Call, error: str | None, row: Outcome | None, evidence: Mapping[str, Any]) -> Decision:
    """Answer at once, or keep the answer until the order id is used up, as its layer says."""
    if error is not None:
        call.exchange.refuse(call.check, table().error(PHOTO, error), evidence=evidence)
    if row is not None and row.layer in _BEFORE_ORDERS:
        refuse(call, row.code, evidence=evidence)
    call.forced = row
    return Decision(None, evidence)


def _finding(call: Call) -> operations.Finding:
    match = call.match or pictures.MATCHERS[call.switch("upi.confidence_source")]
    return operations.decide(call.operation.name, call.claim, call.person, day_at(call.now), match)


def _person_of(call: Call) -> Person | None:
    register, claim = call.exchange.tenant.register, call.claim
    element = operations.IDENTIFYING[call.operation.name]
    if element == "mobile":
        return register.by_mobile(claim.mobile or "")
    if element == "bank_card":
        return register.by_card(claim.bank_card or "")
    return register.by_resident_id(as_on_file(claim.resident_id or ""))


def _order_key(call: Call) -> str:
    scope = call.switch("upi.order_scope")
    owner = call.text("memberIIN") if scope == "memberIIN" else call.protected.app_id
    day = f" {day_at(call.now):%Y%m%d}" if scope == "appid_day" else ""
    return f"{owner}{day} {call.text('orderID')}"
