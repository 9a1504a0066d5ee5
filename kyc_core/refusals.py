"""Turn a report into the exception that ``parse`` raises, so that no module spells this twice.

>>> from kyc_core.errors import InvalidLength
>>> from kyc_core.refusals import raise_first_error
>>> from kyc_core.reports import Report
>>> raise_first_error(Report(), field="mobile", kinds={"length": InvalidLength})
"""

from __future__ import annotations

from collections.abc import Mapping

from kyc_core.errors import KycValueError
from kyc_core.reports import Report


def raise_first_error(report: Report, *, field: str, kinds: Mapping[str, type[KycValueError]]) -> None:
    """Raise what the first error of *report* stands for; return if there is none.

    Args:
        report: what ``validate`` said.
        field: the field's name, for the exception.
        kinds: which exception stands for which reason code; every error code of the module must be in it.

    Raises:
        KycValueError: of the kind that *kinds* names. The message is the reason's code and detail, never the value.
    """
    for reason in report.errors:
        message = f"{reason.code}: {reason.detail}" if reason.detail else reason.code
        raise kinds[reason.code](message, field=field)
