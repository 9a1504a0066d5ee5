"""What stands beside a result: it follows from the result and the facts, whoever decided."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest

from contracts.registry import validator
from contracts.strategies.photo_bytes import png
from simulator.providers.tencent import answers
from simulator.providers.tencent.codes import Site, catalogue, offered, table

if TYPE_CHECKING:
    from tests.unit.simulator.providers.tencent.conftest import Client

NUMBER, NAME, LINE = "310115188503140620", "林静怡", "13490000010"
CARD = base64.b64encode(png(comment=f"resident_id={NUMBER};warnings=-9102;quality=40;".encode())).decode()
TRUTH: dict[str, Any] = {
    "IdCard": NUMBER,
    "Name": NAME,
    "BankCard": "6217000000000000103",
    "Phone": LINE,
    "Mobile": LINE,
    "ValidityBegin": "20180501",
    "ValidityEnd": "00000000",
    "EncryptionMode": "0",
    "Type": "1",
}


def request(action: str) -> dict[str, Any]:
    named = [field.name for field in catalogue()[action].fields]
    picture = {"ImageBase64": CARD} if action in ("ImageRecognitionV2", "CheckIdCardInformation") else {}
    return {name: value for name, value in {**TRUTH, **picture}.items() if name in named}


def forced(client: Client, action: str, result: str, **parameters: Any) -> dict[str, Any]:
    client.tenant.rules.clear()
    client.tenant.rules.add({"provider": "tencent", "operation": action, "then": {"result": result}})
    answer: dict[str, Any] = client.ask(client.v3({**request(action), **parameters}, action))
    return answer


def test_an_action_has_members_of_its_own_where_its_answer_says_more_than_a_result() -> None:
    more = {name for name, operation in catalogue().items() if set(operation.answer) > {"Result", "Description"}}

    assert answers.EXTRAS.keys() == more


@pytest.mark.parametrize("site", Site)
def test_every_result_of_every_action_has_members_as_documented(client: Client, site: Site) -> None:
    client.tenant.set_switch("tencent.site", site.value)
    client.tenant.set_switch("tencent.qps", 0)
    wrong = []
    for action, operation in offered(site).items():
        for row in operation.results.values():
            answer = forced(client, action, row.code)
            if list(answer) != [*operation.answer, "RequestId"] or not validator(
                "tencent", action, "response"
            ).is_valid({"Response": answer}):
                wrong.append((action, row.code, answer))

    assert wrong == []


def test_what_is_known_for_some_results_is_empty_for_the_others(client: Client) -> None:
    assert forced(client, "CheckBankCardInformation", "-1") | {"RequestId": ""} == {
        "Result": "-1",
        "Description": table().result("CheckBankCardInformation", "-1").text["en"],
        "AccountBank": "",
        "AccountType": -1,
        "RequestId": "",
    }
    assert forced(client, "MobileStatus", "-3")["StatusCode"] == 99
    assert forced(client, "MobileNetworkTimeVerification", "-4")["Range"] == ""
    assert forced(client, "PhoneVerification", "-9")["Isp"] == ""
    assert forced(client, "PhoneVerification", "-4")["Isp"] != ""


def test_a_line_nobody_has_is_given_the_usual_state_where_a_rule_finds_it(client: Client) -> None:
    nobodys = "19900000000"

    assert forced(client, "MobileStatus", "0", Mobile=nobodys)["StatusCode"] == 0
    assert forced(client, "MobileNetworkTimeVerification", "0", Mobile=nobodys)["Range"] == "[24,+)"


def test_an_age_fits_the_result_even_where_the_facts_do_not(client: Client) -> None:
    client.tenant.set_switch("tencent.site", "cn")

    assert forced(client, "MinorsVerification", "0")["AgeRange"] == "[18,+)"
    assert forced(client, "MinorsVerification", "-1")["AgeRange"] == "[16,18)"
    assert forced(client, "MinorsVerification", "-3")["AgeRange"] == ""


@pytest.mark.parametrize("action", ["ImageRecognitionV2", "CheckIdCardInformation"])
def test_a_similarity_never_contradicts_its_result(client: Client, action: str) -> None:
    alike = forced(client, action, "Success")["Sim"]
    different = forced(client, action, "FailedOperation.CompareLowSimilarity")["Sim"]

    assert different < 70 <= alike
    assert forced(client, action, "FailedOperation.IdNameMisMatch")["Sim"] == 0


def test_what_is_printed_on_a_card_is_told_with_the_warnings_asked_for(client: Client) -> None:
    asked = '{"CopyWarn":true,"Quality":true}'
    answer = forced(client, "CheckIdCardInformation", "Success", Config=asked)

    assert (answer["IdNum"], answer["Name"], answer["Sex"], answer["Birth"]) == (NUMBER, NAME, "女", "1885/3/14")
    assert (answer["Quality"], answer["Encryption"], answer["EncryptedBody"]) == (40.0, None, "")
    assert "-9102" in answer["Warnings"]
    assert forced(client, "CheckIdCardInformation", "Success")["Warnings"] == ""


def test_a_claim_in_words_leaves_what_is_on_the_card_empty(client: Client) -> None:
    client.tenant.set_switch("tencent.site", "cn")
    typed = forced(client, "IdCardOCRVerification", "0")
    client.tenant.rules.clear()
    read = client.ask(client.v3({"ImageBase64": CARD}, "IdCardOCRVerification"))

    assert {typed[name] for name in ("Sex", "Nation", "Birth", "Address", "Portrait", "Warnings")} == {""}
    assert typed["Quality"] is None
    assert (read["Name"], read["IdCard"], read["Birth"]) == (NAME, NUMBER, "1885/3/14")
    assert read["Portrait"]


def test_warnings_that_nothing_asks_for_are_told_by_the_action_that_lists_them(client: Client) -> None:
    client.tenant.set_switch("tencent.site", "cn")
    address = f"http://pictures.test/resident_id={NUMBER};warnings=-9107|-9102|-9109;"
    told = [
        client.ask(client.v3({"ImageUrl": address, "Config": config}, "IdCardOCRVerification"))["Warnings"]
        for config in ("", '{"CopyWarn":true}')
    ]
    compared = client.ask(client.v3({"ImageUrl": address}, "CheckIdCardInformation"))

    assert told == ["-9107|-9109", "-9107|-9102|-9109"]
    assert (compared["Result"], compared["Warnings"]) == ("Success", "")


def test_extra_is_sent_back_and_empty_where_it_was_not_sent(client: Client) -> None:
    assert forced(client, "ImageRecognitionV2", "Success", Extra="order 1")["Extra"] == "order 1"
    assert forced(client, "ImageRecognitionV2", "Success")["Extra"] == ""
