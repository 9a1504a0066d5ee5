"""Calls that no test suite makes on purpose.

Three kinds: calls of nobody (unknown credentials, nothing that could be read, an address no provider has), which stand
in the lobby's journal; calls of a tenant that its provider did not believe, for a signature, a time stamp or a token;
and calls with somebody else's credentials.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

IDENTITY_CHECKS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        provider: frozenset(names.split())
        for provider, names in {
            "alibaba": "credential completeness timestamp access_key access_key_state security_token window signature"
            " nonce",
            "kyc_china": "credentials",
            "mps": "app_id signature licence",
            "signzy": "token user password",
            "tencent": "authorization timestamp secret_id token signature",
            "upi": "signature_header signature_shape protected_header protected_members participant certificate"
            " request_path timestamp signature",
        }.items()
    }
)
"""The checks of each provider that ask who is calling."""


def unwelcome(journal: Iterable[Mapping[str, Any]], *, of_nobody: bool) -> list[str]:
    """Return one line about each call that was refused for who made it; no line holds a personal value.

    Args:
        journal: entries, as the admin API lists them.
        of_nobody: whether they are the lobby's, where every call is refused.
    """
    lines = []
    for entry in journal:
        refused = next((step for step in entry["steps"] if not step[1]), None)
        check = refused[0] if refused is not None else ""
        if of_nobody or check in IDENTITY_CHECKS.get(entry["provider"], ()):
            lines.append(_line(entry, check, refused[2] if refused is not None else {}))
    return lines


def foreign(journal: Iterable[Mapping[str, Any]], *, whose: str) -> list[str]:
    """Return one line about each call made with other credentials than the test's own.

    Args:
        journal: entries of the tenant whose credentials they are.
        whose: that tenant's name.
    """
    return [f"{_line(entry, '', {})}, with the credentials of the tenant {whose}" for entry in journal]


def _line(entry: Mapping[str, Any], check: str, evidence: Mapping[str, Any]) -> str:
    answer, request = entry["answer"], entry["request"]
    who = f"{entry['provider']} {entry['operation']}".strip() or "no provider"
    told = [f"{who}: {request['method']} {request['path']} was answered {answer['status']} {answer['code']}".rstrip()]
    if check:
        cause = evidence.get("cause")
        told.append(f"refused at {check}" + (f" (cause: {cause})" if isinstance(cause, str) else ""))
    if entry["request_id"]:
        told.append(f"request id {entry['request_id']}")
    return ", ".join(told)
