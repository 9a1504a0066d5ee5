"""Calls that were refused for who made them are told by what refused them, and by nothing else."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import simulator.providers
from simulator.providers import PROVIDERS
from simulator.unwelcome import IDENTITY_CHECKS, foreign, unwelcome


def entry(*steps: list[Any], provider: str = "tencent", request_id: str = "r-1") -> dict[str, Any]:
    return {
        "provider": provider,
        "operation": "Verify" if provider else "",
        "request_id": request_id,
        "request": {"method": "POST", "path": "/"},
        "answer": {"status": 200, "code": "AuthFailure" if provider else ""},
        "steps": list(steps),
    }


def test_every_check_named_is_one_of_its_providers() -> None:
    assert IDENTITY_CHECKS.keys() == {provider.name for provider in PROVIDERS}
    for provider, checks in IDENTITY_CHECKS.items():
        folder = import_module(f"{simulator.providers.__name__}.{provider}")
        rooms = [import_module(f"{folder.__name__}.{room.name}") for room in iter_modules(folder.__path__)]
        missing = {name for name in checks if not any(callable(getattr(room, name, None)) for room in rooms)}
        assert missing == set(), provider


def test_a_signature_that_did_not_fit_is_told_with_its_cause() -> None:
    told = unwelcome(
        [entry(["method", True, {}], ["signature", False, {"cause": "clock_skew", "seen": "x"}])], of_nobody=False
    )

    assert told == [
        "tencent Verify: POST / was answered 200 AuthFailure, refused at signature (cause: clock_skew), request id r-1"
    ]


def test_a_refusal_of_what_was_asked_is_nobodys_fault() -> None:
    asked = [entry(["signature", True, {}], ["parameters", False, {}]), entry(["signature", True, {}]), entry()]

    assert unwelcome(asked, of_nobody=False) == []


def test_whatever_nobody_asked_is_told() -> None:
    told = unwelcome(
        [
            entry(["body", False, {"cause": {"not": "text"}}]),
            entry(["route", False, {"cause": "no_provider"}], provider="", request_id=""),
            entry(provider="", request_id=""),
        ],
        of_nobody=True,
    )

    assert told == [
        "tencent Verify: POST / was answered 200 AuthFailure, refused at body, request id r-1",
        "no provider: POST / was answered 200, refused at route (cause: no_provider)",
        "no provider: POST / was answered 200",
    ]


def test_calls_with_anothers_credentials_are_told_whatever_was_answered() -> None:
    (told,) = foreign([entry(["signature", True, {}])], whose="default")

    assert told.endswith("was answered 200 AuthFailure, request id r-1, with the credentials of the tenant default")
