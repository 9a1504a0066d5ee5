from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.simulator.providers.tencent.conftest import Client

INTERNATIONAL = "faceid.intl.tencentcloudapi.com"
DOMESTIC = "faceid.tencentcloudapi.com"
ENGLISH = "Authentication passed"
CHINESE = "认证通过"


def description(client: Client, honest: dict[str, str], host: str, asked: str | None) -> str:
    client.host = host
    headers = {"x-tc-language": asked} if asked is not None else {}
    text: str = client.ask(client.v3(honest, headers=headers))["Description"]
    return text


@pytest.mark.parametrize(
    ("host", "asked", "expected"),
    [
        pytest.param(INTERNATIONAL, None, ENGLISH, id="international"),
        pytest.param(DOMESTIC, None, CHINESE, id="domestic"),
        pytest.param("127.0.0.1:8080", None, ENGLISH, id="local"),
        pytest.param(INTERNATIONAL, "zh-CN", CHINESE, id="asked for Chinese"),
        pytest.param(DOMESTIC, "en-US", ENGLISH, id="asked for English"),
        pytest.param(DOMESTIC, "en", CHINESE, id="asked for something else"),
        pytest.param(DOMESTIC, "", CHINESE, id="asked for nothing"),
    ],
)
def test_the_description_is_in_the_language_asked_for_or_the_site_s(
    client: Client, honest: dict[str, str], host: str, asked: str | None, expected: str
) -> None:
    assert description(client, honest, host, asked) == expected


@pytest.mark.parametrize(("forced", "expected"), [("en", ENGLISH), ("zh", CHINESE)])
@pytest.mark.parametrize("asked", ["zh-CN", "en-US", None])
def test_a_switch_forces_the_language(
    client: Client, honest: dict[str, str], forced: str, expected: str, asked: str | None
) -> None:
    client.tenant.set_switch("tencent.language", forced)

    assert description(client, honest, DOMESTIC, asked) == expected


def test_a_v1_request_asks_by_parameter(client: Client, honest: dict[str, str]) -> None:
    assert client.ask(client.v1(honest, Language="zh-CN"))["Description"] == CHINESE


def test_a_refusal_of_the_gateway_follows_the_same_rule(client: Client) -> None:
    client.host = DOMESTIC
    wrong_key = "K" * 32
    assert client.refusal(client.v3({}, secret_key=wrong_key))[1] == "请求签名验证失败，请检查您的签名计算是否正确。"

    client.tenant.set_switch("tencent.gateway_language", "en")

    assert client.refusal(client.v3({}, secret_key=wrong_key))[1].startswith("The provided credentials")
    asked = client.v3({}, secret_key=wrong_key, headers={"x-tc-language": "zh-CN"})
    assert client.refusal(asked)[1].startswith("请求签名验证失败")


def test_the_gateway_s_language_does_not_touch_the_product_s(client: Client, honest: dict[str, str]) -> None:
    client.tenant.set_switch("tencent.gateway_language", "en")
    client.tenant.set_switch("tencent.account_state", "arrears")
    client.host = DOMESTIC

    assert client.refusal(client.v3(honest))[1] == "账号已欠费。"


def test_what_cannot_be_read_is_answered_in_english_whatever_was_asked_for(client: Client) -> None:
    client.host = DOMESTIC
    request = client.v3({}, headers={"x-tc-language": "zh-CN", "x-tc-timestamp": ""})

    assert client.refusal(request)[1] == "The request is missing a required parameter `Timestamp`."


def test_throttling_in_chinese_carries_both_figures(client: Client, honest: dict[str, str]) -> None:
    client.tenant.set_switch("tencent.qps", 5)
    request = client.v3(honest, headers={"x-tc-language": "zh-CN"})
    messages = [client.ask(request).get("Error", {}).get("Message") for _ in range(6)]

    assert messages == [None] * 5 + ["您当前每秒请求 `6` 次，超过了每秒频率上限 `5`，请稍后重试。"]


def test_the_journal_and_clock_are_those_of_whoever_is_named_even_when_it_is_not_proven(client: Client) -> None:
    client.refusal(client.v3({}, secret_key="K" * 32))

    assert len(client.tenant.journal.entries()) == 1
    assert client.services.tenants.lobby.journal.entries() == []
