from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

Truth = Callable[..., dict[str, Any]]
Client = Any


@pytest.fixture
def example(client: Client, truth: Truth) -> dict[str, Any]:
    """The documentation's example of a report, rebuilt: one timeout, one mobile without record, one bank mismatch."""
    client.rule("risk.criminal", {"error": "Upstream timeout"})
    client.rule("identity.three-factor", {"result": "not found"})
    client.rule("bank.four-factor", {"result": "no match"})
    fields = truth("ordinary-01")
    del fields["facePhoto"]
    found: dict[str, Any] = client.report(**fields)
    return found


def test_the_summary_sorts_what_ran_and_what_did_not(example: dict[str, Any]) -> None:
    assert example["summary"] == {
        "ran": [
            "identity.four-factor",
            "identity.three-factor",
            "mobile.attribution",
            "mobile.location-work",
            "mobile.location-residential",
            "mobile.address-verify[0]",
            "risk.fraud",
            "bank.four-factor",
        ],
        "matched": ["identity.four-factor"],
        "unmatched": ["bank.four-factor"],
        "notFound": ["identity.three-factor"],
        "errored": [{"check": "risk.criminal", "error": "Upstream timeout"}],
    }


def test_result_objects_speak_both_generations(example: dict[str, Any]) -> None:
    assert example["identity"] == {
        "four-factor": {"result": "match", "consistent": True, "code": "1", "message": "Identity information matches"},
        "three-factor": {"result": "not found", "consistent": None, "code": None, "message": "No records found"},
    }
    assert example["bank"]["four-factor"] == {
        "result": "no match",
        "consistent": False,
        "code": "-1",
        "message": "Bank card information does not match",
    }
    assert example["mobile"]["address-verify"] == [
        {"type": "work", "city": "上海", "address": "测试大道1号", "distance": "≤3km", "message": "OK"}
    ]
    assert "criminal" not in example["risk"]


def test_the_top_level_is_in_documented_order(example: dict[str, Any]) -> None:
    assert list(example) == [
        "reportMetadata", "submitted", "identity", "mobile", "risk", "bank", "pdfUrl", "pdfFileName", "summary",
    ]  # fmt: skip
    assert example["reportMetadata"] == {"status": "completed"}


def test_the_echo_has_neither_photo_nor_callback(client: Client, truth: Truth) -> None:
    fields = truth("ordinary-01")
    report = client.report(**fields, callbackUrl="https://127.0.0.1/hook")

    assert report["submitted"] == {name: value for name, value in fields.items() if name != "facePhoto"}


@pytest.mark.parametrize(
    ("vocabulary", "members"),
    [
        ("both", ["result", "consistent", "code", "message"]),
        ("booleans", ["consistent", "code", "message"]),
        ("words", ["result", "message"]),
    ],
)
def test_one_generations_words_can_be_had_alone(
    client: Client, truth: Truth, vocabulary: str, members: list[str]
) -> None:
    client.switch("result_vocabulary", vocabulary)

    assert list(client.report(**truth("ordinary-01", "name", "idNumber"))["identity"]["two-factor"]) == members


def test_a_similarity_is_shown_only_when_asked_for(client: Client, truth: Truth) -> None:
    fields = truth("ordinary-01", "name", "idNumber", "facePhoto")
    without = client.report(**fields)["identity"]["image"]
    client.switch("image_similarity", True)

    assert "similarity" not in without
    assert client.report(**fields)["identity"]["image"]["similarity"] == 92.0


def test_chinese_can_be_asked_for(client: Client, truth: Truth) -> None:
    client.switch("language", "zh")
    client.rule("risk.criminal", {"error": "Upstream timeout"})
    report = client.report(**truth("ordinary-01", "name", "idNumber"))

    assert report["identity"]["two-factor"]["message"] == "身份信息一致"
    assert report["summary"]["errored"] == [{"check": "risk.criminal", "error": "上游超时"}]


def test_a_single_category_that_errored_is_absent(client: Client, truth: Truth) -> None:
    client.rule("bank.three-factor", {"error": "Upstream error"})
    report = client.report(**truth("ordinary-01", "name", "idNumber", "bankCardNumber"))

    assert "bank" not in report
    assert {"identity", "risk"} <= report.keys()


def test_the_same_seed_gives_the_same_report(client: Client, truth: Truth) -> None:
    token = client.submit(**truth("ordinary-01"))
    client.clock.advance(12)
    first, second = client.poll(token).body, client.poll(token).body
    client.clock.advance(1)
    later = orjson.loads(client.poll(token).body)

    assert first == second
    assert {**later, "pdfUrl": ""} == {**orjson.loads(first), "pdfUrl": ""}
    assert later["pdfUrl"] != orjson.loads(first)["pdfUrl"]
