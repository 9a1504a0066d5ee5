from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest

from simulator.providers.tencent.codes import table

if TYPE_CHECKING:
    from tests.unit.simulator.providers.tencent.conftest import Client

ENCRYPTION = {"EncryptList": ["Name"], "CiphertextBlob": "QQ==", "Iv": "QQ=="}
WRONG_NAME = {"Name": "林静"}


# 16-18: account, encryption, values


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("arrears", "UnauthorizedOperation.Arrears"),
        ("charge_abnormal", "UnauthorizedOperation.ChargeStatusException"),
        ("not_real_name", "UnauthorizedOperation.NonAuthorize"),
        ("not_activated", "UnauthorizedOperation.Nonactivated"),
        ("activating", "UnauthorizedOperation.Activating"),
        ("activate_error", "UnauthorizedOperation.ActivateError"),
    ],
)
def test_an_account_that_is_not_in_order_is_refused(
    client: Client, honest: dict[str, str], state: str, code: str
) -> None:
    client.tenant.set_switch("tencent.account_state", state)

    assert client.refusal(client.v3(honest))[0] == code


def test_activation_is_checked_before_encryption(client: Client, honest: dict[str, str]) -> None:
    client.tenant.set_switch("tencent.account_state", "not_activated")
    garbage = {**ENCRYPTION, "EncryptList": ["Mobile", "Mobile"], "CiphertextBlob": "null"}

    assert client.refusal(client.v3({**honest, "Encryption": garbage}))[0] == "UnauthorizedOperation.Nonactivated"


@pytest.mark.parametrize(
    ("members", "code", "message"),
    [
        pytest.param({}, "FailedOperation.DecryptSystemError", "Decryption failed.", id="ciphertext"),
        pytest.param(
            {"EncryptList": ["CertType"]},
            "InvalidParameter.UnsupportEncryptField",
            "Unencrypted fields exist. Refer to the documentation to modify.",
            id="field",
        ),
        pytest.param(
            {"Algorithm": "DES"},
            "InvalidParameterValue",
            "Incorrect parameter value.",
            id="algorithm",
        ),
    ],
)
def test_encrypted_fields_are_judged_as_far_as_they_can_be(
    client: Client, honest: dict[str, str], members: dict[str, Any], code: str, message: str
) -> None:
    assert client.refusal(client.v3({**honest, "Encryption": ENCRYPTION | members})) == (code, message)


def test_null_encryption_is_plain_text(client: Client, honest: dict[str, str]) -> None:
    assert client.result({**honest, "Encryption": None}) == "0"


def test_a_certificate_of_another_type_is_a_wrong_value(client: Client, honest: dict[str, str]) -> None:
    assert client.result({**honest, "CertType": 0}) == "0"
    assert client.refusal(client.v3({**honest, "CertType": 1})) == (
        "InvalidParameterValue",
        "Incorrect parameter value.",
    )


@pytest.mark.parametrize(("action", "code"), [("BankCardVerification", "-19"), ("BankCard4EVerification", "-20")])
def test_a_certificate_of_another_type_may_be_a_result_instead(
    client: Client, honest4: dict[str, str], action: str, code: str
) -> None:
    client.tenant.set_switch("tencent.cert_type_other", "result")
    body = honest4 if action == "BankCard4EVerification" else {k: v for k, v in honest4.items() if k != "Phone"}

    assert client.result({**body, "CertType": 1}, action) == code
    assert client.step("business_format") == {"element": "cert_type"}


def test_only_a_certificate_type_that_is_one_is_kept_in_clear(client: Client, honest: dict[str, str]) -> None:
    client.result({**honest, "CertType": 0})
    assert client.last["request"]["fields"]["CertType"] == "0"

    client.refusal(client.v3({**honest, "CertType": 110101199003070011}))
    assert "110101199003070011" not in repr(client.last)


# rules


def test_a_rule_decides_whatever_the_register_says(client: Client, honest: dict[str, str]) -> None:
    client.tenant.rules.add(
        {
            "provider": "tencent",
            "operation": "BankCardVerification",
            "when": {"Name": honest["Name"]},
            "then": {"result": "-17"},
            "times": 1,
        }
    )

    assert client.result(honest) == "-17"
    assert client.last["rule"] == "rule-1"
    assert client.last["answer"]["charged"] is False
    assert client.result(honest) == "0"


def test_a_rule_decides_over_the_documentation_too(client: Client) -> None:
    sample = {"IdCard": "11204416541220243X", "Name": "韦小宝", "BankCard": "6226090210146748"}
    client.tenant.rules.add(
        {"provider": "tencent", "operation": "BankCardVerification", "then": {"result": "-17"}, "times": 1}
    )

    assert [client.result(sample) for _ in range(2)] == ["-17", "0"]


def test_a_rule_does_not_excuse_a_request_that_is_not_one(client: Client) -> None:
    client.tenant.rules.add(
        {"provider": "tencent", "operation": "BankCardVerification", "then": {"result": "0"}, "times": 1}
    )

    assert client.refusal(client.v3({}))[0] == "MissingParameter"
    assert client.tenant.rules.documents()[0]["fired"] == 0


def test_a_rule_without_an_answer_leaves_it_to_the_register(client: Client, honest: dict[str, str]) -> None:
    client.tenant.rules.add({"provider": "tencent", "then": {"charged": False}})

    assert client.result({**honest, **WRONG_NAME}) == "-1"
    assert client.last["answer"]["charged"] is False


@pytest.mark.parametrize("name", [row.code for row in table().rows if row.kind == "error"])
def test_every_error_can_be_asked_for_and_has_its_places_filled(
    client: Client, honest: dict[str, str], name: str
) -> None:
    client.tenant.rules.add({"provider": "tencent", "then": {"error": name}})
    inside = client.ask(client.v3(honest))

    assert inside["Error"]["Code"] == name
    assert not {"{", "}"} & set(inside["Error"]["Message"])
    assert client.last["answer"]["charged"] is False


# documentation samples


@pytest.mark.parametrize(
    ("language", "description"),
    [("en-US", "Authentication passed"), ("zh-CN", "认证通过"), ("", "Authentication passed")],
)
def test_the_seed_s_own_sample_reproduces_in_the_language_asked_for(
    client: Client, language: str, description: str
) -> None:
    sample = {"IdCard": " 11204416541220243X", "Name": "Wei Xiaobao", "BankCard": " 6226090210146748"}
    headers = {"x-tc-language": language} if language else {}

    inside = client.ask(client.v3(sample, headers=headers))

    assert (inside["Result"], inside["Description"]) == ("0", description)
    assert client.step("documentation_sample") == {"sample": "sample_match"}


def test_samples_need_their_blanks_dropped(client: Client) -> None:
    client.tenant.set_switch("tencent.spaces", "strict")
    sample = {"IdCard": "11204416541220243X", "Name": "韦小宝", "BankCard": " 6226090210146748"}

    assert client.result(sample) == "-3"


# people


def test_a_person_who_stands_for_a_meaning_gives_it_in_every_action(client: Client, honest4: dict[str, str]) -> None:
    busy = {
        "IdCard": "110101189001012011",
        "Name": "测试乙酉丙",
        "BankCard": "6217000000000020101",
        "Phone": "13490002010",
    }
    three = {name: busy[name] for name in ("IdCard", "Name", "BankCard")}
    two = {name: busy[name] for name in ("Name", "BankCard")}

    assert client.result(three) == "-17"
    assert client.result(two, "BankCard2EVerification") == "-16"
    assert client.result(busy, "BankCard4EVerification") == "-18"
    assert client.last["person"] == "tencent-centre-busy"


def put(client: Client, **controls: Any) -> dict[str, str]:
    person = {
        "key": "mine",
        "name": "测试甲",
        "resident_id": "110101199003070011",
        "cards": [{"number": "6217000000099999900"}],
        "controls": {"tencent": controls} if controls else {},
    }
    client.tenant.register.put(person)
    return {"IdCard": "110101199003070011", "Name": "测试甲", "BankCard": "6217000000099999900"}


def test_a_person_who_stands_for_an_error_is_refused(client: Client) -> None:
    claim = put(client, error="UnauthorizedOperation.Arrears")

    assert client.refusal(client.v3(claim)) == ("UnauthorizedOperation.Arrears", "The account is in arrears.")


def test_a_meaning_the_action_has_no_code_for_leaves_the_answer_to_the_register(client: Client) -> None:
    claim = put(client, meaning="phone_format")

    assert client.result(claim) == "0"


def test_a_person_who_stands_for_an_error_only_is_not_a_rule(client: Client) -> None:
    client.refusal(client.v3(put(client, error="UnauthorizedOperation.Arrears")))

    assert "rule" not in client.last


def test_a_person_may_be_slow_and_stand_for_a_meaning(client: Client) -> None:
    claim = put(client, meaning="centre_busy", delay=1.5)
    response = client.send(client.v3(claim))

    assert orjson.loads(response.body)["Response"]["Result"] == "-17"
    assert response.fault is not None
    assert response.fault.delay == 1.5
    assert client.last["rule"] == "person mine"


def test_a_person_may_end_in_a_proxy_s_page_and_be_charged_all_the_same(client: Client) -> None:
    claim = put(client, http=504, charged=True)
    response = client.send(client.v3(claim))

    assert (response.status, response.headers) == (504, (("Content-Type", "text/html"),))
    assert client.last["answer"]["charged"] is True


def test_a_rule_s_delivery_is_kept_when_the_person_decides_the_answer(client: Client) -> None:
    claim = put(client, error="InternalError", delay=9)
    client.tenant.rules.add({"provider": "tencent", "then": {"delay": 0.5}})
    response = client.send(client.v3(claim))

    assert orjson.loads(response.body)["Response"]["Error"]["Code"] == "InternalError"
    assert response.fault is not None
    assert response.fault.delay == 0.5


# 19-21: formats, attempts, source


@pytest.mark.parametrize(
    ("change", "code", "billed"),
    [
        pytest.param({}, "0", True, id="the truth"),
        pytest.param({"Name": "林静"}, "-1", True, id="another name"),
        pytest.param({"Name": "Lin Jingyi"}, "-2", False, id="a name in Latin letters"),
        pytest.param({"IdCard": "310115188503140621"}, "-3", False, id="check character"),
        pytest.param({"IdCard": "110101900307001"}, "-19", False, id="first generation"),
        pytest.param({"BankCard": "621700000000000010A"}, "-4", False, id="a letter in the card"),
        pytest.param({"BankCard": "9900000000000002"}, "-9", True, id="no issuer"),
        pytest.param({"Name": "", "IdCard": "", "BankCard": ""}, "-2", False, id="everything empty"),
    ],
)
def test_formats_are_free_and_answers_of_the_source_are_charged(
    client: Client, honest: dict[str, str], change: dict[str, str], code: str, billed: bool
) -> None:
    assert client.result({**honest, **change}) == code
    assert client.last["answer"]["charged"] is billed
    assert client.tenant.ledger.totals()["tencent"]["BankCardVerification"] == {
        "charged": int(billed),
        "free": int(not billed),
    }


def test_the_two_element_action_calls_a_first_generation_number_nothing_at_all(
    client: Client, honest: dict[str, str]
) -> None:
    request = client.v3(honest, "BankCard2EVerification")

    assert client.refusal(request) == ("UnknownParameter", "The parameter `IdCard` is not recognized.")


def test_failed_attempts_run_out_for_the_day_and_come_back_at_midnight_in_shanghai(
    client: Client, honest: dict[str, str]
) -> None:
    client.tenant.set_switch("tencent.qps", 0)
    wrong = {**honest, **WRONG_NAME}

    assert [client.result(wrong) for _ in range(11)] == ["-1"] * 10 + ["-18"]
    assert client.last["answer"]["charged"] is False
    assert client.result(honest) == "-18"
    client.tenant.clock.advance(16 * 3600 - 1)
    assert client.result(honest) == "-18"
    client.tenant.clock.advance(1)
    assert client.result(honest) == "0"


def test_attempts_that_match_or_break_a_format_do_not_count(client: Client, honest: dict[str, str]) -> None:
    client.tenant.set_switch("tencent.qps", 0)
    client.tenant.set_switch("tencent.daily_attempts", 1)

    for _ in range(5):
        assert client.result(honest) == "0"
        assert client.result({**honest, "Name": "L"}) == "-2"
    assert client.result({**honest, **WRONG_NAME}) == "-1"
    assert client.result(honest) == "-18"


def test_attempts_are_counted_per_person_and_card_over_all_actions(client: Client, honest4: dict[str, str]) -> None:
    client.tenant.set_switch("tencent.daily_attempts", 1)
    three = {name: honest4[name] for name in ("IdCard", "Name", "BankCard")}
    two = {name: honest4[name] for name in ("Name", "BankCard")}
    assert client.result({**three, **WRONG_NAME}) == "-1"

    assert client.result(three) == "-18"
    assert client.result(honest4, "BankCard4EVerification") == "-19"
    assert client.result(two, "BankCard2EVerification") == "0"
    assert client.result({**three, "BankCard": "6228480000000000208"}) == "-1"


def test_a_limit_of_nought_lets_everybody_try_for_ever(client: Client, honest: dict[str, str]) -> None:
    client.tenant.set_switch("tencent.qps", 0)
    client.tenant.set_switch("tencent.daily_attempts", 0)

    assert {client.result({**honest, **WRONG_NAME}) for _ in range(30)} == {"-1"}


def test_what_counts_attempts_holds_no_personal_value(client: Client, honest: dict[str, str]) -> None:
    keys: list[str] = []
    count = client.tenant.space.count

    def spy(group: str, window: int, key: str, by: int = 1) -> int:
        keys.append(key)
        return count(group, window, key, by)

    client.tenant.throttle._space.count = spy  # type: ignore[method-assign]  # watches one instance in memory
    client.result({**honest, **WRONG_NAME})

    assert keys
    assert not any(value in key for key in keys for value in honest.values())


def test_the_day_of_birth_is_judged_by_the_day_in_shanghai(client: Client, honest: dict[str, str]) -> None:
    client.tenant.set_switch("tencent.qps", 0)
    born_on_the_second = "110101202601020019"
    claim = {**honest, "IdCard": born_on_the_second}
    client.tenant.clock.advance(16 * 3600 - 1)

    assert client.result(claim) == "-3"
    client.tenant.clock.advance(1)
    assert client.result(claim) == "-1"


def test_the_evidence_names_the_person_and_the_finding(client: Client, honest: dict[str, str]) -> None:
    client.result(honest)

    assert client.step("data_source") == {"person": "ordinary-01", "finding": "match"}
    assert client.last["person"] == "ordinary-01"
