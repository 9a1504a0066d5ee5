"""Laws are about values, not about time: on a busy machine a single slow run says nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("without deadlines", deadline=None)
settings.load_profile("without deadlines")

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave laws out of the measured coverage: what only a lucky example reaches is not covered by a test.

    It also halves what they cost.
    """
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("no_cover")
