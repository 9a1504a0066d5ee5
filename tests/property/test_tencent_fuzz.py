"""Twenty thousand spoilt requests: each is answered with a documented error or result, none brings the chain down.

Seeded, so that a failure can be had again; the seed is the parameter of the test.
"""

from __future__ import annotations

import base64
import gc
import json
import random
import tracemalloc
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple
from urllib.parse import quote_from_bytes, urlencode

import orjson
import pytest

from contracts.loader import load_table
from contracts.registry import validator
from contracts.strategies.photo_bytes import png
from kyc_core.signing import tc3, tencent_v1
from kyc_core.signing.canonical import query_pairs
from simulator.clock import FixedClock
from simulator.engine import Engine
from simulator.journal import JournalLimits
from simulator.ledger import LedgerLimits
from simulator.providers.tencent import PROVIDER
from simulator.providers.tencent.gateway import LONGEST_FORM, LONGEST_QUERY
from simulator.services import Services
from simulator.settings import Settings
from simulator.upstream import Exchange, Provider
from simulator.wire import WireRequest, WireResponse

EACH: Final = 2_500
SEEDS: Final = range(8)
HOST: Final = "127.0.0.1:8080"
JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"
ACTIONS: Final = tuple(load_table("tencent").operations)
FIELDS: Final = {
    action: [field["name"] for field in facts["fields"]] for action, facts in load_table("tencent").operations.items()
}
DOMESTIC: Final = "faceid.tencentcloudapi.com"
HOSTS: Final = {
    action: HOST if "intl" in facts["hosts"] and not any("sites" in field for field in facts["fields"]) else DOMESTIC
    for action, facts in load_table("tencent").operations.items()
}
PICTURE: Final = base64.b64encode(png(comment=b"resident_id=310115188503140620;")).decode()
HONEST: Final = {
    "IdCard": "310115188503140620",
    "Name": "林静怡",
    "BankCard": "6217000000000000103",
    "Phone": "13490000010",
    "CertType": 0,
    "ImageBase64": PICTURE,
    "ImageUrl": "https://images.example/resident_id=310115188503140620;",
    "Config": '{"CopyWarn":true}',
    "ValidityBegin": "20180501",
    "ValidityEnd": "00000000",
    "VerifyMode": "1",
    "CiphertextBlob": "QQ==",
    "EncryptList": ["Name"],
    "Iv": "QQ==",
    "Mobile": "13490000010",
    "Optional": "",
    "Extra": "order 1",
    "IsEncrypt": False,
    "IsEncryptResponse": False,
    "EncryptionMode": "0",
    "Type": "1",
    "Encryption": {"EncryptList": ["Name"], "CiphertextBlob": "QQ==", "Iv": "QQ=="},
}
LARGEST_GROWTH: Final = 4 * 1024 * 1024
"""Bytes that six hundred more calls may leave behind once tables are read; journal and ledger are bounded below."""

Chance = random.Random


class Spoilt(NamedTuple):
    """A request on its way: everything that can be altered before and after it is signed."""

    method: str
    path: str
    query: bytes
    headers: dict[str, str]
    body: bytes

    def wire(self) -> WireRequest:
        return WireRequest(
            method=self.method,
            path=self.path,
            query=self.query,
            headers=tuple((name, value) for name, value in self.headers.items()),
            body=self.body,
        )


# values and documents


def any_text(chance: Chance) -> str:
    return chance.choice(
        (
            "",
            " ",
            "\x00",
            "0",
            "-1",
            "null",
            "林静怡",
            "韦\ufffd宝",
            "𬱖" * 40,
            "１１０１０１１９９００３０７００１１",
            "{parameter}",
            "%s%n",
            "`",
            "\r\nX: y",
            "A" * chance.randrange(1, 3_000),
            "".join(chr(chance.randrange(1, 0xD7FF)) for _ in range(chance.randrange(1, 40))),
            "".join(chance.choices("0123456789Xx ", k=chance.randrange(1, 40))),
        )
    )


def any_value(chance: Chance, depth: int = 0) -> Any:
    kinds: list[Callable[[], Any]] = [
        lambda: any_text(chance),
        lambda: chance.randrange(-(2**70), 2**70),
        lambda: chance.random() * 10 ** chance.randrange(-300, 300),
        lambda: chance.choice((True, False, None)),
    ]
    if depth < 4:
        kinds.append(lambda: [any_value(chance, depth + 1) for _ in range(chance.randrange(4))])
        kinds.append(lambda: {any_text(chance): any_value(chance, depth + 1) for _ in range(chance.randrange(4))})
    return chance.choice(kinds)()


def any_parameters(chance: Chance, action: str) -> dict[str, Any]:
    """The truth, with a member dropped, replaced, altered or made up now and then."""
    found: dict[str, Any] = {}
    for field in FIELDS[action]:
        if chance.random() < (0.15 if field == "Encryption" else 0.96):
            found[field] = HONEST[field]
    if chance.random() < 0.5:
        name = chance.choice(FIELDS[action])
        found[name] = any_text(chance) if chance.random() < 0.7 else any_value(chance)
    if chance.random() < 0.1:
        found[chance.choice(("Type", "Encryption.Iv", any_text(chance)))] = any_value(chance)
    if isinstance(found.get("Encryption"), dict) and chance.random() < 0.7:
        inner = dict(found["Encryption"])
        inner[chance.choice(("Iv", "EncryptList", "TagList", "Algorithm", any_text(chance)))] = any_value(chance)
        found["Encryption"] = inner
    return found


def as_json(chance: Chance, parameters: dict[str, Any]) -> bytes:
    text = json.dumps(parameters, ensure_ascii=chance.random() < 0.5, indent=chance.choice((None, None, 2)))
    return text.encode("utf-8", "surrogatepass")


def as_pairs(parameters: dict[str, Any], prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in parameters.items():
        if isinstance(value, dict):
            found |= as_pairs(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            found |= as_pairs({str(index): item for index, item in enumerate(value)}, f"{prefix}{name}.")
        else:
            found[prefix + name] = str(value)
    return found


# requests


class Maker:
    """Signs requests of one simulator, four ways."""

    def __init__(self, services: Services, chance: Chance) -> None:
        self.keys = services.tenants.default.credentials["tencent"]
        self.now = int(services.tenants.default.clock.time())
        self.chance = chance

    def v3(self, action: str, raw: bytes, *, get: bool) -> Spoilt:
        host = HOSTS[action]
        kind = FORM if get else JSON
        query, body = (raw, b"") if get else (b"", raw)
        method = "GET" if get else "POST"
        authorization = tc3.sign(
            secret_id=self.keys["secret_id"],
            secret_key=self.keys["secret_key"],
            method=method,
            host=host,
            content_type=kind,
            timestamp=self.now,
            query=query,
            body=body,
        )
        headers = {
            "host": host,
            "content-type": kind,
            "authorization": authorization,
            "x-tc-action": action,
            "x-tc-version": "2018-03-01",
            "x-tc-timestamp": str(self.now),
            "x-tc-language": self.chance.choice(("zh-CN", "en-US", "xx")),
        }
        return Spoilt(method, self.chance.choice(("/", "/tencent", "/tencent/")), query, headers, body)

    def v1(self, action: str, raw: bytes, *, get: bool) -> Spoilt:
        """Sign whatever *raw* decodes to, as a client that sends just these bytes would have.

        What is refused for its size is signed as if it said nothing: nobody gets as far as the signature.
        """
        host = HOSTS[action]
        method = "GET" if get else "POST"
        common = {
            "Action": action,
            "Nonce": "0",
            "SecretId": self.keys["secret_id"],
            "Timestamp": str(self.now),
            "Version": "2018-03-01",
        }
        said = raw if len(raw) <= (LONGEST_QUERY if get else LONGEST_FORM) else b""
        tail = b"&" + urlencode(common).encode()
        raw += tail
        pairs = dict(query_pairs(said + tail))
        signature = tencent_v1.sign(secret_key=self.keys["secret_key"], method=method, host=host, params=pairs)
        raw += b"&" + urlencode({"Signature": signature}).encode()
        query, body = (raw, b"") if get else (b"", raw)
        return Spoilt(method, "/", query, {"host": host, "content-type": FORM}, body)

    def request(self) -> Spoilt:
        """A request that is soundly signed over whatever it says."""
        chance = self.chance
        action = chance.choice(ACTIONS)
        parameters = any_parameters(chance, action)
        get = chance.random() < 0.4
        if chance.random() < 0.6:
            raw = urlencode(as_pairs(parameters), errors="replace").encode() if get else as_json(chance, parameters)
            return self.v3(action, spoil_bytes(chance, raw, often=0.3), get=get)
        raw = urlencode(as_pairs(parameters), errors="replace").encode()
        return self.v1(action, spoil_bytes(chance, raw, often=0.3), get=get)


# spoiling


def spoil_bytes(chance: Chance, raw: bytes, *, often: float) -> bytes:
    if chance.random() >= often:
        return raw
    place = chance.randrange(len(raw) + 1)
    return chance.choice(
        (
            raw[:place],
            raw[place:],
            raw[:place] + bytes([chance.randrange(256)]) + raw[place + 1 :],
            raw[:place] + chance.randbytes(chance.randrange(1, 20)) + raw[place:],
            raw[:place] + b"%" + raw[place:],
            raw[:place] + b"&" * 50 + raw[place:],
            raw + b"&" + quote_from_bytes(chance.randbytes(12)).encode() + b"=" + chance.randbytes(3).hex().encode(),
            b"\xef\xbb\xbf" + raw,
            raw.decode("utf-8", "replace").encode("gbk", "replace"),
            raw.decode("utf-8", "replace").encode("utf-16"),
            raw * 2,
            b"[" * chance.randrange(1, 3_000) + raw,
            b"",
        )
    )


def spoil_headers(chance: Chance, request: Spoilt) -> Spoilt:
    headers = dict(request.headers)
    name = chance.choice((*headers, "x-tc-token", "x-tc-traceid", "x-tc-content-sha256", "x-tc-region"))
    value = headers.get(name, "")
    place = chance.randrange(len(value) + 1)
    altered = chance.choice(
        (
            None,
            "",
            value[:place],
            value + " ",
            value.upper(),
            value[:place] + chr(chance.randrange(256)) + value[place:],
            "UNSIGNED-PAYLOAD",
            "SKIP",
            "9" * chance.randrange(1, 40),
            "multipart/form-data; boundary=x",
            "".join(chr(chance.randrange(256)) for _ in range(chance.randrange(200))),
        )
    )
    if altered is None:
        headers.pop(name, None)
    else:
        headers[name] = altered
    return request._replace(headers=headers)


def spoil_whole(chance: Chance, request: Spoilt) -> Spoilt:
    which = chance.randrange(6)
    if which == 0:
        return request._replace(method=chance.choice(("PUT", "HEAD", "get", "", "POST", "GET", "\x00")))
    if which == 1:
        return request._replace(body=spoil_bytes(chance, request.body, often=1))
    if which == 2:
        return request._replace(query=spoil_bytes(chance, request.query, often=1))
    if which == 3:
        return request._replace(query=request.body, body=request.query)
    if which == 4:
        return request._replace(path="/tencent/" + chance.choice(("%2e", "//", "x" * 3_000, "\x00", "ü?#")))
    return spoil_headers(chance, request)


def huge(chance: Chance) -> bytes:
    size = chance.choice((32 * 1024 + 1, 1024 * 1024 + 1, 2 * 1024 * 1024))
    return chance.choice(
        (
            b"a=&" * (size // 3),
            b"&" * size,
            b'{"Name":"' + b"A" * size + b'"}',
            b'{"Encryption":{"EncryptList":[' + b'"a",' * (size // 4) + b'"a"]}}',
            b"Encryption." * (size // 11) + b"=1",
            b"%" * size + b"=1",
        )
    )


def any_request(maker: Maker) -> Spoilt:
    """Mostly sound signatures over nonsense, so that every step of the chain is reached."""
    chance = maker.chance
    draw = chance.random()
    if draw < 0.006:
        raw = huge(chance)
        return chance.choice((maker.v3, maker.v1))(chance.choice(ACTIONS), raw, get=chance.random() < 0.5)
    request = maker.request()
    if draw < 0.12:
        request = spoil_headers(chance, request)
    elif draw < 0.18:
        request = spoil_whole(chance, request)
    return request


# judging

CODES: Final = frozenset(row.code for row in load_table("tencent").rows)


@lru_cache(maxsize=4096)
def is_documented(operation: str, part: str, shape: bytes) -> bool:
    """Judge an answer, its id and texts made alike first, so that one of a kind is enough for the schema."""
    schema = validator("tencent", operation or ACTIONS[0], "response" if part == "result" else "error")
    return schema.is_valid(orjson.loads(shape))


class Judge:
    """Sees that every answer is one the provider could have given, and counts them by code."""

    def __init__(self) -> None:
        self.answers: Counter[str] = Counter()

    def __call__(self, provider: Provider, exchange: Exchange, response: WireResponse) -> None:
        outcome = exchange.outcome
        assert outcome is not None
        assert outcome.code in CODES
        assert response.status == 200
        assert response.headers[0] == ("Content-Type", "application/json")
        inside = orjson.loads(response.body)["Response"]
        assert inside["RequestId"] == exchange.request_id
        if outcome.kind == "error":
            assert inside["Error"]["Code"] == outcome.code
            inside["Error"]["Message"] = "text" if inside["Error"]["Message"] else ""
        else:
            assert inside["Result"] == outcome.code
        inside["RequestId"] = "00000000-0000-4000-8000-000000000000"
        assert is_documented(exchange.operation, outcome.kind, orjson.dumps({"Response": inside}))
        self.answers[outcome.code] += 1


def never(exchange: Exchange) -> WireResponse:
    raise AssertionError("a fault of our own ended a call")


def world() -> Services:
    """A simulator whose answer to a fault of its own is to fail the test."""
    members = {name: getattr(PROVIDER, name) for name in Provider.__dataclass_fields__}
    settings = Settings(
        journal=JournalLimits(entries=500, size=2 * 1024 * 1024), ledger=LedgerLimits(entries=500, size=1024 * 1024)
    )
    services = Services(
        settings, (Provider(**members | {"failed": never}),), clock=FixedClock(datetime(2026, 1, 5, tzinfo=UTC))
    )
    services.tenants.default.set_switch("tencent.qps", 0)
    services.tenants.default.set_switch("tencent.daily_attempts", 0)
    return services


@pytest.mark.parametrize("seed", SEEDS)
def test_spoilt_requests_are_answered_with_what_is_documented_and_nothing_is_kept_of_them(seed: int) -> None:
    services, judge = world(), Judge()
    engine = Engine(services, inspect=judge)
    maker = Maker(services, random.Random(seed))

    nobodys = sum(engine.answer(any_request(maker).wire()) is None for _ in range(EACH))

    assert nobodys + judge.answers.total() == EACH
    assert nobodys < EACH / 20
    reached = {"MissingParameter", "UnknownParameter", "InvalidParameter", "AuthFailure.SignatureFailure"}
    reached |= {
        "FailedOperation.DecryptSystemError",
        "InvalidParameterValue",
        "UnsupportedProtocol",
        "0",
        "-2",
        "-3",
        "-4",
    }
    assert reached <= judge.answers.keys()
    owners = (services.tenants.default, services.tenants.lobby)
    journals = b"".join(raw for owner in owners for _, raw in owner.space.read("journal"))
    for name in ("IdCard", "Name", "BankCard", "Phone"):
        assert str(HONEST[name]).encode() not in journals


def test_memory_does_not_grow_with_the_number_of_spoilt_requests() -> None:
    services = world()
    engine = Engine(services, inspect=Judge())
    maker = Maker(services, random.Random(len(SEEDS)))
    tracemalloc.start()
    try:
        held = []
        for _ in range(3):
            for _ in range(600):
                engine.answer(any_request(maker).wire())
            gc.collect()
            held.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()

    assert held[2] - held[1] < LARGEST_GROWTH
