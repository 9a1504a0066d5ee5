"""``kyc-sim catalog``, ``fidelity`` and ``explain``: what the simulator knows, on a terminal.

The first two read the shipped tables. The third asks a running simulator, whose journal it is about.
"""

from __future__ import annotations

import shutil
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

import click
import orjson

from simulator.exits import Exit, Failed

if TYPE_CHECKING:
    from contracts.loader import OutcomeTable

PATIENCE: Final = 10.0
"""Seconds a running simulator gets to explain a call."""

_as_json = click.option("--json", "as_json", is_flag=True, help="As JSON.")
_provider = click.option("--provider", help="Only this provider's.")


@click.command(epilog="Example: kyc-sim catalog --provider tencent --operation BankCardVerification")
@_provider
@click.option("--operation", help="Only what this operation may answer, the errors common to all included.")
@_as_json
def catalog(provider: str | None, operation: str | None, as_json: bool) -> None:
    """List every outcome there is, and how to get it."""
    from simulator import catalog as shelf
    from simulator.register import ShippedPeople

    people = ShippedPeople.load().index.people.values()
    found: list[dict[str, Any]] = []
    tables = _tables(provider)
    if operation is not None:
        tables = [table for table in tables if operation in table.operations]
        if not tables:
            whose, listed = (
                ("no provider has", "") if provider is None else (f"{provider} has no", f" --provider {provider}")
            )
            raise Failed(Exit.USAGE, f"--operation: {whose} such operation; kyc-sim catalog{listed} lists them all")
    for table in tables:
        cases, causes = shelf.load_cases(table.provider), shelf.load_causes().get(table.provider, {})
        found += shelf.catalog(table, operation=operation, cases=cases, people=people, causes=causes)
    if as_json:
        _print_json({"outcomes": found})
    else:
        click.echo(shelf.text(found), nl=False)


@click.command(short_help="Show how well everything claimed about a provider is founded.")
@_provider
@click.option("--markdown", "as_markdown", is_flag=True, help="As the page docs/fidelity.md.")
@_as_json
def fidelity(provider: str | None, as_markdown: bool, as_json: bool) -> None:
    """Count how well everything claimed about a provider is founded, or list it."""
    from contracts.fidelity import fidelity as collect
    from contracts.fidelity import markdown

    if as_markdown and as_json:
        raise Failed(Exit.USAGE, "--markdown and --json: one of them")
    found = collect(_tables(provider))
    counts = {name: {word.value: count for word, count in words.items()} for name, words in found.counts.items()}
    if as_markdown:
        click.echo(markdown(found), nl=False)
    elif as_json:
        _print_json({"counts": counts, "facts": [fact.to_document() for fact in found.facts]})
    else:
        for name, words in counts.items():
            click.echo(f"{name}: " + ", ".join(f"{count} {word}" for word, count in words.items()))


@click.command(epilog="Example: kyc-sim explain --last, or with the RequestId of an answer in place of --last.")
@click.argument("request_id", required=False)
@click.option("--last", is_flag=True, help="The tenant's last call, instead of a REQUEST_ID.")
@click.option("--tenant", default="default", show_default=True, help="Whose last call.")
@click.option("--url", envvar="KYC_SIM_URL", default="http://127.0.0.1:8080", show_default=True, help="Where it runs.")
@click.option("--admin-token", envvar="KYC_SIM_ADMIN_TOKEN", help="If its /__admin asks for one.")
@_as_json
def explain(request_id: str | None, last: bool, tenant: str, url: str, admin_token: str | None, as_json: bool) -> None:
    """Explain why a running simulator answered a call as it did."""
    from simulator.explain import text

    if last is (request_id is not None):
        raise Failed(Exit.USAGE, "explain: a REQUEST_ID, or --last")
    if admin_token is not None and not admin_token.isprintable():
        raise Failed(Exit.USAGE, "--admin-token: a text without control characters")
    if request_id is None:
        request_id = _last_of(tenant, url, admin_token)
    document = _found(url, f"/__admin/explain/{_escaped(request_id)}", admin_token)
    if as_json:
        _print_json(document)
    else:
        click.echo(text(document, width=shutil.get_terminal_size((120, 24)).columns), nl=False)


def _last_of(tenant: str, url: str, admin_token: str | None) -> str:
    document = _found(url, f"/__admin/journal?limit=1&tenant={_escaped(tenant)}", admin_token)
    if not document["entries"]:
        raise Failed(Exit.FINDINGS, f"the tenant {tenant} was not called yet")
    request_id: str = document["entries"][0]["request_id"]
    return request_id


def _escaped(text: str) -> str:
    # What a terminal hands over may be in another encoding than ours; the simulator tells that it knows nothing of it.
    return quote(text, safe="", errors="surrogateescape")


def _found(url: str, path: str, token: str | None) -> dict[str, Any]:
    status, document = _ask(url, path, token)
    if status != 200:
        code = Exit.FINDINGS if status == 404 else Exit.USAGE
        raise Failed(code, f"{document.get('title', status)}: {document.get('detail', 'no more was said')}")
    return document


def _tables(provider: str | None) -> list[OutcomeTable]:
    from simulator.providers import PROVIDERS

    played = {upstream.name: upstream for upstream in PROVIDERS}
    if provider is None:
        return [upstream.table() for upstream in played.values()]
    if provider not in played:
        raise Failed(Exit.USAGE, f"--provider: one of {', '.join(played)}")
    return [played[provider].table()]


def _ask(url: str, path: str, token: str | None) -> tuple[int, dict[str, Any]]:
    host, port = _place(url)
    connection = HTTPConnection(host, port, timeout=PATIENCE)
    headers = {} if token is None else {"Authorization": f"Bearer {token}".encode("utf-8", "surrogateescape")}
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        document = orjson.loads(answer.read())
    except (OSError, HTTPException, UnicodeError) as problem:
        why = (problem.strerror if isinstance(problem, OSError) else None) or type(problem).__name__
        raise Failed(Exit.ENVIRONMENT, f"no simulator answers at {url}: {why}; kyc-sim serve starts one") from None
    except orjson.JSONDecodeError:
        document = None
    finally:
        connection.close()
    if not isinstance(document, dict):
        raise Failed(Exit.ENVIRONMENT, f"what answers at {url} is no simulator")
    return answer.status, document


def _place(url: str) -> tuple[str, int | None]:
    """Return host and port of a base URL."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if host is None or parts.scheme != "http" or port == 0 or not url.isprintable() or " " in url:
        raise Failed(Exit.USAGE, "--url: http://HOST:PORT")
    return host, port


def _print_json(document: object) -> None:
    click.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())
