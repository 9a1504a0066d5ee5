from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from simulator.clock import FixedClock
from simulator.keys import Certificate, KeyRing, Use
from simulator.services import Services
from simulator.settings import Settings
from simulator.store import MemoryStore
from simulator.tenants import DEFAULT, LOBBY, Credentials, Tenant, TenantExists, UnknownSwitch, credentials_of
from simulator.upstream import Provider

ServicesFactory = Callable[..., Services]

PERSON = {"key": "mine", "name": "测试甲", "resident_id": "110101190001010006"}
RULE = {"provider": "tencent", "operation": "BankCardVerification", "then": {"result": "-17"}, "id": "mine"}


def secret_id(tenant: Tenant) -> str:
    value = tenant.credentials["tencent"]["secret_id"]
    assert isinstance(value, str)
    return value


def test_the_default_tenant_is_there_with_credentials_that_look_fake(services: Services) -> None:
    tenant = services.tenants.default

    assert tenant.name == DEFAULT
    assert "DEFAULT" in secret_id(tenant)
    assert services.tenants.holding("tencent", secret_id(tenant)) is tenant


def test_the_default_credentials_do_not_follow_the_seed(make_services: ServicesFactory) -> None:
    one, other = make_services(seed="one"), make_services(seed="other")

    assert one.tenants.default.credentials == other.tenants.default.credentials


def test_the_same_seed_gives_the_same_credentials_and_ids(make_services: ServicesFactory) -> None:
    one, other = make_services(seed="one").tenants, make_services(seed="one").tenants

    assert one.create("a").credentials == other.create("a").credentials
    assert one.default.ids.uuid4() == other.default.ids.uuid4()


def test_another_seed_or_name_gives_other_credentials_and_ids(make_services: ServicesFactory) -> None:
    one, other = make_services(seed="one").tenants, make_services(seed="other").tenants

    assert one.create("a").credentials != other.create("a").credentials
    assert one.create("b").credentials != one.create("c").credentials
    assert one.default.ids.uuid4() != other.default.ids.uuid4()


def test_unnamed_tenants_get_names_of_their_own(services: Services) -> None:
    made = [services.tenants.create().name for _ in range(3)]

    assert len(set(made)) == 3
    assert list(services.tenants.names()) == [DEFAULT, *made]


def test_a_name_that_looks_like_ours_does_not_stop_an_unnamed_tenant(services: Services) -> None:
    services.tenants.create("tenant-1")

    assert services.tenants.create().name not in ("tenant-1", DEFAULT)


@pytest.mark.parametrize("name", [DEFAULT, LOBBY, "", "taken"])
def test_a_name_is_given_once_and_some_are_reserved(services: Services, name: str) -> None:
    services.tenants.create("taken")
    with pytest.raises(TenantExists):
        services.tenants.create(name)


def test_nobodys_credentials_lead_nowhere(services: Services) -> None:
    assert services.tenants.holding("tencent", "nobody") is None
    assert services.tenants.holding("upi", secret_id(services.tenants.default)) is None
    assert services.tenants.get("nobody") is None


def test_the_lobby_has_no_credentials_and_no_place_in_the_list(services: Services) -> None:
    assert services.tenants.get(LOBBY) is services.tenants.lobby
    assert services.tenants.lobby.credentials == {}
    assert LOBBY not in services.tenants.names()


def test_a_removed_tenant_is_gone_with_all_it_owned(services: Services) -> None:
    tenant = services.tenants.create("a")
    tenant.rules.add(RULE)

    assert services.tenants.remove("a")
    assert not services.tenants.remove("a")
    assert services.tenants.get("a") is None
    assert services.tenants.holding("tencent", secret_id(tenant)) is None
    assert services.tenants.create("a").rules.documents() == []


def test_without_a_default_tenant_asking_for_it_is_an_error(services: Services) -> None:
    services.tenants.remove(DEFAULT)
    with pytest.raises(LookupError):
        _ = services.tenants.default


def test_a_reset_leaves_credentials_and_nothing_else(services: Services, clock: FixedClock) -> None:
    tenant = services.tenants.create("a")
    first = tenant.ids.uuid4()
    fill(tenant)
    services.tenants.reset("a")

    assert services.tenants.holding("tencent", secret_id(tenant)) is tenant
    assert tenant.rules.documents() == []
    assert tenant.register.overlay() == []
    assert tenant.journal.entries() == []
    assert tenant.ledger.totals() == {}
    assert tenant.clock.now() == clock.now()
    assert tenant.throttle.per_second("x", 1).number == 1
    assert tenant.switch("tencent.lowercase_x") == "accept"
    assert tenant.ids.uuid4() == first


def fill(tenant: Tenant) -> None:
    """Use everything a tenant owns."""
    tenant.rules.add(RULE)
    tenant.register.put(PERSON)
    tenant.clock.advance(3600)
    tenant.throttle.per_second("x", 1)
    tenant.throttle.per_day("x", 1)
    tenant.journal.record({"request_id": "r"})
    tenant.ledger.record(at=0.0, provider="tencent", operation="op", request_id="r", code="0", billed=True, why="seed")
    tenant.set_switch("tencent.lowercase_x", "strict")


def test_two_services_over_one_store_share_everything_a_tenant_owns(
    make_services: ServicesFactory, clock: FixedClock
) -> None:
    store = MemoryStore()
    one, other = make_services(store), make_services(store)
    made = one.tenants.create("shared")
    seen = other.tenants.holding("tencent", secret_id(made))
    assert seen is not None
    assert seen is not made
    # The second looks first, so that whatever it keeps decoded is old when the first writes.
    assert seen.rules.fire("tencent", "BankCardVerification", {}) is None
    assert seen.switch("tencent.lowercase_x") == "accept"
    assert seen.clock.now() == clock.now()

    fill(made)

    rule = seen.rules.fire("tencent", "BankCardVerification", {})
    assert rule is not None
    assert rule.id == "mine"
    assert made.rules.documents()[0]["fired"] == 1
    person = seen.register.by_resident_id(PERSON["resident_id"])
    assert person is not None
    assert person.key == "mine"
    assert seen.clock.now() == clock.now() + timedelta(hours=1)
    assert seen.throttle.per_second("x", 1).number == 2
    assert seen.throttle.today("x") == 1
    assert seen.journal.find("r") is not None
    assert seen.ledger.totals() == {"tencent": {"op": {"charged": 1, "free": 0}}}
    assert seen.switch("tencent.lowercase_x") == "strict"
    assert seen.ids.uuid4() != made.ids.uuid4()
    assert other.tenants.remove("shared")
    assert one.tenants.get("shared") is None


def test_two_services_with_their_own_stores_share_nothing(make_services: ServicesFactory, clock: FixedClock) -> None:
    one, other = make_services(), make_services()
    one.tenants.create("only here")
    fill(one.tenants.default)
    untouched = other.tenants.default

    assert other.tenants.get("only here") is None
    assert untouched.rules.documents() == []
    assert untouched.register.overlay() == []
    assert untouched.clock.now() == clock.now()
    assert untouched.throttle.per_second("x", 1).number == 1
    assert untouched.journal.entries() == []
    assert untouched.ledger.totals() == {}
    assert untouched.switch("tencent.lowercase_x") == "accept"


def test_two_tenants_share_nothing(services: Services, clock: FixedClock) -> None:
    one, other = services.tenants.create(), services.tenants.create()
    fill(one)

    assert other.rules.documents() == []
    assert other.register.overlay() == []
    assert other.clock.now() == clock.now()
    assert other.throttle.per_second("x", 1).number == 1
    assert other.journal.entries() == []
    assert other.ledger.totals() == {}
    assert other.switch("tencent.lowercase_x") == "accept"
    assert one.redactor.token("x") != other.redactor.token("x")


def test_of_eight_threads_one_makes_the_tenant(services: Services) -> None:
    def make(_: int) -> bool:
        try:
            services.tenants.create("wanted")
        except TenantExists:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(make, range(64)))

    assert made.count(True) == 1


def test_eight_threads_get_one_object_of_a_tenant(make_services: ServicesFactory) -> None:
    store = MemoryStore()
    make_services(store).tenants.create("a")
    fresh = make_services(store).tenants
    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(lambda _: fresh.get("a"), range(200)))

    assert all(tenant is seen[0] for tenant in seen)


def test_a_switch_has_its_recommended_reading_until_chosen(services: Services) -> None:
    tenant = services.tenants.default
    assert tenant.switch("tencent.lowercase_x") == "accept"
    tenant.set_switch("tencent.lowercase_x", "strict")

    assert tenant.switch("tencent.lowercase_x") == "strict"
    assert tenant.switches()["tencent.lowercase_x"] == "strict"
    assert set(tenant.switches()) == set(services.providers[0].table().switches)


@pytest.mark.parametrize("value", ["both", "", None, True, 1, ["strict"], {}])
def test_a_switch_takes_only_its_values(services: Services, value: object) -> None:
    with pytest.raises(ValueError, match="accept, strict"):
        services.tenants.default.set_switch("tencent.lowercase_x", value)


def test_a_switch_nobody_has_is_an_error(services: Services) -> None:
    with pytest.raises(UnknownSwitch):
        services.tenants.default.switch("tencent.nonsense")
    with pytest.raises(UnknownSwitch):
        services.tenants.default.set_switch("tencent.nonsense", True)


def test_nested_credentials_name_a_tenant_too(toy: Provider, clock: FixedClock) -> None:
    nested = replace(
        toy,
        credentials=lambda derive: {"app": {"id": derive("id", 12)}, "secret": derive("secret", 12)},
        identifies=("app.id", "app.missing", "secret.too.deep"),
    )
    services = Services(Settings(), (nested,), clock=clock)
    tenant = services.tenants.create("a")

    assert services.tenants.holding("tencent", tenant.credentials["tencent"]["app"]["id"]) is tenant
    assert services.tenants.holding("tencent", tenant.credentials["tencent"]["secret"]) is None


@pytest.fixture
def signing(toy: Provider, clock: FixedClock) -> Services:
    """Services of an upstream whose participants sign, and are known by eight letters."""

    def certificates(credentials: Mapping[str, Any]) -> tuple[Certificate, ...]:
        party = credentials["app_id"]
        return (Certificate(kid="1", use=Use.SIGNING, parties=(party,), public_key=f"PEM {party}"),)

    provider = replace(
        toy,
        credentials=lambda derive: {"app_id": derive("app_id", 8)},
        identifies=("app_id",),
        certificates=certificates,
    )
    return Services(Settings(), (provider,), clock=clock)


def test_certificates_are_part_of_the_credentials(signing: Services) -> None:
    tenant = signing.tenants.create("a")
    app_id = tenant.credentials["tencent"]["app_id"]

    assert tenant.credentials == {
        "tencent": {"app_id": app_id, "signing_kid": "1", "signing_public_key": f"PEM {app_id}"}
    }
    assert credentials_of(tenant) == {"tenant": "a", **tenant.credentials}
    assert signing.tenants.lobby.keys == {}


def test_certificates_are_made_when_somebody_looks(signing: Services) -> None:
    tenant = signing.tenants.create("a")
    made = []

    def make() -> tuple[Certificate, ...]:
        made.append(1)
        return ()

    ring = KeyRing("tencent", tenant.space, make)

    assert len(Credentials({"tencent": {}}, {"tencent": ring})) == 1
    assert made == []
    assert Credentials({"tencent": {}}, {"tencent": ring})["tencent"] == {}
    assert made == [1]


def test_a_claimed_identity_leads_to_the_tenant_until_it_is_reset(signing: Services) -> None:
    tenants = signing.tenants
    one, other = tenants.create("a"), tenants.create("b")
    more = Certificate(kid="2", use=Use.SIGNING, parties=("39990061",), public_key="PEM")

    assert tenants.claim("tencent", "39990061", one)
    one.keys["tencent"].put(more)
    assert tenants.holding("tencent", "39990061") is one
    assert tenants.claim("tencent", "39990061", one)
    assert not tenants.claim("tencent", "39990061", other)

    tenants.reset("a")
    assert tenants.holding("tencent", "39990061") is None
    assert tenants.holding("tencent", one.credentials["tencent"]["app_id"]) is one
    assert tenants.claim("tencent", "39990061", other)


def test_an_identity_of_a_removed_tenant_is_free(signing: Services) -> None:
    tenants = signing.tenants
    one, other = tenants.create("a"), tenants.create("b")
    assert tenants.claim("tencent", "39990061", one)
    # Claimed, but no certificate names it: nothing but the directory knows of it when the tenant goes.
    tenants.remove("a")

    assert tenants.holding("tencent", "39990061") is None
    assert tenants.claim("tencent", "39990061", other)


def test_a_tenants_own_identity_survives_a_certificate_that_names_it(signing: Services) -> None:
    tenant = signing.tenants.create("a")
    app_id = tenant.credentials["tencent"]["app_id"]
    tenant.keys["tencent"].put(Certificate(kid="2", use=Use.SIGNING, parties=(app_id,), public_key="PEM"))
    signing.tenants.reset("a")

    assert signing.tenants.holding("tencent", app_id) is tenant


def test_no_two_tenants_get_the_same_identity_however_short_it_is(toy: Provider, clock: FixedClock) -> None:
    short = replace(toy, credentials=lambda derive: {"app_id": derive("app_id", 1)}, identifies=("app_id",))
    tenants = Services(Settings(), (short,), clock=clock).tenants
    made = [tenants.create(f"t{number}") for number in range(12)]

    assert len({tenant.credentials["tencent"]["app_id"] for tenant in made}) == 12
    assert all(tenants.holding("tencent", tenant.credentials["tencent"]["app_id"]) is tenant for tenant in made)


def test_when_every_identity_is_taken_there_is_no_further_tenant(toy: Provider, clock: FixedClock) -> None:
    constant = replace(toy, credentials=lambda _: {"app_id": "1"}, identifies=("app_id",))
    tenants = Services(Settings(), (constant,), clock=clock).tenants

    with pytest.raises(TenantExists, match="credentials"):
        tenants.create("second")


def test_who_holds_a_credential_is_forgotten_with_the_tenant(services: Services) -> None:
    tenants = services.tenants
    first = tenants.create("moved")
    secret_id = first.credentials["tencent"]["secret_id"]
    assert tenants.holding("tencent", secret_id) is first
    assert tenants.holding("tencent", secret_id) is first

    tenants.remove("moved")
    assert tenants.holding("tencent", secret_id) is None

    again = tenants.create("moved")
    assert tenants.holding("tencent", secret_id) is again
