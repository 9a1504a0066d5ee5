"""One call on its way through the checks: what has been read so far."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from simulator.providers.kyc_china.codes import NAME, operations_by_path
from simulator.providers.kyc_china.messages import Submission

if TYPE_CHECKING:
    from simulator.providers.kyc_china.eligibility import Run
    from simulator.providers.kyc_china.fan_out import Finding
    from simulator.providers.kyc_china.sources import Sources
    from simulator.upstream import Exchange

_NOTHING: Final = Submission(values={})


class Call:
    """What the checks hand on to one another.

    Attributes:
        exchange: the engine's record of the call.
        request: as received.
        check: name of the check under way.
        operation: which endpoint, empty for a path nobody serves.
        body: the JSON object of a poll or a legacy call.
        submission: what was submitted.
        runs: the eligible sub-checks.
        sources: whom they ask.
        findings: what they found.
        transaction_id: the work started or polled.
        answer: the body of a successful answer, once it is known.
    """

    __slots__ = (
        "answer",
        "body",
        "check",
        "exchange",
        "findings",
        "operation",
        "request",
        "runs",
        "sources",
        "submission",
        "transaction_id",
    )

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.request = exchange.request
        self.check = ""
        self.operation = operations_by_path().get(exchange.request.path, "")
        self.body: Mapping[str, Any] = {}
        self.submission = _NOTHING
        self.runs: tuple[Run, ...] = ()
        self.sources: Sources
        self.findings: tuple[Finding, ...] = ()
        self.transaction_id = ""
        self.answer: Mapping[str, Any] = {}
        exchange.operation = self.operation

    def switch(self, name: str) -> Any:
        """Return the value of ``kyc_china.<name>`` in the caller's tenant."""
        return self.exchange.tenant.switch(f"{NAME}.{name}")

    def request_id(self) -> str:
        """Return the identifier of the call, made at the first time of asking."""
        exchange = self.exchange
        if not exchange.request_id:
            exchange.request_id = self.transaction_id or exchange.tenant.ids.uuid4()
        return exchange.request_id
