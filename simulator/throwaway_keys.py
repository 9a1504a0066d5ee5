"""RSA key pairs of no value, at once and always the same: two shipped primes for every number.

Finding a key takes some 50 ms and cannot be repeated. Tenants come by the thousand, and the same seed shall give the
same credentials, so the primes come with the simulator. Whoever has them can work out every private key; nothing is
lost by that, since these keys guard made-up people and are handed out to whoever asks.

>>> throwaway_pair(0) == throwaway_pair(0) != throwaway_pair(1)
True
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from itertools import combinations
from typing import NamedTuple

import orjson

from kyc_core.signing.rsa_keys import from_primes, private_pem, public_pem


class Pair(NamedTuple):
    """Both halves of a key, as PEM text."""

    private_key: str
    public_key: str


def throwaway_pair(number: int) -> Pair:
    """Return the pair of that number, in some 0.3 ms; numbers a multiple of `distinct_pairs` apart share theirs."""
    pairs = _pairs_of_primes()
    key = from_primes(*pairs[number % len(pairs)])
    return Pair(private_pem(key), public_pem(key))


def distinct_pairs() -> int:
    """Return how many pairs there are."""
    return len(_pairs_of_primes())


@lru_cache(maxsize=1)
def _pairs_of_primes() -> tuple[tuple[int, int], ...]:
    document = orjson.loads((files("contracts.fixtures") / "rsa_primes.json").read_bytes())
    return tuple(combinations([int(prime, 16) for prime in document["primes"]], 2))
