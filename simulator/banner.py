"""What a started simulator tells: the banner for people, the ready file for programs, and a first call to paste.

Credentials always have one shape: ``{"tenant": name, "<provider>": {...}, ...}``.
"""

from __future__ import annotations

import json
import os
import shlex
from base64 import b64decode, b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

from kyc_core.signing import tc3
from simulator.tenants import credentials_of

if TYPE_CHECKING:
    from kyc_core.people import Person
    from simulator.tenants import Tenant

_JSON: Final = "application/json"
_PEM: Final = "-----BEGIN "
_PEM_IN_BASE64: Final = b64encode(_PEM.encode()[:9]).decode()
"""How a key begins that a provider hands out in Base64 once more; nine bytes are twelve characters."""
_PRIVATE: Final = f"{_PEM}PRIVATE KEY-----"


def credential_lines(credentials: Mapping[str, Any]) -> list[str]:
    """Return credentials as lines of ``provider member value``, nested members dotted; of keys only that they exist."""
    return [
        f"{provider} {name} {value if _pem(value) is None else '(PEM: kyc-sim credentials --out DIRECTORY)'}"
        for provider, members in credentials.items()
        if isinstance(members, Mapping)
        for name, value in _flat(members, "")
    ]


def write_key_files(folder: Path, credentials: Mapping[str, Any]) -> list[Path]:
    """Write every key of *credentials* into a file of its own, ``<provider>_<member>.pem``; private ones for the owner.

    Also a key that its provider hands out in Base64 once more is written as PEM text.

    Args:
        folder: made if it is not there.
        credentials: in their one shape.

    Returns:
        The files.

    Raises:
        OSError: they cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for provider, members in credentials.items():
        for name, value in _flat(members, "") if isinstance(members, Mapping) else ():
            pem = _pem(value)
            if pem is not None:
                path = folder / f"{provider}_{name}.pem"
                path.touch(mode=0o600 if pem.startswith(_PRIVATE) else 0o644)
                path.write_text(pem, "ascii")
                written.append(path)
    return written


def _pem(value: object) -> str | None:
    """Return the PEM text that a credential is, or stands for; ``None`` for any other credential."""
    if not isinstance(value, str):
        return None
    if value.startswith(_PEM_IN_BASE64):
        return b64decode(value).decode("ascii")
    return value if value.startswith(_PEM) else None


def _flat(members: Mapping[str, Any], above: str) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, value in members.items():
        found += _flat(value, f"{above}{name}.") if isinstance(value, Mapping) else [(f"{above}{name}", value)]
    return found


def banner(url: str, tenant: Tenant, *, now: float) -> str:
    """Return what a person wants to see first: where, as whom, and a call that works.

    Args:
        url: base URL of the server.
        tenant: whose credentials to show.
        now: Unix seconds, for the signature of the call.
    """
    lines = [
        f"kyc-sim listens on {url}",
        f"admin API         {url}/__admin (described at {url}/__admin/openapi.json)",
        "",
        f"credentials of the tenant {tenant.name!r} (made up; also: kyc-sim credentials --json)",
        *(f"  {line}" for line in credential_lines(tenant.credentials)),
    ]
    call = first_call(url, tenant, now=now)
    if call is not None:
        minutes = tc3.WINDOW_SECONDS // 60
        lines += ["", f"a first call, signed for the next {minutes} minutes (Ctrl-C stops the server)", call]
    return "\n".join(lines)


def first_call(url: str, tenant: Tenant, *, now: float) -> str | None:
    """Return a ``curl`` command that verifies a person on file; ``None`` when Tencent is not played."""
    keys = tenant.credentials.get("tencent")
    if keys is None:
        return None
    person = _ordinary(tenant)
    # Escaped, so that it survives every terminal's and clipboard's idea of an encoding.
    body = json.dumps({"IdCard": person.resident_id, "Name": person.name, "BankCard": person.cards[0].number})
    timestamp = int(now)
    authorization = tc3.sign(
        secret_id=keys["secret_id"],
        secret_key=keys["secret_key"],
        method="POST",
        host=url.partition("//")[2],
        content_type=_JSON,
        timestamp=timestamp,
        body=body.encode(),
    )
    headers = {
        "Content-Type": _JSON,
        "X-TC-Action": "BankCardVerification",
        "X-TC-Version": "2018-03-01",
        "X-TC-Timestamp": str(timestamp),
        "Authorization": authorization,
    }
    words = [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in headers.items()]
    return " \\\n  ".join([f"curl -s {url}/tencent", *words, f"-d {shlex.quote(body)}"])


def _ordinary(tenant: Tenant) -> Person:
    """Return the first person on file who has a card; the shipped population begins with such people."""
    return next(person for person in tenant.register.people() if person.cards)


def write_ready_file(path: Path, url: str, tenant: Tenant) -> None:
    """Write ``{"url", "pid", "credentials"}`` as one step: who sees the file sees all of it.

    Raises:
        OSError: it cannot be written.
    """
    document = {"url": url, "pid": os.getpid(), "credentials": credentials_of(tenant)}
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(orjson.dumps(document, option=orjson.OPT_APPEND_NEWLINE))
        beside.replace(path)
    except OSError as problem:  # the file that was asked for is the one to name
        beside.unlink(missing_ok=True)
        raise OSError(problem.errno, problem.strerror, str(path)) from None
