"""The ways in which signatures usually go wrong, each sent as a client sends it: the explanation names the cause."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from simulator.explain import explain, text
from simulator.providers.tencent.codes import table

if TYPE_CHECKING:
    from simulator.wire import WireRequest
    from tests.unit.simulator.providers.tencent.conftest import Client

EIGHT_HOURS = 8 * 3600
Altered = tuple[str, str, "WireRequest"]


def header(request: WireRequest, name: str, value: str) -> WireRequest:
    """The request with one header altered after signing."""
    changed = tuple((key, value if key == name else before) for key, before in request.headers)
    return replace(request, headers=changed)


def dated(client: Client, body: dict[str, str], date: str) -> WireRequest:
    """A request whose key and scope carry *date*, worked out here as the signature page describes it."""
    request = client.v3(body)
    block = f"content-type:application/json\nhost:{client.host}\n"
    canonical = "\n".join(["POST", "/", "", block, "content-type;host", hashlib.sha256(request.body).hexdigest()])
    scope = f"{date}/faceid/tc3_request"
    string = "\n".join(
        ["TC3-HMAC-SHA256", str(client.now), scope, hashlib.sha256(canonical.encode()).hexdigest()],
    )
    key = ("TC3" + client.keys["secret_key"]).encode()
    for part in (date, "faceid", "tc3_request", string):
        key = hmac.new(key, part.encode(), "sha256").digest()
    credential = f"Credential={client.keys['secret_id']}/{scope}"
    authorization = f"TC3-HMAC-SHA256 {credential}, SignedHeaders=content-type;host, Signature={key.hex()}"
    return header(request, "authorization", authorization)


def v3_mistakes(client: Client, body: dict[str, str]) -> Iterator[Altered]:
    key = client.keys["secret_key"]
    sound = client.v3(body)
    yield "another secret", "wrong_secret", client.v3(body, secret_key="another")
    yield "a line feed behind the secret", "secret_trailing_newline", client.v3(body, secret_key=key + "\n")
    yield "a fast clock", "clock_skew", client.v3(body, timestamp=client.now + 301)
    yield "local time", "clock_skew", client.v3(body, timestamp=client.now + EIGHT_HOURS)
    yield "yesterday's date, as in America", "local_time_scope_date", dated(client, body, "2025-12-31")
    for what, spelt in (
        ("compact", json.dumps(body, ensure_ascii=False, separators=(",", ":"))),
        ("sorted", json.dumps(body, sort_keys=True)),
        ("spaced", json.dumps(body)),
    ):
        sent = json.dumps(body, indent=2).encode()
        yield f"a body that was {what}", "reserialised_body", replace(client.v3(spelt.encode()), body=sent)
    for host, cause in (
        ("faceid.tencentcloudapi.com", "wrong_host"),
        ("localhost:8080", "wrong_host"),
        ("127.0.0.1:443", "wrong_port"),
        ("127.0.0.1:9999", "wrong_port"),
    ):
        client.host, sent_to = host, client.host
        signed = client.v3(body)
        client.host = sent_to
        yield f"host {host}", cause, header(signed, "host", client.host)
    query = client.v3(body, method="GET")
    in_order = urlencode(sorted(body.items())).encode()
    yield "sorted parameters", "query_reencoded", replace(query, query=in_order)
    blank = client.v3({**body, "Name": "A B"}, method="GET")
    yield "%20 for +", "query_reencoded", replace(blank, query=blank.query.replace(b"+", b"%20"))
    yield "lower-case escapes", "query_reencoded", replace(query, query=query.query.replace(b"%E", b"%e"))
    for what, listed in (
        ("one more", "content-type;host;x-tc-action"),
        ("reordered", "host;content-type"),
        ("one less", "host"),
    ):
        authorization = sound.header("authorization").replace("content-type;host", listed)
        altered = header(sound, "authorization", authorization)
        yield f"a header list with {what}", "header_list_altered", altered
    renamed = header(sound, "authorization", sound.header("authorization").replace("/faceid/", "/cvm/"))
    yield "another service in the scope", "wrong_service", renamed
    yield "another service throughout", "wrong_service", client.v3(body, service="cvm")
    client.tenant.clock.advance(20 * 3600)
    yield "tomorrow's date, as in China", "local_time_scope_date", dated(client, body, "2026-01-02")


def v1_mistakes(client: Client, body: dict[str, str]) -> Iterator[Altered]:
    key = client.keys["secret_key"]
    yield "another secret", "wrong_secret", client.v1(body, secret_key="another")
    yield "a line feed behind the secret", "secret_trailing_newline", client.v1(body, secret_key=key + "\n")
    yield "a slow clock", "clock_skew", client.v1(body, Timestamp=str(client.now - 301))
    for host, cause in (("faceid.tencentcloudapi.com", "wrong_host"), ("127.0.0.1:443", "wrong_port")):
        client.host, sent_to = host, client.host
        signed = client.v1(body)
        client.host = sent_to
        yield f"host {host}", cause, header(signed, "host", client.host)


@pytest.mark.parametrize("mistakes", [v3_mistakes, v1_mistakes])
def test_the_cause_is_named_in_the_first_line_and_the_secret_nowhere(
    client: Client, honest: dict[str, str], mistakes: Callable[[Client, dict[str, str]], Iterator[Altered]]
) -> None:
    wrong: list[Any] = []
    for what, cause, request in mistakes(client, honest):
        code, _ = client.refusal(request)
        kept = client.tenant.journal.entries(limit=1)[-1]
        shown = text(explain(kept, tenant=client.tenant.name, table=table()))
        expired = "clock" in cause
        refused = code == ("AuthFailure.SignatureExpire" if expired else "AuthFailure.SignatureFailure")
        first, _, rest = shown.partition("\n")
        named = cause.replace("_", " ") in first and f"signature: {cause}" in rest
        if not (refused and named) or client.keys["secret_key"] in shown:
            wrong.append((what, code, first))

    assert wrong == []
