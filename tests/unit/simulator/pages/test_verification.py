"""The hosted page, as a browser without scripts meets it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from simulator.app import create_app
from simulator.clock import FixedClock
from simulator.providers.alibaba import PROVIDER
from simulator.providers.alibaba.verification import Verification
from simulator.scenarios import Progression
from simulator.services import Services
from simulator.settings import Settings
from simulator.transactions import Transaction

Begin = Callable[..., str]
NEVER = Progression(kind="never")


@pytest.fixture
def services() -> Services:
    return Services(Settings(), (PROVIDER,), clock=FixedClock(datetime(2026, 1, 5, tzinfo=UTC)))


@pytest.fixture
def client(services: Services) -> FlaskClient:
    return create_app(services=services).test_client()


@pytest.fixture
def begin(services: Services) -> Begin:
    """Begin a verification and return the path of its page."""

    def make(*, product: str = "ID_OCR", return_url: str = "", progression: Progression = NEVER) -> str:
        verification = Verification(
            product=product, sub_code="200", doc_type="00000001", return_url=return_url, base_url="http://localhost"
        )
        services.tenants.default.transactions.start("hk1", "alibaba", verification.to_facts(), progression)
        return "/__verify/default/hk1"

    return make


def now(services: Services) -> Transaction:
    found = services.tenants.default.transactions.find("hk1")
    assert found is not None
    return found


class Outline(HTMLParser):
    """Collects what a page has for those who do not see it."""

    def __init__(self, answer: TestResponse) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(answer.get_data(as_text=True))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def test_the_page_offers_what_the_product_may_end_with(client: FlaskClient, begin: Begin) -> None:
    outline = Outline(client.get(begin(product="FACE_VERIFY")))

    assert [option["value"] for option in outline.all("option")] == ["204", "205", "206"]
    assert [button["value"] for button in outline.all("button")] == ["pass", "fail", "leave"]


def test_the_page_is_accessible_and_needs_nothing_from_elsewhere(client: FlaskClient, begin: Begin) -> None:
    answer = client.get(begin())
    outline = Outline(answer)
    labelled = {label["for"] for label in outline.all("label")}

    assert outline.all("html")[0]["lang"] == "en"
    assert len(outline.all("h1")) == len(outline.all("main")) == len(outline.all("title")) == 1
    assert all(select["id"] in labelled for select in outline.all("select"))
    assert len(outline.all("fieldset")) == len(outline.all("legend")) == 3
    assert not any(attributes.get("src") or attributes.get("href") for _, attributes in outline.tags)
    assert not outline.all("script")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("form", "code"),
    [
        pytest.param({"choice": "pass", "outcome": "212"}, "200", id="pass"),
        pytest.param({"choice": "fail", "outcome": "212"}, "212", id="fail"),
    ],
)
def test_what_is_chosen_is_what_the_verification_ends_with(
    client: FlaskClient, services: Services, begin: Begin, form: dict[str, str], code: str
) -> None:
    path = begin()
    client.get(path)
    answer = client.post(path, data=form)

    assert answer.status_code == 200
    assert f"Its result is {code}" in answer.get_data(as_text=True)
    assert (now(services).ready, now(services).facts["sub_code"]) == (True, code)


def test_leaving_keeps_it_unfinished_for_good(client: FlaskClient, services: Services, begin: Begin) -> None:
    path = begin()
    client.get(path)
    answer = client.post(path, data={"choice": "leave"})

    assert "You left the verification" in answer.get_data(as_text=True)
    assert (now(services).ready, now(services).facts["interrupted"]) == (False, "1006")
    assert client.get(path).status_code == 410


def test_the_browser_goes_where_the_customer_wants_it(client: FlaskClient, begin: Begin) -> None:
    answer = client.post(begin(return_url="https://shop.example/back?a=b"), data={"choice": "pass"})

    assert (answer.status_code, answer.headers["Location"]) == (303, "https://shop.example/back?a=b")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "ftp://a"])
def test_the_browser_is_sent_to_web_addresses_only(client: FlaskClient, begin: Begin, url: str) -> None:
    answer = client.post(begin(return_url=url), data={"choice": "pass"})

    assert (answer.status_code, answer.headers.get("Location")) == (200, None)


def test_a_link_works_once(client: FlaskClient, begin: Begin) -> None:
    path = begin()
    statuses = [client.post(path, data={"choice": "pass"}).status_code for _ in range(2)]

    assert statuses == [200, 410]
    assert client.get(path).status_code == 410
    assert "used already" in client.get(path).get_data(as_text=True)


def test_opening_the_page_makes_the_verification_wait_for_its_user(
    client: FlaskClient, services: Services, begin: Begin
) -> None:
    path = begin(progression=Progression(kind="after_polls", amount=1))
    client.head(path)
    before = now(services)
    client.get(path)
    polls = [services.tenants.default.transactions.poll("hk1") for _ in range(5)]

    assert (before.progression.kind, before.facts["opened_at"]) == ("after_polls", None)
    assert now(services).facts["opened_at"] == services.clock.time()
    assert not any(change is None or change.transaction.ready for change in polls)


def test_opening_it_again_does_not_begin_anew(client: FlaskClient, services: Services, begin: Begin) -> None:
    path = begin()
    client.get(path)
    services.tenants.default.clock.advance(60)
    client.get(path)

    assert now(services).facts["opened_at"] == services.clock.time()


def test_fifteen_idle_minutes_end_the_session(client: FlaskClient, services: Services, begin: Begin) -> None:
    path = begin()
    client.get(path)
    services.tenants.default.clock.advance(901)

    assert client.get(path).status_code == 410
    assert client.post(path, data={"choice": "pass"}).status_code == 410


@pytest.mark.parametrize(
    "form", [{}, {"choice": "fail"}, {"choice": "fail", "outcome": "999"}, {"choice": "win"}, {"outcome": "212"}]
)
def test_what_cannot_be_chosen_is_asked_for_again(
    client: FlaskClient, services: Services, begin: Begin, form: dict[str, str]
) -> None:
    answer = client.post(begin(), data=form)

    assert answer.status_code == 422
    assert "Choose one of the results below" in answer.get_data(as_text=True)
    assert not now(services).ready


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        pytest.param("http://localhost", 200, id="this page"),
        pytest.param("null", 200, id="a page that hides where it is"),
        pytest.param("https://evil.example", 403, id="another site"),
        pytest.param("http://localhost:81", 403, id="another port"),
    ],
)
def test_a_page_of_another_site_decides_nothing(client: FlaskClient, begin: Begin, origin: str, status: int) -> None:
    assert client.post(begin(), data={"choice": "pass"}, headers={"Origin": origin}).status_code == status


@pytest.mark.parametrize("path", ["default/nothing", "nobody/hk1", "lobby/hk1"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_there_is_nothing_at_other_addresses(client: FlaskClient, begin: Begin, path: str, method: str) -> None:
    begin()
    answer = client.open(f"/__verify/{path}", method=method)

    assert answer.status_code == 404
    assert answer.mimetype == "text/html"


def test_work_that_only_can_be_finished_has_no_page(client: FlaskClient, services: Services) -> None:
    services.tenants.default.transactions.start("report", "kyc_china", {}, Progression(kind="never"))

    assert client.get("/__verify/default/report").status_code == 404


def test_nobody_is_filmed(client: FlaskClient, begin: Begin) -> None:
    answer = client.get(f"{begin()}/video")

    assert answer.status_code == 404
    assert "no video" in answer.get_data(as_text=True)


def test_the_page_is_the_same_on_a_providers_own_host(client: FlaskClient, begin: Begin) -> None:
    answer = client.get(begin(), headers={"Host": "cloudauth-intl.cn-hongkong.aliyuncs.com"})

    assert answer.status_code == 200
    assert re.search("stands in for that of Alibaba Cloud ID Verification", answer.get_data(as_text=True))
