"""A failing case as a file that runs again: what was forced on the provider, on whom, and which adapter failed.

``kyc-sim replay FILE`` reads the adapter, the seed and the case's name; the tables and the seed give the rest again.
What else stands in the file is for people. Described by ``contracts/schemas/harness/case.json``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import orjson

from contracts.cases import Case
from contracts.findings import CaseResult, Check
from contracts.harness import Order
from contracts.subjects import Named

SCHEMA: Final = "kyc-sim/case/1"
_STRANGE: Final = re.compile(r"[^A-Za-z0-9._-]+")


class ReproducerError(ValueError):
    """A file is no reproducer of ours; names the member at fault."""


def file_name(case: str) -> str:
    """Return the name of a case's file.

    >>> file_name("tencent.BankCardVerification.-17")
    'tencent.BankCardVerification.-17.json'
    """
    return f"{_STRANGE.sub('_', case)}.json"


def to_document(order: Order, case: Case, result: CaseResult) -> dict[str, Any]:
    """Describe a case that failed."""
    act = case.act
    strict = case.plan.strict if act.strict else {}
    return {
        "schema": SCHEMA,
        "adapter": {"kind": order.adapter.kind, "name": order.adapter.name},
        "seed": order.seed,
        "provider": case.plan.provider,
        "operation": act.operation.name,
        "check": case.check.value,
        "case": case.id,
        "rules": [
            {"operation": rule.operation, "then": dict(rule.then), "times": rule.times} for rule in act.rules
        ],
        "people": list(act.people),
        "switches": {**case.plan.switches, **strict, **act.operation.switches, **act.switches},
        "clock_stands_still": act.frozen,
        "callbacks": [delivery.value for delivery in act.deliveries],
        "findings": [
            {"expected": each.expected, "seen": each.seen, "where": each.where, "source": each.source}
            for each in result.findings
        ],
    }  # fmt: skip


def write(folder: Path, order: Order, case: Case, result: CaseResult) -> Path:
    """Write a case's file into *folder*, which is made if need be.

    Raises:
        OSError: it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / file_name(case.id)
    path.write_bytes(orjson.dumps(to_document(order, case, result), option=orjson.OPT_INDENT_2) + b"\n")
    return path


def read(path: Path) -> Order:
    """Return the order that runs a file's case again.

    Raises:
        OSError: the file cannot be read.
        ReproducerError: it is not what `write` wrote.
    """
    try:
        document = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError:
        raise ReproducerError("not JSON") from None
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise ReproducerError(f"schema: {SCHEMA} is needed")
    adapter = document.get("adapter")
    texts = {name: document.get(name) for name in ("seed", "provider", "operation", "check", "case")}
    if not isinstance(adapter, dict):
        raise ReproducerError("adapter: an object with kind and name")
    texts |= {"adapter/kind": adapter.get("kind"), "adapter/name": adapter.get("name")}
    for name, value in texts.items():
        if not isinstance(value, str) or not value:
            raise ReproducerError(f"{name}: a text that is not empty")
    if texts["adapter/kind"] not in ("python", "exec"):
        raise ReproducerError("adapter/kind: python or exec")
    if texts["check"] not in set(Check):
        raise ReproducerError(f"check: one of {', '.join(Check)}")
    return Order(
        adapter=Named(kind=str(texts["adapter/kind"]), name=str(texts["adapter/name"])),
        providers=(str(texts["provider"]),),
        seed=str(texts["seed"]),
        checks=frozenset({Check(str(texts["check"]))}),
        operations=frozenset({str(texts["operation"])}),
        only=frozenset({str(texts["case"])}),
    )
