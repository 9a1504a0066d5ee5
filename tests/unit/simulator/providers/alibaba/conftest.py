"""One simulator with Alibaba Cloud alone on a clock that stands still, and a client that signs as the SDKs do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import count
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest

from kyc_core.signing import acs3, aliyun, aliyun_rpc
from simulator.clock import FixedClock
from simulator.engine import Engine
from simulator.providers.alibaba import PROVIDER
from simulator.self_check import check
from simulator.services import Services
from simulator.settings import Settings
from simulator.wire import WireRequest, WireResponse

FORM = "application/x-www-form-urlencoded"
VERSION = "2022-08-09"
MERCHANT = "e0c34a77f5ac40a5aa5e6ed20c353888"


class Client:
    """Makes requests and reads answers. ``v3`` and ``v1`` give the request, to be spoilt before it is sent."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.engine = Engine(services, inspect=check)
        self.tenant = services.tenants.default
        self.keys: Mapping[str, Any] = self.tenant.credentials["alibaba"]
        self.host = "127.0.0.1:8080"
        self.version = VERSION
        self._nonces = count(1)

    @property
    def now(self) -> int:
        return int(self.tenant.clock.time())

    def v3(
        self,
        parameters: Mapping[str, str],
        action: str = "CheckResult",
        *,
        method: str = "POST",
        form: Mapping[str, str] | None = None,
        seconds: int | None = None,
        keys: Mapping[str, str] | None = None,
        nonce: str | None = None,
        token: str | None = None,
        **headers: str,
    ) -> WireRequest:
        """An ACS3 request: *parameters* in the query, *form* in the body; *headers* are changed before signing."""
        keys = keys or self.keys
        query, body = urlencode(parameters).encode(), b"" if form is None else urlencode(form).encode()
        sent = acs3.common_headers(
            host=self.host,
            action=action,
            version=self.version,
            seconds=self.now if seconds is None else seconds,
            nonce=nonce or f"nonce-{next(self._nonces)}",
            body=body,
        )
        if form is not None:
            sent["content-type"] = FORM
        if token is not None:
            sent["x-acs-security-token"] = token
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        sent["authorization"] = acs3.sign(
            access_key_id=keys["access_key_id"],
            access_key_secret=keys["access_key_secret"],
            method=method,
            headers=sent,
            query=query,
            body=body,
        )
        return WireRequest(method=method, path="/", query=query, headers=tuple(sent.items()), body=body)

    def v1(
        self,
        parameters: Mapping[str, str],
        action: str = "CheckResult",
        *,
        method: str = "POST",
        in_form: bool = False,
        keys: Mapping[str, str] | None = None,
        without: str = "",
        **common: str,
    ) -> WireRequest:
        """An RPC request, all in the query or all in the form; *without* one common parameter, others overridden."""
        keys = keys or self.keys
        pairs = {
            **parameters,
            "Action": action,
            "Version": self.version,
            "Format": "JSON",
            "AccessKeyId": keys["access_key_id"],
            "SignatureMethod": "HMAC-SHA1",
            "SignatureVersion": "1.0",
            "SignatureNonce": f"nonce-{next(self._nonces)}",
            "Timestamp": aliyun.timestamp(self.now),
            **common,
        }
        pairs.pop(without, None)
        pairs["Signature"] = aliyun_rpc.sign(access_key_secret=keys["access_key_secret"], method=method, params=pairs)
        if without == "Signature":
            del pairs["Signature"]
        raw = urlencode(pairs).encode()
        headers = [("host", self.host), *([("content-type", FORM)] if in_form else [])]
        query, body = (b"", raw) if in_form else (raw, b"")
        return WireRequest(method=method, path="/", query=query, headers=tuple(headers), body=body)

    def send(self, request: WireRequest) -> WireResponse:
        answer = self.engine.answer(request)
        assert answer is not None
        return answer

    def call(self, action: str, **parameters: str) -> dict[str, Any]:
        """Send a good V3 request, everything in the query, and return the decoded answer."""
        return self.body(self.v3(parameters, action))

    def body(self, request: WireRequest) -> dict[str, Any]:
        document: dict[str, Any] = orjson.loads(self.send(request).body)
        return document

    def refusal(self, request: WireRequest) -> tuple[int, str]:
        """Return status and code of an answer."""
        answer = self.send(request)
        return answer.status, orjson.loads(answer.body)["Code"]

    def start(self, **changes: str) -> str:
        """Begin a verification of ``ordinary-01`` and return its TransactionId."""
        parameters = {
            "ProductCode": "ID_OCR",
            "MerchantBizId": MERCHANT,
            "MetaInfo": "{}",
            "MerchantUserId": "ordinary-01",
            "DocType": "00000001",
            **changes,
        }
        answer = self.call("Initialize", **{name: value for name, value in parameters.items() if value})
        assert answer["Code"] == "Success", answer
        identifier = answer["Result"]["TransactionId"]
        assert isinstance(identifier, str)
        return identifier

    def result(self, transaction: str, **changes: str) -> dict[str, Any]:
        """Ask for a result."""
        return self.call("CheckResult", **{"MerchantBizId": MERCHANT, "TransactionId": transaction, **changes})

    @property
    def last(self) -> dict[str, Any]:
        """The newest journal entry of the tenant, or of the lobby when that is newer."""
        entries = [*self.tenant.journal.entries(limit=1), *self.services.tenants.lobby.journal.entries(limit=1)]
        return max(entries, key=lambda entry: entry["at"])

    def step(self, name: str) -> dict[str, Any]:
        """What the named check of the newest call saw."""
        entry = self.tenant.journal.entries(limit=1)[-1]
        found: dict[str, Any] = next(evidence for check, _, evidence in entry["steps"] if check == name)
        return found


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 1, 5, tzinfo=UTC))


@pytest.fixture
def client(clock: FixedClock) -> Client:
    return Client(Services(Settings(), (PROVIDER,), clock=clock))
