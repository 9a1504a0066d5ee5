from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import orjson
import pytest

from kyc_core.verdicts import Verdict
from simulator.providers.kyc_china import operations
from simulator.providers.kyc_china.codes import Form, find, sub_checks, table
from simulator.providers.kyc_china.messages import read_submission
from simulator.providers.kyc_china.sources import LARGEST_PHOTO, Sources
from simulator.services import Services

Truth = Callable[..., dict[str, Any]]


@pytest.fixture
def decided(services: Services) -> Callable[[str, dict[str, Any]], str]:
    """Return the meaning of a sub-check about a submission."""

    def decide(check: str, submission: dict[str, Any]) -> str:
        return operations.decide(sub_checks()[check], sources(services, submission), 0)

    return decide


def sources(services: Services, submission: dict[str, Any]) -> Sources:
    register = services.tenants.default.register
    return Sources(read_submission(orjson.dumps(submission)), register, today=date(2026, 1, 5))


STRANGER = {"name": "赵国栋"}


@pytest.mark.parametrize(
    ("check", "key", "changes", "meaning"),
    [
        pytest.param("identity.two-factor", "ordinary-01", {}, "match", id="two: match"),
        pytest.param("identity.two-factor", "ordinary-01", STRANGER, "mismatch", id="two: another name"),
        pytest.param("identity.two-factor", "mps-not-found", {}, "not_found", id="two: not on file"),
        pytest.param("identity.two-factor", "mps-cancelled", {}, "not_found", id="two: cancelled"),
        pytest.param("identity.two-factor", "ordinary-01", {"name": "Lin"}, "invalid_name", id="two: pinyin"),
        pytest.param("identity.two-factor", "ordinary-01", {"name": " 林静怡"}, "invalid_name", id="two: a blank"),
        pytest.param("identity.two-factor", "minority-name", {}, "match", id="two: a dot"),
        pytest.param(
            "identity.two-factor",
            "ordinary-01",
            {"idNumber": "110101190001010007"},
            "invalid_id",
            id="two: check digit",
        ),
        pytest.param(
            "identity.two-factor",
            "ordinary-01",
            {"idNumber": "110101190002290003"},
            "invalid_id",
            id="two: 29 Feb 1900",
        ),
        pytest.param("identity.four-factor", "ordinary-01", {}, "match", id="four: match"),
        pytest.param(
            "identity.four-factor", "ordinary-01", {"idExpiryDate": "20380501"}, "mismatch", id="four: another end"
        ),
        pytest.param(
            "identity.four-factor",
            "ordinary-01",
            {"idIssueDate": "20180231"},
            "invalid_validity",
            id="four: no such day",
        ),
        pytest.param(
            "identity.four-factor",
            "ordinary-01",
            {"idIssueDate": "20380501", "idExpiryDate": "20180501"},
            "invalid_validity",
            id="four: issued after it ends",
        ),
        pytest.param("identity.four-factor", "expired-card", {}, "match", id="four: expired, which is no reason"),
        pytest.param("identity.image", "ordinary-01", {}, "match", id="image: match"),
        pytest.param("identity.image", "mps-face-unsure", {}, "mismatch", id="image: unsure"),
        pytest.param("identity.image", "mps-face-different", {}, "mismatch", id="image: different"),
        pytest.param("identity.image", "photo-score-59", {}, "mismatch", id="image: just below"),
        pytest.param("identity.image", "photo-score-60", {}, "match", id="image: the edge"),
        pytest.param("identity.image", "mps-no-photo", {}, "no_photo", id="image: none on file"),
        pytest.param("identity.image", "photo-poor", {}, "poor_photo", id="image: poor"),
        pytest.param("identity.image", "photo-no-face", {}, "no_face", id="image: no face"),
        pytest.param("identity.image", "ordinary-01", STRANGER, "mismatch", id="image: another name"),
        pytest.param("identity.image", "ordinary-01", {"facePhoto": "-_8"}, "photo_undecodable", id="image: URL-safe"),
        pytest.param(
            "identity.image", "ordinary-01", {"facePhoto": "R0lGODlh"}, "photo_undecodable", id="image: a GIF"
        ),
        pytest.param("identity.three-factor", "ordinary-01", {}, "match", id="three: match"),
        pytest.param("identity.three-factor", "ordinary-01", {"mobile": "13490000020"}, "mismatch", id="three: theirs"),
        pytest.param(
            "identity.three-factor", "ordinary-01", {"mobile": "15400009990"}, "not_found", id="three: nobody's"
        ),
        pytest.param("identity.three-factor", "line-cancelled", {}, "not_found", id="three: a cancelled line"),
        pytest.param("identity.name-mobile", "ordinary-01", {}, "match", id="pair: name"),
        pytest.param("identity.name-mobile", "ordinary-01", STRANGER, "mismatch", id="pair: another name"),
        pytest.param("identity.name-mobile", "ordinary-01", {"name": "Lin"}, "invalid_name", id="pair: pinyin"),
        pytest.param("identity.id-mobile", "ordinary-01", {}, "match", id="pair: number"),
        pytest.param("identity.id-mobile", "ordinary-03", {}, "match", id="pair: X"),
        pytest.param(
            "identity.id-mobile",
            "ordinary-01",
            {"idNumber": "110101190001010007"},
            "invalid_id",
            id="pair: check digit",
        ),
        pytest.param("mobile.attribution", "ordinary-01", {}, "found", id="attribution"),
        pytest.param("mobile.attribution", "ordinary-01", {"mobile": "13800138000"}, "found", id="attribution: block"),
        pytest.param(
            "mobile.attribution", "ordinary-01", {"mobile": "15400009990"}, "not_found", id="attribution: none"
        ),
        pytest.param("mobile.location-work", "ordinary-01", {}, "found", id="work"),
        pytest.param("mobile.location-residential", "line-unknown", {}, "not_found", id="home: nobody says"),
        pytest.param("risk.fraud", "ordinary-01", {}, "clear", id="fraud: clear"),
        pytest.param("risk.fraud", "risk-gambling", {}, "hit", id="fraud: hit"),
        pytest.param("risk.fraud", "risk-police", {}, "clear", id="fraud: not the police's business"),
        pytest.param("risk.criminal", "risk-police", {}, "hit", id="criminal: hit"),
        pytest.param("risk.criminal", "risk-police", STRANGER, "clear", id="criminal: another name"),
        pytest.param("risk.criminal", "risk-fraud", {}, "clear", id="criminal: not the lists' business"),
        pytest.param("risk.criminal", "ordinary-01", {"name": "Lin"}, "invalid_name", id="criminal: pinyin"),
        pytest.param("bank.three-factor", "ordinary-01", {}, "match", id="bank: match"),
        pytest.param("bank.three-factor", "ordinary-01", STRANGER, "mismatch", id="bank: another name"),
        pytest.param("bank.three-factor", "card-lost", {}, "card_unusable", id="bank: lost"),
        pytest.param("bank.three-factor", "card-issuer-unsupported", {}, "unsupported", id="bank: issuer"),
        pytest.param(
            "bank.three-factor", "card-invalid-number", {}, "invalid_card", id="bank: the issuer knows no such"
        ),
        pytest.param(
            "bank.three-factor",
            "ordinary-01",
            {"bankCardNumber": "6217000000000099998"},
            "not_found",
            id="bank: nobody's",
        ),
        pytest.param(
            "bank.three-factor", "ordinary-01", {"bankCardNumber": "990000000000"}, "invalid_card", id="bank: no bank's"
        ),
        pytest.param("bank.four-factor", "ordinary-01", {}, "match", id="bank four: match"),
        pytest.param("bank.four-factor", "other-reserved-mobile", {}, "mismatch", id="bank four: an old mobile"),
    ],
)
def test_a_sub_check_finds_what_the_register_holds(
    decided: Callable[[str, dict[str, Any]], str],
    truth: Truth,
    check: str,
    key: str,
    changes: dict[str, str],
    meaning: str,
) -> None:
    assert decided(check, {**truth(key), **changes}) == meaning


@pytest.mark.parametrize(
    ("address", "meaning"),
    [
        pytest.param({"type": "work", "city": "上海", "address": "测试大道1号"}, "within_3km", id="the very address"),
        pytest.param(
            {"type": "work", "city": "上海市", "address": "测试大道1号"}, "within_3km", id="with the word city"
        ),
        pytest.param(
            {"type": "work", "city": "上海", "address": "测试路1号"}, "5_to_10km", id="the home for the office"
        ),
        pytest.param({"type": "common", "city": "上海", "address": "测试路1号"}, "within_3km", id="the home as such"),
        pytest.param({"type": "residential", "city": "杭州", "address": "测试路1号"}, "beyond_50km", id="another city"),
    ],
)
def test_an_address_is_compared_with_the_area_of_its_type(
    decided: Callable[[str, dict[str, Any]], str], truth: Truth, address: dict[str, str], meaning: str
) -> None:
    assert decided("mobile.address-verify", {**truth("ordinary-01"), "addressesToVerify": [address]}) == meaning


def test_a_photo_may_be_five_mebibytes_and_no_more(services: Services, truth: Truth) -> None:
    start = b"\x89PNG\r\n\x1a\n"
    end = b"\x00\x00\x00\x00IEND\xaeB`\x82"
    import base64

    def photo(size: int) -> bytes | str:
        text = base64.b64encode(start + b"\0" * (size - len(start) - len(end)) + end).decode()
        return sources(services, {**truth("ordinary-01", "idNumber"), "facePhoto": text}).photo

    assert len(photo(LARGEST_PHOTO)) == LARGEST_PHOTO
    assert photo(LARGEST_PHOTO + 1) == "photo_too_large"


def test_every_meaning_of_a_decision_has_a_row() -> None:
    comparisons = [check for check in sub_checks().values() if check.form in (Form.IDENTITY, Form.IMAGE, Form.BANK)]
    meanings = set(operations.MEANINGS.values()) - {"no_photo", "poor_photo", "no_face", "invalid_validity"}

    for check in comparisons:
        assert find(check.name, "match") is not None
        known = {row.meaning for row in table().rows if row.operation == check.name}
        assert meanings - known <= {"invalid_card", "card_unusable", "unsupported", "invalid_name", "invalid_id"}


def test_verdicts_that_only_a_comparison_gives_are_mapped() -> None:
    account = {Verdict.SOURCE_ERROR, Verdict.SOURCE_UPGRADING, Verdict.QUOTA, Verdict.PENDING, Verdict.REFUSED}

    assert set(Verdict) - set(operations.MEANINGS) == account | {Verdict.NO_CHECK, Verdict.INVALID_MOBILE}


@pytest.mark.parametrize(
    ("check", "key", "meaning", "expected"),
    [
        pytest.param(
            "mobile.attribution",
            "ordinary-01",
            "found",
            {"operator": "中国移动", "province": "上海", "city": "上海"},
            id="attribution",
        ),
        pytest.param(
            "mobile.attribution",
            "ordinary-01",
            "not_found",
            {"operator": None, "province": None, "city": None},
            id="attribution withheld",
        ),
        pytest.param("mobile.location-work", "ordinary-01", "found", {"locations": ["上海"]}, id="location"),
        pytest.param("mobile.location-work", "line-unknown", "found", {"locations": ["北京"]}, id="location made up"),
        pytest.param("mobile.location-work", "ordinary-01", "not_found", {"locations": []}, id="location withheld"),
        pytest.param(
            "risk.fraud",
            "risk-money-mule",
            "hit",
            {
                "risks": [
                    {"type": "fraud", "level": "None", "severity": 0},
                    {"type": "gambling", "level": "None", "severity": 0},
                    {"type": "money-mule", "level": "Medium", "severity": 2},
                ]
            },
            id="fraud on file",
        ),
        pytest.param(
            "risk.fraud",
            "risk-fraud",
            "clear",
            {"risks": [{"type": name, "level": "None", "severity": 0} for name in ("fraud", "gambling", "money-mule")]},
            id="fraud denied",
        ),
        pytest.param("identity.two-factor", "ordinary-01", "match", {}, id="a comparison"),
        pytest.param("identity.image", "ordinary-01", "match", {"similarity": 92.0}, id="similarity"),
        pytest.param("identity.image", "ordinary-01", "mismatch", {"similarity": 0.0}, id="similarity forced down"),
        pytest.param("identity.image", "mps-face-unsure", "mismatch", {"similarity": 52.0}, id="similarity unsure"),
        pytest.param("identity.image", "mps-face-unsure", "match", {"similarity": 100.0}, id="similarity forced up"),
    ],
)
def test_data_agree_with_the_answer_even_when_it_is_forced(
    services: Services, truth: Truth, check: str, key: str, meaning: str, expected: dict[str, Any]
) -> None:
    assert operations.data(sub_checks()[check], meaning, sources(services, truth(key)), 0) == expected


@pytest.mark.parametrize("check", ["risk.fraud", "risk.criminal"])
def test_a_forced_hit_shows_one(services: Services, truth: Truth, check: str) -> None:
    found = operations.data(sub_checks()[check], "hit", sources(services, truth("ordinary-01")))

    assert any(item["level"] == "High" for item in found["risks"])


@pytest.mark.parametrize(
    ("number", "operator"),
    [("13800138000", "中国移动"), ("13000000000", "中国联通"), ("13300000000", "中国电信"), ("15400009990", None)],
)
def test_a_number_nobody_has_on_file_is_told_by_its_block(
    services: Services, number: str, operator: str | None
) -> None:
    assert operations.attribution(sources(services, {"mobile": number})) == {
        "operator": operator,
        "province": None,
        "city": None,
    }
