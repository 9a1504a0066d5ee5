"""The NCIIC dialect: SOAP around documents of rows, each row a query of its own.

Each check returns what it saw, or nothing to say, and refuses by raising. A refused row refuses the call when it is the
only one; among others it fails by itself. The call is recorded as its first row that is no match, and charged when any
of its rows is.

Source:
    Refusal of a call by a licence of the wrong form, rows that fail by themselves: captured messages [sdk]; faults:
    SOAP 1.1, section 4.4 [doc]; the rest, and the order of the checks [inferred].
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple, NoReturn

from contracts.loader import Outcome
from simulator.chain import check_all, checks, decide
from simulator.providers.mps import auth, messages, rows, soap
from simulator.providers.mps.codes import Check, Dialect, Operation, catalogue, table
from simulator.providers.mps.gateway import order_number
from simulator.providers.mps.query import DECIDERS, Query
from simulator.upstream import UpstreamRefused
from simulator.wire import WireResponse

if TYPE_CHECKING:
    from simulator.upstream import Exchange

Evidence = Mapping[str, Any] | None

LONGEST_MESSAGE: Final = 16 * 1024 * 1024
"""Bytes; several photos in one call go through [inferred]."""

_MOST_FIELDS: Final = 16
"""Rows whose columns are kept for the journal."""

_ANY: Final = "nciicCheck"
"""The operation whose rows answer what names none; both have the same."""


class Call:
    """One call of the service on its way through the checks.

    Attributes:
        exchange: the engine's record of the call.
        check: name of the check under way.
        message: the SOAP request, once it is read.
        operation: what is asked, once it is known.
        conditions: the rows, once they are read.
    """

    __slots__ = ("check", "conditions", "exchange", "message", "operation")

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.check = ""
        self.message: soap.Request | None = None
        self.operation: Operation
        self.conditions: rows.Conditions

    @property
    def request(self) -> soap.Request:
        """The message, once a check has read it."""
        assert self.message is not None, "the message is read before anything is taken from it"
        return self.message

    def refuse(self, meaning: str, evidence: Mapping[str, Any]) -> NoReturn:
        """Answer with the error that means *meaning*.

        Raises:
            UpstreamRefused: always.
        """
        row = table().meaning(self.exchange.operation or _ANY, meaning, kind="error")
        self.exchange.refuse(self.check, row, evidence=evidence)


def size(call: Call) -> Evidence:
    """Not larger than some photos make it."""
    length = len(call.exchange.request.body)
    if length > LONGEST_MESSAGE:
        call.refuse("soap_client", {"bytes": length, "limit": LONGEST_MESSAGE})
    return None


def message(call: Call) -> Evidence:
    """A SOAP message with one operation, without a document type."""
    try:
        call.message = soap.read(call.exchange.request.body)
    except soap.NotSoap as refused:
        call.refuse("soap_client", {"reason": refused.reason})
    return None


def operation(call: Call) -> Evidence:
    """An operation that is played, with its two parameters."""
    found = catalogue().get(call.request.operation)
    if found is None or found.dialect is not Dialect.NCIIC:
        call.refuse("soap_client", {"reason": "operation"})
    call.operation = found
    call.exchange.operation = found.name
    for name in (soap.LICENSE, soap.CONDITIONS):
        if name not in call.request.parameters:
            call.refuse("soap_client", {"missing": [name]})
    return None


def licence(call: Call) -> Evidence:
    """A licence that somebody has; blanks around it do not count, as it comes from a file."""
    presented = call.request.parameters[soap.LICENSE].strip()
    tenant = auth.holder_of(call.exchange.services.tenants, "license", presented)
    if tenant is None:
        call.refuse("licence", {"licence": "unknown" if presented else "absent"})
    call.exchange.tenant = tenant
    return None


def conditions(call: Call) -> Evidence:
    """Rows to be asked."""
    try:
        call.conditions = rows.read(call.request.parameters[soap.CONDITIONS])
    except rows.NotConditions as refused:
        call.refuse("conditions", {"reason": refused.reason})
    asked = call.conditions.rows
    call.exchange.fields = _fields(call.operation, asked)
    return {"rows": len(asked)}


CHECKS: Final = checks(size, message, operation, licence, conditions)


def _fields(operation: Operation, asked: tuple[Mapping[str, str], ...]) -> dict[str, str]:
    """Return the columns of the rows by name, numbered from the second row on."""
    return {
        name if number == 1 else f"{name}.{number}": row[name]
        for number, row in enumerate(asked[:_MOST_FIELDS], 1)
        for name in operation.names
        if name in row
    }


class Answered(NamedTuple):
    """What became of one row: its outcome, and its place in the answer."""

    outcome: Outcome
    text: str


def answer(exchange: Exchange) -> WireResponse:
    """Answer one call; every refusal included."""
    call = Call(exchange)
    try:
        check_all(call, CHECKS)
        asked = call.conditions.rows
        answered = [_row(call, number, row, alone=len(asked) == 1) for number, row in enumerate(asked, 1)]
    except UpstreamRefused as refused:
        return refuse(exchange, refused.outcome, call.message)
    outcome = next((each.outcome for each in answered if each.outcome.meaning != "match"), answered[0].outcome)
    exchange.settle(outcome)
    if exchange.rule is None or exchange.rule.then.billed is None:
        exchange.billed = any(each.outcome.billed for each in answered)
    order_number(exchange)
    return _response(call.request, outcome.http_status, rows.answer([each.text for each in answered]))


def _row(call: Call, number: int, asked: Mapping[str, str], *, alone: bool) -> Answered:
    query = Query(call.exchange, call.operation, asked)
    try:
        outcome = decide(query, DECIDERS)
    except UpstreamRefused as refused:
        if alone or refused.outcome.meaning not in call.operation.answers:
            raise
        outcome = refused.outcome
    if outcome.kind == "error":
        if alone:
            raise UpstreamRefused(outcome, {})
        return Answered(outcome, rows.failed_row(number, outcome.code, outcome.text["zh"]))
    text = rows.answer_row(
        number,
        asked,
        query.finding,
        _worded(query, outcome),
        photo=call.operation.check is Check.FACE,
        score=messages.score_text(query.score),
    )
    return Answered(outcome, text)


def _worded(query: Query, outcome: Outcome) -> str:
    text = outcome.text["zh"]
    if query.finding == "not_found" and query.readings["mps.not_found_comma"] == "ascii":
        return text.replace("，", ",")
    return text


def refuse(exchange: Exchange, row: Outcome, message: soap.Request | None) -> WireResponse:
    """Answer with an error: a fault, or a document with another root."""
    exchange.settle(row)
    order_number(exchange)
    if message is not None and row.code not in soap.SOAP_11.faults:
        return _response(message, row.http_status, rows.refusal(row.code, row.text["zh"]))
    version = soap.SOAP_11 if message is None else message.version
    body = soap.fault(version, row.code, row.text["zh"])
    return WireResponse(status=row.http_status, headers=(("Content-Type", version.content_type),), body=body)


def _response(message: soap.Request, status: int, out: str) -> WireResponse:
    headers = (("Content-Type", message.version.content_type),)
    return WireResponse(status=status, headers=headers, body=soap.response(message, out))


def failed(exchange: Exchange) -> WireResponse:
    """Answer a call that a fault of our own ended."""
    return refuse(exchange, table().error(exchange.operation or _ANY, "Server"), None)
