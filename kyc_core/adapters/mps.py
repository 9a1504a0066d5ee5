"""Reference adapter for the MPS gateway: its JSON dialect and NCIIC's SOAP, told in everybody's words.

What an operation sends and what its codes mean is data, in ``mps.json`` beside this module. How answers are read stands
in `kyc_core.adapters.mps_answers` and `kyc_core.adapters.nciic`; whatever they cannot read with certainty raises.

One code of the JSON dialect, ``04``, stands for everything that kept a check from being made: it is
`Verdict.SOURCE_ERROR` here, whatever its remark says.

>>> sorted(OPERATIONS)
['face-compare', 'four-factor', 'nciicCheck', 'nciicCompare', 'two-factor']

Source:
    Chuanglan, identity check: parameters and signature [doc]; public integrations of the NCIIC web service [sdk]; paths
    of the JSON dialect [inferred].
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any, Final

from kyc_core.adapters import mps_answers, nciic
from kyc_core.adapters.base import CheckResult, Claim, Fault
from kyc_core.adapters.mps_operations import OPERATIONS as OPERATIONS
from kyc_core.adapters.mps_operations import Dialect, Operation
from kyc_core.adapters.transport import Request, Send, exchange, read_json_object, requests_sender
from kyc_core.adapters.wire import misuse, wire_members
from kyc_core.signing import mps_hmac_sha1

_GATEWAY: Final = "/mps/v1/"
_SERVICE: Final = "/nciic_ws/services/NciicServices"
_ATTRIBUTES: Final = {"place": "FSD", "business": "YWLX"}


class MpsAdapter:
    """Checks claims with the MPS gateway.

    Args:
        endpoint: scheme and host of the gateway, with a port where there is one.
        app_id: names the key of the JSON dialect.
        app_key: signs; kept out of ``repr``.
        licence: opens the NCIIC service; without one its operations are not known.
        unit: the business unit that NCIIC is told.
        service: scheme and host of the NCIIC service, where it is another.
        score_scale: highest score of the JSON dialect, as agreed with the provider: 100 or 1000.
        send: reaches the provider; by default over `requests`.
    """

    def __init__(
        self,
        *,
        endpoint: str,
        app_id: str,
        app_key: str,
        licence: str | None = None,
        unit: str = "",
        service: str | None = None,
        score_scale: int = 100,
        send: Send | None = None,
    ) -> None:
        self._gateway = endpoint.rstrip("/") + _GATEWAY
        self._service = (service or endpoint).rstrip("/") + _SERVICE
        self._app_id = app_id
        self._app_key = app_key
        self._licence = licence
        self._unit = unit
        self._score_scale = score_scale
        self._send = send or requests_sender()

    def check(self, operation: str, claim: Claim) -> CheckResult:
        """Ask the provider about *claim*; see `kyc_core.adapters.base.Adapter`.

        Args:
            operation: one of `OPERATIONS`.
            claim: must state what the operation requires. ``extra`` may hold ``place`` (``FSD``, a six-digit code) and
                ``business`` (``YWLX``, free text) for NCIIC.

        Returns:
            The documented meaning of the answer. ``billed`` is what the JSON dialect says; NCIIC says nothing, and the
            usual charge is assumed [inferred].

        Raises:
            AdapterError: the claim does not fit the operation, or the answer cannot be relied on.
        """
        known = OPERATIONS.get(operation)
        if known is None:
            raise misuse("the adapter does not know this operation", Fault.UNKNOWN_OPERATION)
        extras = _ATTRIBUTES if known.dialect is Dialect.NCIIC else {}
        members = _texts(wire_members(claim, members=known.claim, extras=extras))
        return self._ask_service(known, members) if known.dialect is Dialect.NCIIC else self._ask(known, members)

    def _ask(self, operation: Operation, members: Mapping[str, str]) -> CheckResult:
        signature = mps_hmac_sha1.sign(
            app_key=self._app_key, app_id=self._app_id, id_num=members["idNum"], name=members["name"]
        )
        body = json.dumps({"appId": self._app_id, **members, "sign": signature}).encode("ascii")
        request = Request("POST", self._gateway + operation.name, {"Content-Type": "application/json"}, body)
        answer = read_json_object(exchange(self._send, request))
        return mps_answers.interpret(operation, answer, scale=self._score_scale)

    def _ask_service(self, operation: Operation, members: Mapping[str, str]) -> CheckResult:
        if self._licence is None:
            raise misuse("no licence was given, which this operation needs", Fault.UNKNOWN_OPERATION)
        columns = {name: members[name] for name in operation.claim.values()}
        attributes = {name: members[name] for name in _ATTRIBUTES.values() if name in members}
        text = nciic.conditions(columns, attributes, unit=self._unit)
        body = nciic.message(operation.name, self._licence, text)
        headers = {"Content-Type": nciic.CONTENT_TYPE, "SOAPAction": '""'}
        answer = exchange(self._send, Request("POST", self._service, headers, body))
        return nciic.interpret(operation, columns, answer)


def _texts(members: Mapping[str, Any]) -> dict[str, str]:
    """Return members as text: a picture becomes Base64."""
    return {
        name: base64.b64encode(value).decode("ascii") if isinstance(value, bytes) else str(value)
        for name, value in members.items()
    }
