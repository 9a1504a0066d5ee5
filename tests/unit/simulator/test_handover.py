from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from simulator.handover import past_proxies, variables, write_credentials
from simulator.providers import PROVIDERS
from simulator.services import Services
from simulator.settings import HANDED_TO_COMMANDS, OTHER_VARIABLES, Settings, load_settings
from simulator.tenants import credentials_of

URL = "http://127.0.0.1:8123"


@pytest.fixture(scope="module")
def told() -> dict[str, str]:
    credentials = credentials_of(Services(Settings(), PROVIDERS).tenants.default)
    return variables(URL, credentials, file=Path("/somewhere/credentials.json"), admin_token="t0ken")


def test_every_provider_is_told_of(told: dict[str, str]) -> None:
    for provider in PROVIDERS:
        prefix = f"KYC_SIM_{provider.name.upper()}_"

        assert told[f"{prefix}URL"].startswith(URL)
        assert {f"{prefix}{name.upper()}" for name in provider.identifies if "." not in name} <= told.keys()


def test_an_endpoint_is_spelt_as_the_providers_client_takes_it(told: dict[str, str]) -> None:
    assert told["KYC_SIM_TENCENT_ENDPOINT"] == told["KYC_SIM_ALIBABA_ENDPOINT"] == "127.0.0.1:8123"
    assert told["KYC_SIM_TENCENT_URL"] == f"{URL}/tencent"
    assert told["KYC_SIM_SIGNZY_ENDPOINT"] == told["KYC_SIM_SIGNZY_URL"] == URL


def test_nested_credentials_have_longer_names(told: dict[str, str]) -> None:
    assert told["KYC_SIM_TENCENT_TEMPORARY_SECRET_ID"].startswith("AKID")


def test_the_rest_is_where_and_as_whom(told: dict[str, str]) -> None:
    assert told["KYC_SIM_URL"] == URL
    assert told["KYC_SIM_CREDENTIALS"] == "/somewhere/credentials.json"
    assert told["KYC_SIM_ADMIN_TOKEN"] == "t0ken"


def test_what_is_not_there_is_not_told() -> None:
    assert variables(URL, {"tenant": "default"}) == {"KYC_SIM_URL": URL}


def test_a_simulator_started_by_the_command_does_not_stumble_over_what_it_was_told(told: dict[str, str]) -> None:
    assert load_settings({}, told) == Settings(admin_token="t0ken")
    settings_and_places = {"KYC_SIM_ADMIN_TOKEN", *OTHER_VARIABLES}

    assert all(HANDED_TO_COMMANDS.fullmatch(name) for name in told.keys() - settings_and_places)


def test_credentials_are_for_their_owners_eyes_only(tmp_path: Path) -> None:
    file = write_credentials(tmp_path, {"tenant": "default"})

    assert (file.stat().st_mode & 0o777, orjson.loads(file.read_bytes())) == (0o600, {"tenant": "default"})


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        pytest.param({}, {}, id="no proxy"),
        pytest.param({"HTTP_PROXY": ""}, {}, id="an empty one"),
        pytest.param(
            {"http_proxy": "http://proxy:1", "NO_PROXY": "mine"},
            {"NO_PROXY": "mine,127.0.0.1,127.0.0.1:8123,localhost", "no_proxy": "127.0.0.1,127.0.0.1:8123,localhost"},
            id="a proxy, and a list",
        ),
    ],
)
def test_clients_are_led_past_a_proxy(environ: dict[str, str], expected: dict[str, str]) -> None:
    assert past_proxies(URL, environ) == expected
