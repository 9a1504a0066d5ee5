"""A run told to people and machines: terminal text, JSON, JUnit XML, SARIF 2.1.0.

Every renderer is a pure function of a `Report`; the same run gives the same bytes. The page is in
`contracts.report_page`.
"""

from __future__ import annotations

from typing import Any, Final
from xml.etree import ElementTree

import orjson

from contracts.findings import Blame, Check, Finding, Report, Severity, Status

SCHEMA: Final = "https://json-schema.org/draft/2020-12/schema"
_LEVELS: Final = {Severity.CRITICAL: "error", Severity.MAJOR: "error", Severity.MINOR: "warning"}
_NAMED: Final = 5
"""Cases not run for one reason that are told by name on a terminal."""
_QUESTIONS: Final = {
    Check.OUTCOMES: "Every documented outcome is read as what it means, costs and allows to retry",
    Check.FAIL_OPEN: "No answer that is broken is taken for a pass",
    Check.ASYNCHRONY: "Unfinished work is polled until it is final, and not beyond",
    Check.RETRY: "Throttled calls back off; charged and final ones are not made again",
    Check.REQUESTS: "Requests are what the contract asks for and carry no personal data in the open",
    Check.TOLERANCE: "Harmless changes of an answer change no verdict",
    Check.PRIVACY: "Nothing personal reaches the adapter's logs",
}


def text(report: Report) -> str:
    """Tell a run on a terminal: findings first, then coverage, cost and the seed."""
    lines: list[str] = []
    for finding in report.findings:
        lines += [
            f"{finding.severity.upper()} {finding.check}: {finding.case} ({finding.blame})",
            f"  expected  {finding.expected}",
            f"  seen      {finding.seen}",
            f"  where     {finding.where}",
            f"  source    {finding.source}",
            f"  again     {finding.reproduce}",
            "",
        ]
    lines += _not_run(report)
    for provider, coverage in report.coverage.items():
        asserted = len(coverage.asserted & coverage.listed)
        share = f"{asserted} of {len(coverage.listed)} outcomes {report.kind.covered} ({coverage.percent:.1f} %)"
        lines.append(f"coverage {provider}: {share}")
        lines += [f"  not {report.kind.covered}: {operation} {code}" for operation, code in coverage.missing[:20]]
        if len(coverage.missing) > 20:
            lines.append(f"  and {len(coverage.missing) - 20} more")
    for provider, operations in report.cost.items():
        charged = sum(counts["charged"] for counts in operations.values())
        free = sum(counts["free"] for counts in operations.values())
        lines.append(f"cost {provider}: {charged} charged, {free} free calls")
    lines.append(
        f"{report.count(Status.PASSED)} passed, {report.count(Status.FAILED)} failed, "
        f"{report.count(Status.NOT_RUN)} not run; {_summed(report)}" + (f"; seed {report.seed}" if report.seed else "")
    )
    return "\n".join(lines) + "\n"


def _not_run(report: Report) -> list[str]:
    """Say what was not run: case by case, but once where many share a reason; the other formats name them all."""
    reasons: dict[str, list[str]] = {}
    for result in report.results:
        if result.status is Status.NOT_RUN:
            reasons.setdefault(result.why, []).append(result.case)
    return [
        f"NOT RUN {told}: {why}"
        for why, cases in reasons.items()
        for told in (cases if len(cases) <= _NAMED else [f"{len(cases)} cases, {cases[0]} to {cases[-1]}"])
    ]


def _summed(report: Report) -> str:
    told = ", ".join(f"{count} {blame}" for blame, count in report.blamed.items())
    return f"{len(report.findings)} findings" + (f" ({told})" if told else "")


def to_document(report: Report) -> dict[str, Any]:
    """Return the run as the JSON document that ``contracts/schemas/harness/report.json`` describes."""
    return {
        "schema": "kyc-sim/report/1",
        "kind": report.kind.value,
        "seed": report.seed,
        "adapter": report.adapter,
        "totals": {status.replace(" ", "_"): report.count(status) for status in Status},
        "blame": {blame.replace(" ", "_"): report.blamed.get(blame, 0) for blame in Blame},
        "coverage": {
            "percent": round(report.percent, 2),
            "providers": {
                provider: {
                    "percent": round(part.percent, 2),
                    "asserted": len(part.asserted & part.listed),
                    "listed": len(part.listed),
                    "missing": [{"operation": operation, "code": code} for operation, code in part.missing],
                }
                for provider, part in report.coverage.items()
            },
        },
        "cost": {provider: dict(operations) for provider, operations in report.cost.items()},
        "results": [
            {
                "case": result.case,
                "check": result.check.value,
                "provider": result.provider,
                "operation": result.operation,
                "code": result.code,
                "status": result.status.value,
                "why": result.why,
                "findings": [_finding(finding) for finding in result.findings],
            }
            for result in report.results
        ],
    }


def to_json(report: Report) -> bytes:
    """Return `to_document` as indented UTF-8 JSON."""
    return orjson.dumps(to_document(report), option=orjson.OPT_INDENT_2) + b"\n"


def _finding(finding: Finding) -> dict[str, str]:
    return {
        "check": finding.check.value,
        "severity": finding.severity.value,
        "blame": finding.blame.value,
        "provider": finding.provider,
        "operation": finding.operation,
        "code": finding.code,
        "case": finding.case,
        "expected": finding.expected,
        "seen": finding.seen,
        "where": finding.where,
        "source": finding.source,
        "reproduce": finding.reproduce,
    }


def to_junit(report: Report) -> bytes:
    """Return JUnit XML: a suite per provider; not run is ``skipped``, a simulator gap is an ``error``."""
    root = ElementTree.Element("testsuites", name=f"kyc-sim {report.kind}")
    providers = list(dict.fromkeys(result.provider for result in report.results))
    for provider in providers:
        results = [result for result in report.results if result.provider == provider]
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            name=provider,
            tests=str(len(results)),
            failures=str(sum(result.status is Status.FAILED and not _gap(result.findings) for result in results)),
            errors=str(sum(result.status is Status.FAILED and _gap(result.findings) for result in results)),
            skipped=str(sum(result.status is Status.NOT_RUN for result in results)),
        )
        for result in results:
            case = ElementTree.SubElement(
                suite, "testcase", classname=f"{result.provider}.{result.operation}", name=result.case
            )
            if result.status is Status.NOT_RUN:
                ElementTree.SubElement(case, "skipped", message=_xml(result.why))
            elif result.status is Status.FAILED:
                kind = "error" if _gap(result.findings) else "failure"
                first = result.findings[0]
                told = ElementTree.SubElement(case, kind, type=first.check.value, message=_xml(first.seen))
                told.text = _xml("\n".join(_paragraph(finding) for finding in result.findings))
    ElementTree.indent(root)
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _gap(findings: tuple[Finding, ...]) -> bool:
    return all(finding.blame is Blame.SIMULATOR for finding in findings)


def _paragraph(finding: Finding) -> str:
    return (
        f"expected {finding.expected}\nseen {finding.seen}\nwhere {finding.where}\n"
        f"source {finding.source}\nagain {finding.reproduce}\n"
    )


def _xml(value: str) -> str:
    """Drop the control characters that XML 1.0 cannot carry."""
    return "".join(character for character in value if character >= " " or character in "\t\n\r")


def to_sarif(report: Report) -> bytes:
    """Return SARIF 2.1.0: one rule per check, one result per finding."""
    checks = list(Check)
    document = {
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "kyc-sim",
                        "rules": [
                            {"id": check.value, "shortDescription": {"text": _QUESTIONS[check]}} for check in checks
                        ],
                    }
                },
                "properties": {"kind": report.kind.value, "seed": report.seed, "adapter": report.adapter},
                "results": [
                    {
                        "ruleId": finding.check.value,
                        "ruleIndex": checks.index(finding.check),
                        "level": _LEVELS[finding.severity],
                        "message": {
                            "text": f"{finding.case}: expected {finding.expected}; seen {finding.seen}. "
                            f"{finding.source}. See again: {finding.reproduce}"
                        },
                        "locations": [
                            {
                                "logicalLocations": [
                                    {
                                        "name": finding.where,
                                        "fullyQualifiedName": f"{finding.provider}.{finding.operation}",
                                        "kind": "member",
                                    }
                                ]
                            }
                        ],
                        # Whoever reads SARIF takes two results of one fingerprint for one.
                        "partialFingerprints": {"finding/v1": f"{finding.case}/{finding.where}/{finding.expected}"},
                        "properties": {"severity": finding.severity.value, "blame": finding.blame.value},
                    }
                    for finding in report.findings
                ],
            }
        ],
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n"
