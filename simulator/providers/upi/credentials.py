"""What a participant is given: its ids, and the certificates of both sides.

>>> made = credentials(lambda label, length: "0" * length)
>>> made["app_id"], made["member_iin"]
('00000000', '00000000')
>>> [certificate.kid for certificate in certificates(made)]
['00000000000001', '00000000000002', '00000000000003']

Source:
    ``UPI-APPID`` of eight digits, certificate ids of ten to sixteen [doc, sdk]; separate certificates for signing and
    encryption on either side [sdk]. ``member_iin`` equals the app id so that either reading of their relation is
    content [inferred].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from typing import Any, Final

from simulator.keys import Certificate, Use
from simulator.providers.upi.codes import NAME, documented
from simulator.shipped_keys import shipped_certificates

IDENTIFIES: Final = ("app_id",)
"""The credential members that stand on the wire."""

_APP_ID_DIGITS: Final = 8
_SERIAL_DIGITS: Final = 13
_DERIVED: Final = 32
"""Characters to derive digits from; the last ones are taken, which are the padding of the well-known tenant."""

_ROLES: Final = (Use.SIGNING, Use.ENCRYPTION, Use.RESPONSE_SIGNING)
"""The certificates of a tenant; the place, from 1, is the last digit of the id."""


def credentials(derive: Callable[[str, int], str]) -> Mapping[str, Any]:
    """Make one tenant's ids."""
    app_id = _digits(derive("app_id", _DERIVED), _APP_ID_DIGITS)
    return {"app_id": app_id, "member_iin": app_id, "path": documented().path}


def certificates(made: Mapping[str, Any]) -> Sequence[Certificate]:
    """Make the certificates that go with *made*, in a millisecond; those of the well-known tenant are only read."""
    app_id = made["app_id"]
    shipped = shipped_certificates(NAME).get(app_id)
    return shipped if shipped is not None else first_certificates(app_id)


def first_certificates(app_id: str) -> tuple[Certificate, ...]:
    """Work out the certificates of a participant."""
    from simulator.throwaway_keys import throwaway_pair  # brings cryptography along, which start-up does without

    number = int.from_bytes(blake2b(app_id.encode(), digest_size=8).digest())
    serial = f"{number % 10**_SERIAL_DIGITS:0{_SERIAL_DIGITS}}" if app_id.strip("0") else "0" * _SERIAL_DIGITS
    found = []
    for place, use in enumerate(_ROLES):
        pair = throwaway_pair(number + place)
        found.append(
            Certificate(
                kid=f"{serial}{place + 1}",
                use=use,
                parties=(app_id,) if use is Use.SIGNING else (),
                public_key=pair.public_key,
                private_key=pair.private_key,
            )
        )
    return tuple(found)


def _digits(text: str, count: int) -> str:
    return "".join(character if character.isdigit() else str(ord(character) % 10) for character in text[-count:])
