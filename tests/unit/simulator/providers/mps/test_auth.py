from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.providers.mps import auth

if TYPE_CHECKING:
    from tests.unit.simulator.providers.mps.conftest import Client


def test_credentials_are_unmistakably_not_real() -> None:
    made = auth.credentials(lambda label, length: label[0] * length)

    assert set(made) == {"app_id", "app_key", "license"}
    assert all(str(value).startswith("KYCSIM") for value in made.values())
    assert len(set(made.values())) == 3


@pytest.mark.parametrize("member", auth.IDENTIFIES)
def test_a_credential_leads_to_its_tenant(client: Client, member: str) -> None:
    other = client.services.tenants.create("other")

    found = auth.holder_of(client.services.tenants, member, other.credentials["mps"][member])

    assert found is other


@pytest.mark.parametrize(
    ("member", "presented"),
    [
        pytest.param("app_id", "license", id="a licence for an appId"),
        pytest.param("license", "app_id", id="an appId for a licence"),
        pytest.param("app_id", "app_key", id="a key for an appId"),
    ],
)
def test_no_credential_passes_for_another(client: Client, member: str, presented: str) -> None:
    assert auth.holder_of(client.services.tenants, member, client.keys[presented]) is None


@pytest.mark.parametrize("presented", ["", "nobody", "无人", "\ud800"])
def test_what_nobody_holds_leads_nowhere(client: Client, presented: str) -> None:
    assert auth.holder_of(client.services.tenants, "app_id", presented) is None


def test_a_failure_is_explained_without_the_key_and_without_the_person(client: Client, honest: dict[str, str]) -> None:
    signed = client.signed(honest)
    assert auth.verifies(signed, client.tenant)

    changed = {**signed, "name": "测试乙"}
    shown = auth.diagnose(changed, client.tenant)

    assert not auth.verifies(changed, client.tenant)
    assert shown["cause"] == "wrong_secret"
    assert set(shown) == {"cause", "detail", "expected", "received", "first_difference"}
    for secret in (client.keys["app_key"], honest["idNum"], honest["name"], "测试乙"):
        assert secret not in str(shown)
