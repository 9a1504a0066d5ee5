from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from contracts.loader import load_table
from contracts.registry import validator
from simulator.providers.alibaba import answers
from simulator.providers.alibaba.answers import Told
from simulator.providers.alibaba.codes import catalogue
from simulator.providers.alibaba.operations import DECISIONS, Asked
from simulator.register import Register, ShippedPeople
from simulator.store import MemorySpace

TABLE = load_table("alibaba")
DEFAULTS = {name: switch.default for name, switch in TABLE.switches.items()}
TRANSACTION = "hk" + "0" * 30
ROWS = [
    pytest.param(operation, row.code, id=f"{operation} {row.code}")
    for operation in DECISIONS
    for row in TABLE.results(operation)
]


@pytest.fixture
def asked() -> Asked:
    register = Register(ShippedPeople.load(), MemorySpace())
    return Asked(
        values={"mobile": "13490000010"},
        person=register.get("ordinary-01"),
        register=register,
        today=date(2026, 1, 5),
        pictures=(b"a", b"b"),
    )


def told(asked: Asked, operation: str, code: str, **more: Any) -> Told:
    given: dict[str, Any] = {
        "asked": asked,
        "outcome": TABLE.result(operation, code),
        "parameters": {"DocType": "00000001", "Mobiles": "13490000010"},
        "flags": {},
        "transaction_id": TRANSACTION,
        "forced": True,
        "switch": DEFAULTS.__getitem__,
    }
    return Told(**{**given, **more})


@pytest.mark.parametrize(("operation", "code"), ROWS)
def test_every_row_has_an_answer_that_keeps_the_schema(asked: Asked, operation: str, code: str) -> None:
    content = answers.content(operation, told(asked, operation, code))
    facts = catalogue()[operation]
    document = {
        "RequestId": "4EB356FE-BB6A-5DCC-B4C5-E8051787EBA1",
        "Code": facts.success_code,
        "Message": "success",
        facts.envelope.value: content,
    }

    assert [error.json_path for error in validator("alibaba", operation, "response").iter_errors(document)] == []


def test_the_operator_is_named_where_there_is_a_record_and_a_name(asked: Asked) -> None:
    broadcast = next(
        line
        for person in asked.register.people()
        for line in person.mobiles
        if line.operator.value not in ("mobile", "unicom", "telecom")
    )
    elsewhere = replace(asked, values={"mobile": broadcast.number})
    content = {
        "known": answers.content("Mobile3MetaVerifyIntl", told(asked, "Mobile3MetaVerifyIntl", "101")),
        "no record": answers.content("Mobile3MetaVerifyIntl", told(asked, "Mobile3MetaVerifyIntl", "301")),
        "no name": answers.content("Mobile3MetaVerifyIntl", told(elsewhere, "Mobile3MetaVerifyIntl", "101")),
    }

    assert [name for name, found in content.items() if "IspName" in found] == ["known"]


def test_a_comparison_has_the_score_it_was_decided_by(asked: Asked) -> None:
    forced = answers.content("FaceCompare", told(asked, "FaceCompare", "Y"))
    decided = answers.content("FaceCompare", told(asked, "FaceCompare", "N", forced=False))

    assert (forced["FaceComparisonScore"], decided["FaceComparisonScore"]) == (100.0, 13.0)


def test_flags_shape_what_is_read(asked: Asked) -> None:
    content = answers.content("DocOcr", told(asked, "DocOcr", "200", flags={"IdFaceQuality": "T", "Spoof": "T"}))

    assert json.loads(content["ExtIdInfo"])["idFaceQualityScore"] == 95.45


def test_authorize_adds_the_source_s_score(asked: Asked) -> None:
    with_source = replace(asked, authorize=True)
    scored = [
        "authorityComparisonScore" in answers.content("EkycVerify", told(question, "EkycVerify", code))["ExtFaceInfo"]
        for question, code in ((asked, "200"), (with_source, "200"), (with_source, "202"))
    ]

    assert scored == [False, True, False]


def test_interactive_operations_answer_by_themselves(asked: Asked) -> None:
    with pytest.raises(KeyError):
        answers.content("CheckResult", told(asked, "DocOcr", "200"))
