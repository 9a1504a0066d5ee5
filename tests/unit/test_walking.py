"""Walking a table loses nothing that one test per row had: every row runs, every failure is told by its row's name."""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.walking import SHOWN, walk


def told(test: Callable[..., None], **given: Any) -> str:
    """Return what is told of a test that must fail."""
    with pytest.raises(BaseExceptionGroup) as caught:
        test(**given)
    return "".join(traceback.format_exception(caught.value))


def test_every_row_is_visited_and_every_failing_row_is_told_with_its_evidence() -> None:
    visited: list[int] = []

    @walk("number", [pytest.param(1, id="one"), pytest.param(2, id="two"), pytest.param(3, id="three"), 4])
    def odd(number: int) -> None:
        visited.append(number)

        assert number % 2 == 1, f"{number} is even"

    said = told(odd)

    assert visited == [1, 2, 3, 4]
    assert "2 of 4 rows failed: two; 4" in said
    assert "AssertionError: 2 is even" in said
    assert "row: two" in said
    assert "row: 4" in said
    assert "row: one" not in said
    assert said.count("in odd") == 2, "each failure has its own traceback"


def test_a_walk_without_a_failure_passes() -> None:
    visited: list[str] = []

    walk("name", ["a", "b"])(lambda name: visited.append(name))()

    assert visited == ["a", "b"]


def test_whatever_is_raised_fails_the_row_and_not_the_walk() -> None:
    @walk("kind", ["error", "nothing raised", "skipped", "fine"])
    def fails(kind: str) -> None:
        if kind == "error":
            raise KeyError(kind)
        if kind == "nothing raised":
            with pytest.raises(KeyError):
                pass
        if kind == "skipped":
            pytest.skip("a row may not be left out in silence")

    said = told(fails)

    assert "3 of 4 rows failed: error; nothing raised; skipped" in said
    assert "KeyError: 'error'" in said
    assert "DID NOT RAISE" in said


def test_a_stop_from_the_keyboard_stops_the_walk() -> None:
    @walk("name", ["a"])
    def stopped(name: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()


def test_of_very_many_failures_a_few_are_shown_and_all_are_named() -> None:
    @walk("number", range(SHOWN + 5))
    def never(number: int) -> None:
        raise LookupError(f"<{number}>")

    said = told(never)

    assert f"{SHOWN + 5} of {SHOWN + 5} rows failed: 0; 1; 2" in said
    assert f"; {SHOWN + 4}" in said
    assert said.count("LookupError: <") == SHOWN


def test_a_row_fills_several_parameters_and_fixtures_stay() -> None:
    seen: list[tuple[str, int, str]] = []

    @walk("operation, code", [("a", 1), pytest.param("b", 2, id="second")])
    def asked(operation: str, code: int, fixture: str) -> None:
        seen.append((operation, code, fixture))

    asked(fixture="shared")

    assert seen == [("a", 1, "shared"), ("b", 2, "shared")]
    assert list(inspect.signature(asked).parameters) == ["fixture"]


def test_each_row_gets_its_own_of_what_is_fresh_even_after_a_failure() -> None:
    entered: list[int] = []
    left: list[int] = []

    @contextmanager
    def box() -> Iterator[list[str]]:
        entered.append(len(entered))
        yield []
        left.append(len(left))

    @contextmanager
    def tidy() -> Iterator[None]:
        try:
            yield
        finally:
            left.append(-1)

    @walk("name", ["a", "b"], fresh={"kept": box, "tidied": tidy})
    def fill(name: str, kept: list[str], tidied: None) -> None:
        kept.append(name)

        assert kept == ["other"]

    said = told(fill)

    assert "2 of 2 rows failed" in said
    assert (entered, left) == ([0, 1], [-1, -1])


def test_what_is_fresh_need_be_no_context_manager() -> None:
    made: list[list[str]] = []

    @walk("name", ["a", "b"], fresh={"kept": list})
    def fill(name: str, kept: list[str]) -> None:
        kept.append(name)
        made.append(kept)

    fill()

    assert made == [["a"], ["b"]]


def test_rows_are_parted_into_tests_by_a_parameter() -> None:
    seen: list[tuple[str, int]] = []

    @walk(("operation", "code"), [("a", 1), ("b", 2), ("a", 3)], by="operation")
    def asked(operation: str, code: int, fixture: str) -> None:
        seen.append((operation, code))

    (mark,) = asked.pytestmark  # type: ignore[attr-defined]  # where pytest keeps marks
    argument, lots = mark.args
    for lot in lots:
        asked(lot=lot, fixture="shared")

    assert (mark.name, argument, list(mark.kwargs["ids"])) == ("parametrize", "lot", ["a", "b"])
    assert seen == [("a", 1), ("a", 3), ("b", 2)]
    assert list(inspect.signature(asked).parameters) == ["fixture", "lot"]


def test_a_walk_over_nothing_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="proves nothing"):
        walk("name", [])


def test_a_marked_row_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="marks"):
        walk("name", [pytest.param("a", marks=pytest.mark.xfail)])


@walk(("operation", "code"), [("a", 1), ("b", 2), ("a", 3)], by="operation")
def test_pytest_itself_calls_what_was_parted(operation: str, code: int, tmp_path_factory: object) -> None:
    assert code in ({1, 3} if operation == "a" else {2})
    assert tmp_path_factory
