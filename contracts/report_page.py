"""A run as one self-contained page: coverage as a map of provider and code, findings, cost. No script, nothing fetched.

Every value is escaped; the page holds no personal value because a `Report` holds none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import Final

from contracts.findings import CaseResult, Coverage, Finding, Report, Status

_STYLE: Final = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
h1 { margin-bottom: 0; } h2 { margin-top: 2.5rem; }
table { border-collapse: collapse; } th, td { padding: .25rem .75rem .25rem 0; text-align: left; vertical-align: top; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
.map { display: flex; flex-wrap: wrap; gap: 3px; margin: .25rem 0 1rem; }
.cell { min-width: 2.2rem; padding: .1rem .4rem; border-radius: 3px; font: 12px/1.6 ui-monospace, monospace;
        text-align: center; color: #10241a; background: #b8e0c8; }
.cell.failed { color: #3c0a0a; background: #f1a9a0; } .cell.missing { color: #444; background: #ddd; }
.finding { border-left: 4px solid #c0392b; padding-left: 1rem; margin: 1rem 0; }
.finding.minor { border-color: #c98a00; } .finding dt { font-weight: 600; } .finding dd { margin: 0 0 .3rem 1rem; }
code { font: 13px ui-monospace, monospace; } .quiet { color: #777; }
"""


def to_page(report: Report) -> bytes:
    """Return the run as UTF-8 HTML."""
    return "\n".join(_page(report)).encode()


def _page(report: Report) -> Iterator[str]:
    verdict = "no findings" if not report.findings else f"{len(report.findings)} findings"
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f"<title>kyc-sim {escape(report.kind)}: {escape(verdict)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>"
    yield f"<h1>{escape(report.kind.capitalize())}: {escape(verdict)}</h1>"
    seed = f"seed <code>{escape(report.seed)}</code> &middot; " if report.seed else ""
    yield (
        f'<p class="quiet">{escape(report.adapter)} &middot; {seed}'
        f"{report.count(Status.PASSED)} passed, {report.count(Status.FAILED)} failed, "
        f"{report.count(Status.NOT_RUN)} not run &middot; {report.percent:.1f} % of outcomes {report.kind.covered}</p>"
    )
    yield f"<h2>Outcomes {report.kind.covered}</h2>"
    for provider, coverage in report.coverage.items():
        yield f"<h3>{escape(provider)} <small class='quiet'>{coverage.percent:.1f} %</small></h3>"
        yield from _map(provider, coverage, report.results, report.kind.covered)
    yield "<h2>Findings</h2>"
    if report.findings:
        yield f"<p>{', '.join(f'{count} {blame}' for blame, count in report.blamed.items())}</p>"
    yield from _findings(report.findings)
    not_run = [result for result in report.results if result.status is Status.NOT_RUN]
    if not_run:
        yield "<h2>Not run</h2>\n<p>Nothing is said about these; they do not count as passed.</p>\n<ul>"
        yield from (f"<li><code>{escape(result.case)}</code>: {escape(result.why)}</li>" for result in not_run)
        yield "</ul>"
    yield "<h2>What the run would have cost</h2>"
    yield from _cost(report)
    yield "</body>\n</html>\n"


def _map(provider: str, coverage: Coverage, results: Iterable[CaseResult], covered: str) -> Iterator[str]:
    failed = {
        (result.operation, result.code)
        for result in results
        if result.provider == provider and result.status is Status.FAILED
    }
    operations = dict.fromkeys(operation for operation, _ in sorted(coverage.listed))
    for operation in operations:
        yield f"<div>{escape(operation)}</div>\n<div class='map'>"
        for code in sorted(code for name, code in coverage.listed if name == operation):
            pair = (operation, code)
            state = "failed" if pair in failed else "" if pair in coverage.asserted else "missing"
            said = {"failed": "failed", "": covered, "missing": f"not {covered}"}[state]
            yield f'<span class="cell {state}" title="{escape(operation)} {escape(code)}: {said}">{escape(code)}</span>'
        yield "</div>"


def _findings(findings: Iterable[Finding]) -> Iterator[str]:
    told = False
    for finding in findings:
        told = True
        yield f'<section class="finding {finding.severity.value}">'
        question = f"{finding.severity.value}: {finding.check.value}"
        yield f"<h3>{escape(question)}, <code>{escape(finding.case)}</code></h3>"
        yield "<dl>"
        for term, value in (
            ("expected", finding.expected),
            ("seen", finding.seen),
            ("where", finding.where),
            ("source", finding.source),
            ("see it again", finding.reproduce),
            ("whose fault", finding.blame.value),
        ):
            yield f"<dt>{term}</dt><dd>{escape(value)}</dd>"
        yield "</dl>\n</section>"
    if not told:
        yield "<p>None.</p>"


def _cost(report: Report) -> Iterator[str]:
    yield "<table>\n<tr><th>provider</th><th>operation</th><th>charged</th><th>free</th></tr>"
    for provider, operations in report.cost.items():
        for operation, counts in operations.items():
            yield (
                f"<tr><td>{escape(provider)}</td><td>{escape(operation)}</td>"
                f'<td class="number">{counts["charged"]}</td><td class="number">{counts["free"]}</td></tr>'
            )
    yield "</table>"
