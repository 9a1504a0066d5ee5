from __future__ import annotations

import pytest

from kyc_core.signing import base64url, jwt_hs256
from simulator.clock import FixedClock
from simulator.providers.kyc_china import tokens
from simulator.providers.kyc_china.tokens import AUDIENCE, BadToken, issue, key_of, transaction_of
from simulator.services import Services
from simulator.tenants import Tenant

KEY = key_of("seed")


@pytest.fixture
def tenant(services: Services) -> Tenant:
    return services.tenants.default


def cause(token: str, tenant: Tenant) -> str:
    with pytest.raises(BadToken) as bad:
        transaction_of(token, tenant, key=KEY)
    return str(bad.value)


def with_claims(tenant: Tenant, **changes: object) -> str:
    """A token of our own with some claims changed; ``None`` leaves one out."""
    claims = {**jwt_hs256.verify(issue(tenant, "t-1", key=KEY, hours=24), key=KEY), **changes}
    return jwt_hs256.sign({name: value for name, value in claims.items() if value is not None}, key=KEY)


def test_a_token_leads_to_its_transaction(tenant: Tenant) -> None:
    assert transaction_of(issue(tenant, "t-1", key=KEY, hours=24), tenant, key=KEY) == "t-1"


def test_a_token_says_nothing_about_anybody(tenant: Tenant) -> None:
    token = issue(tenant, "t-1", key=KEY, hours=24)
    payload = base64url.decode(token.split(".")[1])

    assert jwt_hs256.verify(token, key=KEY).keys() == {"sub", "cid", "aud", "iat", "exp"}
    assert tenant.credentials["kyc_china"]["client_id"].encode() not in payload


@pytest.mark.parametrize(
    ("seconds", "good"), [(0, True), (86_399, True), (86_400, False), (10**6, False)], ids=lambda value: str(value)
)
def test_it_ends_after_its_hours_on_the_tenants_clock(
    tenant: Tenant, clock: FixedClock, seconds: int, good: bool
) -> None:
    token = issue(tenant, "t-1", key=KEY, hours=24)
    clock.advance(seconds)

    if good:
        assert transaction_of(token, tenant, key=KEY) == "t-1"
    else:
        assert cause(token, tenant) == "expired"


def test_it_is_of_no_use_to_another_client(tenant: Tenant, services: Services) -> None:
    assert cause(issue(tenant, "t-1", key=KEY, hours=24), services.tenants.create("other")) == "other_client"


def test_another_simulators_key_does_not_fit(tenant: Tenant) -> None:
    assert cause(issue(tenant, "t-1", key=key_of("another seed"), hours=24), tenant) == "wrong_signature"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"aud": "kyc-cn-request"}, "audience", id="for something else"),
        pytest.param({"aud": [AUDIENCE]}, "claims", id="a list of audiences"),
        pytest.param({"aud": None}, "claims", id="for nothing"),
        pytest.param({"sub": 7}, "claims", id="a number for the transaction"),
        pytest.param({"exp": None}, "claims", id="without an end"),
        pytest.param({"exp": 9e9}, "claims", id="a fraction for an end"),
        pytest.param({"exp": True}, "claims", id="true for an end"),
        pytest.param({"iat": "now"}, "claims", id="a text for a time"),
    ],
)
def test_claims_that_are_not_ours_are_refused(tenant: Tenant, changes: dict[str, object], expected: str) -> None:
    assert cause(with_claims(tenant, **changes), tenant) == expected


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        pytest.param("", "pattern", id="empty"),
        pytest.param("a.b", "pattern", id="two parts"),
        pytest.param("a.b.c.d", "pattern", id="four parts"),
        pytest.param("a.b.c\n", "pattern", id="line break"),
        pytest.param("a b.c.d", "pattern", id="blank"),
        pytest.param("a.b.", "not_base64url", id="the pattern's unsigned shape"),
        pytest.param("x" * 9000 + ".y.z", "too_long", id="very long"),
        pytest.param(
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0."
            "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
            "wrong_signature",
            id="the documentation's sample",
        ),
    ],
)
def test_every_other_text_is_refused_for_its_reason(tenant: Tenant, token: str, expected: str) -> None:
    assert cause(token, tenant) == expected


def test_an_altered_payload_is_refused(tenant: Tenant) -> None:
    head, _, signature = issue(tenant, "t-1", key=KEY, hours=24).split(".")
    other = with_claims(tenant, sub="t-2").split(".")[1]

    assert cause(f"{head}.{other}.{signature}", tenant) == "wrong_signature"


def test_an_algorithm_of_none_is_refused(tenant: Tenant) -> None:
    payload = issue(tenant, "t-1", key=KEY, hours=24).split(".")[1]

    assert cause(f"{base64url.encode(b'{}')}.{payload}.", tenant) == "wrong_alg"
    for name in ("none", "None", "RS256", "hs256"):
        header = base64url.encode(b'{"alg":"%s","typ":"JWT"}' % name.encode())
        assert cause(f"{header}.{payload}.", tenant) == "wrong_alg"


def test_causes_are_told_apart() -> None:
    assert len({str(one) for one in tokens.Cause} | {str(one) for one in jwt_hs256.TokenFault}) == len(
        tokens.Cause
    ) + len(jwt_hs256.TokenFault)
