"""The protected header of a ``UPI-JWS``: which members it must have, which of them are critical, and their shapes.

A request's header names four critical members, an answer's three; a copy of the published example, with blanks inside
its names, has none of them and is refused.

>>> protected_header(kid="20250101000002", uuid="5ba10d46d5d148dfbcc2119c08e01015", timestamp=1, app_id="3")[:60]
b'{"alg":"RS256","kid":"20250101000002","crit":["UPI-UUID","UP'

Source:
    UPI developer site, security requirements (members, RS256, RFC 7797 by name) [doc]; member order, no path and three
    critical names on answers: UPI JOSE SDK [sdk]; RFC 7515, section 4.1.11; RFC 7797, section 6.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kyc_core.signing.jose_faults import JwsError, JwsFault, shown
from kyc_core.strict_json import write

ALGORITHM: Final = "RS256"
KID: Final = "kid"
UUID: Final = "UPI-UUID"
TIMESTAMP: Final = "UPI-TIMESTAMP"
APP_ID: Final = "UPI-APPID"
REQUEST_PATH: Final = "UPI-REQPATH"
REQUEST_CRITICAL: Final = (UUID, TIMESTAMP, APP_ID, REQUEST_PATH)
RESPONSE_CRITICAL: Final = (UUID, TIMESTAMP, APP_ID)

_B64: Final = "b64"
_UUID: Final = re.compile("[0-9A-Fa-f]{32}")
_HYPHENATED: Final = re.compile("[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_TIMESTAMP: Final = re.compile("[0-9]{1,18}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Protected:
    """The members of a protected header that passed all checks of shape.

    Attributes:
        kid: id of the signing certificate.
        uuid: as sent; two of them are compared by `normalise_uuid`.
        timestamp: Unix seconds.
        app_id: the participant.
        request_path: service URL suffix; ``None`` on answers.
        encoded: whether the signature covers the encoded body; false under RFC 7797.
    """

    kid: str
    uuid: str
    timestamp: int
    app_id: str
    request_path: str | None
    encoded: bool = True


def read_protected(
    members: Mapping[str, object], *, critical: Sequence[str] = REQUEST_CRITICAL, accept_rfc7797: bool = False
) -> Protected:
    """Check the header's members: algorithm, what is critical, presence, types and shapes.

    Members that nobody calls critical are ignored.

    Args:
        members: the protected header.
        critical: what ``crit`` must list, `REQUEST_CRITICAL` or `RESPONSE_CRITICAL`.
        accept_rfc7797: whether ``"b64": false`` is understood.

    Raises:
        JwsError: see `JwsFault`, from ``WRONG_ALG`` to ``TIMESTAMP_SHAPE``.
    """
    check_algorithm(members)
    encoded = payload_is_encoded(members, accept_rfc7797=accept_rfc7797)
    check_critical(members, critical, b64=accept_rfc7797)
    texts = {name: _text(members, name) for name in (KID, *critical)}
    normalise_uuid(texts[UUID])
    if not _TIMESTAMP.fullmatch(texts[TIMESTAMP]):
        detail = "want Unix seconds, digits alone"
        raise JwsError(JwsFault.TIMESTAMP_SHAPE, detail, member=TIMESTAMP, seen=shown(texts[TIMESTAMP]))
    return Protected(
        kid=texts[KID],
        uuid=texts[UUID],
        timestamp=int(texts[TIMESTAMP]),
        app_id=texts[APP_ID],
        request_path=texts.get(REQUEST_PATH),
        encoded=encoded,
    )


def check_algorithm(members: Mapping[str, object]) -> None:
    """Refuse every ``alg`` but `ALGORITHM`: ``none``, and the HMAC ones, to which a public key would be a secret."""
    if members.get("alg") != ALGORITHM:
        seen = shown(members["alg"]) if "alg" in members else "nothing"
        raise JwsError(JwsFault.WRONG_ALG, "another algorithm", member="alg", expected=ALGORITHM, seen=seen)


def payload_is_encoded(members: Mapping[str, object], *, accept_rfc7797: bool) -> bool:
    """Tell which form is signed: ``True`` the ordinary one, ``False`` that of RFC 7797 where it is accepted."""
    encoded = members.get(_B64, True)
    if encoded is True:
        return True
    if not accept_rfc7797:
        detail = "the header announces RFC 7797; the signature must cover the encoded body"
        raise JwsError(JwsFault.UNENCODED_PAYLOAD, detail, member=_B64, expected="no such member", seen=shown(encoded))
    if encoded is not False:
        raise JwsError(JwsFault.MEMBER_TYPE, "want true or false", member=_B64, seen=shown(encoded))
    listed = members.get("crit")
    if isinstance(listed, list) and _B64 not in listed:
        raise JwsError(JwsFault.CRIT_INCOMPLETE, "crit must list b64 when it is false", member=_B64, seen=shown(listed))
    return False


def check_critical(members: Mapping[str, object], required: Sequence[str], *, b64: bool = False) -> None:
    """Check that ``crit`` lists *required*, in any order, each once, each present, and nothing else.

    Args:
        members: the protected header.
        required: the names that must be listed.
        b64: whether ``b64`` may be listed, too.
    """
    expected = shown(list(required))
    if "crit" not in members:
        raise JwsError(JwsFault.CRIT_ABSENT, "the header must say what is critical", member="crit", expected=expected)
    listed = members["crit"]
    seen = shown(listed)
    if not isinstance(listed, list) or not listed or not all(isinstance(name, str) for name in listed):
        raise JwsError(JwsFault.CRIT_MALFORMED, "want a list of names", member="crit", expected=expected, seen=seen)
    if len(set(listed)) != len(listed):
        raise JwsError(JwsFault.CRIT_REPEATED, "a name is listed twice", member="crit", expected=expected, seen=seen)
    missing = [name for name in required if name not in listed]
    if missing:
        blanks = any(name != name.strip() for name in listed)
        detail = (
            f"crit does not list {missing[0]}{'; names have blanks, as in the published example' if blanks else ''}"
        )
        raise JwsError(JwsFault.CRIT_INCOMPLETE, detail, member=missing[0], expected=expected, seen=seen)
    known = (*required, _B64) if b64 else required
    unknown = [name for name in listed if name not in known]
    if unknown:
        detail = "crit lists what is not understood here"
        raise JwsError(JwsFault.CRIT_UNKNOWN, detail, member=shown(unknown[0]), expected=expected, seen=seen)
    for name in listed:
        if name not in members:
            raise JwsError(JwsFault.MEMBER_ABSENT, "called critical, but missing", member=name)


def normalise_uuid(text: str, *, allow_hyphens: bool = True) -> str:
    """Return a UUID in the form in which two are compared: 32 lower-case digits.

    >>> normalise_uuid("5BA10D46-D5D1-48DF-BCC2-119C08E01015")
    '5ba10d46d5d148dfbcc2119c08e01015'

    Raises:
        JwsError: `JwsFault.UUID_SHAPE`.
    """
    if not _UUID.fullmatch(text) and not (allow_hyphens and _HYPHENATED.fullmatch(text)):
        detail = "want a UUID: 32 hexadecimal digits"
        raise JwsError(JwsFault.UUID_SHAPE, detail, member=UUID, seen=shown(text))
    return text.replace("-", "").lower()


def protected_header(
    *, kid: str, uuid: str, timestamp: int, app_id: str, request_path: str | None = None, encoded: bool = True
) -> bytes:
    """Return the protected header as the SDK writes it: compact, ``alg``, ``kid``, ``crit``, then UPI's members.

    Args:
        kid: id of the signing certificate.
        uuid: 32 hexadecimal digits; a request's own, an answer's echo.
        timestamp: Unix seconds.
        app_id: the participant.
        request_path: service URL suffix; ``None`` makes the header of an answer.
        encoded: false announces RFC 7797.
    """
    own = {UUID: uuid, TIMESTAMP: str(timestamp), APP_ID: app_id}
    if request_path is not None:
        own[REQUEST_PATH] = request_path
    b64 = {} if encoded else {_B64: False}
    return write({"alg": ALGORITHM, KID: kid, "crit": [*own, *b64], **own, **b64})


def _text(members: Mapping[str, object], name: str) -> str:
    value = members.get(name, "")
    if value == "":
        raise JwsError(JwsFault.MEMBER_ABSENT, "missing or empty", member=name)
    if not isinstance(value, str):
        raise JwsError(JwsFault.MEMBER_TYPE, "want a text", member=name, seen=shown(value))
    return value
