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
from typing import TYPE_CHECKING, Any, Final, NoReturn

from contracts.loader import Outcome
from kyc_core.dates import day_at
from kyc_core.verdicts import Verdict
from simulator.chain import Decision
from simulator.providers.tencent import (
    card_pictures,
    formats,
    hashing,
    identity,
    operations,
    ranges,
    samples,
)
from simulator.providers.tencent.call import Call, Stage
from simulator.providers.tencent.codes import NAME, Field, table
from simulator.providers.tencent.errors import refuse, refuse_as_told
from simulator.providers.tencent.parameters import integer
from simulator.rules import delivery_rule

if TYPE_CHECKING:
    from kyc_core.people import Person
    from simulator.register import Register

Evidence = Mapping[str, Any] | None

_STAGE: Final = Stage.PRODUCT
RESIDENT_CARD: Final = 0
"""The only ``CertType`` there is."""

_INSTEAD: Final = {
    "id_type_unsupported": ("id_format",),
    "identity_invalid": ("not_found",),
    "name_format": ("parameter_error",),
    "phone_format": ("parameter_error", "no_record"),
    "card_format": ("card_nonexistent",),
}
"""What an action says that has no word for the key: documents it does not take are malformed numbers there."""
_HASHED_BADLY: Final = "malformed"
_SETTLED: Final = frozenset({Verdict.MATCH, Verdict.NO_CHECK})
"""Verdicts that do not count against the day's attempts."""


def account(call: Call) -> Evidence:
    """16. The account is verified, activated and solvent."""
    call.stage = _STAGE
    state = call.readings["tencent.account_state"]
    if state != "active":
        refuse(call, table().meaning(call.operation.name, state, kind="error").code)
    return None


def encrypted_fields(call: Call) -> Evidence:
    """17. Encrypted fields may be so, and can be decrypted; from here on their values are clear."""
    if call.operation.encrypting.isdisjoint(call.parameters):
        return None
    from simulator.providers.tencent import decryption  # brings cryptography along, which start-up does without

    return decryption.open_request(call)


def values(call: Call) -> Evidence:
    """18. The product's own value rules: no document but the resident identity card, no value but those there are."""
    operation, parameters = call.operation, call.parameters
    for field in operation.checked:
        _check_value(call, field)
    claim = {element: parameters[name] for element, name in operation.wire_names.items() if name in parameters}
    for element, counting in operation.elements_by.items():
        claim = {name: claim.get(name, "") for name in counting[claim[element]]}
    kind = claim.pop("cert_type", RESIDENT_CARD)
    call.values = formats.read(claim, call.readings.__getitem__)
    if integer(kind) == RESIDENT_CARD:
        call.exchange.public = operation.public
    elif call.readings["tencent.cert_type_other"] == "error":
        refuse(call, "InvalidParameterValue", wording="product", evidence={"parameter": "CertType"})
    else:
        call.values["cert_type"] = "other"
    mode = call.values.get("hashing", hashing.PLAIN)
    if mode != hashing.PLAIN:
        _unhash(call, mode)
    return None


def _check_value(call: Call, field: Field) -> None:
    value = call.parameters.get(field.name)
    if value is None:
        return
    shortest, longest = field.length or (0, len(value))
    if shortest <= len(value) <= longest and (not field.one_of or value in field.one_of):
        return
    code = "InvalidParameterValue" if "InvalidParameter" not in call.operation.errors else "InvalidParameter"
    code = "InvalidParameterValue" if "InvalidParameterValue" in call.operation.errors else code
    refuse(call, code, wording="product", evidence={"parameter": field.name})


def _unhash(call: Call, mode: str) -> None:
    elements = [call.values[name] for name in ("resident_id", "name", "mobile")]
    if mode in hashing.MODES and all(hashing.is_digest(mode, text) for text in elements):
        call.values = hashing.plain(call.values, call.exchange.tenant.register)
    else:
        call.values["hashing"] = _HASHED_BADLY


def picture(call: Call) -> Evidence:
    """18. A picture of a card can be read, where the claim is on one: what is printed there becomes the claim."""
    places = call.operation.picture
    if not places or ("name" in call.values and "resident_id" in call.values):
        return None
    wanted = card_pictures.asked_for(call.parameters.get("Config", ""))
    if wanted is None:
        refuse(call, "InvalidParameter", wording="product", evidence={"parameter": "Config"})
    call.warnings = wanted
    sent = next((element for element in places if call.values.get(element)), places[-1])
    try:
        call.card = card = _read(call, sent)
    except card_pictures.Unreadable as reason:
        refuse(call, reason.code, evidence={"parameter": call.operation.wire_names[sent]})
    holder = _shown_on(card, call.exchange.tenant.register)
    number = card.number or (holder.resident_id if holder is not None else "")
    if not number:
        refuse(call, "FailedOperation.ImageNoIdCard", evidence={"parameter": call.operation.wire_names[sent]})
    name = card.name or (holder.name if holder is not None else "")
    call.values = {"resident_id": number, "name": name} if name else {"resident_id": number}
    return {"read_from": call.operation.wire_names[sent]}


def _shown_on(card: card_pictures.CardPicture, register: Register) -> Person | None:
    """Return the person on file whose card it is: by the number on it, else by the digest of the picture."""
    if card.number:
        return register.by_resident_id(card.number)
    pictured = (person for person in register.people() if any(photo.sha256 == card.digest for photo in person.photos))
    return next(pictured, None)


def _read(call: Call, element: str) -> card_pictures.CardPicture:
    text = call.values.get(element, "")
    if element == "photo_url" and text:
        return card_pictures.of_url(text)
    limit = next(field.limit for field in call.operation.fields if field.claim == "photo")
    return card_pictures.of_base64(text, limit)


def rule(call: Call) -> Decision | None:
    """A rule of the tenant."""
    exchange = call.exchange
    fired = exchange.tenant.rules.fire(NAME, call.operation.name, exchange.fields)
    closed = call.opened is not None and call.opened.key is None
    if fired is None:
        return _closed(call) if closed else None
    exchange.rule = fired
    evidence = {"rule": fired.id}
    if fired.then.error is not None:
        refuse_as_told(call, fired.then.error, evidence)
    result = fired.then.result
    if closed and result is None:
        _closed(call)
    return Decision(None if result is None else table().result(call.operation.name, result), evidence)


def _closed(call: Call) -> NoReturn:
    """Refuse a call whose encrypted fields stayed closed: nothing behind a rule could read them."""
    evidence = {"failed": "the fields stayed closed, and no rule answers"}
    refuse(call, "FailedOperation.DecryptSystemError", evidence=evidence)


def documentation_sample(call: Call) -> Decision | None:
    """One of the documentation's own samples, whose numbers would not pass the rules below."""
    sample = samples.find(call.operation, call.values)
    if sample is None:
        return None
    call.sampled = True
    call.shown = sample.shown(call.language())
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


def picture_warning(call: Call) -> Decision | None:
    """19. A warning about the picture that was asked for; it stops an action that has a word for it."""
    if call.card is None or "ocr_warning" not in call.operation.results:
        return None
    raised = card_pictures.raised(call.card, call.warnings)
    return Decision(_result(call, "ocr_warning"), {"warnings": list(raised)}) if raised else None


def business_format(call: Call) -> Decision | None:
    """19. The business format rules, free of charge."""
    mode = call.values.get("hashing", hashing.PLAIN)
    if mode != hashing.PLAIN:
        return Decision(_result(call, "parameter_error"), {"element": "hashing"}) if mode == _HASHED_BADLY else None
    if "cert_type" in call.values:
        return Decision(_result(call, "id_type_unsupported"), {"element": "cert_type"})
    finding = formats.first_finding(call.values, call.readings.__getitem__, day_at(call.now), call.operation.formats)
    if finding is None:
        return _unsupported_range(call)
    return Decision(_result(call, finding.meaning), {"element": finding.element, "reasons": finding.reasons})


def _unsupported_range(call: Call) -> Decision | None:
    number = call.values.get("mobile")
    if number is None or not call.operation.has_ranges or ranges.is_supported(number):
        return None
    if "range_unsupported" not in call.operation.results and call.readings["tencent.unsupported_range"] == "site":
        return None
    return Decision(table().meaning(call.operation.name, "range_unsupported"), {"element": "mobile"})


def daily_attempts(call: Call) -> Decision | None:
    """20. Not too many failed attempts for this person and card today."""
    limit: int = call.readings["tencent.daily_attempts"]
    if not limit or "daily_attempts_exceeded" not in call.operation.results:
        return None
    throttle = call.exchange.tenant.throttle
    failed = throttle.today(_attempts(call)) if throttle.is_any_today() else 0
    if failed < limit:
        return None
    return Decision(_result(call, "daily_attempts_exceeded"), {"failed": failed, "limit": limit})


def data_source(call: Call) -> Decision | None:
    """21. What the source says; a failure counts against the day's attempts."""
    tenant = call.exchange.tenant
    meaning = operations.DECISIONS[call.operation.name](call.values, call.person, tenant.register, day_at(call.now))
    if (
        meaning == "match"
        and call.card is not None
        and call.person is not None
        and "no_photo" in call.operation.results
    ):
        meaning = identity.face(call.card.data, call.person, poor="id_photo_poor")
    outcome = _result(call, meaning)
    if outcome.verdict not in _SETTLED:
        tenant.throttle.per_day(_attempts(call), call.readings["tencent.daily_attempts"])
    return Decision(outcome, {"person": call.exchange.person, "finding": meaning})


def _attempts(call: Call) -> str:
    """Return what the day's failures are counted by: the elements its source knows people by, kept as a token."""
    values = call.values
    pair = f"{values.get('resident_id', '')} {values.get('bank_card', '')}"
    if call.operation.source == "operator":
        pair = f"{values.get('resident_id', '')} {values.get('mobile', '')}"
    return f"tencent {call.operation.source} {call.exchange.tenant.redactor.token(pair)}"


def _result(call: Call, meaning: str) -> Outcome:
    results = call.operation.results
    row = results.get(meaning)
    return row if row is not None else results[next(word for word in _INSTEAD[meaning] if word in results)]
