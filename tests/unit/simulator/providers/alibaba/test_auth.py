from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kyc_core.signing import acs3
from kyc_core.signing.canonical import query_pairs
from simulator.providers.alibaba import auth
from simulator.providers.alibaba.auth import Signed
from simulator.wire import WireRequest

if TYPE_CHECKING:
    from tests.unit.simulator.providers.alibaba.conftest import Client

PARAMETERS = {"MerchantBizId": "m", "TransactionId": "张三·A *~!'()"}


def signed(request: WireRequest) -> Signed:
    headers = acs3.merge_headers(request.headers)
    presented = acs3.parse_authorization(headers.get("authorization", ""))
    return Signed(request, headers, presented, query_pairs(request.query), query_pairs(request.body))


def test_credentials_are_long_enough_and_lead_to_their_holder(client: Client) -> None:
    tenants, keys = client.services.tenants, client.keys
    permanent = auth.caller_of(tenants, keys["access_key_id"])
    temporary = auth.caller_of(tenants, keys["temporary"]["access_key_id"])

    assert permanent == (client.tenant, keys["access_key_secret"], None)
    assert temporary == (
        client.tenant,
        keys["temporary"]["access_key_secret"],
        keys["temporary"]["security_token"],
    )
    assert auth.caller_of(tenants, "LTAInobody") is None
    assert keys["temporary"]["access_key_id"].startswith(auth.TEMPORARY)


@pytest.mark.parametrize("way", ["v3", "v1"])
def test_a_good_signature_verifies_and_another_secret_s_does_not(client: Client, way: str) -> None:
    good = signed(client.v3(PARAMETERS) if way == "v3" else client.v1(PARAMETERS))

    assert auth.verifies(good, client.keys["access_key_secret"], check_digest=True)
    assert not auth.verifies(good, "another", check_digest=True)


def test_a_digest_that_is_not_the_body_s_counts_only_while_it_is_checked(client: Client) -> None:
    request = client.v3(PARAMETERS, form={"a": "b"})
    tampered = signed(replace(request, body=b"a=c"))
    secret = client.keys["access_key_secret"]

    assert not auth.verifies(tampered, secret, check_digest=True)
    assert auth.verifies(tampered, secret, check_digest=False)
    assert not auth.verifies(tampered, "another", check_digest=False)


def test_a_client_behind_a_prefix_may_sign_it_or_leave_it_out(client: Client) -> None:
    behind = signed(replace(client.v3(PARAMETERS), path="/alibaba"))

    for check_digest in (True, False):
        assert auth.verifies(behind, client.keys["access_key_secret"], check_digest=check_digest)


def test_the_server_s_texts_are_those_that_would_have_fitted(client: Client) -> None:
    request = signed(client.v3(PARAMETERS))
    texts = auth.server_texts(request)
    assert request.authorization is not None

    assert acs3.signature(client.keys["access_key_secret"], texts["string_to_sign"]) == request.authorization.signature
    assert texts["canonical_request"].startswith("POST\n/\nMerchantBizId=m&TransactionId=%E5%BC%A0")


def test_the_server_s_string_of_v1_is_the_one_signed(client: Client) -> None:
    request = signed(client.v1(PARAMETERS))
    texts = auth.server_texts(request)

    assert set(texts) == {"string_to_sign"}
    assert texts["string_to_sign"].startswith("POST&%2F&AccessKeyId%3DLTAI")


@pytest.mark.parametrize("way", ["v3", "v1"])
def test_a_mismatch_is_explained_without_values_and_without_the_secret(client: Client, way: str) -> None:
    keys = {**client.keys, "access_key_secret": client.keys["access_key_secret"] + "\n"}
    asked = client.v3(PARAMETERS, keys=keys) if way == "v3" else client.v1(PARAMETERS, keys=keys)
    found = auth.diagnose(signed(asked), client.keys["access_key_secret"], now=client.now)

    assert found["cause"] == "secret_trailing_newline"
    assert found["expected"]["string_to_sign"]
    assert "张三" not in str(found)
    assert client.keys["access_key_secret"] not in str(found)


@pytest.mark.parametrize(
    ("wanted", "sent", "code"),
    [
        pytest.param("CAIS" + "A" * 32, "CAIS" + "A" * 32, "", id="its own"),
        pytest.param(
            "CAIS" + "A" * 32, "CAIS" + "B" * 32, "InvalidSecurityToken.MismatchWithAccessKey", id="another's"
        ),
        pytest.param(None, "CAIS" + "A" * 32, "InvalidSecurityToken.MismatchWithAccessKey", id="a permanent key"),
        pytest.param("CAIS" + "A" * 32, "CAIS", "InvalidSecurityToken.Malformed", id="too short"),
        pytest.param("CAIS" + "A" * 32, "CAIS" + "A" * 31 + "\n", "InvalidSecurityToken.Malformed", id="a line break"),
        pytest.param(None, "x" * 40, "InvalidSecurityToken.Malformed", id="another beginning"),
    ],
)
def test_a_token_is_malformed_or_another_s(wanted: str | None, sent: str, code: str) -> None:
    assert auth.token_fault(wanted, sent) == code


def test_a_nonce_is_new_once_per_key_for_as_long_as_it_is_remembered(client: Client) -> None:
    uses = [auth.first_use(client.tenant, key, "n", 900) for key in ("a", "a", "b")]
    client.tenant.clock.advance(901)

    assert uses == [True, False, True]
    assert auth.first_use(client.tenant, "a", "n", 900)
    assert auth.first_use(client.tenant, "a", "m", 0)
    assert auth.first_use(client.tenant, "a", "m", 0)
