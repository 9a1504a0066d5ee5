from __future__ import annotations

from contracts.calls_seen import CallSeen, Witnessed, end_line, from_line, lost_line, read, to_line

CALL = CallSeen(
    number=1,
    tenant="t",
    epoch="0.0",
    at=1.5,
    wall=2.5,
    provider="kyc_china",
    operation="request",
    kind="result",
    code="200",
    charged=False,
    broken=(("$.name", "breaks type"),),
    tokens={"body:serialNm": "ab"},
    blank=("body:consent",),
    leaks=(("name", "as it is"),),
    parts=(("risk.fraud", 1, 0),),
    steps=(["fan_out", True, {"identity.two-factor": {"found": "match"}}],),
)


def test_a_line_is_read_back_as_the_call_it_was() -> None:
    assert from_line(to_line(CALL)) == CALL


def test_a_call_has_what_coverage_looks_at() -> None:
    assert CALL.as_entry() == {
        "provider": "kyc_china",
        "operation": "request",
        "answer": {"kind": "result", "code": "200"},
        "steps": CALL.steps,
    }


def test_a_run_is_complete_when_its_end_counts_all_that_stands_before_it() -> None:
    whole = to_line(CALL) + lost_line("ValueError at x.py:1") + end_line(2)

    assert read(whole) == Witnessed(calls=(CALL,), lost=("ValueError at x.py:1",))
    assert read(end_line(0)) == Witnessed(calls=())


def test_what_is_cut_or_missing_makes_a_run_incomplete() -> None:
    for raw in (b"", to_line(CALL), to_line(CALL)[:-5], to_line(CALL) + end_line(2), end_line(0)[:-1]):
        assert not read(raw).complete
