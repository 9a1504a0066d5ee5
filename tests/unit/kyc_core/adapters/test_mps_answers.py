"""What the adapter makes of an answer of the JSON dialect, and what it refuses to believe."""

from __future__ import annotations

from typing import Any

import pytest

from kyc_core.adapters.base import AdapterError, CheckResult, Fault
from kyc_core.adapters.mps_answers import interpret
from kyc_core.adapters.mps_operations import OPERATIONS
from kyc_core.verdicts import Retry, Verdict

DATA = {"orderNo": "026010500000000001", "result": "01", "remark": "anything"}
FACE = {"orderNo": "1", "result": "01", "idcardResult": "01", "photoResult": "01", "photoScore": "92"}


def answer(data: dict[str, Any] | None, **changes: Any) -> dict[str, Any]:
    return {"chargeStatus": 1, "message": "成功", "code": "200000", "data": data, **changes}


def read(document: dict[str, Any], operation: str = "two-factor", scale: float = 100) -> CheckResult:
    return interpret(OPERATIONS[operation], document, scale=scale)


def test_an_answer_is_read_by_its_codes_alone() -> None:
    found = read(answer(DATA))

    assert (found.verdict, found.billed, found.retry) == (Verdict.MATCH, True, Retry.NEVER)
    assert (found.provider_code, found.request_id) == ("01", "026010500000000001")
    assert found.evidence == {"operation": "two-factor", "member": "result", "value": "01"}


@pytest.mark.parametrize(
    ("code", "verdict"),
    [("02", Verdict.MISMATCH), ("03", Verdict.NOT_FOUND), ("04", Verdict.SOURCE_ERROR)],
)
def test_nothing_but_01_passes(code: str, verdict: Verdict) -> None:
    found = read(answer({**DATA, "result": code, "remark": "一致"}))

    assert (found.verdict, found.passed) == (verdict, False)


@pytest.mark.parametrize(("charge", "billed"), [(1, True), (0, False)])
def test_the_provider_says_whether_it_charges(charge: int, billed: bool) -> None:
    assert read(answer({**DATA, "result": "03"}, chargeStatus=charge)).billed is billed


def test_members_nobody_knows_are_let_through() -> None:
    assert read(answer({**DATA, "later": {}}, later=1)).passed


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        pytest.param(answer(DATA, chargeStatus=True), Fault.CONTRACT, id="charge is true"),
        pytest.param(answer(DATA, chargeStatus="1"), Fault.CONTRACT, id="charge is text"),
        pytest.param(answer(DATA, chargeStatus=2), Fault.CONTRACT, id="charge is two"),
        pytest.param(answer(DATA, code=200000), Fault.CONTRACT, id="the code is a number"),
        pytest.param(answer(DATA, code=None), Fault.CONTRACT, id="no code"),
        pytest.param(answer(DATA, code="200001"), Fault.CONTRACT, id="refused with data"),
        pytest.param(answer(None, code="999"), Fault.UNKNOWN_CODE, id="an unknown refusal"),
        pytest.param(answer(None), Fault.CONTRACT, id="accepted without data"),
        pytest.param({**answer(DATA), "data": [DATA]}, Fault.CONTRACT, id="data is a list"),
        pytest.param(answer({**DATA, "orderNo": None}), Fault.CONTRACT, id="no order number"),
        pytest.param(answer({**DATA, "orderNo": "a b"}), Fault.CONTRACT, id="an odd order number"),
        pytest.param(answer({**DATA, "result": 1}), Fault.CONTRACT, id="the result is a number"),
        pytest.param(answer({**DATA, "result": None}), Fault.CONTRACT, id="the result is null"),
        pytest.param(answer({**DATA, "result": "1"}), Fault.UNKNOWN_CODE, id="1 is not 01"),
        pytest.param(answer({**DATA, "result": "01 "}), Fault.UNKNOWN_CODE, id="a blank after it"),
        pytest.param(answer({**DATA, "result": ""}), Fault.UNKNOWN_CODE, id="an empty result"),
        pytest.param(answer({"orderNo": "1"}), Fault.CONTRACT, id="no result"),
    ],
)
def test_whatever_is_odd_is_no_result(document: dict[str, Any], fault: Fault) -> None:
    with pytest.raises(AdapterError) as refused:
        read(document)

    assert (refused.value.fault, refused.value.charge_possible) == (fault, True)


@pytest.mark.parametrize(
    ("code", "result", "idcard", "score", "verdict"),
    [
        ("01", "01", "01", "60", Verdict.MATCH),
        ("01", "01", "01", "100", Verdict.MATCH),
        ("02", "02", "01", "0", Verdict.FACE_DIFFERENT),
        ("02", "02", "01", "39.99", Verdict.FACE_DIFFERENT),
        ("03", "02", "01", "52", Verdict.FACE_UNSURE),
        ("05", "02", "02", "", Verdict.MISMATCH),
        ("06", "04", "01", "", Verdict.NO_PHOTO),
        ("07", "04", "01", "", Verdict.POOR_PHOTO),
        ("08", "03", "03", "", Verdict.NOT_FOUND),
        ("09", "03", "03", "", Verdict.CANCELLED),
        ("04", "04", "04", "", Verdict.SOURCE_ERROR),
    ],
)
def test_a_face_comparison_is_read_from_all_its_members(
    code: str, result: str, idcard: str, score: str, verdict: Verdict
) -> None:
    data = {**FACE, "photoResult": code, "result": result, "idcardResult": idcard, "photoScore": score}

    assert read(answer(data), "face-compare").verdict is verdict


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"result": "02"}, id="the result says no"),
        pytest.param({"idcardResult": "02"}, id="the identity says no"),
        pytest.param({"idcardResult": None}, id="no identity"),
        pytest.param({"photoScore": "59"}, id="a score of somebody else"),
        pytest.param({"photoScore": "101"}, id="a score above its scale"),
        pytest.param({"photoScore": "920"}, id="a score of another scale"),
        pytest.param({"photoScore": ""}, id="no score"),
        pytest.param({"photoScore": 92}, id="a number for a score"),
        pytest.param({"photoScore": "9٢"}, id="digits of another script"),
        pytest.param({"photoScore": "NaN"}, id="not a number"),
        pytest.param({"photoResult": "02", "result": "02", "photoScore": "92"}, id="different with a high score"),
        pytest.param({"photoResult": "06", "result": "04", "photoScore": "92"}, id="a score without a photo"),
    ],
)
def test_a_face_comparison_that_contradicts_itself_is_no_result(changes: dict[str, Any]) -> None:
    with pytest.raises(AdapterError) as refused:
        read(answer({**FACE, **changes}), "face-compare")

    assert refused.value.fault is Fault.CONTRACT


@pytest.mark.parametrize(
    ("code", "verdict", "retry"),
    [
        ("500", Verdict.SOURCE_ERROR, Retry.LATER),
        ("400001", Verdict.REFUSED, Retry.FIX_REQUEST),
        ("400002", Verdict.REFUSED, Retry.FIX_REQUEST),
        ("101", Verdict.REFUSED, Retry.LATER),
    ],
)
def test_a_refusal_is_no_verdict_about_anybody(code: str, verdict: Verdict, retry: Retry) -> None:
    found = read(answer(None, code=code, chargeStatus=0))

    assert (found.verdict, found.retry, found.billed, found.request_id) == (verdict, retry, False, None)


def test_an_unknown_code_is_repeated_only_where_it_looks_like_one() -> None:
    with pytest.raises(AdapterError) as plain:
        read(answer({**DATA, "result": "77"}))
    with pytest.raises(AdapterError) as odd:
        read(answer({**DATA, "result": "110101190001010006 测试甲"}))

    assert (plain.value.provider_code, odd.value.provider_code) == ("77", None)
