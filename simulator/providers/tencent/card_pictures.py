"""What is read from a picture of an identity card. Pure.

Nothing here looks at pixels: a made-up picture says in its comment what is printed on it, or its digest is known to the
register (`kyc_core.people`, ``photos``). Members stand in this order, each ends in a semicolon, and all but the first
may be missing::

    resident_id=110101190001010006;name=测试甲;warnings=-9102|-9103;quality=40;

An address stands for its picture, so that the same text may be part of a URL; nothing is ever downloaded.

>>> look(b"... resident_id=110101190001010006;warnings=-9102; ...").warnings
('-9102',)

Source:
    Warnings, their switches in ``Config`` and the threshold of quality: CheckIdCardInformation and
    IdCardOCRVerification in the official SDKs [sdk]. That -9105 belongs to ``BorderCheckWarn`` follows from its name
    there, and that -9108, the copy in black and white, belongs to ``CopyWarn``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import orjson

from kyc_core import photos

USUAL_QUALITY: Final = 98.0
BLURRED_BELOW: Final = 50.0
BLURRED: Final = "-8001"

SWITCHES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "CopyWarn": ("-9102", "-9108"),
        "BorderCheckWarn": ("-9101", "-9105"),
        "ReshootWarn": ("-9103",),
        "DetectPsWarn": ("-9106",),
        "TempIdWarn": ("-9104",),
        "Quality": (BLURRED,),
    }
)
"""Which warnings each member of ``Config`` asks for."""

ALWAYS_TOLD: Final = frozenset({"-9107", "-9109"})
"""Warnings of IdCardOCRVerification that no member of ``Config`` asks for: told whenever they are there [inferred]."""

PORTRAIT: Final = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg=="
"""The portrait cut out of any card: one grey pixel, as PNG in base64."""

_PRINTED: Final = re.compile(
    rb"resident_id=([0-9]{17}[0-9X]);"
    rb"(?:name=([^;\x00-\x20/?&]{1,100});)?(?:warnings=([-0-9|]{1,80});)?(?:quality=([0-9]{1,2});)?"
)
_UNDECODABLE: Final = frozenset(
    {"data_uri", "not_base64", "bad_padding", "unsupported_type", "truncated", "type"},
)
_SCHEMES: Final = ("http://", "https://")


class Unreadable(ValueError):
    """There is no card to be seen; ``code`` is the error that says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class CardPicture(NamedTuple):
    """A picture of a card.

    Attributes:
        data: the picture, or the address that stands for it.
        digest: SHA-256 of it, lower-case hexadecimal.
        number: the identity number printed on it; empty where only the digest can tell.
        name: the name printed on it; empty where the register tells it.
        warnings: what is wrong with it, as codes; asked for or not.
        quality: how sharp it is, 0 to 100.
    """

    data: bytes
    digest: str
    number: str
    name: str
    warnings: tuple[str, ...]
    quality: float


def look(data: bytes) -> CardPicture:
    """Return what is printed on the card that *data* shows."""
    found = _PRINTED.search(data)
    number, name, warnings, quality = (b"", None, None, None) if found is None else found.groups()
    return CardPicture(
        data=data,
        digest=sha256(data).hexdigest(),
        number=number.decode(),
        name=(name or b"").decode("utf-8", "replace"),
        warnings=tuple((warnings or b"").decode().split("|")) if warnings else (),
        quality=USUAL_QUALITY if quality is None else float(quality),
    )


def of_base64(text: str, limit: int) -> CardPicture:
    """Read a picture that was sent.

    Args:
        text: base64 of a JPEG or PNG.
        limit: longest *text* taken, in characters.

    Raises:
        Unreadable: it is empty, too long, or no picture.
    """
    codes = photos.validate(text, max_characters=limit).codes
    if "empty" in codes:
        raise Unreadable("FailedOperation.EmptyImageError")
    if "too_large_encoded" in codes:
        raise Unreadable("FailedOperation.ImageSizeTooLarge")
    if not _UNDECODABLE.isdisjoint(codes):
        raise Unreadable("FailedOperation.ImageDecodeFailed")
    return look(photos.parse(text).data)


def of_url(address: str) -> CardPicture:
    """Return the picture that an address stands for.

    Raises:
        Unreadable: no picture can be downloaded from such an address.
    """
    if not address.startswith(_SCHEMES):
        raise Unreadable("FailedOperation.DownLoadError")
    return look(address.encode("utf-8", "surrogatepass"))


def asked_for(config: str) -> frozenset[str] | None:
    """Return the warnings that ``Config`` asks for, or ``None`` where it is not an object of booleans as text.

    >>> sorted(asked_for('{"CopyWarn": true, "Quality": false}')), asked_for('{"CopyWarn": 1}')
    (['-9102', '-9108'], None)
    """
    if not config:
        return frozenset()
    try:
        document: Any = orjson.loads(config)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(document, dict) or not all(type(value) is bool for value in document.values()):
        return None
    return frozenset(code for name, wanted in document.items() if wanted for code in SWITCHES.get(name, ()))


def raised(picture: CardPicture, wanted: frozenset[str]) -> tuple[str, ...]:
    """Return the warnings among those asked for that *picture* gives rise to."""
    seen = [code for code in picture.warnings if code in wanted]
    if BLURRED in wanted and picture.quality < BLURRED_BELOW and BLURRED not in seen:
        seen.append(BLURRED)
    return tuple(seen)
