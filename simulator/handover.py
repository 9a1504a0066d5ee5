"""What `kyc-sim run` hands to the command it runs: where the providers are, and who the caller is, as variables.

``KYC_SIM_URL``                     base URL of the simulator
``KYC_SIM_CREDENTIALS``             path of a JSON file with the default tenant's credentials, readable for its owner
``KYC_SIM_ADMIN_TOKEN``             bearer token of ``/__admin``, where it asks for one
``KYC_SIM_<PROVIDER>_ENDPOINT``     what the provider's SDK takes as its endpoint
``KYC_SIM_<PROVIDER>_URL``          the same as a URL with scheme and prefix, for clients that build their own requests
``KYC_SIM_<PROVIDER>_<MEMBER>``     each text among the credentials, for programs that read no JSON

>>> variables("http://127.0.0.1:8123", {"tencent": {"secret_id": "AKID"}})["KYC_SIM_TENCENT_ENDPOINT"]
'127.0.0.1:8123'
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from contracts.plan import load_plan
from simulator.settings import PREFIX

WITHOUT_SCHEME: Final = frozenset({"tencent", "alibaba"})
"""Providers whose SDK takes ``HOST:PORT`` and the scheme apart; at ``/`` they are told by what their clients sign."""

_PROXIES: Final = ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy")


def variables(
    url: str, credentials: Mapping[str, Any], *, file: Path | None = None, admin_token: str | None = None
) -> dict[str, str]:
    """Return the variables by name.

    Args:
        url: base URL of the simulator, without a trailing slash.
        credentials: in their one shape; the providers in it are the ones named.
        file: where `write_credentials` put them.
        admin_token: bearer token of the admin API.
    """
    found = {f"{PREFIX}URL": url}
    if file is not None:
        found[f"{PREFIX}CREDENTIALS"] = str(file)
    if admin_token is not None:
        found[f"{PREFIX}ADMIN_TOKEN"] = admin_token
    for provider, members in credentials.items():
        if not isinstance(members, Mapping):
            continue
        prefix = f"{PREFIX}{provider.upper()}_"
        base = url + load_plan(provider).endpoint
        found[f"{prefix}ENDPOINT"] = url.partition("//")[2] if provider in WITHOUT_SCHEME else base
        found[f"{prefix}URL"] = base
        found |= {f"{prefix}{name.upper()}": value for name, value in _texts(members, "")}
    return found


def _texts(members: Mapping[str, Any], above: str) -> Iterator[tuple[str, str]]:
    for name, value in members.items():
        if isinstance(value, Mapping):
            yield from _texts(value, f"{above}{name}_")
        elif isinstance(value, str):
            yield f"{above}{name}", value


def past_proxies(url: str, environ: Mapping[str, str]) -> dict[str, str]:
    """Return what makes clients that obey proxy variables come here directly; nothing where no proxy is set.

    Clients disagree on whether the port belongs into the list, and on the case of its name.
    """
    if not any(environ.get(name) for name in _PROXIES):
        return {}
    address = url.partition("//")[2]
    mine = f"127.0.0.1,{address},localhost"
    return {
        name: f"{environ[name]},{mine}" if environ.get(name) else mine
        for name in ("NO_PROXY", "no_proxy")
    }  # fmt: skip


def write_credentials(folder: Path, credentials: Mapping[str, Any]) -> Path:
    """Write credentials for their owner's eyes only, and return the file.

    Raises:
        OSError: it cannot be written.
    """
    file = folder / "credentials.json"
    file.touch(mode=0o600, exist_ok=False)
    file.write_bytes(orjson.dumps(credentials, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    return file
