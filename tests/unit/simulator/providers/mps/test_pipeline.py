from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
import pytest

from simulator.providers.mps import PROVIDER, gateway, operations
from simulator.providers.mps.documents import of_message
from simulator.wire import WireRequest

if TYPE_CHECKING:
    from tests.unit.simulator.providers.mps.conftest import Client


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/mps/v1/nothing", 404),
        ("POST", "/mps", 404),
        ("GET", "/mps/v1/two-factor", 405),
        ("PUT", "/mps/v1/two-factor", 405),
        ("GET", "/nciic_ws/services/NciicServices", 405),
        ("DELETE", "/nciic_ws/services/NciicServices", 405),
        ("GET", "/nciic_ws/services/", 404),
    ],
)
def test_what_nobody_speaks_to_gets_a_web_servers_answer(client: Client, method: str, path: str, status: int) -> None:
    answer = client.send(WireRequest(method=method, path=path, query=b"", headers=(("host", "a"),), body=b""))

    assert (answer.status, answer.body) == (status, b"")
    assert (("Allow", "POST") in answer.headers) is (status == 405)
    assert client.services.tenants.lobby.journal.entries(limit=1)[-1]["answer"]["code"] == ""
    assert client.services.tenants.lobby.ledger.entries() == []


@pytest.mark.parametrize("query", [b"wsdl", b"WSDL", b"a=1&wsdl=", b"wsdl=1"])
def test_the_service_describes_itself(client: Client, query: bytes) -> None:
    answer = client.post(b"", method="GET", query=query)

    assert (answer.status, answer.headers) == (200, (("Content-Type", "text/xml; charset=utf-8"),))
    assert b'location="http://127.0.0.1/nciic_ws/services/NciicServices"' in answer.body


@pytest.mark.parametrize(
    ("host", "forwarded", "scheme"),
    [
        ("127.0.0.1:8080", "", "http"),
        ("127.0.0.1:8080", "https", "https"),
        ("api.nciic.com.cn", "", "https"),
        ("ws.nciic.org.cn:443", "", "https"),
    ],
)
def test_the_description_sends_a_client_back_to_where_it_came_from(
    client: Client, host: str, forwarded: str, scheme: str
) -> None:
    headers = (("host", host), ("x-forwarded-proto", forwarded))
    path = "/nciic_ws/services/NciicServices"
    answer = client.send(WireRequest(method="GET", path=path, query=b"wsdl", headers=headers, body=b""))

    assert f'location="{scheme}://{host}{path}"'.encode() in answer.body


@pytest.mark.parametrize("host", ["api.nciic.com.cn", "ws.nciic.org.cn", "mps.localhost", "127.0.0.1"])
def test_hosts_and_paths_lead_here(client: Client, honest: dict[str, str], host: str) -> None:
    request = client.request("two-factor", client.signed(honest))
    headers = (("host", host), ("content-type", "application/json"))

    answer = client.send(WireRequest(method="POST", path=request.path, query=b"", headers=headers, body=request.body))

    assert orjson.loads(answer.body)["data"]["result"] == "01"


def test_nothing_at_the_root_is_ours() -> None:
    asked = WireRequest(method="POST", path="/", query=b"", headers=(), body=b'{"appId":"KYCSIMDEFAULTA"}')

    assert PROVIDER.signs(asked) is False


def broken(*_: object) -> None:
    raise ZeroDivisionError("110101190001010006")


def test_a_fault_of_our_own_is_the_documented_failure(
    client: Client, honest: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "Query", broken)

    assert client.ask("two-factor", honest) == {"chargeStatus": 0, "message": "失败", "data": None, "code": "500"}
    assert client.last["answer"]["code"] == "500"


def test_a_fault_of_our_own_is_a_fault_of_the_service(
    client: Client, row: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "decide", broken)

    answer = client.post(client.message("nciicCheck", client.conditions(row)))

    assert answer.status == 500
    assert of_message(answer.body) == {"Fault": {"faultcode": "soap:Server", "faultstring": "服务内部错误"}}
