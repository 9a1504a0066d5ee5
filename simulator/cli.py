"""The ``kyc-sim`` command.

Exit codes: 0 fine, 1 findings, 2 usage, configuration or contract load error, 3 environment (port busy), 4 coverage or
provenance gate, 130 interrupt. SIGTERM ends gracefully with 0. Nobody sees a traceback for a mistake of theirs.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from contracts.provider_files import ContractError
from simulator import cli_contract, cli_knowledge, cli_run
from simulator.exits import Exit, Failed
from simulator.setting_options import setting_options
from simulator.settings import SettingsError, load_settings

if TYPE_CHECKING:
    from simulator.engine import Inspection
    from simulator.services import Services
    from simulator.settings import Settings


_EXAMPLES = """\b
Examples:
  kyc-sim serve                        on http://127.0.0.1:8080; prints credentials and a first call
  kyc-sim run -- pytest                a simulator for the length of a command
  kyc-sim catalog --provider tencent   every outcome, and how to get it
  kyc-sim explain --last               why the last call was answered so
"""


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, invoke_without_command=True, epilog=_EXAMPLES)
@click.version_option(package_name="kyc-upstream-simulator", prog_name="kyc-sim", message="%(prog)s %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """Run the upstream that China KYC adapters can call: offline, deterministic, down to the signature."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@cli.command(
    epilog="Every option is also an environment variable: KYC_SIM_ and its name in capitals, with _ for -. --config "
    "names a file of the same names: port = 9000, or entries = 50 in the table [journal]. Flags beat variables, and "
    "variables the file. Example: kyc-sim serve --port 0 --ready-file ready.json"
)
@setting_options()
@click.option("--config", type=click.Path(path_type=Path), envvar="KYC_SIM_CONFIG", help="TOML file with settings.")
@click.option(
    "--ready-file",
    type=click.Path(path_type=Path),
    envvar="KYC_SIM_READY_FILE",
    help="Written once requests are taken: JSON with url, pid and credentials.",
)
@click.option("--witness", type=click.Path(path_type=Path), hidden=True, help="For kyc-sim run --judge.")
@click.option("--leash", is_flag=True, hidden=True, help="Stop when stdin ends: whoever started us is gone.")
def serve(config: Path | None, ready_file: Path | None, witness: Path | None, leash: bool, **flags: object) -> None:
    """Start the simulator and serve until interrupted."""
    # From the first moment on: whoever starts us may change his mind before the server takes the signals over.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(Exit.FINE))
    settings = load_settings(flags, os.environ, config)
    if leash:
        threading.Thread(target=_stop_when_let_go, daemon=True).start()
    ended_by = _serve(settings, ready_file, witness)
    if ended_by == signal.SIGINT:
        raise Failed(Exit.INTERRUPT, "interrupted")


def _stop_when_let_go() -> None:
    # Past Python's own buffer, whose lock would be held when the interpreter ends.
    while os.read(0, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def _serve(settings: Settings, ready_file: Path | None, watching: Path | None) -> int:
    from simulator import banner, server  # brings the web server along

    try:
        listener = server.listen(settings)
    except server.BindRefused as problem:
        raise Failed(Exit.USAGE, str(problem)) from None
    url = server.url_of(listener)
    with listener:
        tenant = (services := _services(settings)).tenants.default

        def ready() -> None:
            if ready_file is not None:
                banner.write_ready_file(ready_file, url, tenant)
            click.echo(banner.banner(url, tenant, now=time.time()))

        try:
            if ready_file is not None:
                ready_file.unlink(missing_ok=True)  # of an earlier run: its reader would call a server that is gone
            with _witness(watching) as witness:
                return server.serve(services, listener, ready=ready, witness=witness)
        finally:
            if ready_file is not None:
                ready_file.unlink(missing_ok=True)


def _witness(file: Path | None) -> AbstractContextManager[Inspection | None]:
    if file is None:
        return nullcontext()
    from simulator.witness import Witness  # brings jsonschema along

    return Witness(file, time.time)


def _services(settings: Settings) -> Services:
    from simulator.providers import PROVIDERS
    from simulator.services import Services

    return Services(settings, PROVIDERS)


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON, in the shape the admin API uses.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Directory for the keys as PEM files.")
def credentials(as_json: bool, out: Path | None) -> None:
    """Print the default tenant's credentials; no server needed."""
    import orjson

    from simulator.banner import credential_lines, write_key_files
    from simulator.settings import Settings
    from simulator.tenants import credentials_of

    found = credentials_of(_services(Settings()).tenants.default)
    if out is not None:
        write_key_files(out, found)
    if as_json:
        click.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
    else:
        click.echo("\n".join([f"tenant {found['tenant']}", *credential_lines(found)]))


for _command in (
    cli_run.run, cli_knowledge.catalog, cli_knowledge.fidelity, cli_knowledge.explain, cli_contract.contract,
    cli_contract.replay,
):  # fmt: skip
    cli.add_command(_command)


def main() -> NoReturn:
    """Run the command and end the process."""
    try:
        cli(prog_name="kyc-sim", standalone_mode=False)
    except click.ClickException as problem:
        _leave(Exit.USAGE, problem.format_message())
    except (SettingsError, ContractError) as problem:
        _leave(Exit.USAGE, str(problem))
    except Failed as problem:
        _leave(problem.code, str(problem))
    except OSError as problem:
        what = f"{problem.filename}: " if problem.filename else ""
        _leave(Exit.ENVIRONMENT, f"{what}{problem.strerror or problem}")
    except (KeyboardInterrupt, click.Abort):
        _leave(Exit.INTERRUPT, "interrupted")
    sys.exit(Exit.FINE)


def _leave(code: int, message: str) -> NoReturn:
    click.echo(f"kyc-sim: {message}", err=True)
    sys.exit(code)
