from __future__ import annotations

import orjson
import pytest

from simulator.providers.alibaba.verification import IDLE_SECONDS, State, Verification

KEEP = 30 * 86_400.0
BEGUN = Verification(product="ID_OCR", sub_code="200")


def test_what_is_kept_survives_the_journey_through_json() -> None:
    whole = Verification(
        product="eKYC",
        sub_code="212",
        then="200",
        doc_type="00000001",
        merchant="m",
        person="ordinary-01",
        flags={"IdSpoof": "Y"},
        return_url="https://a",
        callback_url="https://b",
        callback_token="t",
        base_url="http://c",
        opened_at=1.5,
        interrupted="1006",
        charged=True,
        served=True,
        deleted=("Img",),
        delete_later="Text",
    )

    assert Verification.of(orjson.loads(orjson.dumps(whole.to_facts()))) == whole


def test_nothing_personal_is_shown() -> None:
    shown = repr(Verification(product="p", sub_code="200", merchant="MM", return_url="RR", callback_token="TT"))

    assert not any(text in shown for text in ("MM", "RR", "TT"))


@pytest.mark.parametrize(
    ("changes", "ready_at", "now", "state"),
    [
        ({}, None, 0, State.CREATED),
        ({"opened_at": 0.0}, None, 10, State.STARTED),
        ({"opened_at": 0.0}, None, IDLE_SECONDS, State.STARTED),
        ({"opened_at": 0.0}, None, IDLE_SECONDS + 1, State.INTERRUPTED),
        ({"interrupted": "1006"}, None, 0, State.INTERRUPTED),
        ({"opened_at": 0.0}, 5.0, IDLE_SECONDS + 1, State.COMPLETED),
        ({"interrupted": "1006"}, 5.0, 5, State.COMPLETED),
        ({}, 0.0, KEEP - 1, State.COMPLETED),
        ({}, 0.0, KEEP, State.EXPIRED),
        ({"deleted": ("All",)}, 0.0, 1, State.DELETED),
        ({"deleted": ("All",)}, None, 1, State.DELETED),
        ({"deleted": ("Img", "Text")}, 0.0, 1, State.COMPLETED),
    ],
)
def test_how_it_stands(changes: dict[str, object], ready_at: float | None, now: float, state: State) -> None:
    verification = Verification(product="ID_OCR", sub_code="200", **changes)  # type: ignore[arg-type]  # of the case

    assert verification.state(ready_at, now=now, keep=KEEP) is state


@pytest.mark.parametrize(("value", "on"), [("Y", True), ("T", True), ("1", True), ("N", False), ("F", False)])
def test_a_flag_is_on_or_off(value: str, on: bool) -> None:
    assert Verification(product="p", sub_code="200", flags={"f": value}).flag("f") is on
    assert not BEGUN.flag("f")
