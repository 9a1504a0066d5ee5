from __future__ import annotations

import pytest

from simulator.providers.tencent import samples
from simulator.providers.tencent.codes import catalogue

ID = "11204416541220243X"
MATCHING_3E = "6226090210146748"
MATCHING_OTHERS = "6225768888888888"
PHONE = "16137688175"


@pytest.mark.parametrize(
    ("action", "values", "result"),
    [
        pytest.param("BankCardVerification", {"resident_id": ID, "bank_card": MATCHING_3E}, "0", id="3E match"),
        pytest.param("BankCardVerification", {"resident_id": ID, "bank_card": MATCHING_OTHERS}, "-1", id="3E mismatch"),
        pytest.param("BankCard2EVerification", {"bank_card": MATCHING_OTHERS}, "0", id="2E match"),
        pytest.param("BankCard2EVerification", {"bank_card": MATCHING_3E}, "-4", id="2E mismatch"),
        pytest.param(
            "BankCard4EVerification",
            {"resident_id": ID, "mobile": PHONE, "bank_card": MATCHING_OTHERS},
            "0",
            id="4E match",
        ),
        pytest.param(
            "BankCard4EVerification",
            {"resident_id": ID, "mobile": PHONE, "bank_card": MATCHING_3E},
            "-6",
            id="4E mismatch",
        ),
    ],
)
def test_the_example_cards_change_roles_between_the_actions(action: str, values: dict[str, str], result: str) -> None:
    sample = samples.find(catalogue()[action], {**values, "name": "韦小宝"})

    assert sample is not None
    assert sample.result == result


def test_the_page_of_the_three_element_action_has_the_name_in_latin_letters_too() -> None:
    values = {"resident_id": ID, "bank_card": MATCHING_3E, "name": "Wei Xiaobao"}

    assert samples.find(catalogue()["BankCardVerification"], values) == samples.Sample(
        "sample_match", "0", {"en": {"Result": "0"}, "zh": {"Result": "0"}}
    )
    assert samples.find(catalogue()["BankCard2EVerification"], values) is None


@pytest.mark.parametrize("change", [{"name": "韦大宝"}, {"bank_card": "6226090210146740"}, {"cert_type": "other"}])
def test_one_difference_and_it_is_no_example_any_more(change: dict[str, str]) -> None:
    values = {"resident_id": ID, "bank_card": MATCHING_3E, "name": "韦小宝"}

    assert samples.find(catalogue()["BankCardVerification"], values) is not None
    assert samples.find(catalogue()["BankCardVerification"], values | change) is None


def test_an_example_says_the_same_in_either_script_and_language() -> None:
    for name in ("韦小宝", "Wei Xiaobao"):
        values = {"resident_id": ID, "mobile": PHONE, "name": name}
        sample = samples.find(catalogue()["PhoneVerification"], values)

        assert sample is not None
        assert (sample.shown("en")["Isp"], sample.shown("zh")["Isp"]) == ("Telecom", "电信")


def test_an_example_in_one_language_has_nothing_but_numbers_and_ranges_to_show() -> None:
    alone = {
        f"{action} {value}"
        for action in catalogue()
        for sample in samples._samples(action).values()
        if len(sample.members) == 1
        for member, value in sample.shown("zh").items()
        if member not in ("Name", "IdCard", "Result")
    }

    assert alone == {
        "IdCardOCRVerification ",
        "MobileNetworkTimeVerification ",
        "MobileNetworkTimeVerification [24,+)",
        "MobileStatus 1",
        "MobileStatus 99",
    }
