from __future__ import annotations

from typing import Any

import pytest

from simulator.providers.tencent.codes import catalogue
from simulator.providers.tencent.parameters import Fault, first_fault, flattened, integer

OPERATION = catalogue()["BankCardVerification"]
SOUND: dict[str, Any] = {"IdCard": "1", "Name": "a", "BankCard": "2"}
ENCRYPTION: dict[str, Any] = {"EncryptList": ["Name"], "CiphertextBlob": "QQ==", "Iv": "QQ=="}


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({}, id="required ones only"),
        pytest.param({"CertType": 0}, id="number"),
        pytest.param({"CertType": -(2**63)}, id="smallest number"),
        pytest.param({"Encryption": ENCRYPTION}, id="object"),
        pytest.param({"Encryption": {**ENCRYPTION, "Algorithm": "SM4-GCM", "TagList": []}}, id="whole object"),
        pytest.param({"Encryption": {**ENCRYPTION, "Algorithm": None}}, id="null member counts as absent"),
        pytest.param({"Name": ""}, id="an empty text is there"),
    ],
)
def test_sound_parameters_have_no_fault(more: dict[str, Any]) -> None:
    assert first_fault(OPERATION, SOUND | more, as_text=False) is None


@pytest.mark.parametrize(
    ("parameters", "fault"),
    [
        pytest.param({}, Fault("MissingParameter", "IdCard"), id="everything missing"),
        pytest.param({"IdCard": "1", "BankCard": "2"}, Fault("MissingParameter", "Name"), id="second missing"),
        pytest.param({"Type": 0}, Fault("MissingParameter", "IdCard"), id="missing before unknown"),
        pytest.param(SOUND | {"Type": 0}, Fault("UnknownParameter", "Type"), id="unknown"),
        pytest.param({**SOUND, "IdCard": 1, "Foo": 1}, Fault("UnknownParameter", "Foo"), id="unknown before type"),
        pytest.param({**SOUND, "idcard": "1"}, Fault("UnknownParameter", "idcard"), id="names are case-sensitive"),
        pytest.param({**SOUND, "IdCard": 1}, Fault("InvalidParameter", "IdCard", "string"), id="number for text"),
        pytest.param({**SOUND, "IdCard": ["1"]}, Fault("InvalidParameter", "IdCard", "string"), id="list for text"),
        pytest.param({**SOUND, "CertType": "0"}, Fault("InvalidParameter", "CertType", "int64"), id="text for number"),
        pytest.param({**SOUND, "CertType": 0.0}, Fault("InvalidParameter", "CertType", "int64"), id="float"),
        pytest.param({**SOUND, "CertType": True}, Fault("InvalidParameter", "CertType", "int64"), id="truth value"),
        pytest.param({**SOUND, "CertType": 2**63}, Fault("InvalidParameter", "CertType", "int64"), id="too large"),
        pytest.param(
            {**SOUND, "Encryption": "x"}, Fault("InvalidParameter", "Encryption", "object"), id="text for object"
        ),
        pytest.param(
            {**SOUND, "Encryption": {"EncryptList": [], "CiphertextBlob": ""}},
            Fault("MissingParameter", "Encryption.Iv"),
            id="nested missing",
        ),
        pytest.param(
            {**SOUND, "Encryption": ENCRYPTION | {"Foo": 1}},
            Fault("UnknownParameter", "Encryption.Foo"),
            id="nested unknown",
        ),
        pytest.param(
            {**SOUND, "Encryption": ENCRYPTION | {"Iv": 1}},
            Fault("InvalidParameter", "Encryption.Iv", "string"),
            id="nested type",
        ),
        pytest.param(
            {**SOUND, "Encryption": ENCRYPTION | {"EncryptList": "Name"}},
            Fault("InvalidParameter", "Encryption.EncryptList", "list"),
            id="text for list",
        ),
        pytest.param(
            {**SOUND, "Encryption": ENCRYPTION | {"EncryptList": ["Name", 1]}},
            Fault("InvalidParameter", "Encryption.EncryptList.1", "string"),
            id="number in a list",
        ),
    ],
)
def test_the_first_fault_is_found_in_the_order_missing_unknown_type(parameters: dict[str, Any], fault: Fault) -> None:
    assert first_fault(OPERATION, parameters, as_text=False) == fault


@pytest.mark.parametrize("text", ["0", "-1", "9223372036854775807"])
def test_a_number_that_came_as_text_through_a_query_is_a_number(text: str) -> None:
    assert first_fault(OPERATION, {**SOUND, "CertType": text}, as_text=True) is None
    assert integer(text) == int(text)


@pytest.mark.parametrize("text", ["", "-", "1.0", "0x1", "１", "1_0", " 1", "1\n", "9" * 20, "9" * 5000])
def test_a_text_that_is_no_number_is_a_type_error_in_a_query_too(text: str) -> None:
    assert first_fault(OPERATION, {**SOUND, "CertType": text}, as_text=True) == Fault(
        "InvalidParameter", "CertType", "int64"
    )


def test_rules_see_known_parameters_as_text_and_nothing_else() -> None:
    parameters = {
        "Name": "a",
        "CertType": 0,
        "110101199003070011": "an unknown name may be anybody's number",
        "Encryption": {**ENCRYPTION, "Foo": "x", "TagList": ["t", 1]},
    }

    assert flattened(OPERATION, parameters) == {
        "Name": "a",
        "CertType": "0",
        "Encryption.EncryptList.0": "Name",
        "Encryption.CiphertextBlob": "QQ==",
        "Encryption.Iv": "QQ==",
        "Encryption.TagList.0": "t",
    }


def test_a_list_of_a_million_items_leaves_a_few() -> None:
    parameters = {"Encryption": {"EncryptList": ["Name"] * 1_000_000}}

    assert len(flattened(OPERATION, parameters)) == 16
