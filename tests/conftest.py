"""What tests of every folder may ask for, and what a session of them does without."""

from __future__ import annotations

import gc
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import hypothesis  # noqa: F401 - at once: when it is imported it looks for who refers to what, and overlooks what is frozen
import pytest
from _pytest.pytester import SysModulesSnapshot

from tests.measuring import Tracers, traced_by, tracers, unmeasured

TRACERS = pytest.StashKey[Tracers]()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage among thousands of tests, neither while they are found nor later: they stay."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_pycollect_makeitem() -> Generator[None, object, object]:
    """Measure what importing a module of tests runs, not what makes tests of its functions."""
    with unmeasured():
        return (yield)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    """Measure nothing but fixtures and tests (the hooks below)."""
    session.config.stash[TRACERS] = tracers()
    with unmeasured():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(request: pytest.FixtureRequest) -> Generator[None, object, object]:
    with traced_by(request.config.stash[TRACERS]):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    with traced_by(pyfuncitem.config.stash[TRACERS]):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    with traced_by(item.config.stash[TRACERS]):
        return (yield)


@pytest.fixture
def modules_stay(tmp_path: Path) -> Iterator[None]:
    """Let runs of pytest in this process (`pytester`) forget the modules of their own suites, and no others.

    Otherwise they forget whatever was first imported during such a run. The next test imports it anew, beside objects
    made by its former self, and of compiled modules there must not be two.
    """
    home = tmp_path.parent

    def restore(self: SysModulesSnapshot) -> None:
        for name, module in list(sys.modules.items()):
            file = getattr(module, "__file__", None)
            if file is not None and Path(file).is_relative_to(home):
                del sys.modules[name]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SysModulesSnapshot, "restore", restore)
        yield
