"""Steps 16 to 21: what FaceID itself checks, and how it comes to its answer.

The checks refuse by raising, like the gateway's. The deciders come after them: each either knows the answer or has
nothing to say, and the first that knows decides.

Source:
    The account before decryption: tests of the official SDKs [sdk]. Everything else about the order [inferred]: a rule
    of the tenant is asked first, because it was made to be followed; then the documentation's own samples, which break
    format rules; then people that stand for an outcome; then the provider's rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from contracts.loader import Outcome
from kyc_core.dates import day_at
from simulator.chain import Decision
from simulator.providers.tencent import encryption, formats, operations, samples
from simulator.providers.tencent.call import Call, Stage
from simulator.providers.tencent.codes import NAME, table
from simulator.providers.tencent.errors import refuse, refuse_as_told
from simulator.providers.tencent.parameters import integer
from simulator.rules import delivery_rule

Evidence = Mapping[str, Any] | None

RESIDENT_CARD: Final = 0
"""The only ``CertType`` there is."""

_NARROWER: Final = {"id_type_unsupported": "id_format"}
"""What an action says that has no word for the key: documents it does not take are malformed numbers there."""


def account(call: Call) -> Evidence:
    """16. The account is verified, activated and solvent."""
    call.stage = Stage.PRODUCT
    state = call.switch("tencent.account_state")
    if state != "active":
        refuse(call, table().meaning(call.operation.name, state, kind="error").code)
    return None


def encrypted_fields(call: Call) -> Evidence:
    """17. Encrypted fields may be so, and can be decrypted."""
    for name in call.operation.objects:
        if name in call.parameters:
            fault = encryption.first_fault(call.operation, name, call.parameters)
            refuse(call, fault.code, fault.places, evidence=fault.evidence)
    return None


def values(call: Call) -> Evidence:
    """18. The product's own value rules: no document but the resident identity card."""
    operation, parameters = call.operation, call.parameters
    claim = {element: parameters[name] for element, name in operation.wire_names.items() if name in parameters}
    kind = claim.pop("cert_type", RESIDENT_CARD)
    call.values = formats.read(claim, call.switch)
    if integer(kind) == RESIDENT_CARD:
        call.exchange.public = operation.public
    elif call.switch("tencent.cert_type_other") == "error":
        refuse(call, "InvalidParameterValue", wording="product", evidence={"parameter": "CertType"})
    else:
        call.values["cert_type"] = "other"
    return None


def rule(call: Call) -> Decision | None:
    """A rule of the tenant."""
    exchange = call.exchange
    fired = exchange.tenant.rules.fire(NAME, call.operation.name, exchange.fields)
    if fired is None:
        return None
    exchange.rule = fired
    evidence = {"rule": fired.id}
    if fired.then.error is not None:
        refuse_as_told(call, fired.then.error, evidence)
    result = fired.then.result
    return Decision(None if result is None else table().result(call.operation.name, result), evidence)


def documentation_sample(call: Call) -> Decision | None:
    """One of the documentation's own samples, whose numbers would not pass the rules below."""
    sample = samples.find(call.operation, call.values)
    if sample is None:
        return None
    return Decision(table().result(call.operation.name, sample.result), {"sample": sample.case})


def person(call: Call) -> Decision | None:
    """A person on file who stands for an outcome."""
    found = call.person = operations.person_of(call.values, call.exchange.tenant.register)
    if found is None:
        return None
    call.exchange.person = found.key
    control = found.controls.get(NAME)
    if control is None:
        return None
    if call.exchange.rule is None:
        call.exchange.rule = delivery_rule(found.key, NAME, control)
    evidence = {"person": found.key}
    error = control.get("error")
    # A person is asked about by every action, also by one that does not answer this error or has no such meaning.
    if any(row.code == error for row in table().errors(call.operation.name)):
        refuse_as_told(call, str(error), evidence)
    return Decision(call.operation.results.get(str(control.get("meaning"))), evidence)


def business_format(call: Call) -> Decision | None:
    """19. The business format rules, free of charge."""
    if "cert_type" in call.values:
        return Decision(_result(call, "id_type_unsupported"), {"element": "cert_type"})
    finding = formats.first_finding(call.values, call.switch, day_at(call.now))
    if finding is None:
        return None
    return Decision(_result(call, finding.meaning), {"element": finding.element, "reasons": finding.reasons})


def daily_attempts(call: Call) -> Decision | None:
    """20. Not too many failed attempts for this person and card today."""
    limit: int = call.switch("tencent.daily_attempts")
    if not limit:
        return None
    failed = call.exchange.tenant.throttle.today(_attempts(call))
    if failed < limit:
        return None
    return Decision(_result(call, "daily_attempts_exceeded"), {"failed": failed, "limit": limit})


def data_source(call: Call) -> Decision | None:
    """21. What the source says; a failure counts against the day's attempts."""
    meaning = operations.DECISIONS[call.operation.name](call.values, call.person, call.exchange.tenant.register)
    if meaning != "match":
        call.exchange.tenant.throttle.per_day(_attempts(call), call.switch("tencent.daily_attempts"))
    return Decision(_result(call, meaning), {"person": call.exchange.person, "finding": meaning})


def _attempts(call: Call) -> str:
    """Return what the day's failures are counted by: identity number and card, kept as a token."""
    pair = f"{call.values.get('resident_id', '')} {call.values.get('bank_card', '')}"
    return f"tencent {call.exchange.tenant.redactor.token(pair)}"


def _result(call: Call, meaning: str) -> Outcome:
    results = call.operation.results
    found = results.get(meaning)
    return found if found is not None else results[_NARROWER[meaning]]
