from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from simulator.clock import FixedClock
from simulator.providers.mps.documents import of_message
from simulator.providers.mps.rows import MOST_ROWS
from simulator.providers.mps.service import CHECKS, LONGEST_MESSAGE
from simulator.providers.mps.soap import SOAP_12

if TYPE_CHECKING:
    from tests.unit.simulator.providers.mps.conftest import Client

Row = dict[str, str]

BOMB = '<!DOCTYPE ROWS [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><ROWS><ROW>&b;</ROW></ROWS>'
SOURCE_ERROR = {"GMSFHM": "110101190001010065", "XM": "测试庚"}


def output(document: dict[str, Any], number: int = 0) -> list[dict[str, str]]:
    found: list[dict[str, str]] = document["ROWS"][number]["OUTPUT"]
    return found


def refusal(document: dict[str, Any]) -> str:
    return str(document["RESPONSE"]["errorcode"])


def test_the_order_is_the_documented_one() -> None:
    assert [name for name, _ in CHECKS] == ["size", "message", "operation", "licence", "conditions"]


def test_number_and_name_are_checked(client: Client, row: Row) -> None:
    document = client.rows("nciicCheck", row)

    assert document["ROWS"][0]["INPUT"] == {"gmsfhm": row["GMSFHM"], "xm": row["XM"]}
    assert output(document) == [{"gmsfhm": "", "result_gmsfhm": "一致"}, {"xm": "", "result_xm": "一致"}]
    assert (client.last["operation"], client.last["answer"]["code"]) == ("nciicCheck", "一致")
    assert client.last["answer"]["charged"] is True


def test_a_photo_is_compared(client: Client, photo_row: Row) -> None:
    assert output(client.rows("nciicCompare", photo_row))[2] == {
        "xp": "", "result_xp": "", "result_fx": "系统判断为同一人", "result_fs": "92",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "code", "first"),
    [
        pytest.param({"XM": "测试乙"}, "不一致", {"gmsfhm": "", "result_gmsfhm": "一致"}, id="another name"),
        pytest.param(
            {"GMSFHM": "110101190001010014", "XM": "测试乙"}, "库中无此号",
            {"errormesage": "服务结果:库中无此号，请到户籍所在地进行核实"}, id="not on file",
        ),
        pytest.param(
            {"GMSFHM": "110101190001010007"}, "库中无此号",
            {"errormesage": "服务结果:库中无此号，请到户籍所在地进行核实"}, id="a check digit nobody has",
        ),
        pytest.param(
            {"GMSFHM": "99010119000101000X"}, "库中无此号",
            {"errormesage": "服务结果:库中无此号，请到户籍所在地进行核实"}, id="a province there is not",
        ),
        pytest.param(
            {"GMSFHM": "110101190001010022", "XM": "测试丙"}, "已注销",
            {"gmsfhm": "", "result_gmsfhm": "该公民身份号码已注销"}, id="cancelled",
        ),
        pytest.param({"XM": ""}, "必录项缺失", {"errormesage": "必录项缺失"}, id="no name"),
        pytest.param({"GMSFHM": ""}, "必录项缺失", {"errormesage": "必录项缺失"}, id="no number"),
        pytest.param({"GMSFHM": "1" * 13}, "公民身份号码错误", {"errormesage": "公民身份号码错误"}, id="13 digits"),
        pytest.param({"XM": "a&b<c>"}, "姓名错误", {"errormesage": "姓名错误"}, id="special characters"),
        pytest.param({"XM": " 测试甲"}, "姓名错误", {"errormesage": "姓名错误"}, id="a blank is not trimmed"),
    ],
)  # fmt: skip
def test_each_finding_is_told_in_its_shape(
    client: Client, row: Row, changes: Row, code: str, first: dict[str, str]
) -> None:
    document = client.rows("nciicCheck", {**row, **changes})

    assert output(document)[0] == first
    assert document["ROWS"][0]["INPUT"]["xm"] == {**row, **changes}["XM"]
    assert client.last["answer"]["code"] == code


def test_a_row_without_a_column_is_like_one_with_an_empty_column(client: Client, row: Row) -> None:
    del row["GMSFHM"]

    assert output(client.rows("nciicCheck", row))[1] == {"errormesagecol": "公民身份号码"}


def test_the_comma_of_a_number_that_is_not_on_file_is_a_switch(client: Client) -> None:
    client.tenant.set_switch("mps.not_found_comma", "ascii")
    document = client.rows("nciicCheck", {"GMSFHM": "110101190001010014", "XM": "测试乙"})

    assert output(document)[0]["errormesage"] == "服务结果:库中无此号,请到户籍所在地进行核实"


@pytest.mark.parametrize(
    ("picture", "verdict", "score"),
    [
        pytest.param("data:image/png;base64,AAAA", "照片base64编码异常", "", id="a prefix"),
        pytest.param("AAAA\nBBBB", "照片base64编码异常", "", id="a line break"),
    ],
)
def test_a_picture_that_cannot_be_decoded_is_told(
    client: Client, photo_row: Row, picture: str, verdict: str, score: str
) -> None:
    compared = output(client.rows("nciicCompare", {**photo_row, "XP": picture}))[2]

    assert (compared["result_fx"], compared["result_fs"]) == (verdict, score)


def test_rows_are_answered_each_by_itself(client: Client, row: Row) -> None:
    document = client.rows("nciicCheck", row, SOURCE_ERROR, {"XM": "测试甲"}, {**row, "XM": "测试乙"})

    assert [found["no"] for found in document["ROWS"]] == ["1", "2", "3", "4"]
    assert output(document, 0)[1]["result_xm"] == "一致"
    assert document["ROWS"][1] == {"no": "2", "ErrorCode": "-901", "ErrorMsg": "数据源异常"}
    assert output(document, 2)[0] == {"errormesage": "必录项缺失"}
    assert output(document, 3)[1]["result_xm"] == "不一致"


def test_a_call_of_several_rows_is_recorded_as_the_first_that_is_no_match(client: Client, row: Row) -> None:
    client.rows("nciicCheck", row, {**row, "XM": "测试乙"}, SOURCE_ERROR)

    assert client.last["answer"]["code"] == "不一致"
    assert client.last["answer"]["charged"] is True
    assert {name.partition(".")[2] for name in client.last["request"]["fields"]} == {"", "2", "3"}


def test_a_call_is_charged_when_one_of_its_rows_is(client: Client, row: Row) -> None:
    client.rows("nciicCheck", SOURCE_ERROR, row)
    assert client.last["answer"]["charged"] is True

    client.rows("nciicCheck", SOURCE_ERROR, SOURCE_ERROR)
    assert client.last["answer"]["charged"] is False


@pytest.mark.parametrize(
    ("who", "code"),
    [
        (SOURCE_ERROR, "-901"),
        ({"GMSFHM": "110101190001010073", "XM": "测试辛"}, "-902"),
        ({"GMSFHM": "110101190001010081", "XM": "测试壬"}, "-903"),
    ],
)
def test_a_row_that_fails_alone_refuses_the_call(client: Client, who: Row, code: str) -> None:
    document = client.rows("nciicCheck", who)

    assert refusal(document) == code
    assert document["RESPONSE"]["ROWS"][0]["ErrorCode"] == code


def test_the_eleventh_row_about_a_number_is_one_too_many(client: Client, row: Row) -> None:
    document = client.rows("nciicCheck", *[row] * 11)

    assert [found.get("ErrorCode") for found in document["ROWS"]] == [None] * 10 + ["-903"]


def test_the_source_is_upgraded_here_too(client: Client, clock: FixedClock, row: Row) -> None:
    client.tenant.set_switch("mps.upgrading_minutes", 24 * 60)

    assert refusal(client.rows("nciicCheck", row)) == "-902"


def test_repeated_queries_are_not_refused_here(client: Client, row: Row) -> None:
    client.tenant.set_switch("mps.repeat_seconds", 60)

    assert [output(client.rows("nciicCheck", row))[1]["result_xm"] for _ in range(2)] == ["一致", "一致"]


def test_a_rule_looks_at_each_row(client: Client, row: Row) -> None:
    then = {"provider": "mps", "operation": "nciicCheck", "then": {"result": "不一致"}, "when": {"XM": "张三"}}
    client.tenant.rules.add(then)
    slow = {"GMSFHM": "11010119000101009X", "XM": "张三"}

    document = client.rows("nciicCheck", row, slow)

    assert [output(document, number)[1]["result_xm"] for number in (0, 1)] == ["一致", "不一致"]


@pytest.mark.parametrize(
    ("error", "alone", "among"),
    [
        ("-901", {"RESPONSE"}, {"ROWS"}),
        ("-80", {"RESPONSE"}, {"RESPONSE"}),
        ("Client", {"Fault"}, {"Fault"}),
        ("Server", {"Fault"}, {"Fault"}),
    ],
)
def test_a_rule_may_ask_for_a_refusal(client: Client, row: Row, error: str, alone: set[str], among: set[str]) -> None:
    client.tenant.rules.add({"provider": "mps", "operation": "nciicCheck", "then": {"error": error}})
    seen = [
        set(of_message(client.post(client.message("nciicCheck", client.conditions(*rows))).body))
        for rows in ([row], [row, row])
    ]

    assert seen == [alone, among]


@pytest.mark.parametrize("charged", [True, False])
def test_a_rule_decides_about_the_charge(client: Client, row: Row, charged: bool) -> None:
    client.tenant.rules.add({"provider": "mps", "then": {"charged": charged}})
    client.rows("nciicCheck", row, SOURCE_ERROR)

    assert client.last["answer"]["charged"] is charged


@pytest.mark.parametrize(
    ("licence", "evidence"), [("", "absent"), ("nobody's", "unknown"), ("KYCSIMDEFAULTA", "unknown")]
)
def test_a_licence_nobody_has_is_refused_as_captured(client: Client, row: Row, licence: str, evidence: str) -> None:
    answer = client.post(client.message("nciicCheck", client.conditions(row), licence=licence))

    assert of_message(answer.body) == {
        "RESPONSE": {
            "errorcode": "-80",
            "code": "0",
            "countrows": "1",
            "ROWS": [{"ErrorCode": "-80", "ErrorMsg": "授权文件格式错误"}],
        }
    }
    assert client.step("licence") == {"licence": evidence}


def test_a_licence_from_a_file_may_end_in_a_line_break(client: Client, row: Row) -> None:
    message = client.message("nciicCheck", client.conditions(row), licence=client.keys["license"] + "\r\n")

    assert "ROWS" in of_message(client.post(message).body)


@pytest.mark.parametrize(
    ("conditions", "reason"),
    [
        pytest.param("", "not_xml", id="none"),
        pytest.param("<ROWS/>", "rows", id="no rows"),
        pytest.param(BOMB, "doctype", id="a bomb inside"),
        pytest.param("<ROWS><ROW><GMSFHM>1</GMSFHM></ROW></ROWS>" * 2, "not_xml", id="two documents"),
        pytest.param(
            "<ROWS>" + "<ROW><GMSFHM>1</GMSFHM></ROW>" * (MOST_ROWS + 1) + "</ROWS>", "rows", id="too many rows"
        ),
    ],
)
def test_conditions_that_cannot_be_asked_are_refused(client: Client, conditions: str, reason: str) -> None:
    answer = client.post(client.message("nciicCheck", conditions))

    assert refusal(of_message(answer.body)) == "-904"
    assert client.step("conditions") == {"reason": reason}


@pytest.mark.parametrize(
    ("spoil", "check", "evidence"),
    [
        pytest.param(lambda body: b"", "message", {"reason": "not_xml"}, id="nothing"),
        pytest.param(lambda body: body[:-5], "message", {"reason": "not_xml"}, id="cut off"),
        pytest.param(lambda body: BOMB.encode(), "message", {"reason": "doctype"}, id="a bomb"),
        pytest.param(lambda body: b"<a/>", "message", {"reason": "envelope"}, id="no envelope"),
        pytest.param(
            lambda body: body.replace(b"nciicCheck", b"nciicStat"), "operation", {"reason": "operation"},
            id="not played",
        ),
        pytest.param(
            lambda body: body.replace(b"nciicCheck", b"two-factor"), "operation", {"reason": "operation"}, id="not here"
        ),
        pytest.param(
            lambda body: body.replace(b"inLicense", b"licence"), "operation", {"missing": ["inLicense"]},
            id="no licence",
        ),
        pytest.param(
            lambda body: body + b" " * LONGEST_MESSAGE, "size",
            None, id="too long",
        ),
    ],
)  # fmt: skip
def test_what_is_no_call_gets_a_fault(
    client: Client, row: Row, spoil: Any, check: str, evidence: dict[str, Any] | None
) -> None:
    answer = client.post(spoil(client.message("nciicCheck", client.conditions(row))))

    assert answer.status == 500
    assert of_message(answer.body)["Fault"]["faultcode"] == "soap:Client"
    assert evidence is None or client.step(check) == evidence


def test_a_message_is_answered_in_its_own_version(client: Client, row: Row) -> None:
    asked = client.message("nciicCheck", client.conditions(row), soap=SOAP_12.namespace)
    unknown = client.message("nciicStat", client.conditions(row), soap=SOAP_12.namespace)

    assert client.post(asked).headers == (("Content-Type", "application/soap+xml; charset=utf-8"),)
    assert of_message(client.post(unknown).body)["Fault"]["Code"] == "soap:Sender"


def test_what_is_kept_holds_nothing_personal(client: Client, photo_row: Row) -> None:
    client.rows("nciicCompare", photo_row, {**photo_row, "XM": "测试乙"})
    kept = b"".join(raw for log in ("journal", "ledger") for _, raw in client.tenant.space.read(log))

    assert b"nciicCompare" in kept
    for value in (photo_row["GMSFHM"], photo_row["XM"], "测试乙", photo_row["XP"], "开户", client.keys["license"]):
        assert value.encode() not in kept
