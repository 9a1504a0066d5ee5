"""What a client may have signed with TC3-HMAC-SHA256, as a value that can be altered and signed anew.

Made for `kyc_core.signing.tc3_explain`; the path of an ordinary request does not come through here.

Source:
    Tencent Cloud, page "Signature v3" [doc].
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Final

from kyc_core.signing import tc3
from kyc_core.signing.canonical import hide_query, sha256_hex, wire_bytes, without_port
from kyc_core.signing.causes import Part, SignedText
from kyc_core.signing.signed_headers import Lines, header_parts, pick

_OPEN_HEADERS: Final = frozenset(
    {
        "accept",
        "content-type",
        "host",
        "user-agent",
        "x-tc-action",
        "x-tc-content-sha256",
        "x-tc-language",
        "x-tc-region",
        "x-tc-requestclient",
        "x-tc-timestamp",
        "x-tc-traceid",
        "x-tc-version",
    }
)
"""Headers whose values say nothing about a person and open no door; ``x-tc-token`` would."""


@dataclass(frozen=True, slots=True)
class Received:
    """What the server received: the arguments of ``explain`` that describe the request, the query as Latin-1 text."""

    presented: tc3.Authorization
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    timestamp: str
    known_hosts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a client may have signed: everything that enters the signature, and nothing else.

    Attributes:
        secret_key: the secret the key is derived from.
        headers: the header lines, in the order in which they are signed.
        listed: the line that names them.
        digest: of the payload.
        date: in the credential scope.
        service: in the credential scope.
        key_date: the date the key is derived with; empty for *date*.
        key_service: the service the key is derived with; ``None`` for *service*.
        derivation: which of `DERIVATIONS` makes the key.
        layout: ``documented``, or how the canonical request is put together instead.
    """

    secret_key: str = field(repr=False)
    method: str
    uri: str
    query: str
    headers: Lines
    listed: str
    digest: str
    timestamp: str
    date: str
    service: str
    key_date: str = ""
    key_service: str | None = None
    derivation: str = "documented"
    layout: str = "documented"

    def canonical(self) -> str:
        """Return the canonical request."""
        block = "".join([f"{name}:{value}\n" for name, value in self.headers])
        if self.layout != "documented":
            block = block.rstrip("\n") if self.layout == "without blank line" else block + "\n"
        return tc3.canonical_request(self.method, self.uri, self.query, block, self.listed, self.digest)

    def signature(self) -> str:
        """Return the signature this view leads to, 64 hexadecimal digits."""
        service = self.service if self.key_service is None else self.key_service
        key = DERIVATIONS[self.derivation](self.secret_key, self.key_date or self.date, service)
        text = tc3.string_to_sign(self.timestamp, f"{self.date}/{self.service}/tc3_request", self.canonical())
        return hmac.digest(key, wire_bytes(text), "sha256").hex()

    def header(self, name: str) -> str:
        """Return the value signed for *name*, or nothing."""
        return dict(self.headers).get(name, "")

    def with_header(self, name: str, value: str) -> View:
        """Return this view with another value for a header it has."""
        return replace(self, headers=tuple((key, value if key == name else kept) for key, kept in self.headers))

    def text(self) -> SignedText:
        """Name the parts, and hide in each what may be personal."""
        return SignedText(
            canonical=(
                Part("method", f"{self.method}\n", f"{self.method}\n"),
                Part("uri", f"{self.uri}\n", f"{self.uri}\n"),
                Part("query", f"{self.query}\n", f"{hide_query(self.query)}\n"),
                *header_parts(self.headers, _OPEN_HEADERS),
                Part("signed headers", f"\n{self.listed}\n", f"\n{self.listed}\n"),
                Part("payload hash", self.digest, self.digest),
            ),
            string_to_sign=tuple(
                Part(name, line, line)
                for name, line in (
                    ("algorithm", f"{tc3.ALGORITHM}\n"),
                    ("timestamp", f"{self.timestamp}\n"),
                    ("credential scope", f"{self.date}/{self.service}/tc3_request\n"),
                    ("digest of the canonical request", sha256_hex(wire_bytes(self.canonical()))),
                )
            ),
        )


def expected_views(received: Received, secret_key: str) -> list[View]:
    """Return the views a correct client may have had: the one of Python, Go and Java, then the one of Node."""
    presented = received.presented
    get = received.method == "GET"
    unsigned = received.headers.get("x-tc-content-sha256") == tc3.UNSIGNED_PAYLOAD
    base = View(
        secret_key=secret_key,
        method=received.method,
        uri="/",
        query=received.query if get else "",
        headers=pick(received.headers, presented.header_names),
        listed=presented.signed_headers,
        digest=tc3.payload_hash(received.method, received.body, unsigned=unsigned),
        timestamp=received.timestamp,
        date=presented.date,
        service=presented.service,
    )
    node = replace(base.with_header("host", without_port(base.header("host"))), uri=received.path)
    return [base] if node == base else [base, node]


def _without_prefix(secret: str, date: str, service: str) -> bytes:
    key = hmac.digest(wire_bytes(secret), wire_bytes(date), "sha256")
    return hmac.digest(hmac.digest(key, wire_bytes(service), "sha256"), b"tc3_request", "sha256")


def _in_hexadecimal(secret: str, date: str, service: str) -> bytes:
    key = wire_bytes("TC3" + secret)
    for text in (date, service, "tc3_request"):
        key = hmac.new(key, wire_bytes(text), sha256).hexdigest().encode()
    return key


DERIVATIONS: Final[Mapping[str, Callable[[str, str, str], bytes]]] = {
    "documented": tc3.signing_key,
    "without the TC3 prefix": _without_prefix,
    "through hexadecimal digests": _in_hexadecimal,
    "by nothing: the secret itself": lambda secret, date, service: wire_bytes(secret),
    "by the TC3 prefix alone": lambda secret, date, service: wire_bytes("TC3" + secret),
    "without the last step": lambda secret, date, service: tc3.derived_keys(secret, date, service)[1],
}
