"""The adapters' tables say what codes mean, in words everybody knows."""

from __future__ import annotations

import pytest

from kyc_core.adapters.meanings import Meaning, read_meanings
from kyc_core.verdicts import Retry, Verdict

ROW = {"verdict": "NO_PHOTO", "billed": True, "retry": "never"}


def test_a_row_becomes_a_meaning() -> None:
    assert read_meanings({"no_photo": ROW}) == {"no_photo": Meaning(Verdict.NO_PHOTO, True, Retry.NEVER)}


@pytest.mark.parametrize("change", [{"verdict": "PASSED"}, {"retry": "perhaps"}])
def test_a_word_nobody_knows_is_loud(change: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="is not a valid"):
        read_meanings({"no_photo": ROW | change})


def test_a_missing_column_is_loud() -> None:
    with pytest.raises(KeyError):
        read_meanings({"no_photo": {"verdict": "NO_PHOTO", "retry": "never"}})
