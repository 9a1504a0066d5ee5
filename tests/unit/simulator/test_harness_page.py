"""docs/harness.md names commands, options, files and variables that there are."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import click

from contracts.findings import Check
from contracts.registry import document_validator
from simulator.cli import cli
from simulator.handover import variables
from simulator.providers import PROVIDERS
from simulator.services import Services
from simulator.settings import Settings
from simulator.tenants import credentials_of

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "harness.md").read_text("utf-8")
QUOTED = set(re.findall(r"`([^`\n]+)`", PAGE))
BLOCKS = "\n".join(re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL))


def test_every_command_is_understood() -> None:
    lines = [line for line in [*BLOCKS.splitlines(), *QUOTED] if re.match(r"kyc-sim (contract \w|run |replay )", line)]

    assert len(lines) > 8
    for line in lines:
        words = shlex.split(line)[1:]
        command: click.Command = cli
        while isinstance(command, click.Group) and words:
            command = command.commands[words.pop(0)]
        command.make_context("kyc-sim", words, resilient_parsing=True)


def test_every_option_is_some_commands() -> None:
    contract = cli.commands["contract"]
    assert isinstance(contract, click.Group)
    commands = [*contract.commands.values(), cli.commands["run"], cli.commands["credentials"]]
    known = {option for command in commands for each in command.params for option in each.opts}
    named = {option for text in QUOTED for option in re.findall(r"--[a-z-]+", text)}

    assert named <= known


def test_every_file_is_there() -> None:
    named = {text for text in QUOTED if re.match(r"(contracts|docs)/", text)}

    assert len(named) > 5
    assert all((ROOT / text).exists() for text in named)


def test_every_question_is_there() -> None:
    assert set(Check) <= QUOTED


def test_every_variable_is_handed_over() -> None:
    credentials = credentials_of(Services(Settings(), PROVIDERS).tenants.default)
    told = variables("http://127.0.0.1:1", credentials, file=Path("x"), admin_token="t")
    named = {text for text in QUOTED if re.fullmatch("KYC_SIM_[A-Z_]+", text)}

    assert len(named) > 5
    assert named <= told.keys()


def test_the_example_of_a_line_is_one() -> None:
    (example,) = re.findall(r"```json\n(.*?)\n```", PAGE, re.DOTALL)

    assert list(document_validator("harness", "traffic.json").iter_errors(json.loads(example))) == []
