"""The wheel works when it is all there is: built here, put into an empty environment, used from an empty folder."""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]


def tracked() -> list[str]:
    """Return the files of the checkout that belong to the project."""
    command = ["git", "ls-files", "-z"]
    listed = subprocess.run(command, cwd=CHECKOUT, check=True, capture_output=True, text=True).stdout
    return [name for name in listed.split("\0") if name]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a copy of the tracked sources, so that no left-over of a build in place gets in."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for name in tracked():
        if name.partition("/")[0] in {"tests", "docs", "benchmarks"} or not (CHECKOUT / name).is_file():
            continue
        target = source / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((CHECKOUT / name).read_bytes())
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", str(folder), str(source)], check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an environment that holds the wheel and, linked, the third-party packages; never the checkout."""
    folder = tmp_path_factory.mktemp("empty")
    venv.create(folder, with_pip=False, symlinks=True)
    site = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
    for entry in Path(sysconfig.get_path("purelib")).iterdir():
        if not entry.name.startswith(("__editable__", "kyc_upstream_simulator", "_kyc", "__pycache__")):
            (site / entry.name).symlink_to(entry)
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    return folder / "bin" / "python"


def run(python: Path, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(python), *arguments], cwd=cwd, capture_output=True, text=True, timeout=60, check=False)


def test_every_shipped_file_is_in_the_wheel(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    data = {
        f"contracts/{name}" if name.startswith("fixtures/") else name
        for name in tracked()
        if name.endswith((".json", ".csv"))
        and name.partition("/")[0] in {"kyc_core", "contracts", "simulator", "fixtures"}
    }

    assert len(data) > 60
    assert data - names == set()
    assert {"kyc_core/py.typed", "contracts/py.typed", "simulator/py.typed"} <= names


def test_nothing_but_our_packages_is_at_the_top_of_the_wheel(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}

    assert {top for top in tops if not top.endswith(".dist-info")} == {"kyc_core", "contracts", "simulator"}


def test_the_installed_package_is_not_the_checkout(python: Path, tmp_path: Path) -> None:
    done = run(python, "-c", "import simulator, contracts, kyc_core; print(simulator.__file__)", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert str(CHECKOUT) not in done.stdout


def test_the_installed_command_knows_its_credentials(python: Path, tmp_path: Path) -> None:
    done = run(python, "-m", "simulator", "credentials", "--json", cwd=tmp_path)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["tencent"]["secret_id"].startswith("AKID")


def test_the_installed_engine_answers_from_the_shipped_people(python: Path, tmp_path: Path) -> None:
    program = (
        "from simulator.app import create_app\n"
        "client = create_app().test_client()\n"
        "print(client.get('/__admin/catalog', headers={'Host': '127.0.0.1'}).status_code)\n"
    )
    done = run(python, "-c", program, cwd=tmp_path)

    assert (done.returncode, done.stdout.strip()) == (0, "200"), done.stderr
