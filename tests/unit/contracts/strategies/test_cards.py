"""What the card strategies promise about their options."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.strategies import cards
from contracts.strategies.cards import NEAR_MISSES, near_miss, pans
from kyc_core.bank_card import CardType, issuers, parse, prefixes, validate
from kyc_core.checksums import luhn_ok


@given(pans())
def test_safe_numbers_fail_luhn_or_have_no_issuer(pan: str) -> None:
    assert luhn_ok(pan) is not bool(issuers(pan))


@given(pans(luhn=True), pans(luhn=False))
def test_safe_numbers_keep_the_check_digit_asked_for(valid: str, invalid: str) -> None:
    assert validate(valid).codes == ("unknown_bin",)
    assert validate(invalid).codes == ("luhn",)


@given(pans(safety="realistic"))
def test_realistic_numbers_pass_strictly(pan: str) -> None:
    assert validate(pan, strict=True).codes == ()


@given(st.data())
def test_prefix_and_check_digit_are_kept(data: st.DataObject) -> None:
    prefix = data.draw(st.sampled_from(sorted(prefixes())))
    luhn = data.draw(st.booleans())

    pan = data.draw(pans(bin=prefix, luhn=luhn, safety="realistic"))

    assert {row.bin for row in issuers(pan)} == {prefix}
    assert luhn_ok(pan) is luhn


@given(st.sampled_from(CardType), st.data())
def test_the_kind_of_card_is_kept(card_type: CardType, data: st.DataObject) -> None:
    issuer = parse(data.draw(pans(card_type=card_type))).issuer

    assert issuer is not None
    assert card_type in {row.card_type for row in issuers(issuer.bin)}


@pytest.mark.parametrize("reason", NEAR_MISSES)
def test_every_near_miss_earns_exactly_its_codes(reason: str) -> None:
    @given(near_miss(reason))
    def earns(drawn: tuple[str, tuple[str, ...]]) -> None:
        text, codes = drawn
        assert reason in codes
        assert validate(text).codes == codes

    earns()


def test_a_chargeable_number_is_never_called_safe() -> None:
    with pytest.raises(ValueError, match="realistic"):
        pans(bin="622202", luhn=True)
    with pytest.raises(ValueError, match="realistic"):
        pans(card_type=CardType.DEBIT, luhn=True)


def test_an_unlisted_prefix_is_refused() -> None:
    with pytest.raises(ValueError, match="prefix"):
        pans(bin="000000")


def test_a_prefix_with_two_lengths_gets_a_third_that_cards_may_have() -> None:
    number = "6225100000000001344"
    lengths = {row.length for row in issuers(number)}

    assert lengths == {18, 19}
    assert validate(cards._of_another_length(number)).codes == ("length_for_bin",)
