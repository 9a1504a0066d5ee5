from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from kyc_core.adapters.base import AdapterError, Fault
from kyc_core.adapters.kyc_china_report import OPERATIONS, read_result, results
from kyc_core.verdicts import Decision, Verdict

TWO = "identity.two-factor"
MATCH: dict[str, Any] = {
    "identity": {"two-factor": {"result": "match", "consistent": True, "code": "1", "message": "OK"}},
    "summary": {"ran": [TWO], "matched": [TWO], "unmatched": [], "notFound": [], "errored": []},
}


def report(check: str, member: Any, *, told: str | None = None, errored: Any = ()) -> dict[str, Any]:
    """A report with one sub-check in it."""
    category, _, key = check.partition(".")
    name = "mobile.address-verify[0]" if check == "mobile.address-verify" else check
    summary: dict[str, Any] = {"ran": [name], "matched": [], "unmatched": [], "notFound": [], "errored": list(errored)}
    if told is not None:
        summary[told].append(name)
    return {category: {key: member}, "summary": summary}


@pytest.mark.parametrize(
    ("check", "member", "told", "verdict"),
    [
        pytest.param(TWO, {"result": "match"}, "matched", Verdict.MATCH, id="word"),
        pytest.param(TWO, {"consistent": True, "code": "1"}, "matched", Verdict.MATCH, id="booleans"),
        pytest.param(TWO, {"consistent": False, "code": "-1"}, "unmatched", Verdict.MISMATCH, id="booleans against"),
        pytest.param(TWO, {"consistent": None, "code": None}, "notFound", Verdict.NOT_FOUND, id="nulls"),
        pytest.param("identity.image", {"result": "no match"}, "unmatched", Verdict.FACE_DIFFERENT, id="another face"),
        pytest.param("bank.four-factor", {"result": "not found"}, "notFound", Verdict.NOT_FOUND, id="no such card"),
        pytest.param("mobile.attribution", {"success": True}, None, Verdict.NO_CHECK, id="data"),
        pytest.param("mobile.attribution", {"success": False}, "notFound", Verdict.NOT_FOUND, id="no data"),
        pytest.param("mobile.address-verify", [{"distance": "≤3km"}], None, Verdict.NO_CHECK, id="near"),
        pytest.param("mobile.address-verify", [{"distance": None}], "notFound", Verdict.NOT_FOUND, id="nowhere"),
        pytest.param(
            "risk.fraud",
            {"success": True, "risks": [{"level": "none"}]},
            None,
            Verdict.NO_CHECK,
            id="level in any case",
        ),
        pytest.param(
            "risk.fraud", {"success": True, "risks": [{"level": "Low"}]}, None, Verdict.MISMATCH, id="any other level"
        ),
    ],
)
def test_a_result_means_what_it_says(check: str, member: Any, told: str | None, verdict: Verdict) -> None:
    assert read_result(report(check, member, told=told), check)[1].verdict is verdict


def edited(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    changed = copy.deepcopy(MATCH)
    change(changed)
    return changed


def two(changed: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = changed["identity"]["two-factor"]
    return found


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda it: it.pop("summary"), id="no summary"),
        pytest.param(lambda it: it.update(summary=[]), id="summary a list"),
        pytest.param(lambda it: it["summary"].pop("matched"), id="a list is absent"),
        pytest.param(lambda it: it["summary"].update(matched=TWO), id="a list is a text"),
        pytest.param(lambda it: it["summary"].update(matched=[True]), id="a name is none"),
        pytest.param(lambda it: it["summary"].update(matched=[]), id="matched nowhere"),
        pytest.param(lambda it: it["summary"].update(unmatched=[TWO]), id="matched and unmatched"),
        pytest.param(lambda it: it["summary"].update(matched=[], unmatched=[TWO]), id="the lists say otherwise"),
        pytest.param(lambda it: it["summary"].update(notFound=[TWO]), id="matched and not found"),
        pytest.param(lambda it: it["summary"].update(matched=[TWO, TWO]), id="matched twice"),
        pytest.param(lambda it: it["summary"].update(ran=[]), id="matched without running"),
        pytest.param(lambda it: it["summary"].update(errored=None), id="errored is null"),
        pytest.param(lambda it: it["summary"].update(errored=[{"check": TWO}]), id="errored without a text"),
        pytest.param(lambda it: it["summary"].update(errored=[{"check": TWO, "error": "x"}]), id="matched and errored"),
        pytest.param(lambda it: it.pop("identity"), id="the category is absent"),
        pytest.param(lambda it: it.update(identity=None), id="the category is null"),
        pytest.param(lambda it: it["identity"].clear(), id="the object is absent"),
        pytest.param(lambda it: it["identity"].update({"two-factor": None}), id="the object is null"),
        pytest.param(lambda it: it["identity"].update({"two-factor": "match"}), id="the object is a text"),
        pytest.param(lambda it: two(it).clear(), id="the object says nothing"),
        pytest.param(lambda it: two(it).update(result="no match"), id="word against booleans"),
        pytest.param(lambda it: two(it).update(consistent=False), id="consistent against code"),
        pytest.param(lambda it: two(it).update(consistent=1), id="1 for true"),
        pytest.param(lambda it: two(it).update(consistent="true"), id="a text for true"),
        pytest.param(lambda it: two(it).update(code=1), id="a number for the code"),
        pytest.param(lambda it: two(it).pop("code"), id="consistent without code"),
        pytest.param(lambda it: two(it).update(result="MATCH"), id="the word in capitals"),
        pytest.param(lambda it: two(it).update(result=True), id="a truth for the word"),
    ],
)
def test_a_report_that_contradicts_itself_is_never_a_pass(change: Callable[[dict[str, Any]], object]) -> None:
    with pytest.raises(AdapterError) as refused:
        read_result(edited(change), TWO)

    assert refused.value.fault is Fault.CONTRACT
    assert refused.value.charge_possible


def test_a_word_that_nobody_documents_is_no_result() -> None:
    with pytest.raises(AdapterError) as refused:
        read_result(report(TWO, {"result": "likely"}), TWO)

    assert refused.value.fault is Fault.UNKNOWN_CODE


@pytest.mark.parametrize(
    ("check", "member"),
    [
        pytest.param("risk.fraud", {"success": True, "risks": []}, id="no risks"),
        pytest.param("risk.fraud", {"success": False, "risks": [{"level": "None"}]}, id="no success"),
        pytest.param("risk.fraud", {"success": True, "risks": [{"type": "fraud"}]}, id="a risk without level"),
        pytest.param("risk.criminal", {"success": True, "risks": [{"level": None}]}, id="a level of null"),
        pytest.param("mobile.attribution", {"operator": "x"}, id="data without success"),
        pytest.param("mobile.address-verify", [], id="no address"),
        pytest.param("mobile.address-verify", [{"distance": "≤3km"}] * 2, id="two addresses for one"),
        pytest.param("mobile.address-verify", [{"distance": 3}], id="a number for a distance"),
        pytest.param("mobile.address-verify", [{}], id="no distance"),
    ],
)
def test_data_of_another_shape_are_no_result(check: str, member: Any) -> None:
    with pytest.raises(AdapterError):
        read_result(report(check, member), check)


def test_what_errored_was_not_checked_whatever_its_text() -> None:
    nothing: dict[str, Any] = {key: [] for key in ("ran", "matched", "unmatched", "notFound")}
    lost = {"summary": {**nothing, "errored": [{"check": TWO, "error": "上游超时"}]}}
    code, meaning = read_result(lost, TWO)

    assert (code, meaning.verdict) == ("上游超时", Verdict.SOURCE_ERROR)
    assert meaning.verdict.decision is Decision.UNABLE


def test_a_sub_check_that_is_not_in_the_report_is_no_result() -> None:
    with pytest.raises(AdapterError):
        read_result(MATCH, "risk.criminal")


@pytest.mark.parametrize("operation", OPERATIONS)
def test_only_a_match_passes(operation: str) -> None:
    passing = [code for code, meaning in results(operation).items() if meaning.verdict.decision is Decision.PASS]

    assert passing == (["match"] if OPERATIONS[operation]["form"] == "comparison" else [])
