"""One place turns a report into an exception."""

from __future__ import annotations

import pytest

from kyc_core.errors import InvalidFormat, InvalidLength
from kyc_core.refusals import raise_first_error
from kyc_core.reports import Reason, Report, Severity

KINDS = {"length": InvalidLength, "charset": InvalidFormat}


def test_warnings_do_not_raise() -> None:
    raise_first_error(Report((Reason("length", Severity.WARNING),)), field="mobile", kinds=KINDS)


def test_the_first_error_decides_and_the_message_is_its_code_and_detail() -> None:
    report = Report(
        (
            Reason("length", Severity.WARNING),
            Reason("charset", Severity.ERROR, "want 0-9 only"),
            Reason("length", Severity.ERROR),
        )
    )

    with pytest.raises(InvalidFormat, match=r"\Acharset: want 0-9 only\Z") as caught:
        raise_first_error(report, field="mobile", kinds=KINDS)
    assert caught.value.field == "mobile"


def test_a_code_without_detail_stands_alone() -> None:
    with pytest.raises(InvalidLength, match=r"\Alength\Z"):
        raise_first_error(Report((Reason("length", Severity.ERROR),)), field="mobile", kinds=KINDS)
