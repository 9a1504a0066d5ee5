from __future__ import annotations

import pytest

from contracts.openapi_schemas import address, components
from contracts.provider_files import ContractError


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        pytest.param("#/$defs/E0", "#/components/schemas/A.error.E0", id="a definition of its own"),
        pytest.param("common.json#/$defs/text", "#/components/schemas/common.text", id="a shared one"),
        pytest.param("A.request.json", "#/components/schemas/A.request", id="a file"),
        pytest.param("common.json#/$defs/a/properties/b", "#/components/schemas/common.a/properties/b", id="inside"),
    ],
)
def test_references_lead_to_components(reference: str, expected: str) -> None:
    assert address("A.error.json", reference) == expected


def test_a_reference_that_no_component_answers_is_loud() -> None:
    with pytest.raises(ContractError, match=r"neither a file nor a definition"):
        address("A.error.json", "#/properties/x")


def test_files_that_only_define_are_no_components_themselves() -> None:
    found = components("upi")

    assert "common" not in found
    assert "ID_CARD_PHOTO_VERIFICATION.error.E0" in found
    assert list(found) == sorted(found)


def test_a_provider_without_schemas_has_no_components() -> None:
    with pytest.raises(ContractError, match="schemas/moon"):
        components("moon")
