"""How a report is handed over on the command line: its format, its place, and the exit code it asks for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from simulator.exits import Exit, Failed

if TYPE_CHECKING:
    from contracts.findings import Report

_Command = TypeVar("_Command", bound=Callable[..., Any] | click.Command)

FORMATS: Final = ("text", "json", "junit", "sarif", "html")


def _beforehand(_: click.Context, parameter: click.Parameter, path: Path | None) -> Path | None:
    """Refuse a place where no report can be written, before anything is judged."""
    if path is not None and (path.is_dir() or not path.parent.is_dir()):
        wrong = "is a directory" if path.is_dir() else "its directory does not exist"
        raise Failed(Exit.USAGE, f"{parameter.opts[0]}: {path}: {wrong}")
    return path


def place_option(name: str, told: str) -> Callable[[_Command], _Command]:
    """Return an option for where a report is written."""
    return click.option(name, type=click.Path(path_type=Path), callback=_beforehand, help=told)


format_option = click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True)
output_option = place_option("--output", "Write the report there instead.")


def render(report: Report, form: str) -> bytes:
    """Return the report in one of `FORMATS`."""
    from contracts import report as told
    from contracts.report_page import to_page

    makers: dict[str, Callable[[Report], Any]] = {
        "text": lambda report: told.text(report).encode(),
        "json": told.to_json,
        "junit": told.to_junit,
        "sarif": told.to_sarif,
        "html": to_page,
    }
    rendered: bytes = makers[form](report)
    return rendered


def tell(report: Report, form: str, output: Path | None) -> None:
    """Write the report, on the terminal or into a file."""
    rendered = render(report, form)
    if output is not None:
        output.write_bytes(rendered)
    else:
        click.echo(rendered, nl=False)


def judge(report: Report, min_coverage: float | None = None) -> None:
    """End the command as the report asks for: with findings, or below a gate; what was not run keeps no gate.

    Raises:
        Failed: with either.
    """
    from contracts.findings import Status

    if report.findings:
        raise Failed(Exit.FINDINGS, f"{len(report.findings)} finding{'s' if len(report.findings) > 1 else ''}")
    if min_coverage is not None:
        low = {name: part.percent for name, part in report.coverage.items() if part.percent < min_coverage}
        if low:
            told = ", ".join(f"{name} {percent:.1f} %" for name, percent in low.items())
            raise Failed(Exit.GATE, f"coverage below {min_coverage:g} %: {told}")
        if not report.coverage:
            raise Failed(Exit.GATE, f"coverage below {min_coverage:g} %: nothing was {report.kind.covered}")
    idle = [result for result in report.results if result.status is Status.NOT_RUN]
    if idle and len(idle) == len(report.results):
        raise Failed(Exit.GATE, f"nothing was judged; not run: {idle[0].why}")
