from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import orjson
import pytest
from pylopdf_fonts_zh_cn import sans_path
from pypdf import PdfReader

from simulator.providers.kyc_china import pdf
from simulator.transactions import Transaction
from tests.measuring import unmeasured

DAY = 86_400
Truth = Callable[..., dict[str, Any]]
Client = Any


def code(answer: Any) -> str:
    assert dict(answer.headers)["Content-Type"] == "application/xml"
    assert answer.body.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<Error>')
    found = re.search(rb"<Code>(.*?)</Code>", answer.body)
    assert found is not None
    return found[1].decode()


def written(pdf: bytes) -> str:
    """Return the text of a PDF's first page without blanks.

    The font's codes have two bytes; this reader hands out the first of them, too, which is 0 for the first 256.
    """
    return "".join(PdfReader(BytesIO(pdf)).pages[0].extract_text().replace("\0", "").split())


@pytest.fixture
def drawn_unmeasured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw documents without measuring it, which takes three times as long, where others look at what is drawn."""
    render = pdf.render

    def unseen(transaction: Transaction) -> bytes:
        with unmeasured():
            return render(transaction)

    monkeypatch.setattr(pdf, "render", unseen)


@pytest.fixture
def link(client: Client, truth: Truth) -> str:
    return str(client.report(**truth("ordinary-01"))["pdfUrl"])


def test_a_link_needs_no_credentials_and_shows_the_report_inline(client: Client, link: str) -> None:
    answer = client.download(link)
    headers = dict(answer.headers)

    assert answer.status == 200
    assert headers["Content-Type"] == "application/pdf"
    assert re.fullmatch(r'inline; filename="kyc-cn-[0-9a-f]{8}\.pdf"', headers["Content-Disposition"])
    assert answer.body.startswith(b"%PDF-")


def test_a_changed_link_is_refused(client: Client, link: str) -> None:
    assert (
        code(client.download(link.replace("X-Amz-Expires=604800", "X-Amz-Expires=604000"))) == "SignatureDoesNotMatch"
    )
    assert code(client.download(link, host="localhost:8080")) == "SignatureDoesNotMatch"
    assert code(client.download(link.partition("?")[0])) == "AccessDenied"
    assert code(client.download(link.partition("&X-Amz-Signature")[0])) == "AuthorizationQueryParametersError"
    assert code(client.download(link.replace("KYCSIMCLIENT", "SOMEBODY"))) == "AccessDenied"
    assert client.download(link, method="POST").status == 405


@pytest.mark.usefixtures("drawn_unmeasured")
@pytest.mark.parametrize(
    ("days", "expected"),
    [pytest.param(0, 200, id="at once"), pytest.param(6, 200, id="day 6"), pytest.param(8, 403, id="day 8")],
)
def test_a_link_is_good_for_seven_days(client: Client, link: str, days: int, expected: int) -> None:
    client.clock.advance(days * DAY)
    answer = client.download(link)

    assert answer.status == expected
    if expected == 403:
        assert code(answer) == "AccessDenied"
        assert b"<Message>Request has expired</Message><X-Amz-Expires>604800</X-Amz-Expires>" in answer.body


@pytest.mark.usefixtures("drawn_unmeasured")
@pytest.mark.parametrize(
    ("days", "expected"),
    [pytest.param(8, 200, id="day 8"), pytest.param(29, 200, id="day 29"), pytest.param(31, 404, id="31")],
)
def test_a_later_poll_revives_the_link_while_the_object_lives(
    client: Client, truth: Truth, days: int, expected: int
) -> None:
    client.switch("token_hours", 24 * 60)
    token = client.submit(**truth("ordinary-01"))
    client.clock.advance(12 + days * DAY)
    answer = client.poll(token)
    found = client.download(orjson.loads(answer.body)["pdfUrl"])

    assert answer.status == 200, "the report outlives its object"
    assert found.status == expected
    if expected == 404:
        assert code(found) == "NoSuchKey"


def test_a_good_link_to_nothing_is_not_found(client: Client, truth: Truth) -> None:
    report = client.report(**truth("ordinary-01", "idNumber"))
    client.tenant.space.clear("transactions")

    assert code(client.download(report["pdfUrl"])) == "NoSuchKey"


def test_the_document_says_in_chinese_what_the_report_says(client: Client, truth: Truth) -> None:
    client.rule("risk.criminal", {"error": "Upstream timeout"})
    client.rule("identity.three-factor", {"result": "not found"})
    client.rule("bank.four-factor", {"result": "no match"})
    report = client.report(**truth("ordinary-01"))
    text = written(client.download(report["pdfUrl"]).body)

    for words in (
        "身份核验报告",
        "2026-01-0510:00:12",
        "林静怡",
        "310115188503140620",
        "长期",
        "13490000010",
        "6217000000000000103",
        "核验概览一致2不一致1查无记录1已返回数据5异常1",
        "身份四要素一致身份信息一致",
        "手机三要素查无记录查无记录",
        "号码归属地已返回中国移动上海",
        "工作地已返回上海",
        "地址核验1≤3km工作地上海测试大道1号",
        "反欺诈未命中欺诈：无，赌博：无，洗钱跑分：无",
        "涉案核查异常上游超时",
        "银行卡四要素不一致银行卡信息不一致",
    ):
        assert words in text, words


def test_the_font_comes_with_the_document(client: Client, link: str) -> None:
    page = PdfReader(BytesIO(client.download(link).body)).pages[0]
    fonts: Any = page["/Resources"]["/Font"].get_object()  # type: ignore[index]  # a PDF dictionary
    descriptors = [font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts.values()]

    assert descriptors
    assert all("NotoSansSC" in descriptor["/FontName"] for descriptor in descriptors)
    assert all("/FontFile3" in descriptor for descriptor in descriptors)


def test_the_font_is_the_one_its_makers_published() -> None:
    digest = hashlib.sha256(sans_path().read_bytes()).hexdigest()

    # Noto CJK, Sans/SubsetOTF/SC, as the package's page names it.
    assert digest == "faa6c9df652116dde789d351359f3d7e5d2285a2b2a1f04a2d7244df706d5ea9"


def test_the_same_report_gives_the_same_bytes(client: Client, link: str, truth: Truth) -> None:
    first = client.download(link).body
    client.clock.advance(DAY)

    assert client.download(link).body == first


def test_a_character_that_the_font_lacks_is_marked_and_never_logged(
    client: Client, truth: Truth, caplog: pytest.LogCaptureFixture
) -> None:
    rare = "𠮷"
    report = client.report(**{**truth("ordinary-01", "idNumber"), "name": f"田{rare}林"})
    with caplog.at_level(logging.DEBUG):
        text = written(client.download(report["pdfUrl"]).body)

    assert "田〓林" in text
    assert rare not in caplog.text
    assert {record.name for record in caplog.records if record.name.startswith(("fontTools", "fpdf"))} == set()


def test_many_addresses_run_on_to_further_pages(client: Client, truth: Truth) -> None:
    fields = truth("ordinary-01", "mobile", "addressesToVerify")
    report = client.report(**{**fields, "addressesToVerify": fields["addressesToVerify"] * 40})

    assert len(PdfReader(BytesIO(client.download(report["pdfUrl"]).body)).pages) > 1


def test_every_sub_check_errored_still_makes_a_document(client: Client, truth: Truth) -> None:
    report = client.report(**truth("kyc-china-timeout"))
    text = written(client.download(report["pdfUrl"]).body)

    assert "异常10" in text
    assert "上游超时" in text
