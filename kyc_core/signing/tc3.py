r"""TC3-HMAC-SHA256, the signature of Tencent Cloud API 3.0: sign a request, and verify one as it was received.

A client signs a canonical form of its request with a key derived from its secret, the UTC date and the service::

    CanonicalRequest = Method \n URI \n Query \n HeaderBlock \n SignedHeaders \n hex(sha256(payload))
    StringToSign     = TC3-HMAC-SHA256 \n Timestamp \n <date>/<service>/tc3_request \n hex(sha256(CanonicalRequest))

`verify` answers for the signature alone. The window (`within_window`) and the scope date (`scope_date_matches`) are
asked separately, because a gateway reports them at different points. Why a signature failed is told by
`kyc_core.signing.tc3_explain`.

>>> parse_authorization("SKIP") is None
True

Source:
    Tencent Cloud, "Making API Requests", page "Signature v3" [doc]; what SDKs sign when pointed elsewhere: Python,
    Node, Go and Java SDK sources and captured traffic [sdk].
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from hashlib import sha256
from itertools import product
from typing import TYPE_CHECKING, Final, NamedTuple

from kyc_core.signing.canonical import EMPTY_SHA256, as_received, sha256_hex, wire_bytes, without_port

if TYPE_CHECKING:
    from hashlib import _Hash as HASH

ALGORITHM: Final = "TC3-HMAC-SHA256"
SERVICE: Final = "faceid"
UNSIGNED_PAYLOAD: Final = "UNSIGNED-PAYLOAD"
MANDATORY_HEADERS: Final = ("content-type", "host")
WINDOW_SECONDS: Final = 300
"""Exactly 300 s off is accepted, 301 is not. The page says "5 minutes" [doc], the edge is ours [inferred]."""
_MANDATORY: Final = frozenset(MANDATORY_HEADERS)
_UNSIGNED_SHA256: Final = sha256_hex(UNSIGNED_PAYLOAD.encode())
_BLANKS: Final = " \t"
_BLOCK: Final = 64
_INNER: Final = bytes(byte ^ 0x36 for byte in range(256))
_OUTER: Final = bytes(byte ^ 0x5C for byte in range(256))
"""Block size and pads of HMAC over SHA-256, the pads as tables to translate a key with."""
_EPOCH: Final = date(1970, 1, 1).toordinal()
_LONGEST_TIMESTAMP: Final = 11
"""Digits; eleven nines are in the year 5138, so every shorter number has a date."""
_CREDENTIAL: Final = re.compile(
    r"TC3-HMAC-SHA256 Credential=(?P<secret_id>[^/,\s]+)/(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})/(?P<service>[^,\s]+?)"
    r"/tc3_request, *SignedHeaders=(?P<signed_headers>[^,\s]+), *"
)
_HEX_DIGITS: Final = 64


class Authorization(NamedTuple):
    """A parsed ``Authorization`` header.

    Attributes:
        secret_id: whose key is claimed.
        date: credential scope date, ``YYYY-MM-DD``.
        service: credential scope service; Node and Java derive it from the endpoint, so it may be ``127`` or
            ``localhost:8080`` [sdk].
        signed_headers: the list as presented, names joined by ``;``.
        signature: 64 lower-case hexadecimal digits.
    """

    secret_id: str
    date: str
    service: str
    signed_headers: str
    signature: str

    @property
    def header_names(self) -> tuple[str, ...]:
        """The names in the order in which their lines are signed: lower case, ascending."""
        return _names_of(self.signed_headers)

    @property
    def scope(self) -> str:
        """The credential scope that is part of the signed string."""
        return f"{self.date}/{self.service}/tc3_request"


@lru_cache(maxsize=64)
def _names_of(signed_headers: str) -> tuple[str, ...]:
    """Remembered because clients have few lists among them, and each signs the same one all the time."""
    return tuple(sorted(signed_headers.lower().split(";")))


@lru_cache(maxsize=64)
def _signable(signed_headers: str) -> tuple[str, ...]:
    """Return the names whose lines are signed, each once; none when a mandatory one is missing."""
    names = dict.fromkeys(_names_of(signed_headers))
    return tuple(names) if names.keys() >= _MANDATORY else ()


def parse_authorization(text: str) -> Authorization | None:
    """Parse an ``Authorization`` header, or return ``None`` when it is not a TC3 one (``SKIP`` is not).

    The service is everything up to ``/tc3_request``; the SecretId ends at the first ``/``.
    """
    before, _, signature = text.rpartition("Signature=")
    if len(signature) != _HEX_DIGITS or signature.strip("0123456789abcdef"):
        return None
    claimed = _claimed(before)
    if claimed is None:
        return None
    secret_id, day, service, listed = claimed
    return Authorization(secret_id, day, service, listed, signature)


@lru_cache(maxsize=256)
def _claimed(before: str) -> tuple[str, str, str, str] | None:
    """Return SecretId, date, service and signed headers; remembered because a client sends the same ones all day."""
    found = _CREDENTIAL.fullmatch(before)
    return None if found is None else (found[1], found[2], found[3], found[4])


def derived_keys(secret_key: str, date: str, service: str) -> tuple[bytes, bytes, bytes]:
    """Return the date, service and signing keys, 32 bytes each.

    Args:
        secret_key: the SecretKey.
        date: UTC date, ``YYYY-MM-DD``.
        service: the product, ``faceid``.
    """
    k_date = hmac.digest(wire_bytes("TC3" + secret_key), wire_bytes(date), "sha256")
    k_service = hmac.digest(k_date, wire_bytes(service), "sha256")
    return k_date, k_service, hmac.digest(k_service, b"tc3_request", "sha256")


@lru_cache(maxsize=512)
def signing_key(secret_key: str, date: str, service: str) -> bytes:
    """Return the signing key; the last 512 are remembered, since a client signs with the same one all day."""
    return derived_keys(secret_key, date, service)[2]


@lru_cache(maxsize=512)
def _keyed(secret_key: str, date: str, service: str) -> tuple[HASH, HASH]:
    """Return the inner and the outer hash of the code with the signing key already in them, to be copied.

    Two thirds of the work of a code over a short text are its key [RFC 2104, section 4].
    """
    block = signing_key(secret_key, date, service).ljust(_BLOCK, b"\0")
    return sha256(block.translate(_INNER)), sha256(block.translate(_OUTER))


def utc_date(timestamp: int) -> str:
    """Return the UTC date of *timestamp* (Unix seconds) as ``YYYY-MM-DD``.

    >>> utc_date(1767225600)
    '2026-01-01'
    """
    return _utc_date(timestamp // 86_400)


@lru_cache(maxsize=16)
def _utc_date(day: int) -> str:
    """Remembered because every signature of a day asks for the same one or two."""
    return date.fromordinal(_EPOCH + day).isoformat()


def scope_date_matches(presented: Authorization, timestamp: str) -> bool:
    """Tell whether the scope carries the UTC date of *timestamp* (Unix seconds as sent); else the signature fails."""
    return presented.date == _date_of(timestamp)


@lru_cache(maxsize=64)
def _date_of(timestamp: str) -> str | None:
    """Remembered because many calls come within one second."""
    seconds = read_timestamp(timestamp)
    return None if seconds is None else utc_date(seconds)


def read_timestamp(text: str) -> int | None:
    """Return the Unix seconds in *text*, or ``None`` when it is not a plain number of at most eleven digits."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_TIMESTAMP else None


def within_window(timestamp: int, now: int, window: int = WINDOW_SECONDS) -> bool:
    """Tell whether *timestamp* lies at most *window* seconds before or after *now* (all in seconds)."""
    return abs(now - timestamp) <= window


def header_block(values: Mapping[str, str]) -> str:
    """Return one line per header, in the order of *values*."""
    return "".join([f"{name}:{value}\n" for name, value in values.items()])


def canonical_request(method: str, uri: str, query: str, block: str, signed_headers: str, digest: str) -> str:
    r"""Put the canonical request together.

    Args:
        method: as sent.
        uri: ``/`` in every SDK but Node, which signs the path it requests [sdk].
        query: for GET the text after ``?`` exactly as sent, else empty.
        block: one ``name:value\n`` line per signed header; the line break after it shows as a blank line.
        signed_headers: the names, joined by ``;``.
        digest: of the payload, 64 lower-case hexadecimal digits.
    """
    return f"{method}\n{uri}\n{query}\n{block}\n{signed_headers}\n{digest}"


def string_to_sign(timestamp: str, scope: str, canonical: str) -> str:
    """Put the string to sign together from the timestamp as sent, the credential scope and the canonical request."""
    return f"{ALGORITHM}\n{timestamp}\n{scope}\n{sha256_hex(wire_bytes(canonical))}"


def payload_hash(method: str, body: bytes, *, unsigned: bool) -> str:
    """Return the digest of what counts as payload: the raw body, nothing for GET, or a fixed word when *unsigned*."""
    if unsigned:
        return _UNSIGNED_SHA256
    return EMPTY_SHA256 if method == "GET" else sha256(body).hexdigest()


def sign(
    *,
    secret_id: str,
    secret_key: str,
    method: str,
    host: str,
    content_type: str,
    timestamp: int,
    path: str = "/",
    query: bytes = b"",
    body: bytes = b"",
    service: str = SERVICE,
    signed_headers: Sequence[str] = MANDATORY_HEADERS,
    headers: Mapping[str, str] | None = None,
    unsigned_payload: bool = False,
) -> str:
    """Return the ``Authorization`` value for a request.

    Args:
        secret_id: names the key.
        secret_key: signs.
        method: ``GET`` or ``POST``.
        host: what will be sent as ``Host``, port included.
        content_type: what will be sent as ``Content-Type``, parameters included.
        timestamp: Unix seconds; ``X-TC-Timestamp`` must carry the same.
        path: the canonical URI.
        query: raw query, for GET.
        body: raw body, for POST.
        service: the product in the credential scope.
        signed_headers: names to sign, in any order and case; must include `MANDATORY_HEADERS`.
        headers: values of the further names in *signed_headers*, by lower-case name.
        unsigned_payload: sign `UNSIGNED_PAYLOAD` instead of the body; the request must then say so in
            ``X-TC-Content-SHA256``.

    Raises:
        KeyError: a name in *signed_headers* has no value.
    """
    values = {**(headers or {}), "content-type": content_type, "host": host}
    names = sorted(name.lower() for name in signed_headers)
    listed = ";".join(names)
    canonical = canonical_request(
        method,
        path,
        query.decode("latin-1") if method == "GET" else "",
        header_block({name: as_received(values[name]).strip(_BLANKS) for name in names}),
        listed,
        payload_hash(method, body, unsigned=unsigned_payload),
    )
    day = utc_date(timestamp)
    text = string_to_sign(str(timestamp), f"{day}/{service}/tc3_request", canonical)
    signature = hmac.digest(signing_key(secret_key, day, service), text.encode(), "sha256").hex()
    return (
        f"{ALGORITHM} Credential={secret_id}/{day}/{service}/tc3_request, SignedHeaders={listed}, Signature={signature}"
    )


def verify(
    presented: Authorization,
    *,
    secret_key: str,
    method: str,
    path: str,
    query: bytes,
    headers: Mapping[str, str],
    body: bytes,
    timestamp: str,
    strict_service: bool = False,
) -> bool:
    """Tell whether *presented* carries the signature of this request under *secret_key*.

    Clients differ in what they sign, so several canonical requests are tried, the most common one first: URI ``/`` or
    the real path, host with or without its port, header values as sent or in lower case (the page says the latter, no
    SDK does it). Comparison takes constant time.

    Args:
        presented: the parsed ``Authorization`` header.
        secret_key: the key registered for ``presented.secret_id``.
        method: as received.
        path: as received, escapes untouched.
        query: raw bytes after ``?``.
        headers: raw values by lower-case name, one character per byte.
        body: raw bytes, before any parsing.
        timestamp: ``X-TC-Timestamp`` as received.
        strict_service: accept only `SERVICE` in the scope. Otherwise any service is accepted and keys are derived with
            it, as Node and Java need at a local endpoint [sdk].

    Returns:
        Whether the signature fits. A signed header that is absent, or a mandatory one that is not signed, does not.
    """
    _, day, service, listed, signature = presented
    if strict_service and service != SERVICE:
        return False
    names = _signable(listed)
    try:
        block = "".join([f"{name}:{headers[name].strip(_BLANKS)}\n" for name in names])
    except KeyError:
        return False
    if not block:
        return False
    hashes = _keyed(secret_key, day, service)
    head = f"{ALGORITHM}\n{timestamp}\n{day}/{service}/tc3_request\n"
    raw_query = query.decode("latin-1") if method == "GET" else ""
    digest = payload_hash(method, body, unsigned=headers.get("x-tc-content-sha256") == UNSIGNED_PAYLOAD)

    canonical = canonical_request(method, "/", raw_query, block, listed, digest)
    return _fits(signature, hashes, head, canonical) or any(
        _fits(signature, hashes, head, canonical_request(method, uri, raw_query, each, listed, digest))
        for uri, each in _less_likely(path, {name: headers[name].strip(_BLANKS) for name in names}, block)
    )


def _fits(signature: str, hashes: tuple[HASH, HASH], head: str, canonical: str) -> bool:
    text, code = hashes[0].copy(), hashes[1].copy()
    text.update(wire_bytes(head + sha256(wire_bytes(canonical)).hexdigest()))
    code.update(text.digest())
    return hmac.compare_digest(code.hexdigest(), signature)


def _less_likely(path: str, values: Mapping[str, str], block: str) -> Iterator[tuple[str, str]]:
    """Yield the URIs and header blocks a client may have signed, but for ``/`` with *block* as it is."""
    blocks = [block]
    if (bare := without_port(values["host"])) != values["host"]:
        blocks.append(header_block({**values, "host": bare}))
    blocks.extend([lowered for each in blocks if (lowered := each.lower()) != each])
    for uri, each in product(dict.fromkeys(("/", path)), blocks):
        if uri != "/" or each is not block:
            yield uri, each
