"""What the Information Service checks before anybody is asked: the body, its members, and what is encrypted in it."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from kyc_core.signing import base64url, upi_jwe
from kyc_core.strict_json import write
from simulator.keys import State, Use

if TYPE_CHECKING:
    from tests.unit.simulator.providers.upi.conftest import Client

OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
FINE = ("00", "")
ENC_DATA = ("30", "encData")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"null", id="null"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'"text"', id="a text"),
        pytest.param(b"{", id="unfinished"),
        pytest.param(b'{"a":1,}', id="trailing comma"),
        pytest.param(b'{"a":1,"a":1}', id="a member twice"),
        pytest.param(b'{"a":NaN}', id="no number"),
        pytest.param(b'{"a":"\x01"}', id="raw control character"),
        pytest.param("{}".encode("utf-16"), id="UTF-16"),
        pytest.param(b"\xef\xbb\xbf{}", id="byte order mark"),
        pytest.param(b"[" * 200_000, id="deeper than can be read"),
        pytest.param(b"%PDF-1.7", id="no JSON"),
    ],
)
def test_a_body_is_one_json_object(client: Client, body: bytes) -> None:
    assert client.told(client.request(body)) == ("30", "body")


def test_a_packed_body_is_signed_as_it_is_and_read_where_a_switch_says_so(client: Client) -> None:
    def packed() -> Any:
        raw = gzip.compress(write(client.document()))
        return client.request(raw, headers=(("content-encoding", "gzip"),))

    assert client.told(packed()) == ("30", "body")
    client.choose(accept_gzip=True)
    assert client.told(packed()) == FINE
    assert client.told() == FINE


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"{}", id="not packed"),
        pytest.param(gzip.compress(b"{}")[:-1], id="unfinished"),
        pytest.param(gzip.compress(b"{}") + b"{}", id="something behind it"),
        pytest.param(gzip.compress(b" " * 524_289), id="a bomb"),
    ],
)
def test_a_packed_body_that_cannot_be_unpacked_is_refused(client: Client, raw: bytes) -> None:
    client.choose(accept_gzip=True)

    assert client.told(client.request(raw, headers=(("content-encoding", "gzip"),))) == ("30", "body")


MANDATORY = [
    "memberIIN", "memberName", "tradeType", "encData", "orderID", "scUsageScenarios", "scUsePurpose", "protocolVerNm",
    "serialNm",
]  # fmt: skip


@pytest.mark.parametrize("name", MANDATORY)
def test_an_absent_or_empty_member_is_missing(client: Client, name: str) -> None:
    for absent in (None, ""):
        changes: dict[str, Any] = {name: absent}
        assert client.told(client.request(client.document(**changes))) == ("30", f"{name} missing")


def test_what_is_missing_is_said_before_what_is_wrong_and_in_the_order_of_the_table(client: Client) -> None:
    assert client.asked(memberIIN="1", serialNm=None) == ("30", "serialNm missing")
    assert client.asked(memberIIN="1", memberName=1, serialNm="1") == ("30", "memberIIN length")
    assert client.told(client.request(b"{}")) == ("30", "memberIIN missing")


TEXTS: Mapping[str, tuple[Mapping[str, Any], tuple[str, str]]] = {
    "orderID of 34": ({"orderID": "0" * 34}, ("30", "orderID length")),
    "orderID of 35": ({"orderID": "0" * 35}, FINE),
    "orderID of 36": ({"orderID": "0" * 36}, ("30", "orderID length")),
    "orderID with a letter of its own": ({"orderID": "é" + "0" * 34}, ("30", "orderID charset")),
    "orderID with punctuation": ({"orderID": "~ !" + "0" * 32}, FINE),
    "orderID with a line break": ({"orderID": "0" * 34 + "\n"}, ("30", "orderID charset")),
    "memberIIN with letters": ({"memberIIN": "A999006z"}, FINE),
    "memberIIN of 7": ({"memberIIN": "3999006"}, ("30", "memberIIN length")),
    "memberIIN with a hyphen": ({"memberIIN": "3999-061"}, ("30", "memberIIN charset")),
    "memberIIN in other digits": ({"memberIIN": "３９９９００６１"}, ("30", "memberIIN charset")),
    "memberName of 40": ({"memberName": "B" * 40}, FINE),
    "memberName of 41": ({"memberName": "B" * 41}, ("30", "memberName length")),
    "memberName in Chinese": ({"memberName": "银行"}, ("30", "memberName charset")),
    "scUsageScenarios of 1": ({"scUsageScenarios": "A"}, ("30", "scUsageScenarios length")),
    "scUsageScenarios of 2": ({"scUsageScenarios": "AB"}, FINE),
    "scUsageScenarios of 40": ({"scUsageScenarios": "A" * 40}, FINE),
    "scUsageScenarios of 41": ({"scUsageScenarios": "A" * 41}, ("30", "scUsageScenarios length")),
    "scUsePurpose of 128": ({"scUsePurpose": "A" * 128}, FINE),
    "scUsePurpose of 129": ({"scUsePurpose": "A" * 129}, ("30", "scUsePurpose length")),
    "protocolVerNm of 1": ({"protocolVerNm": "1"}, ("30", "protocolVerNm length")),
    "serialNm of 13": ({"serialNm": "0" * 13}, ("30", "serialNm length")),
    "serialNm of 14": ({"serialNm": "0" * 14}, FINE),
    "serialNm of 64": ({"serialNm": "a" * 64}, FINE),
    "serialNm of 65": ({"serialNm": "a" * 65}, ("30", "serialNm length")),
    "serialNm with a hyphen": ({"serialNm": "AGR-20250101-42"}, ("30", "serialNm charset")),
    "a number": ({"orderID": int("1" * 35)}, ("30", "orderID type")),
    "null": ({"extra": 1, "serialNm": ["0" * 14]}, ("30", "serialNm type")),
    "tradeType in small letters": ({"tradeType": "id0203"}, ("12", "tradeType")),
    "tradeType of a sibling": ({"tradeType": "ID0201"}, ("12", "tradeType")),
    "tradeType in digits": ({"tradeType": "020300"}, ("12", "tradeType")),
    "tradeType of 5": ({"tradeType": "ID020"}, ("30", "tradeType length")),
    "tradeType with a blank": ({"tradeType": "ID020 "}, ("30", "tradeType charset")),
    "tradeType as a number": ({"tradeType": 203}, ("30", "tradeType type")),
    "unknown members": ({"x_future_field": {"a": [1]}, "MEMBERIIN": 1}, FINE),
}


@pytest.mark.parametrize("case", TEXTS)
def test_a_member_is_of_its_type_and_length(client: Client, case: str) -> None:
    changes, expected = TEXTS[case]

    assert client.asked(**changes) == expected


def test_null_is_no_text(client: Client) -> None:
    body = write({**client.document(), "serialNm": None})

    assert client.told(client.request(body)) == ("30", "serialNm type")


TRIO: Mapping[str, Any] = {"merchantID": "701034453110010", "merchantName": "TEST MERCHANT", "mcc": "6012"}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({}, FINE, id="none"),
        pytest.param(TRIO, FINE, id="all"),
        pytest.param(dict.fromkeys(TRIO, ""), FINE, id="all empty"),
        pytest.param({"merchantID": "1"}, ("30", "merchantName missing"), id="one"),
        pytest.param({"mcc": "5311"}, ("30", "merchantID missing"), id="the last"),
        pytest.param({**TRIO, "merchantID": ""}, ("30", "merchantID missing"), id="two"),
        pytest.param({**TRIO, "mcc": "531"}, ("30", "mcc length"), id="mcc of 3"),
        pytest.param({**TRIO, "mcc": "53A1"}, ("30", "mcc charset"), id="mcc with a letter"),
        pytest.param({**TRIO, "mcc": "6012\n"}, ("30", "mcc length"), id="mcc with a line break"),
        pytest.param({**TRIO, "mcc": "601\n"}, ("30", "mcc charset"), id="mcc of three and a line break"),
        pytest.param({**TRIO, "mcc": 6012}, ("30", "mcc type"), id="mcc as a number"),
        pytest.param({**TRIO, "merchantID": "1" * 16}, ("30", "merchantID length"), id="merchantID of 16"),
        pytest.param({**TRIO, "merchantName": "M" * 26}, ("30", "merchantName length"), id="merchantName of 26"),
        pytest.param({"mcc": 6012}, ("30", "mcc type"), id="its type before its company"),
    ],
)
def test_merchant_members_stand_together_or_not_at_all(
    client: Client, given: Mapping[str, Any], expected: tuple[str, str]
) -> None:
    assert client.asked(**given) == expected


@pytest.mark.parametrize(
    ("role", "given", "expected"),
    [
        ("member", {}, FINE),
        ("member", TRIO, ("30", "merchantID unexpected")),
        ("merchant", TRIO, FINE),
        ("merchant", {}, ("30", "merchantID missing")),
    ],
)
def test_a_participant_may_be_held_to_its_role(
    client: Client, role: str, given: Mapping[str, Any], expected: tuple[str, str]
) -> None:
    client.choose(role=role)

    assert client.asked(**given) == expected


def test_lengths_may_count_bytes(client: Client) -> None:
    name = "阿" * 23
    assert client.asked(client.person(customerNm=name)) == ("05", "name and ID number inconsistent")

    client.choose(length_unit="utf8_bytes")
    assert client.asked(client.person(customerNm=name)) == ("30", "encData.customerNm length")
    assert client.asked(client.person(customerNm=name[:22])) == ("05", "name and ID number inconsistent")


def test_consent_may_be_in_chinese_where_a_switch_says_so(client: Client) -> None:
    client.choose(ans_allows_unicode=True)

    assert client.asked(protocolVerNm="协议 v1.0.0") == FINE
    assert client.asked(protocolVerNm="协议\n") == ("30", "protocolVerNm charset")


def test_numbers_may_be_taken_for_their_digits(client: Client) -> None:
    client.choose(coerce_numbers=True)

    assert client.asked(**{**TRIO, "mcc": 6012}) == FINE
    assert client.asked(client.person(certifID=310115188503140620)) == FINE
    assert client.asked(**{**TRIO, "mcc": 6012.0}) == ("30", "mcc type")
    assert client.asked(**{**TRIO, "mcc": True}) == ("30", "mcc type")


@pytest.mark.parametrize(
    ("serial", "expected"),
    [
        pytest.param("00000020250101", FINE, id="today"),
        pytest.param("AGR20000101000042", FINE, id="the first day"),
        pytest.param("00000020250102", ("30", "serialNm date"), id="tomorrow"),
        pytest.param("00000019991231", ("30", "serialNm date"), id="last century"),
        pytest.param("00000020250230", ("30", "serialNm date"), id="no such day"),
        pytest.param("ABCDEFGHIJKLMN", ("30", "serialNm date"), id="no digits"),
    ],
)
def test_a_serial_may_have_to_hold_a_date(client: Client, serial: str, expected: tuple[str, str]) -> None:
    client.choose(require_serial_date=True)

    assert client.asked(serialNm=serial) == expected


def test_the_iin_may_have_to_be_the_participants(client: Client) -> None:
    assert client.asked(memberIIN="39990061") == FINE

    client.choose(require_appid_equals_member_iin=True)
    assert client.asked(memberIIN="39990061") == ("57", "memberIIN")
    assert client.asked() == FINE


def test_calls_beyond_a_limit_are_restricted(client: Client) -> None:
    client.choose(qps=2)

    assert [client.asked() for _ in range(3)] == [FINE, FINE, ("62", "rate limit")]
    assert client.step("rate") == {"attempts": 3, "limit": 2}
    client.tenant.clock.advance(1)
    assert client.asked() == FINE


@pytest.mark.parametrize("sent", [{}, [], 1, True, {"protected": "x"}])
def test_encrypted_data_is_a_text(client: Client, sent: Any) -> None:
    assert client.told(client.request(client.document(encData=sent))) == ENC_DATA


def part(token: str, place: int, change: Callable[[bytes], bytes]) -> str:
    parts = token.split(".")
    parts[place] = base64url.encode(change(base64url.decode(parts[place])))
    return ".".join(parts)


def flipped(raw: bytes) -> bytes:
    return bytes([raw[0] ^ 1]) + raw[1:]


def renamed(**changes: Any) -> Callable[[bytes], bytes]:
    def change(raw: bytes) -> bytes:
        header = {**json.loads(raw), **changes}
        return write({name: value for name, value in header.items() if value is not None})

    return change


TOKENS: Mapping[str, tuple[Callable[[str], str], str]] = {
    "RSA-OAEP": (lambda token: part(token, 0, renamed(alg="RSA-OAEP")), "wrong_alg"),
    "A128GCM": (lambda token: part(token, 0, renamed(enc="A128GCM")), "wrong_enc"),
    "A256CBC-HS512": (lambda token: part(token, 0, renamed(enc="A256CBC-HS512")), "wrong_enc"),
    "zip": (lambda token: part(token, 0, renamed(zip="DEF")), "member_refused"),
    "crit": (lambda token: part(token, 0, renamed(crit=["exp"])), "member_refused"),
    "kid unknown": (lambda token: part(token, 0, renamed(kid="20250101000003")), "unknown_kid"),
    "kid of a signing certificate": (lambda token: part(token, 0, renamed(kid="00000000000001")), "unknown_kid"),
    "kid missing": (lambda token: part(token, 0, renamed(kid=None)), "kid_absent"),
    "bit in the header": (lambda token: part(token, 0, flipped), "header_not_json"),
    "bit in the key": (lambda token: part(token, 1, flipped), "undecryptable"),
    "bit in the IV": (lambda token: part(token, 2, flipped), "undecryptable"),
    "bit in the ciphertext": (lambda token: part(token, 3, flipped), "undecryptable"),
    "bit in the tag": (lambda token: part(token, 4, flipped), "undecryptable"),
    "four parts": (lambda token: token.rpartition(".")[0], "not_five_parts"),
    "ordinary Base64": (lambda token: token + "==", "not_base64url"),
    "no token": (lambda _: "x", "not_five_parts"),
    "too long": (lambda token: token + "A" * 524_288, "too_long"),
}


@pytest.mark.parametrize("case", [name for name in TOKENS if name != "too long"])
def test_data_that_cannot_be_opened_gets_one_answer_and_is_explained(client: Client, case: str) -> None:
    spoil, cause = TOKENS[case]

    assert client.asked(encData=spoil(client.seal(client.person()))) == ENC_DATA
    assert client.step("encrypted_data")["cause"] == cause


def test_all_that_cannot_be_opened_looks_the_same(client: Client) -> None:
    token = client.seal(client.person())
    spoilt = [spoil(token) for name, (spoil, _) in TOKENS.items() if name != "too long"]
    spoilt.append(client.seal(client.person(), public_key=OTHER.public_key()))
    answers = {client.send(client.request(client.document(encData=one))).body for one in spoilt}

    assert answers == {
        b'{"msgResponse":{"responseCode":"30","responseMsg":"Message format error","errorDetail":"encData"}}'
    }


def test_a_key_of_little_chance_is_taken(client: Client) -> None:
    # As UPI's SDK makes them: 32 hexadecimal characters as the key, 16 as the IV.
    def made(length: int) -> bytes:
        return (b"5ba10d46d5d148dfbcc2119c08e01015" if length == 32 else b"42185bd62c0d4bc8")[:length]

    assert client.asked(encData=client.seal(client.person(), random_bytes=made)) == FINE


def test_an_encryption_rollover_overlaps(client: Client) -> None:
    ring = client.tenant.keys["upi"]
    own = ring.find(client.keys["encryption_kid"])
    assert own is not None
    ring.put(replace(own, kid="20260101"))

    assert client.asked() == FINE
    assert client.asked(encData=client.seal(client.person(), kid="20260101")) == FINE
    ring.put(replace(own, state=State.REVOKED))
    assert client.asked() == ENC_DATA
    assert client.asked(encData=client.seal(client.person(), kid="20260101")) == FINE


def test_a_token_without_kid_is_for_the_newest_key_where_a_switch_says_so(client: Client) -> None:
    # The tag covers the header, so the token has to be made without the member.
    def made() -> str:
        return sealed_without_kid(client, client.person())

    assert client.asked(encData=made()) == ENC_DATA
    client.choose(jwe_kid_optional=True)
    assert client.asked(encData=made()) == FINE
    ring = client.tenant.keys["upi"]
    for certificate in ring.certificates():
        if certificate.use is Use.ENCRYPTION:
            ring.put(replace(certificate, state=State.REVOKED))
    assert client.asked(encData=made()) == ENC_DATA


def sealed_without_kid(client: Client, plaintext: Mapping[str, Any]) -> str:
    header = base64url.encode(write({"alg": upi_jwe.ALG, "enc": upi_jwe.ENC}))
    _, key, iv, ciphertext, _ = client.seal(plaintext).split(".")
    mac_key = bytes(range(16))
    tag = upi_jwe._tag(mac_key, header.encode(), base64url.decode(iv), base64url.decode(ciphertext))
    return ".".join([header, key, iv, ciphertext, base64url.encode(tag)])


def test_a_token_in_its_json_form_is_taken_where_a_switch_says_so(client: Client) -> None:
    names = ("protected", "encrypted_key", "iv", "ciphertext", "tag")
    flat = dict(zip(names, client.seal(client.person()).split("."), strict=True))
    assert client.asked(encData=flat) == ENC_DATA

    client.choose(accept_jwe_json=True)
    assert client.asked(encData=flat) == FINE
    assert client.asked(encData={**flat, "unprotected": {}}) == ENC_DATA


@pytest.mark.parametrize(
    "plaintext",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'"text"', id="a text"),
        pytest.param(b'{"customerNm":"a","customerNm":"a"}', id="a member twice"),
        pytest.param(b'{"customerNm":"a",}', id="trailing comma"),
        pytest.param("{}".encode("utf-16"), id="UTF-16"),
    ],
)
def test_what_is_encrypted_is_one_json_object(client: Client, plaintext: bytes) -> None:
    assert client.asked(plaintext) == ENC_DATA


INNER: Mapping[str, tuple[Mapping[str, Any], tuple[str, str]]] = {
    "name of 66": ({"customerNm": "林" * 66}, ("05", "name and ID number inconsistent")),
    "name of 67": ({"customerNm": "林" * 67}, ("30", "encData.customerNm length")),
    "name missing": ({"customerNm": None}, ("30", "encData.customerNm missing")),
    "name empty": ({"customerNm": ""}, ("30", "encData.customerNm missing")),
    "name with a tab": ({"customerNm": "林\t静怡"}, ("30", "encData.customerNm charset")),
    "name with a blank": ({"customerNm": "林 静怡"}, ("05", "name and ID number inconsistent")),
    "name in traditional characters": ({"customerNm": "林靜怡"}, ("05", "name and ID number inconsistent")),
    "name in Latin letters": ({"customerNm": "Lin Jingyi"}, ("05", "name and ID number inconsistent")),
    "number missing": ({"certifID": None}, ("30", "encData.certifID missing")),
    "number of 21": ({"certifID": "3" * 21}, ("30", "encData.certifID length")),
    "number of 15": ({"certifID": "310115850314062"}, ("05", "ID number not found")),
    "number with a wrong check digit": ({"certifID": "310115188503140621"}, ("05", "ID number not found")),
    "number and name of nobody": ({"certifID": "1", "customerNm": "Nobody"}, ("05", "ID number not found")),
    "number in other digits": ({"certifID": "３10115188503140620"}, ("30", "encData.certifID charset")),
    "number as a number": ({"certifID": 310115188503140620}, ("30", "encData.certifID type")),
    "photo missing": ({"photo": None}, ("30", "encData.photo missing")),
    "as a JWT": ({"customerNm": None, "certifID": None, "sub": "x"}, ("30", "encData.customerNm missing")),
    "unknown members": ({"x_future_field": [1]}, FINE),
}


@pytest.mark.parametrize("case", INNER)
def test_an_encrypted_member_is_of_its_type_and_length(client: Client, case: str) -> None:
    changes, expected = INNER[case]

    assert client.asked(client.person(**changes)) == expected


def test_a_middle_dot_and_a_small_x_are_fine(client: Client) -> None:
    uighur = {"customerNm": "阿卜杜热依木·买买提", "certifID": "650102186205181336"}
    found = client.tenant.register.get("minority-name")
    ends_in_x = client.tenant.register.get("x-check-character")
    assert found is not None
    assert ends_in_x is not None

    assert client.asked(client.person(**{**uighur, "certifID": found.resident_id})) == FINE
    small = {"customerNm": ends_in_x.name, "certifID": ends_in_x.resident_id.lower()}
    assert client.asked(client.person(**small)) == FINE


def test_a_name_may_have_to_be_in_chinese_characters(client: Client) -> None:
    client.choose(enforce_han=True)

    assert client.asked(client.person(customerNm="Lin Jingyi")) == ("30", "encData.customerNm charset")
    assert client.asked(client.person(customerNm="林 静怡")) == ("30", "encData.customerNm charset")
    assert client.asked() == FINE
    assert client.asked(client.person(customerNm="阿卜杜·买买提𬱖")) == ("05", "name and ID number inconsistent")


PNG = b"\x89PNG\r\n\x1a\n"


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


PHOTOS: Mapping[str, tuple[str, tuple[str, str]]] = {
    "of 204,800": (b64(b"\xff\xd8\xff".ljust(153_600, b"\x00")), FINE),
    "of 204,801": (b64(b"\xff\xd8\xff".ljust(153_600, b"\x00")) + "A", ("30", "encData.photo length")),
    "of 204,804": (b64(b"\xff\xd8\xff".ljust(153_603, b"\x00")), ("30", "encData.photo length")),
    "JPEG": (b64(b"\xff\xd8\xff\xe0"), FINE),
    "PNG": (b64(PNG), FINE),
    "PNG of seven bytes": (b64(PNG[:7]), ("30", "encData.photo image")),
    "GIF": (b64(b"GIF89a" + bytes(9)), ("30", "encData.photo image")),
    "BMP": (b64(b"BM" + bytes(10)), ("30", "encData.photo image")),
    "WebP": (b64(b"RIFF\x00\x00\x00\x00WEBP"), ("30", "encData.photo image")),
    "HEIC": (b64(b"\x00\x00\x00\x18ftypheic"), ("30", "encData.photo image")),
    "PDF": (b64(b"%PDF-1.7"), ("30", "encData.photo image")),
    "no picture": (b64(b"hello, photo"), ("30", "encData.photo image")),
    "data URI": ("data:image/png;base64," + b64(PNG), ("30", "encData.photo base64")),
    "base64url": (base64.urlsafe_b64encode(b"\xff\xd8\xff\xff\xff\xfe").decode(), ("30", "encData.photo base64")),
    "without padding": (b64(PNG).rstrip("="), ("30", "encData.photo base64")),
    "blank": (b64(PNG)[:4] + " " + b64(PNG)[4:], ("30", "encData.photo base64")),
}


@pytest.mark.parametrize("case", PHOTOS)
def test_a_photo_is_base64_of_a_jpeg_or_png(client: Client, case: str) -> None:
    sent, expected = PHOTOS[case]

    assert client.asked(client.person(photo=sent)) == expected


def test_escaped_slashes_are_slashes(client: Client) -> None:
    photo = b64(b"\xff\xd8\xff\xff\xff\xff")
    plaintext = write(client.person(photo=photo)).replace(b"/", b"\\/")

    assert b"\\/" in plaintext
    assert client.asked(plaintext) == FINE
    assert client.step("photo")["bytes"] == 6


def test_line_breaks_in_a_photo_are_dropped_where_a_switch_says_so(client: Client) -> None:
    photo = b64(PNG)[:4] + "\r\n" + b64(PNG)[4:] + "\n"
    # A raw control character is no S, whatever a photo may hold.
    assert client.asked(client.person(photo=photo)) == ("30", "encData.photo charset")

    client.choose(photo_allow_linebreaks=True)
    assert client.asked(client.person(photo=photo)) == FINE


def test_a_photo_may_have_to_state_its_size(client: Client) -> None:
    client.choose(photo_decode="header")

    assert client.asked(client.person(photo=b64(PNG))) == ("30", "encData.photo header")
    assert client.asked() == FINE


@pytest.mark.parametrize(
    ("location", "inside", "outside", "expected"),
    [
        ("inside", True, False, FINE),
        ("inside", False, True, ("30", "encData.photo missing")),
        ("outside", False, True, FINE),
        ("outside", True, False, ("30", "photo missing")),
        ("either", True, False, FINE),
        ("either", False, True, FINE),
        ("either", False, False, ("30", "encData.photo missing")),
    ],
)
def test_a_photo_stands_where_the_switch_says(
    client: Client, location: str, *, inside: bool, outside: bool, expected: tuple[str, str]
) -> None:
    client.choose(photo_location=location)
    photo = client.person()["photo"]
    beside = {"photo": photo} if outside else {}

    assert client.asked(client.person(photo=photo if inside else None), **beside) == expected


def test_a_photo_that_stands_outside_is_named_so(client: Client) -> None:
    client.choose(photo_location="outside")

    assert client.asked(client.person(photo=None), photo="R0lGODlh") == ("30", "photo image")
    assert client.asked(client.person(photo=None), photo="") == ("30", "photo missing")


def test_nothing_personal_is_kept_in_clear(client: Client) -> None:
    said = client.person()
    client.asked(said, **TRIO, scUsePurpose="KYC OF LIN JINGYI")
    kept = b"".join(raw for log in ("journal", "ledger") for _, raw in client.tenant.space.read(log))

    assert b"6012" in kept
    for value in (*said.values(), "KYC OF LIN JINGYI", "TEST MERCHANT", f"{1:035d}"):
        assert value.encode() not in kept
        assert json.dumps(value)[1:-1].encode() not in kept
    assert client.step("photo") == client.tenant.redactor.body(base64.b64decode(said["photo"]))
