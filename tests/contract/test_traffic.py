"""Every case that ships, as recorded traffic: each is explained by the very row it is a case of."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from importlib.resources import files
from pkgutil import iter_modules
from typing import Any

import orjson
import pytest

from contracts.loader import Outcome, OutcomeTable
from contracts.protocol import Protocol, load_protocol, protocols
from contracts.traffic_codes import explain, parts_of
from simulator.providers import PROVIDERS

NO_CALLS_OF_THEIR_OWN = frozenset({"sub_check", "callback", "link"})
"""Kinds of operations whose cases are no answers to calls."""


def cases_of(protocol: Protocol) -> list[tuple[str, str, dict[str, Any]]]:
    """Return operation, name and document of the provider's cases."""
    found = []
    for folder in (files("contracts.fixtures") / protocol.provider).iterdir():
        facts = protocol.table.operations.get(folder.name)
        if facts is None or facts.get("kind") in NO_CALLS_OF_THEIR_OWN:
            continue
        found += [
            (folder.name, entry.name.removesuffix(".json"), orjson.loads(entry.read_bytes()))
            for entry in folder.iterdir()
        ]
    return found


def named(table: OutcomeTable, operation: str, name: str) -> Outcome | None:
    """Return the row a case is named after, if it is named after one."""
    kind, _, code = name.partition("_")
    try:
        return {"result": table.result, "error": table.error}[kind](operation, code)
    except KeyError:
        return None


@pytest.mark.parametrize("provider", [provider.name for provider in PROVIDERS])
def test_every_shipped_answer_is_explained_by_its_row(provider: str) -> None:
    protocol = load_protocol(provider)
    wrong = []
    cases = cases_of(protocol)
    for operation, name, case in cases:
        row = named(protocol.table, operation, name)
        status = case.get("status", row.http_status if row is not None else 200)
        found = explain(protocol, operation, status, case["response"])
        if found.row is None or (row is not None and "finding" not in case and found.row.code != row.code):
            wrong.append(f"{operation} {name}: {found.code} at {found.where}")

    assert (wrong, bool(cases)) == ([], True)


@pytest.mark.parametrize("provider", [provider.name for provider in PROVIDERS])
def test_a_code_that_nobody_documents_is_not_explained(provider: str) -> None:
    protocol = load_protocol(provider)
    wrong = []
    for operation, name, case in cases_of(protocol):
        row = named(protocol.table, operation, name)
        if row is None or row.kind != "result" or protocol.codes.result.get(operation) == ("status",):
            continue
        document = orjson.loads(orjson.dumps(case["response"]).replace(orjson.dumps(row.code), b'"Y2"'))
        if document == case["response"]:
            continue  # the code is told by something else than its own spelling
        found = explain(protocol, operation, row.http_status, document)
        if found.row is not None and found.row.code == row.code:
            wrong.append(f"{operation} {name}")

    assert wrong == []


def test_a_report_tells_the_checks_it_is_made_of() -> None:
    protocol = load_protocol("kyc_china")
    report = {
        "identity": {"two-factor": {"result": "no match"}},
        "mobile": {"attribution": {"success": False}, "address-verify": [{"distance": None}, {"distance": "3-5km"}]},
        "risk": {
            "fraud": {"risks": [{"level": "None"}, {"level": "High"}]},
            "criminal": {"risks": [{"level": "None"}]},
        },
        "bank": {"four-factor": {"result": "perhaps"}},
        "summary": {
            "errored": [
                {"check": "identity.image", "error": "Upstream timeout"},
                {"check": "mobile.address-verify#1", "error": "nobody has heard of it"},
            ]
        },
    }
    rows, unknown = parts_of(protocol, "poll", report)

    assert [(row.operation, row.code) for row in rows] == [
        ("identity.two-factor", "no match"),
        ("mobile.attribution", "not found"),
        ("mobile.address-verify", "not found"),
        ("mobile.address-verify", "3-5km"),
        ("risk.fraud", "hit"),
        ("risk.criminal", "clear"),
        ("identity.image", "Upstream timeout"),
    ]
    assert unknown == (
        ("bank.four-factor", "perhaps"),
        ("mobile.address-verify", "nobody has heard of it"),
    )


def test_protocols_say_of_hosts_and_prefixes_what_the_simulator_says() -> None:
    assert protocols() == tuple(sorted(provider.name for provider in PROVIDERS))
    for provider in PROVIDERS:
        protocol = load_protocol(provider.name)

        assert set(protocol.hosts) == {host for host in provider.hosts if not host.endswith(".localhost")}
        assert (protocol.prefixes, protocol.title) == (provider.prefixes, provider.title)


def test_what_judges_how_a_request_is_made_are_checks_that_the_simulator_makes() -> None:
    for provider in PROVIDERS:
        package = import_module(f"simulator.providers.{provider.name}")
        rooms = [import_module(f"{package.__name__}.{room.name}") for room in iter_modules(package.__path__)]
        values = [value for room in rooms for value in vars(room).values()]
        chains = [
            *[value for value in values if isinstance(value, tuple)],
            *[chain for value in values if isinstance(value, Mapping) for chain in value.values()],
        ]
        # A check is a pair of its name and what looks.
        steps = [step for chain in chains if isinstance(chain, tuple) for step in chain if isinstance(step, tuple)]
        made = {step[0] for step in steps if len(step) == 2 and callable(step[1])}

        assert load_protocol(provider.name).built <= made
