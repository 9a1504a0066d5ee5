from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from simulator.redaction import Redactor

TOKEN = re.compile(r"~[0-9a-f]{12}")
VALUES = ["110101190001010006", "测试甲", "6226090210146748", "\ud800", " ", "x" * 100_000]


@pytest.mark.parametrize("value", VALUES, ids=["id", "name", "card", "lone surrogate", "blank", "long"])
def test_a_token_shows_nothing_of_the_value(value: str) -> None:
    token = Redactor(b"key").token(value)

    assert TOKEN.fullmatch(token)
    assert value not in token


def test_one_value_has_one_token_and_two_values_have_two() -> None:
    redactor = Redactor(b"key")

    assert redactor.token("a") == redactor.token("a") == Redactor(b"key").token("a")
    assert redactor.token("a") != redactor.token("b")


def test_tokens_of_two_keys_are_unrelated() -> None:
    assert Redactor(b"key").token("a") != Redactor(b"other").token("a")


def test_the_empty_text_stays_empty_so_that_a_missing_value_is_seen() -> None:
    assert Redactor(b"key").token("") == ""


def test_only_public_fields_stay_in_clear() -> None:
    fields = Redactor(b"key").fields({"CertType": "0", "IdCard": "110101190001010006", "Name": ""}, {"CertType"})

    assert fields["CertType"] == "0"
    assert TOKEN.fullmatch(fields["IdCard"])
    assert fields["Name"] == ""


def test_a_body_is_its_size_and_digest() -> None:
    seen = Redactor.body(b"photo")

    assert seen["bytes"] == 5
    assert re.fullmatch(r"[0-9a-f]{24}", str(seen["digest"]))
    assert seen == Redactor.body(b"photo")
    assert seen["digest"] != Redactor.body(b"other")["digest"]


def test_eight_threads_agree_on_a_token() -> None:
    redactor = Redactor(b"key")
    with ThreadPoolExecutor(8) as pool:
        tokens = set(pool.map(redactor.token, ["value"] * 2000))

    assert len(tokens) == 1


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/tencent",
        "/tencent/",
        "/api/v3/global-kyc-verify/cn/nid",
        "/uis/idverify/v1/idcardphotoverification",
        "/nciic_ws/services/NciicServices",
        "/kyc/cn/request",
    ],
)
def test_a_providers_path_is_kept(path: str) -> None:
    assert Redactor(b"key").path(path) == path


@pytest.mark.parametrize(
    "value", ["110101199003070011", "13800138000", "%E9%9F%A6%E5%B0%8F", "6226-0902-1014-6748", "a" * 65]
)
def test_what_may_be_personal_in_a_path_becomes_a_token(value: str) -> None:
    redactor = Redactor(b"key")

    assert redactor.path(f"/tencent/{value}") == f"/tencent/{redactor.token(value)}"
    assert redactor.path(f"/{value}/x/y") == f"/{redactor.token(value)}/x/y"


def test_an_address_of_ours_is_kept_whatever_it_looks_like() -> None:
    redactor = Redactor(b"key", addresses=["/gateway/20180301"])

    assert redactor.path("/gateway/20180301") == "/gateway/20180301"
    assert redactor.path("/gateway/20180302") != "/gateway/20180302"


def test_tokens_are_the_same_after_more_values_than_are_remembered() -> None:
    redactor = Redactor(b"key")
    first = redactor.token("a")
    for number in range(10_000):
        redactor.token(str(number))

    assert redactor.token("a") == first
    assert len(redactor._known) < 5000


def test_long_values_are_not_remembered() -> None:
    redactor = Redactor(b"key")
    redactor.token("x" * 65)

    assert "x" * 65 not in redactor._known
