from __future__ import annotations

import pytest

from contracts.loader import load_table
from simulator.providers.alibaba.codes import (
    INTERACTIVE,
    VERSIONS,
    Envelope,
    Kind,
    Site,
    catalogue,
    gateway_codes,
    needs,
    operation_named,
    products,
)

TABLE = load_table("alibaba")


def test_every_operation_of_the_table_is_there() -> None:
    assert list(catalogue()) == list(TABLE.operations)
    assert sum(operation.answered for operation in catalogue().values()) == 17


def test_every_operation_belongs_to_the_version_of_its_product() -> None:
    assert {TABLE.operations[name]["version"] for name in catalogue()} == set(VERSIONS.values())
    assert all(TABLE.operations[name]["version"] == VERSIONS[one.site] for name, one in catalogue().items())


@pytest.mark.parametrize(
    ("action", "name"),
    [
        ("CheckResult", "CheckResult"),
        ("InitializeV2", "Initialize"),
        ("FaceCompareV2", "FaceCompare"),
        ("checkResult", None),
        ("DocOcrAdvance", None),
        ("", None),
    ],
)
def test_an_action_names_an_operation_by_its_name_or_an_alias(action: str, name: str | None) -> None:
    found = operation_named(action)

    assert (found.name if found is not None else None) == name


def test_an_operation_says_what_a_call_needs() -> None:
    bank = catalogue()["BankMetaVerifyIntl"]

    assert (bank.site, bank.envelope, bank.success_code) == (Site.INTERNATIONAL, Envelope.RO, "200")
    assert bank.methods == {"GET", "POST"}
    assert (bank.https_only, dict(bank.qps)) == (True, {"BANK_CARD_N_META": 50})
    assert bank.wire_names == {
        "bank_card": "BankCard",
        "name": "UserName",
        "resident_id": "IdentifyNum",
        "mobile": "Mobile",
    }
    assert bank.hashed["BankCard"] == "last_6"
    assert [field.name for field in bank.fields if field.by_gateway] == [
        "ProductCode", "ParamType", "VerifyMode", "ProductType", "BankCard", "UserName",
    ]  # fmt: skip


def test_http_is_offered_where_the_metadata_says_so() -> None:
    assert not catalogue()[INTERACTIVE].https_only
    assert catalogue()["CheckVerifyLog"].https_only


def test_a_field_is_needed_whatever_else_or_with_something_else() -> None:
    fields = {field.name: field for field in catalogue()["Initialize"].fields}

    assert fields["MetaInfo"].required
    assert "ID_OCR" in fields["DocType"].needed_with["ProductCode"]
    assert fields["IdSpoof"].kind is Kind.FLAG
    assert (fields["IdSpoof"].values, fields["IdSpoof"].default) == (("Y", "N"), "N")


def test_products_say_what_they_return_and_end_with() -> None:
    assert products()["ID_OCR"].returns == ("ExtIdInfo",)
    assert products()["ID_OCR"].sub_codes == {"200", "212"}
    assert set(products()) == set(catalogue()["Initialize"].fields[0].values)


def test_what_must_be_looked_for_is_told() -> None:
    assert needs(INTERACTIVE)["212"] == "IdSpoof"
    assert needs("DocOcr") == {"212": "Spoof"}
    assert needs("FaceCompare") == {}


def test_the_gateway_has_codes_of_its_own() -> None:
    assert {"InvalidVersion", "Throttling.Api", "InvalidProductCode"} <= gateway_codes()
    assert not {"MissingParameter", "TransactionIdInvalid"} & gateway_codes()
