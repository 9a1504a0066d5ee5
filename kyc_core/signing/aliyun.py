"""What both signature schemes of Alibaba Cloud share: time stamps, hosts, and which values may be shown.

>>> read_timestamp("2024-05-06T07:08:09Z")
1714979289
>>> timestamp(1714979289)
'2024-05-06T07:08:09Z'

Source:
    Alibaba Cloud OpenAPI, pages "Request syntax and signature method V3" and "... V2 for RPC APIs" [doc]; SDK traffic
    [sdk].
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from kyc_core.signing.causes import Cause

WINDOW_SECONDS: Final = 900
"""15 minutes [doc: error pages of several products]; in both directions, and 900 s themselves accepted [inferred]."""

HONG_KONG: Final = "cloudauth-intl.cn-hongkong.aliyuncs.com"

_REGIONS: Final = ("cn-hongkong", "ap-southeast-1", "ap-southeast-5", "ap-southeast-3")

KNOWN_HOSTS: Final = (
    *[f"cloudauth-intl.{region}.aliyuncs.com" for region in _REGIONS],
    "alibaba.localhost",
    "cloudauth-intl.localhost",
    *[f"cloudauth-intl-vpc.{region}.aliyuncs.com" for region in _REGIONS],
    "cloudauth.aliyuncs.com",
    "cloudauth.cn-shanghai.aliyuncs.com",
    "cloudauth.cn-beijing.aliyuncs.com",
)
"""What a request may have been meant for when its host does not fit, likely ones first.

Source:
    "CheckResult" [seed, doc], endpoint table of the TypeScript SDK [sdk], metadata of the domestic product [doc].
"""

PUBLIC_PARAMETERS: Final = frozenset(
    {
        "AccessKeyId",
        "Action",
        "DocType",
        "Format",
        "IsReturnImage",
        "ParamType",
        "ProductCode",
        "ProductType",
        "RegionId",
        "SignatureMethod",
        "SignatureNonce",
        "SignatureType",
        "SignatureVersion",
        "Timestamp",
        "VerifyMode",
        "Version",
    }
)
"""Parameters whose values say nothing about a person and open no door; ``SecurityToken`` would."""

_HOUR: Final = 3600
_ZONES: Final = range(-12, 15)
_LOCAL_TIME_TOLERANCE: Final = 60
"""Seconds. The window itself would be too wide: every skew lies within it of some half hour."""

_TIMESTAMP: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


def timestamp(seconds: int) -> str:
    """Return Unix *seconds* as ``YYYY-MM-DDThh:mm:ssZ``, the form both schemes sign."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"


def read_timestamp(text: str) -> int | None:
    """Return the Unix seconds of ``YYYY-MM-DDThh:mm:ssZ``, or ``None`` when *text* is anything else."""
    if _TIMESTAMP.fullmatch(text) is None:
        return None
    try:
        return int(datetime.fromisoformat(text).timestamp())
    except ValueError:  # no such day or time
        return None


def within_window(stamp: int, now: int, window: int = WINDOW_SECONDS) -> bool:
    """Tell whether *stamp* lies at most *window* seconds before or after *now* (all in seconds)."""
    return abs(now - stamp) <= window


def clock_cause(skew: int) -> tuple[Cause, str]:
    """Name what a timestamp outside the window shows: a wrong clock, or local time called UTC.

    Args:
        skew: seconds the timestamp is ahead of the server's clock.

    >>> clock_cause(8 * 3600 + 2)[0].value, clock_cause(-1000)[0].value
    ('local_time_timestamp', 'clock_skew')
    """
    detail = f"the timestamp is {abs(skew)} s {'ahead of' if skew > 0 else 'behind'} the server's clock"
    hours = round(skew / _HOUR)
    if hours and hours in _ZONES and abs(skew - hours * _HOUR) <= _LOCAL_TIME_TOLERANCE:
        return Cause.LOCAL_TIME_TIMESTAMP, f"{detail}: the local time of UTC{hours:+} was sent as UTC"
    return Cause.CLOCK_SKEW, detail


def altered_timestamps(text: str) -> Iterator[tuple[str, str]]:
    """Yield the seconds around a timestamp, the whole hours around it, and other ways to write it."""
    seconds = read_timestamp(text)
    if seconds is None:
        return
    for step in (-1, 1, -2, 2, -3, 3):
        yield f"a timestamp {abs(step)} s {'earlier' if step < 0 else 'later'}", timestamp(seconds + step)
    for hours in _ZONES:
        yield f"the local time of UTC{hours:+}", timestamp(seconds + hours * _HOUR)
    yield "a timestamp without the final Z", text.removesuffix("Z")
    yield "a timestamp with milliseconds", f"{text.removesuffix('Z')}.000Z"
    yield "a timestamp with a numeric zone", f"{text.removesuffix('Z')}+00:00"
    yield "a timestamp with a space for its T", text.replace("T", " ")
    yield "Unix seconds", str(seconds)
