"""What keys look like by their use."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from kyc_core import tencent_public_keys
from simulator.key_forms import form_of, new_pair
from simulator.keys import Use
from simulator.throwaway_keys import distinct_pairs, throwaway_pair, throwaway_short_pair, throwaway_sm2_pair


@pytest.mark.parametrize("use", Use)
def test_a_pair_that_is_made_is_published_like_one_that_is_brought(use: Use) -> None:
    pair = new_pair(use, 5)

    assert form_of(use).publish(pair.private_key) == pair.public_key
    assert new_pair(use, 5) == pair != new_pair(use, 6)


def test_keys_that_wrap_keys_have_the_providers_dress() -> None:
    rsa_key = tencent_public_keys.load(new_pair(Use.RSA_ENCRYPTION, 1).public_key)

    assert isinstance(rsa_key, RSAPublicKey)
    assert rsa_key.key_size == 1024
    assert isinstance(tencent_public_keys.load(new_pair(Use.SM2_ENCRYPTION, 1).public_key), bytes)


@pytest.mark.parametrize(
    ("use", "text"),
    [
        pytest.param(Use.SIGNING, throwaway_short_pair(1).private_key, id="too short to sign"),
        pytest.param(Use.RSA_ENCRYPTION, throwaway_sm2_pair(1).private_key, id="SM2 for RSA"),
        pytest.param(Use.SM2_ENCRYPTION, throwaway_pair(1).private_key, id="RSA for SM2"),
    ],
)
def test_a_key_of_another_form_is_refused(use: Use, text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - cryptography words some of them
        form_of(use).publish(text)


def test_there_are_as_many_pairs_of_each_kind() -> None:
    for make in (throwaway_short_pair, throwaway_sm2_pair):
        assert make(0) == make(distinct_pairs())
        assert len({make(number) for number in (0, 1, 2, distinct_pairs() - 1)}) == 4
