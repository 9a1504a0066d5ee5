"""The reference adapters read every code as the outcome tables do, although neither is made from the other."""

from __future__ import annotations

import pytest

from contracts.loader import Outcome, load_table
from kyc_core.adapters import alibaba_operations, kyc_china_report, signzy_answers, tencent, upi
from kyc_core.verdicts import Verdict
from tests.walking import walk

ALIBABA = load_table("alibaba")
KYC_CHINA = load_table("kyc_china")
SIGNZY = load_table("signzy")
TENCENT = load_table("tencent")
UPI = load_table("upi")
UPI_PHOTO = "ID_CARD_PHOTO_VERIFICATION"


@walk(
    "row",
    [pytest.param(row, id=f"{row.operation} {row.code}") for row in TENCENT.rows if row.kind == "result"],
)
def test_tencent_reads_each_result_as_its_row(row: Outcome) -> None:
    meaning = tencent.ACTIONS[row.operation].results[row.code]

    assert (meaning.verdict, meaning.billed, meaning.retry) == (row.verdict, row.billed, row.retry)


@walk("row", [pytest.param(row, id=row.code) for row in TENCENT.rows if row.kind == "error"])
def test_tencent_reads_each_error_as_its_row(row: Outcome) -> None:
    assert (tencent.error_verdict(row.code), tencent.error_retry(row.code)) == (row.verdict, row.retry)


def test_tencent_knows_no_result_that_is_not_listed() -> None:
    known = {(operation, code) for operation, action in tencent.ACTIONS.items() for code in action.results}

    assert known == {(row.operation, row.code) for row in TENCENT.rows if row.kind == "result"}


ALIBABA_OPERATIONS = [pytest.param(name, known, id=name) for name, known in alibaba_operations.OPERATIONS.items()]


@pytest.mark.parametrize(("name", "known"), ALIBABA_OPERATIONS)
def test_alibaba_reads_each_result_as_its_row(name: str, known: alibaba_operations.Operation) -> None:
    read = {code: (each.verdict, each.billed, each.retry) for code, each in known.results.items()}

    assert read == {row.code: (row.verdict, row.billed, row.retry) for row in ALIBABA.results(known.action)}


@walk(
    "row",
    [
        pytest.param(row, id=f"{row.operation} {row.code}")
        for row in ALIBABA.rows
        if row.kind == "error" and row.operation in ("*", *alibaba_operations.OPERATIONS)
    ],
)
def test_alibaba_reads_each_error_as_its_row(row: Outcome) -> None:
    meaning = alibaba_operations.error_meaning(row.code)

    assert (meaning.verdict, meaning.billed, meaning.retry) == (row.verdict, row.billed, row.retry)


def test_alibaba_knows_every_operation_that_can_confirm_somebody() -> None:
    confirming = {row.operation for row in ALIBABA.rows if row.verdict is Verdict.MATCH}

    assert confirming <= alibaba_operations.OPERATIONS.keys()


@pytest.mark.parametrize(("name", "known"), ALIBABA_OPERATIONS)
def test_alibaba_sends_each_parameter_to_its_place(name: str, known: alibaba_operations.Operation) -> None:
    fields = {field["name"]: field for field in ALIBABA.operations[known.action]["fields"]}
    sent = {*known.fixed, *known.defaults, *known.claim.values(), *known.extra.values()}
    sent |= {"MerchantBizId"} if known.numbered else set()

    assert sent <= fields.keys()
    assert known.form & sent == {name for name in sent if fields[name]["place"] == "body"}


@pytest.mark.parametrize(("name", "known"), ALIBABA_OPERATIONS)
def test_alibaba_expects_the_companions_of_the_table(name: str, known: alibaba_operations.Operation) -> None:
    listed = ALIBABA.operations[known.action]["anatomy"].get("companions", {})
    expected = {
        (f"/{known.envelope}/{member}", code): value
        for member, values in known.companions.items()
        for value, codes in values.items()
        for code in codes
        if code != "P"  # stands at Passed itself
    }

    assert expected == {(place, code): value for place, codes in listed.items() for code, value in codes.items()}


SUB_CHECKS = [name for name, facts in KYC_CHINA.operations.items() if facts["kind"] == "sub_check"]


@pytest.mark.parametrize("check", SUB_CHECKS)
def test_the_aggregators_sub_checks_are_read_as_their_rows(check: str) -> None:
    read = {
        code: (meaning.verdict, meaning.billed, meaning.retry)
        for code, meaning in kyc_china_report.results(check).items()
    }
    errors = [row for row in KYC_CHINA.rows if row.operation == check and row.kind == "error"]
    errored = {row.code: kyc_china_report.ERRORED[row.code] for row in errors}

    assert read == {row.code: (row.verdict, row.billed, row.retry) for row in KYC_CHINA.results(check)}
    assert [(errored[row.code].verdict, errored[row.code].billed, errored[row.code].retry) for row in errors] == [
        (row.verdict, row.billed, row.retry) for row in errors
    ]


@pytest.mark.parametrize("operation", ["request", "poll"])
def test_the_aggregators_refusals_are_read_as_their_rows(operation: str) -> None:
    for row in KYC_CHINA.errors(operation):
        meaning = kyc_china_report.STATUSES[row.http_status]

        assert (meaning.verdict, meaning.billed, meaning.retry) == (row.verdict, row.billed, row.retry)


def test_the_aggregators_adapter_knows_every_sub_check_and_its_fields() -> None:
    sent = {
        name: {*facts["claim"].values(), *(["addressesToVerify"] if "extra" in facts else [])}
        for name, facts in kyc_china_report.OPERATIONS.items()
    }

    assert sent == {name: {*KYC_CHINA.operations[name]["requires"]} or {"idNumber"} for name in SUB_CHECKS}


@pytest.mark.parametrize("operation", signzy_answers.RESULTS)
def test_signzy_reads_each_result_as_its_row(operation: str) -> None:
    read = {code: (each.verdict, each.billed, each.retry) for code, each in signzy_answers.RESULTS[operation].items()}

    assert read == {row.code: (row.verdict, row.billed, row.retry) for row in SIGNZY.results(operation)}
    assert signzy_answers.PATHS[operation] == SIGNZY.operations[operation]["path"]


@pytest.mark.parametrize("row", [pytest.param(row, id=row.code) for row in SIGNZY.errors("verify")])
def test_signzy_reads_each_error_as_its_row(row: Outcome) -> None:
    statuses = {row.http_status} | ({422} if row.status_by == "signzy.bad_input_status" else set())

    for status in statuses:
        meaning = signzy_answers.REFUSALS[str(status)]
        assert (meaning.verdict, meaning.billed, meaning.retry) == (row.verdict, row.billed, row.retry)


def test_signzy_knows_no_status_that_is_not_listed_and_every_operation_that_can_confirm_somebody() -> None:
    assert signzy_answers.REFUSALS.keys() == {row.code for row in SIGNZY.errors("verify")} | {"422"}
    assert {row.operation for row in SIGNZY.rows if row.verdict is Verdict.MATCH} == set(signzy_answers.RESULTS)
    assert SIGNZY.operations["login"]["path"] == signzy_answers.LOGIN_PATH
    assert SIGNZY.error("login", "LOGIN_FAILED").code == signzy_answers.LOGIN_FAILED


def test_upi_reads_each_code_as_its_row() -> None:
    read = {code: (each.verdict, each.billed, each.retry) for code, each in upi.RESULTS.items()}

    assert read == {row.code: (row.verdict, row.billed, row.retry) for row in UPI.results(UPI_PHOTO)}


def test_upi_reads_a_refused_caller_as_its_row() -> None:
    (row,) = UPI.errors(UPI_PHOTO)
    meaning = upi.UNAUTHORISED_MEANING

    assert (row.code, row.http_status) == (upi.UNAUTHORISED, 401)
    assert (meaning.verdict, meaning.billed, meaning.retry) == (row.verdict, row.billed, row.retry)


@pytest.mark.parametrize(
    ("finding", "verdict"),
    [
        ("mismatch", Verdict.MISMATCH),
        ("not_found", Verdict.NOT_FOUND),
        ("no_photo", Verdict.NO_PHOTO),
        ("no_face", Verdict.NO_FACE),
        ("poor_photo", Verdict.POOR_PHOTO),
    ],
)
def test_upi_tells_apart_what_one_code_says_of_several_findings(finding: str, verdict: Verdict) -> None:
    told = UPI.operations[UPI_PHOTO]["findings"][finding]
    meaning = upi.meaning_of(told["code"], told["detail"])

    assert meaning is not None
    assert meaning.verdict is verdict


def test_upi_sends_the_members_of_the_table_to_its_path() -> None:
    facts = UPI.operations[UPI_PHOTO]
    known = upi.OPERATIONS[UPI_PHOTO]

    assert (upi.PATH, [known["trade_type"]]) == (facts["path"], facts["trade_types"])
    assert known["claim"] == {field["claim"]: field["name"] for field in facts["fields"] if field["claim"]}
    assert set(known["extra"].values()) < {field["name"] for field in facts["fields"]}
