from __future__ import annotations

import pytest

from simulator.providers.kyc_china.codes import sub_checks
from simulator.providers.kyc_china.eligibility import eligible

LOOKUPS = ["mobile.attribution", "mobile.location-work", "mobile.location-residential"]
OF_MOBILE = [*LOOKUPS, "risk.fraud"]


def ids(*fields: str, addresses: int = 0, pairs: bool = True) -> list[str]:
    return [run.id for run in eligible(fields, addresses=addresses, pairs=pairs)]


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param((), id="nothing"),
        pytest.param(("name",), id="name"),
        pytest.param(("facePhoto",), id="photo"),
        pytest.param(("bankCardNumber",), id="card"),
        pytest.param(("idIssueDate", "idExpiryDate"), id="both dates"),
        pytest.param(("name", "facePhoto"), id="name and photo"),
        pytest.param(
            ("name", "bankCardNumber", "idIssueDate", "idExpiryDate", "facePhoto"), id="all but number and mobile"
        ),
        pytest.param(("callbackUrl",), id="a callback"),
    ],
)
@pytest.mark.parametrize("addresses", [0, 2])
def test_without_number_and_mobile_nothing_starts(fields: tuple[str, ...], addresses: int) -> None:
    assert ids(*fields, addresses=addresses) == []


@pytest.mark.parametrize(
    ("fields", "addresses", "expected"),
    [
        pytest.param("idNumber", 0, ["risk.fraud"], id="number"),
        pytest.param("mobile", 0, OF_MOBILE, id="mobile"),
        pytest.param("mobile", 1, [*LOOKUPS, "mobile.address-verify[0]", "risk.fraud"], id="mobile, one address"),
        pytest.param(
            "mobile",
            2,
            [*LOOKUPS, "mobile.address-verify[0]", "mobile.address-verify[1]", "risk.fraud"],
            id="mobile, two addresses",
        ),
        pytest.param("name mobile", 0, ["identity.name-mobile", *OF_MOBILE], id="name, mobile"),
        pytest.param("idNumber mobile", 0, ["identity.id-mobile", *OF_MOBILE], id="number, mobile"),
        pytest.param("name idNumber", 0, ["identity.two-factor", "risk.fraud", "risk.criminal"], id="name, number"),
        pytest.param(
            "name idNumber idIssueDate",
            0,
            ["identity.two-factor", "risk.fraud", "risk.criminal"],
            id="first date alone",
        ),
        pytest.param(
            "name idNumber idExpiryDate",
            0,
            ["identity.two-factor", "risk.fraud", "risk.criminal"],
            id="last date alone",
        ),
        pytest.param(
            "name idNumber idIssueDate idExpiryDate",
            0,
            ["identity.four-factor", "risk.fraud", "risk.criminal"],
            id="both dates",
        ),
        pytest.param(
            "name idNumber facePhoto",
            0,
            ["identity.two-factor", "identity.image", "risk.fraud", "risk.criminal"],
            id="name, number, photo",
        ),
        pytest.param(
            "name idNumber bankCardNumber",
            0,
            ["identity.two-factor", "risk.fraud", "risk.criminal", "bank.three-factor"],
            id="name, number, card",
        ),
        pytest.param(
            "name idNumber mobile",
            0,
            ["identity.two-factor", "identity.three-factor", *OF_MOBILE, "risk.criminal"],
            id="name, number, mobile",
        ),
        pytest.param(
            "name idNumber mobile bankCardNumber",
            0,
            ["identity.two-factor", "identity.three-factor", *OF_MOBILE, "risk.criminal", "bank.four-factor"],
            id="name, number, mobile, card",
        ),
        pytest.param("name mobile bankCardNumber", 0, ["identity.name-mobile", *OF_MOBILE], id="a card without number"),
    ],
)
def test_the_fields_decide_what_runs_in_table_order(fields: str, addresses: int, expected: list[str]) -> None:
    assert ids(*fields.split(), addresses=addresses) == expected


def test_everything_with_one_address_makes_ten_calls_and_nine_without_the_photo() -> None:
    everything = {
        "name", "idNumber", "idIssueDate", "idExpiryDate", "facePhoto", "mobile", "bankCardNumber", "callbackUrl",
    }  # fmt: skip

    assert ids(*everything, addresses=1) == [
        "identity.four-factor",
        "identity.image",
        "identity.three-factor",
        *LOOKUPS,
        "mobile.address-verify[0]",
        "risk.fraud",
        "risk.criminal",
        "bank.four-factor",
    ]
    assert len(ids(*everything - {"facePhoto"}, addresses=1)) == 9


@pytest.mark.parametrize("other", ["name", "idNumber"])
def test_the_pairs_can_be_left_out(other: str) -> None:
    assert ids(other, "mobile", pairs=False) == OF_MOBILE
    assert "identity.three-factor" in ids("name", "idNumber", "mobile", pairs=False)


def test_the_order_of_the_table_is_that_of_the_documentation() -> None:
    assert list(sub_checks()) == [
        "identity.two-factor",
        "identity.four-factor",
        "identity.image",
        "identity.three-factor",
        "identity.name-mobile",
        "identity.id-mobile",
        "mobile.attribution",
        "mobile.location-work",
        "mobile.location-residential",
        "mobile.address-verify",
        "risk.fraud",
        "risk.criminal",
        "bank.three-factor",
        "bank.four-factor",
    ]
