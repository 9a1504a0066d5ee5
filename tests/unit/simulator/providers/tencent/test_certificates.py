"""The key pairs of a tenant: its own, always the same, and handed out as the provider does."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kyc_core import tencent_public_keys
from simulator.keys import Use
from simulator.providers.tencent import PROVIDER
from simulator.providers.tencent.certificates import certificates, first_certificates
from simulator.services import Services
from simulator.settings import Settings

if TYPE_CHECKING:
    from tests.unit.simulator.providers.tencent.conftest import Client

ROOT = Path(__file__).parents[5]


def test_every_tenant_has_a_pair_for_each_algorithm_and_no_other_tenant_has_it(client: Client) -> None:
    one, other = (client.services.tenants.create(name).credentials["tencent"] for name in ("one", "other"))

    assert isinstance(tencent_public_keys.load(one["sm2_encryption_public_key"]), bytes)
    assert not isinstance(tencent_public_keys.load(one["rsa_encryption_public_key"]), bytes)
    for kind in ("rsa", "sm2"):
        assert one[f"{kind}_encryption_public_key"] != other[f"{kind}_encryption_public_key"]
        assert one[f"{kind}_encryption_kid"] != other[f"{kind}_encryption_kid"]


def test_the_same_seed_gives_the_same_pairs() -> None:
    made = [Services(Settings(), (PROVIDER,)).tenants.create("team").credentials["tencent"] for _ in range(2)]

    assert made[0] == made[1]


def test_what_ships_is_what_is_worked_out() -> None:
    secret_id = "AKIDKYCSIMDEFAULTSECRETID00000000000"

    assert tuple(certificates({"secret_id": secret_id})) == first_certificates(secret_id)
    assert [one.use for one in first_certificates("anybody")] == [Use.RSA_ENCRYPTION, Use.SM2_ENCRYPTION]


def test_the_shipped_keys_are_what_the_script_builds() -> None:
    spec = importlib.util.spec_from_file_location("build_keys", ROOT / "scripts" / "build_keys.py")
    assert spec is not None
    assert spec.loader is not None
    script: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)

    assert script.build("tencent") == (ROOT / "fixtures" / "tencent" / "keys.json").read_bytes()


def test_keys_that_are_no_credentials_do_not_make_a_call_dearer(client: Client, honest: dict[str, str]) -> None:
    # Working keys out takes half a millisecond, several calls' worth; only who asks for them shall wait.
    tenant = client.services.tenants.create("lazy")
    keys = tenant.credentials.plain("tencent")
    request = client.v3(honest, secret_id=keys["secret_id"], secret_key=keys["secret_key"])

    assert client.ask(request)["Result"] == "0"
    assert tenant.keys["tencent"]._first is None
