from __future__ import annotations

import pytest

from kyc_core.signing.mps_hmac_sha1 import sign, string_to_sign, verify

KEY = "k-test-0001"
CLAIM = {"app_id": "Abcd1234", "id_num": "110101190001010006", "name": "测试甲"}


def test_the_documented_vector_is_signed_to_the_letter() -> None:
    assert string_to_sign(**CLAIM) == "appIdAbcd1234idNum110101190001010006name测试甲"
    assert sign(app_key=KEY, **CLAIM) == "J/MOQRauFkoGcG0m9+bAdstHfXs="


def test_what_was_signed_is_verified() -> None:
    assert verify(sign(app_key=KEY, **CLAIM), app_key=KEY, **CLAIM)


@pytest.mark.parametrize("changed", CLAIM)
def test_every_signed_value_matters(changed: str) -> None:
    other = CLAIM | {changed: CLAIM[changed] + "1"}

    assert not verify(sign(app_key=KEY, **CLAIM), app_key=KEY, **other)


@pytest.mark.parametrize(
    "presented",
    [
        pytest.param("", id="none"),
        pytest.param("J/MOQRauFkoGcG0m9+bAdstHfXs", id="without padding"),
        pytest.param("J/MOQRauFkoGcG0m9 bAdstHfXs=", id="a plus sign that became a blank"),
        pytest.param("j/MOQRauFkoGcG0m9+bAdstHfXs=", id="another case"),
        pytest.param("签名", id="not ASCII"),
        pytest.param("\udcff", id="not even text"),
    ],
)
def test_nothing_but_the_exact_signature_fits(presented: str) -> None:
    assert not verify(presented, app_key=KEY, **CLAIM)


def test_another_key_signs_otherwise() -> None:
    assert sign(app_key=KEY + "\n", **CLAIM) != sign(app_key=KEY, **CLAIM)


def test_absent_values_are_signed_as_empty_ones() -> None:
    absent = {"app_id": "Abcd1234", "id_num": "", "name": ""}

    assert string_to_sign(**absent) == "appIdAbcd1234idNumname"
    assert verify(sign(app_key=KEY, **absent), app_key=KEY, **absent)
