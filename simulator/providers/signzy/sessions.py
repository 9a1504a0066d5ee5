"""Login and logout: what they check, and how they come to their answers.

Source:
    "Customer Login (Client Login)", "Authentication" [doc]. One refusal for an unknown user and a wrong password, and
    that a logout leaves a static token valid [inferred].
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simulator.chain import Decision
from simulator.providers.signzy import auth, tokens
from simulator.providers.signzy.codes import table
from simulator.providers.signzy.errors import refuse
from simulator.providers.signzy.formats import LOGIN_FIELDS, missing_or_mistyped

if TYPE_CHECKING:
    from simulator.providers.signzy.call import Call

Evidence = Mapping[str, Any] | None


def user(call: Call) -> Evidence:
    """User name and password are there."""
    name = call.document.get("username")
    if isinstance(name, str):
        tenant = auth.user_of(call.exchange.services.tenants, name)
        if tenant is not None:
            call.belongs_to(tenant)
    call.exchange.fields = {
        name: value for name in LOGIN_FIELDS if isinstance(value := call.document.get(name), str)
    }  # fmt: skip
    fault = missing_or_mistyped(call.document, LOGIN_FIELDS)
    if fault is not None:
        places = {"parameter": fault.parameter, "type": fault.type}
        refuse(call, "400", places, wording=fault.wording, evidence={"parameter": fault.parameter})
    return None


def password(call: Call) -> Evidence:
    """Somebody's user name, and the password that goes with it."""
    tenant = auth.user_of(call.exchange.services.tenants, call.document["username"])
    if tenant is None:
        refuse(call, "LOGIN_FAILED", evidence={"cause": "unknown_user"})
    if not auth.knows_password(tenant, call.document["password"]):
        refuse(call, "LOGIN_FAILED", evidence={"cause": "wrong_password"})
    return None


def logged_in(call: Call) -> Decision:
    """A token is given out."""
    return Decision(table().meaning(call.operation, "logged_in"), {"ttl": call.switch("token_ttl")})


def logged_out(call: Call) -> Decision:
    """The token is given back; a static one cannot be."""
    assert call.holder is not None, "the token is looked up before it is given back"
    if not call.holder.static:
        tokens.end(call.tenant, call.token)
    return Decision(table().meaning(call.operation, "logged_out"), {"static": call.holder.static})
