"""What the adapter makes of an answer of the NCIIC service, and what it refuses to believe."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

import pytest

from kyc_core.adapters.base import AdapterError, CheckResult, Fault
from kyc_core.adapters.mps_operations import OPERATIONS
from kyc_core.adapters.nciic import interpret
from kyc_core.adapters.transport import Answer
from kyc_core.verdicts import Retry, Verdict

COLUMNS = {"GMSFHM": "110101190001010006", "XM": "a&b"}
INPUT = "<INPUT><gmsfhm>110101190001010006</gmsfhm><xm>a&amp;b</xm></INPUT>"
NUMBER = "<ITEM><gmsfhm/><result_gmsfhm>一致</result_gmsfhm></ITEM>"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


def name(text: str) -> str:
    return f"<ITEM><xm/><result_xm>{text}</result_xm></ITEM>"


def photo(verdict: str, score: str) -> str:
    return f"<ITEM><xp/><result_xp/><result_fx>{verdict}</result_fx><result_fs>{score}</result_fs></ITEM>"


def said(text: str, column: str = "") -> str:
    return f"<ITEM><errormesage>{text}</errormesage></ITEM><ITEM><errormesagecol>{column}</errormesagecol></ITEM>"


def rows(*items: str, number: str = "1", echo: str = INPUT) -> str:
    return f'<ROWS><ROW no="{number}">{echo}<OUTPUT>{"".join(items)}</OUTPUT></ROW></ROWS>'


def message(inside: str, operation: str = "nciicCheck") -> str:
    call = f'<{operation}Response xmlns="urn:n"><out>{escape(inside)}</out></{operation}Response>'
    return f'<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="{SOAP}"><s:Body>{call}</s:Body></s:Envelope>'


def fault(code: str) -> str:
    told = f"<s:Fault><faultcode>{code}</faultcode><faultstring>text</faultstring></s:Fault>"
    return f'<s:Envelope xmlns:s="{SOAP}"><s:Body>{told}</s:Body></s:Envelope>'


def refusal(code: str, inside: str | None = None) -> str:
    row = f"<ROW><ErrorCode>{code if inside is None else inside}</ErrorCode><ErrorMsg>x</ErrorMsg></ROW>"
    return f'<RESPONSE errorcode="{code}" code="0" countrows="1"><ROWS>{row}</ROWS></RESPONSE>'


def read(
    body: str | bytes,
    operation: str = "nciicCheck",
    *,
    status: int = 200,
    content_type: str = "text/xml; charset=utf-8",
) -> CheckResult:
    raw = body if isinstance(body, bytes) else body.encode()
    return interpret(OPERATIONS[operation], COLUMNS, Answer(status, {"content-type": content_type}, raw))


def refused(body: str | bytes, operation: str = "nciicCheck", **options: Any) -> AdapterError:
    with pytest.raises(AdapterError) as error:
        read(body, operation, **options)
    return error.value


@pytest.mark.parametrize(
    ("inside", "verdict", "billed", "code"),
    [
        pytest.param(rows(NUMBER, name("一致")), Verdict.MATCH, True, "一致", id="match"),
        pytest.param(rows(NUMBER, name("不一致")), Verdict.MISMATCH, True, "不一致", id="mismatch"),
        pytest.param(
            rows(said("服务结果:库中无此号，请到户籍所在地进行核实")), Verdict.NOT_FOUND, False, "库中无此号",
            id="not found",
        ),
        pytest.param(
            rows(said("服务结果:库中无此号,请到户籍所在地进行核实")), Verdict.NOT_FOUND, False, "库中无此号",
            id="another comma",
        ),
        pytest.param(rows(said("必录项缺失", "姓名")), Verdict.REFUSED, False, "必录项缺失", id="incomplete"),
        pytest.param(rows(said("公民身份号码错误")), Verdict.INVALID_ID, False, "公民身份号码错误", id="number"),
        pytest.param(
            rows(
                "<ITEM><gmsfhm/><result_gmsfhm>该公民身份号码已注销</result_gmsfhm></ITEM>",
                name(""), "<ITEM><zt>注销</zt></ITEM><ITEM><zxbs>1</zxbs></ITEM>",
            ),
            Verdict.CANCELLED, False, "已注销", id="cancelled",
        ),
    ],
)  # fmt: skip
def test_number_and_name_are_read(inside: str, verdict: Verdict, billed: bool, code: str) -> None:
    found = read(message(inside))

    assert (found.verdict, found.billed, found.provider_code) == (verdict, billed, code)
    assert (found.request_id, found.evidence["operation"]) == (None, "nciicCheck")


@pytest.mark.parametrize(
    ("verdict", "score", "expected"),
    [
        ("系统判断为同一人", "87", Verdict.MATCH),
        ("系统判断为同一人", "91", Verdict.MATCH),
        ("不能确定是否为同一人", "40", Verdict.FACE_UNSURE),
        ("系统判断为不同人", "13", Verdict.FACE_DIFFERENT),
        ("照片base64编码异常", "", Verdict.POOR_PHOTO),
        ("特征提取失败;", "", Verdict.NO_FACE),
    ],
)
def test_a_comparison_is_read_from_its_third_item(verdict: str, score: str, expected: Verdict) -> None:
    inside = rows(NUMBER, name("一致"), photo(verdict, score))

    assert read(message(inside, "nciicCompare"), "nciicCompare").verdict is expected


def test_a_photo_is_not_looked_at_when_the_name_differs() -> None:
    inside = rows(NUMBER, name("不一致"), photo("", ""))

    assert read(message(inside, "nciicCompare"), "nciicCompare").verdict is Verdict.MISMATCH


@pytest.mark.parametrize(
    ("code", "verdict", "retry"),
    [
        ("-80", Verdict.REFUSED, Retry.FIX_REQUEST),
        ("-901", Verdict.SOURCE_ERROR, Retry.LATER),
        ("-902", Verdict.SOURCE_UPGRADING, Retry.LATER),
        ("-903", Verdict.QUOTA, Retry.NEXT_DAY),
    ],
)
def test_refusals_and_rows_that_failed_are_read_alike(code: str, verdict: Verdict, retry: Retry) -> None:
    whole = read(message(refusal(code)))
    row = read(message(f'<ROWS><ROW no="1"><ErrorCode>{code}</ErrorCode><ErrorMsg>x</ErrorMsg></ROW></ROWS>'))

    assert [(found.verdict, found.retry, found.billed) for found in (whole, row)] == [(verdict, retry, False)] * 2


@pytest.mark.parametrize(
    ("code", "verdict"),
    [("soap:Client", Verdict.REFUSED), ("Server", Verdict.SOURCE_ERROR), ("s:Receiver", Verdict.SOURCE_ERROR)],
)
def test_a_fault_is_read_whatever_its_prefix(code: str, verdict: Verdict) -> None:
    found = read(fault(code), status=500)

    assert (found.verdict, found.passed) == (verdict, False)


GOOD = rows(NUMBER, name("一致"))


@pytest.mark.parametrize(
    ("inside", "fault"),
    [
        pytest.param("", Fault.MALFORMED, id="nothing inside"),
        pytest.param(GOOD[:-3], Fault.MALFORMED, id="cut off inside"),
        pytest.param('<!DOCTYPE R [<!ENTITY x "一致">]>' + GOOD, Fault.MALFORMED, id="a document type"),
        pytest.param("<OTHER/>", Fault.CONTRACT, id="another root"),
        pytest.param("<ROWS/>", Fault.CONTRACT, id="no row"),
        pytest.param(GOOD.replace("</ROWS>", GOOD[6:]), Fault.CONTRACT, id="two rows"),
        pytest.param(rows(NUMBER, name("一致"), echo=""), Fault.CONTRACT, id="no echo"),
        pytest.param(rows(NUMBER, name("一致"), echo=INPUT * 2), Fault.CONTRACT, id="two echoes"),
        pytest.param(
            rows(NUMBER, name("一致"), echo=INPUT.replace("10006", "10014")), Fault.CONTRACT,
            id="somebody else's number",
        ),
        pytest.param(
            rows(NUMBER, name("一致"), echo=INPUT.replace("a&amp;b", "a")), Fault.CONTRACT, id="somebody else's name"
        ),
        pytest.param(rows(name("一致")), Fault.CONTRACT, id="no result for the number"),
        pytest.param(rows(NUMBER), Fault.CONTRACT, id="no result for the name"),
        pytest.param(rows(NUMBER, name("")), Fault.UNKNOWN_CODE, id="an empty result"),
        pytest.param(rows(NUMBER, name(" 一致")), Fault.UNKNOWN_CODE, id="a blank before it"),
        pytest.param(rows(NUMBER, name("完全一致")), Fault.UNKNOWN_CODE, id="a text that contains it"),
        pytest.param(rows(NUMBER, name("01")), Fault.UNKNOWN_CODE, id="a code of another dialect"),
        pytest.param(rows(NUMBER, name("一致"), name("不一致")), Fault.CONTRACT, id="said twice"),
        pytest.param(rows(NUMBER, NUMBER, name("一致")), Fault.CONTRACT, id="the number twice"),
        pytest.param(rows(NUMBER.replace("一", "不一"), name("一致")), Fault.UNKNOWN_CODE, id="a wrong number"),
        pytest.param(rows(NUMBER.replace("一致", "已注销"), name("")), Fault.UNKNOWN_CODE, id="no mark"),
        pytest.param(rows(NUMBER, name("一致"), said("库中无此号")), Fault.CONTRACT, id="a message beside results"),
        pytest.param(rows(said("服务结果:其他")), Fault.UNKNOWN_CODE, id="an unknown message"),
        pytest.param(rows(NUMBER, name("一致"), photo("系统判断为同一人", "87")), Fault.CONTRACT, id="a photo"),
        pytest.param(refusal("-999"), Fault.UNKNOWN_CODE, id="an unknown refusal"),
        pytest.param(refusal("-80", "-901"), Fault.CONTRACT, id="a refusal that contradicts itself"),
        pytest.param(
            f'<ROWS><ROW no="1"><ErrorCode>-901</ErrorCode>{INPUT}</ROW></ROWS>', Fault.CONTRACT, id="failed and echoed"
        ),
    ],
)  # fmt: skip
def test_whatever_is_odd_inside_is_no_result(inside: str, fault: Fault) -> None:
    error = refused(message(inside))

    assert (error.fault, error.charge_possible) == (fault, True)


@pytest.mark.parametrize(
    "items",
    [
        pytest.param([NUMBER, name("一致")], id="no photo at all"),
        pytest.param([NUMBER, name("一致"), photo("", "")], id="no verdict"),
        pytest.param([NUMBER, name("一致"), photo("一致", "87")], id="a verdict of another operation"),
        pytest.param([NUMBER, name("一致"), photo("库中无此号", "")], id="a message for a verdict"),
        pytest.param([NUMBER, name("一致"), photo("系统判断为同一人", "")], id="no score"),
        pytest.param([NUMBER, name("一致"), photo("系统判断为同一人", "13")], id="a score of somebody else"),
        pytest.param([NUMBER, name("一致"), photo("系统判断为同一人", "101")], id="a score above its scale"),
        pytest.param([NUMBER, name("一致"), photo("特征提取失败;", "87")], id="a score without a face"),
        pytest.param([NUMBER, name("不一致"), photo("系统判断为同一人", "87")], id="another name, the same face"),
        pytest.param(
            [NUMBER, name("一致"), photo("系统判断为不同人", "13"), photo("系统判断为同一人", "87")],
            id="compared twice",
        ),
    ],
)
def test_a_comparison_that_is_odd_is_no_result(items: list[str]) -> None:
    error = refused(message(rows(*items), "nciicCompare"), "nciicCompare")

    assert error.fault in (Fault.CONTRACT, Fault.UNKNOWN_CODE)


def utf_16(text: str) -> bytes:
    return text.replace("UTF-8", "UTF-16").encode("utf-16")


@pytest.mark.parametrize(
    ("spoil", "options", "fault"),
    [
        pytest.param(str, {"status": 502}, Fault.HTTP_STATUS, id="a proxy's status"),
        pytest.param(str, {"status": 500}, Fault.HTTP_STATUS, id="an answer with the status of a fault"),
        pytest.param(str, {"content_type": "text/html"}, Fault.CONTENT_TYPE, id="a page"),
        pytest.param(str, {"content_type": "text/xml; charset=gbk"}, Fault.CONTENT_TYPE, id="another charset"),
        pytest.param(lambda text: text.encode("gb18030"), {}, Fault.MALFORMED, id="GBK"),
        pytest.param(lambda text: text[: len(text) // 2], {}, Fault.MALFORMED, id="half of it"),
        pytest.param(lambda _: b"", {}, Fault.MALFORMED, id="nothing"),
        pytest.param(lambda _: "<a/>", {}, Fault.CONTRACT, id="no envelope"),
        pytest.param(lambda text: text.replace("Body", "Corps"), {}, Fault.CONTRACT, id="no body"),
        pytest.param(lambda text: text.replace("nciicCheck", "nciicStat"), {}, Fault.CONTRACT, id="another operation"),
        pytest.param(lambda text: text.replace("<out>", "<out/><out>"), {}, Fault.CONTRACT, id="two texts"),
        pytest.param(lambda _: fault("soap:MustUnderstand"), {"status": 500}, Fault.UNKNOWN_CODE, id="another fault"),
        pytest.param(
            lambda _: fault("a").replace("faultcode", "code"), {"status": 500}, Fault.CONTRACT, id="no code"
        ),
    ],
)  # fmt: skip
def test_whatever_is_odd_outside_is_no_result(
    spoil: Callable[[str], str | bytes], options: dict[str, Any], fault: Fault
) -> None:
    assert refused(spoil(message(GOOD)), **options).fault is fault


def test_other_encodings_and_namespaces_are_fine_when_the_document_says_so() -> None:
    assert read(utf_16(message(GOOD))).passed
    assert read(message(GOOD).replace("urn:n", "urn:other"), content_type='text/xml;charset="UTF-8"').passed


def test_an_error_repeats_nothing_that_may_be_personal() -> None:
    error = refused(message(rows(NUMBER, name("110101190001010006 测试甲"))))

    assert error.provider_code is None
    assert "110101190001010006" not in str(error)
