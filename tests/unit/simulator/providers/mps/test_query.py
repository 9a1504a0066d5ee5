"""The decision in its order, asked through the JSON dialect: see `simulator.providers.mps.query`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from simulator.clock import FixedClock
from simulator.providers.mps.query import DECIDERS, is_being_upgraded

if TYPE_CHECKING:
    from tests.unit.simulator.providers.mps.conftest import Client

CONTROL = {
    "not found": {"name": "测试乙", "idNum": "110101190001010014"},
    "cancelled": {"name": "测试丙", "idNum": "110101190001010022"},
    "source error": {"name": "测试庚", "idNum": "110101190001010065"},
    "source upgrading": {"name": "测试辛", "idNum": "110101190001010073"},
    "quota": {"name": "测试壬", "idNum": "110101190001010081"},
    "slow": {"name": "张三", "idNum": "11010119000101009X"},
}
WRONG = {"name": "测试甲", "idNum": "110101190001010007"}


def force(client: Client, then: dict[str, Any], operation: str = "two-factor", **rule: Any) -> None:
    client.tenant.rules.add({"provider": "mps", "operation": operation, "then": then, **rule})


def found(client: Client, step: str = "source") -> str:
    return str(client.step(step)["finding"])


def test_the_order_is_the_documented_one() -> None:
    assert [name for name, _ in DECIDERS] == ["rule", "person", "quota", "required", "repeated", "source"]


def test_a_rule_goes_before_everything_that_is_wrong_with_the_values(client: Client) -> None:
    force(client, {"result": "01"})

    assert client.code("two-factor", WRONG) == "01"
    assert client.last["rule"] == "rule-1"


def test_a_rule_waits_for_a_query_that_has_everything(client: Client, honest: dict[str, str]) -> None:
    force(client, {"result": "02"}, times=1)

    assert client.code("two-factor", {"name": honest["name"]}) == "400002"
    assert client.code("two-factor", honest) == "02"
    assert client.code("two-factor", honest) == "01"


def test_a_rule_goes_before_the_quota(client: Client, honest: dict[str, str]) -> None:
    force(client, {"result": "01"})

    assert {client.code("two-factor", honest) for _ in range(12)} == {"01"}


def test_a_rule_looks_at_the_fields(client: Client, honest: dict[str, str]) -> None:
    force(client, {"result": "03"}, when={"idNum": {"suffix": "6"}})

    assert client.code("two-factor", honest) == "03"
    assert client.code("two-factor", CONTROL["slow"]) == "01"


@pytest.mark.parametrize("code", ["500", "400001", "400002", "101"])
def test_a_rule_may_ask_for_an_error(client: Client, honest: dict[str, str], code: str) -> None:
    force(client, {"error": code})

    assert client.code("two-factor", honest) == code
    assert client.last["answer"]["charged"] is False


def test_a_rule_that_says_nothing_about_the_answer_leaves_it_to_the_register(
    client: Client, honest: dict[str, str]
) -> None:
    force(client, {"charged": False})

    assert client.ask("two-factor", honest)["chargeStatus"] == 0
    assert found(client) == "match"
    assert client.last["rule"] == "rule-1"


@pytest.mark.parametrize(
    ("code", "score", "beside"),
    [
        ("01", "87", ("01", "01")),
        ("02", "13", ("02", "01")),
        ("03", "52", ("02", "01")),
        ("04", "", ("04", "04")),
        ("05", "", ("02", "02")),
        ("06", "", ("04", "01")),
        ("07", "", ("04", "01")),
        ("08", "", ("03", "03")),
        ("09", "", ("03", "03")),
    ],
)
def test_a_forced_face_comparison_has_a_score_and_companions_that_agree(
    client: Client, honest_face: dict[str, str], code: str, score: str, beside: tuple[str, str]
) -> None:
    force(client, {"result": code}, "face-compare")

    data = client.ask("face-compare", honest_face)["data"]

    assert (data["photoResult"], data["photoScore"]) == (code, score)
    assert (data["result"], data["idcardResult"]) == beside


@pytest.mark.parametrize(
    ("who", "code", "meaning"),
    [
        ("not found", "03", "not_found"),
        ("cancelled", "03", "cancelled"),
        ("slow", "01", "match"),
    ],
)
def test_people_on_file_are_answered_from_the_register(client: Client, who: str, code: str, meaning: str) -> None:
    assert client.code("two-factor", CONTROL[who]) == code
    assert found(client) == meaning


@pytest.mark.parametrize("who", ["source error", "source upgrading", "quota"])
def test_people_who_stand_for_an_outcome_get_it_whatever_they_claim(client: Client, who: str) -> None:
    assert client.code("two-factor", {**CONTROL[who], "name": "Nobody"}) == "04"
    assert found(client, "person") == who.replace(" ", "_")


def test_a_person_may_ask_for_a_delay_and_nothing_else(client: Client) -> None:
    answer = client.send(client.request("two-factor", client.signed(CONTROL["slow"])))

    assert answer.fault is not None
    assert answer.fault.delay == 5.0
    assert client.last["rule"] == "person mps-slow"


def test_a_rule_goes_before_a_person(client: Client) -> None:
    force(client, {"result": "01"})

    assert client.code("two-factor", CONTROL["source error"]) == "01"


def test_what_an_operation_does_not_know_a_person_cannot_ask_for(client: Client, honest: dict[str, str]) -> None:
    client.tenant.register.put(
        {
            "key": "mine",
            "name": honest["name"],
            "resident_id": honest["idNum"],
            "controls": {"mps": {"meaning": "face_unsure"}},
        }
    )

    assert client.code("two-factor", honest) == "01"


def test_the_eleventh_query_about_a_number_is_one_too_many(
    client: Client, clock: FixedClock, honest: dict[str, str]
) -> None:
    assert [client.code("two-factor", honest) for _ in range(11)] == ["01"] * 10 + ["04"]
    assert client.step("quota") == {"attempts": 11, "limit": 10}
    assert client.last["answer"]["charged"] is False
    assert client.code("two-factor", {**honest, "name": "测试乙"}) == "04"
    assert client.code("two-factor", CONTROL["slow"]) == "01"

    clock.advance(14 * 3600)  # 10 o'clock in Shanghai, then midnight

    assert client.code("two-factor", honest) == "01"


def test_the_quota_counts_a_number_in_both_spellings_and_by_every_operation(
    client: Client, honest_four: dict[str, str]
) -> None:
    client.tenant.set_switch("mps.daily_per_id", 2)
    slow = CONTROL["slow"]

    assert client.code("two-factor", slow) == "01"
    assert client.code("four-factor", {**honest_four, **slow, "idNum": slow["idNum"].lower()}) == "01"
    assert client.code("two-factor", slow) == "04"


def test_the_quota_goes_before_what_is_missing(client: Client, honest: dict[str, str]) -> None:
    client.tenant.set_switch("mps.daily_per_id", 1)

    assert client.code("two-factor", {"idNum": honest["idNum"]}) == "400002"
    assert client.code("two-factor", {"idNum": honest["idNum"]}) == "04"


def test_no_quota_is_no_limit(client: Client, honest: dict[str, str]) -> None:
    client.tenant.set_switch("mps.daily_per_id", 0)

    assert {client.code("two-factor", honest) for _ in range(15)} == {"01"}


@pytest.mark.parametrize("missing", ["name", "idNum", "validFrom", "validTo"])
@pytest.mark.parametrize("how", ["absent", "empty"])
def test_every_required_field_is_missed(client: Client, honest_four: dict[str, str], missing: str, how: str) -> None:
    fields = {name: value for name, value in honest_four.items() if name != missing}
    if how == "empty":
        fields[missing] = ""

    assert client.code("four-factor", fields) == "400002"
    assert client.step("required") == {"missing": [missing]}


def test_the_same_query_is_refused_within_the_window_and_not_after(
    client: Client, clock: FixedClock, honest: dict[str, str]
) -> None:
    client.tenant.set_switch("mps.repeat_seconds", 60)
    other = {**honest, "name": "测试乙"}

    assert [client.code("two-factor", honest) for _ in range(2)] == ["01", "101"]
    assert client.step("repeated") == {"within_seconds": 60}
    assert client.code("two-factor", other) == "02"
    clock.advance(59)
    assert client.code("two-factor", honest) == "101"
    clock.advance(1)
    assert client.code("two-factor", honest) == "01"


def test_a_repeated_query_is_nobodys_business_by_default(client: Client, honest: dict[str, str]) -> None:
    assert [client.code("two-factor", honest) for _ in range(2)] == ["01", "01"]


@pytest.mark.parametrize(
    ("shanghai", "upgraded"),
    [("01:59", False), ("02:00", True), ("03:29", True), ("03:30", False), ("12:00", False)],
)
def test_the_source_is_upgraded_in_its_window_each_day(
    client: Client, clock: FixedClock, honest: dict[str, str], shanghai: str, upgraded: bool
) -> None:
    client.tenant.set_switch("mps.upgrading_from", 120)
    client.tenant.set_switch("mps.upgrading_minutes", 90)
    hour, minute = map(int, shanghai.split(":"))
    clock.advance(datetime(2026, 1, 6, hour, minute, tzinfo=UTC).timestamp() - 8 * 3600 - clock.time())

    assert client.code("two-factor", honest) == ("04" if upgraded else "01")
    assert found(client) == ("source_upgrading" if upgraded else "match")


def test_what_is_wrong_by_form_is_said_while_the_source_is_upgraded(client: Client) -> None:
    client.tenant.set_switch("mps.upgrading_minutes", 24 * 60)

    assert client.code("two-factor", WRONG) == "04"
    assert found(client) == "invalid_id"


@pytest.mark.parametrize(
    ("start", "length", "minute", "inside"),
    [(1380, 120, 1379, False), (1380, 120, 1380, True), (1380, 120, 59, True), (1380, 120, 60, False)],
)
def test_a_window_may_go_past_midnight(start: int, length: int, minute: int, inside: bool) -> None:
    readings = {"mps.upgrading_from": start, "mps.upgrading_minutes": length}
    midnight = datetime(2026, 1, 5, tzinfo=UTC).timestamp() - 8 * 3600

    assert is_being_upgraded(readings, midnight + 60 * minute) is inside


@pytest.mark.parametrize(
    ("price_list", "charged"),
    [
        ("default", {"01", "02", "03", "05"}),
        ("alibaba_pro", {"01", "02", "03", "05", "06", "07"}),
        ("apix", {"01", "02", "03", "05", "08"}),
    ],
)
def test_the_price_list_decides_what_is_charged(
    client: Client, honest_face: dict[str, str], price_list: str, charged: set[str]
) -> None:
    client.tenant.set_switch("mps.billing", price_list)
    seen = set()
    for number in range(1, 10):
        force(client, {"result": f"0{number}"}, "face-compare", times=1)
        answer = client.ask("face-compare", honest_face)
        assert client.last["answer"]["charged"] is bool(answer["chargeStatus"])
        if answer["chargeStatus"]:
            seen.add(answer["data"]["photoResult"])

    assert seen == charged


def test_a_score_of_a_thousand_is_a_switch(client: Client, photo: str) -> None:
    client.tenant.set_switch("mps.score_scale", 1000)
    unsure = {"name": "测试戊", "idNum": "110101190001010049", "image": photo}

    data = client.ask("face-compare", unsure)["data"]

    assert (data["photoResult"], data["photoScore"]) == ("03", "520")


def test_fifteen_digits_are_a_switch(client: Client, honest: dict[str, str]) -> None:
    short = {**honest, "idNum": "110101000101000"}

    assert client.code("two-factor", short) == "04"
    client.tenant.set_switch("mps.first_generation", "accept")
    assert client.code("two-factor", short) == "01"


@pytest.mark.parametrize(("policy", "code"), [("dialect", "04"), ("invalid_id", "04"), ("not_found", "03")])
def test_the_checksum_policy_is_a_switch(client: Client, policy: str, code: str) -> None:
    client.tenant.set_switch("mps.checksum_policy", policy)

    assert client.code("two-factor", WRONG) == code
