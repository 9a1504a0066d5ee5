"""The JSON Schemas of every provider, offline: ``contracts/schemas/<provider>/<operation>.<part>.json``.

A part is ``request`` (business parameters), ``response`` (a call that was decided) or ``error`` (a call that was
refused); other files of the folder, such as ``common.json``, are there to be referred to. A provider's folder is read
on first use and checked as a whole: a keyword or format nobody knows, a ``$ref`` that leads nowhere, or a file under
another's name is a `ContractError`, because JSON Schema itself would ignore the first two in silence.

Nothing is ever fetched: a reference resolves among the shipped files or not at all. The messages of jsonschema repeat
the value they complain of; where it may be personal, report ``json_path`` and ``validator`` instead.

>>> from contracts.registry import validator
>>> answer = {"Response": {"Result": 0, "Description": "x", "RequestId": "a5fdb909-5ee6-43ff-a152-bb1b9744ee8b"}}
>>> [error.json_path for error in validator("tencent", "BankCardVerification", "response").iter_errors(answer)]
['$.Response.Result']
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any, Final, Literal

import orjson
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError
from referencing import Registry, Resource
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

from contracts.formats import FORMATS, format_checker
from contracts.provider_files import ContractError

Part = Literal["request", "response", "error"]

PARTS: Final[tuple[Part, ...]] = ("request", "response", "error")

BASE: Final = "https://schemas.kyc-sim.invalid/"
"""What every ``$id`` begins with. The top-level domain is reserved and never resolves (RFC 2606)."""

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

_ONE: Final = frozenset({
    "additionalProperties", "contains", "else", "if", "items", "not", "propertyNames", "then", "unevaluatedItems",
    "unevaluatedProperties",
})  # fmt: skip
_MANY: Final = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_NAMED: Final = frozenset({"$defs", "dependentSchemas", "patternProperties", "properties"})
_PLAIN: Final = frozenset({
    "$comment", "$id", "$ref", "$schema", "const", "default", "dependentRequired", "description", "enum", "examples",
    "exclusiveMaximum", "exclusiveMinimum", "format", "maxItems", "maxLength", "maxProperties", "maximum", "minItems",
    "minLength", "minProperties", "minimum", "multipleOf", "pattern", "required", "title", "type", "uniqueItems",
})  # fmt: skip


@lru_cache(maxsize=1024)
def validator(provider: str, operation: str, part: Part) -> Draft202012Validator:
    """Return the validator of one part of one operation's contract.

    Args:
        provider: provider folder name.
        operation: wire name of the operation.
        part: ``request``, ``response`` or ``error``.

    Raises:
        ContractError: there is no such schema, or the provider's folder is not sound.
    """
    return document_validator(provider, f"{operation}.{part}.json")


@lru_cache(maxsize=1024)
def document_validator(folder: str, name: str) -> Draft202012Validator:
    """Return the validator of one schema file, also of those that describe what the harness itself writes and reads.

    Raises:
        ContractError: as for `validator`.
    """
    schemas, registry = _folder(folder)
    if name not in schemas:
        raise ContractError(f"schemas/{folder}/{name}: no such schema")
    return Draft202012Validator(schemas[name], registry=registry, format_checker=format_checker())


def schema_names(provider: str) -> tuple[str, ...]:
    """Return the names of a provider's schema files, sorted.

    Raises:
        ContractError: as for `validator`.
    """
    return tuple(sorted(_folder(provider)[0]))


@lru_cache(maxsize=32)
def _folder(provider: str) -> tuple[Mapping[str, Any], Registry[Any]]:
    folder = files("contracts") / "schemas" / provider
    if provider not in _providers():
        raise ContractError(f"schemas/{provider}: no such folder")
    return read_folder(folder, where=f"schemas/{provider}")


def _providers() -> frozenset[str]:
    return frozenset(entry.name for entry in (files("contracts") / "schemas").iterdir() if entry.is_dir())


def read_folder(folder: Traversable, *, where: str) -> tuple[Mapping[str, Any], Registry[Any]]:
    """Read and check every schema of a folder; *where* names it in ``$id`` and in errors.

    Returns:
        The schemas by file name, and the registry in which they find one another.

    Raises:
        ContractError: a file is not JSON, not a schema, not named by its ``$id``, or uses what nobody knows.
    """
    schemas = {
        entry.name: _read(entry, f"{where}/{entry.name}") for entry in folder.iterdir() if entry.name.endswith(".json")
    }
    registry: Registry[Any] = Registry().with_resources(
        (schema["$id"], Resource.from_contents(schema, default_specification=DRAFT202012))
        for schema in schemas.values()
    )
    for name, schema in schemas.items():
        for pointer, found in _walk(schema, ""):
            _check(found, registry, base=schema["$id"], where=f"{where}/{name}#{pointer}")
    return MappingProxyType(schemas), registry


def _read(entry: Traversable, where: str) -> dict[str, Any]:
    try:
        schema = orjson.loads(entry.read_bytes())
        Draft202012Validator.check_schema(schema)
    except (orjson.JSONDecodeError, SchemaError) as problem:
        raise ContractError(f"{where}: {problem}") from problem
    expected = BASE + where.removeprefix("schemas/")
    if not isinstance(schema, dict) or schema.get("$id") != expected:
        raise ContractError(f"{where}: $id must be {expected}")
    if schema.get("$schema") != DIALECT:
        raise ContractError(f"{where}: $schema must be {DIALECT}")
    return schema


def _walk(schema: Any, pointer: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(schema, bool):
        return
    yield pointer, schema
    for keyword, value in schema.items():
        if keyword in _ONE:
            yield from _walk(value, f"{pointer}/{keyword}")
        elif keyword in _MANY:
            for index, part in enumerate(value):
                yield from _walk(part, f"{pointer}/{keyword}/{index}")
        elif keyword in _NAMED:
            for name, part in value.items():
                yield from _walk(part, f"{pointer}/{keyword}/{name}")


def _check(schema: Mapping[str, Any], registry: Registry[Any], *, base: str, where: str) -> None:
    if unknown := schema.keys() - _ONE - _MANY - _NAMED - _PLAIN:
        raise ContractError(f"{where}: {', '.join(sorted(unknown))} not known")
    if "format" in schema and schema["format"] not in FORMATS:
        raise ContractError(f"{where}/format: {schema['format']} is not one of {', '.join(FORMATS)}")
    if "$ref" in schema:
        try:
            registry.resolver(base_uri=base).lookup(schema["$ref"])
        except Unresolvable as problem:
            raise ContractError(f"{where}/$ref: {schema['$ref']} leads nowhere") from problem
