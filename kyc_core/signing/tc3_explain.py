"""Name the cause of a TC3-HMAC-SHA256 signature failure.

Some causes are certain from the request alone (clock, scope date, header list). Otherwise the request as the server saw
it is altered in one respect at a time until the signature fits; see `kyc_core.signing.causes`. Used after a failure
only: it costs hundreds of signatures, a few milliseconds.

Source:
    Tencent Cloud, page "Signature v3" [doc]; order of the certain causes as the gateway's checks [inferred].
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from kyc_core.signing import tc3
from kyc_core.signing.causes import Cause, Diagnosis, compare, find_cause
from kyc_core.signing.tc3_hypotheses import hypotheses
from kyc_core.signing.tc3_view import Received, View, expected_views
from kyc_core.signing.tencent_hosts import KNOWN_HOSTS

_CHINA: Final = timezone(timedelta(hours=8))
_FURTHEST_ZONES: Final = (timezone(timedelta(hours=-12)), timezone(timedelta(hours=14)))


def explain(
    presented: tc3.Authorization,
    *,
    secret_key: str,
    method: str,
    path: str,
    query: bytes,
    headers: Mapping[str, str],
    body: bytes,
    timestamp: str,
    now: int | None = None,
    strict_service: bool = False,
    known_hosts: Iterable[str] = (),
) -> Diagnosis:
    """Say why `tc3.verify`, or the checks beside it, refused a request.

    Takes what `tc3.verify` takes, and:

    Args:
        presented: the parsed ``Authorization`` header.
        secret_key: the key registered for it; never part of the answer.
        method: as received.
        path: as received.
        query: raw bytes after ``?``.
        headers: raw values by lower-case name.
        body: raw bytes.
        timestamp: ``X-TC-Timestamp`` as received.
        now: the server's Unix seconds; without it the window is not looked at.
        strict_service: whether only `tc3.SERVICE` was accepted.
        known_hosts: further names under which this server is reached, tried before the provider's own.

    Returns:
        The cause with both texts. `Cause.NONE` when nothing is wrong, `Cause.WRONG_SECRET` when nothing else fits.
    """
    forwarded = headers.get("x-forwarded-host", "")
    received = Received(
        presented,
        method,
        path,
        query.decode("latin-1"),
        headers,
        body,
        timestamp,
        (*known_hosts, *([forwarded] if forwarded else []), *KNOWN_HOSTS),
    )
    bases = expected_views(received, secret_key)
    fits = tc3.verify(
        presented,
        secret_key=secret_key,
        method=method,
        path=path,
        query=query,
        headers=headers,
        body=body,
        timestamp=timestamp,
    )
    return _certain(received, bases[0], now, strict_service, fits) or find_cause(
        tc3.ALGORITHM, hypotheses(received, bases), presented=presented.signature, server=bases[0]
    )


_FARTHEST_ZONE: Final = 14
"""Hours between UTC and the local time that is farthest from it."""


def skew_detail(skew: int) -> str:
    """Say how far a timestamp outside the window is off.

    Args:
        skew: seconds it is ahead of the server's clock; negative when behind.

    >>> skew_detail(-301)
    "the timestamp is 301 s behind the server's clock"
    """
    text = f"the timestamp is {abs(skew)} s {'ahead of' if skew > 0 else 'behind'} the server's clock"
    hours = round(skew / 3600)
    if 0 < abs(hours) <= _FARTHEST_ZONE and abs(skew - hours * 3600) <= tc3.WINDOW_SECONDS:
        return f"{text}, about {abs(hours)} h: local time taken for UTC?"
    return text


def _certain(received: Received, server: View, now: int | None, strict_service: bool, fits: bool) -> Diagnosis | None:
    """Return what the request says by itself, in the order in which a gateway looks."""
    presented = received.presented
    seconds = tc3.read_timestamp(received.timestamp)
    beside = "" if fits else "; the signature does not fit either"
    if now is not None and seconds is not None and not tc3.within_window(seconds, now):
        detail = skew_detail(seconds - now) + beside
        return compare(tc3.ALGORITHM, Cause.CLOCK_SKEW, detail, server, server, skew=seconds - now)
    if strict_service and presented.service != tc3.SERVICE:
        expected = replace(server, service=tc3.SERVICE)
        detail = f"the credential scope names another service than {tc3.SERVICE}{beside}"
        return compare(tc3.ALGORITHM, Cause.WRONG_SERVICE, detail, expected, server)
    named = set(presented.header_names)
    for name in tc3.MANDATORY_HEADERS:
        if name not in named:
            complete = _with_mandatory_headers(received, server.secret_key)
            for view in complete:
                if view.signature() == presented.signature:
                    return compare(
                        tc3.ALGORITHM, Cause.HEADER_LIST_ALTERED, f"{name} was signed but is not listed", server, view
                    )
            detail = f"{name} must be among the signed headers"
            return compare(tc3.ALGORITHM, Cause.MANDATORY_HEADER_UNSIGNED, detail, complete[0], server)
    absent = sorted(named - set(received.headers))
    if absent:
        detail = f"signed headers that did not arrive: {', '.join(absent)}"
        return compare(tc3.ALGORITHM, Cause.HEADER_LIST_ALTERED, detail, server, None)
    if seconds is not None and presented.date != tc3.utc_date(seconds):
        expected = replace(server, date=tc3.utc_date(seconds))
        cause, detail = _date_cause(presented.date, seconds)
        return compare(tc3.ALGORITHM, cause, detail + beside, expected, server)
    return compare(tc3.ALGORITHM, Cause.NONE, "the signature fits", server, server) if fits else None


def _with_mandatory_headers(received: Received, secret_key: str) -> list[View]:
    listed = ";".join(sorted({*received.presented.header_names, *tc3.MANDATORY_HEADERS}))
    return expected_views(replace(received, presented=received.presented._replace(signed_headers=listed)), secret_key)


def _date_cause(claimed: str, seconds: int) -> tuple[Cause, str]:
    moment = datetime.fromtimestamp(seconds, UTC)
    if f"{moment.astimezone(_CHINA):%Y-%m-%d}" == claimed:
        return Cause.LOCAL_TIME_SCOPE_DATE, "the scope carries the date in UTC+8; it must be the UTC date"
    if claimed in [f"{moment.astimezone(zone):%Y-%m-%d}" for zone in _FURTHEST_ZONES]:
        return Cause.LOCAL_TIME_SCOPE_DATE, "the scope carries the date of a local time zone; it must be the UTC date"
    return Cause.WRONG_SCOPE_DATE, "the scope date belongs to no time zone at the timestamp"
