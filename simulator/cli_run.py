"""``kyc-sim run -- CMD``: a simulator for the length of a command, which is told where it is."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import click

from simulator.exits import Exit, Failed
from simulator.setting_options import setting_options
from simulator.settings import load_settings


@click.command(
    context_settings={"allow_interspersed_args": False},
    epilog="CMD finds KYC_SIM_URL, KYC_SIM_CREDENTIALS (a JSON file) and KYC_SIM_<PROVIDER>_ENDPOINT in its "
    "environment; its exit code is the exit code.",
)
@setting_options(but=("host", "port"))
@click.option("--config", type=click.Path(path_type=Path), envvar="KYC_SIM_CONFIG", help="TOML file with settings.")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED, metavar="-- CMD [ARGS]...")
def run(config: Path | None, command: tuple[str, ...], **flags: object) -> None:
    """Start a simulator on a free port, run CMD against it, stop it, and exit as CMD did."""
    from simulator import handover
    from simulator.child import NotStarted, run_child
    from simulator.own_server import own_server

    settings = load_settings({**flags, "host": "127.0.0.1"}, os.environ, config)
    with own_server(settings) as server, tempfile.TemporaryDirectory(prefix="kyc-sim-run-") as folder:
        told = handover.variables(
            server.url,
            server.credentials,
            file=handover.write_credentials(Path(folder), server.credentials),
            admin_token=settings.admin_token,
        )
        environ = {**os.environ, **told, **handover.past_proxies(server.url, os.environ)}
        try:
            code = run_child(command, environ)
        except NotStarted as problem:
            raise Failed(problem.code, f"run: {problem}") from None
        gone = server.process.poll() is not None
    if gone:
        click.echo("kyc-sim: run: the simulator ended before the command did", err=True)
        code = code or Exit.ENVIRONMENT
    sys.exit(code)
