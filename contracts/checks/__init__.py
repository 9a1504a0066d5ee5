"""The seven questions put to an adapter, one module each: `FAMILIES` in the order in which they are asked.

A family makes its cases from a provider's plan; each case carries the function that finds fault. A further check is a
further row in its family's table. Depends on `contracts` and `kyc_core` only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from contracts.cases import Case
from contracts.checks import asynchrony, fail_open, outcomes, privacy, requests_sent, retry, tolerance
from contracts.findings import Check
from contracts.plan import Plan, Planned

Family = Callable[[Plan, Planned], Iterator[Case]]

FAMILIES: Final[Mapping[Check, Family]] = MappingProxyType({
    Check.OUTCOMES: outcomes.cases,
    Check.FAIL_OPEN: fail_open.cases,
    Check.ASYNCHRONY: asynchrony.cases,
    Check.RETRY: retry.cases,
    Check.REQUESTS: requests_sent.cases,
    Check.TOLERANCE: tolerance.cases,
    Check.PRIVACY: privacy.cases,
})  # fmt: skip
