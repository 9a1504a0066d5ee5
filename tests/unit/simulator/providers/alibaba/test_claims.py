from __future__ import annotations

from hashlib import md5
from typing import TYPE_CHECKING

import pytest

from simulator.providers.alibaba.call import Call
from simulator.providers.alibaba.claims import asked_by, person_of
from simulator.providers.alibaba.codes import catalogue
from simulator.providers.alibaba.parameters import flags
from simulator.upstream import Exchange

if TYPE_CHECKING:
    from tests.unit.simulator.providers.alibaba.conftest import Client


def digest(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()


def call(client: Client, operation: str, **parameters: str) -> Call:
    """A call as it stands once its action is known."""
    made = Call(Exchange(client.v3(parameters, operation), client.services))
    made.operation = catalogue()[operation]
    made.flags = flags(made.operation, made.parameters)
    made.now = client.now
    return made


def test_a_claim_is_read_by_element(client: Client) -> None:
    asked = asked_by(
        call(
            client, "Mobile3MetaVerifyIntl", ParamType="normal", UserName="林静怡", Mobile="13490000010", IdentifyNum=""
        )
    )

    assert dict(asked.values) == {"name": "林静怡", "mobile": "13490000010"}
    assert (asked.forms, asked.today.isoformat()) == ({}, "2026-01-05")


def test_of_several_numbers_the_first_is_the_claim(client: Client) -> None:
    asked = asked_by(call(client, "MobileDetect", ParamType="normal", Mobiles="13490000010,13490000020"))

    assert asked.values["mobile"] == "13490000010"


@pytest.mark.parametrize(("identity_type", "form"), [("", "birth_date"), ("01", "birth_date"), ("02", "last_2")])
def test_hashes_are_read_by_the_operation_s_forms(client: Client, identity_type: str, form: str) -> None:
    asked = asked_by(
        call(client, "BankMetaVerifyIntl", ParamType="md5", ProductType="BANK_CARD_3_META", IdentityType=identity_type)
    )

    assert (asked.forms["resident_id"], asked.forms["bank_card"]) == (form, "last_6")
    assert asked.product_type == "BANK_CARD_3_META"


def test_hashes_without_a_form_are_whole(client: Client) -> None:
    assert asked_by(call(client, "MobileOnlineTime", ParamType="md5")).forms["mobile"] == "whole"


@pytest.mark.parametrize(
    ("given", "pictures"),
    [
        ({"SourceFacePicture": "YQ==", "TargetFacePicture": "Yg=="}, (b"a", b"b")),
        ({"SourceFacePicture": "YQ==", "TargetFacePictureUrl": "http://b"}, (b"a", b"http://b")),
        ({"SourceFacePicture": "a", "TargetFacePicture": "Yg=="}, (b"a", b"b")),
        ({}, ()),
    ],
)
def test_pictures_are_bytes_and_addresses_stand_for_some(
    client: Client, given: dict[str, str], pictures: tuple[bytes, ...]
) -> None:
    assert asked_by(call(client, "FaceCompare", **given)).pictures == pictures


@pytest.mark.parametrize(
    ("elements", "key"),
    [
        ({"resident_id": "310115188503140620"}, "ordinary-01"),
        ({"resident_id": "x", "merchant_user": "ordinary-02"}, "ordinary-02"),
        ({"merchant_user": ""}, None),
        ({"stranger": "x"}, None),
        ({}, None),
    ],
)
def test_a_person_is_found_by_the_first_element_that_leads_to_one(
    client: Client, elements: dict[str, str], key: str | None
) -> None:
    found = person_of(asked_by(call(client, "Initialize")), elements)

    assert (found.key if found is not None else None) == key


def test_hashed_elements_lead_to_the_same_person(client: Client) -> None:
    hashed = {
        "ParamType": "md5",
        "BankCard": "6217000000000" + digest("000103"),
        "IdentifyNum": "310115" + digest("18850314") + "0620",
        "Mobile": digest("13490000010"),
    }
    asked = asked_by(call(client, "BankMetaVerifyIntl", **hashed))
    by_each = [person_of(asked, {element: asked.values[element]}) for element in ("resident_id", "bank_card", "mobile")]

    assert [found and found.key for found in by_each] == ["ordinary-01"] * 3
    assert person_of(asked, {"resident_id": "310115" + digest("x") + "0620"}) is None
