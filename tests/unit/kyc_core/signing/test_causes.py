"""The search for a cause, and what a diagnosis shows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kyc_core.signing.causes import (
    Cause,
    Diagnosis,
    Hypothesis,
    Mismatch,
    Part,
    SignedText,
    first_difference,
    search,
)


def part(name: str, text: str) -> Part:
    return Part(name, text, f"<{name}>")


def text(*values: str) -> SignedText:
    return SignedText(string_to_sign=tuple(part(f"part {index}", value) for index, value in enumerate(values)))


def guess(view: int, cause: Cause = Cause.WRONG_HOST) -> Hypothesis[int]:
    return Hypothesis(cause, f"view {view}", 0, view)


def test_the_first_hypothesis_that_fits_is_found() -> None:
    found = search([guess(1), guess(2), guess(2, Cause.WRONG_PORT), guess(3)], fits=lambda view: view >= 2)

    assert found.hypothesis is not None
    assert (found.hypothesis.cause, found.hypothesis.view) == (Cause.WRONG_HOST, 2)
    assert found.attempts == 2


def test_no_view_is_tested_twice() -> None:
    tested: list[int] = []

    def fits(view: int) -> bool:
        tested.append(view)
        return False

    found = search([guess(1), guess(1), guess(2), guess(1)], fits=fits)

    assert tested == [1, 2]
    assert (found.hypothesis, found.attempts) == (None, 2)


def test_the_search_ends_at_its_limit_even_of_an_endless_supply() -> None:
    def endless() -> Iterator[Hypothesis[int]]:
        view = 0
        while True:
            view += 1
            yield guess(view)

    assert search(endless(), fits=lambda _: False, limit=7).attempts == 7


@pytest.mark.parametrize(
    ("server", "client", "index"),
    [
        pytest.param(text("a", "b"), text("a", "c"), 1, id="the last part"),
        pytest.param(text("a", "b"), text("x", "c"), 0, id="the first of two"),
        pytest.param(text("a"), text("a", "b"), 1, id="the client has more"),
        pytest.param(text("a", "b"), text("a"), 1, id="the server has more"),
    ],
)
def test_the_first_difference_is_located(server: SignedText, client: SignedText, index: int) -> None:
    mismatch = first_difference(server, client)

    assert mismatch is not None
    assert (mismatch.index, mismatch.where) == (index, f"part {index}")


def test_equal_texts_do_not_differ() -> None:
    assert first_difference(text("a", "b"), text("a", "b")) is None


def test_the_canonical_request_is_compared_before_the_string_to_sign() -> None:
    server = SignedText(canonical=(part("method", "GET"),), string_to_sign=(part("scope", "a"),))
    client = SignedText(canonical=(part("method", "PUT"),), string_to_sign=(part("scope", "b"),))

    mismatch = first_difference(server, client)

    assert mismatch is not None
    assert mismatch.where == "method"


def test_a_diagnosis_shows_personal_values_only_when_asked() -> None:
    server, client = text("open", "personal a"), text("open", "personal b")
    diagnosis = Diagnosis(
        scheme="S",
        cause=Cause.WRONG_HOST,
        detail="d",
        server=server,
        client=client,
        mismatch=first_difference(server, client),
    )

    assert "personal" not in repr(diagnosis) + str(diagnosis.as_dict())
    assert diagnosis.as_dict()["first_difference"] == {"where": "part 1", "server": "<part 1>", "client": "<part 1>"}
    assert diagnosis.as_dict(redacted=False) == {
        "scheme": "S",
        "cause": "wrong_host",
        "detail": "d",
        "skew_seconds": None,
        "server": {"canonical_request": "", "string_to_sign": "openpersonal a"},
        "client": {"canonical_request": "", "string_to_sign": "openpersonal b"},
        "first_difference": {"where": "part 1", "server": "personal a", "client": "personal b"},
    }


def test_the_evidence_is_redacted() -> None:
    server, client = text("open", "personal a"), text("open", "personal b")
    diagnosis = Diagnosis(scheme="S", cause=Cause.WRONG_HOST, detail="d", server=server, client=client)

    assert diagnosis.as_evidence() == {
        "cause": "wrong_host",
        "detail": "d",
        "expected": {"canonical_request": "", "string_to_sign": "<part 0><part 1>"},
        "received": {"canonical_request": "", "string_to_sign": "<part 0><part 1>"},
        "first_difference": None,
    }


def test_a_part_that_one_side_lacks_is_shown_as_absent() -> None:
    server = text("a")
    diagnosis = Diagnosis(
        scheme="S",
        cause=Cause.PARAMETER_MISSING,
        detail="d",
        server=server,
        mismatch=Mismatch(0, server.parts[0], None),
    )

    assert diagnosis.as_dict()["first_difference"] == {"where": "part 0", "server": "<part 0>", "client": None}
    assert diagnosis.as_dict()["client"] is None
