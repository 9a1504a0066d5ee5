"""Rebuild ``fixtures/alibaba/<operation>/``: a case per result and error of each operation, and per kind of document.

Usage::

    python scripts/build_alibaba_cases.py

A case is a call and the answer it must get, with what makes it so in its ``title``::

    {"source", "evidence", "observed_on": null, "title", "language": "en", "person"?: key,
     "before"?: [{"operation", "request", "times"?}], "request": {business parameters},
     "status": HTTP status, "response": {...}, "documentation_sample": true | false}

``before`` are the calls to make first, in order, each once or ``times`` times; the clock stands still meanwhile. The
TransactionId of a case stands for the one that the first of them is given. ``person`` is whom the request is about, or
whose controls decide. Operations of the domestic product belong to its host.

What causes what is told in ``alibaba_causes.json``; texts and statuses come from the outcome table, numbers from
``fixtures/people.json``, what documents and faces say from ``fixtures/alibaba/*.json``. The same files always give the
same cases, byte for byte.

Source: codes and members as the outcome table says; which request causes which code is our reading [inferred].
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from alibaba_answers import TRANSACTION, Answers, as_text, made_up_transaction

from contracts.loader import Outcome, OutcomeTable, load_table
from kyc_core.people import Person, parse_person

HERE: Final = Path(__file__).resolve().parent
FIXTURES: Final = HERE.parent / "fixtures"
TARGET: Final = FIXTURES / "alibaba"

HOSTS: Final = {"intl": "cloudauth-intl.cn-hongkong.aliyuncs.com", "domestic": "cloudauth.aliyuncs.com"}
MERCHANT: Final = "e0c34a77f5ac40a5aa5e6ed20c353888"
"""MerchantBizId of the documentation's example."""
META_INFO: Final = '{"bioMetaInfo":"4.1.0:2916352,0","deviceType":"web","ua":"Mozilla/5.0"}'
OTHER_PICTURE: Final = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mP4DwABAQEAHLCMmQAAAABJRU5ErkJggg=="
"""One white pixel; the pixel of ``documents.json`` is grey."""
FIXED: Final = {
    "MerchantBizId": MERCHANT,
    "ParamType": "normal",
    "DeleteType": "All",
    "ProductType": "BANK_CARD_4_META",
    "DocType": "00000001",
}
"""What a call says when nothing else is told, by parameter."""

Request = dict[str, str]
Document = dict[str, Any]


class Builder:
    """Makes every case.

    Args:
        table: the provider's outcome table.
        people: everyone on file, by key.
        causes: ``alibaba_causes.json``, decoded.
        documents: ``fixtures/alibaba/documents.json``, decoded.
        faces: ``fixtures/alibaba/faces.json``, decoded.
    """

    def __init__(
        self,
        table: OutcomeTable,
        people: Mapping[str, Person],
        causes: Mapping[str, Any],
        documents: Mapping[str, Any],
        faces: Mapping[str, Any],
    ) -> None:
        self.table = table
        self.people = people
        self.causes = causes
        self.documents = documents
        self.answers = Answers(table, people, documents, faces)
        controls = [(person.controls.get("alibaba", {}).get("error"), key) for key, person in people.items()]
        self.controlled = {str(code): key for code, key in controls if code is not None}

    def cases(self) -> Iterator[tuple[str, Document]]:
        """Yield the path below ``fixtures/alibaba/`` and the document of every case."""
        for operation, causes in self.causes["results"].items():
            for code, cause in causes.items():
                yield self._result(operation, f"result_{code}", self.table.result(operation, code), cause)
            for code in self.table.operations[operation]["errors"]:
                yield self._error(operation, self.table.error(operation, code))
        for name, cause in self.causes["more"].items():
            yield self._result("CheckResult", name, self.table.result("CheckResult", cause["code"]), cause)
        for kind in self.documents["documents"]:
            cause = {
                "person": "alibaba-immediate",
                "start": {"DocType": kind["codes"][0]},
                "title": f"{kind['title']}.",
                "source": kind["source"],
                "evidence": kind["evidence"],
            }
            name = f"document_{kind['codes'][0]}"
            yield self._result("CheckResult", name, self.table.result("CheckResult", "200"), cause)
        yield self._sample()

    def start(self, key: str, changes: Mapping[str, str]) -> Request:
        """Return what Initialize is told about *key*, but for *changes*."""
        asked = {
            "ProductCode": "ID_OCR",
            "MerchantBizId": MERCHANT,
            "MetaInfo": META_INFO,
            "MerchantUserId": key,
            "DocType": "00000001",
        }
        return self._changed(asked, changes)

    def request(self, operation: str, key: str | None, changes: Mapping[str, str]) -> Request:
        """Return a call about *key* with what it needs, but for *changes*."""
        if operation == "Initialize":
            return self.start(key or "ordinary-01", changes)
        facts = self.table.operations[operation]
        pictures = {name for names in facts.get("one_of", ()) for name in names if not name.endswith("Url")}
        asked = {}
        for field in facts["fields"]:
            if field["name"] in pictures:
                asked[field["name"]] = self.documents["image"]
            elif field["required"] or field["claim"] == "merchant_user" or self._needed_beside(field):
                asked[field["name"]] = self._truth(operation, field, key)
        return self._changed(asked, changes)

    def _needed_beside(self, field: Mapping[str, Any]) -> bool:
        """Tell whether what the call says anyway makes it say this as well."""
        return any(FIXED.get(other) in values for other, values in field.get("needed_with", {}).items())

    def _truth(self, operation: str, field: Mapping[str, Any], key: str | None) -> str:
        if field["name"] == TRANSACTION:
            return made_up_transaction(operation)
        if field["name"] in FIXED:
            return FIXED[field["name"]]
        if field["claim"] is not None and key is not None:
            return self._element(operation, self.people[key], field["claim"])
        return str(field["values"][0]) if "values" in field else ""

    def _element(self, operation: str, person: Person, element: str) -> str:
        if element == "merchant_user":
            return person.key
        if element == "mobile":
            reserved = person.cards[0].mobile if operation == "BankMetaVerifyIntl" else None
            return reserved or person.mobiles[0].number
        if element == "bank_card":
            return person.cards[0].number
        return str(getattr(person, element))

    def _changed(self, asked: Mapping[str, str], changes: Mapping[str, str]) -> Request:
        """Return *asked* with *changes*: ``@key.element`` looked up, an empty text left out."""
        merged = {**asked, **{name: self._looked_up(value) for name, value in changes.items()}}
        return {name: value for name, value in merged.items() if value}

    def _looked_up(self, value: str) -> str:
        if not value.startswith("@"):
            return value
        key, element = value[1:].split(".")
        return OTHER_PICTURE if key == "picture" else self._element("", self.people[key], element)

    def _result(self, operation: str, name: str, row: Outcome, cause: Mapping[str, Any]) -> tuple[str, Document]:
        key = cause.get("person")
        request = self.request(operation, key, cause.get("request", {}))
        before: list[Document] = []
        if key is not None and "start" in cause:
            before.append({"operation": "Initialize", "request": self.start(key, cause["start"])})
            before += [{"operation": "CheckResult", "request": request}] * cause.get("polls", 0)
        start = before[0]["request"] if before else {}
        facts = self.table.operations[operation]
        response = {
            "RequestId": made_up_id(f"{operation}/{name}"),
            "Code": facts["success_code"],
            "Message": row.text["en"],
            "ResultObject" if facts["envelope"] == "RO" else "Result": self.answers.about(
                operation, row, key, request, start
            ),
        }
        title = cause.get("title") or self._why(key)
        known = (cause.get("source", row.source), cause.get("evidence", row.evidence.value))
        return self._case(operation, name, row, known, title, key, before, request, response)

    def _why(self, key: str | None) -> str:
        if key is None:
            raise ValueError("a cause without a person needs a title")
        person = self.people[key]
        return f"The controls of {key} ask for it." if "alibaba" in person.controls else person.note

    def _error(self, operation: str, row: Outcome) -> tuple[str, Document]:
        key, before, request, title = self._refused(operation, row.code)
        response = {
            "RequestId": made_up_id(f"{operation}/error_{row.code}"),
            "Message": row.text["en"],
            "Recommend": f"https://api.aliyun.com/troubleshoot?q={row.code}",
            "HostId": HOSTS[self.table.operations[operation]["site"]],
            "Code": row.code,
        }
        known = (row.source, row.evidence.value)
        return self._case(operation, f"error_{row.code}", row, known, title, key, before, request, response)

    def _refused(self, operation: str, code: str) -> tuple[str | None, list[Document], Request, str]:
        """Return what makes an operation refuse with *code*: a person, earlier calls, the call, and why."""
        facts = self.table.operations[operation]
        transaction = any(field["name"] == TRANSACTION for field in facts["fields"])
        usual = None if operation == "FaceCompare" else "ordinary-01"
        told = self.causes["errors"].get(operation, {}).get(code)
        start = [{"operation": "Initialize", "request": self.start("ordinary-01", {})}] if transaction else []
        if told is not None:
            return usual, start, self.request(operation, usual, told), "A value that is not allowed, or none at all."
        if code == "Throttling.Api":
            code_of = "eKYC_PRO" if operation == "Initialize" else next(iter(facts["qps"]))
            changes = {"ProductCode": code_of} if operation == "Initialize" else {}
            request = self.request(operation, usual, changes)
            calls = {"operation": operation, "request": request, "times": facts["qps"][code_of]}
            return usual, [*start, calls], request, "One call more in a second than the product code allows."
        if code == "ProcessNotCompleted":
            return usual, start, self.request(operation, usual, {}), "Nobody has done what the page asks for."
        if code == "TransactionIdInvalid":
            return None, [], self.request(operation, None, {}), "A transaction that was never begun."
        if code == "InvalidParameter":
            changes = {"MerchantBizId": MERCHANT + "0"} if "control_by" in facts else {facts["fields"][0]["name"]: "x"}
            return usual, start, self.request(operation, usual, changes), "A value that is not allowed."
        if code.startswith("Missing"):
            missing = [field["name"] for field in facts["fields"] if field.get("missing") == code]
            return usual, start, self.request(operation, usual, {missing[0]: ""}), f"{missing[0]} is missing."
        key = self.controlled[code]
        why = f"The controls of {key} ask for it."
        if "control_by" in facts:
            return key, start, self.request(operation, usual, {facts["control_by"]: key}), why
        if transaction:
            start = [{"operation": "Initialize", "request": self.start(key, {})}]
        return key, start, self.request(operation, key, {}), why

    def _case(
        self,
        operation: str,
        name: str,
        row: Outcome,
        known: tuple[str, str],
        title: str,
        key: str | None,
        before: list[Document],
        request: Request,
        response: Document,
    ) -> tuple[str, Document]:
        case: Document = {
            "source": f"{known[0]}. Person and request are made up.",
            "evidence": known[1],
            "observed_on": None,
            "title": title,
            "language": "en",
        }
        if key is not None:
            case["person"] = key
        if before:
            case["before"] = before
        rest = {"request": request, "status": row.http_status, "response": response, "documentation_sample": False}
        return f"{operation}/{name}.json", case | rest

    def _sample(self) -> tuple[str, Document]:
        """Return the documentation's own example of a document that was refused."""
        row = self.table.result("CheckResult", "212")
        kind = next(kind for kind in self.documents["documents"] if "00000009" in kind["codes"])
        info = {
            "ocrIdInfo": {field["name"]: field["value"] for field in kind["fields"]},
            "ocrIdPassed": "N",
            "spoofInfo": {"spoofResult": "Y", "spoofType": ["SCREEN_REMARK"]},
        }
        return "CheckResult/sample_document_risk.json", {
            "source": "CheckResult page, example of ExtIdInfo; that 212 and N stand beside it is ours",
            "evidence": "doc",
            "observed_on": None,
            "title": "The documentation's own example, under the identifier it prints; nobody is given that one.",
            "language": "en",
            "request": {"MerchantBizId": MERCHANT, TRANSACTION: "hksb7ba1b28130d24e015d694361bee4"},
            "status": row.http_status,
            "response": {
                "RequestId": "130A2C10-B9EE-4D84-88E3-5384FF039795",
                "Code": "Success",
                "Message": row.text["en"],
                "Result": {"Passed": "N", "SubCode": row.code, "ExtIdInfo": as_text(info)},
            },
            "documentation_sample": True,
        }


def made_up_id(name: str) -> str:
    """Return a RequestId for a case: a UUID of version 4 in upper case, always the same for *name*."""
    return str(uuid.UUID(bytes=sha256(f"alibaba {name}".encode()).digest()[:16], version=4)).upper()


def build(people: Mapping[str, Person], table: OutcomeTable) -> dict[str, bytes]:
    """Return the content of every case file by its path below ``fixtures/alibaba/``."""
    causes, documents, faces = (
        json.loads(path.read_bytes())
        for path in (HERE / "alibaba_causes.json", TARGET / "documents.json", TARGET / "faces.json")
    )
    cases = Builder(table, people, causes, documents, faces).cases()
    return {path: (json.dumps(case, ensure_ascii=False, indent=2) + "\n").encode() for path, case in cases}


def shipped_people() -> dict[str, Person]:
    """Return everyone of ``fixtures/people.json`` by key."""
    document = json.loads((FIXTURES / "people.json").read_bytes())
    return {person["key"]: parse_person(person) for person in document["people"]}


def main() -> None:
    """Write the files, and remove those that are no longer built."""
    files = build(shipped_people(), load_table("alibaba"))
    for old in TARGET.glob("*/*.json"):
        if old.relative_to(TARGET).as_posix() not in files:
            old.unlink()
    for path, content in files.items():
        target = TARGET / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    print(f"{len(files)} cases")


if __name__ == "__main__":
    main()
