"""Elements that are sent hashed (EncryptedPhoneVerification): found by hashing what is on file. Pure but for look-ups.

>>> digest("2", "a")[:8], is_digest("2", digest("2", "a")), is_digest("1", "a")
('ca978112', True, False)

Source:
    EncryptedPhoneVerification page, parameter EncryptionMode [sdk]: 0 plain, 1 MD5, 2 SHA-256, 3 SM3. That digests are
    hexadecimal, of the UTF-8 text, in letters of either case, is our reading: the example values are of no identity in
    the documentation [inferred].
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from hashlib import md5, sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives import hashes

if TYPE_CHECKING:
    from simulator.register import Register

PLAIN: Final = "0"


def _md5(data: bytes) -> str:
    return md5(data, usedforsecurity=False).hexdigest()


def _sha256(data: bytes) -> str:
    return sha256(data).hexdigest()


def _sm3(data: bytes) -> str:
    state = hashes.Hash(hashes.SM3())
    state.update(data)
    return state.finalize().hex()


_MODES: Final[Mapping[str, tuple[Callable[[bytes], str], re.Pattern[str]]]] = MappingProxyType(
    {
        "1": (_md5, re.compile("[0-9a-fA-F]{32}")),
        "2": (_sha256, re.compile("[0-9a-fA-F]{64}")),
        "3": (_sm3, re.compile("[0-9a-fA-F]{64}")),
    }
)

MODES: Final = frozenset({PLAIN, *_MODES})
"""The values of EncryptionMode."""

_ELEMENTS: Final = ("resident_id", "name", "mobile")


def digest(mode: str, text: str) -> str:
    """Return the digest of *text*, lower-case hexadecimal.

    Raises:
        KeyError: *mode* hashes nothing.
    """
    return _MODES[mode][0](text.encode("utf-8", "surrogatepass"))


def is_digest(mode: str, text: str) -> bool:
    """Tell whether *text* has the form of a digest of that mode."""
    return _MODES[mode][1].fullmatch(text) is not None


def plain(values: Mapping[str, str], register: Register) -> dict[str, str]:
    """Return a hashed claim with what the register knows in place of its digests; the others stay as they are.

    Everybody on file is looked at, so this takes time in proportion to their number.
    """
    mode = values["hashing"]
    wanted = {element: values[element].lower() for element in _ELEMENTS}
    found = dict(values)
    for person in register.people():
        held = {"resident_id": (person.resident_id,), "name": (person.name,)}
        for element, texts in {**held, "mobile": tuple(line.number for line in person.mobiles)}.items():
            for text in texts:
                if digest(mode, text) == wanted[element]:
                    found[element] = text
    return found
