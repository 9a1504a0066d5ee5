"""Of a claim, an operation sends what it uses and nothing else."""

from __future__ import annotations

import pytest

from kyc_core.adapters.base import AdapterError, Claim, Fault
from kyc_core.adapters.wire import wire_members
from kyc_core.verdicts import Retry

MEMBERS = {"name": "customerNm", "resident_id": "certifID"}
EXTRAS = {"order_id": "orderID"}
CLAIM = Claim(name="张三", resident_id="11010119000101009X", mobile="16012345678", extra={"order_id": "1"})


def test_members_go_out_under_their_wire_names_and_others_stay() -> None:
    assert wire_members(CLAIM, members=MEMBERS, extras=EXTRAS) == {
        "customerNm": "张三",
        "certifID": "11010119000101009X",
        "orderID": "1",
    }


def test_an_empty_value_is_stated() -> None:
    assert wire_members(Claim(name=""), members={"name": "Name"}, extras={}) == {"Name": ""}


@pytest.mark.parametrize(
    ("claim", "fault", "message"),
    [
        (Claim(), Fault.INCOMPLETE_CLAIM, "the claim does not state name, resident_id"),
        (
            Claim(name="张三", resident_id="1", extra={"b": 1, "a": 1}),
            Fault.UNKNOWN_EXTRA,
            "the operation knows no extra called a, b",
        ),
    ],
)
def test_too_little_and_too_much_are_misuse(claim: Claim, fault: Fault, message: str) -> None:
    with pytest.raises(AdapterError, match=message) as caught:
        wire_members(claim, members=MEMBERS, extras=EXTRAS)

    assert (caught.value.fault, caught.value.retry) == (fault, Retry.FIX_REQUEST)
    assert not caught.value.charge_possible
