"""The protocol a reference adapter keeps: a claim goes in, a verdict comes out, or an error that nobody can misread.

An adapter never lets a caller through by accident: whatever it cannot read with certainty becomes an `AdapterError`.
Only ``CheckResult.verdict.decision is Decision.PASS`` means that the provider confirmed the claim.

>>> Claim(name="韦小宝")
Claim()
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from kyc_core.claims import Claim as Claim
from kyc_core.verdicts import Decision, Retry, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """What the provider answered, in everybody's words.

    Attributes:
        verdict: the meaning of the answer.
        billed: whether the call is charged; ``None`` when the provider does not say.
        retry: when the same call may sensibly be made again.
        provider_code: the provider's own spelling of the answer.
        request_id: the provider's identifier of the call.
        evidence: what the decision rests on, free of personal values.
    """

    verdict: Verdict
    billed: bool | None
    retry: Retry
    provider_code: str
    request_id: str | None
    evidence: Mapping[str, str | int]

    @property
    def passed(self) -> bool:
        """Tell whether the provider confirmed the claim."""
        return self.verdict.decision is Decision.PASS


class Fault(StrEnum):
    """Why there is no result."""

    UNKNOWN_OPERATION = "unknown_operation"
    INCOMPLETE_CLAIM = "incomplete_claim"
    UNKNOWN_EXTRA = "unknown_extra"
    TRANSPORT = "transport"
    """No answer arrived, or only part of one."""
    HTTP_STATUS = "http_status"
    CONTENT_TYPE = "content_type"
    MALFORMED = "malformed"
    """The answer is not the document it claims to be."""
    CONTRACT = "contract"
    """A document, but not the one the provider documents: a member is missing, renamed, doubled or of another type."""
    SIGNATURE = "signature"
    """Nothing proves that the answer is the provider's, unchanged, and given to this request."""
    UNKNOWN_CODE = "unknown_code"
    """A well-formed answer whose code means nothing to this version of the adapter."""
    UNKNOWN_CALLBACK = "unknown_callback"
    """Something that came as a callback, but belongs to no check that was begun here."""


class AdapterError(Exception):
    """The check has no result. It is neither a pass nor a fail.

    Attributes:
        fault: why.
        retry: when trying again may help.
        charge_possible: whether the provider may have charged for the call all the same.
        provider_code: the provider's code, where one could be read.
        request_id: the provider's identifier, where one could be read.
    """

    def __init__(
        self,
        message: str,
        *,
        fault: Fault,
        retry: Retry,
        charge_possible: bool,
        provider_code: str | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.fault = fault
        self.retry = retry
        self.charge_possible = charge_possible
        self.provider_code = provider_code
        self.request_id = request_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What arrived at a callback address. All but the method may be personal and stays out of ``repr``.

    Attributes:
        method: of the HTTP request.
        target: path and query, as received.
        headers: by name.
        body: as received.
    """

    method: str
    target: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class Adapter(Protocol):
    """One provider's operations behind one method."""

    def check(self, operation: str, claim: Claim) -> CheckResult:
        """Ask the provider about *claim*.

        Args:
            operation: the provider's name for the check.
            claim: what to check; members the operation does not use are not sent.

        Raises:
            AdapterError: there is no result that could be relied on.
        """
        ...


class CallbackAdapter(Adapter, Protocol):
    """An adapter of a provider that calls back: ``claim.extra["callback_url"]`` of a check says where to."""

    def callback(self, received: Received) -> CheckResult:
        """Say what has become of the check that a callback belongs to.

        A callback is a hint and never proof, for anybody can send one: the result is the provider's answer to a
        question asked now. It may come twice, late, or before the check itself has returned.

        Args:
            received: what arrived.

        Raises:
            AdapterError: `Fault.UNKNOWN_CALLBACK`, or there is no result that could be relied on.
        """
        ...
