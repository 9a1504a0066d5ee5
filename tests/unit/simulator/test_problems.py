from __future__ import annotations

import orjson
import pytest

from simulator.problems import KINDS, TYPES, Fault, Problem, invalid


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_a_complete_problem(kind: str) -> None:
    document = Problem(kind).to_document()

    assert document == {"type": TYPES + kind, "title": KINDS[kind].title, "status": KINDS[kind].status}
    assert 400 <= document["status"] < 600
    assert KINDS[kind].meaning


def test_what_happened_and_what_is_wrong_stand_in_the_document() -> None:
    problem = Problem(
        "invalid", "two things", errors=(Fault("a text", pointer="/name"), Fault("a number", parameter="limit"))
    )

    assert orjson.loads(problem.to_json()) == {
        "type": TYPES + "invalid",
        "title": "Not valid",
        "status": 422,
        "detail": "two things",
        "errors": [{"pointer": "/name", "detail": "a text"}, {"parameter": "limit", "detail": "a number"}],
    }


def test_the_pointer_to_the_whole_body_is_empty_and_not_left_out() -> None:
    assert invalid("", "an object").to_document()["errors"] == [{"pointer": "", "detail": "an object"}]


def test_a_kind_nobody_described_is_a_bug() -> None:
    with pytest.raises(KeyError):
        Problem("nonsense")
