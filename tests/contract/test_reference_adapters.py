"""The reference adapters read every code as the outcome tables do, although neither is made from the other."""

from __future__ import annotations

import pytest

from contracts.loader import Outcome, load_table
from kyc_core.adapters import tencent

TENCENT = load_table("tencent")


@pytest.mark.parametrize(
    "row",
    [pytest.param(row, id=f"{row.operation} {row.code}") for row in TENCENT.rows if row.kind == "result"],
)
def test_tencent_reads_each_result_as_its_row(row: Outcome) -> None:
    meaning = tencent.ACTIONS[row.operation].results[row.code]

    assert (meaning.verdict, meaning.billed, meaning.retry) == (row.verdict, row.billed, row.retry)


@pytest.mark.parametrize("row", [pytest.param(row, id=row.code) for row in TENCENT.rows if row.kind == "error"])
def test_tencent_retries_each_error_as_its_row(row: Outcome) -> None:
    assert tencent.error_retry(row.code) is row.retry


def test_tencent_knows_no_result_that_is_not_listed() -> None:
    known = {(operation, code) for operation, action in tencent.ACTIONS.items() for code in action.results}

    assert known == {(row.operation, row.code) for row in TENCENT.rows if row.kind == "result"}
