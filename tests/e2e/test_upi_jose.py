"""Clients made of nothing but a JOSE library, joserfc or jwcrypto, against the command as users start it.

Neither shares a line with our own signatures and encryption; both sign and encrypt requests and verify answers.
"""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, RemoteDisconnected
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

import pytest
from joserfc import jwe as joserfc_jwe
from joserfc import jws as joserfc_jws
from joserfc.jwk import RSAKey
from joserfc.registry import HeaderParameter
from jwcrypto import jwe as jwcrypto_jwe
from jwcrypto import jws as jwcrypto_jws
from jwcrypto.jwk import JWK

if TYPE_CHECKING:
    from tests.e2e.conftest import Running

# UPI asks for an encryption that the library rightly calls out of date.
pytestmark = pytest.mark.filterwarnings("ignore:JWE algorithm:joserfc.errors.SecurityWarning")

PAGE: Final = (Path(__file__).parents[2] / "docs" / "providers" / "upi.md").read_text("utf-8")
REQUEST_NAMES: Final = ("UPI-UUID", "UPI-TIMESTAMP", "UPI-APPID", "UPI-REQPATH")
ANSWER_NAMES: Final = REQUEST_NAMES[:3]
PIXEL: Final = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg=="
LARGEST: Final = base64.b64encode(b"\xff\xd8\xff".ljust(153_600, b"\x00")).decode()
PERSON: Final = {"customerNm": "林静怡", "certifID": "310115188503140620", "photo": PIXEL}


class Jose(Protocol):
    """What a library has to do."""

    def sign(self, header: Mapping[str, Any], body: bytes, private_key: str) -> str: ...

    def verify(self, value: str, body: bytes, public_key: str) -> Mapping[str, Any]: ...

    def encrypt(self, plaintext: bytes, public_key: str, kid: str) -> str: ...


class Joserfc:
    """As the library's own documentation has it, with UPI's header members made known."""

    class Signatures(joserfc_jws.JWSRegistry):
        max_header_length = 4096

    def __init__(self) -> None:
        names = {name: HeaderParameter(name, "str") for name in REQUEST_NAMES}
        self.signatures = self.Signatures(header_registry=names, algorithms=["RS256"], strict_check_header=False)
        self.encryption = joserfc_jwe.JWERegistry(algorithms=["RSA1_5", "A128CBC-HS256"])

    def sign(self, header: Mapping[str, Any], body: bytes, private_key: str) -> str:
        key = RSAKey.import_key(private_key)
        whole = joserfc_jws.serialize_compact(dict(header), body, key, registry=self.signatures)
        return joserfc_jws.detach_content(whole)

    def verify(self, value: str, body: bytes, public_key: str) -> Mapping[str, Any]:
        assert ".." in value
        key = RSAKey.import_key(public_key)
        found = joserfc_jws.deserialize_compact(value, key, registry=self.signatures, payload=body)
        return found.protected

    def encrypt(self, plaintext: bytes, public_key: str, kid: str) -> str:
        header = {"alg": "RSA1_5", "enc": "A128CBC-HS256", "kid": kid}
        return joserfc_jwe.encrypt_compact(header, plaintext, RSAKey.import_key(public_key), registry=self.encryption)


class Jwcrypto:
    """As the library's own documentation has it, with UPI's header members made known."""

    def sign(self, header: Mapping[str, Any], body: bytes, private_key: str) -> str:
        token = jwcrypto_jws.JWS(body, header_registry=self._names())
        token.add_signature(JWK.from_pem(private_key.encode()), protected=json.dumps(header))
        head, _, signature = token.serialize(compact=True).split(".")
        return f"{head}..{signature}"

    def verify(self, value: str, body: bytes, public_key: str) -> Mapping[str, Any]:
        token = jwcrypto_jws.JWS(header_registry=self._names())
        token.deserialize(value)
        token.verify(JWK.from_pem(public_key.encode()), detached_payload=body)
        found: Mapping[str, Any] = token.jose_header
        return found

    def encrypt(self, plaintext: bytes, public_key: str, kid: str) -> str:
        header = json.dumps({"alg": "RSA1_5", "enc": "A128CBC-HS256", "kid": kid})
        token = jwcrypto_jwe.JWE(plaintext, header, algs=["RSA1_5", "A128CBC-HS256"])
        token.add_recipient(JWK.from_pem(public_key.encode()))
        text: str = token.serialize(compact=True)
        return text

    @staticmethod
    def _names() -> dict[str, Any]:
        return {name: jwcrypto_jws.JWSEHeaderParameter(name, True, True, None) for name in REQUEST_NAMES}


LIBRARIES: Final[Mapping[str, Callable[[], Jose]]] = {"joserfc": Joserfc, "jwcrypto": Jwcrypto}


class Answer(NamedTuple):
    status: int
    jws: str | None
    body: bytes

    @property
    def message(self) -> Mapping[str, Any]:
        document = json.loads(self.body)
        found: Mapping[str, Any] = document.get("msgResponse") or document["MsgResponse"]
        return found

    @property
    def code(self) -> str:
        code: str = self.message["responseCode"]
        return code


class Participant:
    """A tenant of one's own, spoken for with one library."""

    def __init__(self, server: Running, jose: Jose, **switches: Any) -> None:
        self.server = server
        self.jose = jose
        made = server.admin("POST", "/tenants", {"switches": {f"upi.{name}": one for name, one in switches.items()}})
        self.name: str = made["tenant"]
        self.keys: dict[str, Any] = made["upi"]

    def document(self, inner: Mapping[str, Any] = PERSON, **changes: Any) -> dict[str, Any]:
        keys = self.keys
        plaintext = json.dumps(inner, ensure_ascii=False).encode()
        sound = {
            "memberIIN": keys["member_iin"],
            "memberName": "TEST MEMBER BANK",
            "tradeType": "ID0203",
            "encData": self.jose.encrypt(plaintext, keys["encryption_public_key"], keys["encryption_kid"]),
            "orderID": (keys["member_iin"] + uuid.uuid4().hex)[:35],
            "scUsageScenarios": "ACCOUNT OPENING",
            "scUsePurpose": "KYC IDENTITY CHECK",
            "protocolVerNm": "E-CONSENT V1.0.0",
            "serialNm": "00000020250101",
        }
        return {**sound, **changes}

    def header(self, **changes: Any) -> dict[str, Any]:
        return {
            "alg": "RS256",
            "kid": self.keys["signing_kid"],
            "crit": list(REQUEST_NAMES),
            "UPI-UUID": uuid.uuid4().hex,
            "UPI-TIMESTAMP": str(int(time.time())),
            "UPI-APPID": self.keys["app_id"],
            "UPI-REQPATH": self.keys["path"],
            **changes,
        }

    def send(
        self, body: bytes, value: str, *, prefix: str = "/upi", chunked: bool = False, name: str = "UPI-JWS"
    ) -> Answer:
        connection = HTTPConnection(*self.server.address, timeout=30)
        headers = {"Content-Type": "application/json;charset=UTF-8", name: value}
        sent: Any = iter([body[:1000], body[1000:]]) if chunked else body
        connection.request("POST", prefix + self.keys["path"], sent, headers, encode_chunked=chunked)
        answer = connection.getresponse()
        found = Answer(answer.status, answer.getheader("UPI-JWS"), answer.read())
        connection.close()
        return found

    def ask(self, document: Mapping[str, Any] | None = None, **how: Any) -> Answer:
        """Send, see that a 200 is signed for this very request, and return the answer."""
        body = json.dumps(self.document() if document is None else document).encode()
        header = self.header()
        answer = self.send(body, self.jose.sign(header, body, self.keys["signing_private_key"]), **how)
        assert answer.status == 200, answer
        assert answer.jws is not None
        protected = self.jose.verify(answer.jws, answer.body, self.keys["response_signing_public_key"])
        assert protected == {
            "alg": "RS256",
            "kid": self.keys["response_signing_kid"],
            "crit": list(ANSWER_NAMES),
            "UPI-UUID": header["UPI-UUID"],
            "UPI-TIMESTAMP": protected["UPI-TIMESTAMP"],
            "UPI-APPID": self.keys["app_id"],
        }
        assert abs(int(protected["UPI-TIMESTAMP"]) - time.time()) < 60
        return answer


@pytest.fixture(params=LIBRARIES)
def jose(request: pytest.FixtureRequest) -> Jose:
    return LIBRARIES[request.param]()


@pytest.fixture
def participant(live: Running, jose: Jose) -> Participant:
    return Participant(live, jose)


def test_a_person_on_file_is_confirmed_with_a_score(participant: Participant) -> None:
    answer = participant.ask()

    assert json.loads(answer.body) == {
        "confidence": "92",
        "msgResponse": {"responseCode": "00", "responseMsg": "Approved"},
    }


@pytest.mark.parametrize("prefix", ["", "/upi"])
@pytest.mark.parametrize("chunked", [False, True])
def test_the_largest_photo_arrives_however_it_is_sent(participant: Participant, prefix: str, *, chunked: bool) -> None:
    document = participant.document({**PERSON, "photo": LARGEST})

    assert participant.ask(document, prefix=prefix, chunked=chunked).code == "00"


@pytest.mark.parametrize("name", ["upi-jws", "Upi-Jws"])
def test_the_header_may_be_written_in_any_case(participant: Participant, name: str) -> None:
    assert participant.ask(name=name).code == "00"


def test_findings_and_format_errors_are_signed_too(participant: Participant) -> None:
    mismatch = participant.ask(participant.document({**PERSON, "customerNm": "赵国栋"}))
    merchant = participant.ask(participant.document(mcc="6012"))
    shut = participant.ask(participant.document(encData="a.b.c.d.e"))

    assert mismatch.message["errorDetail"] == "name and ID number inconsistent"
    assert merchant.message["errorDetail"] == "merchantID missing"
    assert shut.message["errorDetail"] == "encData"


def test_every_security_failure_looks_the_same(participant: Participant) -> None:
    body = json.dumps(participant.document()).encode()
    key = participant.keys["signing_private_key"]
    good = participant.jose.sign(participant.header(), body, key)
    answers = {
        participant.send(body, ""),
        participant.send(body + b"\n", good),
        participant.send(body, participant.jose.sign(participant.header(**{"UPI-TIMESTAMP": "1"}), body, key)),
        participant.send(body, participant.jose.sign(participant.header(**{"UPI-REQPATH": "/"}), body, key)),
        participant.send(body, participant.jose.sign(participant.header(kid="1"), body, key)),
        participant.send(body, good[:-2] + ("AA" if good[-2:] != "AA" else "BA")),
    }

    assert answers == {
        Answer(401, None, b'{"MsgResponse":{"responseCode":"E0","responseMsg":"Unauthorized access"}}'),
    }


def test_the_same_call_twice_is_refused(participant: Participant) -> None:
    body = json.dumps(participant.document()).encode()
    value = participant.jose.sign(participant.header(), body, participant.keys["signing_private_key"])

    assert [participant.send(body, value).status for _ in range(2)] == [200, 401]


def test_an_answer_that_was_tampered_with_is_noticed_by_the_library(live: Running, jose: Jose) -> None:
    participant = Participant(live, jose, response_signature_fault="tampered_body")
    body = json.dumps(participant.document()).encode()
    value = participant.jose.sign(participant.header(), body, participant.keys["signing_private_key"])
    answer = participant.send(body, value)

    assert (answer.status, answer.code) == (200, "00")
    assert answer.jws is not None
    with pytest.raises(Exception, match=r"(?i)signature"):
        jose.verify(answer.jws, answer.body, participant.keys["response_signing_public_key"])


def test_a_rollover_of_every_certificate(participant: Participant) -> None:
    server, keys = participant.server, participant.keys
    own = JWK.generate(kty="RSA", size=2048)
    public = own.export_to_pem().decode()
    server.admin("PUT", f"/keys/mine?tenant={participant.name}", {"use": "signing", "public_key": public})
    for use in ("encryption", "response_signing"):
        server.admin("PUT", f"/keys/{use}-2?tenant={participant.name}", {"use": use})
        server.admin("PUT", f"/keys/{keys[f'{use}_kid']}?tenant={participant.name}", {"use": use, "state": "revoked"})
    assert participant.send(b"{}", "").status == 401

    participant.keys = {**keys, **server.admin("GET", f"/credentials?tenant={participant.name}")["upi"]}
    participant.keys["signing_private_key"] = own.export_to_pem(private_key=True, password=None).decode()
    assert participant.keys["signing_kid"] == "mine"
    assert participant.ask().code == "00"


def test_of_two_calls_at_once_with_one_order_id_one_is_answered(participant: Participant) -> None:
    order = uuid.uuid4().hex.rjust(35, "0")
    documents = [participant.document(orderID=order) for _ in range(2)]
    with ThreadPoolExecutor(2) as pool:
        codes = sorted(answer.code for answer in pool.map(participant.ask, documents))

    assert codes == ["00", "94"]


def test_a_session_that_takes_too_long_is_closed_by_the_server(live: Running, jose: Jose) -> None:
    participant = Participant(live, jose, session_seconds=1)
    rule = {"provider": "upi", "operation": "ID_CARD_PHOTO_VERIFICATION", "then": {"delay": 30}}
    live.admin("POST", f"/rules?tenant={participant.name}", rule)
    began = time.monotonic()
    with pytest.raises(RemoteDisconnected):
        participant.ask()

    assert 0.9 < time.monotonic() - began < 10


def test_the_true_cause_is_found_by_the_uuid(participant: Participant) -> None:
    body = json.dumps(participant.document()).encode()
    header = participant.header(**{"UPI-REQPATH": "/elsewhere"})
    participant.send(body, participant.jose.sign(header, body, participant.keys["signing_private_key"]))
    told = participant.server.admin("GET", f"/explain/{header['UPI-UUID']}?tenant={participant.name}")

    assert told["refused_at"] == "request_path"
    assert told["signature"]["received"] == "/elsewhere"
    assert told["answer"]["code"] == "E0"


def test_the_page_s_first_call_works_as_it_stands(live: Running) -> None:
    (block,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    authority = live.authority
    done = subprocess.run(
        [sys.executable, "-c", block.replace("127.0.0.1:8080", authority)],
        env={
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "NO_PROXY": f"127.0.0.1,{authority}",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.stdout, done.stderr) == ("MATCH\n", "")
