"""What OCR reads from a document, as the text of ``ExtIdInfo``. Knowledge: ``fixtures/alibaba/documents.json``.

A document is somebody's: name, number, sex and birth date are those of the person on file whom the transaction names,
everything else the sample values of its kind.

>>> sorted(by_code()["01000000"].read(None, printed=False))[:3]
['birthDate', 'countryCode', 'expiryDate']

Source:
    Fields per document: CheckResult page for document OCR [seed]; formats of values and the newer codes: each with its
    own evidence in the file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

import orjson

from kyc_core import resident_id
from kyc_core.errors import KycValueError
from kyc_core.people import Person
from simulator.providers.alibaba.codes import NAME

_FAR: Final = date(9999, 12, 31)
"""A number on file is read, not judged: it may belong to any time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One field of a document.

    Attributes:
        name: as answered.
        value: what usually stands there.
        of: what of a person on file stands there instead; empty for nothing.
        printed: the value as it stands on the card, where that differs; else empty.
    """

    name: str
    value: str
    of: str
    printed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One kind of document.

    Attributes:
        fields: in the order in which they are answered.
        sides: how many there are.
    """

    fields: tuple[Entry, ...]
    sides: int

    def read(self, person: Person | None, *, printed: bool) -> dict[str, str]:
        """Return what is read from *person*'s document, or from the sample.

        Args:
            person: whose it is.
            printed: dates that are known in two forms as they stand on the card.
        """
        found = {}
        for field in self.fields:
            value = _PARTS[field.of](person) if person is not None and field.of else None
            found[field.name] = value if value is not None else (printed and field.printed) or field.value
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Special:
    """What is special about the document of one person on file.

    Attributes:
        spoof_types: what is found when forgeries are looked for.
        unreadable: nothing can be read.
        edited: what the person corrected.
    """

    spoof_types: tuple[str, ...]
    unreadable: bool
    edited: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """How a document was looked at.

    Attributes:
        kind: the document.
        risk: whether it is answered as a forgery.
        looked_for_forgery: whether that was asked for.
        images: whether its picture is returned.
        edited: whether the user may correct what was read.
        standard: whether standardised values are returned, too.
        face_quality: how well the face on it can be seen, where that was asked for.
        printed: dates as they stand on the card.
        empty_spoof_info: whether a negative result stands where nobody looked for forgeries.
    """

    kind: Document
    risk: bool
    looked_for_forgery: bool
    images: bool = False
    edited: bool = True
    standard: bool = False
    face_quality: float | None = None
    printed: bool = False
    empty_spoof_info: bool = True


def id_info(scan: Scan, person: Person | None) -> dict[str, Any]:
    """Return the content of ``ExtIdInfo``.

    A risk that a rule asks for is answered as found, whether or not forgeries were looked for.
    """
    data = _data()
    special = _special(person)
    info: dict[str, Any] = {"ocrIdPassed": "N" if scan.risk or special.unreadable else "Y"}
    if scan.images:
        info["idImage"] = picture()
    read = {} if special.unreadable else scan.kind.read(person, printed=scan.printed)
    info["ocrIdInfo"] = read
    if scan.risk or scan.looked_for_forgery or scan.empty_spoof_info:
        types = special.spoof_types if scan.risk else ()
        info["spoofInfo"] = {"spoofResult": "Y" if scan.risk else "N", "spoofType": list(types)}
    info["ocrIdEditInfo"] = dict(special.edited) if scan.edited else {}
    if scan.standard:
        standard = data["standard"]["fields"]
        info["ocrStandardData"] = {
            name: read[origin] for name, origins in standard.items() for origin in origins if origin in read
        }
    if scan.face_quality is not None:
        info["idFaceQualityScore"] = scan.face_quality
    return info


def picture() -> str:
    """Return the picture that stands for every picture, Base64."""
    image: str = _data()["image"]
    return image


@lru_cache(maxsize=1)
def by_code() -> Mapping[str, Document]:
    """Return every kind of document by each of its codes."""
    found: dict[str, Document] = {}
    for raw in _data()["documents"]:
        kind = Document(
            fields=tuple(
                Entry(
                    name=field["name"],
                    value=field["value"],
                    of=field.get("of", ""),
                    printed=field.get("printed", ""),
                )
                for field in raw["fields"]
            ),
            sides=raw["sides"],
        )
        found |= dict.fromkeys(raw["codes"], kind)
    return MappingProxyType(found)


@lru_cache(maxsize=1)
def _data() -> Mapping[str, Any]:
    return MappingProxyType(orjson.loads((files("contracts.fixtures") / NAME / "documents.json").read_bytes()))


def _special(person: Person | None) -> Special:
    data = _data()
    raw = data["people"].get(person.key, {}) if person is not None else {}
    return Special(
        spoof_types=tuple(raw.get("spoofType", data["usual_spoof_type"])),
        unreadable=raw.get("unreadable", False),
        edited=MappingProxyType(raw.get("edited", {})),
    )


@lru_cache(maxsize=4096)
def _parsed(number: str) -> resident_id.ResidentId | None:
    """Take a number on file apart; a sample whose check character is wrong says nothing about its holder.

    Remembered because that costs as much as the rest of an answer together.
    """
    try:
        return resident_id.parse(number, today=_FAR)
    except KycValueError:
        return None


def _birth_date(person: Person) -> str | None:
    parts = _parsed(person.resident_id)
    return None if parts is None else parts.birth_date.isoformat()


def _sex(person: Person) -> str | None:
    parts = _parsed(person.resident_id)
    return None if parts is None else parts.sex.hanzi or None


_PARTS: Final[Mapping[str, Callable[[Person], str | None]]] = MappingProxyType(
    {
        "name": lambda person: person.name,
        "resident_id": lambda person: person.resident_id,
        "birth_date": _birth_date,
        "sex": _sex,
    }
)
