from __future__ import annotations

import pytest

from simulator.providers.mps.hosts import GATEWAY, SERVICE, is_service, operation_of


@pytest.mark.parametrize("name", ["two-factor", "four-factor", "face-compare"])
def test_each_operation_of_the_json_dialect_has_its_path(name: str) -> None:
    operation = operation_of(GATEWAY + name)

    assert operation is not None
    assert operation.name == name


@pytest.mark.parametrize(
    "path",
    [
        "/mps/v1/nciicCheck",
        "/mps/v1/",
        "/mps/v1/two-factor/",
        "/mps/v1/two%2Dfactor",
        "/mps/v2/two-factor",
        "/MPS/v1/two-factor",
        "/two-factor",
        "/",
        SERVICE,
    ],
)
def test_no_other_path_has_one(path: str) -> None:
    assert operation_of(path) is None


def test_the_service_has_one_path() -> None:
    assert is_service("/nciic_ws/services/NciicServices")
    assert not is_service("/nciic_ws/services/NciicServices/")
    assert not is_service("/nciic_ws")
