"""Step 17, what can be said about encrypted fields without a key: which are meant, and whether they may be. Pure.

Most actions take an ``Encryption`` object. PhoneVerification has ``CiphertextBlob``, ``EncryptList`` and ``Iv`` beside
its other fields, without a word about the algorithm: the length of the IV tells it. CheckIdCardInformation takes the
object for the key alone, under which its answer, or two members of it, are encrypted on demand.

Source:
    Object, algorithms, encryptable fields, switches of the answer: official SDKs, their API metadata and the crypto
    helpers [sdk]; order of the checks, and what stands in the flat form for which algorithm [inferred].
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import Enum
from typing import Any, Final, NamedTuple

from kyc_core.tencent_encryption import Algorithm, Sealed, guessed_algorithm, parse_sealed
from simulator.providers.tencent.codes import Operation
from simulator.providers.tencent.parameters import boolean

OBJECT: Final = "Encryption"
_BODY_NAMES: Final = frozenset({"EncryptionBody"})
"""What the Go helper lists where the object serves the answer alone."""


class AnswerForm(Enum):
    """How much of an answer is to be encrypted."""

    CLEAR = 0
    MEMBERS = 1
    """The personal ones (``IsEncrypt``)."""
    BODY = 2
    """All of it (``IsEncryptResponse``); goes before the other."""


class Fault(NamedTuple):
    """Why encrypted fields are refused: the code, which variant of its text, and what was seen."""

    code: str
    wording: str
    evidence: Mapping[str, Any]


def read(operation: Operation, parameters: Mapping[str, Any]) -> Sealed | Fault | None:
    """Return the envelope of a request; ``None`` where it has none.

    Args:
        operation: says which fields may be encrypted.
        parameters: of the right types.
    """
    if OBJECT in operation.objects:
        given = parameters.get(OBJECT)
        return None if given is None else _of_object(operation, given, parameters)
    if not any(parameters.get(name) for name in operation.encrypting):
        return None
    return _checked(
        operation,
        parse_sealed(parameters, guessed_algorithm(parameters.get("Iv", "")), detached=False),
        "EncryptList",
        parameters,
    )


def wanted_answer(operation: Operation, parameters: Mapping[str, Any]) -> AnswerForm:
    """Return how much of the answer the request wants encrypted."""
    if not operation.sealed_members:
        return AnswerForm.CLEAR
    if boolean(parameters.get("IsEncryptResponse", False)):
        return AnswerForm.BODY
    return AnswerForm.MEMBERS if boolean(parameters.get("IsEncrypt", False)) else AnswerForm.CLEAR


def _of_object(operation: Operation, given: Mapping[str, Any], parameters: Mapping[str, Any]) -> Sealed | Fault:
    named = given.get("Algorithm") or Algorithm.AES.value
    try:
        algorithm = Algorithm(named)
    except ValueError:
        # The product's words, not the gateway's: the account behind the call has been looked at by now.
        return Fault("InvalidParameterValue", "product", {"parameter": f"{OBJECT}.Algorithm"})
    return _checked(operation, parse_sealed(given, algorithm), f"{OBJECT}.EncryptList", parameters)


def _checked(operation: Operation, sealed: Sealed, place: str, parameters: Mapping[str, Any]) -> Sealed | Fault:
    """Return *sealed* if every name in it is a field that was sent and may be encrypted."""
    if operation.sealed_members and _BODY_NAMES.issuperset(sealed.fields):
        return _without_fields(sealed)
    for index, name in enumerate(sealed.fields):
        if name not in operation.encryptable or name not in parameters:
            return Fault("InvalidParameter.UnsupportEncryptField", "", {"parameter": f"{place}.{index}"})
    return _each_once(sealed)


def _each_once(sealed: Sealed) -> Sealed:
    """Drop what is listed again: it is opened to the same value, and a list may have a million names."""
    if sealed.algorithm is Algorithm.AES or not sealed.detached:
        return replace(sealed, fields=tuple(dict.fromkeys(sealed.fields)))
    if len(sealed.fields) != len(sealed.tags):
        return sealed
    pairs = dict.fromkeys(zip(sealed.fields, sealed.tags, strict=True))
    return replace(sealed, fields=tuple([name for name, _ in pairs]), tags=tuple([tag for _, tag in pairs]))


def _without_fields(sealed: Sealed) -> Sealed:
    return Sealed(fields=(), wrapped_key=sealed.wrapped_key, iv=sealed.iv, algorithm=sealed.algorithm)
