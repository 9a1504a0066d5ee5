from __future__ import annotations

import threading
from types import FrameType
from typing import Any

import pytest

from tests.measuring import NONE, Tracers, traced_by, tracers, unmeasured


def look() -> None:
    """Be called, and seen or not."""


def in_a_thread() -> None:
    thread = threading.Thread(target=look)
    thread.start()
    thread.join()


class Seen(list[str]):
    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        if frame.f_code is look.__code__:
            self.append(event)


def test_nothing_is_seen_while_nothing_is_measured() -> None:
    seen, outer = Seen(), tracers()
    with traced_by(Tracers(seen, seen)):
        look()
        with unmeasured():
            assert tracers() == NONE
            look()
            in_a_thread()
        in_a_thread()

    assert seen == ["call", "call"]
    assert tracers() == outer


def test_what_is_raised_ends_it_as_well() -> None:
    outer = tracers()
    with pytest.raises(ValueError, match="gone"), unmeasured():
        raise ValueError("gone")

    assert tracers() == outer


def test_what_a_session_traces_is_traced_in_tests_and_fixtures(
    pytestconfig: pytest.Config, tracers_of_a_fixture: Tracers
) -> None:
    from tests.conftest import TRACERS

    assert tracers() == tracers_of_a_fixture == pytestconfig.stash[TRACERS]


@pytest.fixture
def tracers_of_a_fixture() -> Tracers:
    return tracers()
