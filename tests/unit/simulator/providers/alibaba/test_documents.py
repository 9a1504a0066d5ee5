from __future__ import annotations

import pytest

from kyc_core.people import parse_person
from simulator.providers.alibaba import documents
from simulator.providers.alibaba.documents import Scan, by_code, id_info
from simulator.register import ShippedPeople

PEOPLE = ShippedPeople.load().index.people
CARD = by_code()["00000001"]
HONG_KONG = "name englishName nameCode sex birthDate idNumber currentIssueDate firstIssueDate isPermanent symbols"


def scan(**choices: object) -> Scan:
    given = {"kind": CARD, "risk": False, "looked_for_forgery": False, **choices}
    return Scan(**given)  # type: ignore[arg-type]  # the members of the case at hand


def test_a_document_is_its_holder_s() -> None:
    person = PEOPLE["ordinary-01"]
    read = CARD.read(person, printed=False)

    assert list(read) == ["name", "sex", "ethnicity", "birthDate", "idNumber", "address"]
    assert (read["name"], read["idNumber"], read["birthDate"]) == (person.name, person.resident_id, "1885-03-14")
    assert read["sex"] == "女"


def test_a_number_that_cannot_be_taken_apart_leaves_the_sample_s_birth_date_and_sex() -> None:
    odd = parse_person({"key": "odd", "name": "韦小宝", "resident_id": "11204416541220243X"})
    read = CARD.read(odd, printed=False)

    assert (read["name"], read["idNumber"]) == ("韦小宝", "11204416541220243X")
    assert (read["birthDate"], read["sex"]) == ("1900-01-01", "女")


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("00000006", HONG_KONG),
        ("00000008", HONG_KONG),
        ("00000007", "name englishName sex birthDate idNumber issueDate expiryDate placeOfIssue originOfIssue"),
        ("00000009", "name englishName sex birthDate idNumber issueDate expiryDate originOfIssue"),
        ("000000012", "name englishName sex birthDate idNumber issueDate expiryDate originOfIssue placeOfIssue"),
        ("01000000", "surname givenname sex birthDate passportNo nationality expiryDate countryCode"),
        ("MAC01002", "surnameCN givennameCN surname givenname sex birthDate idNumber expiryDate placeOfBirth"),
    ],
)  # fmt: skip
def test_every_document_has_its_fields_in_the_page_s_order(code: str, fields: str) -> None:
    assert list(by_code()[code].read(None, printed=False)) == fields.split()


def test_a_date_may_be_read_as_it_is_printed() -> None:
    hong_kong = by_code()["00000008"]

    assert hong_kong.read(None, printed=False)["currentIssueDate"] == "2018-11-26"
    assert hong_kong.read(None, printed=True)["currentIssueDate"] == "26-11-18"


def test_a_sound_document_passes_and_shows_no_risk() -> None:
    info = id_info(scan(), None)

    assert list(info) == ["ocrIdPassed", "ocrIdInfo", "spoofInfo", "ocrIdEditInfo"]
    assert (info["ocrIdPassed"], info["spoofInfo"]) == ("Y", {"spoofResult": "N", "spoofType": []})
    assert info["ocrIdEditInfo"] == {}


@pytest.mark.parametrize(
    ("person", "types"),
    [
        (None, ["SCREEN_REMARK"]),
        ("alibaba-spoof-copy", ["PHOTO_COPY"]),
        ("alibaba-spoof-tampered", ["TAMPER"]),
        ("alibaba-spoof-three", ["SCREEN_REMARK", "PHOTO_COPY", "TAMPER"]),
    ],
)
def test_a_risk_has_its_signs(person: str | None, types: list[str]) -> None:
    info = id_info(scan(risk=True, looked_for_forgery=True), PEOPLE[person] if person else None)

    assert (info["ocrIdPassed"], info["spoofInfo"]) == ("N", {"spoofResult": "Y", "spoofType": types})


def test_what_cannot_be_read_is_empty_and_fails() -> None:
    info = id_info(scan(), PEOPLE["alibaba-ocr-failed"])

    assert (info["ocrIdPassed"], info["ocrIdInfo"]) == ("N", {})


@pytest.mark.parametrize(("allowed", "edited"), [(True, {"address": "北京市东城区样本路二号"}), (False, {})])
def test_what_the_user_corrected_stands_beside_what_was_read(allowed: bool, edited: dict[str, str]) -> None:
    info = id_info(scan(edited=allowed), PEOPLE["alibaba-edited"])

    assert info["ocrIdEditInfo"] == edited
    assert info["ocrIdInfo"]["address"] == "北京市东城区样本路一号"


def test_without_a_check_the_negative_result_may_be_left_out() -> None:
    assert "spoofInfo" not in id_info(scan(empty_spoof_info=False), None)
    assert "spoofInfo" in id_info(scan(empty_spoof_info=False, looked_for_forgery=True), None)
    assert "spoofInfo" in id_info(scan(empty_spoof_info=False, risk=True), None)


def test_pictures_standard_values_and_quality_come_when_asked_for() -> None:
    info = id_info(scan(kind=by_code()["01000000"], images=True, standard=True, face_quality=95.45), None)

    assert info["idImage"] == documents.picture()
    assert info["ocrStandardData"] == {
        "surname_s": "SAMPLE",
        "given_name_s": "TEST",
        "date_of_birth_s": "1990-02-21",
        "sex_s": "F",
    }
    assert info["idFaceQualityScore"] == 95.45
