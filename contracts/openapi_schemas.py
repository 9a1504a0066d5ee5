"""The shipped JSON Schemas of a provider as components of one OpenAPI document: same words, other addresses.

``<operation>.<part>.json`` becomes the component ``<operation>.<part>``, a definition ``x`` of ``common.json`` the
component ``common.x``; whatever else a file defines stands beside it in the same way. Every ``$ref`` follows.

>>> address("BankCardVerification.request.json", "common.json#/$defs/text")
'#/components/schemas/common.text'
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from contracts.provider_files import ContractError
from contracts.registry import document_validator, schema_names

COMPONENTS: Final = "#/components/schemas/"
_DEFINITIONS: Final = "/$defs/"
_OF_A_FILE: Final = frozenset({"$id", "$schema", "$defs"})


def components(provider: str) -> dict[str, Any]:
    """Return every schema of a provider by its component name, sorted.

    Raises:
        ContractError: the provider has no sound schemas, or one refers to what cannot be addressed here.
    """
    found: dict[str, Any] = {}
    for name in schema_names(provider):
        schema = document_validator(provider, name).schema
        assert isinstance(schema, Mapping)
        stem = name.removesuffix(".json")
        own = {key: value for key, value in schema.items() if key not in _OF_A_FILE}
        if own.keys() - {"title", "$comment", "description"}:
            found[stem] = _moved(own, name)
        for key, value in schema.get("$defs", {}).items():
            found[f"{stem}.{key}"] = _moved(value, name)
    return dict(sorted(found.items()))


def address(file: str, reference: str) -> str:
    """Return where *reference*, as it stands in the schema *file*, leads in the document.

    Raises:
        ContractError: it is neither a whole file nor a definition, or something inside of one.
    """
    other, _, pointer = reference.partition("#")
    stem = (other or file).removesuffix(".json")
    if not pointer:
        return f"{COMPONENTS}{stem}"
    if not pointer.startswith(_DEFINITIONS):
        raise ContractError(f"{file}: {reference} is neither a file nor a definition")
    return f"{COMPONENTS}{stem}.{pointer.removeprefix(_DEFINITIONS)}"


def _moved(value: Any, file: str) -> Any:
    if isinstance(value, Mapping):
        return {
            key: address(file, each) if key == "$ref" and isinstance(each, str) else _moved(each, file)
            for key, each in value.items()
        }
    return [_moved(each, file) for each in value] if isinstance(value, list) else value
