"""The provider's key pairs in which a tenant's callers wrap their keys: one for each algorithm of `Encryption`.

>>> from simulator.providers.tencent.auth import credentials
>>> made = credentials(lambda label, length: "0" * length)
>>> [(one.kid[:4], one.use.value) for one in certificates(made)]
[('rsa-', 'rsa_encryption'), ('sm2-', 'sm2_encryption')]

Source:
    RSA of 1024 bits and SM2: official crypto helpers [sdk]. The real provider has one pair for everybody; a pair for
    each tenant, and an id for each pair, are ours [inferred].
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any, Final

from simulator.keys import Certificate, Use
from simulator.providers.tencent.codes import NAME
from simulator.shipped_keys import shipped_certificates

_KINDS: Final = (("rsa", Use.RSA_ENCRYPTION), ("sm2", Use.SM2_ENCRYPTION))
_SERIALS: Final = 10**8


def certificates(made: Mapping[str, Any]) -> Sequence[Certificate]:
    """Make the pairs that go with *made*, in half a millisecond; those of the well-known tenant are only read."""
    secret_id = made["secret_id"]
    shipped = shipped_certificates(NAME).get(secret_id)
    return shipped if shipped is not None else first_certificates(secret_id)


def first_certificates(secret_id: str) -> tuple[Certificate, ...]:
    """Work out the pairs of a tenant."""
    from simulator.key_forms import new_pair  # brings cryptography along, which start-up does without

    number = int.from_bytes(blake2b(secret_id.encode(), digest_size=8).digest())
    found = []
    for kind, use in _KINDS:
        pair = new_pair(use, number)
        kid = f"{kind}-{number % _SERIALS:08}"
        found.append(Certificate(kid=kid, use=use, public_key=pair.public_key, private_key=pair.private_key))
    return tuple(found)
