"""How an answer comes about: order ids, rules, people who stand for one, and what the register says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from contracts.loader import load_table
from kyc_core.people import Person
from kyc_core.records import Photo, PhotoQuality
from simulator.engine import Engine
from simulator.providers.upi import PROVIDER, pipeline
from simulator.services import Services
from simulator.settings import Settings
from simulator.wire import FaultKind

if TYPE_CHECKING:
    from simulator.clock import FixedClock
    from tests.unit.simulator.providers.upi.conftest import Client

OPERATION = "ID_CARD_PHOTO_VERIFICATION"
ORDER = "1" * 35
FINE = ("00", "")
REPEATED = ("94", "orderID")
TABLE = load_table("upi")


def force(client: Client, *, when: Mapping[str, Any] | None = None, times: int | None = None, **then: Any) -> None:
    rule: dict[str, Any] = {"provider": "upi", "operation": OPERATION, "when": dict(when or {}), "then": then}
    client.tenant.rules.add(rule if times is None else {**rule, "times": times})


def on_file(client: Client, key: str) -> dict[str, Any]:
    """What the person of that key truthfully says."""
    person = client.tenant.register.get(key)
    assert person is not None
    return client.person(customerNm=person.name, certifID=person.resident_id)


def test_an_order_id_is_used_once(client: Client) -> None:
    assert [client.asked(orderID=ORDER) for _ in range(3)] == [FINE, REPEATED, REPEATED]
    assert client.asked(orderID="2" * 35) == FINE


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param("format", FINE, id="after a format error"),
        pytest.param("security", FINE, id="after a refused caller"),
        pytest.param("success", REPEATED, id="after a success"),
        pytest.param("mismatch", REPEATED, id="after a mismatch"),
        pytest.param("timeout", REPEATED, id="after a timeout of the source"),
        pytest.param("admission", FINE, id="after a refused participant"),
        pytest.param("forced format", FINE, id="after a format error that was asked for"),
    ],
)
def test_what_uses_an_order_id_up(client: Client, first: str, second: tuple[str, str]) -> None:
    if first == "security":
        client.send(client.request(client.document(orderID=ORDER), timestamp=0))
    elif first == "format":
        assert client.asked(orderID=ORDER, serialNm="1")[0] == "30"
    elif first == "mismatch":
        assert client.asked(client.person(customerNm="赵国栋"), orderID=ORDER)[0] == "05"
    else:
        codes = {"timeout": "98", "admission": "57", "forced format": "30", "success": "00"}
        force(client, result=codes[first], times=1)
        assert client.asked(orderID=ORDER)[0] == codes[first]

    assert client.asked(orderID=ORDER) == second


def test_of_many_calls_at_once_with_one_order_id_one_is_answered(client: Client) -> None:
    requests = [client.request(client.document(orderID=ORDER)) for _ in range(24)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(client.send, requests))
    codes = sorted(answer.body.split(b'responseCode":"')[1][:2] for answer in answers)

    assert codes == [b"00", *[b"94"] * 23]


def test_while_a_call_is_being_answered_its_order_id_is_taken(client: Client, clock: FixedClock) -> None:
    seen: list[tuple[str, str]] = []

    def match(picture: bytes, person: Person) -> Photo:
        if not seen:
            seen.append(("", ""))
            seen.append(client.asked(orderID=ORDER))
        return Photo(score=50.0)

    provider = replace(PROVIDER, answer=partial(pipeline.answer, match=match))
    services = Services(Settings(), (provider,), clock=clock, store=client.services.store)
    answer = Engine(services).answer(client.request(client.document(orderID=ORDER)))

    assert answer is not None
    assert answer.body.startswith(b'{"confidence":"50"')
    assert seen[1] == REPEATED


def test_an_order_id_is_used_for_ever(client: Client) -> None:
    client.asked(orderID=ORDER)
    client.tenant.clock.advance(400 * 86_400)

    assert client.asked(orderID=ORDER) == REPEATED


def test_an_order_id_may_be_anothers(client: Client, make_client: Callable[[], Client]) -> None:
    client.asked(orderID=ORDER)

    assert make_client().asked(orderID=ORDER) == FINE


def test_an_order_id_may_be_unique_within_the_iin(client: Client) -> None:
    client.choose(order_scope="memberIIN")
    client.asked(orderID=ORDER)

    assert client.asked(orderID=ORDER, memberIIN="39990061") == FINE
    assert client.asked(orderID=ORDER, memberIIN="39990061") == REPEATED


def test_an_order_id_may_be_unique_within_the_day_in_beijing(client: Client) -> None:
    client.choose(order_scope="appid_day")
    client.asked(orderID=ORDER)
    client.tenant.clock.advance(16 * 3600 - 1)
    assert client.asked(orderID=ORDER) == REPEATED

    client.tenant.clock.advance(1)
    assert client.asked(orderID=ORDER) == FINE


def test_a_repetition_may_have_another_code(client: Client) -> None:
    client.choose(order_replay="78")

    assert [client.asked(orderID=ORDER) for _ in range(2)] == [FINE, ("78", "orderID")]


def test_a_repetition_may_get_the_first_answer_again_and_is_not_charged(client: Client) -> None:
    client.choose(order_replay="replay")
    document = client.document(orderID=ORDER)
    first = client.send(client.request(document))
    client.tenant.rules.add({"provider": "upi", "operation": OPERATION, "then": {"delay": 0.5}})
    again = client.send(client.request({**document, "encData": client.seal(client.person())}))

    assert again.body == first.body
    assert dict(again.headers)["UPI-JWS"] != dict(first.headers)["UPI-JWS"]
    assert client.tenant.ledger.totals()["upi"][OPERATION] == {"charged": 1, "free": 1}
    assert client.last["answer"]["charged"] is False


@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        pytest.param({"scUsePurpose": "ANOTHER"}, {}, id="another purpose"),
        pytest.param({}, {"customerNm": "赵国栋"}, id="another name"),
        pytest.param({}, {"photo": "/9j/4A=="}, id="another photo"),
    ],
)
def test_another_request_with_a_used_order_id_gets_no_old_answer(
    client: Client, outer: Mapping[str, Any], inner: Mapping[str, Any]
) -> None:
    client.choose(order_replay="replay")
    client.asked(orderID=ORDER)

    assert client.asked(client.person(**inner), orderID=ORDER, **outer) == REPEATED


def test_what_was_answered_before_the_switch_cannot_be_had_again(client: Client) -> None:
    client.asked(orderID=ORDER)
    client.choose(order_replay="replay")

    assert client.asked(orderID=ORDER) == REPEATED


FORCED = [row.code for row in TABLE.results(OPERATION)]


@pytest.mark.parametrize("code", FORCED)
def test_a_rule_brings_every_code_about_with_a_confidence_beside_nought_alone(client: Client, code: str) -> None:
    force(client, result=code)
    answer = client.answer()

    assert answer["msgResponse"]["responseCode"] == code
    assert answer["msgResponse"]["responseMsg"] == TABLE.result(OPERATION, code).text["en"]
    assert answer["msgResponse"].get("errorDetail", "") == TABLE.operations[OPERATION]["details"].get(code, "")
    assert ("confidence" in answer) is (code == "00")


def test_a_rule_may_refuse_a_caller_that_signed_well(client: Client) -> None:
    force(client, error="E0")
    response = client.send(client.request())

    assert (response.status, dict(response.headers).get("UPI-JWS")) == (401, None)
    assert client.last["rule"] == "rule-1"


def test_a_rule_may_be_for_one_order_or_one_person(client: Client) -> None:
    force(client, when={"orderID": ORDER}, result="91")
    force(client, when={"certifID": {"suffix": "0620"}}, result="92")

    assert client.asked(orderID=ORDER)[0] == "91"
    assert client.asked()[0] == "92"
    assert client.asked(on_file(client, "ordinary-02")) == FINE


@pytest.mark.parametrize(
    ("key", "score"), [("ordinary-01", 92), ("photo-score-0", 0), ("photo-score-69", 69), ("mps-no-photo", 92)]
)
def test_a_match_that_was_asked_for_has_the_score_of_the_person(client: Client, key: str, score: int) -> None:
    force(client, result="00")

    assert client.answer(client.request(client.document(on_file(client, key))))["confidence"] == str(score)


def test_a_match_that_was_asked_for_somebody_unknown_has_the_usual_score(client: Client) -> None:
    force(client, result="00")

    assert client.answer(client.request(client.document(client.person(certifID="1"))))["confidence"] == "92"


@pytest.mark.parametrize(
    ("limit", "delay", "closed"), [(60, 59, False), (60, 61, True), (60, 60, False), (0, 600, False)]
)
def test_a_session_ends_after_its_time(client: Client, limit: int, delay: int, *, closed: bool) -> None:
    client.choose(session_seconds=limit)
    force(client, delay=delay)
    fault = client.send(client.request()).fault

    assert fault is not None
    if closed:
        assert (fault.kind, fault.delay) == (FaultKind.EMPTY, 60.0)
    else:
        assert (fault.kind, fault.delay) == (None, delay)


def test_a_person_stands_for_an_answer_and_a_rule_goes_before(client: Client) -> None:
    said = on_file(client, "upi-source-timeout")
    assert client.asked(said) == ("98", "")
    assert client.last["person"] == "upi-source-timeout"

    force(client, result="00", times=1)
    assert client.asked(said) == FINE
    assert client.asked(said) == ("98", "")


def test_a_person_may_be_refused_before_the_order_id_is_used(client: Client) -> None:
    assert client.asked(on_file(client, "upi-not-opened"), orderID=ORDER) == ("40", "")
    assert client.asked(orderID=ORDER) == FINE


def test_a_person_may_stand_for_a_way_of_delivery(client: Client) -> None:
    fault = client.send(client.request(client.document(on_file(client, "upi-reset")))).fault
    assert fault is not None
    assert fault.kind is FaultKind.RESET

    late = client.send(client.request(client.document(on_file(client, "upi-session-timeout")))).fault
    assert late is not None
    assert (late.kind, late.delay) == (FaultKind.EMPTY, 60.0)


FINDINGS: Mapping[str, tuple[str, tuple[str, str]]] = {
    "everything agrees": ("ordinary-01", FINE),
    "nobody is on file": ("mps-not-found", ("05", "ID number not found")),
    "the registration is cancelled": ("mps-cancelled", ("05", "ID number not found")),
    "there is no photo": ("mps-no-photo", ("05", "no reference photo")),
    "no face is found": ("photo-no-face", ("30", "photo: face not detected")),
    "the picture is poor": ("photo-poor", ("30", "encData.photo quality")),
    "a controlled person elsewhere": ("tencent-arrears", FINE),
}


@pytest.mark.parametrize("case", FINDINGS)
def test_the_register_decides(client: Client, case: str) -> None:
    key, expected = FINDINGS[case]

    assert client.asked(on_file(client, key)) == expected
    assert client.last["person"] == key


SCORES = {
    "photo-score-0": "0", "photo-score-39": "39", "photo-score-40": "40", "photo-score-69": "69",
    "photo-score-100": "100", "mps-slow": "87", "ordinary-01": "92",
}  # fmt: skip


@pytest.mark.parametrize("key", SCORES)
def test_a_score_is_a_whole_number_from_0_to_100_as_a_text(client: Client, key: str) -> None:
    answer = client.answer(client.request(client.document(on_file(client, key))))

    assert answer["confidence"] == SCORES[key]
    assert answer["msgResponse"] == {"responseCode": "00", "responseMsg": "Approved"}


def test_the_score_follows_the_picture(client: Client) -> None:
    two_pixels = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAAAAADRSSBWAAAAC0lEQVR4nGPImAAAAWMA+dWZZI8AAAAASUVORK5CYII="
    scores = {
        photo: client.answer(client.request(client.document({**on_file(client, "photo-album"), "photo": photo})))
        for photo in (client.person()["photo"], two_pixels, "/9j/4A==")
    }

    assert [answer["confidence"] for answer in scores.values()] == ["100", "92", "13"]


def test_a_score_may_follow_from_the_photo_alone(client: Client) -> None:
    client.choose(confidence_source="digest")
    answer = client.answer()

    assert answer["confidence"] == client.answer()["confidence"]
    assert 0 <= int(answer["confidence"]) <= 100
    assert client.asked(client.person(customerNm="赵国栋")) == ("05", "name and ID number inconsistent")


def test_faces_may_be_compared_by_somebody_else(clock: FixedClock, client: Client) -> None:
    def match(picture: bytes, person: Person) -> Photo:
        return Photo(quality=PhotoQuality.NO_FACE) if person.key == "ordinary-01" else Photo(score=1.0)

    provider = replace(PROVIDER, answer=partial(pipeline.answer, match=match))
    engine = Engine(Services(Settings(), (provider,), clock=clock))
    bodies = []
    for said in (client.person(), on_file(client, "ordinary-02")):
        answer = engine.answer(client.request(client.document(said)))
        assert answer is not None
        bodies.append(answer.body)

    assert b"face not detected" in bodies[0]
    assert b'"confidence":"1"' in bodies[1]


def test_a_mismatch_may_be_a_score_of_nought(client: Client) -> None:
    client.choose(mismatch_mode="zero_confidence")
    answer = client.answer(client.request(client.document(client.person(customerNm="赵国栋"))))

    assert answer == {"confidence": "0", "msgResponse": {"responseCode": "00", "responseMsg": "Approved"}}
    assert client.asked(client.person(certifID="1")) == ("05", "ID number not found")


def test_a_score_may_be_a_number_and_the_order_id_may_be_repeated(client: Client) -> None:
    client.choose(confidence_as_number=True, echo_order_id=True)

    answer = client.answer(client.request(client.document(orderID=ORDER)))
    assert answer == {
        "confidence": 92,
        "msgResponse": {"responseCode": "00", "responseMsg": "Approved"},
        "orderID": ORDER,
    }
    assert "orderID" not in client.answer(client.request(b"{}"))


def test_a_tenants_own_person_is_asked_first(client: Client) -> None:
    client.tenant.register.put(
        {"key": "mine", "name": "林静怡", "resident_id": "310115188503140620", "photos": [{"score": 7}]}
    )

    assert client.answer()["confidence"] == "7"
