"""The NCIIC web service from a client's side: one row of conditions inside SOAP, and what its answer says.

An answer is believed only when it is strict XML, has one row, echoes what was asked, and says each thing once: a number
that is 一致, a name that is 一致, and for a photo a verdict with a score where it belongs. Texts are compared whole
(不一致 contains 一致), except messages, which are known by what they contain, because sources differ in their comma.

>>> conditions({"GMSFHM": "1", "XM": "a<b"}, {"FSD": "110000"}, unit="u").partition("<ROW ")[2]
'FSD="110000"><GMSFHM>1</GMSFHM><XM>a&lt;b</XM></ROW></ROWS>'

Source:
    Captured messages and public integrations of the service [sdk]; namespace and the column ``XP`` [inferred].
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NoReturn
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

from kyc_core.adapters.base import CheckResult, Fault
from kyc_core.adapters.mps_answers import check_score, told, unknown_code
from kyc_core.adapters.mps_operations import CANCELLED, CONSISTENT, INCONSISTENT, Operation
from kyc_core.adapters.transport import Answer, unreadable
from kyc_core.strict_xml import NotStrictXml, children, local, read

NAMESPACE: Final = "http://api.nciic.com.cn/nciic_ws/services/NciicServices"
"""Clients differ; the service's own is not established [inferred]."""

CONTENT_TYPE: Final = "text/xml; charset=utf-8"

_SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
_MEDIA_TYPES: Final = frozenset({"text/xml", "application/soap+xml"})
_LABELS: Final = {"GMSFHM": "公民身份号码", "XM": "姓名", "XP": "照片"}


def conditions(columns: Mapping[str, str], attributes: Mapping[str, str], *, unit: str) -> str:
    """Write ``inConditions`` for one person: the unit, the row of labels, and the row of data.

    Args:
        columns: texts by column.
        attributes: ``FSD`` and ``YWLX``, where given.
        unit: ``SBM``, the business unit.
    """
    labels = "".join([f"<{name}>{_LABELS[name]}</{name}>" for name in columns])
    data = "".join([f"<{name}>{escape(text)}</{name}>" for name, text in columns.items()])
    said = "".join([f" {name}={quoteattr(text)}" for name, text in attributes.items()])
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f"<ROWS><INFO><SBM>{escape(unit)}</SBM></INFO><ROW>{labels}</ROW><ROW{said}>{data}</ROW></ROWS>"
    )


def message(operation: str, licence: str, text: str, *, namespace: str = NAMESPACE) -> bytes:
    """Write the SOAP request that carries conditions."""
    call = f"<inLicense>{escape(licence)}</inLicense><inConditions>{escape(text)}</inConditions>"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<soap:Envelope xmlns:soap="{_SOAP}"><soap:Body>'
        f"<{operation} xmlns={quoteattr(namespace)}>{call}</{operation}></soap:Body></soap:Envelope>"
    ).encode()


def interpret(operation: Operation, columns: Mapping[str, str], answer: Answer) -> CheckResult:
    """Return the documented meaning of an answer.

    Args:
        operation: what was asked.
        columns: what was asked about; the answer must echo it.
        answer: as it came.

    Raises:
        AdapterError: the answer cannot be relied on.
    """
    root = _read(answer)
    bodies = children(root, "Body") if local(root) == "Envelope" else []
    if len(bodies) != 1 or len(bodies[0]) != 1:
        _broken("the answer is no SOAP message with one body")
    inside = bodies[0][0]
    if local(inside) == "Fault":
        return _refused(operation, _fault_code(inside), "faultcode")
    if answer.status != 200:
        raise unreadable(f"HTTP status {answer.status}", Fault.HTTP_STATUS)
    if local(inside) != f"{operation.name}Response" or [local(part) for part in inside] != ["out"]:
        _broken("the answer is not that of the operation")
    try:
        document = read(inside[0].text or "")
    except NotStrictXml as refused:
        raise unreadable(f"the document inside is not strict XML: {refused.problem.value}", Fault.MALFORMED) from None
    if document.tag == "RESPONSE":
        return _refused(operation, _refusal_code(document), "errorcode")
    rows = children(document, "ROW")
    if document.tag != "ROWS" or len(rows) != 1:
        _broken("the answer has not one row")
    return _row(operation, columns, rows[0])


def _read(answer: Answer) -> Element:
    if answer.status not in (200, 500):
        raise unreadable(f"HTTP status {answer.status}", Fault.HTTP_STATUS)
    media_type, _, parameters = answer.header("Content-Type").partition(";")
    charset = parameters.strip().lower().replace('"', "")
    if media_type.strip().lower() not in _MEDIA_TYPES or charset not in ("", "charset=utf-8"):
        raise unreadable("the content type is not XML", Fault.CONTENT_TYPE)
    try:
        return read(answer.body)
    except NotStrictXml as refused:
        raise unreadable(f"the body is not strict XML: {refused.problem.value}", Fault.MALFORMED) from None


def _broken(message: str) -> NoReturn:
    raise unreadable(message, Fault.CONTRACT)


def _fault_code(fault: Element) -> str:
    codes = [part.text or "" for part in fault.iter() if local(part) in ("faultcode", "Value")]
    if len(codes) != 1:
        _broken("the fault has not one code")
    code = codes[0].rpartition(":")[2]
    return {"Sender": "Client", "Receiver": "Server"}.get(code, code)


def _refusal_code(document: Element) -> str:
    code = document.get("errorcode", "")
    if [part.text for part in document.iter("ErrorCode")] != [code]:
        _broken("the refusal does not say its code once and again")
    return code


def _refused(operation: Operation, code: str, member: str) -> CheckResult:
    meaning = operation.errors.get(code)
    if meaning is None:
        raise unknown_code(code)
    return told(operation, meaning, code, member, billed=meaning.billed)


def _row(operation: Operation, columns: Mapping[str, str], row: Element) -> CheckResult:
    failures = [part.text or "" for part in children(row, "ErrorCode")]
    inputs, outputs = children(row, "INPUT"), children(row, "OUTPUT")
    if failures and (len(failures) != 1 or inputs or outputs):
        _broken("the row has failed and answers all the same")
    if failures:
        return _refused(operation, failures[0], "ErrorCode")
    if len(inputs) != 1 or len(outputs) != 1:
        _broken("the row has not one INPUT and one OUTPUT")
    echoed = [(part.tag, part.text or "") for part in inputs[0] if part.tag in ("gmsfhm", "xm")]
    if sorted(echoed) != [("gmsfhm", columns["GMSFHM"]), ("xm", columns["XM"])]:
        _broken("the row is not about what was asked")
    code, member = _verdict(operation, [part for item in outputs[0] for part in item])
    meaning = operation.results[code]
    return told(operation, meaning, code, member, billed=meaning.billed)


def _verdict(operation: Operation, parts: list[Element]) -> tuple[str, str]:
    """Return the code that a row comes to, and the element that says it."""
    texts: dict[str, list[str]] = {}
    for part in parts:
        texts.setdefault(part.tag, []).append(part.text or "")
    filled = {tag: [text for text in found if text] for tag, found in texts.items()}
    if any(len(found) > 1 for tag, found in filled.items() if tag.startswith(("result_", "errormesage"))):
        _broken("the row says one thing twice")
    said = {tag: found[0] for tag, found in filled.items() if found}
    if "errormesage" in said:
        if any(tag.startswith("result_") for tag in said):
            _broken("the row has a message and results")
        known = [code for code in operation.messages if code in said["errormesage"]]
        if len(known) != 1:
            raise unknown_code(said["errormesage"])
        return known[0], "errormesage"
    if len(texts.get("result_gmsfhm", [])) != 1 or len(texts.get("result_xm", [])) != 1:
        _broken("the row has not one result for the number and one for the name")
    return _result(operation, said)


def _result(operation: Operation, said: Mapping[str, str]) -> tuple[str, str]:
    number, name = said.get("result_gmsfhm", ""), said.get("result_xm", "")
    compared, score = said.get("result_fx", ""), said.get("result_fs", "")
    if number != CONSISTENT:
        if CANCELLED in number and said.get("zxbs") == "1" and not name and not compared:
            return CANCELLED, "result_gmsfhm"
        raise unknown_code(number)
    if name not in (CONSISTENT, INCONSISTENT):
        raise unknown_code(name)
    if name == INCONSISTENT or not operation.has_photo:
        if compared or score:
            _broken("a photo was compared that should not have been")
        return name, "result_xm"
    if compared not in operation.results or compared in operation.messages or compared in (INCONSISTENT, CANCELLED):
        raise unknown_code(compared)
    check_score(operation, compared, score, scale=100, request_id=None)
    return compared, "result_fx"
