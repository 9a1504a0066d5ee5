"""``kyc-sim contract export``: the contracts as OpenAPI 3.1."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import click
import orjson

from simulator.exits import Exit, Failed

ALL: Final = "all"


@click.command()
@click.option("--provider", "providers", multiple=True, default=(ALL,), show_default=True, help="Again for several.")
@click.option("--output", default="-", show_default=True, help="Directory to write into, or - for one on the terminal.")
@click.option("--format", "form", type=click.Choice(("json", "yaml")), default="json", show_default=True)
def export(providers: tuple[str, ...], output: str, form: str) -> None:
    """Write a provider's contract as OpenAPI 3.1: schemas, outcomes, and how calls are signed.

    In a directory, each provider's is called PROVIDER.openapi.json (or .yaml).
    """
    from contracts import openapi_export
    from contracts.protocol import protocols

    unknown = [name for name in providers if name not in (ALL, *protocols())]
    if unknown:
        raise Failed(Exit.USAGE, f"--provider: {ALL}, or some of {', '.join(protocols())}")
    chosen = protocols() if ALL in providers else tuple(dict.fromkeys(providers))
    if output == "-" and len(chosen) > 1:
        raise Failed(Exit.USAGE, "contract export: --output DIRECTORY, or one --provider")
    write = WRITERS[form]
    number = version("kyc-upstream-simulator")
    for provider in chosen:
        document = write(openapi_export.export(provider, version=number))
        if output == "-":
            click.echo(document, nl=False)
            continue
        folder = Path(output)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{provider}.openapi.{form}").write_bytes(document)
        except OSError as problem:
            raise Failed(Exit.USAGE, f"--output: {folder}: {problem.strerror or 'cannot be written'}") from None


def _json(document: Mapping[str, Any]) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _yaml(document: Mapping[str, Any]) -> bytes:
    import yaml

    class Plain(yaml.SafeDumper):
        """Writes what occurs twice twice: readers of OpenAPI do not all follow anchors."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

    written: str = yaml.dump(document, Dumper=Plain, sort_keys=False, allow_unicode=True, width=120)
    return written.encode()


WRITERS: Final[Mapping[str, Callable[[Mapping[str, Any]], bytes]]] = {"json": _json, "yaml": _yaml}
