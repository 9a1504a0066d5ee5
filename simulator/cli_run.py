"""``kyc-sim run -- CMD``: a simulator for the length of a command that is told of it; its calls can be judged."""

from __future__ import annotations

import os
import shlex
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulator.child import NotStarted, orderly_end, run_child
from simulator.cli_report import FORMATS, judge, place_option, render
from simulator.exits import Exit, Failed
from simulator.setting_options import setting_options
from simulator.settings import load_settings

if TYPE_CHECKING:
    from simulator.settings import Settings


@click.command(
    context_settings={"allow_interspersed_args": False},
    epilog="CMD finds KYC_SIM_URL, KYC_SIM_CREDENTIALS (a JSON file) and KYC_SIM_<PROVIDER>_ENDPOINT in its "
    "environment. Its exit code is the exit code; a judged run of a CMD that succeeded ends with 1 for findings, "
    "3 where calls were lost, 4 below --min-coverage.",
)
@setting_options(but=("host", "port"))
@click.option("--config", type=click.Path(path_type=Path), envvar="KYC_SIM_CONFIG", help="TOML file with settings.")
@click.option(
    "--judge", "judged", is_flag=True, help="Judge the calls that CMD made, and tell what is wrong with them."
)
@click.option("--provider", "providers", multiple=True, help="Judge only this provider's; again for several.")
@click.option("--only", "checks", multiple=True, help="Ask only this question; again for several.")
@click.option("--min-coverage", type=click.FloatRange(0, 100), help="Least share of outcomes seen, in percent.")
@click.option("--format", "form", type=click.Choice(FORMATS), help="Of the report; text by default.")
@place_option("--report", "Write the report there instead of to stderr.")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED, metavar="-- CMD [ARGS]...")
def run(
    config: Path | None,
    judged: bool,
    providers: tuple[str, ...],
    checks: tuple[str, ...],
    min_coverage: float | None,
    form: str | None,
    report: Path | None,
    command: tuple[str, ...],
    **flags: object,
) -> None:
    """Start a simulator on a free port, run CMD against it, stop it, and exit as CMD did."""
    settings = load_settings({**flags, "host": "127.0.0.1"}, os.environ, config)
    if not judged and (providers or checks or any(each is not None for each in (form, report, min_coverage))):
        raise Failed(Exit.USAGE, "run: --provider, --only, --min-coverage, --format and --report are about --judge")
    asked = _asked(providers, checks) if judged else {}
    with orderly_end(), tempfile.TemporaryDirectory(prefix="kyc-sim-run-") as folder:
        witness = Path(folder) / "calls.jsonl" if judged else None
        code, strays = _run(settings, command, Path(folder), witness)
        if witness is not None:
            try:
                _judge(witness, strays, settings, command, asked, form or "text", report, min_coverage)
            except Failed as verdict:
                # Whose tests fail hears of that first; what was found beside it is told all the same.
                if code == Exit.FINE:
                    raise
                click.echo(f"kyc-sim: run: {verdict}", err=True)
    sys.exit(code)


def _run(
    settings: Settings, command: tuple[str, ...], folder: Path, witness: Path | None
) -> tuple[int, tuple[str, ...] | None]:
    """Run the command; return its code, and the calls that reached nobody, ``None`` when nobody can tell any more."""
    from simulator import handover
    from simulator.own_server import own_server

    with own_server(settings, witness=witness) as server:
        told = handover.variables(
            server.url,
            server.credentials,
            file=handover.write_credentials(folder, server.credentials),
            admin_token=settings.admin_token,
        )
        environ = {**os.environ, **told, **handover.past_proxies(server.url, os.environ)}
        try:
            code = run_child(command, environ)
        except NotStarted as problem:
            raise Failed(problem.code, f"run: {problem}") from None
        gone = server.process.poll() is not None
        strays = _strays(server.url, settings.admin_token) if witness is not None and not gone else None
    if gone:
        click.echo("kyc-sim: run: the simulator ended before the command did", err=True)
        code = code or Exit.ENVIRONMENT
    return code, strays


def _strays(url: str, token: str | None) -> tuple[str, ...] | None:
    """Return the calls to addresses that no provider has; they stand in the lobby's journal."""
    from contracts.targets import Target, TargetError, Tenancy
    from simulator.tenants import LOBBY

    target = Target(url, token)
    try:
        entries = target.calls(Tenancy(name=LOBBY, credentials={}), after=0)
    except TargetError:
        return None
    finally:
        target.close()
    requests = [entry["request"] for entry in entries if not entry["provider"]]
    return tuple([f"{request['method']} {request['path']}" for request in requests])


def _asked(providers: tuple[str, ...], checks: tuple[str, ...]) -> dict[str, Any]:
    from contracts.findings import Check
    from contracts.plan import plans

    if any(name not in plans() for name in providers):
        raise Failed(Exit.USAGE, f"--provider: one of {', '.join(plans())}")
    if any(name not in set(Check) for name in checks):
        raise Failed(Exit.USAGE, f"--only: one of {', '.join(Check)}")
    return {
        "providers": tuple(dict.fromkeys(providers)),
        "checks": frozenset(map(Check, checks)) or frozenset(Check),
    }


def _judge(
    witness: Path,
    strays: tuple[str, ...] | None,
    settings: Settings,
    command: tuple[str, ...],
    asked: dict[str, Any],
    form: str,
    report: Path | None,
    min_coverage: float | None,
) -> None:
    from contracts.calls_seen import read
    from contracts.run_judge import judge_run

    noted = read(witness.read_bytes() if witness.exists() else b"")
    witnessed = replace(noted, strays=strays or (), complete=noted.complete and strays is not None)
    found = judge_run(witnessed, command=shlex.join(command), seed=settings.seed, **asked)
    rendered = render(found, form)
    if report is not None:
        report.write_bytes(rendered)
    else:
        click.echo(rendered, nl=False, err=True)
    if witnessed.lost or not witnessed.complete:
        raise Failed(Exit.ENVIRONMENT, "calls were lost; the run was not judged as a whole")
    if not found.results:
        raise Failed(Exit.GATE, "no provider was called; nothing was judged")
    judge(found, min_coverage)
