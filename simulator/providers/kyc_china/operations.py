"""The decisions: one sub-check, asked of the sources -> the meaning of its row in the outcome table, and its data.

Whether a number is real is asked here and nowhere before. What a source cannot look at becomes an error of that one
sub-check; the others are not touched by it.

Source:
    From verdict to result: aggregator dossier of outcomes over the police gateway and its resellers [doc, inferred];
    an unsure or different face is no match, a cancelled registration is not found [inferred].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from kyc_core import bank_card, mobile, names, resident_id
from kyc_core.bank_factors import BankFinding, bank_four_factor, bank_three_factor
from kyc_core.claims import Claim, as_on_file
from kyc_core.factors import Bands, face, four_factor, mobile_cross, three_factor, two_factor
from kyc_core.footprint import NO_RISK, AreaKind, PoliceFlag, Risk
from kyc_core.people import Person
from kyc_core.verdicts import Verdict
from simulator.providers.kyc_china.codes import Form, SubCheck
from simulator.providers.kyc_china.sources import Sources

FACE_BANDS: Final = Bands(unsure_from=40, same_from=60)
"""Of the police gateway behind it; the score is not returned, so only the upper edge shows [inferred]."""

MEANINGS: Final[Mapping[Verdict, str]] = MappingProxyType(
    {
        Verdict.MATCH: "match",
        Verdict.MISMATCH: "mismatch",
        Verdict.FACE_DIFFERENT: "mismatch",
        Verdict.FACE_UNSURE: "mismatch",
        Verdict.NOT_FOUND: "not_found",
        Verdict.CANCELLED: "not_found",
        Verdict.NO_PHOTO: "no_photo",
        Verdict.POOR_PHOTO: "poor_photo",
        Verdict.NO_FACE: "no_face",
        Verdict.INVALID_ID: "invalid_id",
        Verdict.INVALID_NAME: "invalid_name",
        Verdict.INVALID_VALIDITY: "invalid_validity",
        Verdict.INVALID_CARD: "invalid_card",
        Verdict.CARD_UNUSABLE: "card_unusable",
        Verdict.UNSUPPORTED: "unsupported",
    }
)
"""How a comparison's verdict is reported; verdicts that no comparison gives are not in it."""

_SEVERITIES: Final = ("None", "Low", "Medium", "High")
"""Levels by severity 0-3. Severities [doc], words [sdk], the pairing [inferred]."""

_SAME_CITY: Final = "5_to_10km"
_OTHER_CITY: Final = "beyond_50km"
_SAME_PLACE: Final = "within_3km"

_BANDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        _SAME_PLACE: "≤3km",
        "3_to_5km": "3-5km",
        _SAME_CITY: "5-10km",
        "10_to_20km": "10-20km",
        "20_to_50km": "20-50km",
        _OTHER_CITY: ">50km",
    }
)


def decide(check: SubCheck, sources: Sources, position: int | None = None) -> str:
    """Return the meaning of a sub-check's answer; *position* says which address."""
    return _DECISIONS[check.name](sources, position)


def _identity(sources: Sources, _: int | None) -> str:
    return MEANINGS[two_factor(sources.claim, sources.holder, rules=sources.rules)]


def _identity_with_dates(sources: Sources, _: int | None) -> str:
    return MEANINGS[four_factor(sources.claim, sources.holder, rules=sources.rules)]


def _image(sources: Sources, _: int | None) -> str:
    photo = sources.photo
    if isinstance(photo, str):
        return photo
    finding = face(replace(sources.claim, photo=photo), sources.holder, rules=sources.rules, bands=FACE_BANDS)
    return MEANINGS[finding.verdict]


def _mobile_with_both(sources: Sources, _: int | None) -> str:
    return MEANINGS[three_factor(sources.claim, sources.owner, rules=sources.rules)]


def _mobile_with_name(sources: Sources, _: int | None) -> str:
    refused = _refused_name(sources)
    return refused or MEANINGS[mobile_cross(replace(sources.claim, resident_id=None), sources.owner).verdict]


def _mobile_with_id(sources: Sources, _: int | None) -> str:
    refused = _refused_id(sources)
    return refused or MEANINGS[mobile_cross(replace(sources.claim, name=None), sources.owner).verdict]


def _refused_name(sources: Sources) -> str | None:
    return None if names.is_valid(sources.claim.name, profile=sources.rules.names) else "invalid_name"


def _refused_id(sources: Sources) -> str | None:
    number = as_on_file(sources.claim.resident_id or "")
    return None if resident_id.is_valid(number, today=sources.rules.today) else "invalid_id"


def _attribution(sources: Sources, _: int | None) -> str:
    return "found" if attribution(sources)["operator"] is not None else "not_found"


def _location(kind: AreaKind) -> Callable[[Sources, int | None], str]:
    def look(sources: Sources, _: int | None) -> str:
        return "found" if locations(sources, kind) else "not_found"

    return look


def _address(sources: Sources, position: int | None) -> str:
    claimed = sources.submission.addresses[position or 0]
    area = sources.line.area(claimed.kind) if sources.line is not None else None
    if area is None:
        return "not_found"
    if _city(area.city) != _city(claimed.city):
        return _OTHER_CITY
    return _SAME_PLACE if area.address == claimed.address else _SAME_CITY


def _city(name: str) -> str:
    """Return a city's name as the carriers write it, without the word for city."""
    return name.removesuffix("市")


def _fraud(sources: Sources, _: int | None) -> str:
    return "hit" if any(_risk(sources.owner or sources.holder).levels.values()) else "clear"


def _criminal(sources: Sources, _: int | None) -> str:
    verdict = two_factor(sources.claim, sources.holder, rules=sources.rules)
    if verdict in (Verdict.INVALID_ID, Verdict.INVALID_NAME):
        return MEANINGS[verdict]
    # A record belongs to a name and a number together; with another name there is none.
    return "hit" if verdict is Verdict.MATCH and _risk(sources.holder).police else "clear"


def _risk(person: Person | None) -> Risk:
    return NO_RISK if person is None else person.risk


def _bank(
    compare: Callable[[Claim, Person | None], BankFinding],
) -> Callable[[Sources, int | None], str]:
    def look(sources: Sources, _: int | None) -> str:
        refused = _refused_id(sources) or _refused_name(sources)
        if refused is not None:
            return refused
        if not bank_card.is_valid(sources.claim.bank_card):
            return "invalid_card"
        if sources.cardholder is None:
            return "not_found"
        return MEANINGS[compare(sources.claim, sources.cardholder).verdict]

    return look


_DECISIONS: Final[Mapping[str, Callable[[Sources, int | None], str]]] = MappingProxyType(
    {
        "identity.two-factor": _identity,
        "identity.four-factor": _identity_with_dates,
        "identity.image": _image,
        "identity.three-factor": _mobile_with_both,
        "identity.name-mobile": _mobile_with_name,
        "identity.id-mobile": _mobile_with_id,
        "mobile.attribution": _attribution,
        "mobile.location-work": _location(AreaKind.WORK),
        "mobile.location-residential": _location(AreaKind.RESIDENTIAL),
        "mobile.address-verify": _address,
        "risk.fraud": _fraud,
        "risk.criminal": _criminal,
        "bank.three-factor": _bank(bank_three_factor),
        "bank.four-factor": _bank(bank_four_factor),
    }
)


def data(check: SubCheck, meaning: str, sources: Sources, position: int | None = None) -> dict[str, Any]:
    """Return what the result object carries besides its wording, for an answer that means *meaning*.

    An answer that was forced carries data that agree with it, from the register as far as that has any.
    """
    if check.form is Form.ATTRIBUTION:
        return attribution(sources) if meaning == "found" else {"operator": None, "province": None, "city": None}
    if check.form is Form.LOCATION:
        kind = AreaKind(check.key.removeprefix("location-"))
        return {"locations": (locations(sources, kind) or [_HOME]) if meaning == "found" else []}
    if check.form is Form.ADDRESS:
        claimed = sources.submission.addresses[position or 0]
        said = {"type": claimed.kind.value, "city": claimed.city, "address": claimed.address}
        return {**said, "distance": _BANDS.get(meaning)}
    if check.form is Form.FRAUD:
        return {"risks": _fraud_levels(_told(_risk(sources.owner or sources.holder), meaning))}
    if check.form is Form.CRIMINAL:
        return {"risks": _police_flags(_told(_risk(sources.holder), meaning))}
    if check.form is Form.IMAGE and meaning in ("match", "mismatch"):
        return {"similarity": _similarity(sources, matched=meaning == "match")}
    return {}


_HOME: Final = "北京"
"""Where a line is said to be seen when a rule asks for a location that nobody has on file."""
_WORST: Final = Risk(fraud=3, police=tuple(PoliceFlag))
"""What a rule's hit says about a person whom no list holds."""


def _told(risk: Risk, meaning: str) -> Risk:
    if meaning == "clear":
        return NO_RISK
    # A hit of one kind must not borrow its evidence from the other.
    return Risk(
        **{
            name: getattr(risk if any(risk.levels.values()) else _WORST, name)
            for name in ("fraud", "gambling", "money_mule")
        },
        police=risk.police or _WORST.police,
    )


def _fraud_levels(risk: Risk) -> list[dict[str, Any]]:
    return [
        {"type": name, "level": _SEVERITIES[severity], "severity": severity} for name, severity in risk.levels.items()
    ]


def _police_flags(risk: Risk) -> list[dict[str, Any]]:
    return [{"type": flag.value, "level": _SEVERITIES[3 * (flag in risk.police)]} for flag in PoliceFlag]


def _similarity(sources: Sources, *, matched: bool) -> float:
    photo = sources.photo
    if isinstance(photo, bytes):
        finding = face(replace(sources.claim, photo=photo), sources.holder, rules=sources.rules, bands=FACE_BANDS)
        if finding.score is not None and (finding.verdict is Verdict.MATCH) is matched:
            return finding.score
    return FACE_BANDS.top if matched else 0.0


def attribution(sources: Sources) -> dict[str, str | None]:
    """Return carrier, province and city of the mobile, as far as anybody says.

    The carrier that serves a line is a fact about the subscriber; of a number that nobody has on file only the
    allocation of its block is known.
    """
    line = sources.line
    if line is not None:
        return {"operator": line.operator.hanzi or None, "province": line.province, "city": line.city}
    number = mobile.parse(sources.submission.values["mobile"])
    operator = number.allocated_to.hanzi if number.allocated_to is not None else ""
    return {"operator": operator or None, "province": None, "city": None}


def locations(sources: Sources, kind: AreaKind) -> list[str]:
    """Return the cities in which the mobile is mostly seen at that time."""
    area = sources.line.area(kind) if sources.line is not None else None
    return [] if area is None else [area.city]
