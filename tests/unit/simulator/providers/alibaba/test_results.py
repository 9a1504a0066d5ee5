from __future__ import annotations

import json
from typing import Any

import pytest

from contracts.loader import load_table
from simulator.providers.alibaba import results
from simulator.providers.alibaba.codes import products
from simulator.providers.alibaba.verification import State, Verification
from simulator.register import ShippedPeople

DEFAULTS = {name: switch.default for name, switch in load_table("alibaba").switches.items()}
PERSON = ShippedPeople.load().index.people["ordinary-01"]


def result(verification: Verification, *, images: bool = False, **switches: object) -> dict[str, Any]:
    chosen = DEFAULTS | {f"alibaba.{name}": value for name, value in switches.items()}
    return results.result(verification, PERSON, images=images, video="http://v", switch=chosen.__getitem__)


def of(product: str, code: str = "200", **more: Any) -> Verification:
    return Verification(product=product, sub_code=code, doc_type="00000001", **more)


@pytest.mark.parametrize("product", products())
def test_every_product_returns_what_it_returns(product: str) -> None:
    flags = {"Authorize": "T"}
    found = set(result(of(product, flags=flags))) - {"Passed", "SubCode"}

    # Nothing is known of what EkycResult says.
    assert found == set(products()[product].returns) - {"EkycResult"}


@pytest.mark.parametrize(("code", "passed"), [("200", "Y"), ("212", "N"), ("204", "N"), ("P", "P")])
def test_passed_is_y_beside_200_alone(code: str, passed: str) -> None:
    found = result(of("KYC_GLOBAL", code))

    assert found["Passed"] == passed
    assert found.get("SubCode") == (None if code == "P" else code)


def test_indonesian_answers_need_authorize() -> None:
    assert "ExtSourceInfo" not in result(of("eKYC_NDI"))


@pytest.mark.parametrize(("code", "scored"), [("200", True), ("204", True), ("201", False), ("209", False)])
def test_the_source_s_score_stands_where_it_compared(code: str, scored: bool) -> None:
    face = json.loads(result(of("eKYC", code, flags={"Authorize": "T"}))["ExtFaceInfo"])

    assert ("authorityComparisonScore" in face) is scored


def test_further_pictures_and_a_video_come_where_they_belong() -> None:
    old = json.loads(result(of("KYC_GLOBAL", flags={"DocVideo": "Y"}), images=True)["ExtFaceInfo"])
    new = json.loads(result(of("eKYC"), images=True)["ExtFaceInfo"])

    assert ("extraFaceImg" in old, old["docVideoUrl"]) == (True, "http://v")
    assert ("extraFaceImg" in new, "docVideoUrl" in new) == (False, False)


def test_flags_of_initialize_shape_the_document() -> None:
    flags = {"OcrValueStandard": "1", "IdFaceQuality": "T", "IdSpoof": "Y"}
    info = json.loads(result(of("ID_OCR", flags=flags))["ExtIdInfo"])

    assert info["ocrStandardData"]["date_of_birth_s"] == "1885-03-14"
    assert info["idFaceQualityScore"] == 95.45


@pytest.mark.parametrize(("switch", "there"), [("empty", True), ("omit", False)])
def test_a_check_nobody_asked_for_may_be_left_out(switch: str, there: bool) -> None:
    info = json.loads(result(of("ID_OCR"), spoof_info_without_check=switch)["ExtIdInfo"])

    assert ("spoofInfo" in info) is there


def test_what_was_deleted_is_not_told() -> None:
    assert set(result(of("eKYC", deleted=("Text",)), images=True)) == {"Passed", "SubCode"}
    assert "idImage" not in result(of("eKYC", deleted=("Img",)), images=True)["ExtIdInfo"]


@pytest.mark.parametrize(("product", "page"), [("ID_OCR", "OCR_SCAN"), ("eKYC", "OCR_SCAN"), ("FACE_LIVENESS", "FACE")])
def test_the_log_names_the_page_where_it_stopped(product: str, page: str) -> None:
    log = results.verify_log(of(product), "1", State.STARTED)

    assert (log["InterruptPageEn"], "VerifyErrorCode" in log) == (page, False)
    assert json.loads(log["LogStatisticsInfo"])["pageStayTimeInfo"]


def test_a_pending_verification_s_log_tells_no_result() -> None:
    log = results.verify_log(of("KYC_GLOBAL", "P"), "0", State.COMPLETED)

    assert "SubCode" not in log


def test_what_was_not_begun_has_nothing_to_tell() -> None:
    assert results.verify_log(of("eKYC"), "2", State.CREATED) == {"VerifyStatus": "2", "ExtInfo": "{}"}
