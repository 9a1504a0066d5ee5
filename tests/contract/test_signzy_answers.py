"""Every shipped case and every row of Signzy's table, asked of the simulator in process.

What is looked at each time: status, headers, the whole body, its schema, the charge, and that neither journal nor
ledger holds a personal value or a secret.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from contracts.loader import EVERY_OPERATION, Outcome, load_table
from simulator.catalog import catalog, load_cases, load_causes
from simulator.clock import FixedClock
from simulator.engine import Engine
from simulator.providers.signzy import PROVIDER
from simulator.register import ShippedPeople
from simulator.self_check import check
from simulator.services import Services
from simulator.settings import Settings
from simulator.wire import WireRequest, WireResponse

FOLDER: Final = Path(__file__).parents[2] / "fixtures" / "signzy"
CASES: Final = {path.relative_to(FOLDER).as_posix(): path for path in sorted(FOLDER.glob("*/*.json"))}
TABLE: Final = load_table("signzy")
JSON_HEADERS: Final = (("Content-Type", "application/json"),)
CHANGING: Final = ("id", "created")
"""Members of a login's answer that differ at every call."""


class Caller:
    """The default tenant's client: logs in where a call needs it, else sends the static token."""

    def __init__(self) -> None:
        services = Services(Settings(), (PROVIDER,), clock=FixedClock(datetime(2026, 1, 5, tzinfo=UTC)))
        self.tenant = services.tenants.default
        self.keys: Mapping[str, str] = self.tenant.credentials["signzy"]
        self.engine = Engine(services, inspect=check)
        self.token: str | None = self.keys["token"]

    def send(
        self, operation: str, body: Any, *, method: str = "POST", path: str = "", token: str | None = None
    ) -> WireResponse:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        token = token if token is not None else self.token
        authorization = () if operation == "login" or token == "" else (("authorization", str(token)),)
        answer = self.engine.answer(
            WireRequest(
                method=method,
                path=path or TABLE.operations[operation]["path"],
                query=b"",
                headers=(("content-type", "application/json"), *authorization),
                body=raw,
            )
        )
        assert answer is not None
        return answer

    def prepare(self, before: Any) -> None:
        for step in before:
            answer = json.loads(self.send(step["operation"], step["request"]).body)
            self.token = answer["id"]

    @property
    def code(self) -> str:
        code = self.tenant.journal.entries(limit=1)[-1]["answer"]["code"]
        assert isinstance(code, str)
        return code

    def assert_nothing_personal(self, request: Mapping[str, Any]) -> None:
        kept = b"".join(raw for log in ("journal", "ledger") for _, raw in self.tenant.space.read(log))
        values = [self.keys["token"], self.keys["username"], self.keys["password"], str(self.token)]
        values += _texts({name: value for name, value in request.items() if name != "consent"})

        assert kept
        for value in values:
            for spelling in (value, json.dumps(value)[1:-1]):
                assert spelling.encode() not in kept


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _texts(inner)]
    return [value] if isinstance(value, str) else []


@pytest.fixture
def caller() -> Caller:
    return Caller()


@pytest.mark.parametrize("name", CASES)
def test_every_shipped_case_gets_the_answer_it_states(name: str, caller: Caller) -> None:
    case = json.loads(CASES[name].read_bytes())
    caller.prepare(case.get("before", ()))
    answer = caller.send(name.partition("/")[0], case["request"])
    body: Any = json.loads(answer.body) if answer.body else None
    expected = case["response"]

    if name == "login/result_200.json":
        assert list(body) == list(expected)
        body = body | {member: expected[member] for member in CHANGING}
    assert (answer.status, body) == (case["status"], expected)
    warned = name == "verify/flat_number.json"
    assert (answer.headers[:1], len(answer.headers)) == ((), 0) if body is None else (JSON_HEADERS, 1 + warned)
    caller.assert_nothing_personal(case["request"])


ROWS: Final = [
    pytest.param(operation, row, id=f"{operation} {row.code}")
    for operation in TABLE.operations
    for row in (*TABLE.results(operation), *TABLE.errors(operation))
]


def sound(operation: str) -> dict[str, Any]:
    name = {"verify": "result_Verified", "login": "result_200", "logout": "result_204"}[operation]
    request: dict[str, Any] = json.loads(CASES[f"{operation}/{name}.json"].read_bytes())["request"]
    return request


@pytest.mark.parametrize(("operation", "row"), ROWS)
def test_every_row_can_be_had_by_a_rule(operation: str, row: Outcome, caller: Caller) -> None:
    caller.tenant.rules.add({"provider": "signzy", "operation": operation, "then": {row.kind: row.code}})
    answer = caller.send(operation, sound(operation))
    [entry] = caller.tenant.ledger.entries()

    assert (answer.status, caller.code) == (row.http_status, row.code)
    assert (entry["code"], entry["charged"]) == (row.code, row.billed)
    if row.kind == "error":
        assert list(json.loads(answer.body)) == ["error"]
    caller.assert_nothing_personal(sound(operation))


ENTRIES: Final = catalog(
    TABLE,
    cases=load_cases("signzy"),
    people=ShippedPeople.load().index.people.values(),
    causes=load_causes()["signzy"],
)


@pytest.mark.parametrize("entry", [pytest.param(one, id=f"{one['operation']} {one['code']}") for one in ENTRIES])
def test_every_way_the_catalogue_names_leads_where_it_says(entry: Mapping[str, Any], caller: Caller) -> None:
    for way in entry["reach"]["without_admin"]:
        if "parameters" in way:
            caller.prepare(way.get("before", ()))
            caller.send(way["operation"], way["parameters"])

            assert caller.code == entry["code"]
    assert entry["reach"]["rule"]["operation"] in (*TABLE.operations, EVERY_OPERATION)


def status_of(answer: WireResponse) -> str:
    """Return the code that a refusal shows: its own, its name, or its status."""
    error = json.loads(answer.body)["error"]
    return str(error.get("code") or (error["name"] if error["name"] == "SyntaxError" else answer.status))


CAUSED: Final[Mapping[str, Callable[[Caller], WireResponse]]] = {
    "400": lambda caller: caller.send("verify", {**sound("verify"), "consent": None}),
    "401": lambda caller: caller.send("verify", sound("verify"), token=f"Bearer {caller.keys['token']}"),
    "404": lambda caller: caller.send("verify", b"", method="GET"),
    "LOGIN_FAILED": lambda caller: caller.send("login", {**sound("login"), "password": "wrong"}),
    "SyntaxError": lambda caller: caller.send("login", b"no json"),
}


def test_every_cause_is_tried_below() -> None:
    assert set(CAUSED) == set(load_causes()["signzy"])


@pytest.mark.parametrize("code", CAUSED)
def test_every_cause_has_the_effect_it_says(code: str, caller: Caller) -> None:
    assert status_of(CAUSED[code](caller)) == code


def test_only_a_match_is_ever_verified() -> None:
    verified = {row.meaning for row in TABLE.rows if row.kind == "result" and row.verdict.value == "MATCH"}

    assert verified == {"match"}
