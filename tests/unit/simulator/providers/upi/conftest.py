"""A participant that signs and encrypts as UPI wants it, and every wrong way that is asked of it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import count
from typing import Any

import orjson
import pytest

from kyc_core.signing import upi_jwe, upi_jws
from kyc_core.signing.rsa_keys import load_private_key, load_public_key
from kyc_core.signing.upi_jws_header import protected_header
from kyc_core.strict_json import write
from simulator.clock import FixedClock
from simulator.engine import Engine
from simulator.providers.upi import PROVIDER
from simulator.self_check import check
from simulator.services import Services
from simulator.settings import Settings
from simulator.tenants import Tenant
from simulator.wire import WireRequest, WireResponse

NOW = 1_735_689_600
PHOTO = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg=="
JSON = "application/json;charset=UTF-8"


class Client:
    """Speaks as one tenant; identifiers are fresh unless given."""

    def __init__(self, services: Services, tenant: Tenant) -> None:
        self.services = services
        self.engine = Engine(services, inspect=check)
        self.tenant = tenant
        self.keys: Mapping[str, Any] = tenant.credentials["upi"]
        self.signing_key = load_private_key(self.keys["signing_private_key"], checked=False)
        self.encryption_key = load_public_key(self.keys["encryption_public_key"])
        self.response_key = load_public_key(self.keys["response_signing_public_key"])
        self._numbers = count(1)

    @property
    def now(self) -> int:
        return int(self.tenant.clock.time())

    def choose(self, **switches: Any) -> None:
        """Set switches of the tenant, without the provider's name in front."""
        for name, value in switches.items():
            self.tenant.set_switch(f"upi.{name}", value)

    def person(self, **changes: Any) -> dict[str, Any]:
        """What a person on file truthfully says; a member that is ``None`` is left out."""
        said = {"customerNm": "林静怡", "certifID": "310115188503140620", "photo": PHOTO, **changes}
        return {name: value for name, value in said.items() if value is not None}

    def seal(self, plaintext: Mapping[str, Any] | bytes, **options: Any) -> str:
        raw = plaintext if isinstance(plaintext, bytes) else write(plaintext)
        made = {"public_key": self.encryption_key, "kid": self.keys["encryption_kid"], "random_bytes": _bytes}
        return upi_jwe.encrypt(raw, **{**made, **options})

    def document(self, inner: Mapping[str, Any] | bytes | None = None, **changes: Any) -> dict[str, Any]:
        """A sound body; a member that is ``None`` is left out."""
        sound = {
            "memberIIN": self.keys["member_iin"],
            "memberName": "TEST MEMBER BANK",
            "tradeType": "ID0203",
            "encData": None if "encData" in changes else self.seal(self.person() if inner is None else inner),
            "orderID": f"{next(self._numbers):035d}",
            "scUsageScenarios": "ACCOUNT OPENING",
            "scUsePurpose": "KYC IDENTITY CHECK",
            "protocolVerNm": "E-CONSENT V1.0.0",
            "serialNm": "00000020250101",
            **changes,
        }
        return {name: value for name, value in sound.items() if value is not None}

    def header(self, **changes: Any) -> bytes:
        """A sound protected header of a request."""
        sound = {
            "kid": self.keys["signing_kid"],
            "uuid": f"{next(self._numbers):032x}",
            "timestamp": self.now,
            "app_id": self.keys["app_id"],
            "request_path": self.keys["path"],
        }
        return protected_header(**{**sound, **changes})

    def sign(self, body: bytes, header: bytes | None = None, **changes: Any) -> str:
        return upi_jws.sign(
            self.header(**changes) if header is None else header,
            body,
            private_key=self.signing_key,
            encoded=changes.get("encoded", True),
        )

    def request(
        self,
        document: Mapping[str, Any] | bytes | None = None,
        *,
        jws: str | None = None,
        method: str = "POST",
        path: str | None = None,
        headers: tuple[tuple[str, str], ...] = (),
        **header: Any,
    ) -> WireRequest:
        """A request whose signature fits, unless another one is given; *header* changes the protected header."""
        body = document if isinstance(document, bytes) else write(self.document() if document is None else document)
        value = self.sign(body, **header) if jws is None else jws
        sent = (("content-type", JSON), ("upi-jws", value), *headers)
        return WireRequest(method=method, path=path or self.keys["path"], query=b"", headers=sent, body=body)

    def send(self, request: WireRequest) -> WireResponse:
        answer = self.engine.answer(request)
        assert answer is not None, "no provider claims the request"
        return answer

    def answer(self, request: WireRequest | None = None) -> dict[str, Any]:
        """Send, see that UPI signed a 200, and return the body."""
        sent = self.request() if request is None else request
        response = self.send(sent)
        assert response.status == 200, response
        upi_jws.verify_response(
            dict(response.headers)["UPI-JWS"],
            response.body,
            public_key=self.response_key,
            kid=self.keys["response_signing_kid"],
            uuid=self.last["request_id"],
            app_id=self.keys["app_id"],
            now=self.now,
        )
        document: dict[str, Any] = orjson.loads(response.body)
        return document

    def told(self, request: WireRequest | None = None) -> tuple[str, str]:
        """Send and return ``responseCode`` and ``errorDetail``."""
        message = self.answer(request)["msgResponse"]
        return message["responseCode"], message.get("errorDetail", "")

    def asked(self, inner: Mapping[str, Any] | bytes | None = None, **changes: Any) -> tuple[str, str]:
        """Send a sound request but for these changes; return ``responseCode`` and ``errorDetail``."""
        return self.told(self.request(self.document(inner, **changes)))

    def cause(self, request: WireRequest) -> str:
        """Send what must get the one answer of all security failures, and return the cause that was kept."""
        response = self.send(request)
        assert (response.status, response.body) == (401, UNAUTHORISED)
        assert dict(response.headers) == {"Content-Type": JSON}
        cause: str = self.last["steps"][-1][2]["cause"]
        return cause

    @property
    def last(self) -> dict[str, Any]:
        """The newest journal entry of the tenant, or of the lobby when that is newer."""
        entries = [*self.tenant.journal.entries(limit=1), *self.services.tenants.lobby.journal.entries(limit=1)]
        return max(entries, key=lambda entry: entry["at"])

    def step(self, name: str) -> dict[str, Any]:
        """What the named check of the tenant's newest call saw."""
        entry = self.tenant.journal.entries(limit=1)[-1]
        return next(evidence for check, _, evidence in entry["steps"] if check == name)


UNAUTHORISED = b'{"MsgResponse":{"responseCode":"E0","responseMsg":"Unauthorized access"}}'


def _bytes(length: int) -> bytes:
    return bytes(range(length))


def picture(characters: int, start: bytes = b"\xff\xd8\xff") -> str:
    """Base64 text of that many characters, a multiple of four, that begins as a JPEG."""
    return base64.b64encode(start.ljust(characters // 4 * 3, b"\x00")).decode()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime.fromtimestamp(NOW, UTC))


@pytest.fixture
def client(clock: FixedClock) -> Client:
    services = Services(Settings(), (PROVIDER,), clock=clock)
    return Client(services, services.tenants.default)


@pytest.fixture
def make_client(client: Client) -> Any:
    """Make a participant of a tenant of its own beside the first: ``make_client()``."""

    def make() -> Client:
        return Client(client.services, client.services.tenants.create())

    return make
