from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

CALL = """
import os, json, time
from http.client import HTTPConnection
from pathlib import Path
from kyc_core.signing import tc3

file = Path(os.environ["KYC_SIM_CREDENTIALS"])
assert file.stat().st_mode & 0o777 == 0o600
keys = json.loads(file.read_text())["tencent"]
assert keys["secret_id"] == os.environ["KYC_SIM_TENCENT_SECRET_ID"]
host = os.environ["KYC_SIM_TENCENT_ENDPOINT"]
body = json.dumps({"IdCard": "11204416541220243X", "Name": "Wei Xiaobao", "BankCard": "6226090210146748"})
now = int(time.time())
signed = tc3.sign(
    **{name: keys[name] for name in ("secret_id", "secret_key")}, method="POST", host=host,
    content_type="application/json", timestamp=now, body=body.encode(),
)
connection = HTTPConnection(host, timeout=30)
connection.request("POST", "/", body, {
    "Content-Type": "application/json", "X-TC-Action": "BankCardVerification", "X-TC-Version": "2018-03-01",
    "X-TC-Timestamp": str(now), "Authorization": signed,
})
answer = json.load(connection.getresponse())["Response"]
connection.close()
print(answer["Result"])
raise SystemExit(5)
"""


def run(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("KYC_SIM_")}
    return subprocess.run(
        [sys.executable, "-m", "simulator", "run", *arguments],
        capture_output=True, text=True, timeout=60, check=False, env={**environ, "TMPDIR": str(tmp_path)},
    )  # fmt: skip


def test_a_command_finds_the_simulator_and_its_exit_code_is_propagated(tmp_path: Path) -> None:
    done = run(tmp_path, "--", sys.executable, "-c", CALL)

    assert (done.returncode, done.stdout, done.stderr) == (5, "0\n", "")
    assert list(tmp_path.iterdir()) == []


def test_a_judged_run_tells_what_its_calls_were_worth(tmp_path: Path) -> None:
    done = run(tmp_path, "--judge", "--self-check", "--", sys.executable, "-c", CALL.replace("raise SystemExit(5)", ""))

    assert (done.returncode, done.stdout) == (0, "0\n")
    assert "cost tencent: 1 charged, 0 free calls" in done.stderr.splitlines()
    assert done.stderr.splitlines()[-1] == "10 passed, 0 failed, 4 not run; 0 findings; seed kyc-sim"


def test_a_call_to_an_address_that_nobody_has_is_found(tmp_path: Path) -> None:
    call = "import os, urllib.error, urllib.request\n"
    call += "try: urllib.request.urlopen(os.environ['KYC_SIM_URL'] + '/tencnet')\n"
    call += "except urllib.error.HTTPError as error: error.close()\n"
    done = run(tmp_path, "--judge", "--", sys.executable, "-c", call)

    assert done.returncode == 1
    assert "  seen      GET /tencnet" in done.stderr.splitlines()


def test_a_server_goes_when_whoever_started_it_is_gone(tmp_path: Path) -> None:
    note = tmp_path / "url"
    script = f'printf "%s" "$KYC_SIM_URL" > {note}.new && mv {note}.new {note} && exec sleep 60'
    process = subprocess.Popen(
        [sys.executable, "-m", "simulator", "run", "--", "sh", "-c", script],
        env={name: value for name, value in os.environ.items() if not name.startswith("KYC_SIM_")},
        process_group=0,
    )
    pause = threading.Event()
    while not note.exists():
        assert process.poll() is None
        pause.wait(0.01)
    host, _, port = note.read_text().partition("//")[2].partition(":")
    os.killpg(process.pid, signal.SIGKILL)  # the command, too; the server has a session of its own
    process.wait()
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            socket.create_connection((host, int(port)), 1).close()
        except ConnectionRefusedError:
            return
        pause.wait(0.01)
    pytest.fail("the server is still there")
