"""The account, parameters, pictures, and who decides before the register does."""

from __future__ import annotations

import json
from base64 import b64decode
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from simulator.providers.alibaba.product import LARGEST_PICTURE

if TYPE_CHECKING:
    from tests.unit.simulator.providers.alibaba.conftest import Client

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg=="
OCR = {"ProductCode": "ID_OCR_MIN", "MerchantBizId": "m", "DocType": "00000001"}
TWO_META = {"ProductCode": "ID_2META", "ParamType": "normal"}
TRUTH = {"IdentifyNum": "310115188503140620", "UserName": "林静怡"}


def ocr(client: Client, picture: str = PIXEL, **changes: str) -> dict[str, Any]:
    return client.body(client.v3({**OCR, **changes}, "DocOcr", form={"IdOcrPictureBase64": picture}))


def two_meta(client: Client, **changes: str) -> dict[str, Any]:
    return client.call("Id2MetaVerifyIntl", **{**TWO_META, **TRUTH, **changes})


def test_the_account_is_asked_before_the_parameters(client: Client) -> None:
    client.tenant.set_switch("alibaba.account_state", "overdue")
    overdue = two_meta(client, UserName="")["Code"]
    client.tenant.set_switch("alibaba.ram_policy", "missing")

    assert (overdue, two_meta(client)["Code"]) == ("Forbidden.AccountAccessDenied", "Forbidden.RAMUserAccessDenied")


def test_a_parameter_at_fault_is_named_in_the_explanation_alone(client: Client) -> None:
    missing = two_meta(client, UserName=" ")
    assert (missing["Code"], client.step("missing")) == ("MissingParameter", {"parameter": "UserName"})
    invalid = two_meta(client, IdentifyNum="1")

    assert (invalid["Code"], client.step("values")) == ("InvalidParameter", {"parameter": "IdentifyNum"})
    assert "UserName" not in missing["Message"]


def test_only_words_of_the_contract_are_kept_in_clear(client: Client) -> None:
    number = "310115188503140620"
    transaction = client.start(ProductCode="eKYC", IdSpoof="Y", SceneCode="4711", MerchantBizId=number)
    begun = client.last["request"]["fields"]
    client.result(transaction, MerchantBizId=number, IsReturnImage=number)
    asked = client.last["request"]["fields"]
    client.call("CheckResult", MerchantBizId="m", TransactionId=number)
    client.call("Initialize", ProductCode=number)

    assert {name for name, value in begun.items() if not value.startswith("~")} == {"ProductCode", "DocType", "IdSpoof"}
    assert {name for name, value in asked.items() if not value.startswith("~")} == {"TransactionId"}
    assert number not in str(client.tenant.journal.entries())


@pytest.mark.parametrize(
    ("picture", "code"),
    [
        pytest.param(PIXEL, "Success", id="a pixel"),
        pytest.param("data:image/png;base64," + PIXEL, "UnqualifiedPhoto", id="a data URI"),
        pytest.param("bm90IGFuIGltYWdl", "UnqualifiedPhoto", id="not an image"),
        pytest.param("***", "UnqualifiedPhoto", id="not Base64"),
        pytest.param("A" * (LARGEST_PICTURE + 1), "ToolargeImage", id="too large"),
    ],
)
def test_a_picture_must_be_one_that_can_be_looked_at(client: Client, picture: str, code: str) -> None:
    assert ocr(client, picture)["Code"] == code


def test_pictures_are_not_looked_at_where_nothing_could_be_said(client: Client) -> None:
    request = client.v3(
        {"ProductCode": "FACE_VERIFY", "MerchantBizId": "m", "MetaInfo": "{}"},
        "Initialize",
        form={"FacePictureBase64": "***"},
    )

    assert client.body(request)["Code"] == "Success"


def test_an_address_is_as_good_as_a_picture_and_never_followed(client: Client) -> None:
    answer = client.call("DocOcr", **OCR, IdOcrPictureUrl="http://127.0.0.1:1/nothing")

    assert answer["Result"]["Passed"] == "Y"


class TestPeople:
    @pytest.mark.parametrize(("spoof", "code"), [("T", "212"), ("F", "200")])
    def test_a_forgery_is_found_only_if_it_is_looked_for(self, client: Client, spoof: str, code: str) -> None:
        answer = ocr(client, MerchantUserId="alibaba-spoof-copy", Spoof=spoof)["Result"]

        assert answer["SubCode"] == code
        assert (json.loads(answer["ExtIdInfo"])["spoofInfo"]["spoofType"] == ["PHOTO_COPY"]) is (code == "212")

    def test_a_person_who_stands_for_an_error_answers_with_it(self, client: Client) -> None:
        person = client.tenant.register.get("alibaba-data-source-down")
        assert person is not None
        answer = two_meta(client, IdentifyNum=person.resident_id, UserName=person.name)

        assert answer["Code"] == "Forbidden.ExceptionDataSource"
        assert client.step("person") == {"person": "alibaba-data-source-down"}
        assert client.last["person"] == "alibaba-data-source-down"

    def test_a_merchant_biz_id_names_who_answers_this_call(self, client: Client) -> None:
        refused = ocr(client, MerchantBizId="alibaba-unqualified-photo", MerchantUserId="ordinary-01")["Code"]

        assert (refused, client.last["person"]) == ("UnqualifiedPhoto", "ordinary-01")
        assert ocr(client, MerchantBizId="ordinary-02", MerchantUserId="ordinary-01")["Code"] == "Success"

    def test_a_meaning_that_an_operation_does_not_have_is_not_answered(self, client: Client) -> None:
        assert ocr(client, MerchantUserId="alibaba-silent-line")["Result"]["SubCode"] == "200"

    @pytest.mark.parametrize(
        ("person", "fault"),
        [("alibaba-reset", "reset"), ("alibaba-slow", None), ("alibaba-truncated", "truncate")],
    )
    def test_a_person_may_choose_how_the_answer_is_delivered(
        self, client: Client, person: str, fault: str | None
    ) -> None:
        answer = client.send(client.v3({**OCR, "MerchantUserId": person}, "DocOcr", form={"IdOcrPictureBase64": PIXEL}))

        assert answer.fault is not None
        assert (answer.fault.kind.value if answer.fault.kind else None) == fault

    def test_a_charged_time_out_is_charged(self, client: Client) -> None:
        request = client.v3(
            {**OCR, "MerchantUserId": "alibaba-charged-timeout"}, "DocOcr", form={"IdOcrPictureBase64": PIXEL}
        )
        answer = client.send(request)

        assert (answer.status, client.last["answer"]["charged"]) == (504, True)

    def test_a_verification_s_person_speaks_when_asked_about_not_when_it_begins(self, client: Client) -> None:
        transaction = client.start(MerchantUserId="alibaba-internal-error")

        assert client.result(transaction)["Code"] == "InternalError"

    def test_a_line_s_holder_stands_for_what_no_status_says(self, client: Client) -> None:
        client.tenant.set_switch("alibaba.site", "domestic")
        client.version = "2019-03-07"
        silent, usual = (client.tenant.register.get(key) for key in ("alibaba-silent-line", "ordinary-01"))
        assert silent is not None
        assert usual is not None
        numbers = ",".join([usual.mobiles[0].number, silent.mobiles[0].number, "13490999999"])
        result = client.call("MobileDetect", ParamType="normal", Mobiles=numbers)["ResultObject"]

        assert [item["SubCode"] for item in result["Items"]] == ["101", "104", "301"]
        assert result["ChargeCount"] == 2
        assert [item.get("IspName") for item in result["Items"]] == ["CMCC", "CMCC", None]


class TestRules:
    def test_a_rule_goes_before_a_person(self, client: Client) -> None:
        client.tenant.rules.add(
            {"provider": "alibaba", "operation": "Id2MetaVerifyIntl", "then": {"result": "3"}, "times": 1}
        )
        person = client.tenant.register.get("alibaba-internal-error")
        assert person is not None
        about = {"IdentifyNum": person.resident_id, "UserName": person.name}

        assert two_meta(client, **about)["Result"] == {"BizCode": "3"}
        assert two_meta(client, **about)["Code"] == "InternalError"

    def test_a_rule_matches_on_parameters(self, client: Client) -> None:
        client.tenant.rules.add(
            {
                "provider": "alibaba",
                "operation": "Id2MetaVerifyIntl",
                "when": {"UserName": "林静怡"},
                "then": {"error": "Throttling.User"},
            }
        )

        assert two_meta(client)["Code"] == "Throttling.User"
        assert two_meta(client, UserName="王建国")["Result"] == {"BizCode": "2"}
        assert "林静怡" not in str(client.tenant.journal.entries())

    def test_every_number_of_a_detection_gets_what_a_rule_says(self, client: Client) -> None:
        client.tenant.set_switch("alibaba.site", "domestic")
        client.version = "2019-03-07"
        client.tenant.rules.add({"provider": "alibaba", "operation": "MobileDetect", "then": {"result": "105"}})
        result = client.call("MobileDetect", ParamType="normal", Mobiles="13490000010,13490999999")["ResultObject"]

        assert [item["SubCode"] for item in result["Items"]] == ["105", "105"]

    def test_a_rule_keeps_the_person_s_own_document(self, client: Client) -> None:
        client.tenant.rules.add({"provider": "alibaba", "operation": "DocOcr", "then": {"result": "212"}})
        answer = ocr(client, MerchantUserId="ordinary-01")["Result"]

        assert json.loads(answer["ExtIdInfo"])["ocrIdInfo"]["name"] == "林静怡"

    @pytest.mark.parametrize("way", ["v3", "v1"])
    def test_a_signature_that_a_rule_refuses_is_worded_as_a_real_one(self, client: Client, way: str) -> None:
        client.tenant.rules.add({"provider": "alibaba", "then": {"error": "SignatureDoesNotMatch"}})
        parameters = {"MerchantBizId": "m", "TransactionId": "hk1"}
        message = client.body(client.v3(parameters) if way == "v3" else client.v1(parameters))["Message"]

        assert ("server CanonicalRequest is [POST\n/\n" in message) is (way == "v3")
        assert ("server string to sign is:POST&%2F&" in message) is (way == "v1")

    def test_a_throttling_that_a_rule_asks_for_says_when_to_come_again(self, client: Client) -> None:
        client.tenant.set_switch("alibaba.throttling_status", 429)
        client.tenant.rules.add({"provider": "alibaba", "then": {"error": "Throttling.Api"}})
        answer = client.send(client.v3({"MerchantBizId": "m", "TransactionId": "hk1"}))

        assert (answer.status, dict(answer.headers)["x-acs-retry-after"]) == (429, "1000")


def test_a_face_the_record_says_is_none_is_told(client: Client) -> None:
    photo = {"sha256": sha256(b64decode(PIXEL)).hexdigest(), "quality": "no_face"}
    client.tenant.register.put(
        {"key": "mine", "name": "测试甲", "resident_id": "110101190001010006", "photos": [photo]}
    )
    request = client.v3(
        {"ProductCode": "FACE_LIVENESS_MIN", "MerchantBizId": "m", "MerchantUserId": "mine"},
        "FaceLiveness",
        form={"FacePictureBase64": PIXEL},
    )

    assert client.refusal(request) == (401, "NoFaceDetected")
