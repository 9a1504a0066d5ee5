from __future__ import annotations

from dataclasses import replace
from datetime import date
from hashlib import sha256
from itertools import product

import pytest

from kyc_core.card_validity import LongTerm
from kyc_core.claims import Claim
from kyc_core.factors import (
    Bands,
    FaceFinding,
    MobileFinding,
    Rules,
    bank_four_factor,
    bank_three_factor,
    bank_two_factor,
    face,
    four_factor,
    mobile_cross,
    three_factor,
    two_factor,
)
from kyc_core.holders import Kind
from kyc_core.names import Profile
from kyc_core.people import LineStatus, MobileLine, Operator, Person, PersonState, Photo, PhotoQuality
from kyc_core.verdicts import Verdict

RULES = Rules(today=date(2026, 1, 5))
ID = "11010119000101009X"
MOBILE = "13490000010"
PICTURE = b"\x89PNG picture"

PERSON = Person(
    key="a",
    name="测试甲",
    resident_id=ID,
    valid_from="20180501",
    valid_to="20380501",
    mobiles=(MobileLine(number=MOBILE, operator=Operator.MOBILE),),
    photos=(Photo(score=92.0),),
)
LIFELONG = replace(PERSON, valid_to="长期")
CLAIM = Claim(name="测试甲", resident_id=ID, valid_from="20180501", valid_to="20380501", mobile=MOBILE, photo=PICTURE)

# What a claim may say or a record may hold, and what that means; None where the decision goes on.
NUMBERS = {
    ID: None,
    ID.lower(): None,
    "11010119000101009": Verdict.INVALID_ID,
    "１1010119000101009X": Verdict.INVALID_ID,
    "110101900101009": Verdict.INVALID_ID,
    "11010119000101009X\n": Verdict.INVALID_ID,
    "": Verdict.INVALID_ID,
    None: Verdict.INVALID_ID,
    "110101190001010007": "untrue",  # check digit
    "110101190002290003": "untrue",  # 29 February 1900
    "99010119000101000X": "untrue",  # no such division
    "110101202601060019": "untrue",  # born tomorrow
}
NAMES = {
    "测试甲": None,
    "测试乙": None,
    "Ce Shi": Verdict.INVALID_NAME,
    "测试•甲": Verdict.INVALID_NAME,
    "": Verdict.INVALID_NAME,
    None: Verdict.INVALID_NAME,
}
RECORDS = {
    None: Verdict.NOT_FOUND,
    PersonState.ON_FILE: None,
    PersonState.NOT_FOUND: Verdict.NOT_FOUND,
    PersonState.CANCELLED: Verdict.CANCELLED,
}
PERIODS = {
    ("20180501", "20380501"): None,
    ("20180501", "20380502"): None,
    ("20180502", "20380501"): None,
    ("20180501", "长期"): None,
    ("20180501", "00000000"): None,
    ("20180501", "20180501"): Verdict.INVALID_VALIDITY,
    ("20180501", "20180430"): Verdict.INVALID_VALIDITY,
    ("20180230", "20380501"): Verdict.INVALID_VALIDITY,
    ("20180501", "20380231"): Verdict.INVALID_VALIDITY,
    ("00000000", "20380501"): Verdict.INVALID_VALIDITY,
    ("长期", "20380501"): Verdict.INVALID_VALIDITY,
    ("2018.05.01", "20380501"): Verdict.INVALID_VALIDITY,
    ("20180501", "99991231 "): Verdict.INVALID_VALIDITY,
    ("", "20380501"): Verdict.INVALID_VALIDITY,
    (None, "20380501"): Verdict.INVALID_VALIDITY,
    ("20180501", None): Verdict.INVALID_VALIDITY,
}


def first(*verdicts: Verdict | None) -> Verdict:
    """What the earliest check that has something to say, says."""
    return next(verdict for verdict in verdicts if verdict is not None)


def form(number: str | None, name: str | None, rules: Rules) -> Verdict | None:
    of_number = NUMBERS[number]
    of_number = rules.untrue_id if of_number == "untrue" else Verdict(of_number) if of_number else None
    return next((verdict for verdict in (of_number, NAMES[name]) if verdict is not None), None)


def on_file(state: PersonState | None, person: Person = PERSON) -> Person | None:
    return None if state is None else replace(person, state=state)


@pytest.mark.parametrize("untrue_id", [Verdict.INVALID_ID, Verdict.NOT_FOUND])
@pytest.mark.parametrize("state", list(RECORDS))
def test_two_factor_decides_in_order(state: PersonState | None, untrue_id: Verdict) -> None:
    rules = replace(RULES, untrue_id=untrue_id)

    for number, name in product(NUMBERS, NAMES):
        person = on_file(state, replace(PERSON, resident_id=(number or "").upper() or ID))
        expected = first(
            form(number, name, rules), RECORDS[state], Verdict.MATCH if name == PERSON.name else Verdict.MISMATCH
        )
        claim = replace(CLAIM, resident_id=number, name=name)
        assert two_factor(claim, person, rules=rules) is expected, (number, name)


@pytest.mark.parametrize("state", list(RECORDS))
@pytest.mark.parametrize("held", [PERSON, LIFELONG, replace(PERSON, valid_from=None, valid_to=None)])
def test_four_factor_decides_in_order(state: PersonState | None, held: Person) -> None:
    for number, name, (valid_from, valid_to) in product((ID, "110101190001010007", ""), NAMES, PERIODS):
        same_end = valid_to == held.valid_to or (held.valid_to == "长期" and valid_to == "00000000")
        same = name == held.name and valid_from == held.valid_from and same_end
        expected = first(
            form(number, name, RULES),
            PERIODS[valid_from, valid_to],
            RECORDS[state],
            Verdict.MATCH if same else Verdict.MISMATCH,
        )
        claim = replace(CLAIM, resident_id=number, name=name, valid_from=valid_from, valid_to=valid_to)
        assert four_factor(claim, on_file(state, held), rules=RULES) is expected, (number, name, valid_from, valid_to)


@pytest.mark.parametrize(
    ("known", "written", "expected"),
    [
        pytest.param(LongTerm.ZEROS, "00000000", Verdict.MATCH, id="zeros where zeros are used"),
        pytest.param(LongTerm.ZEROS, "长期", Verdict.INVALID_VALIDITY, id="the characters where zeros are used"),
        pytest.param(LongTerm.HANZI, "长期", Verdict.MATCH, id="the characters where they are used"),
        pytest.param(LongTerm.HANZI, "00000000", Verdict.INVALID_VALIDITY, id="zeros where the characters are used"),
    ],
)
def test_a_source_may_know_one_word_for_long_term(known: LongTerm, written: str, expected: Verdict) -> None:
    rules = replace(RULES, long_term=frozenset({known}))

    assert four_factor(replace(CLAIM, valid_to=written), LIFELONG, rules=rules) is expected


def test_an_expired_card_is_no_reason() -> None:
    expired = replace(PERSON, valid_from="20040601", valid_to="20140601")
    claim = replace(CLAIM, valid_from="20040601", valid_to="20140601")

    assert four_factor(claim, expired, rules=RULES) is Verdict.MATCH


LINES = dict.fromkeys(LineStatus) | {
    LineStatus.CANCELLED: Verdict.NOT_FOUND,
    LineStatus.NOT_ON_NETWORK: Verdict.NOT_FOUND,
}


@pytest.mark.parametrize("status", list(LINES))
@pytest.mark.parametrize("state", list(PersonState))
def test_three_factor_decides_in_order_and_ignores_the_police_record(status: LineStatus, state: PersonState) -> None:
    lines = (MobileLine(number=MOBILE, operator=Operator.UNICOM, status=status),)
    owner = replace(PERSON, state=state, mobiles=lines)
    mobiles = {MOBILE: None, "1349000001": Verdict.INVALID_MOBILE, "23490000010": Verdict.INVALID_MOBILE,
               "": Verdict.INVALID_MOBILE, None: Verdict.INVALID_MOBILE}  # fmt: skip

    for number, name, mobile in product((ID, ID.lower(), "110101190001010006", "110101190001010007"), NAMES, mobiles):
        wrong_number = Verdict.INVALID_ID if number == "110101190001010007" else None
        same = name == owner.name and number.upper() == owner.resident_id
        expected = first(
            wrong_number, NAMES[name], mobiles[mobile], LINES[status], Verdict.MATCH if same else Verdict.MISMATCH
        )
        claim = replace(CLAIM, resident_id=number, name=name, mobile=mobile)
        assert three_factor(claim, owner, rules=RULES) is expected, (number, name, mobile)


def test_a_line_nobody_has_is_not_found() -> None:
    assert three_factor(CLAIM, None, rules=RULES) is Verdict.NOT_FOUND
    assert three_factor(CLAIM, replace(PERSON, mobiles=()), rules=RULES) is Verdict.NOT_FOUND


@pytest.mark.parametrize(
    ("name", "number", "expected"),
    [
        pytest.param("测试甲", ID, MobileFinding.MATCH, id="both agree"),
        pytest.param("测试乙", ID, MobileFinding.NAME_DIFFERS, id="the name differs"),
        pytest.param("测试甲", "110101190001010006", MobileFinding.ID_DIFFERS, id="the number differs"),
        pytest.param("测试乙", "110101190001010006", MobileFinding.BOTH_DIFFER, id="both differ"),
        pytest.param("测试甲", None, MobileFinding.MATCH, id="name alone agrees"),
        pytest.param("测试乙", None, MobileFinding.NAME_DIFFERS, id="name alone differs"),
        pytest.param(None, ID.lower(), MobileFinding.MATCH, id="number alone agrees"),
        pytest.param(None, "110101190001010006", MobileFinding.ID_DIFFERS, id="number alone differs"),
    ],
)
def test_a_mobile_cross_check_says_which_element_differs(
    name: str | None, number: str | None, expected: MobileFinding
) -> None:
    finding = mobile_cross(Claim(name=name, resident_id=number, mobile=MOBILE), PERSON)

    assert finding is expected
    assert finding.verdict is (Verdict.MATCH if expected is MobileFinding.MATCH else Verdict.MISMATCH)


def test_a_mobile_cross_check_needs_something_to_compare() -> None:
    with pytest.raises(ValueError, match="want a name or a resident_id"):
        mobile_cross(Claim(mobile=MOBILE), PERSON)


CHUANGLAN = Bands(unsure_from=40, same_from=60)
TENCENT = Bands(unsure_from=70, same_from=70)
ALIBABA = Bands(unsure_from=700, same_from=700, top=1000)


@pytest.mark.parametrize(
    ("bands", "score", "verdict", "shown"),
    [
        pytest.param(CHUANGLAN, 0.0, Verdict.FACE_DIFFERENT, 0.0, id="gateway 0"),
        pytest.param(CHUANGLAN, 39.99, Verdict.FACE_DIFFERENT, 39.99, id="gateway 39.99"),
        pytest.param(CHUANGLAN, 40.0, Verdict.FACE_UNSURE, 40.0, id="gateway 40"),
        pytest.param(CHUANGLAN, 59.99, Verdict.FACE_UNSURE, 59.99, id="gateway 59.99"),
        pytest.param(CHUANGLAN, 60.0, Verdict.MATCH, 60.0, id="gateway 60"),
        pytest.param(TENCENT, 69.99, Verdict.FACE_DIFFERENT, 69.99, id="no band of doubt below 70"),
        pytest.param(TENCENT, 70.0, Verdict.MATCH, 70.0, id="70"),
        pytest.param(ALIBABA, 69.99, Verdict.FACE_DIFFERENT, 699.9, id="699.9 of 1000"),
        pytest.param(ALIBABA, 70.0, Verdict.MATCH, 700.0, id="700 of 1000"),
        pytest.param(ALIBABA, 100.0, Verdict.MATCH, 1000.0, id="1000 of 1000"),
    ],
)
def test_a_score_means_what_its_bands_say(bands: Bands, score: float, verdict: Verdict, shown: float) -> None:
    person = replace(PERSON, photos=(Photo(score=score),))

    assert face(CLAIM, person, rules=RULES, bands=bands) == FaceFinding(verdict=verdict, score=shown)


@pytest.mark.parametrize("state", list(RECORDS))
def test_face_compares_the_identity_first_and_the_picture_last(state: PersonState | None) -> None:
    photos = {
        (): Verdict.NO_PHOTO,
        (Photo(quality=PhotoQuality.POOR),): Verdict.POOR_PHOTO,
        (Photo(quality=PhotoQuality.NO_FACE),): Verdict.NO_FACE,
        (Photo(score=13.0),): Verdict.FACE_DIFFERENT,
        (Photo(score=92.0),): Verdict.MATCH,
    }
    for number, name, held, picture in product((ID, "110101190001010007"), NAMES, photos, (PICTURE, b"", None)):
        identity = first(
            form(number, name, RULES), RECORDS[state], Verdict.MATCH if name == PERSON.name else Verdict.MISMATCH
        )
        missing = Verdict.NO_FACE if held and not picture else None
        expected = identity if identity is not Verdict.MATCH else first(missing, photos[held])
        compared = identity is Verdict.MATCH and bool(picture) and held and held[0].quality is PhotoQuality.GOOD
        claim = replace(CLAIM, resident_id=number, name=name, photo=picture)

        found = face(claim, on_file(state, replace(PERSON, photos=held)), rules=RULES, bands=CHUANGLAN)

        assert found.verdict is expected, (number, name, held, picture)
        assert (found.score is not None) is bool(compared), (number, name, held, picture)


def test_faces_may_be_compared_by_somebody_else() -> None:
    seen = []

    def match(picture: bytes, person: Person) -> Photo:
        seen.append((picture, person))
        return Photo(score=41.0)

    found = face(CLAIM, PERSON, rules=RULES, bands=CHUANGLAN, match=match)

    assert found == FaceFinding(verdict=Verdict.FACE_UNSURE, score=41.0)
    assert seen == [(PICTURE, PERSON)]


def test_a_picture_is_known_by_its_digest_before_any_other() -> None:
    own = Photo(sha256=sha256(PICTURE).hexdigest(), score=98.0)
    picky = replace(PERSON, photos=(Photo(score=13.0), own))

    assert face(CLAIM, picky, rules=RULES, bands=CHUANGLAN).score == 98.0
    assert face(replace(CLAIM, photo=b"another"), picky, rules=RULES, bands=CHUANGLAN).score == 13.0


def test_a_strangers_picture_is_another_person() -> None:
    only_own = replace(PERSON, photos=(Photo(sha256="0" * 64, score=98.0),))

    found = face(CLAIM, only_own, rules=RULES, bands=CHUANGLAN)

    assert found == FaceFinding(verdict=Verdict.FACE_DIFFERENT, score=0.0)


@pytest.mark.parametrize("bands", [(60, 40, 100), (-1, 40, 100), (40, 101, 100)])
def test_bands_out_of_order_are_refused(bands: tuple[float, float, float]) -> None:
    unsure_from, same_from, top = bands

    with pytest.raises(ValueError, match="unsure_from <= same_from"):
        Bands(unsure_from=unsure_from, same_from=same_from, top=top)


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        pytest.param(Kind.CITIZEN, "110101190001010006", id="citizen"),
        pytest.param(Kind.RESIDENCE_PERMIT, "810000189101010172", id="residence permit"),
        pytest.param(Kind.FOREIGN_PERMANENT_RESIDENT, "932682188501010018", id="foreign permanent resident"),
        pytest.param(Kind.FIRST_GENERATION, "110105491231002", id="15 digits"),
    ],
)
def test_a_source_looks_only_at_the_kinds_of_number_it_knows(kind: Kind, number: str) -> None:
    person, claim = replace(PERSON, resident_id=number), replace(CLAIM, resident_id=number)
    others = frozenset(Kind) - {kind}

    assert two_factor(claim, person, rules=replace(RULES, kinds=frozenset({kind}))) is Verdict.MATCH
    assert two_factor(claim, person, rules=replace(RULES, kinds=others)) is Verdict.INVALID_ID


def test_a_source_may_take_latin_names() -> None:
    person, claim = replace(PERSON, name="Ce Shi"), replace(CLAIM, name="Ce Shi")

    assert two_factor(claim, person, rules=replace(RULES, names=Profile.LATIN_OK)) is Verdict.MATCH


def test_the_record_of_somebody_else_never_matches() -> None:
    assert two_factor(replace(CLAIM, resident_id="110101190001010006"), PERSON, rules=RULES) is Verdict.MISMATCH


def test_the_banks_checks_are_named_here_too() -> None:
    assert [check.__module__ for check in (bank_two_factor, bank_three_factor, bank_four_factor)] == [
        "kyc_core.bank_factors"
    ] * 3
