"""What tests of every folder may ask for."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from _pytest.pytester import SysModulesSnapshot


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
