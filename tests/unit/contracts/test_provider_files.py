from __future__ import annotations

from typing import Any

import pytest

from contracts.provider_files import ContractError, exactly, having, read


@pytest.mark.parametrize("folder", ["outcomes", "plans", "protocols"])
def test_every_provider_has_a_file_of_its_own(folder: str) -> None:
    found = having(folder)

    assert {"alibaba", "kyc_china", "mps", "signzy", "tencent", "upi"} == set(found)
    assert list(found) == sorted(found)
    assert [read(folder, provider)["provider"] for provider in found] == list(found)


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(ContractError, match=r"^plans/moon\.json: "):
        read("plans", "moon")


@pytest.mark.parametrize("raw", [{"a": 1}, {"a": 1, "b": 2, "c": 3}, [], None, "ab"], ids=repr)
def test_a_member_more_or_less_is_a_mistake_that_names_them_all(raw: Any) -> None:
    with pytest.raises(ContractError, match=r"^plans/x: an object with a, b$"):
        exactly(raw, frozenset({"a", "b"}), "plans/x")


def test_these_members_and_no_others_are_right() -> None:
    exactly({"b": None, "a": 1}, frozenset({"a", "b"}), "plans/x")
