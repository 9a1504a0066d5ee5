from __future__ import annotations

import pytest

from simulator.providers.signzy.codes import Shape, envelope, status_text, table

CODES = ("Verified", "Not Verified", "Unable to Verify")


@pytest.mark.parametrize(
    ("vocabulary", "words"),
    [
        ("three", CODES),
        ("two", ("Verified", "Not Verified", "Not Verified")),
        ("match", ("Full Match", "Partial Match", "No Match")),
    ],
)
def test_the_words_of_each_vocabulary(vocabulary: str, words: tuple[str, ...]) -> None:
    assert tuple(status_text(code, vocabulary) for code in CODES) == words


def test_every_vocabulary_of_the_switch_is_known() -> None:
    known = {"three", *table().operations["verify"]["vocabularies"]}

    assert known == set(table().switches["signzy.status_vocabulary"].values)


@pytest.mark.parametrize("operation", table().operations)
def test_every_error_has_the_words_of_its_body(operation: str) -> None:
    for row in table().errors(operation):
        words = envelope(operation, row.code)
        assert words.name
        if words.shape is Shape.SIX_FIELDS:
            assert words.message
            assert words.type
        if words.wording:
            assert words.wording in row.variants


def test_verifications_have_the_pages_body_and_logins_the_older() -> None:
    assert {
        code for code in ("400", "401", "403", "409", "500") if envelope("verify", code).shape is Shape.OLDER
    } == set()
    assert {envelope("login", row.code).shape for row in table().errors("login")} == {Shape.OLDER}
