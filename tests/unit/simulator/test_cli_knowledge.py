from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import NamedTuple

import orjson
import pytest
from werkzeug.serving import make_server

from contracts.fidelity import fidelity, markdown
from simulator import cli
from simulator.app import create_app
from simulator.providers import PROVIDERS
from simulator.settings import Settings


class Ended(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Ended]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    for name in ("KYC_SIM_URL", "KYC_SIM_ADMIN_TOKEN"):
        monkeypatch.delenv(name, raising=False)

    def ended(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["kyc-sim", *arguments])
        with pytest.raises(SystemExit) as leaving:
            cli.main()
        said = capsys.readouterr()
        return Ended(int(leaving.value.code or 0), said.out, said.err)

    return ended


def test_the_catalogue_lists_every_row_of_every_table(run: Run) -> None:
    found = orjson.loads(run("catalog", "--json").out)["outcomes"]

    assert len(found) == sum(len(provider.table().rows) for provider in PROVIDERS)
    assert all(entry["reach"] for entry in found)


def test_the_catalogue_is_narrowed_to_what_is_asked_for(run: Run) -> None:
    narrow = ("catalog", "--provider", "tencent", "--operation", "BankCardVerification")
    found = orjson.loads(run(*narrow, "--json").out)["outcomes"]
    table = PROVIDERS[0].table()

    assert len(found) == len(table.results("BankCardVerification")) + len(table.errors("BankCardVerification"))
    assert run(*narrow).out.startswith("tencent BankCardVerification\n")


def test_the_page_of_fidelity_is_the_one_the_tables_make(run: Run) -> None:
    page = markdown(fidelity(provider.table() for provider in PROVIDERS))

    assert run("fidelity", "--markdown").out == page


def test_fidelity_is_counted_and_listed(run: Run) -> None:
    found = orjson.loads(run("fidelity", "--provider", "tencent", "--json").out)
    line = run("fidelity", "--provider", "tencent").out

    assert line == "tencent: " + ", ".join(f"{n} {word}" for word, n in found["counts"]["tencent"].items()) + "\n"
    assert {fact["provider"] for fact in found["facts"]} == {"tencent"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("catalog", "--provider", "nobody"), "--provider: one of tencent", id="unknown provider"),
        pytest.param(
            ("catalog", "--operation", "Nothing"), "--operation: no provider has such", id="unknown operation"
        ),
        pytest.param(("fidelity", "--provider", "nobody"), "--provider: one of tencent", id="of fidelity"),
        pytest.param(("fidelity", "--json", "--markdown"), "one of them", id="two formats"),
        pytest.param(("explain",), "REQUEST_ID", id="no request id"),
        pytest.param(("explain", "x", "--last"), "REQUEST_ID, or --last", id="a request id and the last"),
        pytest.param(("explain", "x", "--url", "ftp://h:1"), "--url: http://HOST:PORT", id="another scheme"),
        pytest.param(("explain", "x", "--url", "http://h:x"), "--url: http://HOST:PORT", id="no port"),
        pytest.param(("explain", "x", "--url", "http://"), "--url: http://HOST:PORT", id="no host"),
        pytest.param(("explain", "x", "--url", "http://[::1"), "--url: http://HOST:PORT", id="half an address"),
        pytest.param(("explain", "x", "--url", "http://a b"), "--url: http://HOST:PORT", id="a host with a space"),
        pytest.param(
            ("explain", "x", "--admin-token", "a\nb"), "--admin-token: a text without", id="no header's token"
        ),
        pytest.param(
            ("catalog", "--provider", "tencent", "--operation", "CheckResult"),
            "--operation: tencent has no such operation; kyc-sim catalog --provider tencent lists",
            id="an operation of another provider",
        ),
    ],
)
def test_a_mistake_in_the_call_is_one_line_and_exit_code_2(run: Run, arguments: tuple[str, ...], said: str) -> None:
    ended = run(*arguments)

    assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert said in ended.err


@pytest.fixture
def serving() -> Iterator[Callable[..., str]]:
    """Serve something and return its URL: ``serving(app)``."""
    started: list[HTTPServer] = []

    def start(server: HTTPServer) -> str:
        started.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_address[1]}"

    yield start
    for server in started:
        server.shutdown()
        server.server_close()


def test_a_call_is_explained_by_the_simulator_that_answered_it(run: Run, serving: Callable[..., str]) -> None:
    app = create_app(Settings(admin_token="t"))
    answer = app.test_client().post("/tencent", headers={"X-TC-Action": "BankCardVerification"})
    request_id = answer.get_json()["Response"]["RequestId"]
    asked = ("explain", request_id, "--url", serving(make_server("127.0.0.1", 0, app, threaded=False)))
    document = orjson.loads(run(*asked, "--admin-token", "t", "--json").out)

    assert (document["request_id"], document["tenant"]) == (request_id, "lobby")
    assert run(*asked, "--admin-token", "t").out.startswith(document["summary"])
    assert run(*asked).err == "kyc-sim: A token is needed: no more was said\n"
    unknown = run("explain", "../no such", *asked[2:], "--admin-token", "t")
    assert (unknown.code, unknown.err.startswith("kyc-sim: Not found: ")) == (1, True)


def test_what_no_terminal_should_hand_over_is_asked_for_all_the_same(run: Run, serving: Callable[..., str]) -> None:
    url = serving(make_server("127.0.0.1", 0, create_app(Settings(admin_token="密")), threaded=False))
    asked = ("--url", url, "--admin-token", "密")

    assert run("explain", "\udcff", *asked).err.startswith("kyc-sim: Not found: ")
    assert run("explain", "--last", "--tenant", "\udcff", *asked).err.startswith("kyc-sim: Unknown tenant: ")
    assert run("explain", "x", "--url", url, "--admin-token", "\udcff").err.startswith("kyc-sim: --admin-token: ")


def test_the_last_call_needs_no_request_id(run: Run, serving: Callable[..., str]) -> None:
    app = create_app(Settings())
    url = serving(make_server("127.0.0.1", 0, app, threaded=False))
    before = run("explain", "--last", "--tenant", "lobby", "--url", url)
    for _ in range(2):
        answer = app.test_client().post("/tencent", headers={"X-TC-Action": "BankCardVerification"})

    document = orjson.loads(run("explain", "--last", "--tenant", "lobby", "--url", url, "--json").out)

    assert document["request_id"] == answer.get_json()["Response"]["RequestId"]
    assert (before.code, before.err) == (1, "kyc-sim: the tenant lobby was not called yet\n")
    assert run("explain", "--last", "--tenant", "nobody", "--url", url).code == 1


def test_nobody_there_is_one_line_and_exit_code_3(run: Run) -> None:
    ended = run("explain", "x", "--url", "http://127.0.0.1:1")

    assert ended == Ended(
        3, "", "kyc-sim: no simulator answers at http://127.0.0.1:1: Connection refused; kyc-sim serve starts one\n"
    )


class Stranger(BaseHTTPRequestHandler):
    body = b""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.mark.parametrize("body", [b"<html>", b"[]"], ids=["no JSON", "no object"])
def test_somebody_else_there_is_one_line_and_exit_code_3(run: Run, serving: Callable[..., str], body: bytes) -> None:
    url = serving(HTTPServer(("127.0.0.1", 0), type("Saying", (Stranger,), {"body": body})))

    assert run("explain", "x", "--url", url) == Ended(3, "", f"kyc-sim: what answers at {url} is no simulator\n")
