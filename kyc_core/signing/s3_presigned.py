"""Presigned download links of S3: AWS Signature Version 4 in the query.

`presign` and `verify` undo each other. Only what such a link needs is here: GET, the host as the one signed header, an
unsigned payload, and a time to live of at most seven days.

>>> link = presign(host="a.example", path="/x.pdf", key_id="K", secret="s", region="ap-east-1", at=0, lifetime=60)
>>> verify(link, host="a.example", path="/x.pdf", secret="s", now=60).expires_at
60
>>> verify(link, host="a.example", path="/x.pdf", secret="s", now=61)
Traceback (most recent call last):
    ...
kyc_core.signing.s3_presigned.LinkRefused: expired

Source:
    Amazon S3 API reference, "Authenticating Requests: Using Query Parameters (AWS Signature Version 4)", whose example
    is a test vector here [doc]; that the aggregator hands out such links [seed].
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final
from urllib.parse import parse_qsl, quote

ALGORITHM: Final = "AWS4-HMAC-SHA256"
LONGEST_LIFETIME: Final = 604_800
"""Seconds: seven days, the most that Signature Version 4 grants."""

_STAMP: Final = "%Y%m%dT%H%M%SZ"
_STAMP_SHAPE: Final = re.compile(r"[0-9]{8}T[0-9]{6}Z")
_CREDENTIAL: Final = re.compile(r"([A-Za-z0-9]{1,128})/([0-9]{8})/([a-z0-9-]{1,32})/s3/aws4_request")
_SECONDS: Final = re.compile(r"[1-9][0-9]{0,6}")
_SIGNATURE: Final = "X-Amz-Signature"


class LinkFault(StrEnum):
    """Why a link is refused, in the order of the checks."""

    UNSIGNED = "unsigned"
    """It has none of the members of a presigned link."""
    MALFORMED = "malformed"
    """A member is missing, doubled or not of its shape."""
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    WRONG_SIGNATURE = "wrong_signature"


class LinkRefused(ValueError):
    """A link is refused.

    Attributes:
        fault: why.
        link: what it says of itself, as far as that could be read.
    """

    def __init__(self, fault: LinkFault, link: Link | None = None) -> None:
        super().__init__(fault.value)
        self.fault = fault
        self.link = link


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What a presigned link says of itself.

    Attributes:
        key_id: whose key signed it.
        region: where the object lies.
        signed_at: epoch seconds.
        lifetime: seconds.
    """

    key_id: str
    region: str
    signed_at: int
    lifetime: int

    @property
    def expires_at(self) -> int:
        """Epoch seconds of the last moment at which it is good."""
        return self.signed_at + self.lifetime


def presign(
    *, host: str, path: str, key_id: str, secret: str, region: str, at: float, lifetime: int = LONGEST_LIFETIME
) -> str:
    """Return the query of a link to *path* on *host*, without ``?``.

    Args:
        host: as it will stand in the ``Host`` header, port included where there is one.
        path: percent-escaped already.
        key_id: names the key.
        secret: signs.
        region: for example ``ap-east-1``.
        at: epoch seconds; fractions are cut off.
        lifetime: seconds, 1 to `LONGEST_LIFETIME`.

    Raises:
        ValueError: *lifetime* is longer than the scheme allows, or none.
    """
    if not 1 <= lifetime <= LONGEST_LIFETIME:
        raise ValueError(f"want 1 to {LONGEST_LIFETIME} seconds")
    link = Link(key_id=key_id, region=region, signed_at=int(at), lifetime=lifetime)
    return f"{_query(link)}&{_SIGNATURE}={_signature(link, host, path, secret)}"


def read(query: str) -> Link:
    """Read what a link says of itself, unverified; for finding the key that belongs to its ``key_id``.

    Raises:
        LinkRefused: `LinkFault.UNSIGNED` or `LinkFault.MALFORMED`.
    """
    pairs = parse_qsl(query, keep_blank_values=True)
    found = dict(pairs)
    if not any(name.startswith("X-Amz-") for name in found):
        raise LinkRefused(LinkFault.UNSIGNED)
    credential = _CREDENTIAL.fullmatch(found.get("X-Amz-Credential", ""))
    stamp = found.get("X-Amz-Date", "")
    seconds = found.get("X-Amz-Expires", "")
    if (
        len(found) != len(pairs)
        or credential is None
        or not _STAMP_SHAPE.fullmatch(stamp)
        or not stamp.startswith(credential[2])
        or not _SECONDS.fullmatch(seconds)
        or int(seconds) > LONGEST_LIFETIME
        or found.get("X-Amz-Algorithm") != ALGORITHM
        or found.get("X-Amz-SignedHeaders") != "host"
        or _SIGNATURE not in found
    ):
        raise LinkRefused(LinkFault.MALFORMED)
    try:
        signed_at = datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        raise LinkRefused(LinkFault.MALFORMED) from None
    return Link(key_id=credential[1], region=credential[3], signed_at=int(signed_at.timestamp()), lifetime=int(seconds))


def verify(query: str, *, host: str, path: str, secret: str, now: float) -> Link:
    """Return what a good link says of itself.

    Args:
        query: as received, without ``?``.
        host: the ``Host`` header as received.
        path: as received.
        secret: of the key the link names.
        now: epoch seconds.

    Raises:
        LinkRefused: see `LinkFault`. A link that is both old and forged is expired, as S3 has it.
    """
    link = read(query)
    if now < link.signed_at:
        raise LinkRefused(LinkFault.NOT_YET, link)
    if now > link.expires_at:
        raise LinkRefused(LinkFault.EXPIRED, link)
    given = dict(parse_qsl(query, keep_blank_values=True))[_SIGNATURE]
    wanted = _signature(link, host, path, secret)
    if not hmac.compare_digest(given.encode("utf-8", "surrogateescape"), wanted.encode()):
        raise LinkRefused(LinkFault.WRONG_SIGNATURE, link)
    return link


def _signature(link: Link, host: str, path: str, secret: str) -> str:
    stamp = _stamp(link)
    request = f"GET\n{path}\n{_query(link)}\nhost:{host}\n\nhost\nUNSIGNED-PAYLOAD"
    digest = sha256(request.encode("utf-8", "surrogateescape")).hexdigest()
    text = f"{ALGORITHM}\n{stamp}\n{_scope(link)}\n{digest}"
    key = f"AWS4{secret}".encode()
    for part in (stamp[:8], link.region, "s3", "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, text.encode(), "sha256").hex()


def _query(link: Link) -> str:
    """Return the canonical query: every member but the signature, in order of name, escaped."""
    members = {
        "X-Amz-Algorithm": ALGORITHM,
        "X-Amz-Credential": f"{link.key_id}/{_scope(link)}",
        "X-Amz-Date": _stamp(link),
        "X-Amz-Expires": str(link.lifetime),
        "X-Amz-SignedHeaders": "host",
    }
    return "&".join(f"{name}={quote(value, safe='-_.~')}" for name, value in members.items())


def _scope(link: Link) -> str:
    return f"{_stamp(link)[:8]}/{link.region}/s3/aws4_request"


def _stamp(link: Link) -> str:
    return datetime.fromtimestamp(link.signed_at, UTC).strftime(_STAMP)
