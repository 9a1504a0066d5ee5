"""The report: what the findings of a fan-out look like on the wire, and the five lists that sum them up.

Findings are kept in a transaction as small JSON objects (`kept`) and worded when the report is asked for, so that a
poll and a callback say the same. Laws of the summary: what ran and what errored are all that was eligible, once each;
matched, unmatched and not found are disjoint parts of what ran; a category is there exactly if something of it ran.

Source:
    Five keys and their item shapes [sdk], ``errored`` and the presence of categories [seed]; what each list holds,
    and the keys of the categories [inferred]; result words [sdk], ``consistent`` and code [doc].
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from contracts.loader import Outcome
from simulator.providers.kyc_china.codes import COMPARISONS, Form, row, sub_checks
from simulator.providers.kyc_china.eligibility import Run
from simulator.providers.kyc_china.fan_out import Finding

Switch = Callable[[str], Any]

COMPLETED: Final = "completed"

_BOOLEANS: Final[Mapping[str, tuple[bool | None, str | None]]] = MappingProxyType(
    {"match": (True, "1"), "mismatch": (False, "-1"), "not_found": (None, None)}
)
"""``consistent`` and code of the first generation by meaning."""


class Answered(NamedTuple):
    """A finding read back: which sub-check, its row, and its data."""

    run: Run
    outcome: Outcome
    data: Mapping[str, Any]


def kept(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return findings as a transaction keeps them."""
    return [
        {
            "check": finding.run.check.name,
            "position": finding.run.position,
            "meaning": finding.outcome.meaning,
            "data": dict(finding.data),
        }
        for finding in findings
    ]


def answered(facts: Mapping[str, Any]) -> list[Answered]:
    """Return the findings of a transaction's facts."""
    checks = sub_checks()
    return [
        Answered(Run(checks[item["check"]], item["position"]), row(item["check"], item["meaning"]), item["data"])
        for item in facts["findings"]
    ]


def summary(found: Iterable[Answered], language: str) -> dict[str, Any]:
    """Return the five lists, each in the order of the table of sub-checks."""
    lists: dict[str, list[Any]] = {"ran": [], "matched": [], "unmatched": [], "notFound": [], "errored": []}
    for run, outcome, _ in found:
        if outcome.kind == "error":
            lists["errored"].append({"check": run.id, "error": text(outcome, language)})
            continue
        lists["ran"].append(run.id)
        if outcome.meaning == "not_found":
            lists["notFound"].append(run.id)
        elif run.check.form in COMPARISONS:
            lists["matched" if outcome.meaning == "match" else "unmatched"].append(run.id)
    return lists


def render(facts: Mapping[str, Any], *, switch: Switch, pdf_url: str, pdf_name: str) -> dict[str, Any]:
    """Return the report of a transaction.

    Args:
        facts: what the transaction keeps: ``submitted`` and ``findings``.
        switch: gives the value of ``kyc_china.<name>`` by *name*.
        pdf_url: where the PDF is.
        pdf_name: what it is called.
    """
    language = switch("language")
    found = answered(facts)
    report: dict[str, Any] = {"reportMetadata": {"status": COMPLETED}, "submitted": facts["submitted"]}
    for category in dict.fromkeys(check.category for check in sub_checks().values()):
        objects = _category([item for item in found if item.run.check.category == category], switch)
        if objects:
            report[category] = objects
    return {**report, "pdfUrl": pdf_url, "pdfFileName": pdf_name, "summary": summary(found, language)}


def _category(found: Iterable[Answered], switch: Switch) -> dict[str, Any]:
    objects: dict[str, Any] = {}
    for item in found:
        if item.outcome.kind == "error":
            continue
        shown = result_object(item, switch)
        if item.run.check.form is Form.ADDRESS:
            objects.setdefault(item.run.check.key, []).append(shown)
        else:
            objects[item.run.check.key] = shown
    return objects


def result_object(item: Answered, switch: Switch) -> dict[str, Any]:
    """Return the result object of one sub-check that got an answer."""
    form, message = item.run.check.form, text(item.outcome, switch("language"))
    if form is Form.ADDRESS:
        return {**item.data, "message": message}
    if form not in COMPARISONS:
        return {"success": item.outcome.meaning != "not_found", **item.data, "message": message}
    vocabulary = switch("result_vocabulary")
    shown: dict[str, Any] = {}
    if vocabulary != "booleans":
        shown["result"] = item.outcome.code
    if vocabulary != "words":
        shown["consistent"], shown["code"] = _BOOLEANS[item.outcome.meaning]
    if switch("image_similarity") and "similarity" in item.data:
        shown["similarity"] = item.data["similarity"]
    return {**shown, "message": message}


def text(outcome: Outcome, language: str) -> str:
    """Return an outcome's wording; English where there is no Chinese."""
    return outcome.text.get(language) or outcome.text["en"]
