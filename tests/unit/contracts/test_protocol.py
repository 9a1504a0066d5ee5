from __future__ import annotations

from copy import deepcopy
from importlib.resources import files
from typing import Any

import orjson
import pytest

from contracts.loader import load_table
from contracts.protocol import load_protocol, parse_protocol, protocols
from contracts.provider_files import ContractError


@pytest.fixture
def document() -> Any:
    return deepcopy(orjson.loads((files("contracts") / "protocols" / "kyc_china.json").read_bytes()))


def test_every_protocol_says_how_callers_prove_who_they_are() -> None:
    assert all(load_protocol(name).signatures for name in protocols())


def test_operations_are_found_by_name_and_by_alias() -> None:
    alibaba = load_protocol("alibaba")

    assert alibaba.operation_named("CardOcr") == "CardOcr"
    assert alibaba.operation_named("InitializeV2") == "Initialize"
    assert alibaba.operation_named("Moon") == ""


def test_every_operation_that_is_called_can_be_told() -> None:
    for name in protocols():
        protocol = load_protocol(name)
        called = {
            operation
            for operation, facts in protocol.table.operations.items()
            if facts.get("kind") not in ("sub_check", "callback")
        }

        assert protocol.action or called == protocol.paths.keys()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(lambda d: d.pop("title"), "an object with", id="a member is missing"),
        pytest.param(lambda d: d.update(more=1), "an object with", id="a member nobody knows"),
        pytest.param(lambda d: d["codes"].update(more=1), "#/codes: an object with", id="one of the codes"),
        pytest.param(
            lambda d: d["paths"].update(moon=["GET", "/"]), "moon is not an operation of kyc_china", id="path"
        ),
        pytest.param(lambda d: d["codes"]["parts"]["poll"].update(moon={}), "moon is not an operation", id="part"),
        pytest.param(lambda d: d.update(provider="mps"), "the outcome table is that of kyc_china", id="provider"),
        pytest.param(lambda d: d["signatures"][0].pop("source"), "#/signatures: an object with", id="no source"),
        pytest.param(lambda d: d["signatures"][0].update(evidence="hearsay"), "hearsay", id="evidence"),
    ],
)
def test_the_unknown_is_loud(document: Any, change: Any, said: str) -> None:
    change(document)

    with pytest.raises(ContractError, match=said):
        parse_protocol(document, load_table("kyc_china"), where="here")


def test_a_provider_that_nobody_describes_has_none() -> None:
    with pytest.raises(ContractError, match="protocols/moon"):
        load_protocol("moon")
