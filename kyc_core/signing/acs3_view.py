"""What a client may have signed with ACS3-HMAC-SHA256, as a value that can be altered and signed anew.

Made for `kyc_core.signing.acs3_explain`; the path of an ordinary request does not come through here.

Source:
    Alibaba Cloud OpenAPI, page "Request syntax and signature method V3" [doc].
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from kyc_core.signing import acs3
from kyc_core.signing.aliyun import PUBLIC_PARAMETERS
from kyc_core.signing.canonical import hide_query, sha256_hex, wire_bytes
from kyc_core.signing.causes import Part, SignedText
from kyc_core.signing.signed_headers import Lines, header_parts, pick

_OPEN_HEADERS: Final = frozenset(
    {
        "accept",
        "content-type",
        "host",
        "user-agent",
        "x-acs-accesskey-id",
        "x-acs-action",
        "x-acs-content-sha256",
        "x-acs-credentials-provider",
        "x-acs-date",
        "x-acs-retry-attempts",
        "x-acs-retry-delay",
        "x-acs-signature-nonce",
        "x-acs-version",
    }
)
"""Headers whose values say nothing about a person and open no door; ``x-acs-security-token`` would."""


@dataclass(frozen=True, slots=True)
class Received:
    """What the server received: the arguments of ``explain`` that describe the request."""

    presented: acs3.Authorization
    method: str
    path: str
    query: bytes
    headers: Mapping[str, str]
    body: bytes
    known_hosts: tuple[str, ...]

    @property
    def announced_digest(self) -> str:
        """What the request says is the digest of its body."""
        return self.headers.get(acs3.CONTENT_DIGEST, "").strip(" \t")


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a client may have signed: everything that enters the signature, and nothing else.

    Attributes:
        secret: under the MAC, as it is.
        query: in canonical form, or what was taken for it.
        headers: the header lines, in the order in which they are signed.
        listed: the line that names them.
        digest: of the body.
        layout: one of `LAYOUTS`.
    """

    secret: str = field(repr=False)
    method: str
    uri: str
    query: str
    headers: Lines
    listed: str
    digest: str
    layout: str = "documented"

    def canonical(self) -> str:
        """Return the canonical request."""
        block = acs3.header_block(self.headers)
        if self.layout == "without the blank line":
            block = block.rstrip("\n")
        elif self.layout == "with a second blank line":
            block += "\n"
        text = acs3.canonical_request(self.method, self.uri, self.query, block, self.listed, self.digest)
        return f"{text}\n" if self.layout == "with a line feed at its end" else text

    def string(self) -> str:
        """Return the string to sign."""
        canonical = self.canonical()
        return (
            f"{acs3.ALGORITHM}\n{canonical}" if self.layout == "without its digest" else acs3.string_to_sign(canonical)
        )

    def signature(self) -> str:
        """Return the signature this view leads to, 64 hexadecimal digits."""
        return acs3.signature(self.secret, self.string())

    def header(self, name: str) -> str:
        """Return the value signed for *name*, or nothing."""
        return dict(self.headers).get(name, "")

    def with_header(self, name: str, value: str) -> View:
        """Return this view with another value for a header it has."""
        return replace(self, headers=tuple((key, value if key == name else kept) for key, kept in self.headers))

    def with_digest(self, digest: str) -> View:
        """Return this view with another body behind it: digest and header agree."""
        return replace(self.with_header(acs3.CONTENT_DIGEST, digest), digest=digest)

    def text(self) -> SignedText:
        """Name the parts, and hide in each what may be personal."""
        digest = sha256_hex(wire_bytes(self.canonical()))
        return SignedText(
            canonical=(
                Part("method", f"{self.method}\n", f"{self.method}\n"),
                Part("uri", f"{self.uri}\n", f"{self.uri}\n"),
                Part("query", f"{self.query}\n", f"{hide_query(self.query, PUBLIC_PARAMETERS)}\n"),
                *header_parts(self.headers, _OPEN_HEADERS),
                Part("signed headers", f"\n{self.listed}\n", f"\n{self.listed}\n"),
                Part("payload hash", self.digest, self.digest),
            ),
            string_to_sign=(
                Part("algorithm", f"{acs3.ALGORITHM}\n", f"{acs3.ALGORITHM}\n"),
                Part("digest of the canonical request", digest, digest),
            ),
        )


LAYOUTS: Final = (
    "documented",
    "without the blank line",
    "with a second blank line",
    "with a line feed at its end",
    "without its digest",
)
"""How a canonical request is put together and signed."""


def expected_views(received: Received, secret: str) -> list[View]:
    """Return the views a correct client may have had: URI ``/``, then the path as received."""
    base = View(
        secret=secret,
        method=received.method,
        uri="/",
        query=acs3.canonical_query(received.query),
        headers=pick(received.headers, received.presented.header_names),
        listed=received.presented.signed_headers,
        digest=sha256_hex(received.body),
    )
    return [base] if received.path == "/" else [base, replace(base, uri=received.path)]
