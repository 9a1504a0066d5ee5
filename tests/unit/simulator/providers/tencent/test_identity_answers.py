"""Oddities of the identity, mobile and picture actions, one test each; C numbers as in the page for users."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from simulator.providers.tencent.codes import Site, catalogue, offered, table
from simulator.providers.tencent.hashing import digest

if TYPE_CHECKING:
    from tests.unit.simulator.providers.tencent.conftest import Client

HOLDER = {"Name": "林静怡", "IdCard": "310115188503140620"}
PHONE = "13490000010"
SAMPLE = {"IdCard": "11204416541220243X", "Name": "韦小宝", "Phone": "16137688175"}


def ask(client: Client, action: str, parameters: dict[str, Any], **switches: Any) -> dict[str, Any]:
    for name, value in switches.items():
        client.tenant.set_switch(f"tencent.{name}", value)
    answer: dict[str, Any] = client.ask(client.v3(parameters, action))
    return answer


def test_the_domestic_site_has_six_actions_more_and_the_first_face_comparison_is_nowhere() -> None:
    both, domestic = offered(Site.INTERNATIONAL), offered(Site.DOMESTIC)

    assert domestic.keys() - both.keys() == {
        "CheckPhoneAndName",
        "EncryptedPhoneVerification",
        "MinorsVerification",
        "PhoneVerificationCMCC",
        "PhoneVerificationCTCC",
        "PhoneVerificationCUCC",
    }
    assert "ImageRecognition" not in domestic


def test_a_mismatch_of_phone_and_name_is_positive(client: Client) -> None:
    answer = ask(client, "CheckPhoneAndName", {"Mobile": PHONE, "Name": "赵国栋"}, site="cn")

    assert (answer["Result"], answer["Description"]) == ("1", "验证结果不一致")


@pytest.mark.parametrize("action", ["PhoneVerification", "MobileNetworkTimeVerification"])
def test_minus_nought_is_never_sent_c10(action: str) -> None:
    codes = [row.code for row in table().results(action)]

    assert codes[0] == "0"
    assert "-0" not in codes


def test_one_number_means_different_things_in_neighbouring_actions() -> None:
    minus_four = {name: row.meaning for name in catalogue() for row in table().results(name) if row.code == "-4"}

    assert minus_four["PhoneVerification"] == "mismatch"
    assert minus_four["IdCardVerification"] == "source_error"
    assert minus_four["CheckIdNameDate"] == "validity_format"
    assert minus_four["CheckPhoneAndName"] == "name_format"
    assert minus_four["MobileStatus"] == "daily_attempts_exceeded"
    assert minus_four["MobileNetworkTimeVerification"] == "centre_busy"


def test_semi_credit_is_four_and_no_card_is_minus_one_c8(client: Client) -> None:
    found = ask(client, "CheckBankCardInformation", {"BankCard": "6225768888888888"})
    missing = ask(client, "CheckBankCardInformation", {"BankCard": "9900000000000002"})

    assert (found["AccountBank"], found["AccountType"]) == ("China Merchants Bank credit card", 2)
    assert (missing["Result"], missing["AccountBank"], missing["AccountType"]) == ("-1", "", -1)


@pytest.mark.parametrize(
    ("site", "words", "isp"),
    [
        ("intl", "site", "mobile"),
        ("intl", "sampled", "China Mobile"),
        ("intl", "chinese", "移动"),
        ("cn", "site", "移动"),
    ],
)
def test_the_carrier_is_named_as_the_site_does_c11(client: Client, site: str, words: str, isp: str) -> None:
    answer = ask(client, "PhoneVerification", {**HOLDER, "Phone": PHONE}, site=site, isp_words=words)

    assert answer["Isp"] == isp


def test_the_example_phone_passes_though_its_range_is_unsupported(client: Client) -> None:
    assert ask(client, "PhoneVerification", SAMPLE)["Result"] == "0"
    assert ask(client, "PhoneVerification", {**SAMPLE, **HOLDER})["Result"] == "-13"


def test_an_example_shows_the_same_facts_at_either_site_and_in_either_language(client: Client) -> None:
    for site in ("intl", "cn"):
        for language, isp in (("en", "Telecom"), ("zh", "电信")):
            shown = [
                ask(client, "PhoneVerification", {**SAMPLE, "Name": name}, site=site, language=language)["Isp"]
                for name in ("韦小宝", "Wei Xiaobao")
            ]
            status = ask(client, "MobileStatus", {"Mobile": "13800138000"})
            time = ask(client, "MobileNetworkTimeVerification", {"Mobile": "13800138000"})

            assert (shown, status["StatusCode"], time["Range"]) == ([isp, isp], 1, "[24,+)")


def test_an_example_has_its_own_words_and_the_list_has_others(client: Client) -> None:
    listed = ask(client, "PhoneVerification", {**HOLDER, "Phone": PHONE})
    sampled = ask(client, "PhoneVerification", {**HOLDER, "Phone": PHONE}, description_words="sampled")

    assert listed["Description"] == "Three-element information consistency."
    assert sampled["Description"] == ask(client, "PhoneVerification", SAMPLE)["Description"] == "Authentication passed"


@pytest.mark.parametrize(
    ("site", "reading", "result"), [("cn", "site", "-13"), ("intl", "site", "0"), ("intl", "everywhere", "-13")]
)
def test_minus_thirteen_of_the_mobile_actions_is_domestic_c22(
    client: Client, site: str, reading: str, result: str
) -> None:
    answer = ask(client, "MobileStatus", {"Mobile": "15400000420"}, site=site, unsupported_range=reading)

    assert answer["Result"] == result


@pytest.mark.parametrize(("site", "status"), [("cn", 5), ("intl", 99)])
def test_status_five_is_domestic_c22(client: Client, site: str, status: int) -> None:
    assert ask(client, "MobileStatus", {"Mobile": "13490001340"}, site=site)["StatusCode"] == status


@pytest.mark.parametrize(("site", "refused"), [("intl", True), ("cn", False)])
def test_an_empty_extra_is_too_short_at_one_site_only_c19(client: Client, site: str, refused: bool) -> None:
    answer = ask(client, "ImageRecognitionV2", {**HOLDER, "ImageBase64": "QUJD", "Extra": ""}, site=site)

    assert ("Error" in answer) is refused


def test_a_result_of_the_face_comparison_is_no_number(client: Client) -> None:
    answer = ask(client, "ImageRecognitionV2", {**HOLDER, "ImageBase64": "QUJD", "Extra": "order 1"})

    assert list(answer) == ["Sim", "Result", "Description", "Extra", "RequestId"]
    assert (answer["Result"], answer["Sim"], answer["Extra"]) == (
        "FailedOperation.LifePhotoDetectNoFaces",
        0.0,
        "order 1",
    )


@pytest.mark.parametrize("mode", ["1", "2", "3"])
def test_hashed_elements_are_compared_like_plain_ones(client: Client, mode: str) -> None:
    plain = {**HOLDER, "Phone": PHONE}
    hashed = {name: digest(mode, value).upper() for name, value in plain.items()}

    good = ask(client, "EncryptedPhoneVerification", {**hashed, "EncryptionMode": mode}, site="cn")
    other = {**hashed, "Name": digest(mode, "赵国栋"), "EncryptionMode": mode}

    assert (good["Result"], good["ISP"]) == ("0", "移动")
    assert ask(client, "EncryptedPhoneVerification", other)["Result"] == "-4"
    assert ask(client, "EncryptedPhoneVerification", {**plain, "EncryptionMode": mode})["Result"] == "-8"


def test_a_detail_is_null_unless_the_detailed_mode_finds_a_mismatch(client: Client) -> None:
    wrong = {**HOLDER, "Phone": PHONE, "Name": "赵国栋"}

    assert ask(client, "PhoneVerification", wrong, site="cn")["ResultDetail"] is None
    assert ask(client, "PhoneVerification", {**wrong, "VerifyMode": "1"})["ResultDetail"] == "PhoneNameMismatch"


def test_minors_are_asked_about_by_line_or_by_name_and_number(client: Client) -> None:
    by_line = ask(client, "MinorsVerification", {"Type": "0", "Mobile": PHONE}, site="cn")
    by_number = ask(client, "MinorsVerification", {"Type": "1", **HOLDER})

    assert by_line["Result"] == by_number["Result"] == "0"
    assert by_line["AgeRange"] == by_number["AgeRange"] == "[18,+)"
