"""The documents that travel as text inside SOAP: rows of conditions in, rows of answers or a refusal out. Pure.

::

    <ROWS><INFO><SBM>unit</SBM></INFO><ROW>labels</ROW>       <ROWS><ROW no="1"><INPUT>as asked</INPUT>
      <ROW FSD="110000" YWLX="..."><GMSFHM/><XM/></ROW></ROWS>       <OUTPUT><ITEM>...</ITEM></OUTPUT></ROW></ROWS>

Tags are upper case on the way in and lower case on the way out; ``errormesage`` and ``errormesagecol`` are misspelt, as
they are on the wire. What an answer looks like depends on what was found: `_ITEMS` has the shape of each finding.

>>> asked = read("<ROWS><ROW><GMSFHM>1</GMSFHM><XM>a&amp;b</XM></ROW></ROWS>")
>>> asked.rows[0]["XM"], answer_row(1, asked.rows[0], "match", "一致", photo=False)[:36]
('a&b', '<ROW no="1"><INPUT><gmsfhm>1</gmsfhm')

Source:
    Conditions, answers and the refusal of a whole call: captured messages and public integrations of the NCIIC service
    [sdk]; the column ``XP``, and how a cancelled person is told [inferred].
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from kyc_core.strict_xml import NotStrictXml, children, local
from kyc_core.strict_xml import read as read_xml

NUMBER: Final = "GMSFHM"
NAME: Final = "XM"
PHOTO: Final = "XP"

MOST_ROWS: Final = 100
"""Queries in one call; no limit is published [inferred]."""

LABELS: Final = {NUMBER: "公民身份号码", NAME: "姓名", PHOTO: "照片"}
"""What a column is called, in the first row of the conditions and where an answer names one [sdk; photo: inferred]."""

CONSISTENT: Final = "一致"

_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'


class Conditions(NamedTuple):
    """What is asked.

    Attributes:
        unit: ``SBM``, the business unit; empty when absent.
        rows: texts by column and attribute name, the row of labels left out.
    """

    unit: str
    rows: tuple[Mapping[str, str], ...]


class NotConditions(ValueError):
    """A text holds no rows that can be asked; ``reason`` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read(text: str) -> Conditions:
    """Read ``inConditions``.

    The first row is taken for labels when its number has no digit, so that a client that forgets the labels is
    answered about its first row, too [inferred].

    Raises:
        NotConditions: not strict XML, another root, no row of data or too many.
    """
    try:
        root = read_xml(text.strip())
    except NotStrictXml as refused:
        raise NotConditions(refused.problem.value) from None
    if local(root) != "ROWS":
        raise NotConditions("root")
    rows = [_columns(row) for row in children(root, "ROW")]
    if rows and rows[0].get(NUMBER) and not any(character.isdigit() for character in rows[0][NUMBER]):
        del rows[0]
    if not rows or len(rows) > MOST_ROWS:
        raise NotConditions("rows")
    units = [unit.text or "" for info in children(root, "INFO") for unit in children(info, "SBM")]
    return Conditions(units[0] if units else "", tuple(rows))


def _columns(row: Element) -> dict[str, str]:
    return {**row.attrib, **{local(column): column.text or "" for column in row}}


def answer_row(number: int, asked: Mapping[str, str], finding: str, text: str, *, photo: bool, score: str = "") -> str:
    """Write one row of an answer.

    Args:
        number: its number in the call, from 1.
        asked: the row of the conditions.
        finding: what was found.
        text: the wording that says so.
        photo: whether the operation compares photos.
        score: similarity, empty when nothing was compared.
    """
    echoed = _element("gmsfhm", asked.get(NUMBER, "")) + _element("xm", asked.get(NAME, ""))
    items = "".join([f"<ITEM>{item}</ITEM>" for item in _items(asked, finding, text, photo=photo, score=score)])
    return f'<ROW no="{number}"><INPUT>{echoed}</INPUT><OUTPUT>{items}</OUTPUT></ROW>'


def failed_row(number: int, code: str, text: str) -> str:
    """Write a row that failed by itself, in a call whose other rows are answered."""
    return f'<ROW no="{number}">{_element("ErrorCode", code)}{_element("ErrorMsg", text)}</ROW>'


def answer(rows: Sequence[str]) -> str:
    """Put the rows of an answer together."""
    return f"{_DECLARATION}<ROWS>{''.join(rows)}</ROWS>"


def refusal(code: str, text: str) -> str:
    """Write the refusal of a whole call, which has another root."""
    row = f"<ROW>{_element('ErrorCode', code)}{_element('ErrorMsg', text)}</ROW>"
    return f'{_DECLARATION}<RESPONSE errorcode="{escape(code)}" code="0" countrows="1"><ROWS>{row}</ROWS></RESPONSE>'


def missing_column(asked: Mapping[str, str], required: Sequence[str]) -> str:
    """Return the first required column that is absent or empty, or the empty text."""
    return next((name for name in required if not asked.get(name)), "")


_AT_FAULT: Final = {"invalid_id": NUMBER, "invalid_name": NAME}
"""The column that an answer names beside its message."""

_MESSAGES: Final = frozenset({"not_found", "incomplete", "invalid_id", "invalid_name", "no_photo", "poor_photo"})
"""Findings told by a message in place of results."""


def _items(asked: Mapping[str, str], finding: str, text: str, *, photo: bool, score: str) -> list[str]:
    if finding in _MESSAGES:
        required = (NUMBER, NAME, PHOTO) if photo else (NUMBER, NAME)
        column = missing_column(asked, required) if finding == "incomplete" else _AT_FAULT.get(finding, "")
        return [_element("errormesage", text), _element("errormesagecol", LABELS.get(column, ""))]
    if finding == "cancelled":
        number = _result("gmsfhm", text, photo=photo)
        return [number, _result("xm", "", photo=photo), _element("zt", "注销"), _element("zxbs", "1")]
    mismatch = finding == "mismatch"
    items = [
        _result("gmsfhm", CONSISTENT, photo=photo),
        _result("xm", text if mismatch or not photo else CONSISTENT, photo=photo),
    ]
    if photo:
        compared = "" if mismatch else text
        items.append(
            _element("xp", "")
            + _element("result_xp", "")
            + _element("result_fx", compared)
            + _element("result_fs", score)
        )
    return items


def _result(column: str, text: str, *, photo: bool) -> str:
    """Write one column's result; where photos are compared every item has the members of the comparison, empty here."""
    compared = _element("result_fx", "") + _element("result_fs", "") if photo else ""
    return _element(column, "") + _element(f"result_{column}", text) + compared


def _element(tag: str, text: str) -> str:
    return f"<{tag}>{escape(text)}</{tag}>"
