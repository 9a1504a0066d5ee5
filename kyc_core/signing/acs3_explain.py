"""Name the cause of an ACS3-HMAC-SHA256 signature failure.

Some causes are certain from the request alone (header list, nonce, clock, content digest). Otherwise the request as the
server saw it is altered in one respect at a time until the signature fits; see `kyc_core.signing.causes`. Used after a
failure only: it costs hundreds of signatures, a few milliseconds.

Source:
    Alibaba Cloud OpenAPI, page "Request syntax and signature method V3" [doc]; order of the certain causes as the
    gateway's checks [inferred].
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from kyc_core.signing import acs3, aliyun, alterations
from kyc_core.signing.acs3_hypotheses import hypotheses, other_bodies
from kyc_core.signing.acs3_view import Received, View, expected_views
from kyc_core.signing.canonical import EMPTY_SHA256, sha256_hex
from kyc_core.signing.causes import Cause, Diagnosis, compare, find_cause

_SCHEME: Final = acs3.ALGORITHM
_BESIDE: Final = "; the signature does not fit either"


def explain(
    presented: acs3.Authorization,
    *,
    access_key_secret: str,
    method: str,
    path: str,
    query: bytes,
    headers: Mapping[str, str],
    body: bytes,
    now: int | None = None,
    known_hosts: Iterable[str] = (),
) -> Diagnosis:
    """Say why `acs3.verify`, or the checks beside it, refused a request.

    Takes what `acs3.verify` takes, and:

    Args:
        presented: the parsed ``Authorization`` header.
        access_key_secret: the secret registered for it; never part of the answer.
        method: as received.
        path: as received.
        query: raw bytes after ``?``.
        headers: raw values by lower-case name, repeated ones as by `acs3.merge_headers`.
        body: raw bytes.
        now: the server's Unix seconds; without it the window is not looked at.
        known_hosts: further names under which this server is reached, tried before the provider's own.

    Returns:
        The cause with both texts. `Cause.NONE` when nothing is wrong, `Cause.WRONG_SECRET` when nothing else fits.
    """
    forwarded = headers.get("x-forwarded-host", "")
    hosts = (*known_hosts, *([forwarded] if forwarded else []), *aliyun.KNOWN_HOSTS)
    received = Received(presented, method, path, query, headers, body, hosts)
    bases = expected_views(received, access_key_secret)
    fits = any(view.signature() == presented.signature for view in bases)
    return _certain(received, bases, now, fits) or find_cause(
        _SCHEME, hypotheses(received, bases), presented=presented.signature, server=bases[0]
    )


def _certain(received: Received, bases: list[View], now: int | None, fits: bool) -> Diagnosis | None:
    """Return what the request says by itself, in the order in which the gateway looks."""
    server = bases[0]
    beside = "" if fits else _BESIDE
    if unsigned := acs3.unsigned_headers(received.presented, received.headers):
        return _unlisted(received, server, unsigned)
    if not received.headers.get(acs3.NONCE, "").strip():
        return compare(_SCHEME, Cause.NONCE_MISSING, f"{acs3.NONCE} did not arrive{beside}", server, server)
    absent = sorted(set(received.presented.header_names) - set(received.headers))
    if absent:
        detail = f"signed headers that did not arrive: {', '.join(absent)}"
        return compare(_SCHEME, Cause.HEADER_LIST_ALTERED, detail, server, None)
    stamp = aliyun.read_timestamp(received.headers.get(acs3.DATE, ""))
    if now is not None and stamp is not None and not aliyun.within_window(stamp, now):
        cause, detail = aliyun.clock_cause(stamp - now)
        return compare(_SCHEME, cause, detail + beside, server, server, skew=stamp - now)
    if received.announced_digest != server.digest:
        return _digest_cause(received, bases)
    if fits:
        return compare(_SCHEME, Cause.NONE, "the signature fits", server, server)
    for what, repaired in alterations.repaired_hexadecimal(received.presented.signature):
        if any(view.signature() == repaired for view in bases):
            return compare(_SCHEME, Cause.SIGNATURE_ENCODING, what, server, server)
    return None


def _unlisted(received: Received, server: View, unsigned: list[str]) -> Diagnosis:
    """Tell a header that was signed but is not listed from one that was not signed."""
    detail = f"{', '.join(unsigned)} must be among the signed headers"
    presented = received.presented
    listed = ";".join(sorted({*presented.header_names, *unsigned}))
    complete = expected_views(replace(received, presented=replace(presented, signed_headers=listed)), server.secret)
    if any(view.signature() == presented.signature for view in complete):
        detail = f"signed but not listed: {', '.join(unsigned)}"
        return compare(_SCHEME, Cause.HEADER_LIST_ALTERED, detail, server, complete[0])
    return compare(_SCHEME, Cause.MANDATORY_HEADER_UNSIGNED, detail, complete[0], server)


def _digest_cause(received: Received, bases: list[View]) -> Diagnosis:
    """Say why the announced digest is not the one of the body: the header is wrong, or the body is another one."""
    server = bases[0]
    announced = received.announced_digest
    signature = received.presented.signature

    def find(views: Iterable[View]) -> View | None:
        return next((view for view in views if view.signature() == signature), None)

    own = find([*bases, *[base.with_digest(base.digest) for base in bases]])
    if own is not None or not announced or announced.lower() == server.digest:
        beside = "" if own is not None else _BESIDE
        detail = f"{acs3.CONTENT_DIGEST} must hold the digest of the body in lower-case hexadecimal digits{beside}"
        return compare(_SCHEME, Cause.CONTENT_DIGEST_ALTERED, detail, server, own)
    client = find([base.with_digest(announced) for base in bases])
    beside = "" if client is not None else _BESIDE
    cause, detail = Cause.BODY_ALTERED, "the body that was sent is not the one that was signed"
    if announced == EMPTY_SHA256:
        cause, detail = Cause.BODY_NOT_SIGNED, "an empty body was signed"
    for what, body in other_bodies(received):
        if sha256_hex(body) == announced:
            cause, detail = Cause.RESERIALISED_BODY, f"the client signed with the body spelt otherwise: {what}"
            break
    return compare(_SCHEME, cause, detail + beside, server, client or server.with_digest(announced))
