"""Rebuild ``contracts/schemas/tencent/`` from the outcome table's field lists; ``common.json`` is written by hand.

Usage::

    python scripts/build_tencent_schemas.py

A schema states shape only, for all sites together: which members a site has is in the table (``sites``), and whether a
value is allowed is answered by the service.

Source: `contracts/outcomes/tencent.json`, whose operations name their own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from contracts.loader import OutcomeTable, load_table
from contracts.registry import BASE, DIALECT

TARGET: Final = Path(__file__).resolve().parent.parent / "contracts" / "schemas" / "tencent"

REQUEST: Final[Mapping[str, str]] = {"string": "text", "list": "texts", "bool": "bool", "Encryption": "Encryption"}
"""Definition in ``common.json`` by type of a request field; an ``int64`` has one under its own name."""

MEMBERS: Final[Mapping[str, str]] = {
    "Description": "Description",
    "Sim": "Sim",
    "Quality": "Quality",
    "AccountType": "AccountType",
    "StatusCode": "StatusCode",
    "Range": "Range",
    "AgeRange": "AgeRange",
    "Isp": "Isp",
    "ISP": "Isp",
    "ResultDetail": "ResultDetail",
    "Birth": "Birth",
    "Encryption": "Encryption",
}
"""Definition in ``common.json`` by answer member; every other is a text."""


def request_schema(operation: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of an action's business parameters."""
    return {
        "$schema": DIALECT,
        "$id": f"{BASE}tencent/{operation}.request.json",
        "title": f"{operation}: business parameters of a request, as JSON",
        "$comment": f"Source: {facts['source']} [{facts['evidence']}].",
        "type": "object",
        "required": [field["name"] for field in facts["fields"] if field["required"]],
        "properties": {field["name"]: _parameter(field, facts) for field in facts["fields"]},
        "additionalProperties": False,
    }


def _parameter(field: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    described = {"$comment": field["note"]} if "note" in field else {}
    named = REQUEST.get(field["type"], field["name"])
    if field["type"] == "Encryption" and not any(each["encryptable"] for each in facts["fields"]):
        named = "AnswerKey"
    return {**described, "$ref": f"common.json#/$defs/{named}"}


def response_schema(operation: str, table: OutcomeTable) -> dict[str, Any]:
    """Return the schema of an answer that was decided, whatever its Result."""
    facts = table.operations[operation]
    members = {member["name"]: _member(operation, table, member) for member in facts["answer"]}
    everywhere = [member["name"] for member in facts["answer"] if "sites" not in member]
    clear = _answer(members, everywhere)
    return {
        "$schema": DIALECT,
        "$id": f"{BASE}tencent/{operation}.response.json",
        "title": f"{operation}: the answer of a call that was decided, whatever the Result",
        "$comment": f"Result is text, never a number. Source: {facts['source']} [{facts['evidence']}].",
        "type": "object",
        "required": ["Response"],
        "properties": {"Response": {"anyOf": [clear, _sealed_answer()]} if facts.get("sealed_members") else clear},
        "additionalProperties": False,
    }


def _answer(members: Mapping[str, Any], needed: Sequence[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": [*needed, "RequestId"],
        "properties": {
            **members,
            "RequestId": {"$ref": "common.json#/$defs/RequestId"},
            "DeprecatedWarning": {"$ref": "common.json#/$defs/DeprecatedWarning"},
        },
        "additionalProperties": False,
    }


def _sealed_answer() -> dict[str, Any]:
    """Return the schema of an answer that is encrypted as a whole."""
    sealed = {name: {"$ref": f"common.json#/$defs/{name}"} for name in ("Encryption", "EncryptedBody")}
    comment = "Encrypted as a whole (IsEncryptResponse): what else stands beside the body is stated nowhere [inferred]."
    return {"$comment": comment, **_answer(sealed, tuple(sealed))}


def _member(operation: str, table: OutcomeTable, member: Mapping[str, Any]) -> dict[str, Any]:
    if member["name"] == "Result":
        return {"enum": [row.code for row in table.results(operation)]}
    shape = {"$ref": f"common.json#/$defs/{MEMBERS.get(member['name'], 'text')}"}
    return {"anyOf": [shape, {"type": "null"}]} if member.get("nullable") else shape


def error_schema(operation: str) -> dict[str, Any]:
    """Return the schema of an action's refusals."""
    return {
        "$schema": DIALECT,
        "$id": f"{BASE}tencent/{operation}.error.json",
        "title": f"{operation}: the answer of a call that was refused",
        "$comment": "The same envelope for every action; a decided call never has Error beside its fields. "
        "Source: Responses page [doc].",
        "$ref": "common.json#/$defs/errorEnvelope",
    }


def build() -> dict[str, bytes]:
    """Return the content of every file by its name."""
    table = load_table("tencent")
    files: dict[str, bytes] = {}
    for operation, facts in table.operations.items():
        parts = {
            "request": request_schema(operation, facts),
            "response": response_schema(operation, table),
            "error": error_schema(operation),
        }
        for part, schema in parts.items():
            files[f"{operation}.{part}.json"] = (json.dumps(schema, ensure_ascii=False, indent=2) + "\n").encode()
    return files


def main() -> None:
    """Write the files, and remove those of actions that are gone."""
    files = build()
    for old in TARGET.iterdir():
        if old.name != "common.json" and old.name not in files:
            old.unlink()
    for name, content in files.items():
        (TARGET / name).write_bytes(content)
    print(f"{len(files)} schemas")


if __name__ == "__main__":
    main()
