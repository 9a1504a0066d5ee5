from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from contracts.protocol import protocols
from simulator.cli_export import export
from simulator.exits import Exit, Failed


def ended(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(export, arguments)
    if isinstance(result.exception, Failed):
        return result.exception.code, result.stdout, str(result.exception)
    return result.exit_code, result.stdout, result.stderr


def test_one_provider_goes_to_the_terminal() -> None:
    code, out, _ = ended("--provider", "signzy")

    assert (code, json.loads(out)["info"]["title"]) == (0, "Signzy China Resident ID Card Verification")


def test_all_of_them_go_into_a_directory(tmp_path: Path) -> None:
    assert ended("--output", str(tmp_path / "new" / "api")) == (0, "", "")
    assert {file.name for file in (tmp_path / "new" / "api").iterdir()} == {
        f"{name}.openapi.json" for name in protocols()
    }


def test_yaml_says_the_same_and_repeats_itself_rather_than_refer(tmp_path: Path) -> None:
    ended("--provider", "upi", "--provider", "signzy", "--output", str(tmp_path), "--format", "yaml")
    ended("--provider", "upi", "--output", str(tmp_path))
    text = (tmp_path / "upi.openapi.yaml").read_text("utf-8")

    assert yaml.safe_load(text) == json.loads((tmp_path / "upi.openapi.json").read_bytes())
    assert "&id0" not in text
    assert (tmp_path / "signzy.openapi.yaml").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param((), "contract export: --output DIRECTORY, or one --provider", id="several on the terminal"),
        pytest.param(("--provider", "moon"), "--provider: all, or some of alibaba, kyc_china", id="nobody"),
    ],
)
def test_a_wrong_option_is_one_line(arguments: tuple[str, ...], said: str) -> None:
    code, out, told = ended(*arguments)

    assert (code, out) == (Exit.USAGE, "")
    assert told.startswith(said)


def test_a_place_that_cannot_be_written_to_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code, _, told = ended("--provider", "signzy", "--output", str(tmp_path / "file"))

    assert (code, told) == (Exit.USAGE, f"--output: {tmp_path / 'file'}: File exists")
