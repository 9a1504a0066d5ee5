"""``kyc-sim contract check``: recorded traffic against the contracts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from simulator.cli_report import format_option, judge, output_option, tell
from simulator.exits import Exit, Failed


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--provider", help="Whose calls they all are, where hosts do not tell.")
@click.option("--min-coverage", type=click.FloatRange(0, 100), help="Least share of outcomes seen, in percent.")
@format_option
@output_option
def check(
    files: tuple[Path, ...], provider: str | None, min_coverage: float | None, form: str, output: Path | None
) -> None:
    """Tell what no schema and no outcome explains in recorded FILES: HAR, or JSON lines.

    Each line of JSON lines is described by contracts/schemas/harness/traffic.json. Calls to hosts that are no
    provider's are counted, not judged. Exit 1 with findings.
    """
    from contracts import traffic
    from contracts.protocol import protocols
    from contracts.traffic_readers import NotARecording, read_file
    from contracts.traffic_report import Collected, report_of

    if provider is not None and provider not in protocols():
        raise Failed(Exit.USAGE, f"--provider: one of {', '.join(protocols())}")
    collected = Collected()
    for file in files:
        try:
            for recorded in read_file(file):
                judged = traffic.judge(recorded, provider=provider or "", reader=read_answer)
                collected.add(judged, file=str(file) if len(files) > 1 else "")
        except NotARecording as problem:
            raise Failed(Exit.USAGE, f"{file}: {problem}") from None
        except OSError as problem:
            raise Failed(Exit.USAGE, f"{file}: {problem.strerror or 'cannot be read'}") from None
    names = [str(file) for file in files]
    report = report_of(collected, name=", ".join(names), files=names, provider=provider or "")
    tell(report, form, output)
    if not collected.seen and not report.findings:
        told = "holds no answer that could be judged" if collected.exchanges else "holds no call"
        hint = "" if provider is not None else "; --provider says whose calls they are"
        raise Failed(Exit.USAGE, f"{', '.join(names)}: {told}{hint if collected.exchanges else ''}")
    judge(report, min_coverage)


def read_answer(provider: str, status: int, body: bytes) -> Any:
    """Read an answer as the provider's own room does: SOAP and XML as well as JSON.

    Raises:
        ValueError: it is none of them.
    """
    from contracts.traffic import as_json
    from simulator.providers import PROVIDERS
    from simulator.wire import WireResponse

    document = next(upstream.document for upstream in PROVIDERS if upstream.name == provider)
    if document is None or not body.lstrip().startswith(b"<"):
        return as_json(provider, status, body)
    return document(WireResponse(status=status, headers=(("Content-Type", "text/xml"),), body=body))
