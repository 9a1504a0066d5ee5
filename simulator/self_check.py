"""The simulator checks its own answers: every provider answer against that provider's JSON Schema.

On in tests (``app.testing``) and with the setting ``self_check``. A difference fails the call, loudly: an answer that
the provider could not have given would teach a client the wrong lesson.
"""

from __future__ import annotations

from typing import Final

import orjson

from contracts.registry import Part, validator
from simulator.upstream import Exchange, Provider
from simulator.wire import WireResponse

_WORST: Final = 5
"""Differences named at most; one broken envelope breaks every rule below it."""


def check(provider: Provider, exchange: Exchange, answer: WireResponse) -> None:
    """Compare *answer* with its schema.

    A call whose operation the provider does not know is answered with its error envelope and has no schema of its own;
    neither has an operation whose facts say that it answers with another ``media_type`` than JSON.

    Raises:
        AssertionError: naming provider, operation and the JSON path of each difference; never a value.
    """
    outcome = exchange.outcome
    operation = exchange.operation
    facts = provider.table().operations.get(operation)
    if outcome is None or facts is None or "media_type" in facts:
        return
    part: Part = "response" if outcome.kind == "result" else "error"
    where = f"{provider.name} {operation} ({part})"
    try:
        document = orjson.loads(answer.body) if provider.document is None else provider.document(answer)
    except ValueError:
        raise AssertionError(f"{where}: the body is not JSON, and nothing reads it as such") from None
    # jsonschema's own messages quote the value, which may be personal; the path and the rule do not.
    found = [
        f"{error.json_path} breaks {error.validator}"
        for error in validator(provider.name, operation, part).iter_errors(document)
    ]
    if found:
        raise AssertionError(f"{where}: {'; '.join(found[:_WORST])}")
