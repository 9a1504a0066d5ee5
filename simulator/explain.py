"""Why a call was answered as it was: a journal entry turned into an explanation for machines and people.

`explain` adds to the entry what the outcome table knows and names what decided; `text` renders it for a terminal. Both
are pure. The steps of the entry are ``[check, passed, evidence]``, in the order in which the provider looked.

What is read from evidence, whatever the provider:

* ``limit`` beside ``attempts`` or ``number``: the throttle bucket;
* ``cause``, ``expected``, ``received``, ``first_difference``: a signature that does not fit, with both texts; or with a
  ``member`` and both values, where a single one is at fault;
* ``rule``, ``sample``, ``person``: what the answer follows from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from itertools import zip_longest
from typing import Any, Final

import orjson

from contracts.loader import Outcome, OutcomeTable

_CHINA: Final = timezone(timedelta(hours=8), "Asia/Shanghai")
_TEXTS: Final = ("canonical_request", "string_to_sign")
_AFTERWARDS: Final = frozenset({"mutation"})
"""Steps that change an answer already decided."""


def explain(entry: Mapping[str, Any], *, tenant: str, table: OutcomeTable | None) -> dict[str, Any]:
    """Explain one journal entry.

    Args:
        entry: as `simulator.journal.Journal` returns it, with its ``number``.
        tenant: whose it is.
        table: outcome table of the entry's provider, or ``None`` when nobody plays it any more.

    Returns:
        A JSON object: ``summary`` (one sentence), ``checks`` (``check``, ``passed``, ``evidence``; in order),
        ``refused_at``, ``decided_by``, ``rule``, ``person``, ``clock``, ``bucket``, ``charge``, ``signature``,
        ``fault``, and ``request`` and ``answer`` as kept. What does not apply is null.
    """
    checks = [{"check": check, "passed": passed, "evidence": evidence} for check, passed, evidence in entry["steps"]]
    refused_at = next((check["check"] for check in checks if not check["passed"]), None)
    row = _row(entry, table)
    explanation = {
        "tenant": tenant,
        "number": entry["number"],
        "request_id": entry["request_id"],
        "provider": entry["provider"],
        "operation": entry["operation"],
        "request": entry["request"],
        "answer": {**entry["answer"], **_said(row)},
        "checks": checks,
        "refused_at": refused_at,
        "decided_by": _decided_by(entry, checks),
        "rule": entry.get("rule"),
        "person": entry.get("person"),
        "clock": _clock(entry["at"]),
        "bucket": next((_bucket(check) for check in checks if _bucket(check)), None),
        "charge": _charge(entry, row),
        "signature": next((check["evidence"] for check in checks if "cause" in check["evidence"]), None),
        "fault": entry.get("fault"),
    }
    return {"summary": _summary(explanation), **explanation}


def _row(entry: Mapping[str, Any], table: OutcomeTable | None) -> Outcome | None:
    answer = entry["answer"]
    if table is None or not answer["code"]:
        return None
    try:
        if answer["kind"] == "result":
            return table.result(entry["operation"], answer["code"])
        return table.error(entry["operation"], answer["code"])
    except KeyError:  # kept by an older table, in a store that outlives the process
        return None


def _said(row: Outcome | None) -> dict[str, Any]:
    if row is None:
        return {"decision": None, "text": {}, "text_evidence": None, "source": None, "note": ""}
    return {
        "decision": row.verdict.decision.value,
        "text": dict(row.text),
        "text_evidence": row.text_evidence.value,
        "source": row.source,
        "note": row.note,
    }


def _decided_by(entry: Mapping[str, Any], checks: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Name what the answer follows from: ``kind`` and ``name``."""
    deciding = [check for check in checks if check["check"] not in _AFTERWARDS]
    if not deciding:
        return {"kind": "internal_error", "name": None}
    last = deciding[-1]
    evidence = last["evidence"]
    if "rule" in evidence:
        return {"kind": "rule", "name": evidence["rule"]}
    if "sample" in evidence:
        return {"kind": "documentation_sample", "name": evidence["sample"]}
    if last["check"] == "person":
        return {"kind": "person", "name": evidence.get("person", entry.get("person"))}
    return {"kind": "check", "name": last["check"]}


def _clock(seconds: float) -> dict[str, Any]:
    moment = datetime.fromtimestamp(seconds, UTC)
    return {
        "seconds": seconds,
        "utc": moment.isoformat().replace("+00:00", "Z"),
        "china": moment.astimezone(_CHINA).isoformat(),
    }


def _bucket(check: Mapping[str, Any]) -> dict[str, Any] | None:
    evidence = check["evidence"]
    number = evidence.get("attempts", evidence.get("number"))
    if number is None or evidence.get("limit") is None:
        return None
    return {"check": check["check"], "attempts": number, "limit": evidence["limit"]}


def _charge(entry: Mapping[str, Any], row: Outcome | None) -> dict[str, Any]:
    charged = entry["answer"]["charged"]
    if row is None:
        why = "no documented answer was given"
    elif entry.get("waived"):
        why = entry["waived"]
    elif row.billed != charged:
        teller = "the rule" if "rule" in entry else "a price list or another part of the call"
        why = f"{teller} says so; the row would be {'charged' if row.billed else 'free'}"
    else:
        why = f"the row of {row.code} says so [{row.evidence.value}]"
    return {"charged": charged, "why": why}


def _summary(explanation: Mapping[str, Any]) -> str:
    answer, decided = explanation["answer"], explanation["decided_by"]
    meaning = answer["meaning"].replace("_", " ")
    said = f"{answer['code']} ({meaning})" if answer["code"] else f"HTTP {answer['status']}"
    if decided["kind"] == "internal_error":
        return f"{said}: a fault of the simulator's own ended the call; its log names the place."
    if decided["kind"] == "rule":
        why = f"rule {decided['name']} says so"
    elif decided["kind"] == "person":
        why = f"person {decided['name']} stands for it"
    elif decided["kind"] == "documentation_sample":
        why = f"the request is the documentation's own sample {decided['name']}"
    elif explanation["refused_at"] is not None:
        why = f"the check {decided['name']} refused it"
    else:
        on_file = f" about {explanation['person']}" if explanation["person"] else ""
        why = f"{decided['name']} found so{on_file}"
    signature = explanation["signature"]
    cause = f"; {signature['cause'].replace('_', ' ')}" if signature is not None else ""
    return f"{said}, {'charged' if explanation['charge']['charged'] else 'free'}: {why}{cause}."


def text(explanation: Mapping[str, Any], *, width: int = 120) -> str:
    """Render an explanation for a terminal.

    Args:
        explanation: what `explain` returned, also after a journey through JSON.
        width: columns of the terminal; only the texts of a signature that does not fit are wrapped to it.

    Returns:
        Lines, each ending in a newline.
    """
    lines = [explanation["summary"], ""]
    lines += [f"  {name:<10} {value}" for name, value in _facts(explanation) if value]
    lines += ["", "  checks"]
    for check in explanation["checks"]:
        hidden = check["evidence"] is explanation["signature"] or "cause" in check["evidence"]
        evidence = "" if hidden or not check["evidence"] else orjson.dumps(check["evidence"]).decode()
        lines.append(f"    {'ok  ' if check['passed'] else 'FAIL'} {check['check']:<20} {evidence}".rstrip())
    if explanation["signature"] is not None:
        lines += ["", *_signature(explanation["signature"], width)]
    return "\n".join(lines) + "\n"


def _facts(explanation: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    answer, clock, bucket = explanation["answer"], explanation["clock"], explanation["bucket"]
    yield "request", f"{explanation['request_id']} (number {explanation['number']} of tenant {explanation['tenant']})"
    yield "call", f"{explanation['provider']} {explanation['operation']}".strip()
    fields = explanation["request"]["fields"]
    yield "fields", " ".join(f"{name}={value}" for name, value in fields.items())
    yield "answer", f"HTTP {answer['status']} {answer['code']} {answer['text'].get('en', '')}".rstrip()
    yield "verdict", " ".join(filter(None, [answer["verdict"], f"retry {answer['retry']}" if answer["retry"] else ""]))
    yield "evidence", f"{answer['evidence']}: {answer['source']}" if answer["source"] else ""
    yield "note", answer["note"]
    yield "rule", explanation["rule"] or ""
    yield "person", explanation["person"] or ""
    yield "clock", f"{clock['utc']} ({clock['china']})"
    yield "bucket", f"{bucket['attempts']} of {bucket['limit']} ({bucket['check']})" if bucket else ""
    yield "charge", f"{'charged' if explanation['charge']['charged'] else 'free'}: {explanation['charge']['why']}"
    yield "fault", orjson.dumps(explanation["fault"]).decode() if explanation["fault"] else ""


def _signature(evidence: Mapping[str, Any], width: int) -> Iterator[str]:
    yield f"  signature: {evidence['cause']}"
    if evidence.get("detail"):
        yield f"    {evidence['detail']}"
    difference = evidence.get("first_difference")
    if difference:
        yield f"    first difference: {difference['where']}"
    expected, received = evidence.get("expected"), evidence.get("received")
    if evidence.get("member"):
        yield f"    member: {evidence['member']}"
    if isinstance(expected, str) or isinstance(received, str):  # one value, not a text that was signed
        yield f"    expected: {expected or '?'}"
        yield f"    received: {received or 'nothing'}"
        return
    if expected is None:
        return
    if received is None:
        yield "    what the client signed cannot be rebuilt; this is what it should have signed"
    elif received == expected:
        yield "    both sides have the same text; what differs is the key or how it was used"
        received = None
    for name in _TEXTS:
        if name in expected:
            theirs = None if received is None else received[name]
            yield ""
            yield f"  {name.replace('_', ' ')}"
            yield from side_by_side(expected[name], theirs, width=width)


def side_by_side(ours: str, theirs: str | None, *, width: int) -> Iterator[str]:
    """Yield two texts beside each other, line by line; the first line that differs is marked with ``!``.

    Args:
        ours: what the server expected.
        theirs: what the client signed, or ``None`` when that is not known: then ours stands alone.
        width: columns for both; longer lines are continued below.
    """
    column = max(20, (width - 7) // 2)
    yield "    " + (f"{'expected':<{column}} | signed" if theirs is not None else "expected")
    marked = False
    for left, right in zip_longest(ours.split("\n"), theirs.split("\n") if theirs is not None else ()):
        differs = theirs is not None and not marked and left != right
        marked = marked or differs
        for index, (one, other) in enumerate(zip_longest(_pieces(left, column), _pieces(right, column), fillvalue="")):
            mark = "!" if differs and index == 0 else " "
            yield f"  {mark} {one:<{column}} | {other}".rstrip() if theirs is not None else f"    {one}".rstrip()


def _pieces(line: str | None, column: int) -> Iterable[str]:
    if line is None:
        return ["(no line)"]
    return [line[start : start + column] for start in range(0, len(line), column)] or [""]
