"""The security checks: what passes, what does not, and that all of the latter look alike from outside."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from kyc_core.signing import base64url, upi_jws
from kyc_core.strict_json import write
from simulator.clock import FixedClock
from simulator.keys import State, Use
from simulator.wire import WireRequest

if TYPE_CHECKING:
    from tests.unit.simulator.providers.upi.conftest import Client

FOUR = ["UPI-UUID", "UPI-TIMESTAMP", "UPI-APPID", "UPI-REQPATH"]
STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def values(request: WireRequest, *jws: str) -> WireRequest:
    """The same request with these ``UPI-JWS`` headers and no others."""
    others = tuple((name, value) for name, value in request.headers if name != "upi-jws")
    return replace(request, headers=(*others, *(("upi-jws", value) for value in jws)))


def members(client: Client, **changes: Any) -> bytes:
    """A protected header with members changed (``UPI_UUID``); ``None`` leaves one out."""
    header: dict[str, Any] = json.loads(client.header())
    header |= {name.replace("_", "-"): value for name, value in changes.items()}
    return write({name: value for name, value in header.items() if value is not None})


def signed(client: Client, header: bytes, body: bytes | None = None) -> WireRequest:
    """A request whose signature fits this very protected header."""
    raw = write(client.document()) if body is None else body
    return client.request(raw, jws=client.sign(raw, header))


def test_a_sound_request_passes_every_security_check(client: Client) -> None:
    assert client.told() == ("00", "")
    assert client.step("certificate") == {"kid": client.keys["signing_kid"]}


def test_an_id_that_is_not_of_digits_is_taken_with_a_remark(client: Client) -> None:
    ring = client.tenant.keys["upi"]
    own = ring.find(client.keys["signing_kid"])
    assert own is not None
    ring.put(replace(own, kid="mine"))

    assert client.told(client.request(kid="mine")) == ("00", "")
    assert client.step("certificate") == {"kid": "mine", "remark": "UPI's own ids are of 1 to 32 digits"}


def test_nothing_but_the_operation_is_served(client: Client) -> None:
    answer = client.send(client.request(path="/uis/idverify/v1/other"))

    assert (answer.status, answer.body) == (404, b"Not Found\n")
    assert dict(answer.headers) == {"Content-Type": "text/plain;charset=UTF-8"}
    assert client.tenant.ledger.entries() == []


@pytest.mark.parametrize("method", ["GET", "PUT", "post"])
def test_only_post_is_taken(client: Client, method: str) -> None:
    answer = client.send(client.request(method=method))

    assert (answer.status, dict(answer.headers)["Allow"]) == (405, "POST")


def test_the_gateway_may_decline_what_is_not_served_like_everything_else(client: Client) -> None:
    client.choose(unknown_path="unauthorized")

    for request in (client.request(path="/uis/idverify/v1/other"), client.request(method="GET")):
        assert client.send(request).status == 401


def test_a_body_of_half_a_mebibyte_is_read_and_a_longer_one_is_not(client: Client) -> None:
    assert client.told(client.request(b" " * 524_288)) == ("30", "body")

    answer = client.send(client.request(b" " * 524_289))
    assert (answer.status, answer.body) == (413, b"Content Too Large\n")


def test_the_operation_may_be_served_elsewhere(client: Client) -> None:
    client.choose(path="/uis/v2/photo")

    assert client.told(client.request(path="/uis/v2/photo", request_path="/uis/v2/photo")) == ("00", "")
    assert client.send(client.request()).status == 404


def test_behind_its_mount_the_operation_has_the_same_suffix(client: Client) -> None:
    assert client.told(client.request(path=f"/upi{client.keys['path']}")) == ("00", "")


ABSENT: Mapping[str, tuple[Callable[[Client], tuple[str, ...]], str]] = {
    "none": (lambda _: (), "absent"),
    "empty": (lambda _: ("",), "absent"),
    "two": (lambda client: (client.sign(b"{}"), client.sign(b"{}")), "repeated"),
    "long": (lambda _: ("a" * 8193,), "too_long"),
    "quoted": (lambda client: (f'"{client.sign(b"{}")}"',), "quoted"),
    "one part": (lambda _: ("abc",), "not_three_parts"),
    "five parts": (lambda _: ("a..b.c.d",), "not_three_parts"),
    "not ASCII": (lambda _: ("张..AA",), "not_base64url"),
}


@pytest.mark.parametrize("case", ABSENT)
def test_a_header_that_is_no_detached_signature_is_refused(client: Client, case: str) -> None:
    made, cause = ABSENT[case]

    assert client.cause(values(client.request(), *made(client))) == cause


def test_an_attached_payload_is_refused_though_its_signature_fits(client: Client) -> None:
    body = write(client.document())
    header, _, signature = client.sign(body).split(".")
    attached = f"{header}.{base64url.encode(body)}.{signature}"

    assert client.cause(values(client.request(b"{}"), attached)) == "payload_attached"


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda part: part + "==", id="padded"),
        pytest.param(lambda part: base64.b64encode(base64url.decode(part)).decode(), id="ordinary Base64"),
        pytest.param(lambda part: part[:-1] + chr(ord(part[-1]) + 1), id="trailing bits"),
        pytest.param(lambda part: part + "AAA", id="a length of no bytes"),
        pytest.param(lambda part: part + "\n", id="line break"),
    ],
)
def test_a_signature_has_one_spelling(client: Client, spoil: Callable[[str], str]) -> None:
    body = write(client.document())
    header, _, signature = client.sign(body).rpartition("..")
    # An RSA signature of 256 bytes leaves four bits over; its last character is one of A, Q, g and w.

    assert client.cause(client.request(body, jws=f"{header}..{spoil(signature)}")) == "not_base64url"


CRIT: Mapping[str, tuple[object, str]] = {
    "missing": (None, "crit_absent"),
    "empty": ([], "crit_malformed"),
    "no list": ("UPI-UUID", "crit_malformed"),
    "a number in it": ([*FOUR, 1], "crit_malformed"),
    "one name missing": (FOUR[:3], "crit_incomplete"),
    "twice": ([*FOUR, "UPI-UUID"], "crit_repeated"),
    "exp": ([*FOUR, "exp"], "crit_unknown"),
    "b64": ([*FOUR, "b64"], "crit_unknown"),
    "blanks": ([f" {name}" for name in FOUR], "crit_incomplete"),
}


@pytest.mark.parametrize("case", CRIT)
def test_crit_lists_the_four_members_and_nothing_else(client: Client, case: str) -> None:
    listed, cause = CRIT[case]

    assert client.cause(signed(client, members(client, crit=listed))) == cause


def test_the_order_of_crit_and_of_the_members_is_free(client: Client) -> None:
    header = json.loads(members(client, crit=FOUR[::-1]))

    assert client.told(signed(client, write(dict(reversed(header.items()))))) == ("00", "")


def test_members_that_nobody_calls_critical_are_ignored(client: Client) -> None:
    assert client.told(signed(client, members(client, typ="JOSE", x_future={"a": 1}))) == ("00", "")


MEMBERS: Mapping[str, tuple[Mapping[str, object], str]] = {
    "timestamp as a number": ({"UPI_TIMESTAMP": 1_735_689_600}, "member_type"),
    "timestamp in milliseconds": ({"UPI_TIMESTAMP": "1735689600000"}, "outside_window"),
    "timestamp negative": ({"UPI_TIMESTAMP": "-1735689600"}, "timestamp_shape"),
    "timestamp with blanks": ({"UPI_TIMESTAMP": " 1735689600 "}, "timestamp_shape"),
    "timestamp in other digits": ({"UPI_TIMESTAMP": "１７３５６８９６００"}, "timestamp_shape"),
    "timestamp missing": ({"UPI_TIMESTAMP": None}, "member_absent"),
    "uuid too short": ({"UPI_UUID": "5ba10d46"}, "uuid_shape"),
    "uuid empty": ({"UPI_UUID": ""}, "member_absent"),
    "uuid null": ({"UPI_UUID": [1]}, "member_type"),
    "app id unknown": ({"UPI_APPID": "12345678"}, "unknown_app_id"),
    "app id with a blank": ({"UPI_APPID": " 00000000"}, "unknown_app_id"),
    "app id as a number": ({"UPI_APPID": 0}, "member_type"),
    "kid unknown": ({"kid": "20250101000001"}, "unknown_kid"),
    "kid with a blank": ({"kid": " 00000000000001"}, "unknown_kid"),
    "kid missing": ({"kid": None}, "member_absent"),
    "kid of an encryption certificate": ({"kid": "00000000000002"}, "kid_of_another"),
    "kid of UPI's own": ({"kid": "00000000000003"}, "kid_of_another"),
    "alg none": ({"alg": "none"}, "wrong_alg"),
    "alg PS256": ({"alg": "PS256"}, "wrong_alg"),
    "alg missing": ({"alg": None}, "wrong_alg"),
    "b64 false": ({"b64": False}, "unencoded_payload"),
}


@pytest.mark.parametrize("case", MEMBERS)
def test_a_member_of_the_wrong_kind_is_refused(client: Client, case: str) -> None:
    changes, cause = MEMBERS[case]

    assert client.cause(signed(client, members(client, **changes))) == cause


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(b'{"alg":"RS256","alg":"RS256"}', id="a member twice"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b"{", id="unfinished"),
        pytest.param(b"\xff", id="not UTF-8"),
        pytest.param(b'\xef\xbb\xbf{"alg":"RS256"}', id="a byte order mark"),
    ],
)
def test_a_header_is_one_json_object(client: Client, header: bytes) -> None:
    body = b"{}"

    assert client.cause(client.request(body, jws=client.sign(body, header))) == "header_not_json"


@pytest.mark.parametrize(
    "path",
    [
        "https://apigateway.unionpayintl.com{}",
        "{}?a=1",
        "{}/",
        "/upi{}",
        "{}%20",
        "/uis/idverify/v1/IDCardPhotoVerification",
        "/uis/idverify/v1/%69dcardphotoverification",
    ],
)
def test_the_signed_path_is_that_of_the_request_to_the_letter(client: Client, path: str) -> None:
    signed_path = path.format(client.keys["path"])

    assert client.cause(client.request(request_path=signed_path)) == "wrong_request_path"


@pytest.mark.parametrize("skew", [-300, -299, 0, 299, 300])
def test_a_timestamp_within_five_minutes_is_taken(client: Client, skew: int) -> None:
    assert client.told(client.request(timestamp=client.now + skew)) == ("00", "")


@pytest.mark.parametrize("skew", [-301, 301, -86_400])
def test_a_timestamp_beyond_five_minutes_is_refused(client: Client, skew: int) -> None:
    assert client.cause(client.request(timestamp=client.now + skew)) == "outside_window"


def test_the_window_may_be_another(client: Client) -> None:
    client.choose(timestamp_window_s=10)

    assert client.told(client.request(timestamp=client.now - 10)) == ("00", "")
    assert client.cause(client.request(timestamp=client.now - 11)) == "outside_window"


def test_the_window_follows_the_clock_of_the_participant(client: Client) -> None:
    request = client.request()
    client.tenant.clock.advance(301)

    assert client.cause(request) == "outside_window"
    assert client.told() == ("00", "")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda body: body + b"\n", id="line break added"),
        pytest.param(lambda body: b"\xef\xbb\xbf" + body, id="byte order mark added"),
        pytest.param(lambda body: json.dumps(json.loads(body), indent=2).encode(), id="printed prettily"),
        pytest.param(lambda body: body.replace(b"ACCOUNT", b"ACCOUNT "), id="one character more"),
        pytest.param(lambda _: b"", id="dropped"),
    ],
)
def test_a_body_changed_on_the_way_is_refused(client: Client, change: Callable[[bytes], bytes]) -> None:
    request = client.request()

    assert client.cause(replace(request, body=change(request.body))) in {"reserialised_body", "body_altered"}


def test_a_signature_of_another_key_is_refused_and_named(client: Client) -> None:
    body = write(client.document())
    value = upi_jws.sign(client.header(), body, private_key=STRANGER)

    assert client.cause(client.request(body, jws=value)) == "wrong_key"
    shown = client.step("signature")
    assert shown["detail"] == "made with another private key, or damaged"
    assert "PRIVATE" not in json.dumps(shown)


def test_the_public_key_is_no_secret_to_sign_with(client: Client) -> None:
    body = write(client.document())
    header = members(client, alg="HS256")
    ring = client.tenant.keys["upi"].find(client.keys["signing_kid"])
    assert ring is not None
    text = upi_jws.signing_input(base64url.encode(header), body)
    mac = hmac.digest(ring.public_key.encode(), text, sha256)

    assert client.cause(client.request(body, jws=f"{base64url.encode(header)}..{base64url.encode(mac)}")) == "wrong_alg"


def test_the_unencoded_form_is_understood_where_a_switch_says_so(client: Client) -> None:
    body = write(client.document())
    request = client.request(body, jws=client.sign(body, encoded=False))
    assert client.cause(request) == "unencoded_payload"

    client.choose(accept_rfc7797=True)
    assert client.told(client.request(body, jws=client.sign(body, encoded=False))) == ("00", "")


def test_quotes_and_an_ordinary_signature_are_tolerated_where_switches_say_so(client: Client) -> None:
    client.choose(tolerate_quoted_jws=True, tolerate_std_base64_signature=True)
    body = write(client.document())
    header, _, signature = client.sign(body).rpartition("..")
    ordinary = base64.b64encode(base64url.decode(signature)).decode()

    assert client.told(client.request(body, jws=f'"{header}..{ordinary}"')) == ("00", "")


def test_a_gateway_that_writes_json_anew_refuses_a_bare_slash(client: Client) -> None:
    client.choose(gateway_reserialises=True)
    bare = write(client.document(memberName="A/B BANK"))

    assert client.cause(client.request(bare)) == "wrong_signature"
    assert client.told(client.request(bare.replace(b"A/B", b"A\\/B"))) == ("00", "")


def test_the_one_answer_may_have_its_member_in_small_letters(client: Client) -> None:
    client.choose(unauthorized_key="msgResponse")

    answer = client.send(client.request(timestamp=0))
    assert answer.body == b'{"msgResponse":{"responseCode":"E0","responseMsg":"Unauthorized access"}}'


def test_the_one_answer_may_be_signed_where_it_is_known_for_whom(client: Client) -> None:
    client.choose(sign_error_responses=True)
    known = client.send(client.request(timestamp=0, uuid="5ba10d46d5d148dfbcc2119c08e01015"))
    unreadable = client.send(values(client.request(), "a..b"))
    unsound = client.send(signed(client, members(client, alg="none")))

    upi_jws.verify_response(
        dict(known.headers)["UPI-JWS"],
        known.body,
        public_key=client.response_key,
        kid=client.keys["response_signing_kid"],
        uuid="5ba10d46d5d148dfbcc2119c08e01015",
        app_id=client.keys["app_id"],
        now=client.now,
    )
    assert "UPI-JWS" not in dict(unreadable.headers)
    assert "UPI-JWS" not in dict(unsound.headers)


def test_a_uuid_is_used_once_in_whatever_spelling(client: Client) -> None:
    first = "5ba10d46d5d148dfbcc2119c08e0101A"
    assert client.told(client.request(uuid=first)) == ("00", "")

    for again in (first, first.lower(), first.upper(), "5ba10d46-d5d1-48df-bcc2-119c08e0101a"):
        assert client.cause(client.request(uuid=again)) == "uuid_repeated"


def test_hyphens_in_a_uuid_are_refused_where_a_switch_says_so(client: Client) -> None:
    client.choose(hyphenated_uuid=False)

    assert client.cause(client.request(uuid="5ba10d46-d5d1-48df-bcc2-119c08e0101a")) == "uuid_shape"


def test_a_uuid_is_used_up_by_its_owner_alone(client: Client) -> None:
    uuid = "5ba10d46d5d148dfbcc2119c08e01015"
    body = write(client.document())
    forged = upi_jws.sign(client.header(uuid=uuid), body, private_key=STRANGER)

    assert client.cause(client.request(body, jws=forged)) == "wrong_key"
    assert client.told(client.request(uuid=uuid)) == ("00", "")


def test_two_participants_may_use_the_same_uuid(client: Client) -> None:
    uuid = "5ba10d46d5d148dfbcc2119c08e01015"
    further(client, "39990061")

    assert client.told(client.request(uuid=uuid)) == ("00", "")
    assert client.send(client.request(uuid=uuid, app_id="39990061")).status == 200
    assert client.cause(client.request(uuid=uuid, app_id="39990061")) == "uuid_repeated"


def further(client: Client, app_id: str) -> None:
    """Let the client's certificate belong to one more participant."""
    ring = client.tenant.keys["upi"]
    own = ring.find(client.keys["signing_kid"])
    assert own is not None
    assert client.services.tenants.claim("upi", app_id, client.tenant)
    ring.put(replace(own, parties=(*own.parties, app_id)))


@pytest.mark.parametrize(
    ("later", "remembered"),
    [
        # 2025-01-01T00:00:00Z is eight in the morning in Beijing: sixteen hours are left of the day.
        pytest.param(16 * 3600 - 1, True, id="before midnight in Beijing"),
        pytest.param(16 * 3600, False, id="at midnight in Beijing"),
    ],
)
def test_a_uuid_is_remembered_for_the_day_in_beijing(client: Client, later: int, *, remembered: bool) -> None:
    uuid = "5ba10d46d5d148dfbcc2119c08e01015"
    client.told(client.request(uuid=uuid))
    client.tenant.clock.advance(later)

    if remembered:
        assert client.cause(client.request(uuid=uuid)) == "uuid_repeated"
    else:
        assert client.told(client.request(uuid=uuid)) == ("00", "")


def test_past_midnight_a_uuid_is_remembered_as_long_as_its_timestamp_may_be_sent(client: Client) -> None:
    uuid = "5ba10d46d5d148dfbcc2119c08e01015"
    client.tenant.clock.advance(16 * 3600 - 10)
    client.told(client.request(uuid=uuid))
    client.tenant.clock.advance(600 - 1)
    assert client.cause(client.request(uuid=uuid)) == "uuid_repeated"

    client.tenant.clock.advance(1)
    assert client.told(client.request(uuid=uuid)) == ("00", "")


def test_a_revoked_certificate_signs_nothing(client: Client) -> None:
    ring = client.tenant.keys["upi"]
    own = ring.find(client.keys["signing_kid"])
    assert own is not None
    ring.put(replace(own, state=State.REVOKED))

    assert client.cause(client.request()) == "kid_inactive"


def test_a_certificate_of_another_participant_of_the_tenant_is_refused(client: Client) -> None:
    further(client, "39990061")
    ring = client.tenant.keys["upi"]
    own = ring.find(client.keys["signing_kid"])
    assert own is not None
    ring.put(replace(own, parties=("39990061",)))

    assert client.cause(client.request()) == "kid_of_another"
    assert client.step("certificate")["expected"] == "['39990061']"


def test_a_key_of_another_tenant_is_not_known_here(client: Client, make_client: Callable[[], Client]) -> None:
    other = make_client()

    assert client.cause(client.request(kid=other.keys["signing_kid"])) == "unknown_kid"
    assert other.told() == ("00", "")


def test_a_signing_rollover_overlaps(client: Client) -> None:
    ring = client.tenant.keys["upi"]
    old = client.request()
    own = ring.find(client.keys["signing_kid"])
    assert own is not None
    ring.put(replace(own, kid="20260101"))

    assert client.told(old) == ("00", "")
    assert client.told(client.request(kid="20260101")) == ("00", "")
    ring.put(replace(own, state=State.REVOKED))
    assert client.cause(client.request()) == "kid_inactive"
    assert client.told(client.request(kid="20260101")) == ("00", "")
    newest = ring.current(Use.SIGNING)
    assert newest is not None
    assert newest.kid == "20260101"


def test_every_security_failure_has_the_same_answer_byte_for_byte(client: Client) -> None:
    body = write(client.document())
    used = client.request()
    client.send(used)
    requests = [
        values(client.request()),
        values(client.request(), "", ""),
        values(client.request(), "a..b"),
        signed(client, b"[]"),
        signed(client, members(client, alg="none")),
        signed(client, members(client, crit=FOUR[:3])),
        client.request(app_id="12345678"),
        client.request(kid="20250101000001"),
        client.request(kid="00000000000002"),
        client.request(request_path="/other"),
        client.request(timestamp=0),
        client.request(body, jws=upi_jws.sign(client.header(), body, private_key=STRANGER)),
        replace(client.request(), body=b"{}"),
        used,
    ]
    answers = [client.send(request) for request in requests]

    assert {(answer.status, answer.headers, answer.body) for answer in answers} == {
        (
            401,
            (("Content-Type", "application/json;charset=UTF-8"),),
            b'{"MsgResponse":{"responseCode":"E0","responseMsg":"Unauthorized access"}}',
        )
    }
    # Five of them name nobody, and stand in the lobby.
    assert client.tenant.ledger.totals()["upi"]["ID_CARD_PHOTO_VERIFICATION"] == {"charged": 1, "free": 9}


def test_a_call_that_names_nobody_stands_in_the_lobby(client: Client, clock: FixedClock) -> None:
    clock.advance(1)
    client.cause(client.request(app_id="12345678"))
    lobby = client.services.tenants.lobby.journal.entries()

    assert [entry["steps"][-1][0] for entry in lobby] == ["participant"]
    assert client.tenant.journal.entries() == []
    assert lobby[0]["steps"][-1][2] == {
        "cause": "unknown_app_id",
        "detail": "no participant has this id",
        "member": "UPI-APPID",
        "received": "12345678",
    }


def test_a_call_is_found_by_its_uuid_and_one_without_by_an_id_of_ours(client: Client) -> None:
    uuid = "5BA10D46D5D148DFBCC2119C08E01015"
    client.send(client.request(uuid=uuid, timestamp=0))
    assert client.tenant.journal.find(uuid.lower()) is not None

    client.send(signed(client, members(client, alg="none")))
    assert len(client.tenant.journal.entries(limit=1)[-1]["request_id"]) == 36
