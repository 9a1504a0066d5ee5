"""A call as the decisions see it: what is claimed by element, how it is hashed, and whom it is about."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from kyc_core.claims import as_on_file
from kyc_core.dates import day_at
from kyc_core.people import Person
from simulator.providers.alibaba import hashing, operations
from simulator.providers.alibaba.call import Call
from simulator.providers.alibaba.operations import Asked
from simulator.providers.alibaba.parameters import HASHED, RESIDENT_CARD
from simulator.providers.alibaba.verification import ON

_PICTURES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = MappingProxyType(
    {
        "EkycVerify": (("FacePictureBase64", ""),),
        "FaceLiveness": (("FacePictureBase64", ""),),
        "FaceCompare": (
            ("SourceFacePicture", "SourceFacePictureUrl"),
            ("TargetFacePicture", "TargetFacePictureUrl"),
        ),
    }
)
"""Faces that matter, as (picture, its address). An address is never followed: it only stands for a picture of its own,
where two are compared."""


def asked_by(call: Call) -> Asked:
    """Return what the call asks."""
    given, operation = call.parameters, call.operation
    values = {element: given[name] for element, name in operation.wire_names.items() if given.get(name)}
    if "Mobiles" in given:
        values["mobile"] = given["Mobiles"].split(",")[0]
    return Asked(
        values=values,
        person=call.person,
        register=call.exchange.tenant.register,
        today=day_at(call.now),
        forms=_forms(call),
        authorize=call.flags.get("Authorize") in ON,
        product_type=given.get("ProductType", ""),
        pictures=_pictures(operation.name, given),
    )


def _forms(call: Call) -> dict[str, str]:
    """Return how the claimed elements are hashed, by element; nothing unless they are."""
    given, operation = call.parameters, call.operation
    if given.get("ParamType") != HASHED:
        return {}
    forms = {element: operation.hashed.get(name, hashing.WHOLE) for element, name in operation.wire_names.items()}
    if given.get("IdentityType", "") not in ("", RESIDENT_CARD):
        forms["resident_id"] = hashing.OTHER_DOCUMENT
    return forms


def _pictures(operation: str, given: Mapping[str, str]) -> tuple[bytes, ...]:
    found = []
    for picture, address in _PICTURES.get(operation, ()):
        if given.get(picture):
            found.append(_decoded(given[picture]))
        elif given.get(address):
            found.append(given[address].encode())
    return tuple(found)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):  # refused before wherever pictures are looked at
        return text.encode()


def person_of(asked: Asked, elements: Mapping[str, str]) -> Person | None:
    """Return the first person on file whom one of the *elements* leads to.

    Args:
        asked: the call.
        elements: values by element, in the order in which they are asked.
    """
    for element, value in elements.items():
        find = _FINDERS.get(element)
        person = find(asked, value) if find is not None and value else None
        if person is not None:
            return person
    return None


def _by_resident_id(asked: Asked, value: str) -> Person | None:
    if "resident_id" not in asked.forms:
        return asked.register.by_resident_id(as_on_file(value))
    hashed = hashing.form(asked.forms["resident_id"])
    return next((one for one in asked.register.people() if hashed(one.resident_id) == value), None)


def _by_card(asked: Asked, value: str) -> Person | None:
    del value
    found = operations.card_of(asked)
    return None if found is None else found[0]


def _by_mobile(asked: Asked, value: str) -> Person | None:
    del value
    found = operations.line_of(asked)
    return None if found is None else found[0]


def _by_key(asked: Asked, value: str) -> Person | None:
    return asked.register.get(value)


_FINDERS: Final[Mapping[str, Callable[[Asked, str], Person | None]]] = MappingProxyType(
    {
        "resident_id": _by_resident_id,
        "bank_card": _by_card,
        "mobile": _by_mobile,
        "merchant_user": _by_key,
    }
)
