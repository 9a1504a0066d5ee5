"""Laws are about values, not about time: on a busy machine a single slow run says nothing.

Nor are they about coverage: what only a lucky example reaches is covered by no test, and measuring doubles their cost.
"""

from __future__ import annotations

from collections.abc import Generator

import pytest
from hypothesis import settings

from tests.measuring import unmeasured

settings.register_profile("without deadlines", deadline=None)
settings.load_profile("without deadlines")


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_pyfunc_call() -> Generator[None, object, object]:
    with unmeasured():
        return (yield)
