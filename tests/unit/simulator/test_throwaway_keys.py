"""Pairs of no value: made at once, always the same, and keys all the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kyc_core.signing.rsa_keys import EXPONENT, load_private_key, load_public_key, public_pem
from kyc_core.signing.sm2_keys import load_private_key as load_sm2_private_key
from kyc_core.signing.sm2_keys import load_public_key as load_sm2_public_key
from kyc_core.tencent_encryption import sm2_public_key
from simulator.throwaway_keys import distinct_pairs, throwaway_pair, throwaway_short_pair, throwaway_sm2_pair

PRIMES = Path(__file__).parents[3] / "fixtures" / "rsa_primes.json"


def test_a_pair_is_a_key_that_stands_a_close_look() -> None:
    private_key, public_key = throwaway_pair(7)
    loaded = load_private_key(private_key, checked=True)

    assert loaded.key_size == 2048
    assert public_pem(loaded) == public_key
    assert load_public_key(public_key).public_numbers().e == EXPONENT


def test_a_number_always_gives_the_same_pair_and_others_give_others() -> None:
    made = [throwaway_pair(number) for number in (0, 1, 2, distinct_pairs() - 1)]

    assert len(set(made)) == 4
    assert throwaway_pair(distinct_pairs()) == made[0] == throwaway_pair(0)


@pytest.mark.parametrize(("member", "bits"), [("primes", 1024), ("primes_512", 512)])
def test_the_shipped_primes_are_distinct_and_of_full_length(member: str, bits: int) -> None:
    primes = [int(prime, 16) for prime in json.loads(PRIMES.read_bytes())[member]]

    assert len(set(primes)) == len(primes)
    assert distinct_pairs() == len(primes) * (len(primes) - 1) // 2
    assert {prime >> (bits - 2) for prime in primes} == {0b11}
    assert all((prime - 1) % EXPONENT for prime in primes)


@pytest.mark.parametrize("member", ["primes", "primes_512"])
def test_the_shipped_numbers_are_primes(member: str) -> None:
    # Fermat's test, to three bases: these numbers were found at random, not made to fool it.
    primes = [int(prime, 16) for prime in json.loads(PRIMES.read_bytes())[member]]

    assert [prime for prime in primes for base in (2, 3, 5) if pow(base, prime - 1, prime) != 1] == []


def test_an_sm2_pair_is_a_key_and_its_point() -> None:
    private_key, public_key = throwaway_sm2_pair(7)

    assert sm2_public_key(load_sm2_private_key(private_key)) == load_sm2_public_key(public_key)


def test_a_short_pair_has_half_the_bits() -> None:
    private_key, public_key = throwaway_short_pair(7)
    loaded = load_private_key(private_key, smallest=1024)

    assert loaded.key_size == 1024
    assert public_pem(loaded) == public_key
