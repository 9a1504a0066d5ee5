"""What each operation finds, from a claim and the register alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from hashlib import md5, sha256
from typing import Any

import pytest

from contracts.loader import load_table
from kyc_core.bank_card import check_digit
from simulator.providers.alibaba.codes import catalogue
from simulator.providers.alibaba.operations import DECISIONS, Asked, verified
from simulator.register import Register, ShippedPeople
from simulator.store import MemorySpace

TABLE = load_table("alibaba")
TODAY = date(2026, 1, 5)
TRUTH = {
    "name": "林静怡",
    "resident_id": "310115188503140620",
    "mobile": "13490000010",
    "bank_card": "6217000000000000103",
    "valid_from": "20180501",
    "valid_to": "长期",
}
OTHER = {"name": "王建国", "resident_id": "110101189001013014"}
NO_ISSUER = "000000000000000000"
FORMS = {"name": "first_character", "resident_id": "birth_date", "mobile": "whole", "bank_card": "last_6"}
WHOLE = dict.fromkeys(("name", "resident_id", "mobile"), "whole")


@pytest.fixture
def register() -> Register:
    return Register(ShippedPeople.load(), MemorySpace())


def asked(register: Register, values: Mapping[str, str], person: str | None = None, **more: Any) -> Asked:
    found = register.get(person) if person else register.by_resident_id(values.get("resident_id", ""))
    return Asked(values=values, person=found, register=register, today=TODAY, **more)


def digest(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()


def test_every_decided_operation_has_a_decision() -> None:
    interactive = {"Initialize", "CheckResult", "CheckVerifyLog", "DeleteVerifyResult"}

    assert set(DECISIONS) | interactive == {name for name, one in catalogue().items() if one.answered}


@pytest.mark.parametrize(
    ("operation", "changes", "meaning"),
    [
        ("Id2MetaVerifyIntl", {}, "match"),
        ("Id2MetaVerifyIntl", {"name": OTHER["name"]}, "mismatch"),
        ("Id2MetaVerifyIntl", {"name": "Lin Jingyi"}, "mismatch"),
        ("Id2MetaVerifyIntl", {"resident_id": "11010119900307001X"}, "no_record"),
        ("Id2MetaPeriodVerifyIntl", {}, "match"),
        ("Id2MetaPeriodVerifyIntl", {"valid_from": "20180502"}, "mismatch"),
        ("Id2MetaPeriodVerifyIntl", {"valid_to": "20380501"}, "mismatch"),
        ("Id2MetaPeriodVerifyIntl", {"valid_from": "20390501", "valid_to": "20380501"}, "mismatch"),
        ("Mobile2MetaVerifyIntl", {}, "match"),
        ("Mobile2MetaVerifyIntl", {"name": OTHER["name"]}, "mismatch"),
        ("Mobile2MetaVerifyIntl", {"mobile": "13490999999"}, "no_record"),
        ("Mobile3MetaVerifyIntl", {}, "match"),
        ("Mobile3MetaVerifyIntl", OTHER, "both_differ"),
        ("Mobile3MetaVerifyIntl", {"name": OTHER["name"]}, "name_differs"),
        ("Mobile3MetaVerifyIntl", {"resident_id": OTHER["resident_id"]}, "id_differs"),
        ("Mobile3MetaVerifyIntl", {"mobile": "13490999999"}, "no_record"),
        ("BankMetaVerifyIntl", {}, "match"),
        ("BankMetaVerifyIntl", {"name": OTHER["name"]}, "cardholder_wrong"),
        ("BankMetaVerifyIntl", {"mobile": "13490000020"}, "cardholder_wrong"),
        ("BankMetaVerifyIntl", {"bank_card": "6217000000000000104"}, "card_number_wrong"),
        (
            "BankMetaVerifyIntl",
            {"bank_card": "621700000000999999" + check_digit("621700000000999999")},
            "invalid_card_number",
        ),
        ("BankMetaVerifyIntl", {"bank_card": NO_ISSUER + check_digit(NO_ISSUER)}, "no_issuing_bank"),
        ("MobileOnlineStatus", {}, "in_use"),
        ("MobileOnlineStatus", {"mobile": "13490999999"}, "no_record"),
        ("MobileOnlineTime", {}, "from_24_months"),
        ("MobileDetect", {}, "usable"),
    ],
)
def test_a_data_check_finds(register: Register, operation: str, changes: dict[str, str], meaning: str) -> None:
    claim = {**TRUTH, **changes}

    assert DECISIONS[operation](asked(register, claim, product_type="BANK_CARD_4_META")) == meaning


@pytest.mark.parametrize(
    ("product", "changes", "meaning"),
    [
        ("BANK_CARD_2_META", {"resident_id": OTHER["resident_id"], "mobile": ""}, "match"),
        ("BANK_CARD_3_META", {"mobile": ""}, "match"),
        ("BANK_CARD_3_META", {"resident_id": OTHER["resident_id"]}, "cardholder_wrong"),
        ("BANK_CARD_4_META", {"mobile": "13490000020"}, "cardholder_wrong"),
    ],
)
def test_a_bank_card_check_looks_at_its_elements_only(
    register: Register, product: str, changes: dict[str, str], meaning: str
) -> None:
    claim = {**TRUTH, **changes}

    assert DECISIONS["BankMetaVerifyIntl"](asked(register, claim, product_type=product)) == meaning


def test_a_bank_without_a_mobile_number_says_so(register: Register) -> None:
    person = register.get("no-reserved-mobile")
    assert person is not None
    claim = {
        "name": person.name,
        "resident_id": person.resident_id,
        "bank_card": person.cards[0].number,
        "mobile": "13490000010",
    }

    assert DECISIONS["BankMetaVerifyIntl"](asked(register, claim, product_type="BANK_CARD_4_META")) == (
        "no_reserved_mobile"
    )


HASHED = {
    "name": digest("林") + "静怡",
    "resident_id": "310115" + digest("18850314") + "0620",
    "mobile": digest("13490000010"),
    "bank_card": "6217000000000" + digest("000103"),
}


@pytest.mark.parametrize(
    ("changes", "meaning"),
    [
        ({}, "match"),
        ({"name": digest("王") + "建国"}, "cardholder_wrong"),
        ({"resident_id": "310115" + digest("18850315") + "0620"}, "cardholder_wrong"),
        ({"mobile": digest("13490000020")}, "cardholder_wrong"),
        ({"bank_card": "6217000000009" + digest("999992")}, "invalid_card_number"),
        ({"bank_card": NO_ISSUER[:13] + digest("000004")}, "no_issuing_bank"),
    ],
)
def test_hashed_values_find_what_plain_ones_would(register: Register, changes: dict[str, str], meaning: str) -> None:
    question = asked(register, {**HASHED, **changes}, forms=FORMS, product_type="BANK_CARD_4_META")

    assert DECISIONS["BankMetaVerifyIntl"](question) == meaning


@pytest.mark.parametrize(
    ("operation", "changes", "meaning"),
    [
        ("Mobile2MetaVerifyIntl", {}, "match"),
        ("Mobile2MetaVerifyIntl", {"name": OTHER["name"]}, "mismatch"),
        ("Mobile3MetaVerifyIntl", {}, "match"),
        ("Mobile3MetaVerifyIntl", {"resident_id": OTHER["resident_id"]}, "id_differs"),
        ("Mobile3MetaVerifyIntl", {"mobile": "13490999999"}, "no_record"),
        ("MobileOnlineStatus", {}, "in_use"),
        ("MobileOnlineTime", {}, "from_24_months"),
    ],
)
def test_whole_hashes_do_so_too(register: Register, operation: str, changes: dict[str, str], meaning: str) -> None:
    claim = {element: digest(value) for element, value in {**TRUTH, **changes}.items() if element in WHOLE}

    assert DECISIONS[operation](asked(register, claim, forms=WHOLE)) == meaning


@pytest.mark.parametrize(
    ("person", "status", "detect"),
    [
        ("line-out-of-service", "suspended", "suspended"),
        ("line-cancelled", "line_cancelled", "empty"),
        ("line-not-on-network", "not_on_network", "empty"),
        ("line-unusable", "unusable", "empty"),
        ("line-unknown", "no_record", "no_record"),
    ],
)
def test_what_the_operator_says_of_a_line(register: Register, person: str, status: str, detect: str) -> None:
    found = register.get(person)
    assert found is not None
    question = asked(register, {"mobile": found.mobiles[0].number})

    assert (DECISIONS["MobileOnlineStatus"](question), DECISIONS["MobileDetect"](question)) == (status, detect)


@pytest.mark.parametrize(
    ("months", "meaning"),
    [
        (0, "under_3_months"),
        (2, "under_3_months"),
        (3, "under_6_months"),
        (5, "under_6_months"),
        (6, "under_12_months"),
        (12, "under_24_months"),
        (23, "under_24_months"),
        (24, "from_24_months"),
        (1200, "from_24_months"),
        (None, "no_record"),
    ],
)
def test_the_lower_bound_belongs_to_the_band(register: Register, months: int | None, meaning: str) -> None:
    line = {"number": "13490777777", "operator": "mobile", "months": months}
    register.put({"key": "m", "name": "测试甲", "resident_id": "110101190001010006", "mobiles": [line]})

    assert DECISIONS["MobileOnlineTime"](asked(register, {"mobile": "13490777777"})) == meaning


class TestVerified:
    @pytest.mark.parametrize(
        ("person", "changes", "meaning"),
        [
            ("ordinary-01", {}, "passed"),
            ("ordinary-01", {"name": OTHER["name"]}, "identity_mismatch"),
            ("ordinary-01", {"name": "Lin"}, "identity_mismatch"),
            ("ordinary-01", {"resident_id": "11010119900307001X"}, "identity_not_found"),
            ("ordinary-01", {"resident_id": "x"}, "identity_not_found"),
            ("mps-not-found", {}, "identity_not_found"),
            ("mps-no-photo", {}, "no_source_photo"),
            ("mps-face-different", {}, "face_mismatch"),
        ],
    )
    def test_the_source_is_asked_before_the_face(
        self, register: Register, person: str, changes: dict[str, str], meaning: str
    ) -> None:
        found = register.get(person)
        assert found is not None
        claim = {"name": found.name, "resident_id": found.resident_id, **changes}

        assert verified(asked(register, claim, person, authorize=True), compares_faces=True) == meaning

    @pytest.mark.parametrize(
        ("person", "meaning"),
        [
            ("mps-not-found", "passed"),
            ("mps-no-photo", "passed"),
            ("mps-face-different", "face_mismatch"),
            ("mps-face-unsure", "face_mismatch"),
            (None, "passed"),
        ],
    )
    def test_without_the_source_only_the_face_counts(
        self, register: Register, person: str | None, meaning: str
    ) -> None:
        assert verified(asked(register, {}, person), compares_faces=True) == meaning

    def test_a_product_without_a_face_compares_none(self, register: Register) -> None:
        assert verified(asked(register, {}, "mps-face-different"), compares_faces=False) == "passed"

    def test_a_photo_nobody_could_compare_is_no_photo_to_the_source(self, register: Register) -> None:
        person = register.put(
            {
                "key": "p",
                "name": "测试甲",
                "resident_id": "110101190001010006",
                "photos": [{"score": 90, "quality": "poor"}],
            }
        )
        claim = {"name": person.name, "resident_id": person.resident_id}

        assert verified(asked(register, claim, "p", authorize=True), compares_faces=False) == "no_source_photo"


@pytest.mark.parametrize(
    ("quality", "score", "ekyc", "liveness"),
    [
        ("good", 92, "passed", "passed"),
        ("good", 13, "face_mismatch", "passed"),
        ("poor", 92, "unqualified_photo", "unqualified_photo"),
        ("no_face", 92, "no_face_detected", "no_face_detected"),
    ],
)
def test_a_picture_is_what_the_record_says_of_it(
    register: Register, quality: str, score: int, ekyc: str, liveness: str
) -> None:
    photo = {"sha256": sha256(b"picture").hexdigest(), "score": score, "quality": quality}
    register.put({"key": "p", "name": "测试甲", "resident_id": "110101190001010006", "photos": [photo]})
    question = asked(register, {}, "p", pictures=(b"picture",))

    assert (DECISIONS["EkycVerify"](question), DECISIONS["FaceLiveness"](question)) == (ekyc, liveness)


def test_anybody_s_face_is_alive_and_any_document_sound(register: Register) -> None:
    question = asked(register, {}, pictures=(b"picture",))

    assert {DECISIONS[name](question) for name in ("FaceLiveness", "EkycVerify", "DocOcr", "CardOcr")} == {"passed"}


@pytest.mark.parametrize(("pictures", "meaning"), [((b"a", b"a"), "match"), ((b"a", b"b"), "face_mismatch")])
def test_two_pictures_are_compared(register: Register, pictures: tuple[bytes, bytes], meaning: str) -> None:
    assert DECISIONS["FaceCompare"](asked(register, {}, pictures=pictures)) == meaning


def test_every_finding_is_a_word_of_the_table(register: Register) -> None:
    for operation, decide in DECISIONS.items():
        question = asked(register, TRUTH, product_type="BANK_CARD_4_META", pictures=(b"a", b"b"))
        assert decide(question) in catalogue()[operation].results


def test_an_asking_shows_no_personal_value(register: Register) -> None:
    assert "林静怡" not in repr(asked(register, TRUTH, pictures=(b"a",)))
