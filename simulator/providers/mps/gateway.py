"""The JSON dialect: the checks before a query is looked at, and the answer.

Each check returns what it saw, or nothing to say, and refuses by raising.

Source:
    Authentication first [inferred]; parameters, envelope, ``orderNo`` and ``handleTime``: Chuanglan, identity check
    [doc]. HTTP stays 200 for refusals, as at every reseller looked at; the largest body [inferred].
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, NoReturn

from contracts.loader import Outcome
from kyc_core.dates import SHANGHAI
from kyc_core.signing.mps_hmac_sha1 import APP_ID
from simulator.chain import check_all, checks, decide
from simulator.providers.mps import auth, details, messages
from simulator.providers.mps.codes import SUCCESS, Check, Operation, table
from simulator.providers.mps.query import DECIDERS, Query
from simulator.upstream import UpstreamRefused
from simulator.wire import JSON_HEADERS, WireResponse

if TYPE_CHECKING:
    from simulator.tenants import Tenant
    from simulator.upstream import Exchange

Evidence = Mapping[str, Any] | None

LONGEST_BODY: Final = 8 * 1024 * 1024
"""Bytes; a photo of 5 MB in Base64 goes through."""

ACCEPTED: Final = "成功"


class Call:
    """One call of the JSON dialect on its way through the checks.

    Attributes:
        exchange: the engine's record of the call.
        check: name of the check under way.
        operation: what is asked.
        parameters: texts by name, in order of arrival.
    """

    __slots__ = ("check", "exchange", "operation", "parameters")

    def __init__(self, exchange: Exchange, operation: Operation) -> None:
        self.exchange = exchange
        self.check = ""
        self.operation = operation
        self.parameters: Mapping[str, str] = {}
        exchange.operation = operation.name

    def refuse(self, meaning: str, *, wording: str = "", evidence: Mapping[str, Any]) -> NoReturn:
        """Answer with the error that means *meaning*.

        Raises:
            UpstreamRefused: always.
        """
        row = table().meaning(self.operation.name, meaning, kind="error")
        self.exchange.refuse(self.check, row.worded(wording) if wording else row, evidence=evidence)


def size(call: Call) -> Evidence:
    """Not larger than a photo makes it."""
    length = len(call.exchange.request.body)
    if length > LONGEST_BODY:
        call.refuse("parameter", wording="size", evidence={"bytes": length, "limit": LONGEST_BODY})
    return None


def body(call: Call) -> Evidence:
    """JSON, a form or multipart, with text for values."""
    request = call.exchange.request
    try:
        call.parameters = messages.read(request.body, request.header("content-type"))
    except messages.Unreadable as refused:
        # A name of ours may be shown; any other is the caller's word and may be anything.
        known = {"parameter": refused.parameter} if refused.parameter in call.operation.names else {}
        call.refuse("parameter", wording="body", evidence={"reason": refused.reason, **known})
    names = call.operation.names
    call.exchange.fields = {name: call.parameters[name] for name in names if name in call.parameters}
    return None


def app_id(call: Call) -> Evidence:
    """An appId that somebody has."""
    tenant = auth.holder_of(call.exchange.services.tenants, "app_id", call.parameters.get(APP_ID, ""))
    if tenant is None:
        call.refuse("signature", evidence={"app_id": "unknown" if APP_ID in call.parameters else "absent"})
    call.exchange.tenant = tenant
    return None


def signature(call: Call) -> Evidence:
    """The signature of that key over appId, idNum and name."""
    tenant = call.exchange.tenant
    if not auth.verifies(call.parameters, tenant):
        call.refuse("signature", evidence=auth.diagnose(call.parameters, tenant))
    return None


CHECKS: Final = checks(size, body, app_id, signature)


def answer(exchange: Exchange, operation: Operation) -> WireResponse:
    """Answer one call of *operation*; every refusal included."""
    call = Call(exchange, operation)
    try:
        check_all(call, CHECKS)
        query = Query(exchange, operation, exchange.fields)
        outcome = decide(query, DECIDERS)
    except UpstreamRefused as refused:
        return refuse(exchange, refused.outcome)
    exchange.settle(outcome)
    data = _data(query, outcome)
    return _response(outcome.http_status, messages.success(ACCEPTED, data, charged=exchange.billed, code=SUCCESS))


def refuse(exchange: Exchange, row: Outcome) -> WireResponse:
    """Answer with an error."""
    exchange.settle(row)
    order_number(exchange)
    return _response(row.http_status, messages.failure(row.code, row.text["zh"], charged=exchange.billed))


def _response(status: int, body: bytes) -> WireResponse:
    return WireResponse(status=status, headers=JSON_HEADERS, body=body)


def order_number(exchange: Exchange) -> str:
    """Return the identifier of the call: 0, the day in Shanghai, 11 digits; made at the first time of asking.

    A refusal and an answer of NCIIC carry none; the journal has it all the same.
    """
    if not exchange.request_id:
        tenant = exchange.tenant
        exchange.request_id = f"0{_moment(tenant):%y%m%d}{tenant.ids.serial('mps.order', 10**11):011d}"
    return exchange.request_id


def _moment(tenant: Tenant) -> datetime:
    return datetime.fromtimestamp(tenant.clock.time(), SHANGHAI)


def _data(query: Query, outcome: Outcome) -> dict[str, str]:
    operation, tenant = query.operation, query.exchange.tenant
    data = {
        "orderNo": order_number(query.exchange),
        "handleTime": f"{_moment(tenant):%Y-%m-%d %H:%M:%S}",
    }
    said = outcome.text["zh"]
    if operation.check is Check.FACE:
        beside = {member: words[outcome.code] for member, words in operation.companions.items()}
        return {
            **data,
            "result": beside["result"],
            "idcardResult": beside["idcardResult"],
            "idcardMessage": operation.idcard_messages[beside["idcardResult"]],
            "photoResult": outcome.code,
            "photoMessage": said,
            "photoScore": messages.score_text(query.score),
        }
    data |= {"result": outcome.code, "remark": said}
    if operation.check is Check.TWO_FACTOR and query.finding == "match" and query.readings["mps.person_details"]:
        data |= details.of(query.claim.resident_id or "", _moment(tenant).date())
    return data
