"""The exported documents are OpenAPI 3.1, whole, and say what the tables say."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from contracts.loader import EVERY_OPERATION, load_table
from contracts.openapi_export import export
from contracts.protocol import load_protocol, protocols
from tests.measuring import unmeasured

BUILTIN = frozenset({"$schema", "$id", "$defs"})


@lru_cache
def document(provider: str) -> dict[str, Any]:
    return export(provider, version="1")


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from nodes(each)
    elif isinstance(value, list):
        for each in value:
            yield from nodes(each)


def at(found: Any, pointer: str) -> Any:
    for token in pointer.removeprefix("#/").split("/"):
        found = found[token.replace("~1", "/").replace("~0", "~")]
    return found


def operations(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return every operation by its id, those of path items and webhooks, too."""
    items = [*found["paths"].values(), *found["components"]["pathItems"].values(), *found.get("webhooks", {}).values()]
    return {each["operationId"]: each for item in items for each in item.values()}


@pytest.mark.parametrize("provider", protocols())
def test_a_document_is_openapi(provider: str) -> None:
    exported = document(provider)
    with unmeasured():  # somebody else's code
        errors = [str(error) for error in OpenAPIV31SpecValidator(exported).iter_errors()]

    assert errors == []


@pytest.mark.parametrize("provider", protocols())
def test_a_document_needs_no_other_file(provider: str) -> None:
    found = document(provider)
    references = {node["$ref"] for node in nodes(found) if isinstance(node.get("$ref"), str)}
    pointers = {pointer for node in nodes(found) for pointer in node.get("x-kyc-sim-operations", {}).values()}

    assert all(at(found, reference) is not None for reference in references | pointers)
    assert not any(BUILTIN & schema.keys() for schema in found["components"]["schemas"].values())


@pytest.mark.parametrize("provider", protocols())
def test_every_outcome_row_is_told_once(provider: str) -> None:
    found = document(provider)
    told = [(EVERY_OPERATION, row["kind"], row["code"]) for row in found["x-kyc-sim-outcomes"]]
    for name, operation in operations(found).items():
        told += [(name, row["kind"], row["code"]) for row in operation.get("x-kyc-sim-outcomes", ())]
        for part, rows in operation.get("x-kyc-sim-parts", {}).items():
            told += [(part, row["kind"], row["code"]) for row in rows]

    assert sorted(told) == sorted((row.operation, row.kind, row.code) for row in load_table(provider).rows)
    assert all(node["evidence"] for node in nodes(found) if "billed" in node and "retry" in node)


@pytest.mark.parametrize("provider", protocols())
def test_examples_are_what_their_schemas_say(provider: str) -> None:
    found = document(provider)
    wrong = []
    count = 0
    for name, operation in operations(found).items():
        bodies = [*operation["responses"].values(), operation.get("requestBody", {})]
        for content in (content for body in bodies for content in body.get("content", {}).values()):
            schema = Draft202012Validator({**content["schema"], "components": found["components"]})
            for key, example in content.get("examples", {}).items():
                count += 1
                if not schema.is_valid(example["value"]):
                    wrong.append(f"{name} {key}")

    assert (wrong, count > 0) == ([], True)


def test_operations_at_one_address_share_it_and_keep_their_own_path_items() -> None:
    found = document("tencent")
    (shared,) = found["paths"]["/"].values()

    assert list(found["paths"]) == ["/"]
    assert shared["x-kyc-sim-operations"].keys() == load_table("tencent").operations.keys()
    assert shared["parameters"][0]["name"] == "x-tc-action"
    own = at(found, shared["x-kyc-sim-operations"]["BankCardVerification"])["post"]
    assert own["parameters"][0]["schema"] == {"enum": ["BankCardVerification"]}
    assert "examples" in own["requestBody"]["content"]["application/json"]


def test_parameters_stand_where_the_table_says() -> None:
    operation = operations(document("alibaba"))["EkycVerify"]
    body = operation["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
    fields = load_table("alibaba").operations["EkycVerify"]["fields"]

    assert {each["name"] for each in operation["parameters"] if each["in"] == "query"} == {
        field["name"] for field in fields if field["place"] == "query"
    }
    assert body["properties"].keys() == {field["name"] for field in fields if field["place"] == "body"}


@pytest.mark.parametrize("provider", protocols())
def test_a_document_says_how_callers_prove_who_they_are(provider: str) -> None:
    found = document(provider)
    protocol = load_protocol(provider)

    assert [each["scheme"] for each in found["x-kyc-sim-signatures"]] == [each.name for each in protocol.signatures]
    assert all(each["evidence"] and each["source"] for each in found["x-kyc-sim-signatures"])
    for scheme in found["components"]["securitySchemes"].values():
        assert scheme["x-kyc-sim-signature"] in found["x-kyc-sim-signatures"]


def test_credentials_that_are_sent_together_are_needed_together_and_signatures_are_alternatives() -> None:
    assert document("kyc_china")["security"] == [{"client-id": [], "client-secret": []}]
    assert len(document("tencent")["security"]) == 2
    assert document("mps")["security"] == []


def test_the_same_tables_give_the_same_bytes() -> None:
    assert orjson.dumps(export("signzy", version="1")) == orjson.dumps(document("signzy"))
