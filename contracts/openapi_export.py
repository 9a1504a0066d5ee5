"""A provider's contract as OpenAPI 3.1: schemas, outcomes as examples, and how calls are signed.

What OpenAPI has no word for stands in extensions: ``x-kyc-sim-signature`` (how a caller proves who it is),
``x-kyc-sim-outcomes`` (rows: verdict, charge, retry class, evidence), ``x-kyc-sim-switches``.

Operations that share an address (one ``POST /`` for every action, one SOAP service) cannot each have a path: a path is
no place for a query, and a fragment is never sent. They share one operation there, whose bodies are ``anyOf`` theirs,
and each has a path item of its own under ``components/pathItems``, with its parameters, examples and outcomes;
``x-kyc-sim-operations`` leads from one to the other.

Pure, and the same bytes for the same tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

import orjson

from contracts.loader import EVERY_OPERATION, Outcome
from contracts.openapi_schemas import COMPONENTS, components
from contracts.plan import load_plan
from contracts.protocol import Protocol, Signature, load_protocol
from kyc_core.verdicts import Retry

SIMULATOR: Final = "http://127.0.0.1:8080"
"""Where a simulator listens unless told otherwise."""

_JSON: Final = "application/json"
_FORM: Final = "application/x-www-form-urlencoded"
_XML: Final = "text/xml"
_ANY_TEXT: Final[Mapping[str, Any]] = {"type": "object", "additionalProperties": {"type": "string"}}


def export(provider: str, *, version: str) -> dict[str, Any]:
    """Return the OpenAPI document of one provider.

    Args:
        provider: provider folder name.
        version: of the document.

    Raises:
        ContractError: nobody has that provider, or a shipped table is not sound.
    """
    protocol = load_protocol(provider)
    schemas = components(provider)
    writer = _Writer(protocol, schemas)
    paths, items = writer.paths()
    schemes, security = _security(protocol)
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": protocol.title,
            "version": version,
            "description": f"Written from: {protocol.table.source}. Not the provider's own description; "
            "every statement carries its evidence in the x-kyc-sim extensions.",
        },
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "servers": _servers(protocol),
        "security": security,
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": schemes, "pathItems": items},
        "x-kyc-sim-signatures": [_signature(each) for each in protocol.signatures],
        "x-kyc-sim-outcomes": [_outcome(row) for row in protocol.table.rows if row.operation == EVERY_OPERATION],
        "x-kyc-sim-switches": [
            {
                "name": switch.name, "default": switch.default, "values": list(switch.values), "effect": switch.effect,
                "evidence": switch.evidence.value, "source": switch.source,
            }
            for switch in protocol.table.switches.values()
        ],
    }  # fmt: skip
    hooks = writer.webhooks()
    return {**document, "webhooks": hooks} if hooks else document


def _servers(protocol: Protocol) -> list[dict[str, str]]:
    real = [{"url": f"https://{host}", "description": "The provider's."} for host in protocol.hosts]
    endpoint = f"{SIMULATOR}{load_plan(protocol.provider).endpoint}"
    return [*real, {"url": endpoint, "description": "A simulator on this machine."}]


def _security(protocol: Protocol) -> tuple[dict[str, Any], list[dict[str, list[str]]]]:
    """Return schemes, and which of them a call needs; what stands in a body is no scheme to OpenAPI."""
    named = {
        _slug(each.name): {
            "type": "apiKey",
            "in": each.where,
            "name": each.parameter,
            "description": each.summary,
            "x-kyc-sim-signature": _signature(each),
        }
        for each in protocol.signatures
        if each.where in ("header", "query")
    }
    if not named:
        return {}, []
    sent_as_they_are = all(each.type == "apiKey" for each in protocol.signatures)
    together: list[dict[str, list[str]]] = [{name: [] for name in named}]
    return named, together if sent_as_they_are else [{name: []} for name in named]


def _signature(signature: Signature) -> dict[str, str]:
    return {
        "scheme": signature.name,
        "type": signature.type,
        "in": signature.where,
        "parameter": signature.parameter,
        "signed": signature.summary,
        "evidence": signature.evidence.value,
        "source": signature.source,
    }


def _outcome(row: Outcome) -> dict[str, Any]:
    told: dict[str, Any] = {
        "kind": row.kind,
        "code": row.code,
        "meaning": row.meaning,
        "status": row.http_status,
        "text": dict(row.text),
        "verdict": row.verdict.value,
        "billed": row.billed,
        "retry": row.retry.value,
        "evidence": row.evidence.value,
        "source": row.source,
    }
    told |= {"provisional": True} if row.provisional else {}
    return told | ({"note": row.note} if row.note else {})


def _slug(text: str) -> str:
    return "".join(character if character.isascii() and character.isalnum() else "-" for character in text).strip("-")


class _Writer:
    """Writes the operations of one provider."""

    def __init__(self, protocol: Protocol, schemas: Mapping[str, Any]) -> None:
        self._protocol = protocol
        self._table = protocol.table
        self._schemas = schemas
        self._places = load_plan(protocol.provider).requests.parameters

    def paths(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the paths, and the path items of operations that share one."""
        addresses: dict[tuple[str, str], list[str]] = {}
        for name, (method, path) in self._addresses().items():
            addresses.setdefault((path, method.lower()), []).append(name)
        paths: dict[str, Any] = {}
        items: dict[str, Any] = {}
        for (path, method), names in addresses.items():
            if len(names) == 1:
                paths.setdefault(path, {})[method] = self._operation(names[0], path)
                continue
            items |= {name: {method: self._operation(name, path)} for name in names}
            paths.setdefault(path, {})[method] = self._shared(names, method)
        return paths, items

    def webhooks(self) -> dict[str, Any]:
        """Return the calls that the provider makes itself."""
        return {
            name: {
                "post": {
                    "operationId": name,
                    "summary": facts["title"],
                    "requestBody": {"content": {_JSON: {"schema": self._schema(name, "request")}}},
                    "responses": {"2XX": {"description": "Delivered; anything else is tried again."}},
                    "security": [],
                    "x-kyc-sim-outcomes": self._outcomes(name),
                }
            }
            for name, facts in self._table.operations.items()
            if facts.get("kind") == "callback"
        }

    def _addresses(self) -> dict[str, tuple[str, str]]:
        if self._protocol.action:
            return dict.fromkeys(self._table.operations, ("POST", "/"))
        return {name: (method, path.replace("*", "{name}")) for name, (method, path) in self._protocol.paths.items()}

    def _operation(self, name: str, path: str) -> dict[str, Any]:
        facts = self._table.operations[name]
        operation: dict[str, Any] = {
            "operationId": name,
            "summary": facts.get("title", name),
            "parameters": self._parameters(name, path),
            "responses": self._responses(name),
            "x-kyc-sim-outcomes": self._outcomes(name),
            "x-kyc-sim-evidence": {"evidence": facts["evidence"], "source": facts["source"]},
        }
        body = self._body(name)
        operation |= {"requestBody": body} if body is not None else {}
        parts = self._protocol.codes.parts.get(name)
        if parts:
            operation["x-kyc-sim-parts"] = {part: self._outcomes(part) for part in parts}
        return operation

    def _shared(self, names: list[str], method: str) -> dict[str, Any]:
        """Return the one operation that stands for several at one address."""
        parameters: list[dict[str, Any]] = []
        if self._protocol.action:
            parameters.append(self._action(names))
            if "query" in self._places:
                parameters.append({"name": "parameters", "in": "query", "explode": True, "schema": dict(_ANY_TEXT)})
        contents: dict[str, list[Any]] = {}
        for body in (self._body(name) for name in names):
            for media, content in (body or {"content": {}})["content"].items():
                contents.setdefault(media, []).append(content["schema"])
        statuses: dict[str, dict[str, list[Any]]] = {}
        for name in names:
            for status, response in self._responses(name, examples=False).items():
                for media, content in response.get("content", {}).items():
                    statuses.setdefault(status, {}).setdefault(media, []).append(content["schema"])
        operation: dict[str, Any] = {
            "operationId": f"{self._protocol.provider}.{method}",
            "summary": f"Any of {len(names)} operations at one address",
            "parameters": parameters,
            "responses": {
                status: {
                    "description": "An answer of one of the operations.",
                    "content": {media: {"schema": _any(found)} for media, found in contents_of.items()},
                }
                for status, contents_of in sorted(statuses.items())
            },
            "x-kyc-sim-operations": {name: f"#/components/pathItems/{name}" for name in names},
        }
        if contents:
            content = {media: {"schema": _any(found)} for media, found in contents.items()}
            operation["requestBody"] = {"content": content}
        return operation

    def _action(self, names: list[str]) -> dict[str, Any]:
        header = next(place for place in self._protocol.action if place.startswith("header:"))
        return {
            "name": header.partition(":")[2], "in": "header", "required": True,
            "description": "Names the operation.", "schema": {"enum": names},
        }  # fmt: skip

    def _parameters(self, name: str, path: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        if self._protocol.action:
            found.append(self._action([name]))
        if "{name}" in path:
            found.append({"name": "name", "in": "path", "required": True, "schema": {"type": "string"}})
        return found + [
            {
                "name": field["name"],
                "in": "query",
                "required": bool(field["required"]),
                "schema": self._member(name, field["name"]),
            }
            for field in self._fields(name, "query")
        ]

    def _fields(self, name: str, place: str) -> list[Mapping[str, Any]]:
        """Return the fields of an operation that stand in the query or in a form; none where bodies are JSON."""
        facts = self._table.operations[name]
        in_query = self._protocol.paths.get(name, ("POST", ""))[0] == "GET"
        fields: Iterable[Mapping[str, Any]] = facts.get("fields", ())
        default = "query" if in_query else ""
        return [field for field in fields if field.get("place", default) == place]

    def _member(self, name: str, member: str) -> dict[str, Any]:
        properties = self._schemas.get(f"{name}.request", {}).get("properties", {})
        token = member.replace("~", "~0").replace("/", "~1")
        return (
            {"$ref": f"{COMPONENTS}{name}.request/properties/{token}"} if member in properties else {"type": "string"}
        )

    def _body(self, name: str) -> dict[str, Any] | None:
        if self._protocol.paths.get(name, ("POST", ""))[0] == "GET" or f"{name}.request" not in self._schemas:
            return None
        if self._is_xml(name):
            return {"required": True, "content": {_XML: self._xml(name, "request")}}
        if "query" in self._places:
            fields = self._fields(name, "body")
            if not fields:
                return None
            schema: dict[str, Any] = {
                "type": "object",
                "properties": {field["name"]: self._member(name, field["name"]) for field in fields},
            }
            needed = [field["name"] for field in fields if field["required"]]
            schema |= {"required": needed} if needed else {}
            return {"required": bool(needed), "content": {_FORM: {"schema": schema}}}
        content: dict[str, Any] = {"schema": self._schema(name, "request")}
        samples = self._samples(name, "request")
        return {"required": True, "content": {_JSON: content | ({"examples": samples} if samples else {})}}

    def _is_xml(self, name: str) -> bool:
        return self._table.operations[name].get("dialect") == "nciic"

    def _xml(self, name: str, part: str) -> dict[str, Any]:
        # The schema speaks of what the message holds; how it is wrapped is no matter of JSON Schema.
        return {"schema": {"type": "string"}, "x-kyc-sim-document": self._schema(name, part)}

    def _schema(self, name: str, part: str) -> dict[str, Any]:
        known = f"{name}.{part}" in self._schemas
        return {"$ref": f"{COMPONENTS}{name}.{part}"} if known else {}

    def _rows(self, name: str) -> list[Outcome]:
        errors = [row for row in self._table.errors(name) if row == self._table.error(name, row.code)]
        return [*self._table.results(name), *errors]

    def _outcomes(self, name: str) -> list[dict[str, Any]]:
        return [_outcome(row) for row in self._rows(name) if row.operation == name]

    def _responses(self, name: str, *, examples: bool = True) -> dict[str, Any]:
        facts = self._table.operations[name]
        found: dict[str, Any] = {}
        samples = self._samples(name, "response") if examples and not self._is_xml(name) else {}
        rows = self._rows(name)
        for status in sorted({row.http_status for row in rows}):
            mine = [row for row in rows if row.http_status == status]
            kinds = dict.fromkeys(row.kind for row in mine)
            counted = ", ".join(f"{sum(row.kind == kind for row in mine)} {kind}s" for kind in kinds)
            response: dict[str, Any] = {"description": f"{counted} of the outcome table."}
            if status != 204:
                parts = [{"result": "response", "error": "error"}[kind] for kind in kinds]
                schema = _any([self._schema(name, part) for part in parts])
                media = facts.get("media_type", _JSON) if "result" in kinds else _JSON
                content = {"schema": schema}
                if self._is_xml(name):
                    media, content = _XML, {"schema": {"type": "string"}, "x-kyc-sim-document": schema}
                shown = {key: samples[key] for row in mine if (key := f"{row.kind}_{row.code}") in samples}
                response["content"] = {media: content | ({"examples": shown} if shown else {})}
            found[str(status)] = response
        return found

    def _samples(self, name: str, part: str) -> dict[str, Any]:
        """Return shipped cases by the row they are cases of; of requests only those that are as they should be."""
        rows = {f"{row.kind}_{row.code}": row for row in self._rows(name)}
        folder = files("contracts.fixtures") / self._protocol.provider / name
        found = {}
        for entry in sorted(_entries(folder), key=lambda entry: entry.name):
            case = orjson.loads(entry.read_bytes())
            key = entry.name.removesuffix(".json")
            row = rows.get(key)
            sound = row is not None and row.kind == "result" and row.retry is not Retry.FIX_REQUEST
            if part in case and (sound or (row is not None and part == "response")):
                found[key] = {"summary": case["title"], "value": case[part]}
        return found


def _entries(folder: Traversable) -> list[Traversable]:
    return list(folder.iterdir()) if folder.is_dir() else []


def _any(schemas: list[Any]) -> Any:
    """Return one schema for several: answers of different operations may well have one shape, so not ``oneOf``."""
    distinct = list({orjson.dumps(schema): schema for schema in schemas}.values())
    return distinct[0] if len(distinct) == 1 else {"anyOf": distinct}
