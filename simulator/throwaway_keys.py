"""Key pairs of no value, at once and always the same: two shipped primes, or two shipped pairs, for every number.

Finding a key takes some 50 ms and cannot be repeated. Tenants come by the thousand, and the same seed shall give the
same credentials, so what keys are made of comes with the simulator: primes for RSA, which are multiplied, and pairs for
SM2, which are added. Whoever has them can work out every private key; nothing is lost by that, since these keys guard
made-up people and are handed out to whoever asks.

>>> throwaway_pair(0) == throwaway_pair(0) != throwaway_pair(1)
True
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from itertools import combinations
from typing import Any, Final, NamedTuple

import orjson

from kyc_core.signing import sm2_keys
from kyc_core.signing.rsa_keys import from_primes, private_pem, public_pem

_PRIMES: Final = "rsa_primes.json"
_SM2: Final = "sm2_pairs.json"


class Pair(NamedTuple):
    """Both halves of a key, as PEM text."""

    private_key: str
    public_key: str


def throwaway_pair(number: int) -> Pair:
    """Return the RSA pair of that number, 2048 bits, in some 0.3 ms.

    Numbers a multiple of `distinct_pairs` apart share theirs.
    """
    return _rsa_pair("primes", number)


def throwaway_short_pair(number: int) -> Pair:
    """Return the RSA pair of that number, 1024 bits: what some provider still has."""
    return _rsa_pair("primes_512", number)


def throwaway_sm2_pair(number: int) -> Pair:
    """Return the SM2 pair of that number, in some 0.1 ms where multiplying a point takes ten."""
    pairs = _pairs_of_sm2()
    (one, its_point), (other, other_point) = pairs[number % len(pairs)]
    key = (int.from_bytes(one) + int.from_bytes(other)) % sm2_keys.ORDER
    point = sm2_keys.add_points(its_point, other_point)
    return Pair(sm2_keys.private_pem(key.to_bytes(32)), sm2_keys.public_pem(point))


def distinct_pairs() -> int:
    """Return how many pairs there are of each kind."""
    return len(_pairs_of_primes("primes"))


def _rsa_pair(member: str, number: int) -> Pair:
    pairs = _pairs_of_primes(member)
    one, other = pairs[number % len(pairs)]
    key = from_primes(one, other, smallest=2 * one.bit_length())
    return Pair(private_pem(key), public_pem(key))


@lru_cache(maxsize=2)
def _pairs_of_primes(member: str) -> tuple[tuple[int, int], ...]:
    return tuple(combinations([int(prime, 16) for prime in _document(_PRIMES)[member]], 2))


@lru_cache(maxsize=1)
def _pairs_of_sm2() -> tuple[tuple[tuple[bytes, bytes], tuple[bytes, bytes]], ...]:
    found = [(bytes.fromhex(key), bytes.fromhex(point)) for key, point in _document(_SM2)["pairs"]]
    return tuple(combinations(found, 2))


def _document(name: str) -> Any:
    return orjson.loads((files("contracts.fixtures") / name).read_bytes())
