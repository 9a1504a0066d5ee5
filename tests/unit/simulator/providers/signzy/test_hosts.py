from __future__ import annotations

import pytest

from simulator.dispatch import Dispatch
from simulator.providers.signzy import PROVIDER
from simulator.providers.signzy.codes import table
from simulator.providers.signzy.hosts import METHOD, OPERATIONS, PREFIXES
from simulator.wire import WireRequest


def test_paths_and_method_are_those_of_the_table() -> None:
    facts = table().operations

    assert {known["path"]: name for name, known in facts.items()} == OPERATIONS
    assert {known["method"] for known in facts.values()} == {METHOD}
    assert all(path.startswith(PREFIXES) for path in OPERATIONS)


@pytest.mark.parametrize(
    ("host", "path", "found"),
    [
        ("api.signzy.app", "/", True),
        ("api-preproduction.signzy.app:443", "/anything", True),
        ("signzy.localhost:8080", "/", True),
        ("127.0.0.1:8080", "/api/v3/global-kyc-verify/cn/nid", True),
        ("127.0.0.1:8080", "/api/customers/login", True),
        ("127.0.0.1:8080", "/api/customersx", False),
        ("127.0.0.1:8080", "/", False),
    ],
)
def test_which_requests_are_signzys(host: str, path: str, found: bool) -> None:
    request = WireRequest(method="POST", path=path, query=b"", headers=(("host", host),), body=b"")

    assert (Dispatch((PROVIDER,)).find(request) is PROVIDER) is found
