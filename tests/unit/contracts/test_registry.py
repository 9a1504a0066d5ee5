from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any, NoReturn

import pytest

from contracts.loader import load_table
from contracts.provider_files import ContractError
from contracts.registry import BASE, PARTS, Part, read_folder, schema_names, validator

DIALECT = "https://json-schema.org/draft/2020-12/schema"
WHERE = "schemas/acme"


def schema(name: str = "Check.request.json", **members: Any) -> dict[str, Any]:
    return {"$schema": DIALECT, "$id": f"{BASE}acme/{name}"} | members


def folder(place: Path, *schemas: dict[str, Any]) -> Path:
    for found in schemas:
        (place / found["$id"].rpartition("/")[2]).write_text(json.dumps(found), encoding="utf-8")
    return place


def answer(**changes: Any) -> dict[str, Any]:
    response = {"Result": "0", "Description": "x", "RequestId": "a5fdb909-5ee6-43ff-a152-bb1b9744ee8b"}
    return {"Response": {name: value for name, value in (response | changes).items() if value is not ...}}


def failures(part: Part, document: object) -> list[tuple[str, str]]:
    errors = validator("tencent", "BankCardVerification", part).iter_errors(document)
    return sorted((error.json_path, str(error.validator)) for error in errors)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("operation", ["BankCardVerification", "BankCard2EVerification", "BankCard4EVerification"])
def test_every_operation_has_every_part(operation: str, part: Part) -> None:
    found = validator("tencent", operation, part).schema

    assert isinstance(found, dict)
    assert found["$id"] == f"{BASE}tencent/{operation}.{part}.json"


def test_a_validator_is_made_once() -> None:
    first = validator("tencent", "BankCardVerification", "request")

    assert validator("tencent", "BankCardVerification", "request") is first


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, [], id="sound"),
        pytest.param({"DeprecatedWarning": "soon gone"}, [], id="with a warning of the gateway"),
        pytest.param({"Result": 0}, [("$.Response.Result", "enum")], id="Result as a number"),
        pytest.param({"Result": "-21"}, [("$.Response.Result", "enum")], id="a code of the four-element action"),
        pytest.param({"Result": ...}, [("$.Response", "required")], id="no Result"),
        pytest.param({"Description": ""}, [("$.Response.Description", "minLength")], id="empty Description"),
        pytest.param({"RequestId": ...}, [("$.Response", "required")], id="no RequestId"),
        pytest.param({"Error": {}}, [("$.Response", "additionalProperties")], id="Error beside the fields"),
    ],
)
def test_a_decided_answer_keeps_its_envelope(changes: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert failures("response", answer(**changes)) == expected


@pytest.mark.parametrize(
    "request_id",
    [
        pytest.param("a5fdb909-5ee6-43ff-a152-bb1b9744ee8b\n", id="newline"),
        pytest.param("A5FDB909-5EE6-43FF-A152-BB1B9744EE8B", id="upper case"),
        pytest.param("a5fdb909-5ee6-13ff-a152-bb1b9744ee8b", id="version 1"),
        pytest.param("", id="empty"),
    ],
)
def test_a_request_id_that_is_no_uuid4_is_noticed(request_id: str) -> None:
    found = failures("response", answer(RequestId=request_id))

    assert ("$.Response.RequestId", "format") in found


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param({"Error": {"Code": "InternalError", "Message": "x"}}, [], id="sound"),
        pytest.param({"Error": {"Code": "InvalidParameter.UnsupportEncryptField", "Message": "x"}}, [], id="dotted"),
        pytest.param(
            {"Error": {"Code": "InternalError\n", "Message": "x"}}, [("$.Response.Error.Code", "not")], id="newline"
        ),
        pytest.param(
            {"Error": {"Code": "internal", "Message": "x"}}, [("$.Response.Error.Code", "pattern")], id="lower case"
        ),
        pytest.param({"Error": {"Code": "InternalError"}}, [("$.Response.Error", "required")], id="no Message"),
        pytest.param(
            {"Error": {"Code": "InternalError", "Message": "x"}, "Result": "0"},
            [("$.Response", "additionalProperties")],
            id="Result beside Error",
        ),
    ],
)
def test_a_refused_answer_keeps_its_envelope(document: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    document = {"Response": document | {"RequestId": "a5fdb909-5ee6-43ff-a152-bb1b9744ee8b"}}

    assert failures("error", document) == expected


SOUND_REQUEST = {"IdCard": "11204416541220243X", "Name": "韦小宝", "BankCard": "6226090210146748"}
SOUND_ENCRYPTION = {"EncryptList": ["Name"], "CiphertextBlob": "QQ==", "Iv": "QQ=="}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        pytest.param(SOUND_REQUEST, [], id="sound"),
        pytest.param(SOUND_REQUEST | {"CertType": 0}, [], id="with CertType"),
        pytest.param(SOUND_REQUEST | {"CertType": 9}, [], id="another CertType is a matter of value"),
        pytest.param(SOUND_REQUEST | {"CertType": "0"}, [("$.CertType", "type")], id="CertType as text"),
        pytest.param(SOUND_REQUEST | {"IdCard": 11204416541220243}, [("$.IdCard", "type")], id="IdCard as a number"),
        pytest.param(SOUND_REQUEST | {"Name": None}, [("$.Name", "type")], id="null Name"),
        pytest.param(SOUND_REQUEST | {"Phone": "x"}, [("$", "additionalProperties")], id="field of a sibling"),
        pytest.param({"IdCard": "x", "Name": "x"}, [("$", "required")], id="no BankCard"),
        pytest.param([], [("$", "type")], id="a list"),
        pytest.param(SOUND_REQUEST | {"Encryption": None}, [], id="null Encryption is plain text"),
        pytest.param(SOUND_REQUEST | {"Encryption": SOUND_ENCRYPTION}, [], id="encrypted"),
        pytest.param(SOUND_REQUEST | {"Encryption": "x"}, [("$.Encryption", "type")], id="Encryption as text"),
        pytest.param(
            SOUND_REQUEST | {"Encryption": SOUND_ENCRYPTION | {"Foo": 1}},
            [("$.Encryption", "additionalProperties")],
            id="unknown member of Encryption",
        ),
        pytest.param(
            SOUND_REQUEST | {"Encryption": {"EncryptList": ["Name"]}},
            [("$.Encryption", "required"), ("$.Encryption", "required")],
            id="Encryption without key and vector",
        ),
        pytest.param(
            SOUND_REQUEST | {"Encryption": SOUND_ENCRYPTION | {"EncryptList": "Name"}},
            [("$.Encryption.EncryptList", "type")],
            id="EncryptList as text",
        ),
    ],
)
def test_a_request_is_checked_for_shape(document: object, expected: list[tuple[str, str]]) -> None:
    assert failures("request", document) == expected


@pytest.mark.parametrize(
    ("provider", "operation"),
    [
        pytest.param("nobody", "BankCardVerification", id="provider"),
        pytest.param("tencent", "NoSuchAction", id="operation"),
        pytest.param("tencent", "../tencent/BankCardVerification", id="path instead of a name"),
        pytest.param("../schemas/tencent", "BankCardVerification", id="path instead of a provider"),
    ],
)
def test_a_schema_that_does_not_exist_is_refused(provider: str, operation: str) -> None:
    with pytest.raises(ContractError, match="no such"):
        validator(provider, operation, "request")


def test_a_part_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ContractError, match="no such schema"):
        validator("tencent", "BankCardVerification", "answer")


def test_the_folder_lists_three_parts_per_operation_and_what_they_share() -> None:
    names = schema_names("tencent")

    operations = load_table("tencent").operations

    assert set(names) == {f"{operation}.{part}.json" for operation in operations for part in PARTS} | {"common.json"}


def test_references_between_files_of_a_folder_resolve(tmp_path: Path) -> None:
    place = folder(
        tmp_path,
        schema("common.json", **{"$defs": {"word": {"type": "string"}}}),
        schema(properties={"a": {"$ref": "common.json#/$defs/word"}}),
    )

    schemas, _ = read_folder(place, where=WHERE)

    assert set(schemas) == {"common.json", "Check.request.json"}


@pytest.mark.parametrize(
    ("members", "place"),
    [
        pytest.param({"requierd": ["a"]}, "#: requierd not known", id="misspelt keyword"),
        pytest.param({"properties": {"a": {"typ": "x"}}}, "#/properties/a: typ not known", id="misspelt deep inside"),
        pytest.param({"allOf": [{"x": 1}]}, "#/allOf/0: x not known", id="misspelt in a list"),
        pytest.param({"not": {"items": {"x": 1}}}, "#/not/items: x not known", id="misspelt under not"),
        pytest.param({"format": "cn-mobil"}, "#/format: cn-mobil is not one of", id="unknown format"),
        pytest.param({"$ref": "missing.json"}, "#/$ref: missing.json leads nowhere", id="file that is not there"),
        pytest.param({"$ref": "#/$defs/none"}, "leads nowhere", id="definition that is not there"),
        pytest.param({"$ref": "https://example.org/x.json"}, "leads nowhere", id="somebody else's schema"),
        pytest.param({"type": "strin"}, "Check.request.json: ", id="not a schema"),
        pytest.param({"$schema": "http://json-schema.org/draft-07/schema#"}, "$schema must be", id="another dialect"),
    ],
)
def test_an_unsound_schema_is_refused_with_its_place(
    members: dict[str, Any], place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise AssertionError("a schema must not reach for the network")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)

    with pytest.raises(ContractError) as refused:
        read_folder(folder(tmp_path, schema(**members)), where=WHERE)

    assert place in str(refused.value)
    assert str(refused.value).startswith(f"{WHERE}/Check.request.json")


def test_a_file_under_another_s_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Other.request.json").write_text(json.dumps(schema()), encoding="utf-8")

    with pytest.raises(ContractError, match=r"Other\.request\.json: \$id must be"):
        read_folder(tmp_path, where=WHERE)


@pytest.mark.parametrize("content", ["{", "7", "true", "[]"])
def test_a_file_that_holds_no_schema_object_is_refused(content: str, tmp_path: Path) -> None:
    (tmp_path / "Check.request.json").write_text(content, encoding="utf-8")

    with pytest.raises(ContractError, match=r"schemas/acme/Check\.request\.json"):
        read_folder(tmp_path, where=WHERE)
