r"""The lines an adapter under test and the harness exchange: one JSON object each, over stdin and stdout.

Harness to adapter: ``start`` (where the provider is, and credentials), ``check`` (an operation and a claim),
``callback`` (what the provider sent to the claim's ``callback_url``), ``slept`` (the answer to ``sleep``). Adapter to
harness: ``ready``, ``result``, ``error``, ``no_callbacks`` of adapters that take none, ``refused`` instead of what was
asked for, with the reason, and ``sleep``, by which an adapter that wants to wait has the harness let the time pass.
Described by ``contracts/schemas/harness/adapter.json``.

>>> from kyc_core.claims import Claim
>>> claim_document(Claim(name="测试甲", photo=b"\xff\xd8"))
{'name': '测试甲', 'photo': '/9g='}
>>> claim_from({"photo": "/9g="}).photo
b'\xff\xd8'
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from kyc_core.adapters.base import Fault, Received
from kyc_core.claims import Claim
from kyc_core.verdicts import Decision, Verdict

TEXTS: Final = ("name", "resident_id", "valid_from", "valid_to", "mobile", "bank_card")


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What the adapter made of one check.

    Attributes:
        kind: ``result``, ``error`` (it raised), ``no_callbacks`` (it takes none), or ``none`` (nothing came in time, it
            ended, or what came says nothing).
        verdict: a `Verdict` as text; empty for errors.
        billed: whether it says that the call is charged; of an error, whether it may be.
        retry: a `Retry` as text, where it says.
        provider_code: the code it says the provider gave; what is no text (broken answers are handed on) as JSON.
        fault: kind of an error in the adapter's words, or why nothing came.
        told: everything else it handed back (messages, ``repr``), to be searched for personal values.
        ended: its process ended, or had to be.
    """

    kind: str
    verdict: str = ""
    billed: bool | None = None
    retry: str = ""
    provider_code: str | None = None
    fault: str = ""
    told: str = field(default="", repr=False)
    ended: bool = False

    @property
    def passed(self) -> bool:
        """Tell whether a caller would let the person through."""
        return self.kind == "result" and self.verdict == Verdict.MATCH

    @property
    def decision(self) -> Decision:
        """What a caller would conclude."""
        return Verdict(self.verdict).decision if self.kind == "result" else Decision.UNABLE

    def summary(self) -> str:
        """Say it in a few words, none of them personal: codes and faults are shortened and cleaned."""
        if self.kind == "none":
            return f"no answer: {self.fault}"
        code = f" ({plain(self.provider_code)})" if self.provider_code else ""
        if self.kind == "error":
            return f"an error{code}: {plain(self.fault) or 'of no kind'}"
        billed = {True: "charged", False: "free", None: "charge unknown"}[self.billed]
        return f"{plain(self.verdict)}{code}, {billed}, retry {plain(self.retry) or 'unknown'}"


def plain(text: str | None, *, longest: int = 64) -> str:
    """Return a short code as it is, and anything longer or stranger only by its length."""
    if text is None:
        return ""
    short = len(text) <= longest and all(character.isascii() and character.isprintable() for character in text)
    # Eleven digits on end are a mobile number sooner than a code.
    if short and sum(character.isdigit() for character in text) <= 10:
        return text
    return f"{len(text)} characters"


def claim_document(claim: Claim) -> dict[str, Any]:
    """Write a claim as JSON: absent members left out, the photo in Base64."""
    document: dict[str, Any] = {name: getattr(claim, name) for name in TEXTS if getattr(claim, name) is not None}
    if claim.photo is not None:
        document["photo"] = base64.b64encode(claim.photo).decode("ascii")
    if claim.extra:
        document["extra"] = dict(claim.extra)
    return document


def claim_from(document: Mapping[str, Any]) -> Claim:
    """Read what `claim_document` wrote."""
    photo = document.get("photo")
    return Claim(
        **{name: document[name] for name in TEXTS if name in document},
        photo=base64.b64decode(photo, validate=True) if photo is not None else None,
        extra=document.get("extra", {}),
    )


def callback_document(received: Received) -> dict[str, Any]:
    """Write what came to a callback address as JSON, the body in Base64."""
    return {
        "method": received.method,
        "target": received.target,
        "headers": dict(received.headers),
        "body": base64.b64encode(received.body).decode("ascii"),
    }


def received_from(document: Mapping[str, Any]) -> Received:
    """Read what `callback_document` wrote."""
    return Received(
        method=document["method"],
        target=document["target"],
        headers=document["headers"],
        body=base64.b64decode(document["body"], validate=True),
    )


def observed_from(line: Mapping[str, Any]) -> Observed:
    """Read a line that answers a check or a callback; one that is not as described is no answer, and says why."""
    kind = line["type"]
    if kind == "no_callbacks":
        return Observed(kind="no_callbacks")
    if kind == "refused":
        why = line.get("why")
        return Observed(kind="none", fault=plain(why, longest=200) if isinstance(why, str) else "it does not say why")
    if kind not in ("result", "error"):
        return Observed(kind="none", fault=f"a line of type {plain(kind)} is no answer")
    wrong = _wrong(line)
    if wrong:
        return Observed(kind="none", fault=f"{'an' if kind == 'error' else 'a'} {kind} {wrong}")
    texts: dict[str, Any] = {name: line.get(name) or "" for name in ("verdict", "retry", "fault", "told")}
    if kind == "error":
        texts["verdict"] = ""
    code = line.get("provider_code")
    if not isinstance(code, str | None):
        code = orjson.dumps(code).decode()
    return Observed(kind=kind, billed=line.get("billed"), provider_code=code, **texts)


def _wrong(line: Mapping[str, Any]) -> str:
    """Say what is wrong with a result or an error; empty when nothing is."""
    for name in ("verdict", "retry", "fault", "told"):
        if not isinstance(line.get(name), str | None):
            return f"whose {name} is no text"
    if not isinstance(line.get("billed"), bool | None):
        return "whose billed is neither true, false nor null"
    if line["type"] == "error":
        return ""
    verdict = line.get("verdict")
    if not verdict:
        return "without a verdict"
    return "" if verdict in set(Verdict) else f"whose verdict, {plain(verdict)}, is none of {', '.join(Verdict)}"


def result_line(number: int, found: object) -> dict[str, Any]:
    """Write what an adapter in Python returned: a `kyc_core.adapters.base.CheckResult` or anything of its shape."""
    if not isinstance(getattr(found, "verdict", None), str):
        why = f"what it returned, of type {type(found).__name__}, has no attribute verdict that is a text"
        return {"type": "refused", "id": number, "why": why}
    return {
        "type": "result",
        "id": number,
        "verdict": _word(getattr(found, "verdict", None)),
        "billed": _truth(getattr(found, "billed", None)),
        "retry": _word(getattr(found, "retry", None)),
        "provider_code": _word(getattr(found, "provider_code", None)) or None,
        "told": repr(found),
    }


def error_line(number: int, error: BaseException) -> dict[str, Any]:
    """Write what an adapter in Python raised; what `AdapterError` carries is told, what it was raised from, too.

    Who raises `NotImplementedError` does not serve the operation.
    """
    told = [repr(error)]
    cause = error.__cause__
    while cause is not None and len(told) < 10:
        told.append(repr(cause))
        cause = cause.__cause__
    fault = Fault.UNKNOWN_OPERATION.value if isinstance(error, NotImplementedError) else type(error).__name__
    return {
        "type": "error",
        "id": number,
        "fault": _word(getattr(error, "fault", None)) or fault,
        "billed": _truth(getattr(error, "charge_possible", None)),
        "retry": _word(getattr(error, "retry", None)),
        "provider_code": _word(getattr(error, "provider_code", None)) or None,
        "told": "\n".join(told),
    }


def _word(value: object) -> str:
    """Return a text or a member of a text enum as text; anything else has nothing to say."""
    return str.__str__(value) if isinstance(value, str) else ""


def _truth(value: object) -> bool | None:
    return value if isinstance(value, bool) else None
