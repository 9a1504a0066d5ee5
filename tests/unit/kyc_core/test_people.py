from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from kyc_core.footprint import Area, AreaKind, PoliceFlag, Risk
from kyc_core.people import (
    CONTROL_MEMBERS,
    LONG_TERM,
    MOST,
    Card,
    CardState,
    LineStatus,
    MobileLine,
    Operator,
    Person,
    PersonError,
    PersonState,
    Photo,
    PhotoQuality,
    parse_person,
    to_document,
)
from simulator import scenarios

LEAST: dict[str, Any] = {"key": "a", "name": "测试甲", "resident_id": "110101190001010006"}
FULL: dict[str, Any] = {
    "key": "tencent-slow.2",
    "name": "阿卜杜热依木·买买提",
    "resident_id": "11010119000101009X",
    "state": "cancelled",
    "valid_from": "20180501",
    "valid_to": "长期",
    "cards": [{"number": "6217000000000000103", "mobile": "13490000010", "state": "lost"}, {"number": "622588000000"}],
    "mobiles": [
        {
            "number": "13490000010",
            "operator": "unicom",
            "status": "unusable",
            "months": 0,
            "province": "浙江",
            "city": "杭州",
            "areas": [{"kind": "work", "city": "杭州", "address": "测试路1号"}, {"kind": "common", "city": "宁波"}],
        }
    ],
    "risk": {"fraud": 3, "money_mule": 1, "police": ["fugitive", "drug-related"]},
    "photos": [{"sha256": "0f" * 32, "score": 98.25, "quality": "poor"}, {"score": 0.0}],
    "controls": {"tencent": {"error": "InternalError", "fault": {"truncate": 40}}, "mps": {"delay": 5}},
    "note": "for a test",
}


def test_the_least_person_has_a_key_a_name_and_a_number() -> None:
    person = parse_person(LEAST)

    assert person == Person(key="a", name="测试甲", resident_id="110101190001010006")
    assert (person.state, person.valid_from, person.cards, person.controls) == (PersonState.ON_FILE, None, (), {})
    assert to_document(person) == LEAST


def test_every_member_is_read_and_written_back() -> None:
    person = parse_person(FULL)

    assert person.state is PersonState.CANCELLED
    assert (person.valid_from, person.valid_to) == ("20180501", LONG_TERM)
    assert person.cards == (
        Card(number="6217000000000000103", mobile="13490000010", state=CardState.LOST),
        Card(number="622588000000"),
    )
    assert person.mobiles == (
        MobileLine(
            number="13490000010",
            operator=Operator.UNICOM,
            status=LineStatus.UNUSABLE,
            months=0,
            province="浙江",
            city="杭州",
            areas=(
                Area(kind=AreaKind.WORK, city="杭州", address="测试路1号"),
                Area(kind=AreaKind.COMMON, city="宁波"),
            ),
        ),
    )
    assert person.risk == Risk(fraud=3, money_mule=1, police=(PoliceFlag.FUGITIVE, PoliceFlag.DRUG_RELATED))
    assert person.photos == (Photo(sha256="0f" * 32, score=98.25, quality=PhotoQuality.POOR), Photo(score=0.0))
    assert person.controls["mps"] == {"delay": 5}
    assert to_document(person) == FULL
    assert parse_person(to_document(person)) == person


def test_null_means_not_held() -> None:
    person = parse_person(
        LEAST
        | {"valid_from": None, "valid_to": None}
        | {"cards": [{"number": "622588000000", "mobile": None}]}
        | {"mobiles": [{"number": "13490000010", "operator": "mobile", "months": None}], "photos": [{"sha256": None}]}
    )

    assert person.valid_from is None
    assert person.cards[0].mobile is None
    assert person.mobiles[0].months is None
    assert person.photos[0] == Photo()


CARD = {"number": "622588000000"}
LINE = {"number": "13490000010", "operator": "mobile"}


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        pytest.param({"nickname": "x"}, "/nickname", id="unknown member"),
        pytest.param({"a/b~c": "x"}, "/a~1b~0c", id="unknown member that needs escaping"),
        pytest.param({"key": ""}, "/key", id="empty key"),
        pytest.param({"key": "a b"}, "/key", id="key with a blank"),
        pytest.param({"key": "-a"}, "/key", id="key that begins with a hyphen"),
        pytest.param({"key": "a\n"}, "/key", id="key with a line end"),
        pytest.param({"key": "a" * 65}, "/key", id="key too long"),
        pytest.param({"key": 1}, "/key", id="key a number"),
        pytest.param({"name": ""}, "/name", id="empty name"),
        pytest.param({"name": "测\n试"}, "/name", id="name on two lines"),
        pytest.param({"name": "测" * 101}, "/name", id="name too long"),
        pytest.param({"resident_id": "11010119000101000"}, "/resident_id", id="17 digits"),
        pytest.param({"resident_id": "11010119000101009x"}, "/resident_id", id="lower-case x"),
        pytest.param({"resident_id": "１１０１０１190001010006"}, "/resident_id", id="full-width digits"),
        pytest.param({"resident_id": 110101190001010006}, "/resident_id", id="number"),
        pytest.param({"state": "alive"}, "/state", id="unknown state"),
        pytest.param({"state": None}, "/state", id="null state"),
        pytest.param({"state": ["on_file"]}, "/state", id="state in a list"),
        pytest.param({"valid_from": "20180501"}, "/valid_to", id="first day without last"),
        pytest.param({"valid_to": "长期"}, "/valid_from", id="last day without first"),
        pytest.param({"valid_from": "20180230", "valid_to": "长期"}, "/valid_from", id="no such first day"),
        pytest.param({"valid_from": "长期", "valid_to": "长期"}, "/valid_from", id="long-term first day"),
        pytest.param({"valid_from": "20180501", "valid_to": "00000000"}, "/valid_to", id="zeros on file"),
        pytest.param({"valid_from": 20180501, "valid_to": "长期"}, "/valid_from", id="first day a number"),
        pytest.param({"valid_from": "20180501", "valid_to": ["长期"]}, "/valid_to", id="last day a list"),
        pytest.param({"cards": {}}, "/cards", id="cards no list"),
        pytest.param({"cards": None}, "/cards", id="cards null"),
        pytest.param({"cards": ["6225"]}, "/cards/0", id="card no object"),
        pytest.param({"cards": [{}]}, "/cards/0/number", id="card without number"),
        pytest.param({"cards": [CARD, CARD]}, "/cards/1/number", id="card twice"),
        pytest.param({"cards": [{"number": "62258800000"}]}, "/cards/0/number", id="11 digits"),
        pytest.param({"cards": [{"number": "6" * 20}]}, "/cards/0/number", id="20 digits"),
        pytest.param({"cards": [CARD | {"state": "stolen"}]}, "/cards/0/state", id="unknown card state"),
        pytest.param({"cards": [CARD | {"mobile": "1349000001"}]}, "/cards/0/mobile", id="short reserved number"),
        pytest.param({"cards": [CARD | {"bank": "CMB"}]}, "/cards/0/bank", id="unknown member of a card"),
        pytest.param(
            {"cards": [{"number": f"6225880{n:05d}"} for n in range(MOST + 1)]}, "/cards", id="too many cards"
        ),
        pytest.param({"mobiles": [{"number": "13490000010"}]}, "/mobiles/0/operator", id="line without operator"),
        pytest.param({"mobiles": [LINE | {"operator": "O2"}]}, "/mobiles/0/operator", id="unknown operator"),
        pytest.param({"mobiles": [LINE | {"status": "dead"}]}, "/mobiles/0/status", id="unknown status"),
        pytest.param({"mobiles": [LINE | {"city": ""}]}, "/mobiles/0/city", id="empty city"),
        pytest.param({"mobiles": [LINE | {"areas": {}}]}, "/mobiles/0/areas", id="areas no list"),
        pytest.param(
            {"mobiles": [LINE | {"areas": [{"kind": "night", "city": "a"}]}]}, "/mobiles/0/areas/0/kind", id="area kind"
        ),
        pytest.param({"mobiles": [LINE | {"areas": [{"kind": "work"}]}]}, "/mobiles/0/areas/0/city", id="area no city"),
        pytest.param(
            {"mobiles": [LINE | {"areas": [{"kind": "work", "city": "a"}] * 2}]},
            "/mobiles/0/areas/1/kind",
            id="area twice",
        ),
        pytest.param({"risk": []}, "/risk", id="risk no object"),
        pytest.param({"risk": {"fraud": 4}}, "/risk/fraud", id="severity above 3"),
        pytest.param({"risk": {"gambling": True}}, "/risk/gambling", id="severity true"),
        pytest.param({"risk": {"money-mule": 1}}, "/risk/money-mule", id="unknown list"),
        pytest.param({"risk": {"police": ["saint"]}}, "/risk/police/0", id="unknown flag"),
        pytest.param({"risk": {"police": ["fugitive", "fugitive"]}}, "/risk/police", id="flag twice"),
        pytest.param({"mobiles": [LINE | {"months": True}]}, "/mobiles/0/months", id="months true"),
        pytest.param({"mobiles": [LINE | {"months": -1}]}, "/mobiles/0/months", id="months below zero"),
        pytest.param({"mobiles": [LINE | {"months": 1.5}]}, "/mobiles/0/months", id="months and a half"),
        pytest.param({"mobiles": [LINE, LINE]}, "/mobiles/1/number", id="line twice"),
        pytest.param({"photos": [{"sha256": "0F" * 32}]}, "/photos/0/sha256", id="upper-case digest"),
        pytest.param({"photos": [{}, {}]}, "/photos/1/sha256", id="two words about any picture"),
        pytest.param({"photos": [{"score": 100.01}]}, "/photos/0/score", id="score above 100"),
        pytest.param({"photos": [{"score": float("nan")}]}, "/photos/0/score", id="score not a number"),
        pytest.param({"photos": [{"score": True}]}, "/photos/0/score", id="score true"),
        pytest.param({"photos": [{"score": 1.234}]}, "/photos/0/score", id="score with three decimals"),
        pytest.param({"photos": [{"quality": "bad"}]}, "/photos/0/quality", id="unknown quality"),
        pytest.param({"controls": []}, "/controls", id="controls no object"),
        pytest.param({"controls": {"Tencent": {"delay": 1}}}, "/controls/Tencent", id="no provider's name"),
        pytest.param({"controls": {"mps": 5}}, "/controls/mps", id="control no object"),
        pytest.param({"controls": {"mps": {}}}, "/controls/mps", id="control that says nothing"),
        pytest.param({"controls": {"mps": {"result": "01"}}}, "/controls/mps/result", id="a number of one operation"),
        pytest.param({"controls": {"mps": {"meaning": 5}}}, "/controls/mps/meaning", id="meaning a number"),
        pytest.param({"controls": {"mps": {"error": "E", "http": 502}}}, "/controls/mps/http", id="two answers"),
        pytest.param({"note": "a\nb"}, "/note", id="note on two lines"),
        pytest.param({"note": "a" * 501}, "/note", id="note too long"),
    ],
)
def test_what_is_not_a_person_is_refused_with_its_place(change: dict[str, Any], pointer: str) -> None:
    with pytest.raises(PersonError) as refusal:
        parse_person(LEAST | change)

    assert refusal.value.pointer == pointer


@pytest.mark.parametrize("missing", list(LEAST))
def test_a_missing_member_is_named(missing: str) -> None:
    with pytest.raises(PersonError) as refusal:
        parse_person({name: value for name, value in LEAST.items() if name != missing})

    assert refusal.value.pointer == f"/{missing}"


@pytest.mark.parametrize("document", [None, [], "person", 1, ["key", "name", "resident_id"]])
def test_anything_but_an_object_is_refused_at_the_root(document: object) -> None:
    with pytest.raises(PersonError) as refusal:
        parse_person(document)

    assert refusal.value.pointer == ""


@pytest.mark.parametrize(
    "change",
    [
        {"name": "某某某\n"},
        {"resident_id": "110101199003070011x"},
        {"valid_from": "19991332", "valid_to": "长期"},
        {"cards": [{"number": "62258812345"}]},
        {"mobiles": [{"number": "19912345678x", "operator": "mobile"}]},
        {"photos": [{"sha256": "DEADBEEF"}]},
    ],
)
def test_a_refusal_never_repeats_a_value(change: dict[str, Any]) -> None:
    with pytest.raises(PersonError) as refusal:
        parse_person(LEAST | change)

    for value in ("某某", "19900307", "19991332", "62258812345", "19912345678", "DEADBEEF"):
        assert value not in str(refusal.value)
        assert value not in refusal.value.pointer


@pytest.mark.parametrize(
    "resident_id",
    [
        pytest.param("11204416541220243X", id="documentation sample that fails its check character"),
        pytest.param("110105491231002", id="15 digits"),
        pytest.param("KAZ110090123105", id="old permanent-resident card"),
    ],
)
def test_a_number_is_checked_for_shape_only(resident_id: str) -> None:
    assert parse_person(LEAST | {"resident_id": resident_id}).resident_id == resident_id


def test_a_repr_holds_no_personal_value() -> None:
    person = parse_person(FULL)

    shown = repr((person, person.cards, person.mobiles))

    assert "tencent-slow.2" in shown
    for value in (person.name, person.resident_id, person.cards[0].number, person.mobiles[0].number):
        assert value not in shown


def test_a_person_does_not_change_with_the_document_it_was_read_from() -> None:
    document = LEAST | {"controls": {"tencent": {"fault": {"truncate": 40}}}}
    person = parse_person(document)

    document["controls"]["tencent"]["fault"]["truncate"] = 1
    document["controls"]["mps"] = {"delay": 1}
    written = to_document(person)
    written["controls"]["tencent"]["fault"]["truncate"] = 2

    assert to_document(person)["controls"] == {"tencent": {"fault": {"truncate": 40}}}
    with pytest.raises(FrozenInstanceError):
        person.name = "测试乙"  # type: ignore[misc]  # what must fail
    with pytest.raises(TypeError):
        person.controls["mps"] = {}  # type: ignore[index]  # what must fail


def test_people_can_be_members_of_sets() -> None:
    assert len({parse_person(FULL), parse_person(FULL), parse_person(LEAST)}) == 2


def test_cards_and_lines_are_found_by_number() -> None:
    person = parse_person(FULL)

    assert person.card("622588000000") is person.cards[1]
    assert person.card("622588000001") is None
    assert person.line("13490000010") is person.mobiles[0]
    assert person.line("13490000011") is None


def test_a_control_says_what_a_rule_may_say_but_for_the_result() -> None:
    assert set(CONTROL_MEMBERS) == scenarios._MEMBERS - {"result"} | {"meaning"}
