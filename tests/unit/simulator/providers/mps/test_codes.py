from __future__ import annotations

import pytest

from kyc_core.verdicts import Verdict
from simulator.providers.mps.codes import Check, Dialect, Operation, catalogue

OPERATIONS = list(catalogue().values())


def test_there_are_five_operations_in_two_dialects() -> None:
    assert {name: (operation.dialect, operation.check) for name, operation in catalogue().items()} == {
        "two-factor": (Dialect.JSON, Check.TWO_FACTOR),
        "four-factor": (Dialect.JSON, Check.FOUR_FACTOR),
        "face-compare": (Dialect.JSON, Check.FACE),
        "nciicCheck": (Dialect.NCIIC, Check.TWO_FACTOR),
        "nciicCompare": (Dialect.NCIIC, Check.FACE),
    }


@pytest.mark.parametrize("operation", [pytest.param(operation, id=operation.name) for operation in OPERATIONS])
def test_every_finding_that_can_be_made_has_an_answer(operation: Operation) -> None:
    found = {"match", "mismatch", "not_found", "cancelled", "invalid_id", "invalid_name"}
    found |= {"source_error", "source_upgrading", "quota"}
    if operation.check is Check.FOUR_FACTOR:
        found |= {"invalid_validity"}
    if operation.check is Check.FACE:
        found |= {"face_different", "face_unsure", "no_photo", "poor_photo", "no_face", "photo_undecodable"}
    if operation.dialect is Dialect.NCIIC:
        found |= {"incomplete"}

    assert set(operation.answers) == found


@pytest.mark.parametrize("operation", [pytest.param(operation, id=operation.name) for operation in OPERATIONS])
def test_only_a_match_is_answered_with_a_pass(operation: Operation) -> None:
    passes = [word for word, row in operation.answers.items() if row.verdict is Verdict.MATCH]

    assert passes == ["match"]


def test_one_code_is_worded_by_what_it_stands_for() -> None:
    operation = catalogue()["four-factor"]
    words = ("source_error", "invalid_id", "invalid_name", "invalid_validity", "source_upgrading", "quota")
    rows = [operation.answer(word) for word in words]

    assert {row.code for row in rows} == {"04"}
    assert len({row.text["zh"] for row in rows}) == len(words)


@pytest.mark.parametrize("operation", [pytest.param(operation, id=operation.name) for operation in OPERATIONS])
def test_the_usual_price_list_is_that_of_the_rows(operation: Operation) -> None:
    charged = {word for word, row in operation.answers.items() if row.billed}

    assert operation.charged["default"] == charged


def test_the_other_price_lists_only_add_to_the_usual_one() -> None:
    face = catalogue()["face-compare"].charged

    assert face["alibaba_pro"] - face["default"] == {"no_photo", "poor_photo", "no_face"}
    assert face["apix"] - face["default"] == {"not_found"}
    assert all(
        operation.charged["alibaba_pro"] == operation.charged["default"]
        for operation in OPERATIONS
        if operation.check is not Check.FACE
    )


def test_a_face_comparison_has_companions_for_every_code_and_a_typical_score_in_its_band() -> None:
    operation = catalogue()["face-compare"]
    codes = {row.code for row in operation.answers.values()}

    assert {member: set(words) for member, words in operation.companions.items()} == {
        "result": codes,
        "idcardResult": codes,
    }
    assert operation.bands is not None
    assert {word: operation.bands.verdict(score).value.lower() for word, score in operation.typical_scores.items()} == {
        "match": "match",
        "face_unsure": "face_unsure",
        "face_different": "face_different",
    }


def test_a_finding_of_another_operation_has_no_answer() -> None:
    with pytest.raises(KeyError):
        catalogue()["two-factor"].answer("face_unsure")
