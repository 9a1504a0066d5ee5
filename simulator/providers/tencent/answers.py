"""What an answer says besides its result: the members of each action, in documented order.

They follow from the result and the facts, however the result came about: a rule that asks for a mismatch gets the
members of one. What is known only for some results is empty, or null where the documentation says so.

Source:
    Members, their order and which may be null: data types of the official SDKs, intl and domestic [sdk]; examples
    [sdk]; what stands beside a result that has no example [inferred].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from contracts.loader import Outcome
from kyc_core import photos, regions
from kyc_core.dates import day_at
from kyc_core.factors import photo_about
from kyc_core.verdicts import Verdict
from simulator.providers.tencent import card_pictures, identity, issuers, lines, ranges
from simulator.providers.tencent.call import Call
from simulator.providers.tencent.codes import Site

Members = Mapping[str, Any]

SIM_MATCH: Final = 89.88
SIM_MATCH_CARD: Final = 99.76
SIM_DIFFERENT: Final = 26.04
"""Similarities of the documentation's examples: sent where a result is asked for that the facts do not bear out."""

_FOUND: Final = frozenset({"match", "mismatch"})
_BOTH_SEXES: Final = ("女", "男")
_HAN: Final = "汉"
"""The register does not say to which of the peoples somebody belongs; the majority is assumed [inferred]."""


def members(call: Call, outcome: Outcome, description: str) -> dict[str, Any]:
    """Return the members of an answer, all but RequestId, in documented order, encrypted where that was asked for."""
    known: dict[str, Any] = {"Result": outcome.code, "Description": description}
    known |= EXTRAS[call.operation.name](call, outcome)
    known |= call.shown
    told = {name: known[name] for name in call.operation.answer}
    if call.opened is None:
        return told
    from simulator.providers.tencent import sealed_answers  # brings cryptography along, which start-up does without

    return sealed_answers.sealed(call, told)


def _bank(call: Call, outcome: Outcome) -> Members:
    if outcome.meaning != "found":
        return {"AccountBank": "", "AccountType": issuers.NO_TYPE}
    number = call.values["bank_card"]
    return {"AccountBank": issuers.bank_name(number, call.language()), "AccountType": issuers.card_type(number)}


def _carrier(call: Call, outcome: Outcome) -> str:
    if outcome.meaning not in _FOUND:
        return ""
    operator = lines.carrier(call.values, call.exchange.tenant.register)
    return ranges.word(operator, call.readings["tencent.isp_words"], call.endpoint.site)


def _three_elements(call: Call, outcome: Outcome) -> Members:
    detail = None
    if outcome.meaning == "mismatch" and call.parameters.get("VerifyMode") == "1":
        detail = lines.difference(call.values, call.exchange.tenant.register)
    return {"Isp": _carrier(call, outcome), "ResultDetail": detail}


def _isp(call: Call, outcome: Outcome) -> Members:
    return {"Isp": _carrier(call, outcome)}


def _isp_in_capitals(call: Call, outcome: Outcome) -> Members:
    return {"ISP": _carrier(call, outcome)}


def _status(call: Call, outcome: Outcome) -> Members:
    if outcome.meaning != "found":
        return {"StatusCode": lines.UNKNOWN_STATUS}
    line = lines.line_of(call.values, call.exchange.tenant.register)
    status = 0 if line is None else lines.STATUSES[line.status]
    only_domestic = status == lines.UNUSABLE and call.endpoint.site is not Site.DOMESTIC
    return {"StatusCode": lines.UNKNOWN_STATUS if only_domestic else status}


def _range(call: Call, outcome: Outcome) -> Members:
    if outcome.meaning != "found":
        return {"Range": ""}
    line = lines.line_of(call.values, call.exchange.tenant.register)
    known = None if line is None else line.months
    return {"Range": lines.months_range(24 if known is None else known)}


def _age(call: Call, outcome: Outcome) -> Members:
    if outcome.meaning not in ("adult", "minor"):
        return {"AgeRange": ""}
    found = identity.age_range(call.person, day_at(call.now))
    if not found or (found == identity.OF_AGE) is not (outcome.meaning == "adult"):
        found = identity.OF_AGE if outcome.meaning == "adult" else identity.AGES[-1][1]
    return {"AgeRange": found}


def _similarity(call: Call, outcome: Outcome, picture: bytes, usual: float) -> float:
    if outcome.verdict not in (Verdict.MATCH, Verdict.FACE_DIFFERENT):
        return 0.0
    same = outcome.verdict is Verdict.MATCH
    if call.person is not None and call.person.photos:
        score = photo_about(picture, call.person).score
        if (score >= identity.SAME_FROM) is same:
            return score
    return usual if same else SIM_DIFFERENT


def _face(call: Call, outcome: Outcome) -> Members:
    text = call.values["photo"]
    picture = photos.parse(text).data if photos.is_valid(text) else b""
    return {"Sim": _similarity(call, outcome, picture, SIM_MATCH), "Extra": call.parameters.get("Extra", "")}


def _printed(call: Call) -> dict[str, Any]:
    """Return what OCR reads from the card."""
    number = call.values["resident_id"]
    born = number[6:14]
    county = regions.full_name(number[:6]) or ""
    return {
        "Sex": _BOTH_SEXES[int(number[16]) % 2],
        "Nation": _HAN,
        "Birth": f"{born[:4]}/{int(born[4:6])}/{int(born[6:])}",
        "Address": f"{county}测试路1号",
    }


def _card(call: Call, outcome: Outcome) -> Members:
    card = call.card
    assert card is not None, "an action that has no other claim than a picture has read one"
    warnings = card_pictures.raised(card, call.warnings)
    return {
        **_printed(call),
        "Sim": _similarity(call, outcome, card.data, SIM_MATCH_CARD),
        "Name": call.values.get("name", ""),
        "IdNum": call.values["resident_id"],
        "Portrait": card_pictures.PORTRAIT,
        "Warnings": "|".join(warnings),
        "Quality": card.quality,
        "Encryption": None,
        "EncryptedBody": "",
    }


def _told_or_read(call: Call, outcome: Outcome) -> Members:
    del outcome
    named = {"Name": call.values.get("name", ""), "IdCard": call.values["resident_id"]}
    if call.card is None:
        empty = dict.fromkeys(("Sex", "Nation", "Birth", "Address", "Portrait", "Warnings"), "")
        return {**named, **empty, "Quality": None}
    warnings = card_pictures.raised(call.card, call.warnings | card_pictures.ALWAYS_TOLD)
    return {
        **named,
        **_printed(call),
        "Portrait": card_pictures.PORTRAIT,
        "Warnings": "|".join(warnings),
        "Quality": call.card.quality if card_pictures.BLURRED in call.warnings else None,
    }


EXTRAS: Final[Mapping[str, Callable[[Call, Outcome], Members]]] = MappingProxyType(
    {
        "CheckBankCardInformation": _bank,
        "CheckIdCardInformation": _card,
        "EncryptedPhoneVerification": _isp_in_capitals,
        "IdCardOCRVerification": _told_or_read,
        "ImageRecognitionV2": _face,
        "MinorsVerification": _age,
        "MobileNetworkTimeVerification": _range,
        "MobileStatus": _status,
        "PhoneVerification": _three_elements,
        "PhoneVerificationCMCC": _isp,
        "PhoneVerificationCTCC": _isp,
        "PhoneVerificationCUCC": _isp,
    }
)
"""The actions whose answers say more than Result and Description."""
