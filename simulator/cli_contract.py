"""``kyc-sim contract test`` and ``kyc-sim replay``: put an adapter to the test, and one failing case again."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from simulator.cli_check import check
from simulator.cli_export import export
from simulator.cli_report import format_option, judge, output_option, tell
from simulator.exits import Exit, Failed

if TYPE_CHECKING:
    from contracts.cases import Case
    from contracts.findings import CaseResult, Report
    from contracts.harness import Order

REPRODUCERS: Final = Path(".kyc-sim/cases")

_url = click.option("--url", envvar="KYC_SIM_URL", help="A running simulator; by default one is started for the run.")
_token = click.option("--admin-token", envvar="KYC_SIM_ADMIN_TOKEN", help="If its /__admin asks for one.")


@click.group()
def contract() -> None:
    """Test adapters, and recorded traffic, against the providers' contracts."""


contract.add_command(check)
contract.add_command(export)


@contract.command()
@click.option("--provider", "providers", multiple=True, help="Whose contract; again for several. All by default.")
@click.option("--adapter", help="The adapter in Python: module:factory, called with endpoint and credentials.")
@click.option("--exec", "command", help="The adapter in any language: a command that speaks JSON lines.")
@click.option("--reference", is_flag=True, help="The reference adapters instead, to see a clean run.")
@click.option("--only", "checks", multiple=True, help="Only this check; again for several.")
@click.option("--operation", "operations", multiple=True, help="Only this operation; again for several.")
@click.option("--seed", default="kyc-sim", show_default=True, help="Repeats a run.")
@click.option("--min-coverage", type=click.FloatRange(0, 100), help="Least share of outcomes asserted, in percent.")
@click.option(
    "--reproducers", type=click.Path(path_type=Path), default=REPRODUCERS, show_default=True,
    help="Where failing cases are written for kyc-sim replay.",
)  # fmt: skip
@_url
@_token
@format_option
@output_option
def test(
    providers: tuple[str, ...],
    adapter: str | None,
    command: str | None,
    reference: bool,
    checks: tuple[str, ...],
    operations: tuple[str, ...],
    seed: str,
    min_coverage: float | None,
    reproducers: Path,
    url: str | None,
    admin_token: str | None,
    form: str,
    output: Path | None,
) -> None:
    """Ask an adapter the seven questions; exit 1 with findings, 4 below --min-coverage."""
    from contracts import reproducers as files
    from contracts.harness import Order
    from contracts.subjects import Named

    if sum((adapter is not None, command is not None, reference)) != 1:
        raise Failed(Exit.USAGE, "contract test: one of --adapter, --exec, --reference")
    chosen = _providers(providers)
    kind, name = ("exec", command) if command is not None else ("python", adapter)
    order = Order(
        adapter=Named(kind=kind, name="contracts.reference" if name is None else name),
        providers=chosen,
        seed=seed,
        checks=_checks(checks),
        operations=_operations(operations, chosen),
        replays=lambda case: f"kyc-sim replay {shlex.quote(str(reproducers / files.file_name(case)))}",
    )

    def failed(each: Order, case: Case, result: CaseResult) -> None:
        files.write(reproducers, each, case, result)

    report = _run(_orders(order) if reference else [order], url, admin_token, failed)
    tell(report, form, output)
    judge(report, min_coverage)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@_url
@_token
@format_option
@output_option
def replay(file: Path, url: str | None, admin_token: str | None, form: str, output: Path | None) -> None:
    """Run a failing case of a contract test again, from the FILE that it left; exit 1 while it still fails."""
    from contracts import reproducers as files
    from contracts.plan import plans

    try:
        order = files.read(file)
    except files.ReproducerError as problem:
        raise Failed(Exit.USAGE, f"{file}: {problem}") from None
    except OSError as problem:
        raise Failed(Exit.USAGE, f"{file}: {problem.strerror or 'cannot be read'}") from None
    if order.providers[0] not in plans():
        raise Failed(Exit.USAGE, f"{file}: nobody plays {order.providers[0]}")
    order = replace(order, replays=lambda _: f"kyc-sim replay {shlex.quote(str(file))}")
    report = _run([order], url, admin_token, lambda *_: None)
    if not report.results:
        raise Failed(Exit.USAGE, f"{file}: there is no such case any more")
    tell(report, form, output)
    judge(report)


def _orders(order: Order) -> list[Order]:
    """Return an order per provider, each for that provider's reference adapter."""
    from contracts.plan import load_plan
    from contracts.subjects import Named

    return [
        replace(order, providers=(provider,), adapter=Named(kind="python", name=load_plan(provider).reference))
        for provider in order.providers
    ]


def _run(
    orders: list[Order], url: str | None, token: str | None, failed: Callable[[Order, Case, CaseResult], None]
) -> Report:
    """Carry the orders out, one after the other, and put their reports together."""
    from contracts.findings import Report
    from contracts.harness import run
    from contracts.subjects import SubjectError
    from contracts.targets import Target, TargetError
    from simulator.own_server import own_server
    from simulator.settings import Settings

    try:
        with ExitStack() as stack:
            shown = stack.enter_context(_progress())
            if url is None:
                url = stack.enter_context(own_server(Settings(seed=orders[0].seed))).url
            target = Target(url, token)
            reports = []
            for order in orders:

                def judged(number: int, count: int, case: Case, result: CaseResult, order: Order = order) -> None:
                    shown(number, count, result)
                    if result.findings:
                        failed(order, case, result)

                reports.append(run(order, target, progress=judged))
            target.close()
    except SubjectError as problem:
        raise Failed(Exit.USAGE, str(problem)) from None
    except TargetError as problem:
        raise Failed(Exit.ENVIRONMENT, str(problem)) from None
    return Report(
        seed=orders[0].seed,
        adapter=", ".join(dict.fromkeys(report.adapter for report in reports)),
        results=tuple([result for report in reports for result in report.results]),
        coverage={name: part for report in reports for name, part in report.coverage.items()},
        cost={name: part for report in reports for name, part in report.cost.items()},
    )


@contextmanager
def _progress() -> Iterator[Callable[[int, int, CaseResult], None]]:
    """Show how far the run is, where somebody watches."""
    if not sys.stderr.isatty():
        yield lambda *_: None
        return

    def show(number: int, count: int, result: CaseResult) -> None:
        click.echo(f"\r\x1b[K{number}/{count} {result.case}"[:110], nl=False, err=True)

    try:
        yield show
    finally:
        click.echo("\r\x1b[K", nl=False, err=True)


def _providers(named: tuple[str, ...]) -> tuple[str, ...]:
    from contracts.plan import plans
    from simulator.providers import PROVIDERS

    known = [provider.name for provider in PROVIDERS if provider.name in plans()]
    unknown = [name for name in named if name not in known]
    if unknown:
        raise Failed(Exit.USAGE, f"--provider: one of {', '.join(known)}")
    return tuple(dict.fromkeys(named)) or tuple(known)


def _checks(named: tuple[str, ...]) -> Any:
    from contracts.findings import Check

    if any(name not in set(Check) for name in named):
        raise Failed(Exit.USAGE, f"--only: one of {', '.join(Check)}")
    return frozenset(map(Check, named)) or frozenset(Check)


def _operations(named: tuple[str, ...], providers: tuple[str, ...]) -> frozenset[str]:
    from contracts.plan import load_plan

    known = [name for provider in providers for name in load_plan(provider).operations]
    if any(name not in known for name in named):
        raise Failed(Exit.USAGE, f"--operation: some of {', '.join(known)}")
    return frozenset(named)
