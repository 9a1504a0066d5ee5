"""A transaction from Initialize to its result, and what becomes of it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from simulator.callbacks import Callbacks
from simulator.scenarios import Progression

if TYPE_CHECKING:
    from tests.unit.simulator.providers.alibaba.conftest import Client

MERCHANT = "e0c34a77f5ac40a5aa5e6ed20c353888"
DAY = 86_400


def rule(client: Client, operation: str = "CheckResult", **then: Any) -> None:
    client.tenant.rules.add({"provider": "alibaba", "operation": operation, "then": then})


def codes(client: Client, transaction: str, polls: int = 4) -> list[str]:
    """Ask for a result *polls* times; return each SubCode, or the error code."""
    found = []
    for _ in range(polls):
        answer = client.result(transaction)
        found.append(answer["Result"]["SubCode"] if "Result" in answer else answer["Code"])
    return found


def log(client: Client, transaction: str) -> dict[str, Any]:
    answer = client.call("CheckVerifyLog", MerchantBizId=MERCHANT, TransactionId=transaction)
    found: dict[str, Any] = answer["Result"]
    return found


def delete(client: Client, transaction: str, kind: str = "All", later: str = "N") -> str:
    answer = client.call("DeleteVerifyResult", TransactionId=transaction, DeleteType=kind, DeleteAfterQuery=later)
    result = answer["Result"]["DeleteResult"]
    assert isinstance(result, str)
    return result


WAITING = "ProcessNotCompleted"
GONE = "TransactionIdInvalid"


class TestInitialize:
    def test_it_answers_where_to_go(self, client: Client) -> None:
        result = client.call(
            "Initialize",
            ProductCode="ID_OCR",
            MerchantBizId=MERCHANT,
            MetaInfo="{}",
            MerchantUserId="u",
            DocType="01000000",
        )["Result"]

        assert re.fullmatch("hk[0-9a-f]{30}", result["TransactionId"])
        assert result["TransactionUrl"] == f"http://127.0.0.1:8080/__verify/default/{result['TransactionId']}"
        assert len(result["Protocol"]) == 64

    @pytest.mark.parametrize(
        ("host", "beginning"),
        [("cloudauth-intl.ap-southeast-1.aliyuncs.com", "sg"), ("cloudauth-intl.cn-hongkong.aliyuncs.com", "hk")],
    )
    def test_the_identifier_begins_by_region(self, client: Client, host: str, beginning: str) -> None:
        client.host = host

        assert client.start().startswith(beginning)

    def test_the_same_seed_gives_the_same_identifiers(self, client: Client) -> None:
        first = [client.start() for _ in range(2)]
        client.services.tenants.reset("default")

        assert [client.start() for _ in range(2)] == first
        assert len(set(first)) == 2

    def test_behind_a_proxy_the_page_is_reached_as_the_caller_came(self, client: Client) -> None:
        request = client.v3(
            {"ProductCode": "FACE_LIVENESS", "MerchantBizId": "m", "MetaInfo": "{}"},
            "Initialize",
            x_forwarded_proto="https",
        )

        assert client.body(request)["Result"]["TransactionUrl"].startswith("https://127.0.0.1:8080/")


class TestProgression:
    @pytest.mark.parametrize(
        ("kind", "amount", "expected"),
        [
            ("immediate", 0, ["200", "200"]),
            ("after_polls", 0, ["200", "200"]),
            ("after_polls", 1, [WAITING, "200"]),
            ("after_polls", 3, [WAITING, WAITING, WAITING, "200"]),
            ("after_seconds", 5, [WAITING, WAITING]),
            ("manual", 7, [WAITING, WAITING]),
            ("never", 0, [WAITING, WAITING]),
        ],
    )
    def test_the_tenant_chooses_what_completes_it(
        self, client: Client, kind: str, amount: int, expected: list[str]
    ) -> None:
        client.tenant.set_switch("alibaba.progression", kind)
        client.tenant.set_switch("alibaba.progression_amount", amount)

        assert codes(client, client.start(), len(expected)) == expected

    def test_time_completes_it_to_the_second(self, client: Client) -> None:
        client.tenant.set_switch("alibaba.progression", "after_seconds")
        client.tenant.set_switch("alibaba.progression_amount", 60)
        transaction = client.start()
        seen = []
        for seconds in (0, 59.5, 0.5, 100):
            client.tenant.clock.advance(seconds)
            seen += codes(client, transaction, 1)

        assert seen == [WAITING, WAITING, "200", "200"]

    @pytest.mark.parametrize(
        ("person", "expected"),
        [
            ("alibaba-immediate", ["200"]),
            ("alibaba-after-two-polls", [WAITING, WAITING, "200"]),
            ("alibaba-never", [WAITING] * 3),
            ("alibaba-after-a-minute", [WAITING] * 3),
        ],
    )
    @pytest.mark.parametrize("named_by", ["MerchantUserId", "MerchantBizId"])
    def test_a_person_chooses_it(self, client: Client, person: str, expected: list[str], named_by: str) -> None:
        transaction = client.start(**{named_by: person})

        assert codes(client, transaction, len(expected)) == expected

    def test_a_rule_at_the_beginning_chooses_it(self, client: Client) -> None:
        rule(client, "Initialize", progression={"after_polls": 2})

        assert codes(client, client.start(MerchantUserId="alibaba-immediate"), 3) == [WAITING, WAITING, "200"]

    def test_a_rule_at_the_question_chooses_it_and_what_it_ends_with(self, client: Client) -> None:
        transaction = client.start()
        rule(client, progression={"after_polls": 2}, result="212")

        assert codes(client, transaction, 4) == [WAITING, WAITING, "212", "212"]

    def test_a_rule_that_fires_once_is_followed_to_the_end(self, client: Client) -> None:
        transaction = client.start()
        then = {"progression": {"after_polls": 2}, "result": "212"}
        client.tenant.rules.add({"provider": "alibaba", "operation": "CheckResult", "then": then, "times": 1})

        assert codes(client, transaction, 4) == [WAITING, WAITING, "212", "212"]

    def test_a_merchant_biz_id_may_choose_it_for_one_transaction_under_way(self, client: Client) -> None:
        transaction = client.start()
        client.result(transaction, MerchantBizId="alibaba-never")

        assert codes(client, transaction, 3) == [WAITING] * 3


class TestResult:
    def test_a_result_can_be_asked_for_again_and_is_charged_once(self, client: Client) -> None:
        transaction = client.start()
        results = codes(client, transaction, 5)
        entries = [entry for entry in client.tenant.ledger.entries() if entry["operation"] == "CheckResult"]

        assert results == [WAITING, *["200"] * 4]
        assert [entry["charged"] for entry in entries] == [False, True, False, False, False]
        assert entries[2]["why"] == "a verification is charged once, by the first CheckResult that delivered it"
        assert client.last["waived"] == entries[2]["why"]

    def test_another_account_does_not_have_it(self, client: Client) -> None:
        transaction = client.start()
        client.tenant = client.services.tenants.create("other")
        client.keys = client.tenant.credentials["alibaba"]

        assert client.result(transaction)["Code"] == GONE
        assert client.step("decision") == {"known": False}

    def test_nor_does_another_provider_s_transaction_count(self, client: Client) -> None:
        client.tenant.transactions.start("report", "kyc_china", {"product": "x"}, Progression(kind="immediate"))

        assert client.result("report")["Code"] == GONE

    @pytest.mark.parametrize(
        ("value", "images"), [("Y", True), ("N", False), ("", False), ("y", False), ("true", False)]
    )
    def test_pictures_come_only_for_a_capital_y(self, client: Client, value: str, images: bool) -> None:
        transaction = client.start(ProductCode="eKYC", MerchantUserId="alibaba-immediate")
        result = client.result(transaction, IsReturnImage=value)["Result"]

        assert ("idImage" in json.loads(result["ExtIdInfo"])) is images
        assert ("faceImg" in json.loads(result["ExtFaceInfo"])) is images

    def test_a_merchant_biz_id_may_have_to_be_the_same(self, client: Client) -> None:
        transaction = client.start()
        ignored = client.result(transaction, MerchantBizId="another")["Code"]
        client.tenant.set_switch("alibaba.merchant_biz_id", "compare")

        assert ignored == WAITING
        assert client.result(transaction, MerchantBizId="another")["Code"] == "InvalidParameter"
        assert client.result(transaction)["Code"] == "Success"

    def test_a_rule_concludes_at_once_and_for_good(self, client: Client) -> None:
        transaction = client.start()
        client.tenant.rules.add(
            {"provider": "alibaba", "operation": "CheckResult", "then": {"result": "212"}, "times": 1}
        )

        assert codes(client, transaction, 2) == ["212", "212"]
        assert client.tenant.ledger.totals()["alibaba"]["CheckResult"] == {"charged": 1, "free": 1}

    def test_a_rule_cannot_conclude_what_nobody_has(self, client: Client) -> None:
        rule(client, result="200")

        assert client.result("hk1")["Code"] == GONE

    def test_a_rule_that_is_followed_is_named_in_the_explanation(self, client: Client) -> None:
        rule(client, result="212")
        client.result(client.start())

        assert client.step("decision")["rule"] == client.last["rule"] == "rule-1"

    def test_a_pending_answer_becomes_a_final_one(self, client: Client) -> None:
        transaction = client.start(ProductCode="KYC_GLOBAL", DocType="01560001", MerchantUserId="alibaba-pending")
        answers = [client.result(transaction) for _ in range(4)]

        assert [answer.get("Result", {}).get("Passed") for answer in answers] == [None, "P", "Y", "Y"]
        assert answers[1]["Result"] == {"Passed": "P"}
        assert client.tenant.ledger.totals()["alibaba"]["CheckResult"] == {"charged": 1, "free": 3}

    def test_a_wish_the_product_does_not_have_is_not_granted(self, client: Client) -> None:
        transaction = client.start(ProductCode="eKYC", MerchantUserId="alibaba-pending")

        assert codes(client, transaction, 2) == [WAITING, "200"]

    @pytest.mark.parametrize(("spoof", "code"), [("Y", "212"), ("N", "200"), ("", "200")])
    def test_a_forgery_is_found_only_if_it_is_looked_for(self, client: Client, spoof: str, code: str) -> None:
        transaction = client.start(MerchantUserId="alibaba-spoof-screen", IdSpoof=spoof)

        assert codes(client, transaction, 2) == [WAITING, code]

    @pytest.mark.parametrize("authorize", ["T", "F"])
    def test_the_source_is_asked_only_if_that_is_wanted(self, client: Client, authorize: str) -> None:
        person = client.tenant.register.get("mps-no-photo")
        assert person is not None
        transaction = client.start(
            ProductCode="eKYC",
            MerchantUserId=person.key,
            Authorize=authorize,
            DocName=person.name,
            DocNo=person.resident_id,
        )

        assert codes(client, transaction, 2)[1] == {"T": "203", "F": "200"}[authorize]

    def test_nobody_is_asked_about_a_passport(self, client: Client) -> None:
        transaction = client.start(ProductCode="eKYC", DocType="01000000", Authorize="T", DocName="x", DocNo="y")

        assert codes(client, transaction, 2)[1] == "200"

    def test_who_is_verified_follows_from_the_number_before_the_user(self, client: Client) -> None:
        person = client.tenant.register.get("ordinary-02")
        assert person is not None
        transaction = client.start(DocNo=person.resident_id, MerchantUserId="ordinary-01")
        client.result(transaction)

        assert json.loads(client.result(transaction)["Result"]["ExtIdInfo"])["ocrIdInfo"]["name"] == person.name

    def test_anybody_else_passes_with_the_sample(self, client: Client) -> None:
        transaction = client.start(MerchantUserId="customer-4711")
        client.result(transaction)

        assert json.loads(client.result(transaction)["Result"]["ExtIdInfo"])["ocrIdInfo"]["name"] == "测试甲"

    def test_a_person_who_has_left_the_register_is_anybody(self, client: Client) -> None:
        client.tenant.register.put({"key": "mine", "name": "测试乙", "resident_id": "110101190001010006"})
        transaction = client.start(MerchantUserId="mine")
        client.tenant.register.remove("mine")
        client.result(transaction)

        assert client.result(transaction)["Code"] == "Success"


class TestRetention:
    @pytest.mark.parametrize("code", ["TransactionIdInvalid", "DataExpired"])
    def test_a_result_is_kept_for_thirty_days(self, client: Client, code: str) -> None:
        client.tenant.set_switch("alibaba.expired_transaction", code)
        transaction = client.start()
        codes(client, transaction, 2)
        client.tenant.clock.advance(30 * DAY - 1)
        before = codes(client, transaction, 1)
        client.tenant.clock.advance(1)

        assert before == ["200"]
        assert codes(client, transaction, 2) == [code, code]
        kept = client.tenant.transactions.find(transaction)
        assert kept is not None
        assert not any(str(value) in ("ordinary-01", MERCHANT) for value in kept.facts.values())

    def test_the_days_are_the_tenant_s_choice(self, client: Client) -> None:
        client.tenant.set_switch("alibaba.retention_days", 1)
        transaction = client.start()
        codes(client, transaction, 2)
        client.tenant.clock.advance(DAY)

        assert codes(client, transaction, 1) == [GONE]

    def test_what_is_not_complete_does_not_expire(self, client: Client) -> None:
        transaction = client.start(MerchantUserId="alibaba-never")
        client.tenant.clock.advance(90 * DAY)

        assert codes(client, transaction, 1) == [WAITING]


class TestDeletion:
    def test_everything_is_gone_at_once(self, client: Client) -> None:
        transaction = client.start()
        codes(client, transaction, 2)

        assert delete(client, transaction) == "Y"
        assert codes(client, transaction, 1) == [GONE]
        assert client.call("CheckVerifyLog", MerchantBizId="m", TransactionId=transaction)["Code"] == GONE

    def test_pictures_or_texts_alone_leave_the_rest(self, client: Client) -> None:
        transaction = client.start(MerchantUserId="alibaba-immediate")
        delete(client, transaction, "Img")
        without_pictures = client.result(transaction, IsReturnImage="Y")["Result"]
        delete(client, transaction, "Text")
        without_texts = client.result(transaction, IsReturnImage="Y")["Result"]

        assert "idImage" not in json.loads(without_pictures["ExtIdInfo"])
        assert without_texts == {"Passed": "Y", "SubCode": "200"}

    def test_deletion_may_wait_for_the_next_question(self, client: Client) -> None:
        transaction = client.start(MerchantUserId="alibaba-immediate")

        assert delete(client, transaction, later="Y") == "Y"
        assert codes(client, transaction, 2) == ["200", GONE]

    def test_what_was_asked_for_already_need_not_wait(self, client: Client) -> None:
        transaction = client.start(MerchantUserId="alibaba-immediate")
        codes(client, transaction, 1)
        delete(client, transaction, later="Y")

        assert codes(client, transaction, 1) == [GONE]

    def test_some_are_not_deleted(self, client: Client) -> None:
        transaction = client.start(MerchantUserId="alibaba-not-deleted")
        answered = delete(client, transaction)

        assert (answered, codes(client, transaction, 1)) == ("N", [WAITING])

    def test_nobody_s_cannot_be_deleted(self, client: Client) -> None:
        answer = client.call("DeleteVerifyResult", TransactionId="hk1", DeleteType="All")

        assert answer["Code"] == GONE


class TestLog:
    def test_it_tells_how_far_it_came(self, client: Client) -> None:
        transaction = client.start()
        seen = [log(client, transaction)["VerifyStatus"]]
        for _ in range(2):
            client.result(transaction)
            seen.append(log(client, transaction)["VerifyStatus"])

        assert seen == ["2", "1", "0"]
        assert client.tenant.ledger.totals()["alibaba"]["CheckVerifyLog"] == {"charged": 0, "free": 3}

    def test_a_failure_has_a_code_of_its_own(self, client: Client) -> None:
        transaction = client.start(MerchantUserId="alibaba-spoof-screen", IdSpoof="Y")
        codes(client, transaction, 2)
        found = log(client, transaction)

        assert (found["Passed"], found["SubCode"], found["VerifyErrorCode"]) == ("N", "212", "1001")

    def test_an_idle_session_was_left(self, client: Client) -> None:
        transaction = client.start()
        now = client.tenant.clock.time()
        client.tenant.transactions.amend(transaction, lambda facts: {**facts, "opened_at": now})
        started = log(client, transaction)
        client.tenant.clock.advance(901)
        left = log(client, transaction)

        assert (started["VerifyStatus"], "VerifyErrorCode" in started) == ("1", False)
        assert (left["VerifyStatus"], left["VerifyErrorCode"], left["InterruptPageEn"]) == ("1", "1006", "OCR_SCAN")

    def test_a_rule_may_say_otherwise(self, client: Client) -> None:
        rule(client, "CheckVerifyLog", result="0")

        assert log(client, client.start())["VerifyStatus"] == "0"


def test_whoever_makes_it_ready_wakes_the_callbacks_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[None] = []
    monkeypatch.setattr(Callbacks, "wake", lambda _: woken.append(None))
    codes(client, client.start(), 4)

    assert len(woken) == 1
