"""The hosted page in a real browser: a person clicks, and the customer's server learns what came of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import TYPE_CHECKING, Any, Final

import pytest
from alibabacloud_cloudauth_intl20220809 import models
from alibabacloud_cloudauth_intl20220809.client import Client as SdkClient
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.utils_models import Config
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select
from selenium.webdriver.support.wait import WebDriverWait

if TYPE_CHECKING:
    from tests.e2e.conftest import Running

PATIENCE: Final = 20
"""Seconds that no page here should ever take."""

FLAGS: Final = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    """Return a headless Chromium; CI must have one, other machines may do without."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        message = "chromium and chromedriver are not installed"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    options = ChromeOptions()
    options.binary_location = chromium
    for flag in FLAGS:
        options.add_argument(flag)
    options.add_argument(f"--user-data-dir={tmp_path_factory.mktemp('chromium')}")
    with pytest.MonkeyPatch.context() as environment:
        # The driver listens on this machine; a proxy must not be asked for it.
        environment.setenv("NO_PROXY", "127.0.0.1,localhost")
        environment.setenv("no_proxy", "127.0.0.1,localhost")
        found = Chrome(options=options, service=Service(driver))
        found.set_page_load_timeout(PATIENCE)
        yield found
        found.quit()


class Shop:
    """A customer's web server: hears callbacks, and is where the browser comes back to."""

    def __init__(self) -> None:
        self.heard: Queue[str] = Queue()
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path.startswith("/told"):
                    shop.heard.put(self.path)
                body = b"<!doctype html><title>Back at the shop</title>"
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                del format, args

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def shop() -> Iterator[Shop]:
    made = Shop()
    yield made
    made.close()


@pytest.fixture
def sdk(live: Running, monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1,localhost")
    keys = live.admin("POST", "/tenants", {})["alibaba"]
    return SdkClient(
        Config(
            access_key_id=keys["access_key_id"],
            access_key_secret=keys["access_key_secret"],
            endpoint=live.authority,
            protocol="http",
            region_id="cn-hongkong",
        )
    )


Begin = Callable[..., Any]


@pytest.fixture
def begin(sdk: Any) -> Begin:
    """Begin a verification; returns ``Result`` of Initialize."""

    def make(**more: str) -> Any:
        request = models.InitializeRequest(
            product_code="ID_OCR",
            merchant_biz_id="m",
            meta_info="{}",
            merchant_user_id="ordinary-01",
            doc_type="00000001",
            **more,
        )
        return sdk.initialize(request).body.result

    return make


def ask(sdk: Any, begun: Any) -> str:
    """Return the SubCode, or the error code."""
    request = models.CheckResultRequest(merchant_biz_id="m", transaction_id=begun.transaction_id)
    try:
        return str(sdk.check_result(request).body.result.sub_code)
    except ClientException as error:
        return str(error.code)


def wait_for(browser: Chrome, title: str) -> None:
    WebDriverWait(browser, PATIENCE).until(lambda page: page.title == title)


def test_a_person_passes_and_comes_back_to_the_shop(browser: Chrome, sdk: Any, begin: Begin, shop: Shop) -> None:
    begun = begin(return_url=f"{shop.url}/back", callback_url=f"{shop.url}/told")
    browser.get(begun.transaction_url)
    before = [ask(sdk, begun) for _ in range(3)]
    browser.find_element(By.CSS_SELECTOR, "button[value=pass]").click()
    wait_for(browser, "Back at the shop")

    assert browser.current_url == f"{shop.url}/back"
    assert before == ["ProcessNotCompleted"] * 3
    assert ask(sdk, begun) == "200"
    assert shop.heard.get(timeout=PATIENCE) == (f"/told?transactionId={begun.transaction_id}&passed=Y&subCode=200")


def test_a_person_fails_with_a_chosen_result(browser: Chrome, sdk: Any, begin: Begin) -> None:
    begun = begin(id_spoof="Y")
    browser.get(begun.transaction_url)
    Select(browser.find_element(By.ID, "outcome")).select_by_value("212")
    browser.find_element(By.CSS_SELECTOR, "button[value=fail]").click()
    wait_for(browser, "Done")

    assert "212: document risk" in browser.find_element(By.CSS_SELECTOR, "[role=status]").text
    assert ask(sdk, begun) == "212"


def test_a_person_leaves_and_the_link_is_used_up(browser: Chrome, sdk: Any, begin: Begin) -> None:
    begun = begin()
    browser.get(begun.transaction_url)
    browser.find_element(By.CSS_SELECTOR, "button[value=leave]").click()
    wait_for(browser, "Left")
    browser.get(begun.transaction_url)

    assert browser.title == "Nothing to do here"
    assert [ask(sdk, begun) for _ in range(3)] == ["ProcessNotCompleted"] * 3


def test_the_page_works_by_keyboard_alone(browser: Chrome, sdk: Any, begin: Begin) -> None:
    begun = begin()
    browser.get(begun.transaction_url)
    browser.switch_to.active_element.send_keys(Keys.TAB)
    focused = browser.switch_to.active_element
    name = focused.accessible_name
    focused.send_keys(Keys.ENTER)
    wait_for(browser, "Done")

    assert name == "Pass (200)"
    assert ask(sdk, begun) == "200"


def test_what_the_page_says_to_those_who_do_not_see_it(browser: Chrome, begin: Begin) -> None:
    browser.get(begin().transaction_url)
    select = browser.find_element(By.ID, "outcome")
    groups = [group.accessible_name for group in browser.find_elements(By.TAG_NAME, "fieldset")]

    assert (select.accessible_name, select.aria_role) == ("Result", "combobox")
    assert groups == ["Pass", "Fail", "Leave"]
    assert browser.find_element(By.TAG_NAME, "main").aria_role == "main"


def test_the_page_fits_a_telephone_and_loads_nothing_else(browser: Chrome, begin: Begin, tmp_path: Path) -> None:
    browser.set_window_size(360, 740)
    browser.get(begin().transaction_url)
    widths = browser.execute_script("return [document.documentElement.scrollWidth, window.innerWidth]")
    loaded = browser.execute_script("return performance.getEntriesByType('resource').map(entry => entry.name)")

    assert widths[0] <= widths[1]
    assert [name for name in loaded if not name.endswith("/favicon.ico")] == []
    assert browser.save_screenshot(str(tmp_path / "page.png"))
