"""Where sources disagree: one named test for each number of the page for users, here or in a file beside this one."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kyc_core.signing import tc3
from kyc_core.tencent_encryption import Algorithm, iv_bytes
from simulator.providers.tencent import hosts
from simulator.providers.tencent.codes import Site, catalogue, offered, table
from tests.unit.simulator.providers.tencent.sealing import sealed

if TYPE_CHECKING:
    from tests.unit.simulator.providers.tencent.conftest import Client

ROOT = Path(__file__).parents[5]
PAGE = ROOT / "docs" / "providers" / "tencent.md"
INTERNATIONAL, DOMESTIC = "faceid.intl.tencentcloudapi.com", "faceid.tencentcloudapi.com"
TWO, THREE, FOUR = "BankCard2EVerification", "BankCardVerification", "BankCard4EVerification"
EXAMPLE = {"IdCard": "11204416541220243X", "Name": "韦小宝", "Phone": "16137688175"}
CARDS = ("6226090210146748", "6225768888888888")


def asked(action: str, **values: str) -> dict[str, str]:
    """The example's elements that an action takes."""
    known = {**EXAMPLE, **values}
    return {name: known[name] for name in catalogue()[action].required}


def texts(action: str, meaning: str) -> tuple[str, str]:
    row = catalogue()[action].meaning(meaning)
    return row.text["en"], row.text["zh"]


def test_every_disagreement_of_the_page_has_a_test_that_bears_its_number() -> None:
    listed = set(re.findall(r"^\| C([0-9]+) \|", PAGE.read_text("utf-8"), re.MULTILINE))
    here = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))

    assert listed == {str(number) for number in range(1, 23)}
    assert listed - set(re.findall(r"\ndef test_\w+_c([0-9]+)\(", here)) == set()


@pytest.mark.parametrize("host", [INTERNATIONAL, DOMESTIC])
def test_the_same_request_is_answered_on_both_hosts_c1(client: Client, host: str) -> None:
    client.host = host

    assert client.result(asked(THREE, BankCard=CARDS[0])) == "0"
    assert host in hosts.HOSTS


def test_an_international_client_at_the_domestic_host_is_served_in_chinese_c2(client: Client) -> None:
    client.host = DOMESTIC
    answer = client.ask(client.v3(asked(THREE, BankCard=CARDS[0])))

    assert answer["Description"] == "认证通过"
    client.host = INTERNATIONAL
    assert client.refusal(client.v3({}, "CheckPhoneAndName"))[0] == "InvalidAction"


@pytest.mark.parametrize("signed", ["Order-7", "order-7"])
def test_header_values_may_be_signed_as_sent_or_in_lower_case_c3(
    client: Client, honest: dict[str, str], signed: str
) -> None:
    names = ("content-type", "host", "x-order")
    authorization = tc3.sign(
        secret_id=client.keys["secret_id"],
        secret_key=client.keys["secret_key"],
        method="POST",
        host=client.host,
        content_type="application/json",
        timestamp=client.now,
        body=client.v3(honest).body,
        signed_headers=names,
        headers={"x-order": signed},
    )
    request = client.v3(honest, headers={"x-order": "Order-7", "authorization": authorization})

    assert client.ask(request)["Result"] == "0"


def test_a_wrong_signature_has_the_captured_wording_or_the_documented_one_c4(
    client: Client, honest: dict[str, str]
) -> None:
    request = client.v3(honest, secret_key="another")
    captured = client.refusal(request)[1]
    client.tenant.set_switch("tencent.signature_failure_text", "documented")

    assert captured.endswith("Please check your signature is correct.")
    assert client.refusal(request)[1].endswith("Please ensure your signature is correct.")


def test_the_kind_of_document_is_cert_type_and_nothing_is_called_type_c5(
    client: Client, honest: dict[str, str]
) -> None:
    assert client.result({**honest, "CertType": 0}) == "0"
    assert client.refusal(client.v3({**honest, "Type": 0})) == (
        "UnknownParameter",
        "The parameter `Type` is not recognized.",
    )


def test_full_stops_are_as_printed_or_left_out_c6(client: Client, honest: dict[str, str]) -> None:
    rule = {"provider": "tencent", "operation": THREE, "then": {"result": "-13"}}
    client.tenant.rules.add(rule)
    printed = client.ask(client.v3(honest))["Description"]
    client.tenant.set_switch("tencent.description_full_stops", "chinese_style")

    assert printed == "The card has expired."
    assert client.ask(client.v3(honest))["Description"] == "The card has expired"


def test_the_example_cards_change_roles_between_the_actions_c7(client: Client) -> None:
    results = {action: [client.result(asked(action, BankCard=card), action) for card in CARDS] for action in
               (TWO, THREE, FOUR)}  # fmt: skip

    assert results == {TWO: ["-4", "0"], THREE: ["0", "-1"], FOUR: ["-6", "0"]}


def test_lost_numbers_are_those_of_the_chinese_list_c9() -> None:
    first = {name: [row.code for row in table().results(name)][:3] for name in ("CheckBankCardInformation",
             "IdCardVerification", "IdCardOCRVerification", "CheckIdNameDate", "MobileStatus",
             "MobileNetworkTimeVerification")}  # fmt: skip

    assert set(map(tuple, first.values())) == {("0", "-1", "-2")}
    assert catalogue()["CheckBankCardInformation"].meaning("centre_busy").code == "-2"


@pytest.mark.parametrize(("site", "limit"), [(Site.INTERNATIONAL, 3 << 20), (Site.DOMESTIC, 10 << 20)])
def test_the_limit_of_a_picture_behind_a_url_is_each_sites_own_c12(site: Site, limit: int) -> None:
    [field] = [one for one in offered(site)["CheckIdCardInformation"].fields if one.name == "ImageUrl"]

    assert field.limit == limit


@pytest.mark.parametrize("iv", [b64encode(b"aabbccddeeffgghh").decode(), "aabbccddeeffgghh"])
def test_an_iv_is_base64_or_sixteen_characters_c13(iv: str) -> None:
    assert iv_bytes(iv, Algorithm.AES) == b"aabbccddeeffgghh"


@pytest.mark.parametrize("algorithm", Algorithm)
def test_phone_verification_takes_either_algorithm_c14(
    client: Client, honest4: dict[str, str], algorithm: Algorithm
) -> None:
    claim = {name: honest4[name] for name in ("IdCard", "Name", "Phone")}
    body: dict[str, Any] = sealed(client.keys, claim, ["IdCard"], algorithm)
    given = body.pop("Encryption")
    body |= {name: given[name] for name in ("CiphertextBlob", "EncryptList", "Iv")}

    assert client.result(body, "PhoneVerification") == "0"
    assert client.step("encrypted_fields")["algorithm"] == algorithm.value


@pytest.mark.parametrize(
    ("host", "language", "description"),
    [
        (INTERNATIONAL, "", "Authentication passed"),
        (DOMESTIC, "", "认证通过"),
        (INTERNATIONAL, "zh-CN", "认证通过"),
        (DOMESTIC, "en-US", "Authentication passed"),
    ],
)
def test_descriptions_are_in_the_language_asked_for_else_the_hosts_c15(
    client: Client, honest: dict[str, str], host: str, language: str, description: str
) -> None:
    client.host = host
    headers = {"x-tc-language": language} if language else {}

    assert client.ask(client.v3(honest, headers=headers))["Description"] == description


def test_one_chinese_phrase_has_two_english_ones_c16() -> None:
    assert texts(THREE, "fraud_card") == ("Cheat card, card retention", "作弊卡、吞卡")
    assert texts(TWO, "fraud_card") == texts(FOUR, "fraud_card") == ("Cheat card, card confiscation", "作弊卡、吞卡")


def test_the_daily_limit_is_worded_three_ways_c17() -> None:
    worded = [texts(action, "daily_attempts_exceeded")[0].partition(".")[0] for action in (TWO, THREE, FOUR)]

    assert worded == [
        "Verification attempts exceeded",
        "Exceeded verification attempts",
        "Exceeded maximum verification attempts",
    ]


@pytest.mark.parametrize("action", ["PhoneVerificationCMCC", "PhoneVerificationCTCC", "PhoneVerificationCUCC"])
def test_a_carriers_match_is_worded_as_in_answers_c18(action: str) -> None:
    assert texts(action, "match")[1] == "认证通过"


def test_the_result_of_name_and_validity_has_no_quotes_inside_c20(client: Client) -> None:
    case = ROOT / "fixtures" / "tencent" / "CheckIdNameDate" / "result_0.json"

    assert client.result(json.loads(case.read_bytes())["request"], "CheckIdNameDate") == "0"


def test_every_example_is_kept_as_json_c21() -> None:
    examples = [json.loads(path.read_bytes()) for path in (ROOT / "fixtures" / "tencent").glob("*/sample_*.json")]

    assert len(examples) > 20
    assert {type(one["response"]["Response"]["Result"]) for one in examples} == {str}
    assert {one["language"] for one in examples} == {"en", "zh"}
