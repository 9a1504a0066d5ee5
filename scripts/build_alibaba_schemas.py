"""Rebuild the request and error schemas of ``contracts/schemas/alibaba/`` from the outcome table's field lists.

Usage::

    python scripts/build_alibaba_schemas.py

A request is a flat set of texts, wherever in query or form each travels; lists and objects travel as JSON text. Only
shape is stated: whether a value is allowed, and whether a parameter is needed beside another, is answered by the
service. Parameters that nobody documents are ignored, so they are allowed. All refusals share one envelope.

Answers and ``common.json`` are written by hand; this script leaves them alone.

Source: `contracts/outcomes/alibaba.json`, whose operations name their own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from contracts.loader import load_table
from contracts.registry import BASE, DIALECT

TARGET: Final = Path(__file__).resolve().parent.parent / "contracts" / "schemas" / "alibaba"

SHAPES: Final[Mapping[str, str]] = {
    "image": "base64",
    "list": "jsonList",
}
"""Field types that have a shape of their own; every other is a text."""


def request_schema(operation: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of an operation's business parameters."""
    return {
        "$schema": DIALECT,
        "$id": f"{BASE}alibaba/{operation}.request.json",
        "title": f"{operation}: business parameters of a request, query and form together",
        "$comment": f"Source: {facts['source']} [{facts['evidence']}].",
        "type": "object",
        "required": [field["name"] for field in facts["fields"] if field["required"]],
        "properties": {field["name"]: _property(field) for field in facts["fields"]},
        "additionalProperties": {"$ref": "common.json#/$defs/text"},
    }


def _property(field: Mapping[str, Any]) -> dict[str, Any]:
    described = {"description": field["note"]} if "note" in field else {}
    # An empty text counts as absent.
    shape = SHAPES.get(field["type"], "needed" if field["required"] else "text")
    return {**described, "$ref": f"common.json#/$defs/{shape}"}


def error_schema(operation: str) -> dict[str, Any]:
    """Return the schema of an operation's refusals."""
    return {
        "$schema": DIALECT,
        "$id": f"{BASE}alibaba/{operation}.error.json",
        "title": f"{operation}: the answer of a call that was refused, as JSON",
        "$comment": "The same envelope for every operation. Source: recorded answer of the gateway [obs].",
        "$ref": "common.json#/$defs/errorEnvelope",
    }


def build() -> dict[str, bytes]:
    """Return the content of every file by its name."""
    files: dict[str, bytes] = {}
    for operation, facts in load_table("alibaba").operations.items():
        for part, schema in (("request", request_schema(operation, facts)), ("error", error_schema(operation))):
            files[f"{operation}.{part}.json"] = (json.dumps(schema, ensure_ascii=False, indent=2) + "\n").encode()
    return files


def main() -> None:
    """Write the files, and remove request and error schemas of operations that are gone."""
    files = build()
    TARGET.mkdir(parents=True, exist_ok=True)
    for old in TARGET.iterdir():
        if old.name.endswith((".request.json", ".error.json")) and old.name not in files:
            old.unlink()
    for name, content in files.items():
        (TARGET / name).write_bytes(content)
    print(f"{len(files)} schemas")


if __name__ == "__main__":
    main()
