"""Bank card numbers: shape, check digit, issuer."""

from __future__ import annotations

from collections import Counter

import pytest

from kyc_core.bank_card import (
    CardType,
    check_digit,
    is_valid,
    issuer,
    issuers,
    mask,
    normalise,
    parse,
    prefixes,
    validate,
)
from kyc_core.errors import InvalidChecksum, InvalidComponent, InvalidFormat, InvalidLength, KycValueError
from kyc_core.reports import Normalised, Severity


@pytest.mark.parametrize(
    ("pan", "bank", "card_type", "length"),
    [
        pytest.param("6222021234567890128", "ICBC", CardType.DEBIT, 19, id="corrected sample of a seed"),
        pytest.param("6221880000000000001", "PSBC", CardType.DEBIT, 19, id="Postal Savings Bank"),
        pytest.param("9558800000000000000", "ICBC", CardType.DEBIT, 19, id="not UnionPay's 62"),
        pytest.param("4367420000000000001", "CCB", CardType.DEBIT, 19, id="begins with 4"),
        pytest.param("1030000000000000006", "ABC", CardType.DEBIT, 19, id="three-digit prefix"),
        pytest.param("601428000000000009", "COMM", CardType.DEBIT, 18, id="eighteen digits"),
        pytest.param("6226090210146748", "CMB", CardType.DEBIT, 16, id="a provider's matching sample"),
        pytest.param("6225768888888888", "CMB", CardType.CREDIT, 16, id="a provider's mismatching sample"),
    ],
)
def test_a_good_number_leads_to_its_issuer(pan: str, bank: str, card_type: CardType, length: int) -> None:
    card = parse(pan, strict=True)

    assert card.luhn
    assert card.issuer is not None
    assert (card.issuer.bank, card.issuer.card_type, card.issuer.length) == (bank, card_type, length)
    assert validate(pan).codes == ()


@pytest.mark.parametrize(
    ("value", "codes", "ok"),
    [
        pytest.param("6222021234567890123", ("luhn",), True, id="sample of a seed, Luhn fails on a mainland prefix"),
        pytest.param("6217000012345670", ("length_for_bin",), True, id="right digit, wrong length"),
        pytest.param("6217000012345671", ("luhn", "length_for_bin"), True, id="wrong digit and length"),
        pytest.param("6222222222222222222", ("unknown_bin",), True, id="unlisted prefix, right digit"),
        pytest.param("4111111111111112", ("luhn", "unknown_bin"), False, id="unlisted prefix, wrong digit"),
        pytest.param("6222 0212 3456 7890 128", ("charset", "length"), False, id="blanks"),
        pytest.param("622202123-456-7890", ("charset",), False, id="hyphens"),
        pytest.param("６２２２０２１２３４５６７８９０１２８", ("charset",), False, id="full-width"),
        pytest.param("622202123456", ("length",), False, id="twelve digits"),
        pytest.param("62220212345678901234", ("length",), False, id="twenty digits"),
        pytest.param("6222021234567890128\n", ("charset", "length"), False, id="line end behind"),
        pytest.param("", ("empty",), False, id="empty"),
        pytest.param(6222021234567890128, ("type",), False, id="number"),
    ],
)
def test_everything_there_is_to_say(value: object, codes: tuple[str, ...], ok: bool) -> None:
    report = validate(value)

    assert report.codes == codes
    assert report.ok is is_valid(value) is ok


def test_strict_turns_warnings_into_errors() -> None:
    for pan in ("6222021234567890123", "6217000012345670", "6222222222222222222"):
        assert validate(pan).reasons[0].severity is Severity.WARNING
        assert validate(pan, strict=True).reasons[0].severity is Severity.ERROR


@pytest.mark.parametrize(
    ("text", "strict", "error"),
    [
        ("", False, InvalidLength),
        ("622202123456", False, InvalidLength),
        ("622202123456789O", False, InvalidFormat),
        ("4111111111111112", False, InvalidChecksum),
        ("6222021234567890123", True, InvalidChecksum),
        ("6217000012345670", True, InvalidLength),
        ("6222222222222222222", True, InvalidComponent),
    ],
)
def test_parsing_raises_the_kind_of_the_first_error(text: str, strict: bool, error: type[KycValueError]) -> None:
    with pytest.raises(error) as caught:
        parse(text, strict=strict)
    assert caught.value.field == "bank_card"


def test_the_number_stays_out_of_repr() -> None:
    assert "6225768888888888" not in repr(parse("6225768888888888"))


def test_the_longest_prefix_decides() -> None:
    table = prefixes()
    shorter, longer = "621241", "621241001"
    assert shorter in table
    assert longer in table

    assert {row.bin for row in issuers(longer + "0" * 10)} == {longer}
    assert {row.bin for row in issuers(shorter + "9" * 13)} == {shorter}


def test_a_prefix_used_with_two_lengths_is_told_by_the_length() -> None:
    assert [row.length for row in issuers("622302")] == [16, 18]
    sixteen, eighteen, neither = (issuer("622302".ljust(length, "0")) for length in (16, 18, 17))

    assert sixteen is not None
    assert (sixteen.bank, sixteen.length) == ("GDRCC", 16)
    assert eighteen is not None
    assert (eighteen.bank, eighteen.length) == ("ICBC", 18)
    assert neither == sixteen
    assert validate("622302" + "0" * 11).codes[-1] == "length_for_bin"


@pytest.mark.parametrize("text", ["", "0", "not a number", "4111111111111111"])
def test_what_is_not_listed_has_no_issuer(text: str) -> None:
    assert issuer(text) is None
    assert issuers(text) == ()


def test_the_table_is_what_the_package_holds_and_one_more() -> None:
    rows = [row for issued in prefixes().values() for row in issued]

    assert Counter(row.evidence for row in rows) == {"sdk": 1_698, "data": 1}
    assert Counter(row.card_type for row in rows) == {
        CardType.DEBIT: 1_085,
        CardType.CREDIT: 594,
        CardType.QUASI_CREDIT: 14,
        CardType.PREPAID: 6,
    }
    assert {row.length for row in rows} == {15, 16, 17, 18, 19}
    assert {len(prefix) for prefix in prefixes()} == {3, 4, 5, 6, 7, 8, 9, 10}
    assert all(row.name for row in rows)


def test_the_one_bank_that_a_provider_names_in_english_has_its_name() -> None:
    row = issuer("6225768888888888")

    assert row is not None
    assert (row.name, row.english, row.card_type.hanzi) == ("招商银行", "China Merchants Bank", "贷记卡")


def test_the_check_digit_is_computed_from_the_body() -> None:
    assert check_digit("622202123456789012") == "8"
    assert check_digit("622576888888888") == "8"


def test_separators_are_dropped_and_told() -> None:
    assert normalise("6222 0212-3456 7890 128 ") == Normalised("6222021234567890128", ("trimmed", "separators"))


@pytest.mark.parametrize(
    ("text", "masked"),
    [("6225768888888888", "622576******8888"), ("622202123456", "************"), ("", "")],
)
def test_masking_keeps_six_and_four(text: str, masked: str) -> None:
    assert mask(text) == masked
