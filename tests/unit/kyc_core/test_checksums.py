import pytest

from kyc_core.checksums import luhn_check_digit, luhn_ok, mod_11_2, mod_11_2_ok
from kyc_core.errors import InvalidFormat, InvalidLength

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ONE_PER_CHARACTER = (
    "110101199003070070",
    "110101199003070011",
    "110101199003070062",
    "110101199003070193",
    "110101199003070054",
    "110101199003070185",
    "110101199003070046",
    "110101199003070097",
    "110101199003070038",
    "110101199003070089",
    "11010119900307002X",
)


def by_table(body: str) -> str:
    """The algorithm as GB 11643-1999 prints it."""
    return "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]


def by_recursion(body: str) -> str:
    """The algorithm as ISO 7064 describes it."""
    product = 0
    for digit in body:
        product = (product + int(digit)) * 2 % 11
    return "0123456789X"[(12 - product) % 11]


@pytest.mark.parametrize("number", ONE_PER_CHARACTER, ids=lambda number: f"ends in {number[-1]}")
def test_each_of_the_eleven_check_characters_is_computed(number: str) -> None:
    body = number[:-1]

    assert mod_11_2(body) == by_table(body) == by_recursion(body) == number[-1]


@pytest.mark.parametrize("number", ONE_PER_CHARACTER, ids=lambda number: f"ends in {number[-1]}")
def test_only_one_of_the_eleven_is_accepted(number: str) -> None:
    accepted = [character for character in "0123456789X" if mod_11_2_ok(number[:-1] + character)]

    assert accepted == [number[-1]]


def test_the_standard_s_worked_example_comes_out() -> None:
    assert mod_11_2("11010519491231002") == "X"


def test_lower_case_x_is_no_check_character() -> None:
    assert not mod_11_2_ok("11010119900307002x")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("1101011990030700１", id="full-width digit"),
        pytest.param("110101199_0307001", id="underscore, which int accepts"),
        pytest.param(" 1010119900307001", id="blank, which int accepts"),
        pytest.param("11010119900307aa1", id="letters that are digits in base 13"),
        pytest.param("-1010119900307001", id="sign"),
        pytest.param("1101011990030700²", id="superscript, which isdigit accepts"),
    ],
)
def test_what_int_would_read_but_is_no_digit_is_refused(body: str) -> None:
    with pytest.raises(InvalidFormat):
        mod_11_2(body)
    with pytest.raises(InvalidFormat):
        luhn_check_digit(body)
    assert not any(mod_11_2_ok(body + character) for character in "0123456789X")
    assert not any(luhn_ok(body + character) for character in "0123456789")


@pytest.mark.parametrize("length", [0, 65, 10**6])
def test_an_absurd_length_is_refused_before_it_costs_anything(length: int) -> None:
    with pytest.raises(InvalidLength):
        mod_11_2("1" * length)
    with pytest.raises(InvalidLength):
        luhn_check_digit("1" * length)
    assert not mod_11_2_ok("1" * length)


@pytest.mark.parametrize(
    ("digits", "ok"),
    [
        pytest.param("6222021234567890128", True, id="corrected documentation sample"),
        pytest.param("6222021234567890123", False, id="documentation sample as printed"),
        pytest.param("6226090210146748", True, id="provider sample"),
        pytest.param("6225768888888888", True, id="provider sample of eights"),
        pytest.param("6217000012345670", True, id="16 digits"),
        pytest.param("601428000000000009", True, id="18 digits, an even count before the check digit is odd"),
        pytest.param("6221880000000000001", True, id="19 digits"),
        pytest.param("00", True, id="shortest"),
        pytest.param("0", False, id="a check digit of nothing"),
        pytest.param("", False, id="empty"),
    ],
)
def test_luhn_knows_right_from_wrong(digits: str, ok: bool) -> None:
    assert luhn_ok(digits) is ok


def test_a_body_with_its_luhn_digit_passes_and_with_any_other_fails() -> None:
    body = "622202123456789012"

    assert [digit for digit in "0123456789" if luhn_ok(body + digit)] == [luhn_check_digit(body)] == ["8"]
