"""The report as a PDF in Chinese: what was submitted, a picture of the summary, what each sub-check found.

The font is embedded, so that any viewer shows it, and its subset holds only the characters that occur. The same
transaction gives the same bytes. Importing this module brings the PDF writer along; the provider imports it when the
first link is followed.

Source:
    The PDF carries the same report [sdk]; its layout is ours [inferred].
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, XPos, YPos
from fpdf.fonts import FontFace, TTFFont
from pylopdf_fonts_zh_cn import sans_path

from kyc_core.dates import SHANGHAI
from simulator.providers.kyc_china.codes import COMPARISONS, Form, table
from simulator.providers.kyc_china.messages import ADDRESSES
from simulator.providers.kyc_china.report import Answered, answered, summary, text
from simulator.transactions import Transaction

# Below warnings both libraries log which glyphs a document uses, from which a name can be put together again.
for _library in ("fontTools", "fpdf"):
    logging.getLogger(_library).setLevel(logging.WARNING)

_FONT: Final = "NotoSansSC"
_ABSENT: Final = "〓"
"""Printers' mark for a character the font lacks: names may hold rarer ones than any font."""

_DARK: Final = (33, 43, 54)
_GREY: Final = (110, 118, 128)
_PALE: Final = (243, 245, 247)
_LINES: Final = (214, 219, 225)
_WHITE: Final = (255, 255, 255)


class _Slice(NamedTuple):
    """One part of the picture: its name, its colour, how many sub-checks."""

    name: str
    colour: tuple[int, int, int]
    checks: int


_FIELDS: Final[Mapping[str, str]] = {
    "name": "姓名",
    "idNumber": "公民身份号码",
    "idIssueDate": "证件签发日期",
    "idExpiryDate": "证件有效期止",
    "mobile": "手机号码",
    "bankCardNumber": "银行卡号",
}
_CATEGORIES: Final[Mapping[str, str]] = {
    "identity": "身份核验",
    "mobile": "手机号码",
    "risk": "风险名单",
    "bank": "银行卡核验",
}
_AREAS: Final[Mapping[str, str]] = {"common": "常用地", "work": "工作地", "residential": "居住地"}
_LISTS: Final[Mapping[str, str]] = {
    "fraud": "欺诈",
    "gambling": "赌博",
    "money-mule": "洗钱跑分",
    "criminal-offender": "违法犯罪",
    "drug-related": "涉毒",
    "fugitive": "在逃",
}
_LEVELS: Final[Mapping[str, str]] = {"None": "无", "Low": "低", "Medium": "中", "High": "高"}
_WORDS: Final[Mapping[str, str]] = {
    "match": "一致",
    "mismatch": "不一致",
    "not_found": "查无记录",
    "hit": "命中",
    "clear": "未命中",
}


def render(transaction: Transaction) -> bytes:
    """Return the PDF of a transaction that is ready."""
    ready = datetime.fromtimestamp(transaction.ready_at or transaction.created_at, UTC)
    pages = _Pages(ready)
    found = answered(transaction.facts)
    pages.heading("身份核验报告", 20)
    pages.line(f"报告编号 {transaction.id}")
    pages.line(f"完成时间 {ready.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}（北京时间）")
    pages.heading("提交信息")
    pages.rows(_submitted(transaction.facts["submitted"]), (2, 5))
    pages.heading("核验概览")
    pages.picture(_slices(found))
    for category, name in _CATEGORIES.items():
        rows = [_row(item) for item in found if item.run.check.category == category]
        if rows:
            pages.heading(name)
            pages.rows(rows, (3, 2, 4), header=("核验项", "结果", "说明"))
    return pages.output()


class _Pages:
    """A document under way, A4, with one embedded font."""

    def __init__(self, made: datetime) -> None:
        self._pdf = pdf = FPDF()
        pdf.set_creation_date(made)
        pdf.set_title("身份核验报告")
        pdf.set_lang("zh-CN")
        pdf.set_margin(18)
        pdf.set_auto_page_break(True, 18)
        pdf.add_font(_FONT, "", str(sans_path()))
        font = pdf.fonts[_FONT.lower()]
        assert isinstance(font, TTFFont), "fonts read from a file are of this kind"
        self._known = frozenset(font.cmap)
        pdf.add_page()

    def heading(self, words: str, size: float = 13) -> None:
        self._pdf.ln(4)
        self._write(words, size, _DARK, height=size * 0.6)

    def line(self, words: str) -> None:
        self._write(words, 9, _GREY, height=5)

    def rows(self, rows: Iterable[Sequence[str]], widths: tuple[int, ...], *, header: Sequence[str] = ()) -> None:
        """Write a table; its rows wrap and may run on to the next page."""
        pdf = self._pdf
        pdf.set_font(_FONT, size=9)
        pdf.set_text_color(*_DARK)
        pdf.set_draw_color(*_LINES)
        pdf.set_fill_color(*_WHITE)
        with pdf.table(
            col_widths=widths,
            line_height=6,
            text_align="LEFT",
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            first_row_as_headings=bool(header),
            headings_style=FontFace(emphasis="", fill_color=_PALE),
        ) as body:
            for cells in ([header] if header else []) + list(rows):
                line = body.row()
                for cell in cells:
                    line.cell(self._drawable(cell))

    def picture(self, slices: Sequence[_Slice]) -> None:
        """Draw how many sub-checks went which way: a bar in proportion, and what its colours mean."""
        pdf, total = self._pdf, sum(item.checks for item in slices)
        left, top, width = pdf.l_margin, pdf.get_y() + 2, pdf.epw
        for item in slices:
            share = width * item.checks / total
            pdf.set_fill_color(*item.colour)
            pdf.rect(left, top, share, 9, style="F")
            left += share
        pdf.set_y(top + 12)
        pdf.set_font(_FONT, size=9)
        pdf.set_text_color(*_DARK)
        for item in slices:
            pdf.set_fill_color(*item.colour)
            pdf.rect(pdf.get_x(), pdf.get_y() + 1.2, 3, 3, style="F")
            pdf.set_x(pdf.get_x() + 5)
            pdf.cell(30, 5.5, self._drawable(f"{item.name} {item.checks}"))
        pdf.ln(8)

    def output(self) -> bytes:
        return bytes(self._pdf.output())

    def _write(self, words: str, size: float, colour: tuple[int, int, int], *, height: float) -> None:
        pdf = self._pdf
        pdf.set_font(_FONT, size=size)
        pdf.set_text_color(*colour)
        pdf.multi_cell(0, height, self._drawable(words), new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def _drawable(self, words: str) -> str:
        """Replace what the font lacks; the writer would otherwise log the character, which may be part of a name."""
        return "".join([character if ord(character) in self._known else _ABSENT for character in words])


def _submitted(submitted: Mapping[str, Any]) -> list[tuple[str, str]]:
    rows = [(label, str(submitted[name])) for name, label in _FIELDS.items() if name in submitted]
    for item in submitted.get(ADDRESSES, ()):
        rows.append((f"地址（{_AREAS[item['type']]}）", f"{item['city']} {item['address']}"))
    return rows


def _slices(found: list[Answered]) -> list[_Slice]:
    lists = summary(found, "zh")
    decided = len(lists["matched"]) + len(lists["unmatched"]) + len(lists["notFound"])
    slices = (
        _Slice("一致", (46, 125, 80), len(lists["matched"])),
        _Slice("不一致", (198, 57, 47), len(lists["unmatched"])),
        _Slice("查无记录", (214, 158, 46), len(lists["notFound"])),
        _Slice("已返回数据", (52, 112, 173), len(lists["ran"]) - decided),
        _Slice("异常", (140, 148, 158), len(lists["errored"])),
    )
    return [item for item in slices if item.checks]


def _row(item: Answered) -> tuple[str, str, str]:
    run, outcome, data = item
    name = str(table().operations[run.check.name]["title_zh"])
    if run.position is not None:
        name = f"{name} {run.position + 1}"
    if outcome.kind == "error":
        return name, "异常", text(outcome, "zh")
    return name, _result(item), _detail(run.check.form, outcome.meaning, data) or text(outcome, "zh")


def _result(item: Answered) -> str:
    if item.outcome.meaning in _WORDS:
        return _WORDS[item.outcome.meaning]
    return str(item.data["distance"]) if item.run.check.form is Form.ADDRESS else "已返回"


def _detail(form: Form, meaning: str, data: Mapping[str, Any]) -> str:
    if form in COMPARISONS or meaning == "not_found":
        return ""
    if form is Form.ATTRIBUTION:
        # A city that is a province of its own is named once.
        return " ".join(dict.fromkeys([part for part in (data["operator"], data["province"], data["city"]) if part]))
    if form is Form.LOCATION:
        return "、".join(data["locations"])
    if form is Form.ADDRESS:
        return f"{_AREAS[data['type']]} {data['city']} {data['address']}"
    return "，".join([f"{_LISTS[item['type']]}：{_LEVELS[item['level']]}" for item in data["risks"]])
