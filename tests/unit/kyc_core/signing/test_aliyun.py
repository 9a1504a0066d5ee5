"""Time stamps of Alibaba Cloud, read strictly, and what a wrong one shows."""

from __future__ import annotations

import pytest

from kyc_core.signing import aliyun
from kyc_core.signing.causes import Cause

NOW = 1714979289
TEXT = "2024-05-06T07:08:09Z"


def test_a_timestamp_is_written_and_read_back() -> None:
    assert aliyun.timestamp(NOW) == TEXT
    assert aliyun.read_timestamp(TEXT) == NOW


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param("2024-05-06 07:08:09", id="a space, no zone"),
        pytest.param("2024-05-06T07:08:09", id="no zone"),
        pytest.param("2024-05-06T07:08:09+08:00", id="numeric zone"),
        pytest.param("2024-05-06T07:08:09.000Z", id="milliseconds"),
        pytest.param("20240506T070809Z", id="basic format"),
        pytest.param("2024-05-06t07:08:09z", id="lower case"),
        pytest.param(TEXT + "\n", id="line feed"),
        pytest.param("2024-02-30T07:08:09Z", id="no such day"),
        pytest.param("2024-05-06T24:08:09Z", id="no such hour"),
        pytest.param("2024-05-06T23:59:60Z", id="leap second"),
        pytest.param("0000-05-06T07:08:09Z", id="year 0"),
        pytest.param("２024-05-06T07:08:09Z", id="full-width digit"),
        pytest.param("1714979289", id="Unix seconds"),
    ],
)
def test_anything_else_is_not_a_timestamp(text: str) -> None:
    assert aliyun.read_timestamp(text) is None
    assert list(aliyun.altered_timestamps(text)) == []


@pytest.mark.parametrize(("skew", "inside"), [(0, True), (900, True), (-900, True), (901, False), (-901, False)])
def test_the_window_ends_after_fifteen_minutes(skew: int, inside: bool) -> None:
    assert aliyun.within_window(NOW + skew, NOW) is inside


@pytest.mark.parametrize(
    ("skew", "cause", "words"),
    [
        pytest.param(8 * 3600, Cause.LOCAL_TIME_TIMESTAMP, "UTC+8", id="China"),
        pytest.param(-5 * 3600 - 40, Cause.LOCAL_TIME_TIMESTAMP, "UTC-5", id="New York"),
        pytest.param(8 * 3600 + 61, Cause.CLOCK_SKEW, "ahead", id="eight hours and a minute"),
        pytest.param(-960, Cause.CLOCK_SKEW, "960 s behind", id="sixteen minutes"),
        pytest.param(15 * 3600, Cause.CLOCK_SKEW, "ahead", id="no zone is that far east"),
    ],
)
def test_local_time_is_told_from_a_wrong_clock(skew: int, cause: Cause, words: str) -> None:
    named, detail = aliyun.clock_cause(skew)

    assert named is cause
    assert words in detail
