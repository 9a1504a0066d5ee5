"""What the mobile strategies promise about their options."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.strategies.mobiles import NEAR_MISSES, SAFE_BLOCKS, mobiles, near_miss
from kyc_core.mobile import Allocation, Operator, allocation_of, parse, validate


def test_the_safe_blocks_are_wholly_unallocated() -> None:
    assert all(allocation_of(f"{block}{rest:02d}") is None for block in SAFE_BLOCKS for rest in range(100))


@given(mobiles())
def test_safe_numbers_reach_nobody(number: str) -> None:
    assert parse(number).allocation is Allocation.UNALLOCATED


@given(mobiles(safety="realistic"))
def test_realistic_numbers_are_allocated(number: str) -> None:
    assert validate(number).codes == ()


@given(st.sampled_from(Allocation), st.data())
def test_the_class_is_kept(allocation: Allocation, data: st.DataObject) -> None:
    number = data.draw(mobiles(allocation=allocation, safety="realistic"))

    assert parse(number).allocation is allocation


@given(st.sampled_from(Operator), st.data())
def test_the_operator_is_kept(operator: Operator, data: st.DataObject) -> None:
    number = data.draw(mobiles(operator=operator, safety="realistic"))

    assert parse(number).allocated_to is operator


@pytest.mark.parametrize("reason", NEAR_MISSES)
def test_every_near_miss_earns_exactly_its_codes(reason: str) -> None:
    @given(near_miss(reason))
    def earns(drawn: tuple[str, tuple[str, ...]]) -> None:
        text, codes = drawn
        assert reason in codes
        assert validate(text).codes == codes

    earns()


def test_an_allocated_number_is_never_called_safe() -> None:
    with pytest.raises(ValueError, match="realistic"):
        mobiles(allocation=Allocation.MOBILE)
    with pytest.raises(ValueError, match="realistic"):
        mobiles(operator=Operator.MOBILE)


def test_a_combination_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="no prefix"):
        mobiles(allocation=Allocation.RESALE, operator=Operator.SATNET, safety="realistic")
