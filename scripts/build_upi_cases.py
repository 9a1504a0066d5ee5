"""Rebuild ``fixtures/upi/``: one case per code, and the answers of one code that differ in what they say.

Usage::

    python scripts/build_upi_cases.py

A case is a request and the answer it must get, with what makes it so in its ``title``. ``encData`` shows what it holds
before it is encrypted: keys are a tenant's own. Wherever the request or the register can bring a code about, they do;
what nothing about a person can cause is left to the people whose controls ask for it::

    {"source", "evidence", "observed_on": null, "title", "person"?: key, "before"?: [calls to make first],
     "request": {...}, "response": {...}, "documentation_sample": false}

An order id is used up by sending a case: whoever sends it again puts another one in. UPI publishes no example of this
operation, so no case is one.

Source: request and response members [seed]; which request causes which code is our reading [inferred].
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple

from contracts.loader import Outcome, OutcomeTable, load_table
from kyc_core.people import Person, parse_person

FIXTURES: Final = Path(__file__).resolve().parent.parent / "fixtures"

OPERATION: Final = "ID_CARD_PHOTO_VERIFICATION"
APPROVED: Final = "00"
ORDER_ID: Final = 35
MEMBER: Final = "00000000"
"""The well-known participant."""

PIXEL: Final = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg=="
PIXELS: Final = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAAAAADRSSBWAAAAC0lEQVR4nGPImAAAAWMA+dWZZI8AAAAASUVORK5CYII="
JPEG: Final = base64.b64encode(bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")).decode()
"""A picture on nobody's file."""

MERCHANT: Final = {"merchantID": "701034453110010", "merchantName": "TEST MERCHANT", "mcc": "6012"}

HOLDER: Final = "ordinary-01"
STRANGER: Final = "ordinary-02"
NOBODY: Final = "11010119000101999X"
"""A number that nobody on file has."""


class Cause(NamedTuple):
    """What brings an answer about.

    Attributes:
        person: key of who is asked about; empty for nobody on file.
        title: the reason in words.
        code: the answer.
        score: ``confidence``.
        finding: which of the table's findings, where the code has several.
        detail: ``errorDetail``, where it is no finding and not the usual one.
        outer: changes to the body.
        inner: changes to what ``encData`` holds.
        twice: whether the same call was made before.
    """

    person: str
    title: str
    code: str = APPROVED
    score: int | None = None
    finding: str = ""
    detail: str = ""
    outer: Mapping[str, str] = {}
    inner: Mapping[str, str] = {}
    twice: bool = False


def causes(people: Mapping[str, Person], table: OutcomeTable) -> Iterator[tuple[str, Cause]]:
    """Yield the name and the cause of every case."""
    stranger = people[STRANGER]
    yield "result_00", Cause(HOLDER, "Name, number and photo as on file.", score=92)
    yield "score_0", Cause("photo-score-0", "A score of 0 is an answer, and stands there.", score=0)
    yield "score_100", Cause("photo-score-100", "The highest score.", score=100)
    album = "photo-album"
    yield "same_photo", Cause(album, "The very photo that is on file.", score=100, inner={"photo": PIXEL})
    yield "other_photo", Cause(album, "Another photo of the same person.", score=92, inner={"photo": PIXELS})
    yield "another_face", Cause(album, "A photo of somebody else.", score=13, inner={"photo": JPEG})
    yield "merchant", Cause(HOLDER, "A merchant calls through its acquirer.", score=92, outer=MERCHANT)
    yield "middle_dot", Cause("minority-name", "A name with a middle dot.", score=92)
    lower = people["x-check-character"].resident_id.lower()
    yield "lower_case_x", Cause("x-check-character", "A small x is a capital one.", score=92, inner={"certifID": lower})
    yield (
        "result_05",
        Cause(HOLDER, "Somebody else's name.", "05", finding="mismatch", inner={"customerNm": stranger.name}),
    )
    yield "not_found", Cause("", "A number that nobody has.", "05", finding="not_found", inner={"certifID": NOBODY})
    yield "no_photo", Cause("mps-no-photo", "No photo is on file.", "05", finding="no_photo")
    yield "no_face", Cause("photo-no-face", "No face is found in the picture.", "30", finding="no_face")
    yield "poor_photo", Cause("photo-poor", "The picture is too poor.", "30", finding="poor_photo")
    yield "result_12", Cause(HOLDER, "A trade type that is not served.", "12", outer={"tradeType": "ID0201"})
    short = order_id("result_30")[1:]
    yield "result_30", Cause(HOLDER, "An order id of 34.", "30", detail="orderID length", outer={"orderID": short})
    yield "result_94", Cause(HOLDER, "The order id was used before.", "94", twice=True)
    controlled = {
        str(word): person.key
        for person in people.values()
        for kind, word in person.controls.get("upi", {}).items()
        if kind in ("meaning", "error")
    }
    for row in table.rows:
        key = controlled.get(row.meaning if row.kind == "result" else row.code)
        if key is not None:
            yield f"{row.kind}_{row.code}", Cause(key, f"The controls of {key} ask for it.", row.code)


def order_id(case: str) -> str:
    """Return the order id of a case: the member, and digits that are always the same for *case*."""
    digits = str(int(sha256(case.encode()).hexdigest(), 16))
    return (MEMBER + digits)[:ORDER_ID]


def document(case: str, cause: Cause, people: Mapping[str, Person], table: OutcomeTable) -> dict[str, Any]:
    """Return a case."""
    facts = table.operations[OPERATION]
    kind = case.partition("_")[0]
    row = table.error(OPERATION, cause.code) if kind == "error" else table.result(OPERATION, cause.code)
    person = people[cause.person or HOLDER]
    request = {
        "memberIIN": MEMBER,
        "memberName": "TEST MEMBER BANK",
        "tradeType": facts["trade_types"][0],
        "encData": {
            "customerNm": person.name,
            "certifID": person.resident_id,
            "photo": PIXEL,
            **cause.inner,
        },
        "orderID": order_id(case),
        "scUsageScenarios": "ACCOUNT OPENING",
        "scUsePurpose": "KYC IDENTITY CHECK",
        "protocolVerNm": "E-CONSENT V1.0.0",
        "serialNm": "00000020250101",
        **cause.outer,
    }
    found: dict[str, Any] = {
        "source": f"{row.source}. Person and request are made up.",
        "evidence": row.evidence.value,
        "observed_on": None,
        "title": cause.title,
    }
    if cause.person:
        found["person"] = cause.person
    if cause.twice:
        found["before"] = [{"operation": OPERATION, "request": request}]
    return found | {"request": request, "response": response(row, cause, facts), "documentation_sample": False}


def response(row: Outcome, cause: Cause, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answer of a case."""
    message = {"responseCode": row.code, "responseMsg": row.text["en"]}
    if row.kind == "error":
        return {"MsgResponse": message}
    told = facts["findings"][cause.finding]["detail"] if cause.finding else facts["details"].get(row.code, "")
    if cause.detail or told:
        message["errorDetail"] = cause.detail or told
    score = {} if cause.score is None else {"confidence": str(cause.score)}
    return {**score, "msgResponse": message}


def build(people: Mapping[str, Person], table: OutcomeTable) -> dict[str, bytes]:
    """Return the content of every case file by its path below ``fixtures/``."""
    return {
        f"upi/{OPERATION}/{case}.json": (
            json.dumps(document(case, cause, people, table), ensure_ascii=False, indent=2) + "\n"
        ).encode()
        for case, cause in causes(people, table)
    }


def shipped_people() -> dict[str, Person]:
    """Return everyone of ``fixtures/people.json`` by key."""
    found = json.loads((FIXTURES / "people.json").read_bytes())
    return {person["key"]: parse_person(person) for person in found["people"]}


def main() -> None:
    """Write the files, and remove those that are no longer built."""
    files = build(shipped_people(), load_table("upi"))
    folder = FIXTURES / "upi" / OPERATION
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.json"):
        old.unlink()
    for path, content in files.items():
        (FIXTURES / path).write_bytes(content)
    print(f"{len(files)} cases")


if __name__ == "__main__":
    main()
