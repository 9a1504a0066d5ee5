"""Every shipped case of the aggregator: sound by its schemas, explained by a row, and answered as it says."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any, Final
from urllib.parse import urlencode

import orjson
import pytest

from contracts.loader import load_table
from contracts.registry import validator
from kyc_core.verdicts import Evidence
from simulator import self_check
from simulator.callbacks import CallbackRules, Callbacks
from simulator.catalog import catalog, load_cases, load_causes
from simulator.clock import FixedClock
from simulator.deliveries import Message
from simulator.engine import Engine
from simulator.providers.kyc_china import PROVIDER
from simulator.providers.kyc_china.callback import EVENT
from simulator.register import ShippedPeople
from simulator.services import Services
from simulator.settings import Settings
from simulator.wire import WireRequest, WireResponse
from tests.walking import walk

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = ROOT / "fixtures" / "kyc_china"
CASES: Final = {path.relative_to(FOLDER).as_posix(): path for path in sorted(FOLDER.glob("*/*.json"))}
TABLE: Final = load_table("kyc_china")
NAMES: Final = {"≤3km": "within_3km", ">50km": "beyond_50km"}
PATHS: Final = {"request": "/kyc/cn/request", "poll": "/kyc/cn/poll", "billing": "/core/billing"}

every_case = walk("name", CASES)


def read(name: str) -> tuple[str, dict[str, Any]]:
    return name.partition("/")[0], json.loads(CASES[name].read_bytes())


def of_kind(kind: str) -> list[str]:
    return [name for name in CASES if TABLE.operations[name.partition("/")[0]]["kind"] == kind]


class World:
    """A simulator of its own, and a client that calls it."""

    def __init__(self) -> None:
        self.clock = FixedClock(datetime(2026, 1, 5, 2, 0, tzinfo=UTC))
        self.services = Services(Settings(), (PROVIDER,), clock=self.clock)
        self.sent: list[Message] = []
        self.services.callbacks = Callbacks(CallbackRules(), send=self._hear)
        self.engine = Engine(self.services, inspect=self_check.check)

    def _hear(self, message: Message) -> int:
        self.sent.append(message)
        return 200

    def call(self, operation: str, request: dict[str, Any]) -> WireResponse:
        get = TABLE.operations[operation]["method"] == "GET"
        keys = self.services.tenants.default.credentials["kyc_china"]
        answer = self.engine.answer(
            WireRequest(
                method="GET" if get else "POST",
                path=PATHS[operation],
                query=urlencode(request).encode() if get else b"",
                headers=(
                    ("host", "127.0.0.1:8080"),
                    ("x-client-id", keys["client_id"]),
                    ("x-client-secret", keys["client_secret"]),
                ),
                body=b"" if get else orjson.dumps(request),
            )
        )
        assert answer is not None
        return answer

    def report(self, request: dict[str, Any]) -> dict[str, Any]:
        token = orjson.loads(self.call("request", request).body)["token"]
        self.clock.advance(12)
        found: dict[str, Any] = orjson.loads(self.call("poll", {"token": token}).body)
        return found


@contextmanager
def new_world() -> Iterator[World]:
    world = World()
    yield world
    world.services.close()


@pytest.fixture
def world() -> Iterator[World]:
    with new_world() as world:
        yield world


def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_kyc_china_cases", ROOT / "scripts/build_kyc_china_cases.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@every_case
def test_a_case_says_what_it_is_and_nothing_else(name: str) -> None:
    _, case = read(name)
    needed = {
        "source", "evidence", "observed_on", "title", "language", "request", "response", "documentation_sample",
    }  # fmt: skip

    assert needed <= set(case) <= needed | {"person", "before", "case"}
    assert Evidence(case["evidence"])
    assert case["title"].endswith(".")
    assert case["observed_on"] is None


@every_case
def test_request_and_response_keep_the_contract(name: str) -> None:
    operation, case = read(name)
    file = name.partition("/")[2]
    part = "error" if file.startswith("error_") else "response"
    parts = [(part, case["response"])] if operation != "callback" else []
    if part == "response" or TABLE.operations[operation]["kind"] == "sub_check":
        parts.append(("request", case["request"]))

    if TABLE.operations[operation]["kind"] == "link":
        return  # a document has no JSON Schema
    for schema, document in parts:
        assert [error.json_path for error in validator("kyc_china", operation, schema).iter_errors(document)] == []


@every_case
def test_a_row_explains_the_case(name: str) -> None:
    operation, case = read(name)
    file = name.partition("/")[2].removesuffix(".json")
    kind, _, code = case.get("case", file).partition("_")
    if kind == "sample":
        assert case["documentation_sample"]
        return
    row = TABLE.result(operation, code) if kind == "result" else TABLE.error(operation, code)

    assert case["evidence"] == row.evidence
    if "message" in case["response"]:
        assert case["response"]["message"] == row.text["en"]


@walk("name", of_kind("sub_check"), fresh={"world": new_world})
def test_a_sub_check_finds_what_the_case_says(name: str, world: World) -> None:
    check, case = read(name)
    category, _, key = check.partition(".")
    report = world.report(case["request"])

    if "error" in name.partition("/")[2]:
        assert case["response"] in report["summary"]["errored"]
        assert key not in report.get(category, {})
    else:
        found = report[category][key]
        assert (found[0] if isinstance(found, list) else found) == case["response"]


@pytest.mark.parametrize("name", [name for name in of_kind("call") if "/poll_" not in name])
def test_an_endpoint_answers_as_the_case_says(name: str, world: World) -> None:
    operation, case = read(name)
    request = case["request"]
    for step in case.get("before", ()):
        request = {"token": orjson.loads(world.call(step["operation"], step["request"]).body)["token"]}
    answer = world.call(operation, request)

    body = orjson.loads(answer.body)
    kind, _, code = name.partition("/")[2].removesuffix(".json").partition("_")
    assert kind == "sample" or answer.status == int(code)
    if "token" in case["response"]:
        assert body.keys() == {"token"}
        return
    if "pdfUrl" in body:
        body["pdfUrl"], body["pdfFileName"] = case["response"]["pdfUrl"], case["response"]["pdfFileName"]
    assert body == case["response"]


@pytest.mark.parametrize("name", of_kind("callback"))
def test_a_callback_comes_as_often_as_the_case_says(name: str, world: World) -> None:
    _, case = read(name)
    world.report(case["request"])
    late = world.services.callbacks.settled(0.3 if "late" in name or "reordered" in name else 5)
    if "late" in name:
        assert (late, world.sent) == (False, [])
        world.clock.advance(60)
        world.services.callbacks.wake()
    if "reordered" in name:
        assert (late, world.sent) == (False, [])
        world.report({**read("callback/result_delivered.json")[1]["request"]})
    assert world.services.callbacks.settled(5)

    number = case["response"]["deliveries"] + ("reordered" in name)
    assert len(world.sent) == number
    for message in world.sent:
        document = orjson.loads(message.body)
        assert [error.json_path for error in validator("kyc_china", "callback", "response").iter_errors(document)] == []
        assert (document.get("event") == EVENT) is case["response"]["envelope"]


def test_the_link_of_a_report_leads_to_its_document(world: World) -> None:
    _, case = read("pdf/result_200.json")
    token = orjson.loads(world.call("request", case["before"][0]["request"]).body)["token"]
    link = orjson.loads(world.call("poll", {"token": token}).body)["pdfUrl"]
    path, _, query = link.removeprefix("http://127.0.0.1:8080").partition("?")
    answer = world.engine.answer(
        WireRequest(method="GET", path=path, query=query.encode(), headers=(("host", "127.0.0.1:8080"),), body=b"")
    )

    assert answer is not None
    assert dict(answer.headers)["Content-Type"] == case["response"]["contentType"]
    assert answer.body.startswith(b"%PDF-")


def test_every_row_of_the_sub_checks_and_callbacks_has_a_case() -> None:
    parts = ("sub_check", "callback")
    rows = [row for row in TABLE.rows if TABLE.operations.get(row.operation, {}).get("kind") in parts]
    expected = {f"{row.operation}/{row.kind}_{NAMES.get(row.code, row.code)}.json" for row in rows}
    # A photo of more than 5 MiB is described among the causes instead of shipped.
    expected -= {"identity.image/error_Photo exceeds 5 MB.json"}

    assert {name for name in CASES if name in of_kind("sub_check") + of_kind("callback")} == expected


def test_a_large_photo_errs_in_its_sub_check_alone(world: World) -> None:
    _, case = read("identity.image/result_match.json")
    large = {**case["request"], "facePhoto": "A" * (7 * 1024 * 1024)}
    report = world.report(large)

    assert report["summary"]["errored"] == [{"check": "identity.image", "error": "Photo exceeds 5 MB"}]
    assert "two-factor" in report["identity"]


def test_every_outcome_can_be_had_without_an_admin_call() -> None:
    entries = catalog(
        TABLE,
        cases=load_cases("kyc_china"),
        people=ShippedPeople.load().index.people.values(),
        causes=load_causes()["kyc_china"],
    )
    # The endpoints before the fan-out are not served unless a tenant asks for them.
    without = {
        (entry["operation"], entry["code"])
        for entry in entries
        if not entry["reach"]["without_admin"] and not entry["operation"].startswith("legacy.")
    }

    assert without == set()


def test_the_cases_are_what_the_script_builds() -> None:
    script = builder()
    built = script.build(script.shipped_people(), TABLE)
    shipped = {f"kyc_china/{name}": path.read_bytes() for name, path in CASES.items()}

    assert built == shipped, "run scripts/build_kyc_china_cases.py"
