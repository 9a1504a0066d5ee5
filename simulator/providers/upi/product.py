"""Steps 12 to 21: what the Information Service itself checks before anybody is asked.

Each function is one check. It returns what it saw, or nothing to say, and refuses by raising.

Source:
    Members and merchant condition: "ID Card Photo Verification" [seed]; codes, ``errorDetail`` and order [inferred].
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from kyc_core.claims import Claim
from kyc_core.dates import day_at
from kyc_core.signing import upi_jwe
from kyc_core.signing.jose_faults import JweError
from simulator.providers.upi import auth, formats, messages, pictures, siblings
from simulator.providers.upi.call import Call
from simulator.providers.upi.codes import ENC_DATA, NAME, PHOTO_MEMBER, Member, public_members
from simulator.providers.upi.errors import refuse, refuse_format
from simulator.providers.upi.formats import Fault, Reading
from simulator.providers.upi.gateway import LONGEST_BODY

Evidence = Mapping[str, Any] | None

BODY: Final = "body"
_CONTENT_ENCODING: Final = "content-encoding"
_RATE_UNIT: Final = f"{NAME} calls"


def body(call: Call) -> Evidence:
    """12. One JSON object, every member once."""
    raw = call.request.body
    try:
        if call.switch("upi.accept_gzip") and call.request.header(_CONTENT_ENCODING) == messages.GZIP:
            raw = messages.unpacked(raw, limit=LONGEST_BODY)
        document = messages.read_body(raw)
    except messages.Unreadable as fault:
        refuse_format(call, BODY, evidence={"member": BODY, "reason": fault.reason})
    call.document = formats.coerced(document) if call.switch("upi.coerce_numbers") else document
    _show(call, call.document, [member for member in call.operation.outer if member.name != ENC_DATA])
    return None


def members(call: Call) -> Evidence:
    """13. Nothing missing; every type and length right. Unknown members are ignored."""
    expected = call.operation.outer
    if call.switch("upi.photo_location") == "outside":
        expected = (*expected, *_photo_member(call))
    _refuse_fault(call, formats.first_fault(expected, call.document, _reading(call)))
    if call.switch("upi.require_serial_date") and not formats.has_date(call.text("serialNm"), day_at(call.now)):
        refuse_format(call, "serialNm", "date")
    return None


def merchant(call: Call) -> Evidence:
    """14. The three merchant members together or not at all, as the participant's role says."""
    _refuse_fault(call, formats.merchant_fault(call.document, call.switch("upi.role")))
    return None


def trade_type(call: Call) -> Evidence:
    """15. A trade type that the operation serves."""
    if call.text("tradeType") not in call.operation.trade_types:
        refuse(call, "12", evidence={"served": sorted(call.operation.trade_types)})
    return None


def encrypted_data(call: Call) -> Evidence:
    """16, 17. ``encData`` can be opened, and holds one JSON object. Whatever is wrong, the answer is the same."""
    token = call.document[ENC_DATA]
    try:
        if isinstance(token, dict) and call.switch("upi.accept_jwe_json"):
            token = upi_jwe.compact(token)
        plaintext = upi_jwe.decrypt(
            token,
            key_for_kid=lambda kid: auth.decryption_key(call.ring, kid),
            kid_optional=call.switch("upi.jwe_kid_optional"),
        )
    except JweError as fault:
        refuse_format(call, ENC_DATA, evidence=fault.evidence())
    try:
        inner = messages.read_body(plaintext)
    except messages.Unreadable as unreadable:
        refuse_format(call, ENC_DATA, evidence={"member": ENC_DATA, "reason": unreadable.reason})
    call.inner = formats.coerced(inner) if call.switch("upi.coerce_numbers") else inner
    return None


def personal_members(call: Call) -> Evidence:
    """18. What ``encData`` holds: nothing missing; every type and length right."""
    if _photo_stands_outside(call):
        call.inner = {**call.inner, PHOTO_MEMBER: call.document.get(PHOTO_MEMBER, "")}
    text = call.inner.get(PHOTO_MEMBER)
    if isinstance(text, str) and call.switch("upi.photo_allow_linebreaks"):
        call.inner = {**call.inner, PHOTO_MEMBER: pictures.without_line_breaks(text)}
    fault = formats.first_fault(_needed(call), call.inner, _reading(call))
    if fault is not None:
        refuse_format(call, _place(call, fault.member), fault.reason)
    said = [member for member in call.operation.inner if member.name != PHOTO_MEMBER]
    _show(call, call.inner, said)
    call.claim = _claim(call.inner, said)
    if call.switch("upi.enforce_han") and not formats.is_han(call.claim.name or ""):
        refuse_format(call, f"{ENC_DATA}.customerNm", "charset")
    return None


def photo(call: Call) -> Evidence:
    """19. The photo is Base64 of a JPEG or PNG."""
    if not _photo_member(call):
        return None
    text = call.inner[PHOTO_MEMBER]
    assert isinstance(text, str), "members are texts once their types were checked"
    reason = pictures.fault_of(text, depth=call.switch("upi.photo_decode"))
    if reason:
        refuse_format(call, _place(call, PHOTO_MEMBER), reason)
    picture = pictures.decoded(text)
    call.claim = replace(call.claim, photo=picture)
    return call.exchange.tenant.redactor.body(picture)


def member_iin(call: Call) -> Evidence:
    """20. The participant may call for this IIN; only where a switch binds the two."""
    if call.switch("upi.require_appid_equals_member_iin") and call.text("memberIIN") != call.protected.app_id:
        refuse(call, "57", evidence={"member": "memberIIN"})
    return None


def rate(call: Call) -> Evidence:
    """21. Not more calls in this second than the limit, where a switch sets one."""
    limit: int = call.switch("upi.qps")
    if not limit:
        return None
    attempt = call.exchange.tenant.throttle.per_second(_RATE_UNIT, limit)
    evidence = {"attempts": attempt.number, "limit": limit}
    if not attempt.allowed:
        refuse(call, "62", evidence=evidence)
    return evidence


def content_token(call: Call) -> str:
    """Return a token of everything a request says, whatever it is encrypted with."""
    said = {**messages.flattened(call.document), **messages.flattened(call.inner)}
    said.pop(ENC_DATA, None)
    return call.exchange.tenant.redactor.token("\n".join(f"{name} {said[name]}" for name in sorted(said)))


def _claim(inner: Mapping[str, object], known: Iterable[Member]) -> Claim:
    said = messages.flattened(inner)
    stated = {member.claim: said[member.name] for member in known if said.get(member.name)}.get
    return Claim(
        name=stated("name"),
        resident_id=stated("resident_id"),
        mobile=stated("mobile"),
        bank_card=stated("bank_card"),
    )


def _needed(call: Call) -> tuple[Member, ...]:
    """Return the encrypted members, with those made mandatory that the trade type needs."""
    needed = siblings.ELEMENTS.get(call.text("tradeType"), frozenset())
    return tuple([replace(one, required=True) if one.claim in needed else one for one in call.operation.inner])


def _photo_member(call: Call) -> tuple[Member, ...]:
    return tuple([member for member in call.operation.inner if member.name == PHOTO_MEMBER])


def _photo_stands_outside(call: Call) -> bool:
    location = call.switch("upi.photo_location")
    if location == "inside" or not _photo_member(call):
        return False
    return location == "outside" or not call.inner.get(PHOTO_MEMBER)


def _place(call: Call, member: str) -> str:
    """Return a member's name as ``errorDetail`` writes it: with ``encData`` in front where that is where it stands."""
    outside = member == PHOTO_MEMBER and PHOTO_MEMBER in call.document and _photo_stands_outside(call)
    return member if outside else f"{ENC_DATA}.{member}"


def _reading(call: Call) -> Reading:
    return Reading(unit=call.switch("upi.length_unit"), unicode=call.switch("upi.ans_allows_unicode"))


def _refuse_fault(call: Call, fault: Fault | None) -> None:
    if fault is not None:
        refuse_format(call, fault.member, fault.reason)


def _show(call: Call, document: Mapping[str, object], known: Iterable[Member]) -> None:
    """Let rules and the journal see the known members; the journal only as tokens, but for the public ones."""
    said = messages.flattened(document)
    shown = {member.name: said[member.name] for member in known if member.name in said}
    call.exchange.fields = {**call.exchange.fields, **shown}
    call.exchange.public = public_members()
