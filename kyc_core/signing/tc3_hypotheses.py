"""The single mistakes that `kyc_core.signing.tc3_explain` tries on a request whose TC3-HMAC-SHA256 signature failed.

Source:
    Tencent Cloud, page "Signature v3" [doc]; SDK behaviour at other endpoints [sdk]; choice of alterations [inferred].
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

from kyc_core.signing import alterations, tc3
from kyc_core.signing.canonical import EMPTY_SHA256, sha256_hex, wire_bytes
from kyc_core.signing.causes import Cause, Hypothesis
from kyc_core.signing.signed_headers import HeaderList, other_selections, other_spellings
from kyc_core.signing.tc3_view import DERIVATIONS, Received, View

_OTHER_SERVICES: Final = ("faceid.intl", "faceid.tencentcloudapi.com", "FaceID", "tc3_request", "cvm", "")

_Family = Iterator[tuple[Cause, str, View]]


def hypotheses(received: Received, bases: list[View]) -> Iterator[Hypothesis[View]]:
    """Yield every single mistake on top of every view a correct client may have had, likely ones first."""
    for family in _FAMILIES:
        for base in bases:
            for cause, what, view in family(received, base):
                yield Hypothesis(cause, f"the client signed with {what}", base, view)


def _secrets(_: Received, base: View) -> _Family:
    for cause, what, secret in alterations.secret_mistakes(base.secret_key):
        yield cause, what, replace(base, secret_key=secret)
    for derivation in DERIVATIONS:
        yield Cause.KEY_DERIVATION, f"a key derived {derivation}", replace(base, derivation=derivation)


def _dates(received: Received, base: View) -> _Family:
    seconds = tc3.read_timestamp(received.timestamp)
    if seconds is None:
        return
    for step, what in ((86_400, "the date of the next day"), (-86_400, "the date of the day before")):
        day = tc3.utc_date(max(0, seconds + step))
        yield Cause.LOCAL_TIME_SCOPE_DATE, f"{what} in its key", replace(base, key_date=day)
        yield Cause.LOCAL_TIME_SCOPE_DATE, f"{what} in its scope", replace(base, date=day, key_date=base.date)
        yield Cause.LOCAL_TIME_SCOPE_DATE, f"{what} in key and scope", replace(base, date=day)


def _timestamps(received: Received, base: View) -> _Family:
    for what, timestamp in alterations.altered_timestamps(received.timestamp):
        yield Cause.TIMESTAMP_ALTERED, what, replace(base, timestamp=timestamp)


def _services(received: Received, base: View) -> _Family:
    host = received.headers.get("host", "")
    for service in dict.fromkeys((tc3.SERVICE, host.partition(".")[0], host, *_OTHER_SERVICES)):
        what = f"service {service or '(empty)'}"
        yield Cause.WRONG_SERVICE, f"{what} in key and scope", replace(base, service=service)
        yield Cause.WRONG_SERVICE, f"{what} in its key", replace(base, key_service=service)
        yield Cause.WRONG_SERVICE, f"{what} in its scope", replace(base, service=service, key_service=base.service)


def _bodies(received: Received, base: View) -> _Family:
    if base.method != "GET":
        yield Cause.BODY_NOT_SIGNED, "an empty payload", replace(base, digest=EMPTY_SHA256)
        for what, body in alterations.reserialised_bodies(received.body):
            yield Cause.RESERIALISED_BODY, f"the body spelt otherwise: {what}", replace(base, digest=sha256_hex(body))
    unsigned = sha256_hex(tc3.UNSIGNED_PAYLOAD.encode())
    yield Cause.BODY_NOT_SIGNED, "an unsigned payload that no header announces", replace(base, digest=unsigned)
    yield Cause.BODY_NOT_SIGNED, "the body hashed all the same", replace(base, digest=sha256_hex(received.body))


def _queries(received: Received, base: View) -> _Family:
    if base.method != "GET":
        yield Cause.QUERY_REENCODED, "the query of a POST", replace(base, query=received.query)
        return
    for what, query in (*alterations.reencoded_queries(base.query), *alterations.reordered_queries(base.query)):
        yield Cause.QUERY_REENCODED, what, replace(base, query=query)
    digest = sha256_hex(wire_bytes(base.query))
    yield Cause.QUERY_REENCODED, "the query as payload", replace(base, query="", digest=digest)
    yield Cause.QUERY_REENCODED, "no query", replace(base, query="")


def _methods(received: Received, base: View) -> _Family:
    for method in (base.method.lower(), "GET", "POST", "PUT"):
        yield Cause.METHOD_ALTERED, f"method {method}", replace(base, method=method)
        query = received.query if method == "GET" else ""
        digest = tc3.payload_hash(method, received.body, unsigned=False)
        yield Cause.METHOD_ALTERED, f"method {method}", replace(base, method=method, query=query, digest=digest)


def _hosts(received: Received, base: View) -> _Family:
    host = received.headers.get("host", "").strip(" \t")
    for cause, what, altered in alterations.host_mistakes(host, received.known_hosts):
        yield cause, what, base.with_header("host", altered)


def _content_types(_: Received, base: View) -> _Family:
    for what, altered in alterations.altered_content_types(base.header("content-type")):
        yield Cause.CONTENT_TYPE_ALTERED, what, base.with_header("content-type", altered)


def _header_lists(received: Received, base: View) -> _Family:
    host = base.header("host")
    presented = HeaderList(base.listed, received.headers, tc3.MANDATORY_HEADERS, "x-tc-")
    for what, lines, listed in (*other_selections(presented), *other_spellings(presented, base.headers)):
        altered = replace(base, headers=lines, listed=listed)
        yield Cause.HEADER_LIST_ALTERED, what, altered.with_header("host", host)


def _paths(received: Received, base: View) -> _Family:
    path = received.path
    for altered in (path, path.rstrip("/"), f"{path.rstrip('/')}/", "", "/tencent", "/tencent/", "/v2/index.php"):
        yield Cause.PATH_ALTERED, f"path {altered or '(empty)'}", replace(base, uri=altered)


def _layouts(_: Received, base: View) -> _Family:
    for layout in ("without blank line", "with a second blank line"):
        yield Cause.CANONICAL_LAYOUT, f"a canonical request {layout}", replace(base, layout=layout)


_FAMILIES: Final[tuple[Callable[[Received, View], _Family], ...]] = (
    _secrets,
    _dates,
    _services,
    _timestamps,
    _hosts,
    _content_types,
    _bodies,
    _queries,
    _methods,
    _header_lists,
    _paths,
    _layouts,
)
"""Likely mistakes first."""
