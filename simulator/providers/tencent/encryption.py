"""Step 17: what can be said about encrypted fields without decrypting them. Pure.

The shape of ``Encryption`` is judged in full. Ciphertext is not read yet: no key of ours is published, so what reaches
that point gets the answer the provider gives for a ciphertext it cannot open.

Source:
    Object, algorithms and encryptable fields: official SDKs and their API metadata [sdk]; order of the checks
    [inferred].
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from simulator.providers.tencent.codes import Operation

ALGORITHMS: Final = ("AES-256-CBC", "SM4-GCM")
DEFAULT_ALGORITHM: Final = ALGORITHMS[0]

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


class Fault(NamedTuple):
    """Why encrypted fields are refused: the code, what fills its text, and what was seen."""

    code: str
    places: Mapping[str, str]
    evidence: Mapping[str, Any]


def first_fault(operation: Operation, name: str, parameters: Mapping[str, Any]) -> Fault:
    """Return why the fields that ``parameters[name]`` lists are refused.

    Args:
        operation: says which fields may be encrypted.
        name: of the parameter that holds the object, ``Encryption``.
        parameters: of the right types.
    """
    given = parameters[name]
    algorithm = given.get("Algorithm") or DEFAULT_ALGORITHM
    if algorithm not in ALGORITHMS:
        places = {"parameter": f"{name}.Algorithm", "value": algorithm}
        return Fault("InvalidParameterValue", places, {"parameter": f"{name}.Algorithm"})
    listed = given["EncryptList"]
    odd = [index for index, field in enumerate(listed) if field not in operation.encryptable or field not in parameters]
    if odd:
        return Fault("InvalidParameter.UnsupportEncryptField", _NOTHING, {"parameter": f"{name}.EncryptList.{odd[0]}"})
    return Fault("FailedOperation.DecryptSystemError", _NOTHING, {"algorithm": algorithm, "fields": len(listed)})
