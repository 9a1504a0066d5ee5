"""What a protected header must say, in both directions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kyc_core.signing.jose_faults import JwsError, JwsFault
from kyc_core.signing.upi_jws_header import (
    REQUEST_CRITICAL,
    RESPONSE_CRITICAL,
    Protected,
    check_critical,
    normalise_uuid,
    protected_header,
    read_protected,
)

UUID = "5ba10d46d5d148dfbcc2119c08e01015"
PATH = "/uis/idverify/v1/idcardphotoverification"
MEMBERS = {
    "alg": "RS256",
    "kid": "20250101000001",
    "crit": list(REQUEST_CRITICAL),
    "UPI-UUID": UUID,
    "UPI-TIMESTAMP": "1735689600",
    "UPI-APPID": "39990061",
    "UPI-REQPATH": PATH,
}
ABSENT = object()


def members(**changes: Any) -> dict[str, object]:
    """A good header, but for *changes*; ``UPI_UUID`` stands for ``UPI-UUID``."""
    found: dict[str, object] = MEMBERS | {name.replace("_", "-"): value for name, value in changes.items()}
    return {name: value for name, value in found.items() if value is not ABSENT}


def refused(header: dict[str, object], **options: Any) -> JwsError:
    with pytest.raises(JwsError) as caught:
        read_protected(header, **options)
    return caught.value


def test_a_good_header_is_read() -> None:
    assert read_protected(members()) == Protected(
        kid="20250101000001", uuid=UUID, timestamp=1735689600, app_id="39990061", request_path=PATH, encoded=True
    )


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(members(crit=list(reversed(REQUEST_CRITICAL))), id="critical names in another order"),
        pytest.param(members(typ="JOSE", x_future_field={"a": 1}), id="members that nobody calls critical"),
        pytest.param(members(b64=True), id="b64 true, which is the default"),
        pytest.param(members(UPI_UUID=UUID.upper()), id="a UUID in capitals"),
        pytest.param(members(UPI_UUID="5ba10d46-d5d1-48df-bcc2-119c08e01015"), id="a UUID with hyphens"),
        pytest.param(members(UPI_TIMESTAMP="1735689600000"), id="milliseconds: the window's business"),
        pytest.param(members(kid="any text, 张三"), id="a kid of any shape"),
    ],
)
def test_what_the_page_leaves_open_is_taken(header: dict[str, object]) -> None:
    assert read_protected(header).app_id == "39990061"


@pytest.mark.parametrize(
    ("changes", "fault", "member"),
    [
        pytest.param({"alg": ABSENT}, JwsFault.WRONG_ALG, "alg", id="no alg"),
        *[
            pytest.param({"alg": alg}, JwsFault.WRONG_ALG, "alg", id=f"alg {alg}")
            for alg in ("none", "HS256", "PS256", "ES256", "RS512", "rs256", "RS256 ", "", None, ["RS256"])
        ],
        pytest.param({"b64": False}, JwsFault.UNENCODED_PAYLOAD, "b64", id="RFC 7797"),
        pytest.param({"b64": "false"}, JwsFault.UNENCODED_PAYLOAD, "b64", id="b64 a text"),
        pytest.param({"b64": 1}, JwsFault.UNENCODED_PAYLOAD, "b64", id="b64 a number"),
        pytest.param({"crit": ABSENT}, JwsFault.CRIT_ABSENT, "crit", id="no crit"),
        pytest.param({"crit": []}, JwsFault.CRIT_MALFORMED, "crit", id="crit empty"),
        pytest.param({"crit": "UPI-UUID"}, JwsFault.CRIT_MALFORMED, "crit", id="crit a text"),
        pytest.param({"crit": None}, JwsFault.CRIT_MALFORMED, "crit", id="crit null"),
        pytest.param({"crit": [*REQUEST_CRITICAL, 1]}, JwsFault.CRIT_MALFORMED, "crit", id="a number in crit"),
        pytest.param({"crit": [*REQUEST_CRITICAL, "UPI-UUID"]}, JwsFault.CRIT_REPEATED, "crit", id="a name twice"),
        *[
            pytest.param(
                {"crit": [other for other in REQUEST_CRITICAL if other != name]},
                JwsFault.CRIT_INCOMPLETE,
                name,
                id=f"{name} not critical",
            )
            for name in REQUEST_CRITICAL
        ],
        pytest.param({"crit": [*REQUEST_CRITICAL, "exp"], "exp": 1}, JwsFault.CRIT_UNKNOWN, "exp", id="exp critical"),
        pytest.param(
            {"crit": [*REQUEST_CRITICAL, "b64"], "b64": True}, JwsFault.CRIT_UNKNOWN, "b64", id="b64 critical"
        ),
        *[
            pytest.param({name.replace("-", "_"): ABSENT}, JwsFault.MEMBER_ABSENT, name, id=f"no {name}")
            for name in ("kid", *REQUEST_CRITICAL)
        ],
        *[
            pytest.param({name.replace("-", "_"): ""}, JwsFault.MEMBER_ABSENT, name, id=f"{name} empty")
            for name in ("kid", *REQUEST_CRITICAL)
        ],
        *[
            pytest.param({name.replace("-", "_"): 1735689600}, JwsFault.MEMBER_TYPE, name, id=f"{name} a number")
            for name in ("kid", *REQUEST_CRITICAL)
        ],
        pytest.param({"UPI_APPID": None}, JwsFault.MEMBER_TYPE, "UPI-APPID", id="null"),
        *[
            pytest.param({"UPI_TIMESTAMP": text}, JwsFault.TIMESTAMP_SHAPE, "UPI-TIMESTAMP", id=f"timestamp {text!r}")
            for text in ("-1735689600", " 1735689600", "1735689600\n", "1735689600.0", "１７３５６８９６００", "1" * 19)
        ],
        *[
            pytest.param({"UPI_UUID": text}, JwsFault.UUID_SHAPE, "UPI-UUID", id=f"UUID {text!r}")
            for text in (UUID[:-1], UUID + "0", UUID[:-1] + "g", UUID + "\n", "5ba10d46d5d1-48df-bcc2-119c08e01015")
        ],
    ],
)
def test_another_header_is_refused_by_name(changes: dict[str, Any], fault: JwsFault, member: str) -> None:
    error = refused(members(**changes))

    assert (error.fault, error.member) == (fault, member)


def test_the_published_example_is_refused_for_the_blanks_in_its_names() -> None:
    error = refused(members(crit=["UPI-UUID", " UPI-TIMESTAMP", " UPI-APPID", " UPI-REQPATH"]))

    assert error.evidence() == {
        "cause": "crit_incomplete",
        "detail": "crit does not list UPI-TIMESTAMP; names have blanks, as in the published example",
        "member": "UPI-TIMESTAMP",
        "expected": "['UPI-UUID', 'UPI-TIMESTAMP', 'UPI-APPID', 'UPI-REQPATH']",
        "received": "['UPI-UUID', ' UPI-TIMESTAMP', ' UPI-APPID', ' UPI-REQPATH']",
    }


def test_an_answer_lists_three_names_and_no_path() -> None:
    header = members(crit=list(RESPONSE_CRITICAL), UPI_REQPATH=ABSENT)

    assert read_protected(header, critical=RESPONSE_CRITICAL).request_path is None
    assert refused(header).fault is JwsFault.CRIT_INCOMPLETE
    assert refused(members(), critical=RESPONSE_CRITICAL).fault is JwsFault.CRIT_UNKNOWN


@pytest.mark.parametrize(
    ("changes", "encoded"),
    [
        pytest.param({"b64": False, "crit": [*REQUEST_CRITICAL, "b64"]}, False, id="unencoded"),
        pytest.param({"b64": True, "crit": ["b64", *REQUEST_CRITICAL]}, True, id="b64 true and critical"),
        pytest.param({}, True, id="the ordinary form"),
    ],
)
def test_rfc_7797_is_understood_where_it_is_accepted(changes: dict[str, Any], encoded: bool) -> None:
    assert read_protected(members(**changes), accept_rfc7797=True).encoded is encoded


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        pytest.param({"b64": False}, JwsFault.CRIT_INCOMPLETE, id="b64 false, not critical"),
        pytest.param({"b64": False, "crit": ABSENT}, JwsFault.CRIT_ABSENT, id="no crit"),
        pytest.param({"b64": "false", "crit": [*REQUEST_CRITICAL, "b64"]}, JwsFault.MEMBER_TYPE, id="b64 a text"),
        pytest.param({"b64": 0, "crit": [*REQUEST_CRITICAL, "b64"]}, JwsFault.MEMBER_TYPE, id="b64 zero"),
        pytest.param({"crit": [*REQUEST_CRITICAL, "b64"]}, JwsFault.MEMBER_ABSENT, id="b64 critical, but missing"),
        pytest.param(
            {"b64": False, "crit": [*REQUEST_CRITICAL, "b64", "exp"]}, JwsFault.CRIT_UNKNOWN, id="and another name"
        ),
    ],
)
def test_rfc_7797_has_rules_of_its_own(changes: dict[str, Any], fault: JwsFault) -> None:
    assert refused(members(**changes), accept_rfc7797=True).fault is fault


def test_criticality_can_be_asked_for_alone() -> None:
    with pytest.raises(JwsError) as caught:
        check_critical({"crit": ["UPI-UUID"]}, ["UPI-UUID"])

    assert (caught.value.fault, caught.value.member) == (JwsFault.MEMBER_ABSENT, "UPI-UUID")
    check_critical({"crit": ["UPI-UUID"], "UPI-UUID": 1}, ["UPI-UUID"])


def test_hyphens_in_a_uuid_are_a_tolerance() -> None:
    assert normalise_uuid("5BA10D46-D5D1-48df-bcc2-119c08e01015") == UUID
    with pytest.raises(JwsError) as caught:
        normalise_uuid("5ba10d46-d5d1-48df-bcc2-119c08e01015", allow_hyphens=False)
    assert caught.value.fault is JwsFault.UUID_SHAPE


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({}, ["alg", "kid", "crit", "UPI-UUID", "UPI-TIMESTAMP", "UPI-APPID"]),
        ({"request_path": PATH}, ["alg", "kid", "crit", *REQUEST_CRITICAL]),
        ({"request_path": PATH, "encoded": False}, ["alg", "kid", "crit", *REQUEST_CRITICAL, "b64"]),
    ],
)
def test_a_header_is_written_in_the_order_of_the_sdk(options: dict[str, Any], names: list[str]) -> None:
    raw = protected_header(kid="1", uuid=UUID, timestamp=1735689600, app_id="39990061", **options)
    header = json.loads(raw)

    assert list(header) == names
    assert header["crit"] == names[3:]
    assert header["UPI-TIMESTAMP"] == "1735689600"
    assert b" " not in raw
