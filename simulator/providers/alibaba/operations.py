"""The decisions alone: a claim and the register -> the meaning of the answer. No Flask, no tenant, no wire.

An operation is one line of `DECISIONS` here, and rows and a field list in the outcome table. The interactive operations
decide through `verified`, when a transaction begins.

Source:
    What each operation compares: documentation pages and official SDKs [doc, sdk]; what the sources find:
    `kyc_core.factors`. That a document read without Authorize is sound, and a face is held against the photo on file
    [inferred].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from kyc_core import bank_card, checksums
from kyc_core.claims import Claim
from kyc_core.factors import (
    Bands,
    BankFinding,
    MobileFinding,
    Rules,
    bank_four_factor,
    bank_three_factor,
    bank_two_factor,
    four_factor,
    mobile_cross,
    photo_about,
    two_factor,
)
from kyc_core.people import Card, LineStatus, MobileLine, Person, PhotoQuality
from kyc_core.verdicts import Verdict
from simulator.providers.alibaba import faces
from simulator.providers.alibaba.codes import table
from simulator.providers.alibaba.hashing import DIGEST_LENGTH, form

if TYPE_CHECKING:
    from simulator.register import Register

MAINLAND: Final = frozenset({"00000001", "CHN01001"})
"""Codes of the resident identity card, the one document whose holder the source can be asked about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What one call asks.

    Attributes:
        values: what is claimed, by element (``resident_id``); personal.
        person: whom it is about, if on file.
        register: everybody on file.
        today: the day in Shanghai.
        forms: how values are hashed, by element; empty when they are not.
        authorize: whether name and number are compared with the source.
        product_type: of a bank card check.
        pictures: the pictures sent, as bytes that stand for them; personal.
    """

    values: Mapping[str, str] = field(repr=False)
    person: Person | None
    register: Register
    today: date
    forms: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    authorize: bool = False
    product_type: str = ""
    pictures: tuple[bytes, ...] = field(default=(), repr=False)

    def plain(self, element: str, held: str) -> str | None:
        """Return a claimed value in clear: a hashed one that fits what is *held* is that, any other stays as it is."""
        sent = self.values.get(element)
        if sent is None or element not in self.forms:
            return sent
        return held if form(self.forms[element])(held) == sent else sent


Decide = Callable[[Asked], str]
"""What is asked -> the meaning of a row of the operation, result or error."""


def bands() -> Bands:
    """Return what a similarity means."""
    threshold = table().operations["FaceCompare"]["threshold"]
    return Bands(unsure_from=threshold, same_from=threshold)


def verified(asked: Asked, *, compares_faces: bool) -> str:
    """Decide a verification of document and face: the source first, where it is asked, then the face.

    Args:
        asked: ``name`` and ``resident_id`` matter with ``authorize``; the first picture is the face, without one the
            user is taken to show their own.
        compares_faces: whether the product does.
    """
    person = asked.person
    if asked.authorize:
        claim = Claim(name=asked.values.get("name"), resident_id=asked.values.get("resident_id"))
        holder = asked.register.by_resident_id(claim.resident_id or "")
        found = _AUTHORITY.get(two_factor(claim, holder, rules=_rules(asked)))
        if found is not None:
            return found
        if holder is None or not any(photo.quality is PhotoQuality.GOOD for photo in holder.photos):
            return "no_source_photo"
        person = holder
    if not compares_faces or person is None or not person.photos:
        return "passed"
    return _face(asked, person)


def _face(asked: Asked, person: Person) -> str:
    photo = photo_about(asked.pictures[0], person) if asked.pictures else person.photos[0]
    if asked.pictures and photo.quality in _UNFIT:
        return _UNFIT[photo.quality]
    return "passed" if bands().verdict(photo.score) is Verdict.MATCH else "face_mismatch"


_AUTHORITY: Final[Mapping[Verdict, str]] = MappingProxyType(
    {
        Verdict.MISMATCH: "identity_mismatch",
        Verdict.INVALID_NAME: "identity_mismatch",
        Verdict.NOT_FOUND: "identity_not_found",
        Verdict.CANCELLED: "identity_not_found",
        Verdict.INVALID_ID: "identity_not_found",
    }
)
_UNFIT: Final[Mapping[PhotoQuality, str]] = MappingProxyType(
    {PhotoQuality.POOR: "unqualified_photo", PhotoQuality.NO_FACE: "no_face_detected"}
)


def _rules(asked: Asked) -> Rules:
    return Rules(today=asked.today, untrue_id=Verdict.NOT_FOUND)


def _document(asked: Asked) -> str:
    del asked
    return "passed"


def _ekyc(asked: Asked) -> str:
    return verified(asked, compares_faces=True)


def _liveness(asked: Asked) -> str:
    found = "passed" if asked.person is None or not asked.person.photos else _face(asked, asked.person)
    # Whose face it is does not matter here.
    return "passed" if found == "face_mismatch" else found


def _compare(asked: Asked) -> str:
    source, target = asked.pictures
    score = faces.similarity(source, target, asked.register.people())
    return "match" if bands().verdict(score) is Verdict.MATCH else "face_mismatch"


def _identity(asked: Asked) -> str:
    claim = Claim(name=asked.values["name"], resident_id=asked.values["resident_id"])
    return _RECORDS.get(two_factor(claim, asked.person, rules=_rules(asked)), "mismatch")


def _period(asked: Asked) -> str:
    claim = Claim(
        name=asked.values["name"],
        resident_id=asked.values["resident_id"],
        valid_from=asked.values["valid_from"],
        valid_to=asked.values["valid_to"],
    )
    return _RECORDS.get(four_factor(claim, asked.person, rules=_rules(asked)), "mismatch")


_RECORDS: Final[Mapping[Verdict, str]] = MappingProxyType(
    {
        Verdict.MATCH: "match",
        Verdict.NOT_FOUND: "no_record",
        Verdict.CANCELLED: "no_record",
        Verdict.INVALID_ID: "no_record",
    }
)


def line_of(asked: Asked) -> tuple[Person, MobileLine] | None:
    """Return the claimed line, hashed or not, and in whose name it is registered; ``None`` for a line nobody has."""
    sent = asked.values["mobile"]
    if "mobile" not in asked.forms:
        owner = asked.register.by_mobile(sent)
        line = owner.line(sent) if owner is not None else None
        return None if owner is None or line is None else (owner, line)
    hashed = form(asked.forms["mobile"])
    everyone = asked.register.people()
    return next(((one, line) for one in everyone for line in one.mobiles if hashed(line.number) == sent), None)


def _cross(asked: Asked) -> MobileFinding:
    found = line_of(asked)
    if found is None:
        return MobileFinding.NO_RECORD
    owner, line = found
    claim = Claim(
        name=asked.plain("name", owner.name),
        resident_id=asked.plain("resident_id", owner.resident_id),
        mobile=line.number,
    )
    return mobile_cross(claim, owner)


def _mobile_two(asked: Asked) -> str:
    found = _cross(asked)
    return found.value if found in (MobileFinding.MATCH, MobileFinding.NO_RECORD) else "mismatch"


def _mobile_three(asked: Asked) -> str:
    return _cross(asked).value


_BANK_CHECKS: Final[Mapping[str, Callable[[Claim, Person | None], BankFinding]]] = MappingProxyType(
    {
        "BANK_CARD_2_META": bank_two_factor,
        "BANK_CARD_3_META": bank_three_factor,
        "BANK_CARD_4_META": bank_four_factor,
    }
)


def card_of(asked: Asked) -> tuple[Person, Card] | None:
    """Return the claimed card and who holds it, hashed or not."""
    sent = asked.values["bank_card"]
    if "bank_card" not in asked.forms:
        holder = asked.register.by_card(sent)
        card = holder.card(sent) if holder is not None else None
        return None if holder is None or card is None else (holder, card)
    hashed = form(asked.forms["bank_card"])
    everyone = asked.register.people()
    return next(((one, card) for one in everyone for card in one.cards if hashed(card.number) == sent), None)


def _bank(asked: Asked) -> str:
    sent = asked.values["bank_card"]
    hashed = "bank_card" in asked.forms
    if not hashed and not checksums.luhn_ok(sent):
        return "card_number_wrong"
    found = card_of(asked)
    if found is None:
        # Of a hashed number all but the last digits are in clear, so its issuer can be told.
        clear = sent[:-DIGEST_LENGTH] if hashed else sent
        return "invalid_card_number" if bank_card.issuer(clear) is not None else "no_issuing_bank"
    holder, card = found
    claim = Claim(
        name=asked.plain("name", holder.name),
        resident_id=asked.plain("resident_id", holder.resident_id),
        mobile=asked.plain("mobile", card.mobile or ""),
        bank_card=card.number,
    )
    finding = _BANK_CHECKS[asked.product_type](claim, holder)
    if finding is not BankFinding.MISMATCH:
        return finding.value
    return "no_reserved_mobile" if card.mobile is None else "cardholder_wrong"


def _detect(asked: Asked) -> str:
    return _line_word(asked, _DETECTED)


def _online_status(asked: Asked) -> str:
    return _line_word(asked, _STATUS)


def _line_word(asked: Asked, words: Mapping[LineStatus, str]) -> str:
    found = line_of(asked)
    return "no_record" if found is None else words.get(found[1].status, "no_record")


_DETECTED: Final[Mapping[LineStatus, str]] = MappingProxyType(
    {
        LineStatus.NORMAL: "usable",
        LineStatus.OUT_OF_SERVICE: "suspended",
        LineStatus.CANCELLED: "empty",
        LineStatus.NOT_ON_NETWORK: "empty",
        LineStatus.UNUSABLE: "empty",
    }
)
_STATUS: Final[Mapping[LineStatus, str]] = MappingProxyType(
    {
        LineStatus.NORMAL: "in_use",
        LineStatus.OUT_OF_SERVICE: "suspended",
        LineStatus.CANCELLED: "line_cancelled",
        LineStatus.UNUSABLE: "unusable",
        LineStatus.NOT_ON_NETWORK: "not_on_network",
    }
)


def _online_time(asked: Asked) -> str:
    found = line_of(asked)
    months = None if found is None else found[1].months
    if months is None:
        return "no_record"
    bands_of_time = table().operations["MobileOnlineTime"]["months"].items()
    code = next(code for code, (least, below) in bands_of_time if least <= months and (below is None or months < below))
    return table().result("MobileOnlineTime", code).meaning


DECISIONS: Final[Mapping[str, Decide]] = MappingProxyType(
    {
        "DocOcr": _document,
        "CardOcr": _document,
        "EkycVerify": _ekyc,
        "FaceLiveness": _liveness,
        "FaceCompare": _compare,
        "Id2MetaVerifyIntl": _identity,
        "Id2MetaPeriodVerifyIntl": _period,
        "Mobile2MetaVerifyIntl": _mobile_two,
        "Mobile3MetaVerifyIntl": _mobile_three,
        "BankMetaVerifyIntl": _bank,
        "MobileDetect": _detect,
        "MobileOnlineStatus": _online_status,
        "MobileOnlineTime": _online_time,
    }
)
