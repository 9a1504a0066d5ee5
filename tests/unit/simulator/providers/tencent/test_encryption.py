from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from kyc_core.tencent_encryption import Algorithm, Sealed
from simulator.providers.tencent import encryption
from simulator.providers.tencent.codes import catalogue
from simulator.providers.tencent.encryption import AnswerForm, Fault

OPERATION = catalogue()["BankCardVerification"]
FLAT = catalogue()["PhoneVerification"]
CARD = catalogue()["CheckIdCardInformation"]
IV = b64encode(bytes(16)).decode()
SHORT_IV = b64encode(bytes(12)).decode()


def read(**members: Any) -> Sealed | Fault | None:
    given = {"EncryptList": ["Name"], "CiphertextBlob": "QQ==", "Iv": IV} | members
    parameters = {"Name": "a", "IdCard": "1", "BankCard": "2", "CertType": 0, "Encryption": given}
    return encryption.read(OPERATION, parameters)


@pytest.mark.parametrize(
    ("members", "fields", "algorithm"),
    [
        pytest.param({}, ("Name",), Algorithm.AES, id="no algorithm"),
        pytest.param({"Algorithm": None}, ("Name",), Algorithm.AES, id="null for an algorithm"),
        pytest.param({"Algorithm": ""}, ("Name",), Algorithm.AES, id="nothing for an algorithm"),
        pytest.param({"EncryptList": ["Name", "Name"]}, ("Name",), Algorithm.AES, id="named twice"),
        pytest.param(
            {"EncryptList": ["Name"] * 3, "TagList": ["a", "a", "b"], "Algorithm": "SM4-GCM"},
            ("Name", "Name"),
            Algorithm.SM4,
            id="named thrice, with two tags",
        ),
        pytest.param({"EncryptList": []}, (), Algorithm.AES, id="nothing named"),
        pytest.param({"Algorithm": "SM4-GCM"}, ("Name",), Algorithm.SM4, id="the other algorithm"),
    ],
)
def test_an_envelope_is_read(members: dict[str, Any], fields: tuple[str, ...], algorithm: Algorithm) -> None:
    found = read(**members)

    assert isinstance(found, Sealed)
    assert (found.fields, found.algorithm, found.detached) == (fields, algorithm, True)


@pytest.mark.parametrize(
    ("members", "code", "parameter"),
    [
        pytest.param({"Algorithm": "DES"}, "InvalidParameterValue", "Encryption.Algorithm", id="unknown algorithm"),
        pytest.param(
            {"EncryptList": ["CertType"]},
            "InvalidParameter.UnsupportEncryptField",
            "Encryption.EncryptList.0",
            id="cannot be encrypted",
        ),
        pytest.param(
            {"EncryptList": ["Name", "Phone"]},
            "InvalidParameter.UnsupportEncryptField",
            "Encryption.EncryptList.1",
            id="another action's field",
        ),
        pytest.param(
            {"EncryptList": ["EncryptionBody"]},
            "InvalidParameter.UnsupportEncryptField",
            "Encryption.EncryptList.0",
            id="a body that this action never encrypts",
        ),
        pytest.param(
            {"Algorithm": "DES", "EncryptList": ["Phone"]},
            "InvalidParameterValue",
            "Encryption.Algorithm",
            id="algorithm before the list",
        ),
    ],
)
def test_what_may_not_be_encrypted_is_refused_without_a_key(members: dict[str, Any], code: str, parameter: str) -> None:
    found = read(**members)

    assert isinstance(found, Fault)
    assert (found.code, found.evidence) == (code, {"parameter": parameter})


def test_a_field_that_was_not_sent_cannot_be_listed() -> None:
    parameters = {"Name": "a", "Encryption": {"EncryptList": ["IdCard"], "CiphertextBlob": "", "Iv": ""}}
    found = encryption.read(OPERATION, parameters)

    assert isinstance(found, Fault)
    assert found.code == "InvalidParameter.UnsupportEncryptField"


@pytest.mark.parametrize("parameters", [{}, {"Encryption": None}])
def test_without_an_object_nothing_is_encrypted(parameters: dict[str, Any]) -> None:
    assert encryption.read(OPERATION, parameters) is None


@pytest.mark.parametrize(
    ("iv", "algorithm"),
    [pytest.param(IV, Algorithm.AES, id="16 bytes"), pytest.param(SHORT_IV, Algorithm.SM4, id="12")],
)
def test_the_flat_form_tells_its_algorithm_by_its_iv(iv: str, algorithm: Algorithm) -> None:
    parameters = {"Name": "a", "CiphertextBlob": "QQ==", "EncryptList": ["Name"], "Iv": iv}
    found = encryption.read(FLAT, parameters)

    assert isinstance(found, Sealed)
    assert (found.fields, found.algorithm, found.detached) == (("Name",), algorithm, False)


def test_a_flat_form_of_empty_texts_is_none() -> None:
    assert encryption.read(FLAT, {"Name": "a", "CiphertextBlob": "", "Iv": ""}) is None


def test_a_flat_form_without_its_key_is_an_envelope_that_will_not_open() -> None:
    found = encryption.read(FLAT, {"Name": "a", "EncryptList": ["Name"]})

    assert isinstance(found, Sealed)
    assert found.wrapped_key == ""


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({"CiphertextBlob": "QQ=="}, id="Java leaves the list out"),
        pytest.param({"CiphertextBlob": "QQ==", "EncryptList": [], "Iv": None, "TagList": []}, id="Node has it empty"),
        pytest.param({"CiphertextBlob": "QQ==", "EncryptList": ["EncryptionBody"], "Iv": IV}, id="Go names the body"),
    ],
)
def test_where_only_answers_are_encrypted_every_helper_is_understood(given: dict[str, Any]) -> None:
    found = encryption.read(CARD, {"Encryption": given, "IsEncrypt": True})

    assert isinstance(found, Sealed)
    assert (found.fields, found.tags, found.wrapped_key) == ((), (), "QQ==")


def test_where_only_answers_are_encrypted_no_field_may_be() -> None:
    given = {"CiphertextBlob": "QQ==", "EncryptList": ["ImageUrl"], "Iv": IV}
    found = encryption.read(CARD, {"ImageUrl": "a", "Encryption": given})

    assert isinstance(found, Fault)
    assert found.code == "InvalidParameter.UnsupportEncryptField"


@pytest.mark.parametrize(
    ("parameters", "form"),
    [
        pytest.param({}, AnswerForm.CLEAR, id="neither"),
        pytest.param({"IsEncrypt": False, "IsEncryptResponse": "false"}, AnswerForm.CLEAR, id="both off"),
        pytest.param({"IsEncrypt": "True"}, AnswerForm.MEMBERS, id="two members, as a form has it"),
        pytest.param({"IsEncryptResponse": True}, AnswerForm.BODY, id="all"),
        pytest.param({"IsEncrypt": True, "IsEncryptResponse": True}, AnswerForm.BODY, id="both: all"),
    ],
)
def test_how_much_of_an_answer_is_to_be_encrypted(parameters: dict[str, Any], form: AnswerForm) -> None:
    assert encryption.wanted_answer(CARD, parameters) is form
    assert encryption.wanted_answer(OPERATION, parameters) is AnswerForm.CLEAR
