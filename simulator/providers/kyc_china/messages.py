"""The wire: what a request says, checked for shape only, and the JSON that goes out. Pure.

No checksum and no calendar is asked here: the provider's own samples fail both, so a number that cannot be true is a
finding of the sub-check that uses it.

>>> read_submission(b'{"idNumber": "11010119000101000x", "name": null}').values
{'idNumber': '11010119000101000x'}
>>> read_submission(b'{"mobile": "+8613800138000"}')
Traceback (most recent call last):
    ...
simulator.providers.kyc_china.messages.Unreadable: field

Source:
    Fields and four of the patterns: page "KYC China" [seed]; ``addressesToVerify`` [doc, sdk]; pattern of the card,
    the long-term word inside the expiry, null as absence, unknown members ignored [inferred].
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import orjson

from kyc_core.footprint import AreaKind

PHOTO: Final = "facePhoto"
ADDRESSES: Final = "addressesToVerify"
CALLBACK_URL: Final = "callbackUrl"

_PATTERNS: Final[Mapping[str, re.Pattern[str]]] = MappingProxyType(
    {
        "name": re.compile(".+", re.DOTALL),
        "idNumber": re.compile("[0-9]{17}[0-9Xx]"),
        "idIssueDate": re.compile("[0-9]{8}"),
        "idExpiryDate": re.compile("[0-9]{8}|长期"),
        PHOTO: re.compile("(?!data:).+", re.DOTALL),
        "mobile": re.compile("1[3-9][0-9]{9}"),
        "bankCardNumber": re.compile("[0-9]{12,19}"),
        CALLBACK_URL: re.compile("https://.+"),
    }
)
_HTTP_TOO: Final = re.compile("https?://.+")
_ADDRESS_MEMBERS: Final = ("type", "city", "address")

TOKEN: Final = re.compile(r"[A-Za-z0-9\-_]+\.[A-Za-z0-9\-_]+\.[A-Za-z0-9\-_]*")
"""As printed: the last part may be empty, which is the shape of an unsigned token."""


class Unreadable(ValueError):
    """A body is not what it should be; ``wording`` is the variant of the error, ``field`` the member at fault."""

    def __init__(self, wording: str, field: str = "") -> None:
        super().__init__(wording)
        self.wording = wording
        self.field = field


class Address(NamedTuple):
    """One address to verify."""

    kind: AreaKind
    city: str
    address: str

    def matched(self) -> dict[str, str]:
        """Return what a rule for one address looks at besides the submission."""
        return {"type": self.kind.value, "city": self.city, "address": self.address}


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What somebody submitted. The ``repr`` holds no personal value.

    Attributes:
        values: the text fields that are there, by wire name.
        addresses: in order.
    """

    values: Mapping[str, str] = field(repr=False)
    addresses: tuple[Address, ...] = field(default=(), repr=False)

    def matched(self) -> dict[str, str]:
        """Return what rules look at: the text fields, the photo left out for its size."""
        return {name: value for name, value in self.values.items() if name != PHOTO}

    def echo(self) -> dict[str, Any]:
        """Return what the report repeats of it: everything but the photo and where to send the report."""
        shown: dict[str, Any] = {
            name: value for name, value in self.values.items() if name not in (PHOTO, CALLBACK_URL)
        }
        if self.addresses:
            shown[ADDRESSES] = [
                {"type": item.kind.value, "city": item.city, "address": item.address} for item in self.addresses
            ]
        return shown


def read_object(body: bytes) -> dict[str, Any]:
    """Read a JSON object; an empty body is an empty object, and members that are null are left out.

    Raises:
        Unreadable: neither.
    """
    if not body.strip():
        return {}
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Unreadable("json") from None
    if type(document) is not dict:
        raise Unreadable("json")
    return {name: value for name, value in document.items() if value is not None}


def read_submission(body: bytes, *, http_callbacks: bool = False) -> Submission:
    """Read the body of a request.

    Args:
        body: as received.
        http_callbacks: take ``http://`` besides ``https://`` as a callback.

    Raises:
        Unreadable: not a JSON object, or the first field in documented order that is not of its shape.
    """
    return read_submission_object(read_object(body), http_callbacks=http_callbacks)


def read_submission_object(document: Mapping[str, Any], *, http_callbacks: bool = False) -> Submission:
    """Read a decoded request; see `read_submission`.

    Raises:
        Unreadable: a field is not of its shape.
    """
    values = {}
    for name, pattern in _PATTERNS.items():
        value = document.get(name)
        if value is None:
            continue
        wanted = _HTTP_TOO if http_callbacks and name == CALLBACK_URL else pattern
        if not isinstance(value, str) or wanted.fullmatch(value) is None:
            raise Unreadable("field", name)
        values[name] = value
    return Submission(values=values, addresses=_addresses(document.get(ADDRESSES)))


def _addresses(items: object) -> tuple[Address, ...]:
    if items is None:
        return ()
    if not isinstance(items, list) or not items:
        raise Unreadable("field", ADDRESSES)
    return tuple([_address(item, f"{ADDRESSES}[{index}]") for index, item in enumerate(items)])


def _address(item: object, place: str) -> Address:
    if not isinstance(item, dict):
        raise Unreadable("field", place)
    for name in _ADDRESS_MEMBERS:
        if not isinstance(item.get(name), str) or not item[name]:
            raise Unreadable("field", f"{place}.{name}")
    if item["type"] not in tuple(AreaKind):
        raise Unreadable("field", f"{place}.type")
    return Address(AreaKind(item["type"]), item["city"], item["address"])
