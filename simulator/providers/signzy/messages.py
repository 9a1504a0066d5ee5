"""The wire: JSON objects as they come in; the answer, the token and both error bodies as they go out. Pure.

>>> answer("Verified", number_field="nationalIdNumber", wrapped=False)
b'{"fullName":"NA","dateOfBirth":"NA","nationalIdNumber":"NA","sourceVerificationStatus":"Verified"}'

Source:
    Members of the answer, always ``NA`` but for the status, and the six members of an error: the page [seed]; wrapper
    ``error`` and the older body: sibling pages [doc]; what a login answers: "Customer Login (Client Login)" [doc].
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import orjson

if TYPE_CHECKING:
    from simulator.wire import WireResponse

JSON: Final = "application/json"
NUMBER: Final = "nationalIdNumber"
INFORMATION: Final = "identityInformation"
NOT_SAID: Final = "NA"
"""What every echoed member says."""
_NO_CONTENT: Final = 204


class Unreadable(ValueError):
    """A body is not a JSON object; ``wording`` is the variant of the error that says why, ``position`` where."""

    def __init__(self, wording: str, position: int = 0) -> None:
        super().__init__(wording)
        self.wording = wording
        self.position = position


def read_object(body: bytes) -> dict[str, Any]:
    """Read a JSON body; members that are null count as absent.

    Raises:
        Unreadable: not UTF-8, not JSON, or not an object.
    """
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as problem:
        raise Unreadable("json", problem.pos) from None
    if type(document) is not dict:
        raise Unreadable("object")
    return {name: value for name, value in document.items() if value is not None}


def is_json(content_type: str) -> bool:
    """Tell whether a content type means JSON, whatever its parameters."""
    return content_type.partition(";")[0].strip().lower() == JSON


def document(response: WireResponse) -> Any:
    """Read an answer as its schema describes it; one without content is null.

    Raises:
        ValueError: a body that is not JSON.
    """
    return orjson.loads(response.body) if response.body or response.status != _NO_CONTENT else None


def answer(status: str, *, number_field: str, wrapped: bool) -> bytes:
    """Return the body of a verification that was decided.

    Args:
        status: what ``sourceVerificationStatus`` says.
        number_field: spelling of the echoed number's member.
        wrapped: put everything inside ``result``.
    """
    members = {
        "fullName": NOT_SAID,
        "dateOfBirth": NOT_SAID,
        number_field: NOT_SAID,
        "sourceVerificationStatus": status,
    }
    return orjson.dumps({"result": members} if wrapped else members)


def token(*, identifier: str, ttl: int | str, created: str, user_id: str) -> bytes:
    """Return the body of a login that succeeded; *ttl* in seconds, *created* an ISO 8601 moment in UTC."""
    return orjson.dumps({"id": identifier, "ttl": ttl, "created": created, "userId": user_id})


def six_fields(*, name: str, reason: str, status: int, message: str, kind: str, status_code: int) -> bytes:
    """Return an error body as the page lists its members."""
    return _error(
        {
            "name": name,
            "reason": reason,
            "status": status,
            "message": message,
            "type": kind,
            "statusCode": status_code,
        }
    )


def older(*, name: str, message: str, status: int, code: str) -> bytes:
    """Return an error body as the sibling pages show it; an empty *code* is left out."""
    members = {"statusCode": status, "name": name, "message": message}
    return _error(members | {"code": code} if code else members)


def _error(members: Mapping[str, Any]) -> bytes:
    return orjson.dumps({"error": members})
