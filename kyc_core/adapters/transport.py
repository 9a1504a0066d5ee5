"""How adapters reach a provider: one callable from a request to an answer, and a strict reader for JSON answers.

The callable is handed in, so that an adapter can be exercised without a network; `requests_sender` makes the ordinary
one.

>>> read_json_object(Answer(200, {"Content-Type": "application/json"}, b'{"a": 1}'))
{'a': 1}
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from typing import Final

from kyc_core.adapters.base import AdapterError, Fault
from kyc_core.strict_json import JsonProblem, NotStrictJson, read_object
from kyc_core.verdicts import Retry

CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class Request:
    """What goes out. The body is personal and stays out of ``repr``; so do the headers, which authorise."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, content encodings undone."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    def header(self, name: str) -> str:
        """Return a header whatever its case, or the empty text."""
        wanted = name.lower()
        return next((value for key, value in self.headers.items() if key.lower() == wanted), "")


class NotSent(OSError):
    """The request never reached the provider, so nothing can have been charged."""


Send = Callable[[Request], Answer]
"""Sends one request. Raises `NotSent` when it never left, any other `OSError` when the answer was lost."""


def requests_sender(*, connect: float = CONNECT_SECONDS, read: float = READ_SECONDS) -> Send:
    """Return a sender over one `requests` session.

    Redirects are not followed: a signed request is meant for one place.

    Args:
        connect: seconds to wait for a connection.
        read: seconds to wait between two pieces of the answer.

    Raises:
        ImportError: `requests` is not installed (extra ``adapters``).
    """
    import requests
    from urllib3.exceptions import NewConnectionError

    session = requests.Session()
    session.auth = lambda prepared: prepared  # without one, a .netrc entry for the host replaces our Authorization

    def send(request: Request) -> Answer:
        try:
            response = session.request(
                request.method,
                request.url,
                headers=dict(request.headers),
                data=request.body,
                timeout=(connect, read),
                allow_redirects=False,
            )
        except requests.ConnectionError as error:
            reason = getattr(error.args[0], "reason", None) if error.args else None
            if isinstance(error, requests.ConnectTimeout) or isinstance(reason, NewConnectionError):
                raise NotSent(type(error).__name__) from error
            raise
        return Answer(response.status_code, response.headers, response.content)

    return send


def exchange(send: Send, request: Request) -> Answer:
    """Send *request* and return the answer.

    Raises:
        AdapterError: there was none. The cause is chained; its text may name the host, never the body.
    """
    try:
        return send(request)
    except (NotSent, ConnectionRefusedError) as error:
        raise AdapterError(
            "the provider was not reached", fault=Fault.TRANSPORT, retry=Retry.NOW, charge_possible=False
        ) from error
    except OSError as error:
        raise AdapterError(
            "the answer was lost", fault=Fault.TRANSPORT, retry=Retry.LATER, charge_possible=True
        ) from error


def unreadable(message: str, fault: Fault, *, request_id: str | None = None) -> AdapterError:
    """Return the error for an answer that arrived but cannot be relied on: the check may have been done and charged."""
    return AdapterError(message, fault=fault, retry=Retry.LATER, charge_possible=True, request_id=request_id)


def read_json_object(answer: Answer, *, statuses: Container[int] = (200,)) -> dict[str, object]:
    """Read a JSON object from an answer, refusing everything another reader might take differently.

    Args:
        answer: what came back.
        statuses: those with which the provider answers in JSON.

    Raises:
        AdapterError: another status, another content type, or not one strict JSON object (see `JsonProblem`).
    """
    if answer.status not in statuses:
        raise unreadable(f"HTTP status {answer.status}", Fault.HTTP_STATUS)
    media_type, _, parameters = answer.header("Content-Type").partition(";")
    if media_type.strip().lower() != "application/json" or parameters.strip().lower() not in ("", "charset=utf-8"):
        raise unreadable("the content type is not JSON", Fault.CONTENT_TYPE)
    try:
        return read_object(answer.body)
    except NotStrictJson as error:
        fault = Fault.CONTRACT if error.problem is JsonProblem.NOT_AN_OBJECT else Fault.MALFORMED
        raise unreadable(f"the body is not strict JSON: {error.problem.value}", fault) from None
