from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from simulator.clock import FixedClock
from simulator.providers.mps.gateway import CHECKS, LONGEST_BODY

if TYPE_CHECKING:
    from tests.unit.simulator.providers.mps.conftest import Client

FORM = "application/x-www-form-urlencoded"
FAILURE = {"chargeStatus": 0, "data": None}


def test_the_order_is_the_documented_one() -> None:
    assert [name for name, _ in CHECKS] == ["size", "body", "app_id", "signature"]


def test_a_match_is_answered_as_the_page_shows(client: Client, honest: dict[str, str]) -> None:
    answer = client.ask("two-factor", honest)
    data = answer.pop("data")

    assert answer == {"chargeStatus": 1, "message": "成功", "code": "200000"}
    assert re.fullmatch("0260105[0-9]{11}", data.pop("orderNo"))
    assert data == {"handleTime": "2026-01-05 10:00:00", "result": "01", "remark": "一致"}


def test_a_face_comparison_is_answered_with_all_its_members(client: Client, photo: str) -> None:
    unsure = {"name": "测试戊", "idNum": "110101190001010049", "image": photo}

    answer = client.ask("face-compare", unsure)
    data = answer["data"]

    assert answer["chargeStatus"] == 1
    assert list(data) == [
        "orderNo", "handleTime", "result", "idcardResult", "idcardMessage", "photoResult", "photoMessage", "photoScore",
    ]  # fmt: skip
    assert [data[name] for name in list(data)[2:]] == ["02", "01", "一致", "03", "不能确定是否为同一人", "52"]


@pytest.mark.parametrize("content_type", ["application/json", FORM])
def test_a_call_is_the_same_as_json_and_as_a_form(client: Client, honest: dict[str, str], content_type: str) -> None:
    request = client.request("two-factor", client.signed(honest), content_type=content_type)

    assert orjson.loads(client.send(request).body)["data"]["result"] == "01"


def test_a_multipart_form_is_what_the_page_asks_for(client: Client, honest_face: dict[str, str]) -> None:
    parts = "".join(
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in client.signed(honest_face).items()
    )
    request = client.request(
        "face-compare", (parts + "--b--\r\n").encode(), content_type="multipart/form-data; boundary=b"
    )

    assert orjson.loads(client.send(request).body)["data"]["photoResult"] == "01"


def test_further_fields_are_let_through_and_not_signed(client: Client, honest: dict[str, str]) -> None:
    answer = client.ask("two-factor", {**honest, "channel": "app"})

    assert answer["data"]["result"] == "01"
    assert set(client.last["request"]["fields"]) == {"name", "idNum"}


@pytest.mark.parametrize(
    ("changes", "step", "evidence"),
    [
        pytest.param({"appId": "nobody"}, "app_id", {"app_id": "unknown"}, id="nobody's appId"),
        pytest.param({"sign": "x"}, "signature", {"cause": "wrong_secret"}, id="no signature"),
        pytest.param({"name": "测试乙"}, "signature", {"cause": "wrong_secret"}, id="changed afterwards"),
    ],
)
def test_who_is_not_who_they_say_is_refused(
    client: Client, honest: dict[str, str], changes: dict[str, str], step: str, evidence: dict[str, Any]
) -> None:
    answer = client.ask("two-factor", honest, **changes)

    assert answer == {**FAILURE, "message": "签名验证失败", "code": "400001"}
    assert client.step(step).items() >= evidence.items()


def test_a_call_without_an_app_id_belongs_to_nobody(client: Client, honest: dict[str, str]) -> None:
    answer = client.send(client.request("two-factor", honest))

    assert orjson.loads(answer.body)["code"] == "400001"
    assert client.step("app_id") == {"app_id": "absent"}
    assert client.tenant.journal.entries() == []


@pytest.mark.parametrize(
    ("body", "content_type", "evidence"),
    [
        pytest.param(b"{", "application/json", {"reason": "json"}, id="no JSON"),
        pytest.param(b"a=1", "text/plain", {"reason": "content_type"}, id="another content type"),
        pytest.param(b'{"idNum":1}', "application/json", {"reason": "type", "parameter": "idNum"}, id="a number"),
        pytest.param(b'{"110101":1}', "application/json", {"reason": "type"}, id="a name that may be anything"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(
    client: Client, body: bytes, content_type: str, evidence: dict[str, str]
) -> None:
    answer = client.send(client.request("two-factor", body, content_type=content_type))

    assert orjson.loads(answer.body) == {**FAILURE, "message": "请求体无法解析", "code": "400002"}
    assert client.step("body") == evidence


def test_a_body_that_is_too_long_is_not_read(client: Client) -> None:
    answer = client.send(client.request("two-factor", b" " * (LONGEST_BODY + 1)))

    assert orjson.loads(answer.body)["message"] == "请求体过长"
    assert client.step("size") == {"bytes": LONGEST_BODY + 1, "limit": LONGEST_BODY}


def test_who_calls_is_asked_before_what_is_missing(client: Client, honest: dict[str, str]) -> None:
    assert client.ask("two-factor", {"name": honest["name"]}, sign="x")["code"] == "400001"
    assert client.ask("two-factor", {"name": honest["name"]})["code"] == "400002"


def test_order_numbers_count_on_and_are_found_again(client: Client, clock: FixedClock, honest: dict[str, str]) -> None:
    numbers = [client.ask("two-factor", honest)["data"]["orderNo"] for _ in range(2)]
    clock.advance(24 * 3600)
    numbers.append(client.ask("two-factor", honest)["data"]["orderNo"])

    assert [number[:7] for number in numbers] == ["0260105", "0260105", "0260106"]
    assert [int(number[7:]) - int(numbers[0][7:]) for number in numbers] == [0, 1, 2]
    assert [client.tenant.journal.find(number) is not None for number in numbers] == [True] * 3


def test_a_refusal_has_a_number_in_the_journal_alone(client: Client, honest: dict[str, str]) -> None:
    answer = client.ask("two-factor", honest, sign="x")

    assert "orderNo" not in str(answer)
    assert re.fullmatch("0260105[0-9]{11}", client.last["request_id"])


def test_details_about_the_person_are_a_switch_and_only_for_a_match_of_two_elements(
    client: Client, honest: dict[str, str], honest_four: dict[str, str]
) -> None:
    client.tenant.set_switch("mps.person_details", True)
    two = client.ask("two-factor", honest)["data"]
    other = client.ask("two-factor", {**honest, "name": "测试乙"})["data"]
    four = client.ask("four-factor", honest_four)["data"]

    assert (two["province"], two["birthday"], two["gender"]) == ("北京市", "19000101", "2")
    assert "province" not in {*other, *four}


def test_what_is_kept_holds_nothing_personal(client: Client, honest_face: dict[str, str]) -> None:
    client.ask("face-compare", honest_face)
    client.ask("face-compare", honest_face, sign="x")
    kept = b"".join(raw for log in ("journal", "ledger") for _, raw in client.tenant.space.read(log))

    assert kept.count(b'"face-compare"') == 4
    for value in (*honest_face.values(), client.keys["app_key"]):
        assert value.encode() not in kept
        assert orjson.dumps(value)[1:-1] not in kept
