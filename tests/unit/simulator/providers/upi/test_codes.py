from __future__ import annotations

import pytest

from simulator.providers.upi.codes import (
    PHOTO,
    Kind,
    Layer,
    documented,
    public_members,
    table,
    unauthorised,
)


def test_the_operation_is_what_the_table_says() -> None:
    operation = documented()

    assert (operation.name, operation.path) == (PHOTO, "/uis/idverify/v1/idcardphotoverification")
    assert operation.trade_types == {"ID0203"}
    assert not operation.experimental
    assert [member.name for member in operation.inner] == ["customerNm", "certifID", "photo"]
    assert [member.claim for member in operation.inner] == ["name", "resident_id", "photo"]
    assert [member.name for member in operation.outer if not member.required] == ["merchantID", "merchantName", "mcc"]


def test_every_row_belongs_to_a_layer() -> None:
    layers = {row.code: Layer(row.layer) for row in table().rows}

    assert {code for code, layer in layers.items() if layer is Layer.ADMISSION} == {"03", "40", "57", "62"}
    assert {code for code, layer in layers.items() if layer is Layer.FORMAT} == {"12", "30"}
    assert {code for code, layer in layers.items() if layer is Layer.ORDER} == {"78", "94"}
    assert {code for code, layer in layers.items() if layer is Layer.SECURITY} == {"E0"}


def test_an_answer_is_found_by_code_and_by_meaning() -> None:
    operation = documented()

    assert operation.answer("05").meaning == "not_proven"
    assert operation.meaning("not_proven") == operation.answer("05")
    assert operation.meaning("nonsense") is None
    with pytest.raises(KeyError):
        operation.answer("E0")


def test_every_finding_and_every_detail_is_of_a_code_there_is() -> None:
    operation = documented()

    assert {code for code, _ in operation.findings.values()} <= operation.answers.keys()
    assert operation.details.keys() <= operation.answers.keys()
    assert all(0 < len(detail) <= 255 for _, detail in operation.findings.values())


def test_the_caller_is_refused_with_one_row() -> None:
    assert (unauthorised().code, unauthorised().http_status, unauthorised().layer) == ("E0", 401, "security")


def test_only_ids_of_institutions_and_kinds_of_calls_are_kept_in_clear() -> None:
    assert public_members() == {"memberIIN", "mcc", "tradeType"}
    assert all(member.personal for member in documented().inner)
    assert {member.kind for member in documented().outer if member.name in public_members()} == {Kind.N, Kind.AN}
