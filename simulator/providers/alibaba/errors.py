"""Refusing a call: the row of the outcome table, its status and wording, and the error envelope."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NoReturn

from contracts.loader import Outcome
from kyc_core.signing.canonical import without_port
from simulator.providers.alibaba import auth, messages
from simulator.providers.alibaba.call import Call
from simulator.providers.alibaba.codes import table
from simulator.refusing import NOTHING, Refuse
from simulator.wire import WireResponse

BUSINESS: Final = "business"
"""The layer of a row that the product answers, as opposed to the gateway."""

_TROUBLESHOOTING: Final = "https://api.aliyun.com/troubleshoot?q="
_LONGEST_HOST: Final = 255
"""Characters of a domain name (RFC 1035)."""
_PRODUCT: Final = {"intl": "Cloudauth-intl", "domestic": "Cloudauth"}


refuse: Final = Refuse(table)
"""Answers with an error code of the table; see `Refuse`."""


def refuse_as_told(call: Call, code: str, evidence: Mapping[str, Any]) -> NoReturn:
    """Answer with an error that a rule or a person asks for, worded as if the call had really caused it.

    Raises:
        UpstreamRefused: always.
    """
    wording = "v3" if code == "SignatureDoesNotMatch" and call.v3 else ""
    places = auth.server_texts(call.signed) if code == "SignatureDoesNotMatch" else NOTHING
    if code == "Throttling.Api":
        call.more = retry_after(call, 1.0)
    refuse(call, code, places, wording=wording, evidence=evidence)


def retry_after(call: Call, seconds: float) -> tuple[tuple[str, str], ...]:
    """Return the header that tells a throttled caller when to come again, if there is to be one.

    Args:
        call: the call.
        seconds: until then.
    """
    when = call.switch("alibaba.retry_after")
    status = call.switch("alibaba.throttling_status")
    if when == "never" or (when == "with_429" and status != 429):
        return ()
    return ((messages.RETRY_AFTER, str(max(1, round(seconds * 1000)))),)


def render(call: Call, row: Outcome, places: Mapping[str, str] = NOTHING) -> WireResponse:
    """Return the answer that says *row*.

    Raises:
        KeyError: a place is left open.
    """
    text = row.text["en"]
    message = text.format_map(places) if "{" in text else text
    request_id = call.request_id()
    if row.layer == BUSINESS and call.switch("alibaba.business_errors_http_200"):
        return call.response(200, "Error", {"RequestId": request_id, "Code": row.code, "Message": message})
    if call.switch("alibaba.envelope") == "older" or call.common.format.upper() != "JSON":
        document = {"RequestId": request_id, "HostId": _host_id(call), "Code": row.code, "Message": message}
    else:
        document = {
            "RequestId": request_id,
            "Message": message,
            "Recommend": _recommend(call, row.code),
            "HostId": _host_id(call),
            "Code": row.code,
        }
    return call.response(row.status(call.switch), "Error", document)


def _host_id(call: Call) -> str:
    """Return the host the client addressed, as the client wrote it but for the port."""
    return without_port(call.host.partition("/")[0])[:_LONGEST_HOST] or "localhost"


def _recommend(call: Call, code: str) -> str:
    link = f"{_TROUBLESHOOTING}{code}"
    if call.switch("alibaba.recommend") == "full":
        return f"{link}&product={_PRODUCT[call.site.value]}&requestId={call.request_id()}"
    return link
