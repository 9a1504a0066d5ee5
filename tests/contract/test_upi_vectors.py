"""The worked vectors of UPI's message security, and the negatives derived from them, through the whole engine.

The vectors were checked with two independent JOSE libraries when they were made; here their keys are a tenant's, and
the clock stands where they were signed.
"""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pytest

from kyc_core.signing import base64url, upi_jws
from kyc_core.signing.rsa_keys import load_private_key, public_pem
from kyc_core.signing.upi_jws_header import protected_header
from simulator.clock import FixedClock
from simulator.engine import Engine
from simulator.keys import Certificate, Use
from simulator.providers.upi import PROVIDER
from simulator.self_check import check
from simulator.services import Services
from simulator.settings import Settings
from simulator.tenants import Tenant
from simulator.wire import WireRequest, WireResponse

DATA: Final = json.loads((Path(__file__).parents[1] / "data" / "upi" / "vectors.json").read_bytes())
VECTORS: Final = DATA["vectors"]
NOW: Final[int] = DATA["now"]
PATH: Final[str] = DATA["path"]
APP_IDS: Final = ("39990061", "47010344")
USES: Final = (Use.SIGNING, Use.RESPONSE_SIGNING, Use.ENCRYPTION)

UNAUTHORISED: Final = b'{"MsgResponse":{"responseCode":"E0","responseMsg":"Unauthorized access"}}'


class Gateway:
    """A simulator that holds the vectors' keys."""

    def __init__(self) -> None:
        self.clock = FixedClock(datetime.fromtimestamp(NOW, UTC))
        self.services = Services(Settings(), (PROVIDER,), clock=self.clock)
        self.engine = Engine(self.services, inspect=check)
        self.tenant: Tenant = self.services.tenants.default
        for (kid, key), use in zip(DATA["keys"].items(), USES, strict=True):
            self.tenant.keys["upi"].put(
                Certificate(
                    kid=kid,
                    use=use,
                    parties=APP_IDS if use is Use.SIGNING else (),
                    public_key=public_pem(load_private_key(key["private"])),
                    private_key=key["private"],
                )
            )
        for app_id in APP_IDS:
            assert self.services.tenants.claim("upi", app_id, self.tenant)

    def send(self, sent: WireRequest) -> WireResponse:
        answer = self.engine.answer(sent)
        assert answer is not None
        return answer

    @property
    def cause(self) -> str:
        """Why the newest call was refused."""
        cause: str = self.tenant.journal.entries(limit=1)[-1]["steps"][-1][2]["cause"]
        return cause


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    gateway = Gateway()
    yield gateway
    gateway.services.close()


def vector(name: str) -> WireRequest:
    found = VECTORS[name]
    return WireRequest(
        method="POST",
        path=PATH,
        query=b"",
        headers=(("content-type", "application/json;charset=UTF-8"), ("upi-jws", found["jws"])),
        body=found["body"].encode(),
    )


def resigned(name: str, *, uuid: str = "0" * 32, body: bytes | None = None) -> WireRequest:
    """A vector signed again, with a UUID of its own."""
    sent = vector(name)
    raw = sent.body if body is None else body
    kid = VECTORS[name]["signed_with"]
    header = protected_header(kid=kid, uuid=uuid, timestamp=NOW, app_id=APP_IDS[0], request_path=PATH)
    value = upi_jws.sign(header, raw, private_key=load_private_key(DATA["keys"][kid]["private"]))
    return replace(sent, headers=(("upi-jws", value),), body=raw)


def with_jws(name: str, change: Callable[[str], str]) -> WireRequest:
    sent = vector(name)
    return replace(sent, headers=(("upi-jws", change(sent.header("upi-jws"))),))


def code_of(answer: WireResponse) -> tuple[str, str]:
    message = json.loads(answer.body)["msgResponse"]
    return message["responseCode"], message.get("errorDetail", "")


def refused(gateway: Gateway, sent: WireRequest) -> str:
    answer = gateway.send(sent)
    assert (answer.status, answer.body) == (401, UNAUTHORISED)
    return gateway.cause


def test_v1_is_answered_with_v2_byte_for_byte_and_signed_the_same(gateway: Gateway) -> None:
    gateway.clock.advance(1)
    answer = gateway.send(vector("V1"))

    assert answer.status == 200
    assert answer.body == VECTORS["V2"]["body"].encode()
    assert dict(answer.headers)["UPI-JWS"] == VECTORS["V2"]["jws"]


def test_v3_a_merchant_and_a_name_with_a_middle_dot(gateway: Gateway) -> None:
    assert code_of(gateway.send(vector("V3"))) == ("00", "")


def test_v4_the_twin_under_rfc_7797_is_refused_unless_a_switch_says_so(gateway: Gateway) -> None:
    assert refused(gateway, vector("V4")) == "unencoded_payload"

    gateway.tenant.set_switch("upi.accept_rfc7797", True)
    assert code_of(gateway.send(vector("V4"))) == ("00", "")


def test_v5_an_altered_tag_is_a_format_error(gateway: Gateway) -> None:
    assert code_of(gateway.send(vector("V5"))) == ("30", "encData")
    assert gateway.cause == "undecryptable"


def test_v6_the_typing_errors_of_the_published_example_are_refused(gateway: Gateway) -> None:
    assert refused(gateway, vector("V6")) == "crit_incomplete"


def test_d1_a_changed_order_id_breaks_the_signature(gateway: Gateway) -> None:
    sent = vector("V1")
    changed = replace(sent, body=sent.body.replace(b'001","scUsage', b'002","scUsage'))

    assert changed.body != sent.body
    assert refused(gateway, changed) == "body_altered"


@pytest.mark.parametrize(
    ("clock", "taken"),
    [
        pytest.param(1_735_689_900, True, id="D2: 300 s old"),
        pytest.param(1_735_689_901, False, id="D2: 301 s old"),
        pytest.param(1_735_689_300, True, id="D3: 300 s ahead"),
        pytest.param(1_735_689_299, False, id="D3: 301 s ahead"),
    ],
)
def test_d2_d3_the_window_is_five_minutes_either_way(gateway: Gateway, clock: int, *, taken: bool) -> None:
    gateway.clock.advance(clock - NOW)

    if taken:
        assert code_of(gateway.send(vector("V1"))) == ("00", "")
    else:
        assert refused(gateway, vector("V1")) == "outside_window"


def test_d4_a_signature_in_ordinary_base64_is_refused(gateway: Gateway) -> None:
    def ordinary(value: str) -> str:
        header, _, signature = value.rpartition(".")
        return f"{header}.{base64.b64encode(base64url.decode(signature)).decode()}"

    assert refused(gateway, with_jws("V1", ordinary)) == "not_base64url"


def test_d5_an_attached_payload_is_refused(gateway: Gateway) -> None:
    sent = vector("V1")
    attached = sent.header("upi-jws").replace("..", f".{base64url.encode(sent.body)}.")

    assert refused(gateway, replace(sent, headers=(("upi-jws", attached),), body=b"{}")) == "payload_attached"


def test_d6_the_same_call_twice_is_refused(gateway: Gateway) -> None:
    gateway.send(vector("V1"))

    assert refused(gateway, vector("V1")) == "uuid_repeated"


def test_d7_the_same_order_id_in_another_call_is_a_duplicate(gateway: Gateway) -> None:
    gateway.send(vector("V1"))

    assert code_of(gateway.send(resigned("V1"))) == ("94", "orderID")


def test_d8_another_served_path_is_refused(gateway: Gateway) -> None:
    gateway.tenant.set_switch("upi.experimental_operations", True)
    elsewhere = replace(vector("V1"), path="/uis/idverify/v1/idcardverification")

    assert refused(gateway, elsewhere) == "wrong_request_path"


def test_d9_a_body_printed_prettily_is_refused(gateway: Gateway) -> None:
    sent = vector("V1")

    assert refused(gateway, replace(sent, body=json.dumps(json.loads(sent.body), indent=2).encode())) in (
        "reserialised_body",
        "body_altered",
    )


def test_d10_the_public_key_as_a_secret_is_refused(gateway: Gateway) -> None:
    kid = VECTORS["V1"]["signed_with"]
    members: dict[str, Any] = {**json.loads(VECTORS["V1"]["header"]), "alg": "HS256"}
    header = base64url.encode(json.dumps(members).encode())
    secret = public_pem(load_private_key(DATA["keys"][kid]["private"])).encode()
    sent = vector("V1")
    mac = hmac.digest(secret, f"{header}.{base64url.encode(sent.body)}".encode(), sha256)

    assert refused(gateway, replace(sent, headers=(("upi-jws", f"{header}..{base64url.encode(mac)}"),))) == "wrong_alg"
