from __future__ import annotations

from datetime import date

import pytest

from kyc_core.people import Person, parse_person
from simulator.providers.signzy.operations import Asked, Finding, numbers_of, person_of, verify

TODAY = date(2026, 1, 5)
BORN = date(1900, 1, 1)
NUMBER = "110101190001010006"
NAME = "测试甲"


def person(**members: object) -> Person:
    return parse_person({"key": "a", "name": NAME, "resident_id": NUMBER} | members)


def found(on_file: Person | None, *, name: str = NAME, born: date = BORN, number: str = NUMBER) -> Finding:
    return verify(Asked(name=name, birth_date=born, number=number), on_file, today=TODAY)


@pytest.mark.parametrize(
    ("on_file", "claim", "finding"),
    [
        pytest.param(person(), {}, Finding.MATCH, id="everything agrees"),
        pytest.param(person(), {"name": "测试乙"}, Finding.MISMATCH, id="another name"),
        pytest.param(person(), {"name": "Ceshi Jia"}, Finding.MISMATCH, id="pinyin is nobody's name on file"),
        pytest.param(person(), {"born": date(1900, 1, 2)}, Finding.MISMATCH, id="another birth date"),
        pytest.param(None, {}, Finding.UNABLE, id="not on file"),
        pytest.param(person(state="not_found"), {}, Finding.UNABLE, id="on file as not found"),
        pytest.param(person(state="cancelled"), {}, Finding.UNABLE, id="cancelled"),
        pytest.param(
            None, {"born": date(1900, 1, 2)}, Finding.MISMATCH, id="the date is looked at before the register"
        ),
        pytest.param(None, {"number": "110101190001010007"}, Finding.UNTRUE, id="wrong check character"),
        pytest.param(None, {"number": "110101190002290003"}, Finding.UNTRUE, id="29 February 1900"),
        pytest.param(None, {"number": "99010119000101000X"}, Finding.UNTRUE, id="unassigned division"),
        pytest.param(None, {"number": "1101011900010"}, Finding.UNTRUE, id="13 digits"),
    ],
)
def test_what_a_verification_comes_to(on_file: Person | None, claim: dict[str, object], finding: Finding) -> None:
    assert found(on_file, **claim) is finding  # type: ignore[arg-type]  # the rows are keyword arguments of mixed type


def test_a_lowercase_check_character_is_the_same_number() -> None:
    holder = person(resident_id="11010119000101009X")

    assert found(holder, number="11010119000101009x") is Finding.MATCH


@pytest.mark.parametrize(
    ("number", "numbers"),
    [
        pytest.param(NUMBER, (NUMBER,), id="18 characters"),
        pytest.param("11010119000101009x", ("11010119000101009X",), id="lower-case x"),
        pytest.param("110105491231002", ("11010519491231002X",), id="first generation"),
        pytest.param("110105491332002", (), id="15 digits that name no day"),
        pytest.param("110101600101999", ("110101196001019999", "11010118600101999X"), id="centenarian sequence"),
    ],
)
def test_the_numbers_that_a_text_stands_for(number: str, numbers: tuple[str, ...]) -> None:
    assert numbers_of(number) == numbers


def test_15_digits_find_whoever_is_on_file_under_one_of_their_readings() -> None:
    older = person(resident_id="11010118600101999X")
    register = {older.resident_id: older}

    assert person_of("110101600101999", register.get) is older
    assert person_of("110101000101001", register.get) is None
    assert found(older, number="110101600101999", born=date(1860, 1, 1)) is Finding.MATCH
    assert found(older, number="110101600101999", born=date(1960, 1, 1)) is Finding.MISMATCH


def test_15_digits_that_name_no_day_are_nobodys() -> None:
    assert found(None, number="110105491332002") is Finding.UNTRUE
