"""Base64url has one spelling for one value."""

from __future__ import annotations

from itertools import product

import pytest

from kyc_core.signing.base64url import NotBase64Url, Problem, decode, encode, problem_of


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"\x03", "Aw"),
        (b"\x03\xec", "A-w"),
        (b"\x03\xec\xff\xe0\xc1", "A-z_4ME"),
        (b'{"alg":"RS256"}', "eyJhbGciOiJSUzI1NiJ9"),
    ],
)
def test_bytes_are_spelt_as_in_rfc_7515(data: bytes, text: str) -> None:
    assert encode(data) == text
    assert decode(text) == data


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Aw==", Problem.PADDED),
        ("A-w=", Problem.PADDED),
        ("A-z_4ME=", Problem.PADDED),
        ("=", Problem.PADDED),
        ("A+z_4ME", Problem.STANDARD_ALPHABET),
        ("A+z/4ME=", Problem.STANDARD_ALPHABET),
        ("A", Problem.LENGTH),
        ("AAAAA", Problem.LENGTH),
        ("Ax", Problem.TRAILING_BITS),
        ("A-x", Problem.TRAILING_BITS),
        ("A=w", Problem.FOREIGN_CHARACTER),
        ("A w", Problem.FOREIGN_CHARACTER),
        ("Aw\n", Problem.FOREIGN_CHARACTER),
        (" Aw", Problem.FOREIGN_CHARACTER),
        ("Aw.", Problem.FOREIGN_CHARACTER),
        ("Ａw", Problem.FOREIGN_CHARACTER),
    ],
)
def test_another_spelling_is_refused_by_name(text: str, problem: Problem) -> None:
    assert problem_of(text) is problem
    with pytest.raises(NotBase64Url) as caught:
        decode(text)
    assert caught.value.problem is problem
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("length", "canonical"),
    [
        pytest.param(1, 0, id="no bytes give one character"),
        pytest.param(2, 8 * 4, id="four spare bits"),
        pytest.param(3, 8 * 8 * 4, id="two spare bits"),
    ],
)
def test_no_two_texts_stand_for_the_same_bytes(length: int, canonical: int) -> None:
    letters = "AQgwBh-_+/=\n"
    taken = [decode(text) for text in map("".join, product(letters, repeat=length)) if problem_of(text) is None]

    assert len(taken) == len(set(taken)) == canonical
