from __future__ import annotations

from pathlib import Path

from coverage import Coverage

from tests.measuring import unmeasured


def test_whatever_measures_is_stopped_and_goes_on_afterwards(tmp_path: Path) -> None:
    outer = Coverage.current()
    below, above = (Coverage(data_file=str(tmp_path / name), config_file=False) for name in ("below", "above"))
    below.start()
    above.start()

    try:
        with unmeasured():
            assert Coverage.current() is None
        seen = Coverage.current()
    finally:
        above.stop()
        below.stop()

    assert seen is above
    assert Coverage.current() is outer
