from __future__ import annotations

from typing import Any

import pytest

from simulator.providers.mps.documents import of_rows
from simulator.providers.mps.rows import MOST_ROWS, NotConditions, answer, answer_row, failed_row, read, refusal

LABELS = "<ROW><GMSFHM>公民身份号码</GMSFHM><XM>姓名</XM></ROW>"
DATA = '<ROW FSD="110000" YWLX="开户"><GMSFHM>110101190001010006</GMSFHM><XM>测试甲</XM></ROW>'
ASKED = {"FSD": "110000", "YWLX": "开户", "GMSFHM": "110101190001010006", "XM": "测试甲"}


def conditions(rows: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<ROWS><INFO><SBM>unit</SBM></INFO>{rows}</ROWS>'


def test_the_documented_sample_is_read() -> None:
    found = read(conditions(LABELS + DATA))

    assert (found.unit, found.rows) == ("unit", (ASKED,))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        pytest.param(conditions(LABELS + DATA + DATA), ["110101190001010006"] * 2, id="two rows"),
        pytest.param(conditions(DATA), ["110101190001010006"], id="no labels"),
        pytest.param(conditions(LABELS + "<ROW><XM>a</XM></ROW>"), [None], id="a row without a number"),
        pytest.param(conditions(LABELS + "<ROW/>"), [None], id="an empty row"),
        pytest.param(f"<ROWS>{DATA}</ROWS>", ["110101190001010006"], id="no unit"),
        pytest.param("\n " + conditions(LABELS + DATA) + "\n", ["110101190001010006"], id="blanks around it"),
        pytest.param(conditions(LABELS + DATA).replace("UTF-8", "GBK"), ["110101190001010006"], id="text is text"),
        pytest.param(
            conditions("<ROW><GMSFHM>１１</GMSFHM><XM>a</XM></ROW>"), ["１１"], id="full-width digits are no label"
        ),
    ],
)
def test_rows_of_data_are_told_from_labels(text: str, numbers: list[str | None]) -> None:
    assert [row.get("GMSFHM") for row in read(text).rows] == numbers


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("a&amp;b&lt;c&gt;", "a&b<c>"),
        ("<![CDATA[a&b]]>", "a&b"),
        ("&#x20000;", "𠀀"),
        (" 测试甲 ", " 测试甲 "),
        ("", ""),
    ],
)
def test_a_name_arrives_as_it_was_meant(written: str, name: str) -> None:
    row = f"<ROW><GMSFHM>1</GMSFHM><XM>{written}</XM></ROW>"

    assert read(conditions(row)).rows[0]["XM"] == name


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("", "not_xml", id="nothing"),
        pytest.param("<ROWS>", "not_xml", id="half a document"),
        pytest.param('<!DOCTYPE R [<!ENTITY x "y">]>' + f"<ROWS>{DATA}</ROWS>", "doctype", id="an entity"),
        pytest.param("<ROWS>" + "<a>" * 100 + "</a>" * 100 + "</ROWS>", "too_deep", id="a well"),
        pytest.param("<RESPONSE/>", "root", id="another root"),
        pytest.param(conditions(""), "rows", id="no rows"),
        pytest.param(conditions(LABELS), "rows", id="labels alone"),
        pytest.param(conditions(DATA * (MOST_ROWS + 1)), "rows", id="a row too many"),
    ],
)
def test_what_holds_no_rows_is_refused_by_its_reason(text: str, reason: str) -> None:
    with pytest.raises(NotConditions) as refused:
        read(text)

    assert refused.value.reason == reason


def items(finding: str, text: str, *, photo: bool = False, score: str = "", **asked: str) -> list[dict[str, str]]:
    written = answer_row(1, {**ASKED, **asked}, finding, text, photo=photo, score=score)
    found: dict[str, Any] = of_rows(answer([written]))["ROWS"][0]
    assert (found["no"], set(found)) == ("1", {"no", "INPUT", "OUTPUT"})
    output: list[dict[str, str]] = found["OUTPUT"]
    return output


@pytest.mark.parametrize(
    ("finding", "text", "expected"),
    [
        ("match", "一致", [{"gmsfhm": "", "result_gmsfhm": "一致"}, {"xm": "", "result_xm": "一致"}]),
        ("mismatch", "不一致", [{"gmsfhm": "", "result_gmsfhm": "一致"}, {"xm": "", "result_xm": "不一致"}]),
        ("not_found", "无", [{"errormesage": "无"}, {"errormesagecol": ""}]),
        ("invalid_id", "错", [{"errormesage": "错"}, {"errormesagecol": "公民身份号码"}]),
        ("invalid_name", "错", [{"errormesage": "错"}, {"errormesagecol": "姓名"}]),
        (
            "cancelled", "注",
            [{"gmsfhm": "", "result_gmsfhm": "注"}, {"xm": "", "result_xm": ""}, {"zt": "注销"}, {"zxbs": "1"}],
        ),
    ],
)  # fmt: skip
def test_each_finding_has_the_captured_shape(finding: str, text: str, expected: list[dict[str, str]]) -> None:
    assert items(finding, text) == expected


@pytest.mark.parametrize(
    ("missing", "photo", "label"),
    [("XM", False, "姓名"), ("GMSFHM", False, "公民身份号码"), ("XP", True, "照片"), ("XM", True, "姓名")],
)
def test_the_first_missing_column_is_named(missing: str, photo: bool, label: str) -> None:
    assert items("incomplete", "必录项缺失", photo=photo, **{"XP": "x", missing: ""})[1] == {"errormesagecol": label}


def test_only_the_third_item_of_a_comparison_is_filled() -> None:
    assert items("match", "系统判断为同一人", photo=True, score="87") == [
        {"gmsfhm": "", "result_gmsfhm": "一致", "result_fx": "", "result_fs": ""},
        {"xm": "", "result_xm": "一致", "result_fx": "", "result_fs": ""},
        {"xp": "", "result_xp": "", "result_fx": "系统判断为同一人", "result_fs": "87"},
    ]


def test_a_photo_is_not_compared_when_the_name_differs() -> None:
    named, compared = items("mismatch", "不一致", photo=True)[1:]

    assert named["result_xm"] == "不一致"
    assert compared == {"xp": "", "result_xp": "", "result_fx": "", "result_fs": ""}


def test_the_question_is_echoed_whatever_it_holds() -> None:
    written = answer_row(7, {"GMSFHM": "<1>", "XM": "a&b"}, "match", "一致", photo=False)

    assert of_rows(answer([written]))["ROWS"][0]["INPUT"] == {"gmsfhm": "<1>", "xm": "a&b"}


def test_a_row_that_failed_stands_among_others() -> None:
    rows = of_rows(answer([failed_row(1, "-901", "数据源异常"), answer_row(2, ASKED, "match", "一致", photo=False)]))

    assert rows["ROWS"][0] == {"no": "1", "ErrorCode": "-901", "ErrorMsg": "数据源异常"}
    assert rows["ROWS"][1]["no"] == "2"


def test_a_refused_call_has_another_root_as_captured() -> None:
    assert refusal("-80", "授权文件格式错误").partition("\n")[2] == (
        '<RESPONSE errorcode="-80" code="0" countrows="1"><ROWS><ROW><ErrorCode>-80</ErrorCode>'
        "<ErrorMsg>授权文件格式错误</ErrorMsg></ROW></ROWS></RESPONSE>"
    )
