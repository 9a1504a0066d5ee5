from __future__ import annotations

from typing import Any

import pytest

from simulator.providers.tencent import encryption
from simulator.providers.tencent.codes import catalogue

OPERATION = catalogue()["BankCardVerification"]


def fault(**members: Any) -> encryption.Fault:
    given = {"EncryptList": ["Name"], "CiphertextBlob": "QQ==", "Iv": "QQ=="} | members
    parameters = {"Name": "a", "IdCard": "1", "BankCard": "2", "CertType": 0, "Encryption": given}
    return encryption.first_fault(OPERATION, "Encryption", parameters)


@pytest.mark.parametrize(
    ("members", "code"),
    [
        pytest.param({}, "FailedOperation.DecryptSystemError", id="nothing wrong with the shape"),
        pytest.param({"EncryptList": ["Name", "Name"]}, "FailedOperation.DecryptSystemError", id="named twice"),
        pytest.param({"EncryptList": []}, "FailedOperation.DecryptSystemError", id="nothing named"),
        pytest.param({"Algorithm": "SM4-GCM"}, "FailedOperation.DecryptSystemError", id="the other algorithm"),
        pytest.param({"Algorithm": "DES"}, "InvalidParameterValue", id="unknown algorithm"),
        pytest.param({"EncryptList": ["CertType"]}, "InvalidParameter.UnsupportEncryptField", id="cannot be encrypted"),
        pytest.param({"EncryptList": ["Phone"]}, "InvalidParameter.UnsupportEncryptField", id="another action's field"),
        pytest.param(
            {"Algorithm": "DES", "EncryptList": ["Phone"]}, "InvalidParameterValue", id="algorithm before the list"
        ),
    ],
)
def test_the_shape_is_judged_before_the_ciphertext(members: dict[str, Any], code: str) -> None:
    assert fault(**members).code == code


def test_a_field_that_was_not_sent_cannot_be_listed() -> None:
    parameters = {"Name": "a", "Encryption": {"EncryptList": ["IdCard"], "CiphertextBlob": "", "Iv": ""}}

    found = encryption.first_fault(OPERATION, "Encryption", parameters)

    assert found.code == "InvalidParameter.UnsupportEncryptField"
    assert found.evidence == {"parameter": "Encryption.EncryptList.0"}
