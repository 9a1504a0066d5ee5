from __future__ import annotations

from hashlib import sha256

import pytest

from kyc_core.people import parse_person
from simulator.providers.alibaba import faces
from simulator.providers.alibaba.faces import Look, face_info
from simulator.register import ShippedPeople

PEOPLE = ShippedPeople.load().index.people


def test_a_face_that_passed_has_its_score() -> None:
    assert face_info(Look(sub_code="200", compared=True), PEOPLE["ordinary-01"]) == {
        "faceAttack": "N",
        "facePassed": "Y",
        "faceQuality": 95.45,
        "faceOcclusion": "N",
        "faceComparisonScore": 92.0,
    }


@pytest.mark.parametrize(
    ("code", "attack", "passed"), [("200", "N", "Y"), ("204", "N", "N"), ("205", "Y", "N"), ("207", "N", "N")]
)
def test_attack_and_verdict_follow_the_sub_code(code: str, attack: str, passed: str) -> None:
    info = face_info(Look(sub_code=code, compared=True), None)

    assert (info["faceAttack"], info["facePassed"], info["faceComparisonScore"]) == (attack, passed, 99.99)


def test_a_face_that_was_compared_with_none_has_no_score() -> None:
    assert "faceComparisonScore" not in face_info(Look(sub_code="200", compared=False), PEOPLE["ordinary-01"])
    assert "faceComparisonScore" not in face_info(Look(sub_code="203", compared=True), PEOPLE["mps-no-photo"])


def test_the_source_s_score_stands_where_it_was_asked() -> None:
    info = face_info(Look(sub_code="204", compared=True, authority=True), PEOPLE["mps-face-different"])

    assert (info["faceComparisonScore"], info["authorityComparisonScore"]) == (13.0, 13.0)


def test_pictures_and_the_video_come_when_asked_for() -> None:
    info = face_info(
        Look(sub_code="200", compared=True, images=True, several_images=True, video="http://a/video"), None
    )

    assert (len(info["extraFaceImg"]), info["docVideoUrl"]) == (1, "http://a/video")
    assert info["faceImg"] == info["extraFaceImg"][0]


def test_liveness_tells_it_in_members_of_its_own() -> None:
    assert (faces.liveness("200")["FaceAttack"], faces.liveness("205")["FaceAttack"]) == ("N", "Y")


def test_pictures_are_alike_when_they_are_one_or_one_person_s() -> None:
    digests = [sha256(picture).hexdigest() for picture in (b"one", b"two")]
    person = parse_person(
        {
            "key": "a",
            "name": "测试甲",
            "resident_id": "110101190001010006",
            "photos": [{"sha256": digests[0], "score": 96}, {"sha256": digests[1], "score": 88}],
        }
    )

    assert faces.similarity(b"one", b"one", ()) == 100
    assert faces.similarity(b"one", b"two", [person]) == 88
    assert faces.similarity(b"one", b"three", [person]) == 13
    assert (faces.of_one_face("Y"), faces.of_one_face("N")) == (100, 13)


def test_members_nobody_has_read_are_empty_objects() -> None:
    assert faces.unread("ExtRiskInfo") == faces.unread("ExtBasicInfo") == "{}"
    assert faces.source_info()["govId"] == 1.0
    assert faces.quality() == 95.45
