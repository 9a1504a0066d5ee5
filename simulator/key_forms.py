"""What a key looks like by its use: how one is made, and how one that is brought is read and published.

Most are RSA keys of 2048 bits as PEM text. Where a provider hands its public key out in another dress, that dress is
what stands in a certificate: see `kyc_core.tencent_public_keys`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from kyc_core import tencent_public_keys
from kyc_core.signing import sm2_keys
from kyc_core.signing.rsa_keys import load_private_key, load_public_key, public_pem
from kyc_core.tencent_encryption import sm2_public_key
from simulator.keys import Use
from simulator.throwaway_keys import Pair, throwaway_pair, throwaway_short_pair, throwaway_sm2_pair


class Form(NamedTuple):
    """The keys of one use.

    Attributes:
        make: returns the pair of a number; of its public key, PEM text.
        publish: returns the public key that goes with a private one; raises `ValueError` for what is none.
        read_public: returns a public key that was brought in its usual spelling; raises `ValueError` for what is none.
        about: what is understood, for people.
    """

    make: Callable[[int], Pair]
    publish: Callable[[str], str]
    read_public: Callable[[str], str]
    about: str


def form_of(use: Use) -> Form:
    """Return what the keys of *use* look like."""
    return _OWN.get(use, _USUAL)


def new_pair(use: Use, number: int) -> Pair:
    """Return the pair of that number: the private key as PEM text, the public one as it is handed out."""
    form = form_of(use)
    pair = form.make(number)
    return Pair(pair.private_key, form.read_public(pair.public_key))


def _published_rsa(private_key: str) -> str:
    return tencent_public_keys.publish_rsa(load_private_key(private_key, smallest=tencent_public_keys.RSA_BITS))


def _published_sm2(private_key: str) -> str:
    return tencent_public_keys.publish_sm2(sm2_public_key(sm2_keys.load_private_key(private_key)))


_USUAL: Final = Form(
    throwaway_pair,
    lambda private_key: public_pem(load_private_key(private_key)),
    lambda public_key: public_pem(load_public_key(public_key)),
    "PEM text of an RSA key of 2048 bits or more, unencrypted",
)
_OWN: Final[Mapping[Use, Form]] = MappingProxyType(
    {
        Use.RSA_ENCRYPTION: Form(
            throwaway_short_pair,
            _published_rsa,
            lambda public_key: tencent_public_keys.publish_rsa(
                load_public_key(public_key, smallest=tencent_public_keys.RSA_BITS)
            ),
            "PEM text of an RSA key of 1024 bits or more, unencrypted",
        ),
        Use.SM2_ENCRYPTION: Form(
            throwaway_sm2_pair,
            _published_sm2,
            lambda public_key: tencent_public_keys.publish_sm2(sm2_keys.load_public_key(public_key)),
            "PEM text of an SM2 key (PKCS#8), unencrypted",
        ),
    }
)
