"""UPI-JWS against the vectors and their derived negatives, and against joserfc and jwcrypto in both directions."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwk as joserfc_jwk
from joserfc import jws as joserfc_jws
from joserfc.errors import MissingCritHeaderError
from joserfc.registry import HeaderParameter
from jwcrypto import jwk as jwcrypto_jwk
from jwcrypto import jws as jwcrypto_jws

from kyc_core.signing import base64url, upi_jws
from kyc_core.signing.jose_faults import JwsError, JwsFault
from kyc_core.signing.rsa_keys import load_private_key, public_pem
from kyc_core.signing.upi_jws_header import REQUEST_CRITICAL, RESPONSE_CRITICAL, Protected, protected_header

DATA: dict[str, Any] = json.loads(
    (Path(__file__).parents[3] / "data" / "upi" / "vectors.json").read_text(encoding="utf-8")
)
VECTORS: dict[str, dict[str, str]] = DATA["vectors"]
PEMS: dict[str, str] = {kid: key["private"] for kid, key in DATA["keys"].items()}
KEYS = {kid: load_private_key(pem) for kid, pem in PEMS.items()}
NOW: int = DATA["now"]
PATH: str = DATA["path"]
V1 = VECTORS["V1"]
BODY = V1["body"].encode()
HEADER, _, SIGNATURE = V1["jws"].split(".")
PUBLIC = KEYS[V1["signed_with"]].public_key()

UPI_MEMBERS = {name: HeaderParameter(name, "str") for name in REQUEST_CRITICAL}


class Registry(joserfc_jws.JWSRegistry):
    max_header_length = 4096


REGISTRY = Registry(header_registry=UPI_MEMBERS, algorithms=["RS256"], strict_check_header=False)


def critical(name: str) -> tuple[str, ...]:
    return RESPONSE_CRITICAL if name == "V2" else REQUEST_CRITICAL


def verify(name: str, **options: Any) -> Protected:
    vector = VECTORS[name]
    public_key = KEYS[vector["signed_with"]].public_key()
    return upi_jws.verify(
        vector["jws"], vector["body"].encode(), public_key=public_key, critical=critical(name), **options
    )


def refused(value: str, body: bytes = BODY) -> JwsError:
    with pytest.raises(JwsError) as caught:
        upi_jws.verify(value, body, public_key=PUBLIC)
    return caught.value


def signed(header: bytes, body: bytes = BODY) -> str:
    return upi_jws.sign(header, body, private_key=KEYS[V1["signed_with"]])


@pytest.mark.parametrize("name", ["V1", "V2", "V3", "V4", "V5"])
def test_every_good_vector_is_accepted_and_made_again(name: str) -> None:
    vector = VECTORS[name]
    found = verify(name, accept_rfc7797=name == "V4")
    header = protected_header(
        kid=found.kid,
        uuid=found.uuid,
        timestamp=found.timestamp,
        app_id=found.app_id,
        request_path=found.request_path,
        encoded=found.encoded,
    )
    private_key = KEYS[vector["signed_with"]]
    value = upi_jws.sign(header, vector["body"].encode(), private_key=private_key, encoded=found.encoded)

    assert header.decode() == vector["header"]
    assert value == vector["jws"]


@pytest.mark.parametrize("name", ["V1", "V3", "V4"])
def test_what_is_signed_is_what_the_vectors_say(name: str) -> None:
    vector = VECTORS[name]
    header_part = vector["jws"].partition(".")[0]
    found = upi_jws.signing_input(header_part, vector["body"].encode(), encoded=name != "V4")

    assert sha256(found).hexdigest() == vector["signing_input_sha256"]


@pytest.mark.parametrize(("name", "fault"), [("V4", JwsFault.UNENCODED_PAYLOAD), ("V6", JwsFault.CRIT_INCOMPLETE)])
def test_every_bad_vector_is_refused_by_name(name: str, fault: JwsFault) -> None:
    with pytest.raises(JwsError) as caught:
        verify(name)

    assert caught.value.fault is fault


def test_the_rfc_7797_twin_is_bad_in_the_ordinary_form_as_well() -> None:
    value = signed(VECTORS["V4"]["header"].encode())

    with pytest.raises(JwsError) as caught:
        upi_jws.verify(value, BODY, public_key=PUBLIC, accept_rfc7797=True)
    assert caught.value.fault is JwsFault.WRONG_SIGNATURE


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(BODY.replace(b'0000000001"', b'0000000002"'), id="D1 another order id"),
        pytest.param(json.dumps(json.loads(BODY), indent=2).encode(), id="D9 pretty-printed"),
        pytest.param(b"\xef\xbb\xbf" + BODY, id="S-11 byte order mark"),
        pytest.param(BODY + b"\n", id="S-11 newline"),
        pytest.param(BODY.replace(b"CHECK", rb"\u0043HECK"), id="escaped after signing"),
        pytest.param(b"", id="no body"),
    ],
)
def test_the_signature_covers_the_bytes_of_the_body(body: bytes) -> None:
    assert body != BODY
    assert refused(V1["jws"], body).fault is JwsFault.WRONG_SIGNATURE


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        pytest.param(f"{HEADER}.{base64url.encode(BODY)}.{SIGNATURE}", JwsFault.PAYLOAD_ATTACHED, id="D5 attached"),
        pytest.param(f"{HEADER}.{SIGNATURE}", JwsFault.NOT_THREE_PARTS, id="two parts"),
        pytest.param(f"{HEADER}..{SIGNATURE}.", JwsFault.NOT_THREE_PARTS, id="four parts"),
        pytest.param(f"{HEADER}..", JwsFault.NOT_THREE_PARTS, id="no signature"),
        pytest.param(f"..{SIGNATURE}", JwsFault.NOT_THREE_PARTS, id="no header"),
        pytest.param("", JwsFault.NOT_THREE_PARTS, id="nothing"),
        pytest.param(f'"{V1["jws"]}"', JwsFault.QUOTED, id="in quotation marks"),
        pytest.param(f'{V1["jws"]}"', JwsFault.QUOTED, id="one quotation mark"),
        pytest.param("a" * 8193, JwsFault.TOO_LONG, id="too long"),
        pytest.param(f"{HEADER}==..{SIGNATURE}", JwsFault.NOT_BASE64URL, id="padded header"),
        pytest.param(f"{HEADER}..{SIGNATURE}==", JwsFault.NOT_BASE64URL, id="padded signature"),
        pytest.param(f"{HEADER}..{SIGNATURE[:-1]}x", JwsFault.NOT_BASE64URL, id="spare bits set"),
        pytest.param(f"{HEADER}..{SIGNATURE}\n", JwsFault.NOT_BASE64URL, id="a newline"),
        pytest.param(f" {HEADER}..{SIGNATURE}", JwsFault.NOT_BASE64URL, id="a blank"),
        pytest.param(f"{HEADER}..AAAA", JwsFault.WRONG_SIGNATURE, id="a short signature"),
        pytest.param(f"AAAA..{SIGNATURE}", JwsFault.HEADER_NOT_JSON, id="no JSON"),
        pytest.param(f"{base64url.encode(b'[1]')}..{SIGNATURE}", JwsFault.HEADER_NOT_JSON, id="no object"),
        pytest.param(
            signed(V1["header"].encode().replace(b'{"alg"', b'{"alg":"none","alg"')),
            JwsFault.HEADER_NOT_JSON,
            id="twice",
        ),
    ],
)
def test_another_shape_is_refused_by_name(value: str, fault: JwsFault) -> None:
    assert refused(value).fault is fault


def test_ordinary_base64_is_named_for_what_it_is() -> None:
    raw = base64url.decode(SIGNATURE)
    error = refused(f"{HEADER}..{base64.b64encode(raw).decode()}")

    assert (error.fault, error.member, error.seen) == (JwsFault.NOT_BASE64URL, "signature", "standard_alphabet")


@pytest.mark.parametrize("padding", ["", "=="])
def test_ordinary_base64_in_the_signature_may_be_tolerated(padding: str) -> None:
    ordinary = base64.b64encode(base64url.decode(SIGNATURE)).decode().rstrip("=") + padding
    found = upi_jws.parse(f"{HEADER}..{ordinary}", allow_standard_signature=True)

    assert found == upi_jws.parse(V1["jws"], allow_standard_signature=True) == upi_jws.parse(V1["jws"])


def test_quotation_marks_may_be_tolerated_in_pairs() -> None:
    assert upi_jws.parse(f'"{V1["jws"]}"', allow_quotes=True) == upi_jws.parse(V1["jws"])
    for value in (f'"{V1["jws"]}', f'{V1["jws"]}"', '"'):
        with pytest.raises(JwsError) as caught:
            upi_jws.parse(value, allow_quotes=True)
        assert caught.value.fault is JwsFault.QUOTED


@pytest.mark.parametrize(
    ("values", "fault"),
    [([], JwsFault.ABSENT), ([""], JwsFault.ABSENT), (["a", "a"], JwsFault.REPEATED), (["", "a"], JwsFault.REPEATED)],
)
def test_the_header_must_be_sent_once(values: list[str], fault: JwsFault) -> None:
    with pytest.raises(JwsError) as caught:
        upi_jws.single(values)

    assert caught.value.fault is fault
    assert upi_jws.single(["a"]) == "a"


@pytest.mark.parametrize(
    ("now", "inside"),
    [(NOW, True), (NOW + 300, True), (NOW + 301, False), (NOW - 300, True), (NOW - 301, False)],
)
def test_the_window_is_300_seconds_either_way(now: int, inside: bool) -> None:
    found = verify("V1")
    if inside:
        upi_jws.check_window(found, now)
    else:
        with pytest.raises(JwsError) as caught:
            upi_jws.check_window(found, now)
        assert (caught.value.fault, caught.value.detail) == (JwsFault.OUTSIDE_WINDOW, "the clocks are 301 s apart")
        upi_jws.check_window(found, now, window=301)


def test_milliseconds_fall_outside_the_window_and_are_named() -> None:
    header = V1["header"].replace("1735689600", "1735689600123").encode()
    found = upi_jws.verify(signed(header), BODY, public_key=PUBLIC)
    with pytest.raises(JwsError) as caught:
        upi_jws.check_window(found, NOW)

    assert caught.value.detail == "milliseconds instead of seconds"


@pytest.mark.parametrize(
    ("path", "seen"),
    [
        pytest.param("/uis/idverify/v1/other", PATH, id="D8 another path"),
        pytest.param(PATH + "/", PATH, id="a slash at the end"),
        pytest.param(PATH.upper(), PATH, id="another case"),
        pytest.param(PATH.replace("/v1", "/%761"), PATH, id="escaped"),
        pytest.param("", PATH, id="empty"),
    ],
)
def test_the_path_must_be_the_request_s_to_the_letter(path: str, seen: str) -> None:
    found = verify("V1")
    with pytest.raises(JwsError) as caught:
        upi_jws.check_request_path(found, path)

    assert (caught.value.fault, caught.value.seen) == (JwsFault.WRONG_REQUEST_PATH, seen)
    upi_jws.check_request_path(found, PATH)


def test_a_query_inside_the_signed_path_is_refused_and_not_shown() -> None:
    header = V1["header"].replace(PATH, f"{PATH}?name=x").encode()
    found = upi_jws.verify(signed(header), BODY, public_key=PUBLIC)
    with pytest.raises(JwsError) as caught:
        upi_jws.check_request_path(found, PATH)

    assert caught.value.seen == f"{PATH}?..."


def test_an_answer_has_no_path_to_compare() -> None:
    with pytest.raises(JwsError) as caught:
        upi_jws.check_request_path(verify("V2"), PATH)

    assert caught.value.fault is JwsFault.WRONG_REQUEST_PATH


def test_a_public_key_is_no_hmac_secret() -> None:
    header = V1["header"].replace("RS256", "HS256").encode()
    text = upi_jws.signing_input(base64url.encode(header), BODY)
    mac = hmac.digest(public_pem(PUBLIC).encode(), text, "sha256")
    error = refused(f"{base64url.encode(header)}..{base64url.encode(mac)}")

    assert (error.fault, error.seen) == (JwsFault.WRONG_ALG, "HS256")


@pytest.mark.parametrize("kid", ["20250101000002", "20250101000003"])
def test_another_key_does_not_fit(kid: str) -> None:
    value = upi_jws.sign(V1["header"].encode(), BODY, private_key=KEYS[kid])

    assert refused(value).fault is JwsFault.WRONG_SIGNATURE


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        pytest.param({}, None, id="good"),
        pytest.param({"uuid": "5BA10D46-D5D1-48DF-BCC2-119C08E01015"}, None, id="the UUID as the client spelt it"),
        pytest.param({"kid": "20250101000009"}, JwsFault.UNKNOWN_KID, id="another certificate"),
        pytest.param({"uuid": "0" * 32}, JwsFault.UUID_NOT_ECHOED, id="another request"),
        pytest.param({"app_id": "47010344"}, JwsFault.APP_ID_NOT_ECHOED, id="another participant"),
        pytest.param({"now": NOW + 302}, JwsFault.OUTSIDE_WINDOW, id="too late"),
        pytest.param({"public_key": PUBLIC}, JwsFault.WRONG_SIGNATURE, id="another key"),
        pytest.param({"body": b"{}"}, JwsFault.WRONG_SIGNATURE, id="another body"),
        pytest.param({"value": V1["jws"], "body": BODY}, JwsFault.CRIT_UNKNOWN, id="a request for an answer"),
        pytest.param({"value": ""}, JwsFault.NOT_THREE_PARTS, id="no signature"),
    ],
)
def test_an_answer_must_be_the_answer_to_this_request(changes: dict[str, Any], fault: JwsFault | None) -> None:
    vector = VECTORS["V2"]
    arguments: dict[str, Any] = {
        "value": vector["jws"],
        "body": vector["body"].encode(),
        "public_key": KEYS[vector["signed_with"]].public_key(),
        "kid": "20250101000002",
        "uuid": "5ba10d46d5d148dfbcc2119c08e01015",
        "app_id": "39990061",
        "now": NOW + 1,
    } | changes
    if fault is None:
        assert upi_jws.verify_response(**arguments).timestamp == NOW + 1
    else:
        with pytest.raises(JwsError) as caught:
            upi_jws.verify_response(**arguments)
        assert caught.value.fault is fault


def by_joserfc(value: str, body: bytes, pem: str) -> dict[str, Any]:
    key = joserfc_jwk.RSAKey.import_key(pem)
    return joserfc_jws.deserialize_compact(value, key, registry=REGISTRY, payload=body).protected


def by_jwcrypto(value: str, body: bytes, pem: str) -> dict[str, Any]:
    registry = {name: jwcrypto_jws.JWSEHeaderParameter(name, True, True, None) for name in REQUEST_CRITICAL}
    token = jwcrypto_jws.JWS(header_registry=registry)
    token.deserialize(value)
    token.verify(jwcrypto_jwk.JWK.from_pem(pem.encode()), detached_payload=body)
    header: dict[str, Any] = json.loads(token.objects["protected"])
    return header


@pytest.mark.parametrize("oracle", [by_joserfc, by_jwcrypto])
@pytest.mark.parametrize("name", ["V1", "V2", "V3", "V5"])
def test_ours_is_accepted_by_others(name: str, oracle: Callable[[str, bytes, str], dict[str, Any]]) -> None:
    vector = VECTORS[name]
    private_key = KEYS[vector["signed_with"]]
    value = upi_jws.sign(vector["header"].encode(), vector["body"].encode(), private_key=private_key)

    assert oracle(value, vector["body"].encode(), public_pem(private_key)) == json.loads(vector["header"])


def test_theirs_is_accepted_by_us_when_joserfc_signs() -> None:
    key = joserfc_jwk.RSAKey.import_key(PEMS[V1["signed_with"]])
    attached = joserfc_jws.serialize_compact(json.loads(V1["header"]), BODY, key, registry=REGISTRY)
    value = joserfc_jws.detach_content(attached)

    assert value == V1["jws"]
    assert upi_jws.verify(value, BODY, public_key=PUBLIC) == verify("V1")


def test_theirs_is_accepted_by_us_when_jwcrypto_signs() -> None:
    registry = {name: jwcrypto_jws.JWSEHeaderParameter(name, True, True, None) for name in REQUEST_CRITICAL}
    token = jwcrypto_jws.JWS(BODY, header_registry=registry)
    key = jwcrypto_jwk.JWK.from_pem(PEMS[V1["signed_with"]].encode())
    token.add_signature(key, alg="RS256", protected=V1["header"])
    header_part, _, signature = token.serialize(compact=True).split(".")

    assert upi_jws.verify(f"{header_part}..{signature}", BODY, public_key=PUBLIC) == verify("V1")


def test_where_the_others_are_laxer_we_are_not() -> None:
    attached = f"{HEADER}.{base64url.encode(BODY)}.{SIGNATURE}"
    ordinary = f"{HEADER}..{base64.b64encode(base64url.decode(SIGNATURE)).decode()}"

    assert by_joserfc(attached, b"{}", public_pem(PUBLIC))["kid"] == "20250101000001"
    assert by_jwcrypto(ordinary, BODY, public_pem(PUBLIC))["kid"] == "20250101000001"
    assert refused(attached, b"{}").fault is JwsFault.PAYLOAD_ATTACHED
    assert refused(ordinary).fault is JwsFault.NOT_BASE64URL


def test_the_copied_example_is_refused_by_others_too() -> None:
    with pytest.raises(MissingCritHeaderError):
        by_joserfc(VECTORS["V6"]["jws"], BODY, public_pem(PUBLIC))
    with pytest.raises(jwcrypto_jws.InvalidJWSSignature):
        by_jwcrypto(VECTORS["V6"]["jws"], BODY, public_pem(PUBLIC))
