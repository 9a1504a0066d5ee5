"""Walk the rows of a table inside one test, so that ten rows that fail are ten failures told, and none costs an item.

``pytest.mark.parametrize`` makes an item of every row: fine for a dozen, but each item costs milliseconds beside what
it tests, and the outcome tables and shipped cases have thousands of rows. ``walk`` is written the same way and runs
every row, whichever fails; what fails is raised together, each failure with its row's name and its own traceback.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final

import pytest

SHOWN: Final = 10
"""Failures told with traceback; of the others the names of their rows are told."""

Test = Callable[..., None]
Fresh = Mapping[str, Callable[[], Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row under the name that a failure is told by."""

    name: str
    arguments: Mapping[str, Any]


def walk(
    arguments: str | Sequence[str], rows: Iterable[Any], *, by: str | None = None, fresh: Fresh | None = None
) -> Callable[[Test], Test]:
    """Return a decorator: the test is called with every row, and fails when any row did.

    Args:
        arguments: the parameters a row fills, as ``pytest.mark.parametrize`` takes them: names, or one string of them.
        rows: a value for each parameter (no tuple where there is one parameter), or ``pytest.param(..., id="name")``.
        by: the parameter whose values part the rows into tests of their own, where all at once would take seconds.
        fresh: what every row gets anew: parameter to what makes it, called without arguments; a context manager is
            entered for the row. Fixtures are as always made once for a test, which is all rows of it.

    Raises:
        ValueError: there is no row, or a row is marked; a row that may be skipped or fail belongs to ``parametrize``.
    """
    names = arguments.replace(",", " ").split() if isinstance(arguments, str) else list(arguments)
    table = [_row(names, values) for values in rows]
    if not table:
        raise ValueError("a walk over no rows proves nothing")
    anew = dict(fresh or {})

    def decorate(test: Test) -> Test:
        left = inspect.signature(test)
        fixtures = [one for name, one in left.parameters.items() if name not in names and name not in anew]
        if by is None:

            @wraps(test)
            def walked(**given: Any) -> None:
                _visit(test, table, anew, given)

            walked.__signature__ = left.replace(parameters=fixtures)  # type: ignore[attr-defined]  # what pytest reads
            return walked

        lots: dict[str, list[Row]] = {}
        for row in table:
            lots.setdefault(str(row.arguments[by]), []).append(row)

        @wraps(test)
        def walked_in_lots(lot: Sequence[Row], **given: Any) -> None:
            _visit(test, lot, anew, given)

        lot = inspect.Parameter("lot", inspect.Parameter.KEYWORD_ONLY)
        walked_in_lots.__signature__ = left.replace(  # type: ignore[attr-defined]  # what pytest reads
            parameters=[*(one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in fixtures), lot]
        )
        parted: Test = pytest.mark.parametrize("lot", lots.values(), ids=lots)(walked_in_lots)
        return parted

    return decorate


def _row(names: Sequence[str], values: Any) -> Row:
    marked = hasattr(values, "marks")
    if marked and values.marks:
        raise ValueError(f"a row of a walk has marks: {values}")
    found = values.values if marked else (values,) if len(names) == 1 else values
    name = values.id if marked and values.id else "-".join(str(value)[:80] for value in found)
    return Row(name=name, arguments=dict(zip(names, found, strict=True)))


def _visit(test: Test, table: Sequence[Row], fresh: Fresh, given: Mapping[str, Any]) -> None:
    """Call *test* with each row; raise what failed as one group, with a note of the row on each."""
    failed: list[str] = []
    shown: list[BaseException] = []
    for row in table:
        try:
            with ExitStack() as around:
                made = {name: make() for name, make in fresh.items()}
                for name, value in made.items():
                    if isinstance(value, AbstractContextManager):
                        made[name] = around.enter_context(value)
                test(**given, **made, **row.arguments)
        # What pytest itself raises (a `pytest.raises` that saw nothing, a skip) is no Exception.
        except (Exception, pytest.fail.Exception, pytest.skip.Exception) as error:
            failed.append(row.name)
            if len(shown) < SHOWN:
                error.add_note(f"row: {row.name}")
                shown.append(error)
    if failed:
        raise BaseExceptionGroup(f"{len(failed)} of {len(table)} rows failed: {'; '.join(failed)}", shown)
