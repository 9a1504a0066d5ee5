"""Recorded traffic against the contracts: whose call it was, whether both sides kept to it, and which row explains it.

Pure: an exchange goes in, a `Judged` comes out. What no schema and no row explains is a `Problem`; what cannot be
judged (sealed, compressed by something unknown, without types) is said so and is not a pass. Nothing that is told
holds a value of the traffic, except codes that look like codes.

>>> recorded = Recorded(
...     place="line 1", host="faceid.intl.tencentcloudapi.com", status=200,
...     request=RawRequest(method="POST", target="/", headers=(("X-TC-Action", "BankCard2EVerification"),),
...                        body=b'{"Name": "a", "BankCard": "b"}'),
...     body=b'{"Response": {"Error": {"Code": "InvalidParameter", "Message": "m"}, "RequestId": "r"}}')
>>> judged = judge(recorded)
>>> judged.provider, judged.operation, judged.row.code
('tencent', 'BankCard2EVerification', 'InvalidParameter')
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from contracts.checks.requests_sent import business_parameters
from contracts.findings import Blame, Check, Severity
from contracts.loader import Outcome
from contracts.plan import load_plan
from contracts.protocol import Protocol, load_protocol, protocols
from contracts.provider_files import ContractError
from contracts.recorder import RawRequest
from contracts.registry import Part, validator
from contracts.traffic_codes import Explained, explain, parts_of
from kyc_core.strict_xml import NotStrictXml, local, read
from kyc_core.verdicts import Retry

WORST: Final = 5
"""Differences named per document; one broken envelope breaks every rule below it."""

_TELLABLE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}|-?[0-9]{1,5}")
_TELLABLE_PATH: Final = re.compile(r"(?:[^0-9]|[0-9]{1,4}(?![0-9])){0,120}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One call and its answer, as a recording has them.

    Attributes:
        place: where in the recording: ``entry 3``, ``line 12``.
        host: whom it went to, lower case, without port.
        request: as sent.
        status: of the answer; 0 when there was none.
        body: of the answer, transfer and content coding undone; ``None`` when it was not recorded.
        unreadable: why the answer's body is not here although there was one; empty otherwise.
        unreadable_request: likewise of the request's.
    """

    place: str
    host: str
    request: RawRequest = field(repr=False)
    status: int
    body: bytes | None = field(repr=False)
    unreadable: str = ""
    unreadable_request: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What neither schema nor row explains.

    Attributes:
        check: the question it belongs to: what was sent, or what was answered.
        severity: what it may cost.
        blame: whose fault it is.
        where: JSON path, or what part of the message.
        expected: what the contract says.
        seen: what was there instead, without any value.
    """

    check: Check
    severity: Severity
    blame: Blame
    where: str
    expected: str
    seen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What came of one exchange.

    Attributes:
        recorded: the exchange.
        provider: whose it is, empty when it is nobody's.
        operation: wire name, empty when it is none that is known.
        row: the outcome that explains the answer.
        parts: outcomes of checks that the answer carries besides.
        problems: what is not explained.
        unjudged: what could not be judged, and why.
    """

    recorded: Recorded
    provider: str = ""
    operation: str = ""
    row: Outcome | None = None
    parts: tuple[Outcome, ...] = ()
    problems: tuple[Problem, ...] = ()
    unjudged: tuple[str, ...] = ()


Reader = Callable[[str, int, bytes], Any]
"""Reads an answer's body as the document its schema describes: provider, status, body; raises `ValueError`."""


def as_json(provider: str, status: int, body: bytes) -> Any:
    """Read a body as JSON; an empty one is null.

    Raises:
        ValueError: it is something else.
    """
    del provider, status
    return orjson.loads(body) if body else None


def judge(recorded: Recorded, *, provider: str = "", reader: Reader = as_json) -> Judged:
    """Compare one exchange with the contracts.

    Args:
        recorded: the exchange.
        provider: whose it is, where the host does not tell (a proxy, a gateway of one's own).
        reader: reads answers, also those that are no JSON.

    Raises:
        ContractError: a shipped table is not sound, or nobody has that provider.
    """
    protocol = load_protocol(provider) if provider else provider_of(recorded)
    if protocol is None:
        return Judged(recorded=recorded, unjudged=(f"{_tellable_host(recorded.host)} is no provider's host",))
    operation = operation_of(protocol, recorded.request)
    if not operation:
        problem = Problem(
            check=Check.REQUESTS, severity=Severity.MAJOR, blame=Blame.DRIFT, where="operation",
            expected=f"an operation that {protocol.title} is documented to have", seen="another one",
        )  # fmt: skip
        return Judged(recorded=recorded, provider=protocol.provider, problems=(problem,))
    unjudged: list[str] = []
    explained, answered = _answer(protocol, operation, recorded, reader, unjudged)
    sent = _request(protocol, operation, recorded, explained.row, unjudged)
    return Judged(
        recorded=recorded,
        provider=protocol.provider,
        operation=operation,
        row=explained.row,
        parts=explained.parts,
        problems=(*sent, *answered),
        unjudged=tuple(unjudged),
    )


def provider_of(recorded: Recorded) -> Protocol | None:
    """Return whose call it is: by host; on this machine also by path, and by what is signed."""
    request, path = recorded.request, recorded.request.target.partition("?")[0]
    known = [load_protocol(name) for name in protocols()]
    for protocol in known:
        mine = f"{protocol.provider.replace('_', '-')}.localhost"
        if recorded.host in protocol.hosts or recorded.host == mine:
            return protocol
    headers = [(protocol, place) for protocol in known for place in protocol.action if place.startswith("header:")]
    for protocol, place in headers:
        if request.at(place) is not None:
            return protocol
    if not _is_this_machine(recorded.host):
        return None
    for protocol in known:
        if any(path == prefix or path.startswith(f"{prefix}/") for prefix in protocol.prefixes):
            return protocol
    return next((each for each in known if each.action and operation_of(each, request)), None)


def _is_this_machine(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def operation_of(protocol: Protocol, request: RawRequest) -> str:
    """Return the operation a request asks for, empty when it is none that is known."""
    if protocol.action:
        named = next((name for name in map(request.at, protocol.action) if name), "")
        return protocol.operation_named(named)
    path = request.target.partition("?")[0]
    ends = [path, *[path.removeprefix(prefix) for prefix in protocol.prefixes if path.startswith(f"{prefix}/")]]
    here = [name for name, (_, wanted) in protocol.paths.items() if any(_fits(end, wanted) for end in ends)]
    return here[0] if len(here) == 1 else _in_soap(request.body, here)


def _fits(path: str, wanted: str) -> bool:
    return path.startswith(wanted[:-1]) if wanted.endswith("*") else path == wanted


def _in_soap(body: bytes, names: list[str]) -> str:
    if not names:
        return ""
    try:
        elements = {local(element) for element in read(body).iter()}
    except NotStrictXml:
        return ""
    return next((name for name in names if name in elements), "")


def _answer(
    protocol: Protocol, operation: str, recorded: Recorded, reader: Reader, unjudged: list[str]
) -> tuple[Explained, list[Problem]]:
    if not recorded.status:
        unjudged.append("the call has no answer")
        return Explained(), []
    if recorded.body is None or recorded.unreadable:
        unjudged.append(f"the answer's body: {recorded.unreadable or 'not recorded'}")
        return Explained(), []
    facts = protocol.table.operations[operation]
    is_document = "media_type" not in facts or recorded.body.lstrip()[:1] in (b"{", b"<")
    try:
        document = reader(protocol.provider, recorded.status, recorded.body) if is_document else None
    except ValueError:
        return Explained(), [_drift("$", "a document that the contract describes", "something else")]
    explained = explain(protocol, operation, recorded.status, document)
    found = list(_row_problems(protocol, explained, recorded.status))
    if "media_type" not in facts:
        found += _schema_problems(protocol, operation, explained, document)
    parts, unknown = parts_of(protocol, operation, document)
    explained.parts = parts
    found += [
        _drift(name, "a code that the outcome table lists", f"another one{_shown(code)}") for name, code in unknown
    ]
    if "response" in protocol.sealed:
        unjudged.append(protocol.sealed["response"])
    return explained, found


def _row_problems(protocol: Protocol, explained: Explained, status: int) -> Iterator[Problem]:
    row = explained.row
    if row is None:
        seen = f"another one{_shown(explained.code)}" if explained.code else "no code where one should be"
        yield _drift(explained.where or "code", "a code that the outcome table lists", seen)
        return
    allowed = {row.http_status}
    if row.status_by:
        allowed |= {value for value in protocol.table.switches[row.status_by].values if isinstance(value, int)}
    if status not in allowed:
        expected = f"HTTP status {' or '.join(map(str, sorted(allowed)))} with code {row.code}"
        yield _drift("status", expected, str(status), severity=Severity.MINOR)


def _schema_problems(protocol: Protocol, operation: str, explained: Explained, document: Any) -> Iterator[Problem]:
    part: Part = "error" if explained.is_error else "response"
    try:
        schema = validator(protocol.provider, operation, part)
    except ContractError:
        # The table knows the operation and nobody has described its answers: the simulator does not play it.
        yield Problem(
            check=Check.OUTCOMES, severity=Severity.MAJOR, blame=Blame.SIMULATOR, where="$",
            expected=f"a schema for the {part} of {operation}", seen="none: the simulator does not play it",
        )  # fmt: skip
        return
    expected = f"what the {part} schema of {operation} says"
    for path, rule in sorted({(error.json_path, str(error.validator)) for error in schema.iter_errors(document)})[
        :WORST
    ]:
        yield _drift(_path(path), expected, f"breaks {rule}")


def _request(
    protocol: Protocol, operation: str, recorded: Recorded, row: Outcome | None, unjudged: list[str]
) -> list[Problem]:
    if recorded.unreadable_request:
        unjudged.append(f"the request: {recorded.unreadable_request}")
        return []
    broken, untold = compare_request(protocol, operation, recorded.request)
    if untold:
        unjudged.append(f"the request: {untold}")
    expected = f"what the request schema of {operation} says"
    return [_sent(where, expected, what, row) for where, what in broken]


def compare_request(protocol: Protocol, operation: str, request: RawRequest) -> tuple[tuple[tuple[str, str], ...], str]:
    """Compare a request's business parameters with their schema.

    Returns:
        ``(where, what)`` of each difference, values never; and what could not be compared, empty when all was.
    """
    media = (request.header("content-type") or "").partition(";")[0].strip().lower()
    if media.startswith("multipart/"):
        return (), "a multipart form"
    if request.body.lstrip()[:1] == b"<":
        return (), "an XML document; its schema describes what it holds, not how"
    if protocol.untyped and (media == "application/x-www-form-urlencoded" or request.method == "GET"):
        return (), protocol.untyped
    untold = protocol.sealed.get("request", "")
    try:
        schema = validator(protocol.provider, operation, "request")
    except ContractError:
        return (), untold
    parameters = business_parameters(load_plan(protocol.provider), request)
    if parameters is None:
        return (("$", "neither a JSON object nor a form"),), untold
    parameters = {name: value for name, value in parameters.items() if name not in protocol.common}
    found = {(_path(error.json_path), f"breaks {error.validator}") for error in schema.iter_errors(parameters)}
    return tuple(sorted(found)[:WORST]), untold


def _sent(where: str, expected: str, seen: str, row: Outcome | None) -> Problem:
    # A provider that takes what the schema refuses is broader than the contract says; one that refuses it, too, is not.
    refused = row is not None and row.kind == "error" and row.retry is Retry.FIX_REQUEST
    blame = Blame.DRIFT if row is not None and not refused else Blame.ADAPTER
    return Problem(
        check=Check.REQUESTS, severity=Severity.MAJOR, blame=blame, where=where, expected=expected,
        seen=f"{seen}, and was taken" if blame is Blame.DRIFT else seen,
    )  # fmt: skip


def _drift(where: str, expected: str, seen: str, *, severity: Severity = Severity.MAJOR) -> Problem:
    return Problem(
        check=Check.OUTCOMES, severity=severity, blame=Blame.DRIFT, where=where, expected=expected, seen=seen
    )


def _shown(code: str) -> str:
    """Return a code for a report, if it cannot be somebody's name or number."""
    return f", {code}" if _TELLABLE.fullmatch(code) else ""


def _path(path: str) -> str:
    """Return a JSON path for a report; a member's name that nobody foresaw may be a value."""
    return path if _TELLABLE_PATH.fullmatch(path) and path.isascii() else "$..."


def _tellable_host(host: str) -> str:
    return host if re.fullmatch(r"[a-z0-9.:\[\]-]{1,253}", host) else "what has no host name"
