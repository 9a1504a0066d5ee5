from __future__ import annotations

import time
from typing import Any

import orjson
import pytest

from contracts.registry import validator
from simulator.providers.kyc_china.messages import TOKEN, Unreadable, read_object, read_submission

VALID: dict[str, Any] = {
    "name": "测试甲",
    "idNumber": "110101190001010006",
    "idIssueDate": "20180501",
    "idExpiryDate": "长期",
    "facePhoto": "AAAA",
    "mobile": "13800138000",
    "bankCardNumber": "6200000000000005",
    "addressesToVerify": [{"type": "work", "city": "杭州", "address": "测试路1号"}],
    "callbackUrl": "https://127.0.0.1/hook",
}


def refusal(document: object, **options: bool) -> tuple[str, str]:
    with pytest.raises(Unreadable) as refused:
        read_submission(orjson.dumps(document), **options)
    return refused.value.wording, refused.value.field


def test_every_field_is_read() -> None:
    submission = read_submission(orjson.dumps(VALID))

    assert {**submission.values, "addressesToVerify": VALID["addressesToVerify"]} == VALID
    assert [(item.kind.value, item.city, item.address) for item in submission.addresses] == [
        ("work", "杭州", "测试路1号")
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("idNumber", "11010119000101000x", id="small x"),
        pytest.param("idNumber", "110101199001011234", id="the documentation's, a wrong check digit"),
        pytest.param("bankCardNumber", "6222021234567890123", id="the documentation's, no Luhn"),
        pytest.param("idIssueDate", "20180231", id="a day that does not exist"),
        pytest.param("idIssueDate", "00000000", id="zeros"),
        pytest.param("idExpiryDate", "00000000", id="long-term elsewhere"),
        pytest.param("name", "Lin Jingyi", id="pinyin"),
        pytest.param("name", " 测试甲 ", id="blanks around the name"),
        pytest.param("name", "阿卜杜热依木·买买提", id="a dot"),
        pytest.param("name", "测试\n甲", id="a line break in the name"),
        pytest.param("facePhoto", "-_8", id="URL-safe base64"),
        pytest.param("facePhoto", "!", id="no base64 at all"),
        pytest.param("callbackUrl", "https:// ", id="a blank for a host"),
    ],
)
def test_only_the_shape_is_asked(field: str, value: str) -> None:
    document = {**VALID, field: value}

    assert read_submission(orjson.dumps(document)).values[field] == value
    assert validator("kyc_china", "request", "request").is_valid(document)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        pytest.param("idNumber", "110101190001010006\n", id="line break after the number"),
        pytest.param("idNumber", "１１０１０１190001010006", id="digits of another width"),
        pytest.param("idNumber", "110101900101001", id="fifteen digits"),
        pytest.param("idNumber", 110101190001010006, id="a JSON number"),
        pytest.param("idNumber", "", id="empty number"),
        pytest.param("mobile", "13800138000\n", id="line break after the mobile"),
        pytest.param("mobile", "+8613800138000", id="country code"),
        pytest.param("mobile", "12800138000", id="12 in front"),
        pytest.param("mobile", "138 0013 8000", id="blanks"),
        pytest.param("idIssueDate", "长期", id="no end as the first day"),
        pytest.param("idIssueDate", "2018-05-01", id="dashes"),
        pytest.param("idExpiryDate", "长期有效", id="another word for no end"),
        pytest.param("facePhoto", "data:image/png;base64,AAAA", id="data URL"),
        pytest.param("facePhoto", "", id="no photo"),
        pytest.param("name", "", id="no name"),
        pytest.param("name", ["测试甲"], id="a list of names"),
        pytest.param("bankCardNumber", "62000000000", id="eleven digits"),
        pytest.param("bankCardNumber", "6" * 20, id="twenty digits"),
        pytest.param("bankCardNumber", "6200-0000-0000-0005", id="hyphens"),
        pytest.param("callbackUrl", "HTTPS://127.0.0.1/", id="scheme in capitals"),
        pytest.param("callbackUrl", "ftp://127.0.0.1/", id="another scheme"),
        pytest.param("callbackUrl", "https://", id="a scheme alone"),
        pytest.param("addressesToVerify", [], id="no address"),
        pytest.param("addressesToVerify", {}, id="one address without a list"),
    ],
)
def test_a_field_of_another_shape_is_named(field: str, value: object) -> None:
    document = {**VALID, field: value}

    assert refusal(document) == ("field", field)


@pytest.mark.parametrize(
    ("address", "place"),
    [
        pytest.param("测试路1号", "addressesToVerify[1]", id="a text"),
        pytest.param({"type": "home", "city": "a", "address": "b"}, "addressesToVerify[1].type", id="unknown type"),
        pytest.param({"type": "work", "address": "b"}, "addressesToVerify[1].city", id="no city"),
        pytest.param({"type": "work", "city": "a", "address": ""}, "addressesToVerify[1].address", id="empty address"),
    ],
)
def test_an_address_of_another_shape_is_named_by_its_place(address: object, place: str) -> None:
    both = [VALID["addressesToVerify"][0], address]

    assert refusal({**VALID, "addressesToVerify": both}) == ("field", place)


def test_plain_http_is_taken_for_a_callback_only_when_asked_for() -> None:
    document = {**VALID, "callbackUrl": "http://127.0.0.1/hook"}

    assert refusal(document) == ("field", "callbackUrl")
    assert read_submission(orjson.dumps(document), http_callbacks=True).values["callbackUrl"].startswith("http:")


@pytest.mark.parametrize("body", [b"[]", b'"a"', b"{", b"null", b"\xff", b'{"name": "\\ud800"}'])
def test_what_is_no_json_object_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        read_object(body)

    assert refused.value.wording == "json"


@pytest.mark.parametrize("body", [b"", b" \r\n", b"{}"])
def test_nothing_is_an_empty_object(body: bytes) -> None:
    assert read_object(body) == {}


def test_null_is_absence_and_the_unknown_is_ignored() -> None:
    submission = read_submission(b'{"name": null, "addressesToVerify": null, "mobile": "13800138000", "dryRun": true}')

    assert (dict(submission.values), submission.addresses) == ({"mobile": "13800138000"}, ())


def test_the_echo_leaves_photo_and_callback_out_and_masks_nothing() -> None:
    echo = read_submission(orjson.dumps(VALID)).echo()

    assert echo == {name: value for name, value in VALID.items() if name not in ("facePhoto", "callbackUrl")}


def test_nothing_submitted_is_shown() -> None:
    submission = read_submission(orjson.dumps(VALID))

    assert "测试甲" not in repr(submission)
    assert "110101" not in repr(submission)


@pytest.mark.parametrize("field", ["name", "facePhoto", "callbackUrl"])
def test_a_million_characters_take_no_time(field: str) -> None:
    started = time.perf_counter()
    read_submission(orjson.dumps({**VALID, field: "https://" + "9" * 1_000_000}))

    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(("text", "fits"), [("a.b.", True), ("a.b.c", True), ("a.b", False), ("a.b.c\n", False)])
def test_a_token_is_matched_as_a_whole(text: str, fits: bool) -> None:
    assert (TOKEN.fullmatch(text) is not None) is fits
