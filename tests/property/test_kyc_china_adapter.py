"""The aggregator's reference adapter never passes what the provider did not: good reports, spoilt in any way."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from contracts.anatomy import Answer, anatomy_of
from contracts.loader import load_table
from contracts.mutations import MUTATIONS
from kyc_core.adapters.base import AdapterError, Claim
from kyc_core.adapters.kyc_china import KycChinaAdapter
from kyc_core.adapters.transport import Answer as Arrived
from kyc_core.adapters.transport import Request

TWO = "identity.two-factor"
TOKEN = {"token": "aGVhZA.Ym9keQ.c2ln"}
CLAIM = Claim(name="测试甲", resident_id="110101190001010006")
WORDS = {
    "match": ("matched", True, "1"),
    "no match": ("unmatched", False, "-1"),
    "not found": ("notFound", None, None),
}


def report(word: str) -> dict[str, Any]:
    told, consistent, code = WORDS[word]
    summary: dict[str, Any] = {"ran": [TWO], "matched": [], "unmatched": [], "notFound": [], "errored": []}
    summary[told].append(TWO)
    return {
        "reportMetadata": {"status": "completed"},
        "submitted": {"name": "测试甲", "idNumber": "110101190001010006"},
        "identity": {"two-factor": {"result": word, "consistent": consistent, "code": code, "message": "m"}},
        "pdfUrl": "https://a.example/x.pdf",
        "pdfFileName": "kyc-cn-b1c5f0de.pdf",
        "summary": summary,
    }


def passes(status: int, headers: Any, body: bytes) -> bool:
    answers = iter([Arrived(200, {"Content-Type": "application/json"}, json.dumps(TOKEN).encode())])
    now = [0.0]

    def send(_: Request) -> Arrived:
        return next(answers, Arrived(status, dict(headers), body))

    def sleep(seconds: float) -> None:
        now[0] += seconds

    adapter = KycChinaAdapter(client_id="i", client_secret="s", sleep=sleep, clock=lambda: now[0], send=send)
    try:
        return adapter.check(TWO, CLAIM).passed
    except AdapterError:
        return False


def wire(document: Any) -> tuple[tuple[tuple[str, str], ...], bytes]:
    return (("Content-Type", "application/json"),), json.dumps(document).encode()


@given(st.sampled_from(sorted(MUTATIONS)), st.sampled_from(["no match", "not found"]))
def test_no_mutation_turns_a_refusal_into_a_pass(name: str, word: str) -> None:
    anatomy = anatomy_of(load_table("kyc_china"), "poll")
    assert anatomy is not None
    headers, body = wire(report(word))
    broken = MUTATIONS[name].change(Answer(status=200, headers=headers, body=body), anatomy)
    if broken is not None:
        assert not passes(broken.status, broken.headers, broken.body)


LEAVES = st.none() | st.booleans() | st.integers(-1, 1) | st.sampled_from(["match", "1", "matched", "", TWO])
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
)


@st.composite
def spoilt(draw: st.DrawFn) -> dict[str, Any]:
    """A report of no match, with one place anywhere in it replaced."""
    document = copy.deepcopy(report(draw(st.sampled_from(["no match", "not found"]))))
    parent: Any = document
    while True:
        key = draw(st.sampled_from(sorted(parent) if isinstance(parent, dict) else list(range(len(parent)))))
        inner = parent[key]
        if not isinstance(inner, dict | list) or not inner or draw(st.booleans()):
            parent[key] = draw(VALUES)
            return document
        parent = inner


@given(spoilt())
def test_one_changed_place_is_never_enough_for_a_pass(document: dict[str, Any]) -> None:
    assert not passes(200, *wire(document))


@given(st.integers(0, 400))
def test_half_a_report_is_no_report(length: int) -> None:
    headers, body = wire(report("match"))

    assert not passes(200, headers, body[:length])


@given(st.integers(100, 599).filter(lambda status: status != 200))
def test_no_other_status_brings_a_report(status: int) -> None:
    assert not passes(status, *wire(report("match")))


def test_the_good_report_itself_passes() -> None:
    assert passes(200, *wire(report("match")))
