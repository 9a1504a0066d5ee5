"""Certificates, where a provider and its participants sign and encrypt: seen, added, given away and revoked."""

from __future__ import annotations

import re
from dataclasses import replace
from hashlib import blake2b
from typing import Any, Final

from simulator.admin.reading import check_members
from simulator.admin.route import TENANT, Body, Call, Parameter, Reply, Route, ref
from simulator.keys import Certificate, State, Use
from simulator.problems import Fault, Problem, invalid
from simulator.tenants import Tenant
from simulator.upstream import Provider

_KID: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,63}")
_PARTY: Final = re.compile(r"[0-9A-Za-z]{1,64}")
_MEMBERS: Final = ("use", "state", "provider", "parties", "public_key", "private_key")
_MATERIAL: Final = ("private_key", "public_key")

KID: Final = Parameter(
    name="kid",
    about="Id of a certificate.",
    schema={"type": "string", "pattern": f"^{_KID.pattern}$", "maxLength": 64},
    example="00000000000002",
)


def list_keys(call: Call) -> Reply:
    """List a tenant's certificates, oldest first, with every key that is known."""
    rings = call.tenant.keys.items()
    return Reply(body={"keys": [_document(name, one) for name, ring in rings for one in ring.certificates()]})


def put_key(call: Call) -> Reply:
    """Add a certificate, or change the state or the parties of one."""
    check_members(call.body, _MEMBERS)
    kid = call.path["kid"]
    if _KID.fullmatch(kid) is None:
        raise Problem("not-found", "no certificate can have such an id")
    use = _word(call.body, "use", Use)
    state = _word(call.body, "state", State) if "state" in call.body else State.ACTIVE
    provider = _provider(call, use)
    ring = call.tenant.keys[provider.name]
    known = ring.find(kid)
    certificate = _new(kid, use, call.body) if known is None else _same(known, use, call.body)
    parties = _parties(call, provider, use, certificate.parties)
    certificate = replace(certificate, state=state, parties=parties)
    ring.put(certificate)
    return Reply(body=_document(provider.name, certificate))


def _document(provider: str, certificate: Certificate) -> dict[str, Any]:
    return {"provider": provider, **certificate.to_document()}


def _word(body: dict[str, Any], name: str, kind: type[Use] | type[State]) -> Any:
    try:
        return kind(str(body.get(name)))
    except ValueError:
        raise invalid(f"/{name}", f"one of {', '.join(kind)}") from None


def _provider(call: Call, use: Use) -> Provider:
    """Return whose certificate it is: the provider that is named, or the only one that has any of that use."""
    played = {provider.name: provider for provider in call.services.providers if provider.name in call.tenant.keys}
    having = [name for name in played if use in call.tenant.keys[name].uses]
    if "provider" not in call.body and len(having) == 1:
        return played[having[0]]
    name = call.body.get("provider") if "provider" in call.body or len(played) != 1 else next(iter(played))
    if not isinstance(name, str) or name not in played:
        raise invalid("/provider", f"one of {', '.join(played)}" if played else "this tenant has no certificates")
    if name not in having:
        raise invalid("/use", f"{name} has certificates for {', '.join(sorted(call.tenant.keys[name].uses))}")
    return played[name]


def _new(kid: str, use: Use, body: dict[str, Any]) -> Certificate:
    """Return a certificate of the keys that were brought, or of keys made for it."""
    from simulator.key_forms import form_of, new_pair  # brings cryptography along

    given = [name for name in _MATERIAL if name in body]
    if not given:
        pair = new_pair(use, int.from_bytes(blake2b(f"{use} {kid}".encode(), digest_size=8).digest()))
        return Certificate(kid=kid, use=use, public_key=pair.public_key, private_key=pair.private_key)
    if len(given) > 1:
        raise invalid("/public_key", "it is part of private_key")
    text, form = body[given[0]], form_of(use)
    try:
        if given == ["private_key"]:
            return Certificate(kid=kid, use=use, public_key=form.publish(_text(text)), private_key=text)
        public = form.read_public(_text(text))
    except ValueError:
        raise invalid(f"/{given[0]}", form.about) from None
    if use is not Use.SIGNING:
        raise invalid("/public_key", "the provider needs its private key")
    return Certificate(kid=kid, use=use, public_key=public)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("not a text")
    return value


def _same(known: Certificate, use: Use, body: dict[str, Any]) -> Certificate:
    if use is not known.use:
        raise invalid("/use", f"the certificate is for {known.use}; take another id")
    given = next((name for name in _MATERIAL if name in body), None)
    if given is not None:
        raise invalid(f"/{given}", "the certificate is there already; take another id")
    return known


def _parties(call: Call, provider: Provider, use: Use, known: tuple[str, ...]) -> tuple[str, ...]:
    """Return who may use the certificate, each led to this tenant from now on."""
    if use is not Use.SIGNING:
        if "parties" in call.body:
            raise invalid("/parties", "only a certificate for signing belongs to somebody")
        return ()
    own = call.tenant.credentials[provider.name][provider.identifies[0]]
    parties = call.body.get("parties", list(known or (own,)))
    if not isinstance(parties, list) or not parties or len({*map(str, parties)}) != len(parties):
        raise invalid("/parties", "a list of participants, each once")
    for place, party in enumerate(parties):
        if not isinstance(party, str) or _PARTY.fullmatch(party) is None:
            raise invalid(f"/parties/{place}", "1 to 64 letters and digits")
    _claim(call.tenant, call, provider.name, parties)
    return tuple(parties)


def _claim(tenant: Tenant, call: Call, provider: str, parties: list[str]) -> None:
    for place, party in enumerate(parties):
        if not call.services.tenants.claim(provider, party, tenant):
            errors = (Fault("another tenant's", pointer=f"/parties/{place}"),)
            raise Problem("conflict", "a participant belongs to one tenant", errors=errors)


ROUTES: Final = (
    Route(
        method="GET",
        path="/keys",
        name="list_keys",
        about="List a tenant's certificates, oldest first, with every key that is known.",
        view=list_keys,
        group="tenants",
        query=(TENANT,),
        answer=ref("Keys"),
        problems=("unknown-tenant",),
    ),
    Route(
        method="PUT",
        path="/keys/{kid}",
        name="put_key",
        about="Add a certificate, with keys brought or made, or change the state or the parties of one.",
        view=put_key,
        group="tenants",
        parts=(KID,),
        query=(TENANT,),
        body=Body(
            schema=ref("KeyChange"),
            examples={"added": {"use": "encryption"}, "revoked": {"use": "encryption", "state": "revoked"}},
        ),
        answer=ref("Key"),
        problems=("unknown-tenant", "not-found", "conflict"),
    ),
)
