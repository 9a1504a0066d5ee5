"""Which broken answers an adapter has to survive, and where there is nothing to break."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from contracts.anatomy import anatomy_of
from contracts.findings import Check, Report, Status
from contracts.foreign_answers import FOREIGN
from contracts.plan import Plan, Planned

EVERYWHERE: Final[Mapping[str, tuple[str, ...]]] = {
    "unknown code": ("unknown_code",),
    "missing field": ("verdict_missing",),
    "renamed field": ("verdict_renamed",),
    "empty text": ("verdict_empty",),
    "empty body": ("body_empty",),
    "truncated body": ("body_truncated", "cut"),
    "HTML with 200": ("html_200", "html_as_json"),
    "wrong content type": ("content_type_text",),
    "JSON of another service": ("foreign_json",),
    "charged, then reset": ("reset",),
}
"""What every answer has, by the ways in which it is broken."""

SOMEWHERE: Final[Mapping[str, tuple[str, ...]]] = {
    "code of a sibling operation": ("sibling_code",),
    "null": ("verdict_null",),
    "duplicated field": ("verdict_twice", "verdict_twice_match_first"),
    '"0" and 0': ("verdict_as_number",),
    "y for Y": ("verdict_other_case", "companion_other_case"),
    "contradicting companion": ("companion_contradicts",),
    "missing companion": ("companion_missing",),
    "score 101": ("score_101",),
    'score 99 and "99"': ("score_other_type",),
    "empty score": ("score_empty",),
    "missing score": ("score_missing",),
    "tampered signature": ("untrusted.tampered_body",),
    "stale signature": ("untrusted.expired_ts",),
    "missing signature": ("untrusted.missing",),
}
"""What a provider's answers have at one operation at least, unless `CANNOT` says why not."""

_UNSIGNED: Final = "answers are not signed"
_NO_SCORE: Final = "no operation answers a similarity"
_ALONE: Final = "the verdict stands in one member only"
CANNOT: Final[Mapping[str, Mapping[str, str]]] = {
    "code of a sibling operation": {"upi": "there is one operation"},
    "y for Y": {"mps": "codes are digits or Chinese", "upi": "codes are digits"},
    "contradicting companion": {"tencent": _ALONE, "signzy": _ALONE, "upi": _ALONE},
    "missing companion": {"tencent": _ALONE, "signzy": _ALONE, "upi": _ALONE},
    **{
        item: {"signzy": _NO_SCORE, "kyc_china": _NO_SCORE}
        for item in ("score 101", 'score 99 and "99"', "empty score", "missing score")
    },
    **{
        item: dict.fromkeys(("tencent", "alibaba", "mps", "signzy", "kyc_china"), _UNSIGNED)
        for item in ("tampered signature", "stale signature", "missing signature")
    },
}


def gaps(report: Report, plan: Plan) -> Iterator[str]:
    """Say what of the lists was not judged, though it should have been, and what was, though it cannot be.

    Args:
        report: of a run in which some operations' answers were broken.
        plan: the provider's.
    """
    if not any(result.check is Check.FAIL_OPEN for result in report.results):
        yield "no answer was broken"
    judged = {result.operation for result in report.results if result.check is Check.FAIL_OPEN}
    exercised = [each for each in plan.operations.values() if each.name in judged and _is_broken(plan, each)]
    for planned in exercised:
        ways = ways_of(report, planned)
        for item, names in EVERYWHERE.items():
            yield from (f"{planned.name}: {item} ({name})" for name in names if name not in ways)
        foreign = [name for name in FOREIGN if f"foreign_{name}" in ways]
        if len(foreign) < len(FOREIGN) - 1:
            yield f"{planned.name}: matches of other providers: {', '.join(foreign)} only"
    found = {name for planned in exercised for name in ways_of(report, planned)}
    for item, names in SOMEWHERE.items():
        reason = CANNOT.get(item, {}).get(plan.provider)
        if found.isdisjoint(names) is (reason is None):
            yield f"{item}: {'nowhere' if reason is None else f'possible, though {reason}'}"


def ways_of(report: Report, planned: Planned) -> frozenset[str]:
    """Return the ways in which answers of an operation were broken and judged, without those it did not apply to."""
    names = {name for names in (*EVERYWHERE.values(), *SOMEWHERE.values()) for name in names}
    names |= {f"foreign_{provider}" for provider in FOREIGN}
    judged = [
        result.case
        for result in report.results
        if result.check is Check.FAIL_OPEN and result.operation == planned.name and result.status is not Status.NOT_RUN
    ]
    return frozenset(name for name in names if any(case.endswith(f".{name}") for case in judged))


def _is_broken(plan: Plan, planned: Planned) -> bool:
    return planned.spoilable and not planned.starts and anatomy_of(plan.table, planned.answered) is not None
