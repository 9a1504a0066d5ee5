"""The aggregator over a socket, called as a customer would: plain HTTP, a receiver for callbacks, a PDF to download."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
import requests
from pypdf import PdfReader

from kyc_core.adapters.base import Claim
from kyc_core.adapters.kyc_china import KycChinaAdapter
from kyc_core.verdicts import Verdict

if TYPE_CHECKING:
    from tests.e2e.conftest import Running

DAY = 86_400


class Customer:
    """A tenant of one's own, and somebody who is on file."""

    def __init__(self, server: Running, session: requests.Session, **switches: object) -> None:
        self.server = server
        self.session = session
        named = {f"kyc_china.{name}": value for name, value in switches.items()}
        credentials = server.admin("POST", "/tenants", {"switches": named})
        self.name: str = credentials["tenant"]
        self.keys: Mapping[str, str] = credentials["kyc_china"]

    def truth(self, key: str = "ordinary-01") -> dict[str, Any]:
        person = self.server.admin("GET", f"/people/{key}?tenant={self.name}")
        area = person["mobiles"][0].get("areas", [{"kind": "work", "city": "北京", "address": "测试路1号"}])[0]
        return {
            "name": person["name"],
            "idNumber": person["resident_id"],
            "idIssueDate": person["valid_from"],
            "idExpiryDate": person["valid_to"],
            "mobile": person["mobiles"][0]["number"],
            "bankCardNumber": person["cards"][0]["number"],
            "addressesToVerify": [{"type": area["kind"], "city": area["city"], "address": area["address"]}],
        }

    def post(self, path: str, body: Any) -> requests.Response:
        headers = {"x-client-id": self.keys["client_id"], "x-client-secret": self.keys["client_secret"]}
        return self.session.post(self.server.url + path, json=body, headers=headers, timeout=30)

    def submit(self, **fields: Any) -> str:
        answer = self.post("/kyc/cn/request", fields)
        assert answer.status_code == 200, answer.text
        token = answer.json()["token"]
        assert isinstance(token, str)
        return token

    def poll(self, token: str) -> requests.Response:
        return self.post("/kyc/cn/poll", {"token": token})

    def rule(self, operation: str, **then: Any) -> None:
        rule = {"provider": "kyc_china", "operation": operation, "then": then}
        self.server.admin("POST", f"/rules?tenant={self.name}", rule)

    def clock(self, **change: Any) -> None:
        self.server.admin("PATCH", f"/clock?tenant={self.name}", change)

    def transaction(self) -> dict[str, Any]:
        """Return the newest transaction as the admin API shows it."""
        entries = self.server.admin("GET", f"/journal?tenant={self.name}")["entries"]
        started = [entry for entry in entries if entry["operation"] == "request"][-1]["request_id"]
        found: dict[str, Any] = self.server.admin("GET", f"/transactions/{started}?tenant={self.name}")
        return found


class Receiver:
    """Hears callbacks and answers them as told, the last answer for ever."""

    def __init__(self, *statuses: int) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self._statuses = list(statuses) or [200]
        self._changed = threading.Condition()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(receiver.take(dict(self.headers.items()), body))
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def take(self, headers: dict[str, str], body: bytes) -> int:
        with self._changed:
            self.heard.append((headers, body))
            self._changed.notify_all()
            return self._statuses.pop(0) if len(self._statuses) > 1 else self._statuses[0]

    def wait(self, number: int, seconds: float = 10.0) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: len(self.heard) >= number, seconds)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def customer(live: Running) -> Iterator[Customer]:
    with requests.Session() as session:
        yield Customer(live, session, report_seconds=0, callback_http=True)


@pytest.fixture
def receiver() -> Iterator[Callable[..., Receiver]]:
    made: list[Receiver] = []

    def make(*statuses: int) -> Receiver:
        made.append(Receiver(*statuses))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_a_full_run_from_request_to_report(customer: Customer) -> None:
    fields = customer.truth()
    answer = customer.poll(customer.submit(**fields))
    report = answer.json()

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    assert report["submitted"] == fields
    assert report["summary"]["matched"] == ["identity.four-factor", "identity.three-factor", "bank.four-factor"]
    assert len(report["summary"]["ran"]) == 9
    ledger = customer.server.admin("GET", f"/ledger?tenant={customer.name}")
    assert (ledger["charged"], ledger["free"]) == (9, 2)


def test_waiting_follows_the_tenants_clock(live: Running) -> None:
    with requests.Session() as session:
        customer = Customer(live, session)
        customer.clock(freeze=True)
        token = customer.submit(**customer.truth())
        statuses = [customer.poll(token).status_code]
        for seconds in (11, 1, DAY - 13, 1):
            customer.clock(advance=seconds)
            statuses.append(customer.poll(token).status_code)

    assert statuses == [202, 202, 200, 200, 401]


def test_work_that_waits_for_a_hand_is_finished_by_the_admin_api(customer: Customer) -> None:
    customer.rule("request", progression="manual")
    token = customer.submit(**customer.truth())
    waiting = customer.poll(token).status_code
    transaction = customer.transaction()
    customer.server.admin("PATCH", f"/transactions/{transaction['id']}?tenant={customer.name}", {"state": "ready"})

    assert (waiting, transaction["ready"], customer.poll(token).status_code) == (202, False, 200)


def test_the_pdf_is_downloaded_by_its_link_alone(customer: Customer) -> None:
    report = customer.poll(customer.submit(**customer.truth())).json()
    answer = requests.get(report["pdfUrl"], timeout=30)
    text = PdfReader(BytesIO(answer.content)).pages[0].extract_text().replace("\0", "")

    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == f'inline; filename="{report["pdfFileName"]}"'
    assert "身份核验报告" in "".join(text.split())
    customer.clock(advance=8 * DAY)
    late = requests.get(report["pdfUrl"], timeout=30)
    assert (late.status_code, late.headers["Content-Type"]) == (403, "application/xml")
    assert "<Message>Request has expired</Message>" in late.text


def test_a_callback_brings_the_report(customer: Customer, receiver: Callable[..., Receiver]) -> None:
    hook = receiver(200)
    token = customer.submit(**customer.truth(), callbackUrl=hook.url)

    assert hook.wait(1)
    headers, body = hook.heard[0]
    assert json.loads(body)["summary"] == customer.poll(token).json()["summary"]
    assert headers["X-Webhook-Event"] == "kyc.cn.report.completed"
    assert headers["X-Request-Id"] == customer.transaction()["id"]


def test_a_duplicate_carries_the_same_id(customer: Customer, receiver: Callable[..., Receiver]) -> None:
    customer.rule("callback", result="duplicate")
    hook = receiver(200)
    customer.submit(**customer.truth(), callbackUrl=hook.url)

    assert hook.wait(2)
    assert len({headers["X-Request-Id"] for headers, _ in hook.heard}) == 1


def test_a_receiver_that_fails_is_tried_again_until_it_answers(
    launch: Callable[..., Running], receiver: Callable[..., Receiver]
) -> None:
    server = launch("--callback-schedule", "0,0.2,0.4")
    hook = receiver(500, 302, 200)
    with requests.Session() as session:
        customer = Customer(server, session, report_seconds=0, callback_http=True)
        token = customer.submit(**customer.truth(), callbackUrl=hook.url)

        assert hook.wait(3)
        assert customer.poll(token).status_code == 200
        give_up = time.monotonic() + 5
        while len(attempts := customer.transaction()["callbacks"]) < 3 and time.monotonic() < give_up:
            time.sleep(0.02)
        assert [(one["outcome"], one["status"]) for one in attempts] == [
            ("refused", 500), ("refused", 302), ("delivered", 200),
        ]  # fmt: skip
    assert server.stop()[0] == 0


def test_no_callback_leaves_this_machine(customer: Customer) -> None:
    token = customer.submit(**customer.truth(), callbackUrl="https://192.0.2.1/hook")
    give_up = time.monotonic() + 5
    while not (attempts := customer.transaction()["callbacks"]) and time.monotonic() < give_up:
        time.sleep(0.02)

    assert [(one["outcome"], one["attempt"]) for one in attempts] == [("not_allowed", 1)]
    assert customer.poll(token).status_code == 200


def test_a_waiting_callback_does_not_hold_up_the_end(
    launch: Callable[..., Running], receiver: Callable[..., Receiver]
) -> None:
    server = launch()
    hook = receiver(200)
    with requests.Session() as session:
        customer = Customer(server, session, callback_http=True)
        customer.submit(**customer.truth("kyc-china-never"), callbackUrl=hook.url)
    started = time.monotonic()
    code, _, _ = server.stop()

    assert code == 0
    assert time.monotonic() - started < 5
    assert hook.heard == []


@pytest.mark.parametrize(
    ("key", "verdict"),
    [
        ("ordinary-01", Verdict.MATCH),
        ("mps-not-found", Verdict.NOT_FOUND),
        ("kyc-china-timeout", Verdict.SOURCE_ERROR),
        ("kyc-china-service-error", Verdict.SOURCE_ERROR),
        ("kyc-china-never", Verdict.PENDING),
    ],
)
def test_the_reference_adapter_gets_what_is_true(customer: Customer, key: str, verdict: Verdict) -> None:
    adapter = KycChinaAdapter(
        client_id=customer.keys["client_id"],
        client_secret=customer.keys["client_secret"],
        sleep=time.sleep,
        clock=time.monotonic,
        endpoint=customer.server.url,
        pause=0.02,
        patience=0.2,
    )
    fields = customer.truth(key)

    result = adapter.check("identity.two-factor", Claim(name=fields["name"], resident_id=fields["idNumber"]))
    assert result.verdict is verdict
