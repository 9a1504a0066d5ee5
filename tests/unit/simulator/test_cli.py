from __future__ import annotations

import signal
import socket
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import pytest

from contracts.provider_files import ContractError
from simulator import cli, server
from simulator.providers import PROVIDERS
from simulator.settings import MEMBERS, Settings


class Ended(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Run the command in this process: ``run("serve", "--port", "x", KYC_SIM_SEED="s")``."""
    handled = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    for name in ("CONFIG", "READY_FILE", *(member.name.upper() for member in MEMBERS)):
        monkeypatch.delenv(f"KYC_SIM_{name}", raising=False)

    def ended(*arguments: str, **environ: str) -> Ended:
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["kyc-sim", *arguments])
        with pytest.raises(SystemExit) as leaving:
            cli.main()
        said = capsys.readouterr()
        return Ended(int(leaving.value.code or 0), said.out, said.err)

    yield ended
    for number, handler in handled.items():
        signal.signal(number, handler)


class Served(NamedTuple):
    settings: Settings
    ready: bool


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[Served]:
    """Take the place of the server: note what it was given, say that it is ready, and be told to stop."""
    found: list[Served] = []

    def serve(services: Any, listener: socket.socket, *, ready: Callable[[], None], witness: object) -> int:
        assert witness is None
        ready()
        found.append(Served(services.settings, ready=True))
        return int(signal.SIGTERM)

    monkeypatch.setattr(server, "serve", serve)
    return found


def test_the_version_is_told(run: Run) -> None:
    assert run("--version").out.startswith("kyc-sim 0.")


def test_credentials_are_told_as_json_in_their_one_shape(run: Run) -> None:
    ended = run("credentials", "--json")
    found = orjson.loads(ended.out)

    assert (ended.code, ended.err, found["tenant"]) == (0, "", "default")
    assert found.keys() - {"tenant"} == {provider.name for provider in PROVIDERS}


def test_credentials_are_told_to_people_line_by_line(run: Run) -> None:
    lines = run("credentials").out.splitlines()

    assert lines[0] == "tenant default"
    assert any(line.startswith("tencent secret_id AKID") for line in lines)


def test_keys_are_written_to_files_and_not_printed(run: Run, tmp_path: Path) -> None:
    ended = run("credentials", "--out", str(tmp_path / "keys"))
    files = {path.name: path.read_text("ascii") for path in (tmp_path / "keys").iterdir()}

    assert (ended.code, ended.err) == (0, "")
    assert "-----BEGIN" not in ended.out
    assert files.keys() == {
        "upi_signing_private_key.pem",
        "upi_encryption_public_key.pem",
        "upi_response_signing_public_key.pem",
        "tencent_rsa_encryption_public_key.pem",
        "tencent_sm2_encryption_public_key.pem",
    }
    told = orjson.loads(run("credentials", "--json").out)
    handed_out = {name: b64encode(text.encode()).decode() for name, text in files.items()}
    assert {text for name, text in files.items() if name.startswith("upi")} < set(told["upi"].values())
    for kind in ("rsa", "sm2"):
        member = f"{kind}_encryption_public_key"
        assert told["tencent"][member] == handed_out[f"tencent_{member}.pem"]


def test_a_directory_that_cannot_be_made_ends_with_3(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ended = run("credentials", "--out", str(tmp_path / "file" / "keys"))

    assert (ended.code, ended.out) == (3, "")


def test_the_default_credentials_do_not_depend_on_the_seed(run: Run, served: list[Served]) -> None:
    secret_id = orjson.loads(run("credentials", "--json").out)["tencent"]["secret_id"]

    assert secret_id in run("serve", "--port", "0", "--seed", "another").out


def test_serve_tells_where_it_listens_and_ends_with_0_when_terminated(run: Run, served: list[Served]) -> None:
    ended = run("serve", "--port", "0")

    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("kyc-sim listens on http://127.0.0.1:")


def test_an_interrupt_ends_with_130(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "serve", lambda *_, **__: int(signal.SIGINT))

    assert run("serve", "--port", "0") == Ended(130, "", "kyc-sim: interrupted\n")


def test_an_interrupt_before_the_server_runs_ends_with_130(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any, **__: Any) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(server, "serve", interrupted)

    assert run("serve", "--port", "0").code == 130


def test_a_termination_before_the_server_runs_ends_with_0(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "serve", lambda *_, **__: signal.raise_signal(signal.SIGTERM))

    assert run("serve", "--port", "0") == Ended(0, "", "")


@pytest.mark.parametrize("member", [pytest.param(member, id=member.path) for member in MEMBERS])
def test_every_setting_is_a_flag_of_serve(run: Run, member: Any) -> None:
    assert f"  {member.flag} " in run("serve", "--help").out


def test_flags_environment_and_file_reach_the_server(run: Run, served: list[Served], tmp_path: Path) -> None:
    config = tmp_path / "sim.toml"
    config.write_text("[journal]\nentries = 7\n")
    run("serve", "--port", "0", "--self-check", KYC_SIM_CONFIG=str(config), KYC_SIM_SEED="s", KYC_SIM_PORT="1")
    settings = served[0].settings

    assert (settings.port, settings.seed, settings.journal.entries, settings.self_check) == (0, "s", 7, True)


def test_the_ready_file_is_there_while_serving_and_gone_after(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "ready.json"
    path.write_text("of an earlier run")
    seen: list[Any] = []

    def serve(services: Any, listener: socket.socket, *, ready: Callable[[], None], witness: object) -> int:
        assert witness is None
        seen.append(path.exists())
        ready()
        seen.append(orjson.loads(path.read_bytes()))
        return int(signal.SIGTERM)

    monkeypatch.setattr(server, "serve", serve)
    ended = run("serve", "--port", "0", "--ready-file", str(path))

    assert ended.code == 0
    assert seen[0] is False
    assert seen[1].keys() == {"url", "pid", "credentials"}
    assert f"listens on {seen[1]['url']}\n" in ended.out
    assert not path.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("serve", "--prot", "1"), "No such option", id="unknown option"),
        pytest.param(("serve", "--port"), "--port", id="option without its value"),
        pytest.param(("serve", "extra"), "unexpected extra argument", id="stray argument"),
        pytest.param(("nonsense",), "No such command", id="unknown command"),
        pytest.param(("serve", "--port", "x"), "--port: a whole number from 0 to 65535", id="bad value"),
        pytest.param(("serve", "--config", "absent.toml"), "absent.toml: No such file", id="no such file"),
        pytest.param(("serve", "--host", "::", "--port", "0"), "--admin-token", id="open without a token"),
        pytest.param(("serve", "--host", "no such host"), "not an address", id="no address"),
        pytest.param(("credentials", "--jsn"), "No such option", id="unknown option of credentials"),
    ],
)
def test_a_mistake_in_the_call_is_one_line_and_exit_code_2(run: Run, arguments: tuple[str, ...], said: str) -> None:
    ended = run(*arguments)

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("kyc-sim: ")
    assert ended.err.count("\n") == 1
    assert said in ended.err


def test_a_variable_nobody_reads_is_a_mistake(run: Run) -> None:
    assert run("serve", KYC_SIM_PROT="1").err == "kyc-sim: KYC_SIM_PROT: no such setting; see kyc-sim serve --help\n"


def test_a_busy_port_is_one_line_and_exit_code_3(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = run("serve", "--port", str(port))

    assert ended == Ended(3, "", f"kyc-sim: port {port} is in use; --port 0 takes a free one\n")


def test_a_ready_file_that_cannot_be_written_is_one_line_and_exit_code_3(
    run: Run, served: list[Served], tmp_path: Path
) -> None:
    ended = run("serve", "--port", "0", "--ready-file", str(tmp_path / "absent" / "ready.json"))

    assert (ended.code, ended.out) == (3, "")
    assert ended.err == f"kyc-sim: {tmp_path / 'absent' / 'ready.json'}: No such file or directory\n"


def test_a_broken_contract_file_is_one_line_and_exit_code_2(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> Any:
        raise ContractError("outcomes/tencent.json#/rows/0: billed is true or false, http_status a number")

    monkeypatch.setattr(cli, "_services", broken)
    ended = run("credentials")

    assert ended.code == 2
    assert ended.err == "kyc-sim: outcomes/tencent.json#/rows/0: billed is true or false, http_status a number\n"


def test_without_a_command_the_help_is_shown(run: Run) -> None:
    ended = run()

    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("Usage: kyc-sim ")
    assert "credentials" in ended.out
