from datetime import date

import pytest

from kyc_core import first_generation
from kyc_core.errors import InvalidChecksum, InvalidComponent, InvalidFormat, InvalidLength, KycValueError
from kyc_core.first_generation import candidates, downgrade, upgrade

PAIRS = [
    pytest.param("110105491231002", "11010519491231002X", id="the standard's first example"),
    pytest.param("110101900307001", "110101199003070011", id="Beijing"),
    pytest.param("310112850409522", "310112198504095227", id="Shanghai"),
    pytest.param("440524800101001", "440524198001010013", id="always the 1900s"),
]


@pytest.mark.parametrize(("short", "full"), PAIRS)
def test_fifteen_digits_become_eighteen_characters_and_back(short: str, full: str) -> None:
    assert upgrade(short) == full
    assert candidates(short) == (full,)
    assert downgrade(full) == short


@pytest.mark.parametrize("sequence", ["996", "997", "998", "999"])
def test_a_centenarian_s_sequence_leaves_two_centuries_open_and_the_later_is_likelier(sequence: str) -> None:
    readings = candidates("440524800101" + sequence)

    assert [number[6:10] for number in readings] == ["1980", "1880"]
    assert upgrade("440524800101" + sequence) == readings[0]


def test_nobody_born_from_2000_on_was_given_fifteen_digits() -> None:
    assert upgrade("110105010101001")[6:14] == "19010101"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        pytest.param("110105000229002", InvalidComponent, id="29 February 1900"),
        pytest.param("110105000229998", InvalidComponent, id="29 February 1800 or 1900"),
        pytest.param("110101199003070011", InvalidLength, id="18 already"),
        pytest.param("", InvalidLength, id="empty"),
        pytest.param("KAZ110090123105", InvalidFormat, id="a foreign resident's"),
    ],
)
def test_what_is_no_first_generation_number_is_not_upgraded(text: str, error: type[KycValueError]) -> None:
    with pytest.raises(error):
        upgrade(text)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        pytest.param("440524188001010014", InvalidComponent, id="born in the 1800s"),
        pytest.param("330113202201010010", InvalidComponent, id="born in the 2000s"),
        pytest.param("110101190002290011", InvalidComponent, id="no such day"),
        pytest.param("110101199003070012", InvalidChecksum, id="wrong check character"),
        pytest.param("932682198501010017", InvalidFormat, id="a foreign resident's"),
        pytest.param("810000199001010019", InvalidFormat, id="a permit holder's"),
        pytest.param("110105491231002", InvalidFormat, id="15 already"),
    ],
)
def test_what_would_lose_something_is_not_downgraded(text: str, error: type[KycValueError]) -> None:
    with pytest.raises(error):
        downgrade(text)


def test_the_report_tells_an_ambiguous_century() -> None:
    open_century, known = (
        first_generation.findings(number, date(2026, 11, 20))[-1] for number in ("440524800101997", "440524800101001")
    )

    assert "1800s" in open_century.detail
    assert "1800s" not in known.detail
