from __future__ import annotations

import pytest

from simulator.providers.tencent.codes import OBJECTS, Kind, Site, catalogue, table
from simulator.providers.tencent.operations import DECISIONS


def test_every_action_of_the_table_has_a_decision_and_none_is_left_over() -> None:
    assert set(catalogue()) == set(table().operations) == set(DECISIONS)


@pytest.mark.parametrize("name", catalogue())
def test_every_result_row_of_an_action_is_found_by_its_meaning(name: str) -> None:
    rows = table().results(name)

    assert {row.meaning for row in rows} == set(catalogue()[name].results)
    assert all(catalogue()[name].meaning(row.meaning) is row for row in rows)


def test_a_word_the_action_has_no_code_for_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        catalogue()["BankCard2EVerification"].meaning("phone_format")


def test_the_four_element_action_reads_its_fields_in_the_documented_order() -> None:
    operation = catalogue()["BankCard4EVerification"]

    assert operation.required == ("Name", "BankCard", "Phone", "IdCard")
    assert operation.kinds["CertType"] is Kind.INT64
    assert operation.objects == {"Encryption"}
    assert operation.encryptable == {"Name", "IdCard", "Phone", "BankCard"}
    assert "IdCard" not in operation.public
    assert operation.sites == {Site.INTERNATIONAL, Site.DOMESTIC}
    assert operation.qps == {Site.INTERNATIONAL: 20, Site.DOMESTIC: 20}


def test_the_object_members_that_must_be_there_are_three() -> None:
    assert catalogue()["BankCardVerification"].needed == {"EncryptList", "CiphertextBlob", "Iv"}
    assert catalogue()["BankCardVerification"].needed < OBJECTS[Kind.ENCRYPTION].keys()
    assert catalogue()["CheckIdCardInformation"].needed == {"CiphertextBlob"}


def test_only_parameters_that_concern_encryption_make_a_call_look_at_it() -> None:
    assert catalogue()["BankCardVerification"].encrypting == {"Encryption"}
    assert catalogue()["PhoneVerification"].encrypting == {"CiphertextBlob", "EncryptList", "Iv"}
    assert catalogue()["CheckIdCardInformation"].encrypting == {"Encryption", "IsEncrypt", "IsEncryptResponse"}
    assert catalogue()["EncryptedPhoneVerification"].encrypting == set()
