"""The endpoints before the fan-out: one check per call, answered at once. Served only where a tenant asks for them.

They decide as the fan-out does; only names and shapes differ. The first generation answers with booleans, the second
with words.

Source:
    Endpoints, ``type`` values and field names: older text of page "KYC China" [doc], client of 2026-04 [sdk]; that a
    check which errored is a 502 of the call [doc]; shapes of the second generation beyond identity [inferred].
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from kyc_core.footprint import AreaKind
from simulator.providers.kyc_china.codes import COMPARISONS, Form, sub_checks
from simulator.providers.kyc_china.eligibility import Run
from simulator.providers.kyc_china.messages import ADDRESSES, PHOTO, Submission, Unreadable, read_submission_object
from simulator.providers.kyc_china.report import Answered, Switch, result_object

RENAMED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "name": "name",
        "idNo": "idNumber",
        "frDate": "idIssueDate",
        "toDate": "idExpiryDate",
        "img": PHOTO,
        "mobile": "mobile",
        "bankCard": "bankCardNumber",
    }
)
"""Today's name of each field."""

_CHECKS: Final[Mapping[tuple[str, str], str]] = MappingProxyType(
    {
        ("legacy.identity", "two-factor"): "identity.two-factor",
        ("legacy.identity", "four-factor"): "identity.four-factor",
        ("legacy.identity", "image"): "identity.image",
        ("legacy.identity", "name-mobile"): "identity.name-mobile",
        ("legacy.identity", "id-mobile"): "identity.id-mobile",
        ("legacy.identity", "three-factor"): "identity.three-factor",
        ("legacy.mobile", "attribution"): "mobile.attribution",
        ("legacy.mobile", "location-verify"): "mobile.address-verify",
        ("legacy.mobile", "location-query"): "",
        ("legacy.risk", "fraud-risk"): "risk.fraud",
        ("legacy.risk", "criminal-record"): "risk.criminal",
        ("legacy.bank-verification", "three-factor"): "bank.three-factor",
        ("legacy.bank-verification", "four-factor"): "bank.four-factor",
    }
)
_AREAS: Final[Mapping[str, AreaKind]] = MappingProxyType(
    {"1": AreaKind.COMMON, "2": AreaKind.WORK, "3": AreaKind.RESIDENTIAL}
)
_LOCATIONS: Final[Mapping[AreaKind, str]] = MappingProxyType(
    {AreaKind.WORK: "mobile.location-work", AreaKind.RESIDENTIAL: "mobile.location-residential"}
)
"""The common area has no sub-check of its own any more, and so none here."""


class Asked(NamedTuple):
    """One legacy call in today's words."""

    run: Run
    submission: Submission


def read(operation: str, body: Mapping[str, Any]) -> Asked:
    """Read a legacy call.

    Raises:
        Unreadable: an unknown ``type`` or ``locationType``, a field that is missing or not of its shape.
    """
    kind = body.get("type")
    if not isinstance(kind, str) or (operation, kind) not in _CHECKS:
        raise Unreadable("", "type")
    name = _CHECKS[operation, kind]
    today: dict[str, Any] = {RENAMED[field]: value for field, value in body.items() if field in RENAMED}
    if kind.startswith("location-"):
        area = _AREAS.get(str(body.get("locationType")))
        if area is None or (not name and area not in _LOCATIONS):
            raise Unreadable("", "locationType")
        if name:
            today[ADDRESSES] = [{"type": area.value, "city": body.get("city"), "address": body.get("address")}]
        name = name or _LOCATIONS[area]
    check = sub_checks()[name]
    for field in check.requires:
        if today.get(field) is None:
            raise Unreadable("", field)
    if check.requires_any and not any(today.get(field) for field in check.requires_any):
        raise Unreadable("", check.requires_any[0])
    return Asked(Run(check, 0 if check.form is Form.ADDRESS else None), read_submission_object(today))


def answer(answered: Answered, kind: str, switch: Switch) -> dict[str, Any]:
    """Return the body of a call that was answered, in the generation the tenant chose."""
    generation = switch("legacy")
    shown = result_object(
        answered, lambda name: generation if name == "result_vocabulary" and generation != "off" else switch(name)
    )
    if answered.run.check.form not in COMPARISONS:
        return shown
    return {"success": True, **shown} if generation == "booleans" else {**shown, "verification": kind}
