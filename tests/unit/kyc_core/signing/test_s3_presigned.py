from __future__ import annotations

import pytest

from kyc_core.signing.s3_presigned import LONGEST_LIFETIME, LinkFault, LinkRefused, presign, read, verify

AT = 1_767_578_412  # 2026-01-05T02:00:12Z
HOST, PATH, SECRET = "127.0.0.1:8080", "/_pdf/b1c5f0de.pdf", "s3cret"


def link(**changes: object) -> str:
    given = {"host": HOST, "path": PATH, "key_id": "KYCSIM", "secret": SECRET, "region": "ap-east-1", "at": AT}
    return presign(**{**given, **changes})  # type: ignore[arg-type]  # a table of keyword arguments


def refusal(query: str, *, host: str = HOST, path: str = PATH, now: float = AT) -> LinkFault:
    with pytest.raises(LinkRefused) as refused:
        verify(query, host=host, path=path, secret=SECRET, now=now)
    return refused.value.fault


def test_the_documentations_example_is_signed_as_printed() -> None:
    query = presign(
        host="examplebucket.s3.amazonaws.com",
        path="/test.txt",
        key_id="AKIAIOSFODNN7EXAMPLE",
        secret="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        region="us-east-1",
        at=1_369_353_600,  # 2013-05-24T00:00:00Z
        lifetime=86_400,
    )

    assert query == (
        "X-Amz-Algorithm=AWS4-HMAC-SHA256"
        "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
        "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
        "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    )


@pytest.mark.parametrize("later", [0, 1, LONGEST_LIFETIME])
def test_a_link_is_good_from_its_first_second_to_its_last(later: int) -> None:
    found = verify(link(), host=HOST, path=PATH, secret=SECRET, now=AT + later)

    assert (found.key_id, found.region, found.signed_at, found.lifetime) == ("KYCSIM", "ap-east-1", AT, 604_800)


@pytest.mark.parametrize(
    ("now", "fault"),
    [
        pytest.param(AT - 1, LinkFault.NOT_YET, id="before its first second"),
        pytest.param(AT + LONGEST_LIFETIME + 1, LinkFault.EXPIRED, id="after its last"),
    ],
)
def test_at_any_other_time_it_is_not(now: float, fault: LinkFault) -> None:
    assert refusal(link(), now=now) is fault


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"host": "other.example"}, id="another host"),
        pytest.param({"path": "/_pdf/other.pdf"}, id="another object"),
    ],
)
def test_it_is_good_for_one_object_on_one_host(changes: dict[str, str]) -> None:
    assert refusal(link(), **changes) is LinkFault.WRONG_SIGNATURE  # type: ignore[arg-type]  # only host and path


def test_another_secret_signs_otherwise() -> None:
    assert refusal(link(secret="other")) is LinkFault.WRONG_SIGNATURE


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("Expires=604800", "Expires=604799", id="another lifetime"),
        pytest.param("T020012Z", "T020011Z", id="another time"),
        pytest.param("ap-east-1", "us-east-1", id="another region"),
        pytest.param("=KYCSIM", "=KYCSIN", id="another key"),
    ],
)
def test_nothing_it_says_can_be_changed(old: str, new: str) -> None:
    query = link()
    assert old in query

    assert refusal(query.replace(old, new)) is LinkFault.WRONG_SIGNATURE


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("Expires=604800", "Expires=604801", id="a lifetime above seven days"),
        pytest.param("Expires=604800", "Expires=0", id="no lifetime"),
        pytest.param("Expires=604800", "Expires=６0", id="digits of another script"),
        pytest.param("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1", id="another algorithm"),
        pytest.param("SignedHeaders=host", "SignedHeaders=", id="nothing signed"),
        pytest.param("20260105T", "20261305T", id="two dates"),
        pytest.param("20260105", "20261305", id="a month that does not exist"),
        pytest.param("%2Fs3%2F", "%2Fsqs%2F", id="another service"),
        pytest.param("&X-Amz-Signature=", "&Signature=", id="no signature"),
        pytest.param("&X-Amz-Date=", "&X-Amz-Expires=1&X-Amz-Date=", id="a member twice"),
    ],
)
def test_a_link_of_another_shape_is_none(old: str, new: str) -> None:
    query = link()
    assert old in query

    assert refusal(query.replace(old, new)) is LinkFault.MALFORMED


@pytest.mark.parametrize("query", ["", "download=1", "Signature=x"])
def test_a_query_without_its_members_is_unsigned(query: str) -> None:
    with pytest.raises(LinkRefused) as refused:
        read(query)

    assert refused.value.fault is LinkFault.UNSIGNED


@pytest.mark.parametrize("lifetime", [0, -1, LONGEST_LIFETIME + 1])
def test_no_link_lives_longer_than_the_scheme_allows(lifetime: int) -> None:
    with pytest.raises(ValueError, match="604800"):
        link(lifetime=lifetime)
