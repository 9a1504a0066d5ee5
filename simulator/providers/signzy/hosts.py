"""Where Signzy answers: hosts, path prefixes, and which path is which operation.

>>> OPERATIONS["/api/customers/login"]
'login'

Source:
    Both hosts and the path of the verification: its page, cURL sample [doc]; paths of login and logout: page
    "Authentication" [doc]. That all three share a host is ours [inferred]: sibling products log in at their own hosts.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from simulator.providers.signzy.codes import LOGIN, LOGOUT, VERIFY

HOSTS: Final = frozenset({"api.signzy.app", "api-preproduction.signzy.app"})

PREFIXES: Final = ("/api/v3/global-kyc-verify", "/api/customers")

OPERATIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "/api/v3/global-kyc-verify/cn/nid": VERIFY,
        "/api/customers/login": LOGIN,
        "/api/customers/logout": LOGOUT,
    }
)
"""Operation by path. All are asked with POST."""

METHOD: Final = "POST"
