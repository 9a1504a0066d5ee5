from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from simulator.providers.kyc_china import PROVIDER
from simulator.providers.kyc_china.auth import credentials
from simulator.providers.kyc_china.codes import table

Truth = Callable[..., dict[str, Any]]
Client = Any

PATHS = ["/kyc/cn/request", "/kyc/cn/poll"]


def cause(client: Client, tenant: str = "default") -> Any:
    entry = client.services.tenants.get(tenant).journal.entries(limit=1)[0]
    return next(step for step in entry["steps"] if isinstance(step, list) and not step[1])[2].get("cause")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("headers", "named"),
    [
        pytest.param({"x-client-id": ""}, "no x-client-id", id="no id"),
        pytest.param({"x-client-secret": ""}, "no x-client-secret", id="no secret"),
        pytest.param({"x-client-id": "nobody"}, "unknown x-client-id", id="unknown id"),
        pytest.param({"x-client-secret": "wrong"}, "wrong x-client-secret", id="wrong secret"),
    ],
)
def test_failing_credentials_are_refused_alike_and_told_apart_in_the_explanation(
    client: Client, path: str, headers: dict[str, str], named: str
) -> None:
    answer = client.call(path, b"not even JSON", headers=headers)
    owner = "lobby" if named in ("no x-client-id", "unknown x-client-id") else "default"

    assert (answer.status, orjson.loads(answer.body)) == (401, {"message": "Unauthorized"})
    assert cause(client, owner) == named


def test_a_blank_around_the_secret_is_named(client: Client) -> None:
    secret = client.tenant.credentials["kyc_china"]["client_secret"]
    client.call("/kyc/cn/poll", headers={"x-client-secret": f"{secret} "})

    assert cause(client) == "x-client-secret has blanks around it"


def test_a_gateway_may_deny_instead(client: Client) -> None:
    client.switch("auth_failure_status", 403)
    answer = client.call("/kyc/cn/request", headers={"x-client-secret": "wrong"})

    assert (answer.status, orjson.loads(answer.body)) == (403, {"message": "Forbidden"})


def test_wrong_credentials_come_before_a_good_token(client: Client, truth: Truth) -> None:
    token = client.submit(**truth("ordinary-01", "idNumber"))
    answer = client.call("/kyc/cn/poll", {"token": token}, headers={"x-client-secret": "wrong"})

    assert orjson.loads(answer.body) == {"message": "Unauthorized"}


@pytest.mark.parametrize(
    "path", ["/kyc/cn", "/kyc/cn/", "/kyc/cn/request/", "/kyc/cn/other", "/kyc/cn/identity", "/core/billing/x"]
)
def test_a_path_that_nobody_serves_is_not_found(client: Client, path: str) -> None:
    assert client.call(path).status == 404


@pytest.mark.parametrize(
    ("path", "method"), [("/kyc/cn/request", "GET"), ("/kyc/cn/poll", "PUT"), ("/core/billing", "POST")]
)
def test_another_method_is_refused(client: Client, path: str, method: str) -> None:
    assert client.call(path, method=method).status == 405


def test_calls_are_limited_only_where_a_limit_is_set(client: Client, truth: Truth) -> None:
    fields = truth("ordinary-01", "idNumber")
    unlimited = [client.call("/kyc/cn/request", fields).status for _ in range(20)]
    client.switch("throttle_per_second", 2)
    limited = [client.call("/kyc/cn/request", fields).status for _ in range(3)]
    client.clock.advance(1)

    assert unlimited == [200] * 20
    # The twenty before count in that second, too.
    assert limited == [200, 200, 429]
    assert client.call("/kyc/cn/request", fields).status == 200


def test_both_envelopes_can_be_had_at_once(client: Client) -> None:
    client.switch("error_envelope", "both")

    assert orjson.loads(client.call("/kyc/cn/request", {}).body) == {
        "message": table().error("request", "400").text["en"],
        "error": table().error("request", "400").text["en"],
    }


def test_every_answer_carries_an_id_by_which_it_is_explained(client: Client) -> None:
    answer = client.call("/kyc/cn/request", {})
    request_id = dict(answer.headers)["X-Request-Id"]
    entry = client.tenant.journal.find(request_id)

    assert entry is not None
    assert entry["answer"]["status"] == 400


def test_credentials_look_like_nobodys() -> None:
    made = credentials(lambda label, length: "X" * length)

    assert made == {"client_id": "KYCSIMCLIENT" + "X" * 20, "client_secret": "KYCSIMSECRET" + "X" * 28}
    assert set(PROVIDER.identifies) < made.keys()


@pytest.mark.parametrize("host", ["sandbox.staging-api.fill-easy.com", "canary.api.fill-easy.com"])
def test_the_real_hosts_lead_here_and_links_lead_back_over_tls(client: Client, truth: Truth, host: str) -> None:
    answer = client.call("/kyc/cn/request", truth("kyc-china-immediate", "idNumber"), headers={"host": host})
    token = orjson.loads(answer.body)["token"]

    assert orjson.loads(client.poll(token).body)["pdfUrl"].startswith(f"https://{host}/_pdf/")


def test_a_bug_of_ours_is_the_documented_internal_error(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("simulator.providers.kyc_china.fan_out._ask", broken)
    answer = client.call("/kyc/cn/request", {"mobile": "13800138000"})

    assert (answer.status, orjson.loads(answer.body)) == (500, {"message": "Internal Server Error"})


def test_the_journal_holds_nothing_personal(client: Client, truth: Truth) -> None:
    fields = truth("ordinary-01")
    report = client.report(**fields, callbackUrl="https://127.0.0.1/hook?customer=4711")
    client.download(report["pdfUrl"])
    client.call("/kyc/cn/request", {**fields, "idNumber": fields["idNumber"] + "\n"})
    client.services.callbacks.settled(5)
    raw = "".join(value.decode() for log in ("journal", "callbacks") for _, value in client.tenant.space.read(log))

    for name in ("name", "idNumber", "mobile", "bankCardNumber", "facePhoto"):
        assert fields[name] not in raw, name
    for secret in ("测试大道", "4711", client.tenant.credentials["kyc_china"]["client_secret"], "X-Amz-Signature"):
        assert secret not in raw
