"""Calls through the official Python SDKs of both sites, a process for each: both packages are ``tencentcloud``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from contracts.loader import load_table

if TYPE_CHECKING:
    from tests.e2e.conftest import Customer

ROOT: Final = Path(__file__).parents[2]
DOMESTIC: Final = ROOT / ".venv" / "domestic-sdk"
TABLE: Final = load_table("tencent")
SITES: Final = {"intl": "", "cn": str(DOMESTIC)}

needs_domestic = pytest.mark.skipif(
    not DOMESTIC.is_dir(), reason="the domestic SDK is not installed: see tests/sdk/tencent-domestic.txt"
)


def case(action: str, name: str = "") -> dict[str, Any]:
    """Return a case of an action, that of its first result by default."""
    chosen = name or f"result_{TABLE.results(action)[0].code}"
    found: dict[str, Any] = json.loads((ROOT / "fixtures" / "tencent" / action / f"{chosen}.json").read_bytes())
    return found


def call(customer: Customer, site: str, calls: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Make calls through one site's SDK, and return the members of each answer, or the code of each error."""
    document = {"authority": customer.server.authority, "keys": dict(customer.keys), "calls": calls}
    quiet = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(ROOT / "tests" / "sdk" / "tencent_calls.py")],
        input=json.dumps(document),
        capture_output=True,
        text=True,
        check=True,
        env={**quiet, "PYTHONPATH": SITES[site]},
    )
    answers: list[dict[str, Any]] = json.loads(done.stdout)
    return answers


def play(customer: Customer, site: str) -> None:
    """Let the customer's calls arrive at one site, whatever the address."""
    document = {"switches": {"tencent.site": site}}
    customer.server.admin("PATCH", f"/tenants/{customer.name}", document)
