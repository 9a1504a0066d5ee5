"""Who is calling: the token a request brings, whose it is, and whether it is valid now; user name and password.

>>> made = credentials(lambda label, length: "X" * length)
>>> len(made["token"]), made["username"]
(64, 'kycsim-XXXXXXXXXXXXXXXX')

Source:
    ``Authorization`` with the token alone, or ``?access_token=`` [doc]; tokens of a login, and static ones that a
    manager hands out [doc]. The header before the query, and that a logout leaves a static token alone [inferred].
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import parse_qsl

from simulator.providers.signzy import tokens
from simulator.providers.signzy.codes import NAME

if TYPE_CHECKING:
    from simulator.tenants import Tenant, Tenants
    from simulator.wire import WireRequest

IDENTIFIES: Final = ("token", "username")
"""The credential members that stand on the wire; a login's token carries the user name's handle."""

_USER: Final = "kycsim-"
_BEARER: Final = "bearer "
_QUERY: Final = "access_token"
_STATIC_PREFIX: Final = "KYCSIM"


class Presented(NamedTuple):
    """The token of a request, and whether ``Bearer`` stood before it."""

    token: str
    bearer: bool


class Holder(NamedTuple):
    """Whose token it is, and whether it is the static one."""

    tenant: Tenant
    static: bool


def credentials(derive: Callable[[str, int], str]) -> Mapping[str, Any]:
    """Make one tenant's credentials: unmistakably not real."""
    return {
        "token": _STATIC_PREFIX + derive("token", 64 - len(_STATIC_PREFIX)),
        "username": _USER + derive("username", tokens.HANDLE_LENGTH),
        "password": _STATIC_PREFIX + derive("password", 26),
    }


def handle_of(tenant: Tenant) -> str:
    """Return what the tenant's tokens begin with."""
    return str(tenant.credentials[NAME]["username"]).removeprefix(_USER)


def presented(request: WireRequest) -> Presented | None:
    """Return the token that a request brings, in its header or else in its query; ``None`` without one."""
    header = request.header("authorization").strip()
    if header:
        bearer = header.lower().startswith(_BEARER)
        return Presented(header[len(_BEARER) :].strip() if bearer else header, bearer)
    for name, value in parse_qsl(request.query.decode("latin-1")):
        if name == _QUERY:
            return Presented(value, bearer=False)
    return None


def holder_of(tenants: Tenants, token: str) -> Holder | None:
    """Return whose token it is, valid or not; ``None`` when nobody's."""
    tenant = tenants.holding(NAME, token)
    if tenant is not None and hmac.compare_digest(_bytes(tenant.credentials[NAME]["token"]), _bytes(token)):
        return Holder(tenant, static=True)
    tenant = tenants.holding(NAME, _USER + token[: tokens.HANDLE_LENGTH])
    return None if tenant is None else Holder(tenant, static=False)


def user_of(tenants: Tenants, username: str) -> Tenant | None:
    """Return the tenant of a user name, proven or not; a static token is none."""
    tenant = tenants.holding(NAME, username)
    return tenant if tenant is not None and tenant.credentials[NAME]["username"] == username else None


def knows_password(tenant: Tenant, password: str) -> bool:
    """Tell whether *password* is the tenant's."""
    return hmac.compare_digest(_bytes(tenant.credentials[NAME]["password"]), _bytes(password))


def _bytes(value: str) -> bytes:
    return value.encode("utf-8", "surrogatepass")
