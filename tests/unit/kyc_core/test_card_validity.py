"""How long a card is valid, and what the two printed dates may be."""

from __future__ import annotations

from datetime import date

import pytest

from kyc_core.card_validity import (
    CardPeriod,
    CardState,
    Document,
    LongTerm,
    expiry,
    format,
    format_expiry,
    format_face,
    is_valid,
    normalise_expiry,
    parse,
    validate,
    validity_years,
)
from kyc_core.dates import parse as day
from kyc_core.errors import InvalidComponent, InvalidFormat, InvalidLength, KycValueError
from kyc_core.reports import Normalised, Severity

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("born", "issued", "expires"),
    [
        pytest.param("19931212", "20040327", "20090327", id="standard's example, 10 years old"),
        pytest.param("19811212", "20040327", "20140327", id="standard's example, 22 years old"),
        pytest.param("19731212", "20040327", "20240327", id="standard's example, 30 years old"),
        pytest.param("19531212", "20040327", "长期", id="standard's example, 50 years old"),
        pytest.param("19811212", "20040229", "20140301", id="standard's example, issued on a leap day"),
        pytest.param("20040601", "20200531", "20250531", id="15, the last day"),
        pytest.param("20040601", "20200601", "20300601", id="16, the first day"),
        pytest.param("19980601", "20240531", "20340531", id="25, the last day"),
        pytest.param("19980601", "20240601", "20440601", id="26, the first day"),
        pytest.param("19780601", "20240531", "20440531", id="45, the last day"),
        pytest.param("19780601", "20240601", "长期", id="46, the first day"),
        pytest.param("19920229", "20180228", "20280228", id="leap-day child, still 25"),
        pytest.param("19920229", "20180301", "20380301", id="leap-day child, 26 on 1 March"),
        pytest.param("20040229", "20200229", "20300301", id="leap-day child, 16 on a leap day"),
        pytest.param("20080229", "20240228", "20290228", id="leap-day child, still 15"),
        pytest.param("20080229", "20240229", "20340301", id="leap-day child, 16, ends in a common year"),
        pytest.param("20000229", "20160229", "20260301", id="leap-day child of 2000"),
        pytest.param("19700101", "20040229", "20240229", id="twenty years on it is a leap year again"),
        pytest.param("20100101", "20240229", "20290301", id="five years on it is not"),
        pytest.param("19900101", "20180501", "20380501", id="what a seed's sample should print"),
    ],
)
def test_the_rule_gives_the_last_day(born: str, issued: str, expires: str) -> None:
    assert format_expiry(expiry(day(born), day(issued))) == expires
    assert validate(issued, expires, today=day(issued), born=day(born)).codes == ()


@pytest.mark.parametrize(
    ("document", "born", "years"),
    [
        pytest.param(Document.RESIDENCE_PERMIT, date(1950, 1, 1), 5, id="permit at any age"),
        pytest.param(Document.FOREIGN_PERMANENT_RESIDENT, date(2008, 11, 21), 5, id="foreigner of 17"),
        pytest.param(Document.FOREIGN_PERMANENT_RESIDENT, date(2008, 11, 20), 10, id="foreigner of 18"),
        pytest.param(Document.FOREIGN_PERMANENT_RESIDENT, date(1940, 1, 1), 10, id="old foreigner"),
    ],
)
def test_other_documents_have_terms_of_their_own(document: Document, born: date, years: int) -> None:
    assert validity_years(born, TODAY, document=document) == years


@pytest.mark.parametrize(
    ("issued", "expires", "born", "codes"),
    [
        pytest.param("20180501", "20281231", "19900101", ("expiry_off_rule",), id="a seed's own sample"),
        pytest.param("20180501", "20380501", None, (), id="rule unchecked without a birth date"),
        pytest.param("20180501", "长期", "19900101", ("expiry_off_rule",), id="for good, too young"),
        pytest.param("20240101", "20440101", "19700101", ("expiry_off_rule",), id="an end, too old"),
        pytest.param("20160601", "20260601", "20000101", ("expired",), id="past its last day"),
        pytest.param("20161120", "20261120", "20000101", (), id="the last day still counts"),
        pytest.param("20261121", "20461121", "20000101", ("issue_in_future",), id="issued tomorrow"),
        pytest.param("20261101", "20311101", "20261102", ("issue_before_birth",), id="issued before birth"),
        pytest.param("20031231", "长期", "19500101", ("issue_before_second_generation",), id="before 2004"),
        pytest.param("20040101", "长期", "19500101", (), id="the first day of the second generation"),
        pytest.param("19840406", "长期", "19300101", ("issue_before_second_generation",), id="the first day of cards"),
        pytest.param(
            "19840405",
            "长期",
            "19300101",
            ("issue_before_first_cards", "issue_before_second_generation"),
            id="before there were cards",
        ),
        pytest.param(
            "20200601",
            "20200531",
            "20000101",
            ("expiry_before_issue", "expiry_off_rule", "expired"),
            id="ends before it begins",
        ),
        pytest.param("99991231", "99991231", "99800101", ("issue_in_future", "expiry_off_rule"), id="end of calendar"),
    ],
)
def test_oddities_are_warnings(issued: str, expires: str, born: str | None, codes: tuple[str, ...]) -> None:
    report = validate(issued, expires, today=TODAY, born=day(born) if born else None)

    assert report.codes == codes
    assert report.ok


def test_being_expired_is_information_not_a_fault() -> None:
    (reason,) = validate("20160601", "20260601", today=TODAY).reasons

    assert (reason.code, reason.severity) == ("expired", Severity.INFO)


@pytest.mark.parametrize(
    ("issued", "expires", "codes"),
    [
        pytest.param("2018.05.01", "20380501", ("issue_length", "issue_charset"), id="dotted"),
        pytest.param("20180230", "20380501", ("issue_date_invalid",), id="no such first day"),
        pytest.param("长期", "长期", ("issue_long_term",), id="the word is for the last day only"),
        pytest.param("00000000", "长期", ("issue_long_term",), id="so are the zeros"),
        pytest.param("20180501", "00000000", ("expiry_long_term",), id="zeros where the word is wanted"),
        pytest.param("20180501", "長期", ("expiry_long_term",), id="traditional characters"),
        pytest.param("20180501", "长期有效", ("expiry_long_term",), id="longer words"),
        pytest.param("20180501", "永久", ("expiry_long_term",), id="another word"),
        pytest.param("20180501", "长期\n", ("expiry_length", "expiry_charset"), id="line end behind the word"),
        pytest.param("", "", ("issue_empty", "expiry_empty"), id="both empty"),
        pytest.param(20180501, None, ("issue_type", "expiry_type"), id="neither is text"),
    ],
)
def test_fields_that_cannot_be_read_are_errors(issued: object, expires: object, codes: tuple[str, ...]) -> None:
    assert validate(issued, expires, today=TODAY).codes == codes
    assert not is_valid(issued, expires, today=TODAY)


def test_a_provider_that_wants_zeros_refuses_the_word() -> None:
    assert validate("20180501", "00000000", today=TODAY, long_term=LongTerm.ZEROS).codes == ()
    assert validate("20180501", "长期", today=TODAY, long_term=LongTerm.ZEROS).codes == ("expiry_long_term",)


@pytest.mark.parametrize(
    ("text", "value", "notes"),
    [
        pytest.param("20380501", "20380501", (), id="a date"),
        pytest.param("长期", "长期", (), id="the word"),
        pytest.param("2038.05.01", "20380501", ("separators",), id="dotted"),
        pytest.param("2038-05-01", "20380501", ("separators",), id="dashed"),
        pytest.param(" 長期 ", "长期", ("trimmed", "long_term_variant"), id="traditional with blanks"),
        pytest.param("长期有效", "长期", ("long_term_variant",), id="longer words"),
        pytest.param("永久", "长期", ("long_term_variant",), id="another word"),
        pytest.param("00000000", "长期", ("long_term_variant",), id="zeros"),
        pytest.param("20991231", "长期", ("long_term_variant",), id="end of the century"),
        pytest.param("9999-12-31", "长期", ("separators", "long_term_variant"), id="end of time"),
    ],
)
def test_last_days_are_brought_to_one_writing(text: str, value: str, notes: tuple[str, ...]) -> None:
    assert normalise_expiry(text) == Normalised(value, notes)


@pytest.mark.parametrize("long_term", LongTerm)
@pytest.mark.parametrize("expires", [None, date(2038, 5, 1)])
def test_a_period_is_read_and_written_back(long_term: LongTerm, expires: date | None) -> None:
    period = CardPeriod(issued=date(2018, 5, 1), expires=expires)

    assert parse(*format(period, long_term=long_term), long_term=long_term) == period


def test_the_card_face_has_dots_and_the_word() -> None:
    assert format_face(CardPeriod(issued=date(2018, 5, 1), expires=date(2038, 5, 1))) == "2018.05.01-2038.05.01"
    assert format_face(CardPeriod(issued=date(2018, 5, 1), expires=None)) == "2018.05.01-长期"


@pytest.mark.parametrize(
    ("issued", "expires", "error"),
    [
        ("", "20380501", InvalidLength),
        ("20180501", "2038050", InvalidLength),
        ("20180501", "00000000", InvalidFormat),
        ("20180501", "2038050a", InvalidFormat),
        ("20180230", "20380501", InvalidComponent),
    ],
)
def test_parsing_raises_the_kind_of_the_first_error(issued: str, expires: str, error: type[KycValueError]) -> None:
    with pytest.raises(error) as caught:
        parse(issued, expires)
    assert caught.value.field == "card_period"


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2018, 4, 30), CardState.NOT_YET_VALID),
        (date(2018, 5, 1), CardState.CURRENT),
        (date(2028, 5, 1), CardState.CURRENT),
        (date(2028, 5, 2), CardState.EXPIRED),
    ],
)
def test_a_card_is_current_from_its_first_to_its_last_day(today: date, state: CardState) -> None:
    assert CardPeriod(issued=date(2018, 5, 1), expires=date(2028, 5, 1)).state(today) is state


def test_a_card_for_good_never_expires_unless_it_is_of_the_first_generation() -> None:
    period = CardPeriod(issued=date(1990, 1, 1), expires=None)

    assert period.state(date(2012, 12, 31), first_generation=True) is CardState.CURRENT
    assert period.state(date(2013, 1, 1), first_generation=True) is CardState.EXPIRED
    assert period.state(date(2013, 1, 1)) is CardState.CURRENT
    assert validate("19900101", "长期", today=TODAY, first_generation=True).codes == ("expired",)
