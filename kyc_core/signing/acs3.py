r"""ACS3-HMAC-SHA256 ("V3"), the present signature of Alibaba Cloud: sign a request, and verify one as it was received.

A client signs a canonical form of its request with its secret, as it is::

    CanonicalRequest = Method \n URI \n Query \n HeaderBlock \n SignedHeaders \n hex(sha256(body))
    StringToSign     = ACS3-HMAC-SHA256 \n hex(sha256(CanonicalRequest))

The query is decoded and escaped anew, since SDKs spell it differently on the wire. Which headers are signed differs
from SDK to SDK as well, so the list is taken from the request. `verify` answers for the signature and the content
digest; the time window (`kyc_core.signing.aliyun`), headers that must be signed (`unsigned_headers`) and the nonce are
asked separately, because the gateway reports them by other codes. Why a signature failed is told by
`kyc_core.signing.acs3_explain`.

>>> canonical_query(b"b=1+2&a=*~")
'a=%2A~&b=1%202'

Source:
    Alibaba Cloud OpenAPI, page "Request syntax and signature method V3" [doc]; Python, Node and TypeScript SDK sources
    and captured traffic [sdk].
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from kyc_core.signing import aliyun
from kyc_core.signing.canonical import (
    EMPTY_SHA256,
    as_received,
    percent_encode,
    query_pairs,
    sha256_hex,
    wire_bytes,
)

ALGORITHM: Final = "ACS3-HMAC-SHA256"
PREFIX: Final = "ACS3-"
"""Of every algorithm of this version; what starts with it is V3, all else is an RPC signature [sdk]."""

OWN: Final = "x-acs-"
"""How the protocol's headers start."""
CONTENT_DIGEST: Final = "x-acs-content-sha256"
DATE: Final = "x-acs-date"
NONCE: Final = "x-acs-signature-nonce"

_ADDED_BY_TRANSPORT: Final = "application/octet-stream"
_BLANKS: Final = " \t"
_AUTHORIZATION: Final = re.compile(
    r"ACS3-HMAC-SHA256 +Credential=([!-+\--~]+), *SignedHeaders=([!-+\--~]+), *Signature=([!-+\--~]+)"
)
_PIECE: Final = (
    r"(?:[A-Za-z0-9_.~+-]"
    r"|%(?:[0189A-F][0-9A-F]|2[0-9A-CF]|3[A-F]|40|5[B-E]|60|7[B-DF]))"  # whatever is not unreserved
)
_ESCAPED_ALREADY: Final = re.compile(f"{_PIECE}+={_PIECE}*(?:&{_PIECE}+={_PIECE}*)*")
"""A query that is in canonical form but for its order and its blanks: what most SDKs send."""


@dataclass(frozen=True, slots=True)
class Authorization:
    """A parsed ``Authorization`` header.

    Attributes:
        access_key_id: whose key is claimed.
        signed_headers: the list as presented, names joined by ``;``.
        signature: as presented; 64 lower-case hexadecimal digits if it is to fit.
        header_names: the names in the order in which their lines are signed: lower case, ascending.
    """

    access_key_id: str
    signed_headers: str
    signature: str
    header_names: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names = tuple(sorted(self.signed_headers.lower().split(";")))
        object.__setattr__(self, "header_names", names)


def parse_authorization(text: str) -> Authorization | None:
    """Parse an ``Authorization`` header, or return ``None`` when it is not a complete one of this algorithm."""
    found = _AUTHORIZATION.fullmatch(text)
    return None if found is None else Authorization(*found.groups())


def algorithm(text: str) -> str:
    """Return what an ``Authorization`` header announces, for example ``ACS3-RSA-SHA256``; empty when it is not V3.

    >>> algorithm("ACS3-HMAC-SM3 Credential=a"), algorithm("Bearer x")
    ('ACS3-HMAC-SM3', '')
    """
    word = text.partition(" ")[0]
    return word if word.startswith(PREFIX) else ""


def merge_headers(headers: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return headers by lower-case name; the values of a repeated one are trimmed, sorted and joined by a comma."""
    merged = dict(headers)
    if len(merged) == len(headers):
        return merged
    values: dict[str, list[str]] = {}
    for name, value in headers:
        values.setdefault(name, []).append(value.strip(_BLANKS))
    return {name: ",".join(sorted(each)) for name, each in values.items()}


def mandatory_headers(headers: Iterable[str]) -> list[str]:
    """Return those of the received names (lower case) that must be signed: all of the protocol, host, content type."""
    return ["host", *[name for name in headers if name.startswith(OWN) or name == "content-type"]]


def unsigned_headers(presented: Authorization, headers: Mapping[str, str]) -> list[str]:
    """Return the mandatory headers that *presented* does not list; the gateway answers ``IncompleteSignature``.

    Args:
        presented: the parsed ``Authorization`` header.
        headers: raw values by lower-case name.

    Source:
        The page wants every content type signed [doc]; the asynchronous client of the official Python SDK has one added
        by its transport after signing, ``application/octet-stream`` [sdk].
    """
    named = presented.header_names
    missing = [name for name in mandatory_headers(headers) if name not in named]
    if "content-type" in missing and headers["content-type"] == _ADDED_BY_TRANSPORT:
        missing.remove("content-type")
    return missing


def canonical_query(query: bytes) -> str:
    """Decode a raw query and escape it as it is signed: by RFC 3986, sorted by escaped name, ``=`` after every name."""
    if not query:
        return ""
    text = query.decode("latin-1")
    if _ESCAPED_ALREADY.fullmatch(text):
        pairs = text.replace("+", "%20").split("&")
        pairs.sort(key=_name)
        return "&".join(pairs)
    return join_pairs((percent_encode(name), percent_encode(value)) for name, value in query_pairs(query))


def join_pairs(escaped: Iterable[tuple[str, str]]) -> str:
    """Sort escaped pairs by name and join them."""
    return "&".join([f"{name}={value}" for name, value in sorted(escaped, key=lambda pair: pair[0])])


def header_block(lines: Iterable[tuple[str, str]]) -> str:
    """Return one line per header, in the order of *lines*."""
    return "".join([f"{name}:{value}\n" for name, value in lines])


def canonical_request(method: str, uri: str, query: str, block: str, signed_headers: str, digest: str) -> str:
    r"""Put the canonical request together.

    Args:
        method: as sent.
        uri: ``/`` for every operation of this kind of API.
        query: as `canonical_query` gives it.
        block: one ``name:value\n`` line per signed header; the line break after it shows as a blank line.
        signed_headers: the names, joined by ``;``.
        digest: of the body, 64 lower-case hexadecimal digits.
    """
    return f"{method}\n{uri}\n{query}\n{block}\n{signed_headers}\n{digest}"


def string_to_sign(canonical: str) -> str:
    """Put the string to sign together from the canonical request."""
    return f"{ALGORITHM}\n{sha256_hex(wire_bytes(canonical))}"


def signature(access_key_secret: str, text: str) -> str:
    """Return the signature of the string to sign, 64 lower-case hexadecimal digits."""
    return hmac.digest(wire_bytes(access_key_secret), wire_bytes(text), "sha256").hex()


def common_headers(
    *, host: str, action: str, version: str, seconds: int, nonce: str, body: bytes = b""
) -> dict[str, str]:
    """Return the headers every request carries, by lower-case name.

    Args:
        host: endpoint, port included.
        action: the operation.
        version: of the API, ``YYYY-MM-DD``.
        seconds: Unix time.
        nonce: different for every request.
        body: as it will be sent.
    """
    return {
        "host": host,
        "x-acs-action": action,
        "x-acs-version": version,
        DATE: aliyun.timestamp(seconds),
        NONCE: nonce,
        CONTENT_DIGEST: sha256_hex(body),
    }


def sign(
    *,
    access_key_id: str,
    access_key_secret: str,
    method: str,
    headers: Mapping[str, str],
    path: str = "/",
    query: bytes = b"",
    body: bytes = b"",
    signed_headers: Iterable[str] | None = None,
) -> str:
    """Return the ``Authorization`` value for a request.

    Args:
        access_key_id: names the key.
        access_key_secret: signs.
        method: ``GET`` or ``POST``.
        headers: what will be sent, by lower-case name; `common_headers` at least.
        path: the canonical URI.
        query: as it will be sent; how it is escaped there does not matter.
        body: as it will be sent.
        signed_headers: names to sign, in any order and case; by default those that must be.

    Raises:
        KeyError: a name in *signed_headers* has no value.
    """
    chosen = mandatory_headers(headers) if signed_headers is None else [name.lower() for name in signed_headers]
    names = sorted(chosen)
    block = header_block([(name, as_received(headers[name]).strip(_BLANKS)) for name in names])
    listed = ";".join(names)
    canonical = canonical_request(method, path, canonical_query(query), block, listed, sha256_hex(body))
    proof = signature(access_key_secret, string_to_sign(canonical))
    return f"{ALGORITHM} Credential={access_key_id},SignedHeaders={listed},Signature={proof}"


def received_request(
    presented: Authorization, *, method: str, path: str, query: bytes, headers: Mapping[str, str], body: bytes
) -> str:
    """Return the canonical request as the server computes it, which its answer to a mismatch shows.

    Takes what `verify` takes. A signed header that did not arrive has an empty value here. The text may be personal,
    and holds the security token of temporary credentials.
    """
    block = header_block([(name, headers.get(name, "").strip(_BLANKS)) for name in presented.header_names])
    listed = presented.signed_headers
    return canonical_request(method, path, canonical_query(query), block, listed, sha256_hex(body))


def verify(
    presented: Authorization,
    *,
    access_key_secret: str,
    method: str,
    path: str,
    query: bytes,
    headers: Mapping[str, str],
    body: bytes,
) -> bool:
    """Tell whether *presented* carries the signature of this request under *access_key_secret*.

    The URI may be signed as ``/`` or as received, for a client behind a path prefix. Comparison takes constant time.

    Args:
        presented: the parsed ``Authorization`` header.
        access_key_secret: the secret registered for ``presented.access_key_id``.
        method: as received.
        path: as received, escapes untouched.
        query: raw bytes after ``?``.
        headers: raw values by lower-case name, one character per byte, repeated ones as by `merge_headers`.
        body: raw bytes, before any parsing.

    Returns:
        Whether the signature fits. A signed header that is absent, a mandatory one that is not signed, or a content
        digest that is not the body's, does not.
    """
    digest = sha256(body).hexdigest() if body else EMPTY_SHA256
    if headers.get(CONTENT_DIGEST, "").strip(_BLANKS) != digest or unsigned_headers(presented, headers):
        return False
    try:
        block = "".join([f"{name}:{headers[name].strip(_BLANKS)}\n" for name in presented.header_names])
    except KeyError:
        return False
    rest = f"{canonical_query(query)}\n{block}\n{presented.signed_headers}\n{digest}"
    for uri in ("/",) if path == "/" else ("/", path):
        text = string_to_sign(f"{method}\n{uri}\n{rest}")
        if hmac.compare_digest(signature(access_key_secret, text), presented.signature):
            return True
    return False


def _name(pair: str) -> str:
    return pair.partition("=")[0]
