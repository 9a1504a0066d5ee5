from __future__ import annotations

import os
import shlex
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from simulator import banner
from simulator.engine import Engine
from simulator.providers import PROVIDERS
from simulator.services import Services
from simulator.settings import Settings
from simulator.tenants import Credentials, Tenant, credentials_of
from simulator.wire import WireRequest

URL = "http://127.0.0.1:8080"


@pytest.fixture
def played() -> Services:
    return Services(Settings(), PROVIDERS)


@pytest.fixture
def tenant(played: Services) -> Tenant:
    return played.tenants.default


def test_credentials_have_the_tenants_name_and_one_member_per_provider(tenant: Tenant) -> None:
    found = credentials_of(tenant)

    assert found["tenant"] == "default"
    assert found.keys() - {"tenant"} == {provider.name for provider in PROVIDERS}
    assert found["tencent"]["secret_id"].startswith("AKID")


def test_nested_credentials_are_dotted() -> None:
    credentials = {"tenant": "t", "upi": {"app_id": "1", "keys": {"kid": "2"}}}

    assert banner.credential_lines(credentials) == ["upi app_id 1", "upi keys.kid 2"]


def test_of_a_key_only_its_place_is_printed() -> None:
    credentials = {"tenant": "t", "upi": {"signing_private_key": "-----BEGIN PRIVATE KEY-----\nAA==\n"}}

    assert banner.credential_lines(credentials) == [
        "upi signing_private_key (PEM: kyc-sim credentials --out DIRECTORY)",
    ]


def test_keys_become_files_and_private_ones_are_for_the_owner_alone(tmp_path: Path) -> None:
    private, public = "-----BEGIN PRIVATE KEY-----\nAA==\n", "-----BEGIN PUBLIC KEY-----\nAA==\n"
    credentials = {"tenant": "t", "upi": {"app_id": "1", "mine": private, "theirs": public}, "mps": {"app_key": "k"}}
    folder = tmp_path / "new" / "keys"
    written = banner.write_key_files(folder, credentials)

    assert written == [folder / "upi_mine.pem", folder / "upi_theirs.pem"]
    assert [path.read_text() for path in written] == [private, public]
    assert written[0].stat().st_mode & 0o077 == 0
    assert banner.write_key_files(folder, credentials) == written


def test_the_banner_says_where_as_whom_and_what_to_paste(tenant: Tenant) -> None:
    text = banner.banner(URL, tenant, now=1_767_225_600.0)

    assert text.splitlines()[0] == f"kyc-sim listens on {URL}"
    assert f"tencent secret_id {tenant.credentials['tencent']['secret_id']}" in text
    assert f"curl -s {URL}/tencent" in text
    assert text.isascii()


def test_the_first_call_is_verified_as_pasted(played: Services, tenant: Tenant) -> None:
    command = banner.first_call(URL, tenant, now=played.clock.time())
    assert command is not None
    words = shlex.split(command.replace("\\\n", ""))
    headers = [words[at + 1].split(": ", 1) for at, word in enumerate(words) if word == "-H"]
    request = WireRequest(
        method="POST",
        path=words[2].removeprefix(URL),
        query=b"",
        headers=(("host", "127.0.0.1:8080"), *((name.lower(), value) for name, value in headers)),
        body=words[words.index("-d") + 1].encode(),
    )
    answer = Engine(played).answer(request)

    assert answer is not None
    assert orjson.loads(answer.body)["Response"]["Result"] == "0"


def test_without_tencent_there_is_no_first_call(tenant: Tenant) -> None:
    tenant.credentials = Credentials({"mps": {"app_id": "a"}}, {})

    assert banner.first_call(URL, tenant, now=0.0) is None
    assert "curl" not in banner.banner(URL, tenant, now=0.0)


def test_the_ready_file_is_written_in_one_step(tenant: Tenant, tmp_path: Path) -> None:
    path = tmp_path / "ready.json"
    path.write_text("old")
    banner.write_ready_file(path, URL, tenant)

    assert orjson.loads(path.read_bytes()) == {
        "url": URL,
        "pid": os.getpid(),
        "credentials": credentials_of(tenant),
    }
    assert [entry.name for entry in tmp_path.iterdir()] == ["ready.json"]


def test_credentials_follow_the_providers_that_are_played() -> None:
    other = replace(PROVIDERS[0], name="other")
    tenant = Services(Settings(), (other,)).tenants.default

    assert credentials_of(tenant).keys() == {"tenant", "other"}
