from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from hashlib import md5
from typing import Any

import pytest

from contracts.loader import load_table
from simulator.providers.alibaba.codes import catalogue
from simulator.providers.alibaba.parameters import first_invalid, first_missing, flags

TODAY = date(2026, 1, 5)
DEFAULTS = {name: switch.default for name, switch in load_table("alibaba").switches.items()}

INITIALIZE = {
    "ProductCode": "ID_OCR",
    "MerchantBizId": "m",
    "MetaInfo": "{}",
    "MerchantUserId": "u",
    "DocType": "00000001",
}
BANK = {
    "ProductCode": "BANK_CARD_N_META",
    "ParamType": "normal",
    "VerifyMode": "VERIFY_BANK_CARD",
    "ProductType": "BANK_CARD_4_META",
    "BankCard": "6217000000000000103",
    "UserName": "林静怡",
    "IdentifyNum": "310115188503140620",
    "Mobile": "13490000010",
}
PERIOD = {
    "ProductCode": "eKYC_Date_MIN",
    "MerchantBizId": "m",
    "DocType": "00000001",
    "DocName": "林静怡",
    "DocNo": "310115188503140620",
    "ValidityStartDate": "20180501",
    "ValidityEndDate": "20380501",
}


def invalid(operation: str, given: Mapping[str, str], **switches: Any) -> str | None:
    chosen = DEFAULTS | {f"alibaba.{name}": value for name, value in switches.items()}
    return first_invalid(catalogue()[operation], given, switch=chosen.__getitem__, today=TODAY)


def digest(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()


@pytest.mark.parametrize(
    ("operation", "given", "missing"),
    [
        ("Initialize", INITIALIZE, None),
        ("Initialize", {**INITIALIZE, "MetaInfo": "  "}, "MetaInfo"),
        ("Initialize", {}, "ProductCode"),
        ("Initialize", {**INITIALIZE, "DocType": ""}, "DocType"),
        ("Initialize", {**INITIALIZE, "ProductCode": "FACE_LIVENESS", "DocType": "", "MerchantUserId": ""}, None),
        ("EkycVerify", {"ProductCode": "eKYC_MIN", "MerchantBizId": "m", "DocType": "00000001"}, "FacePictureUrl"),
        ("BankMetaVerifyIntl", {**BANK, "Mobile": ""}, "Mobile"),
        ("BankMetaVerifyIntl", {**BANK, "ProductType": "BANK_CARD_3_META", "Mobile": ""}, None),
        ("BankMetaVerifyIntl", {**BANK, "ProductType": "BANK_CARD_2_META", "Mobile": "", "IdentifyNum": ""}, None),
    ],
)
def test_what_is_missing_is_told_in_documented_order(
    operation: str, given: dict[str, str], missing: str | None
) -> None:
    assert first_missing(catalogue()[operation], given) == missing


def test_authorize_needs_a_name_and_a_number_only_when_it_is_on() -> None:
    asked = {
        "ProductCode": "eKYC_MIN",
        "MerchantBizId": "m",
        "DocType": "00000001",
        "FacePictureUrl": "a",
        "IdOcrPictureUrl": "b",
    }
    ekyc = catalogue()["EkycVerify"]

    assert first_missing(ekyc, asked) is None
    assert first_missing(ekyc, {**asked, "Authorize": "true"}) is None
    assert first_missing(ekyc, {**asked, "Authorize": "T"}) == "DocName"


@pytest.mark.parametrize(
    ("operation", "given", "field"),
    [
        pytest.param(
            "Initialize", {"ProductCode": "ID_OCR_MIN"}, "ProductCode", id="a product that is not interactive"
        ),
        pytest.param("Initialize", {"DocType": "99999999"}, "DocType", id="no such document"),
        pytest.param("Initialize", {"DocType": "000000012"}, None, id="nine digits for Taiwan"),
        pytest.param("Initialize", {"DocType": "00000012"}, None, id="eight digits for Taiwan"),
        pytest.param("Initialize", {"MerchantBizId": "m" * 33}, "MerchantBizId", id="too long"),
        pytest.param("Initialize", {"MerchantBizId": "a b"}, "MerchantBizId", id="a blank"),
        pytest.param("Initialize", {"MerchantBizId": "a-b_c"}, None, id="hyphen and underscore"),
        pytest.param("Initialize", {"SceneCode": "12345678901"}, "SceneCode", id="a long scene"),
        pytest.param("Initialize", {"Pages": "01,02"}, None, id="both pages"),
        pytest.param("Initialize", {"Pages": "02"}, "Pages", id="the back alone"),
        pytest.param("Initialize", {"IdSpoof": "false"}, None, id="a serialised boolean"),
        pytest.param("Initialize", {"CallbackUrl": "http://127.0.0.1:9/x?y=z"}, None, id="a callback on this machine"),
        pytest.param("Initialize", {"CallbackUrl": "127.0.0.1/x"}, "CallbackUrl", id="a callback to nowhere"),
        pytest.param("Initialize", {"CallbackUrl": "http://[::1"}, "CallbackUrl", id="a callback that is no URL"),
        pytest.param("Initialize", {"MetaInfo": "not JSON"}, None, id="unread"),
        pytest.param("Id2MetaPeriodVerifyIntl", PERIOD, None, id="a period"),
        pytest.param("Id2MetaPeriodVerifyIntl", {**PERIOD, "ValidityEndDate": "长期"}, None, id="for good"),
        pytest.param(
            "Id2MetaPeriodVerifyIntl", {**PERIOD, "ValidityStartDate": "长期"}, "ValidityStartDate", id="since"
        ),
        pytest.param(
            "Id2MetaPeriodVerifyIntl",
            {**PERIOD, "ValidityEndDate": "2038-05-01"},
            "ValidityEndDate",
            id="a dashed date",
        ),
        pytest.param(
            "Id2MetaPeriodVerifyIntl", {**PERIOD, "DocNo": "310115188503140621"}, "DocNo", id="a wrong check character"
        ),
        pytest.param("Id2MetaPeriodVerifyIntl", {**PERIOD, "DocNo": "310115850314062"}, "DocNo", id="15 digits"),
        pytest.param("Id2MetaVerifyIntl", {"ParamType": "md5"}, "ParamType", id="hashes where none are taken"),
        pytest.param("BankMetaVerifyIntl", BANK, None, id="a bank card"),
        pytest.param("BankMetaVerifyIntl", {**BANK, "BankCard": "62170000000"}, "BankCard", id="11 digits"),
        pytest.param("BankMetaVerifyIntl", {**BANK, "Mobile": "1349000001"}, "Mobile", id="10 digits"),
        pytest.param(
            "BankMetaVerifyIntl",
            {**BANK, "IdentityType": "02", "IdentifyNum": "E1234567"},
            None,
            id="another document is not looked at",
        ),
        pytest.param(
            "MobileDetect", {"ParamType": "normal", "Mobiles": "13490000010,13490000020"}, None, id="two lines"
        ),
        pytest.param(
            "MobileDetect", {"ParamType": "normal", "Mobiles": "13490000010,"}, "Mobiles", id="one and nothing"
        ),
    ],
)
def test_values_are_what_their_kind_may_be(operation: str, given: dict[str, str], field: str | None) -> None:
    assert invalid(operation, given) == field


def hashed_bank(**changes: str) -> dict[str, str]:
    return {
        **BANK,
        "ParamType": "md5",
        "BankCard": "6217000000000" + digest("000103"),
        "IdentifyNum": "310115" + digest("18850314") + "0620",
        "UserName": digest("林") + "静怡",
        "Mobile": digest("13490000010"),
        **changes,
    }


@pytest.mark.parametrize(
    ("given", "field"),
    [
        pytest.param(hashed_bank(), None, id="hashed as the SDK says"),
        pytest.param(hashed_bank(Mobile=digest("13490000010").upper()), "Mobile", id="upper case"),
        pytest.param(hashed_bank(BankCard=BANK["BankCard"]), "BankCard", id="a card in clear"),
        pytest.param(hashed_bank(UserName="林静怡"), "UserName", id="a name in clear"),
        pytest.param(hashed_bank(IdentifyNum=digest(BANK["IdentifyNum"])), "IdentifyNum", id="all of a number hashed"),
        pytest.param(
            hashed_bank(IdentityType="02", IdentifyNum="E12345" + digest("67")), None, id="another document, hashed"
        ),
    ],
)
def test_hashed_values_have_forms_of_their_own(given: dict[str, str], field: str | None) -> None:
    assert invalid("BankMetaVerifyIntl", given) == field


@pytest.mark.parametrize(
    ("switches", "given", "field"),
    [
        ({"flags": "strict"}, {"IdSpoof": "false"}, "IdSpoof"),
        ({"merchant_biz_id_length": "exactly_32"}, {"MerchantBizId": "m"}, "MerchantBizId"),
        ({"merchant_biz_id_length": "exactly_32"}, {"MerchantBizId": "m" * 32}, None),
        ({"callback_scheme": "https"}, {"CallbackUrl": "http://127.0.0.1/"}, "CallbackUrl"),
        ({"callback_scheme": "https"}, {"CallbackUrl": "https://127.0.0.1/", "ReturnUrl": "http://a/"}, None),
    ],
)
def test_switches_are_stricter(switches: dict[str, str], given: dict[str, str], field: str | None) -> None:
    assert invalid("Initialize", given, **switches) == field


def test_flags_count_as_listed_or_as_their_default() -> None:
    counted = flags(catalogue()["Initialize"], {"IdSpoof": "Y", "Authorize": "t", "EditOcrResult": "0"})

    assert (counted["IdSpoof"], counted["Authorize"], counted["EditOcrResult"], counted["DocVideo"]) == (
        "Y",
        "F",
        "0",
        "N",
    )
    assert "MetaInfo" not in counted
