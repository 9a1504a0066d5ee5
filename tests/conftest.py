"""What holds for the whole suite."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from tests.measuring import unmeasured


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    """Measure nothing where the reports of workers are gathered: it is no code of ours that runs there."""
    if session.config.pluginmanager.hasplugin("dsession"):
        with unmeasured():
            return (yield)
    return (yield)
