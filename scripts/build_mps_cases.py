"""Rebuild ``fixtures/mps/``: one case per finding of each operation, and one per refusal that a person stands for.

Usage::

    python scripts/build_mps_cases.py

A case is a request and the answer it must get, with what makes it so in its ``title``. Texts come from the outcome
table, numbers from ``fixtures/people.json``, so that the same two files always give the same cases, byte for byte::

    {"source", "evidence", "observed_on": null, "title", "language": "zh", "person": key, "case"?: name,
     "finding"?: word, "request": {fields}, "response": {...}, "documentation_sample": false}

``result_<code>`` is the case of the finding that gives a code its usual wording; where one code says several things the
others are ``finding_<word>``. The codes of NCIIC are Chinese texts: its files are named after the finding, and ``case``
holds the name. Its answers are kept as the JSON that stands for them (``simulator/providers/mps/documents.py``), and a
request is one row of the conditions. Requests that no person can cause (another key, a body that cannot be read) are
described in ``simulator/admin/causes.json``.

Source: envelope and results: Chuanglan pages [doc]; answers of NCIIC: captured messages [sdk]; which request causes
which answer is our reading [inferred].
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple

from contracts.loader import Outcome, OutcomeTable, load_table
from kyc_core.people import Person, parse_person

FIXTURES: Final = Path(__file__).resolve().parent.parent / "fixtures"

Document = dict[str, Any]

HOLDER: Final = "mps-match"
STRANGER: Final = "mps-not-found"
PHOTO: Final = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg=="
"""One grey pixel, a whole PNG; anybody's picture, as far as the shipped people go."""

HANDLED: Final = "2026-01-05 10:00:00"


class Cause(NamedTuple):
    """What brings a finding about: who is asked about, what the claim says otherwise, and the reason in words."""

    person: str
    changes: Mapping[str, str]
    title: str


# finding -> whose record or control makes it so
PEOPLE: Final = {
    "match": (HOLDER, "Everything is as it is on file."),
    "not_found": ("mps-not-found", "The number is not on file."),
    "cancelled": ("mps-cancelled", "The registration is cancelled."),
    "no_photo": ("mps-no-photo", "The police hold no photo."),
    "poor_photo": ("photo-poor", "The picture is too poor to compare."),
    "no_face": ("photo-no-face", "No face is found in the picture."),
    "face_unsure": ("mps-face-unsure", "A score of 52: not certain."),
    "face_different": ("mps-face-different", "A score of 13: somebody else."),
    "source_error": ("mps-source-error", "The controls of mps-source-error ask for it."),
    "source_upgrading": ("mps-source-upgrading", "The controls of mps-source-upgrading ask for it."),
    "quota": ("mps-quota", "The controls of mps-quota ask for it."),
}

SCORES: Final = {"match": "92", "face_unsure": "52", "face_different": "13"}

# error code -> who has a control for it
REFUSALS: Final = {"500": "mps-failed-call", "101": "mps-repeated", "Server": "mps-soap-server"}

COLUMNS: Final = {"resident_id": "公民身份号码", "name": "姓名"}
AT_FAULT: Final = {"invalid_id": "resident_id", "invalid_name": "name", "incomplete": "name"}
"""What ``errormesagecol`` names."""

MESSAGES: Final = ("not_found", "no_photo", "poor_photo", *AT_FAULT)
"""What NCIIC tells by a message in place of results."""


class Builder:
    """Makes the cases of one operation."""

    def __init__(self, operation: str, table: OutcomeTable, people: Mapping[str, Person]) -> None:
        self.operation = operation
        self.table = table
        self.people = people
        self.facts = table.operations[operation]
        self.names = {field["claim"]: field["name"] for field in self.facts["fields"] if field["required"]}
        self.is_json = self.facts["dialect"] == "json"

    def request(self, key: str, changes: Mapping[str, str]) -> dict[str, str]:
        """Return what *key* says truthfully about themselves, but for *changes* by element."""
        person = self.people[key]
        truth = {
            "name": person.name,
            "resident_id": person.resident_id,
            "valid_from": person.valid_from or "",
            "valid_to": person.valid_to or "",
            "photo": PHOTO,
        }
        return {name: changes.get(element, truth[element]) for element, name in self.names.items()}

    def cause(self, finding: str) -> Cause:
        """Return what makes the operation find *finding*."""
        if finding in PEOPLE:
            key, title = PEOPLE[finding]
            return Cause(key, {}, title)
        identity = self.people[HOLDER].resident_id
        wrong = str((int(identity[-1]) + 1) % 10)
        claims: dict[str, tuple[dict[str, str], str]] = {
            "mismatch": ({"name": self.people[STRANGER].name}, "Somebody else's name with this number."),
            "invalid_id": (
                ({"resident_id": identity[:-1] + wrong}, "A wrong check digit.")
                if self.is_json
                else ({"resident_id": identity[:13]}, "Thirteen digits.")
            ),
            "invalid_name": ({"name": "Ceshi Jia"}, "A name in Latin letters."),
            "invalid_validity": ({"valid_from": "00000000"}, "A first day that is the word for cards without an end."),
            "photo_undecodable": ({"photo": f"data:image/png;base64,{PHOTO}"}, "Base64 behind a prefix."),
            "incomplete": ({"name": ""}, "No name."),
        }
        changes, title = claims[finding]
        return Cause(HOLDER, changes, title)

    def cases(self) -> Iterator[tuple[str, Document]]:
        """Yield file name and document of every case."""
        for finding, code in self.facts["answers"].items():
            row = next(row for row in self.table.rows if (row.operation, row.code) == (self.operation, code))
            worded = row.worded(finding) if finding in row.variants else row
            usual = worded is row and finding in (row.meaning, "source_error")
            name = f"{row.kind}_{code}" if usual else f"finding_{finding}"
            file = name if self.is_json or row.kind == "error" else f"result_{finding}"
            yield file, self._document(name, file, worded, self.cause(finding), finding)
        for row in self.table.errors(self.operation):
            if row.code in REFUSALS:
                key = REFUSALS[row.code]
                name = f"error_{row.code}"
                yield name, self._document(name, name, row, Cause(key, {}, f"The controls of {key} ask for it."), "")

    def _document(self, name: str, file: str, row: Outcome, cause: Cause, finding: str) -> Document:
        request = self.request(cause.person, cause.changes)
        if self.is_json:
            response = self._json(name, row, finding)
        elif row.kind == "error":
            response = _refusal(row)
        else:
            response = {"ROWS": [{"no": "1", "INPUT": self._echo(request), "OUTPUT": self._items(row, finding)}]}
        return {
            "source": f"{row.source}. Person and request are made up.",
            "evidence": row.evidence.value,
            "observed_on": None,
            "title": cause.title,
            "language": "zh",
            "person": cause.person,
            **({"case": name} if name != file else {}),
            **({"finding": finding} if finding else {}),
            "request": request,
            "response": response,
            "documentation_sample": False,
        }

    def _json(self, name: str, row: Outcome, finding: str) -> Document:
        charge = int(row.billed)
        if row.kind == "error":
            return {"chargeStatus": charge, "message": row.text["zh"], "data": None, "code": row.code}
        data = {"orderNo": _made_up_number(f"{self.operation}/{name}"), "handleTime": HANDLED}
        companions = self.facts["anatomy"].get("companions")
        if companions is None:
            data |= {"result": row.code, "remark": row.text["zh"]}
        else:
            identity = companions["/data/idcardResult"][row.code]
            data |= {
                "result": companions["/data/result"][row.code],
                "idcardResult": identity,
                "idcardMessage": self.facts["idcard_messages"][identity],
                "photoResult": row.code,
                "photoMessage": row.text["zh"],
                "photoScore": SCORES.get(finding, ""),
            }
        return {"chargeStatus": charge, "message": "成功", "code": "200000", "data": data}

    def _echo(self, request: Mapping[str, str]) -> Document:
        return {"gmsfhm": request[self.names["resident_id"]], "xm": request[self.names["name"]]}

    def _items(self, row: Outcome, finding: str) -> list[Document]:
        text = row.text["zh"]
        photo = "photo" in self.names
        beside = {"result_fx": "", "result_fs": ""} if photo else {}
        if finding in MESSAGES:
            column = COLUMNS.get(AT_FAULT.get(finding, ""), "")
            return [{"errormesage": text}, {"errormesagecol": column}]
        if finding == "cancelled":
            number = {"gmsfhm": "", "result_gmsfhm": text, **beside}
            return [number, {"xm": "", "result_xm": "", **beside}, {"zt": "注销"}, {"zxbs": "1"}]
        differs = finding == "mismatch"
        named = text if differs or not photo else "一致"
        items = [{"gmsfhm": "", "result_gmsfhm": "一致", **beside}, {"xm": "", "result_xm": named, **beside}]
        if photo:
            score = SCORES.get(finding, "")
            items.append({"xp": "", "result_xp": "", "result_fx": "" if differs else text, "result_fs": score})
        return items


def _refusal(row: Outcome) -> Document:
    if not row.code.startswith("-"):
        return {"Fault": {"faultcode": f"soap:{row.code}", "faultstring": row.text["zh"]}}
    inside = {"ErrorCode": row.code, "ErrorMsg": row.text["zh"]}
    return {"RESPONSE": {"errorcode": row.code, "code": "0", "countrows": "1", "ROWS": [inside]}}


def _made_up_number(name: str) -> str:
    """Return an orderNo of the day the cases are dated, always the same for *name*."""
    return f"0260105{int.from_bytes(sha256(name.encode()).digest()[:8]) % 10**11:011d}"


def build(people: Mapping[str, Person], table: OutcomeTable) -> dict[str, bytes]:
    """Return the content of every case file by its path below ``fixtures/``."""
    return {
        f"mps/{operation}/{case}.json": (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
        for operation in table.operations
        for case, document in Builder(operation, table, people).cases()
    }


def shipped_people() -> dict[str, Person]:
    """Return everyone of ``fixtures/people.json`` by key."""
    document = json.loads((FIXTURES / "people.json").read_bytes())
    return {person["key"]: parse_person(person) for person in document["people"]}


def main() -> None:
    """Write the files, and remove those that are no longer built."""
    files = build(shipped_people(), load_table("mps"))
    shutil.rmtree(FIXTURES / "mps", ignore_errors=True)
    for path, content in files.items():
        target = FIXTURES / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    print(f"{len(files)} cases")


if __name__ == "__main__":
    main()
