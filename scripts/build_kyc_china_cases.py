"""Rebuild ``fixtures/kyc_china/``: one case per outcome of every endpoint and sub-check of the aggregator.

Usage::

    python scripts/build_kyc_china_cases.py

A case is a request and what comes of it, with what makes it so in its ``title``. Wherever the request or the register
can bring an outcome about, they do; what nothing about a person can cause is left to the people whose controls ask for
it. Texts come from the outcome table, numbers from ``fixtures/people.json``, so that the same two files always give the
same cases, byte for byte::

    {"case"?, "source", "evidence", "observed_on": null, "title", "language": "en", "person"?: key,
     "before"?: [{"operation", "request"}], "request": {...}, "response": {...}, "documentation_sample"}

For an endpoint ``request`` is its body (for ``GET`` its query) and ``response`` its answer; a token in ``request`` is
that of the call before, and so is a link. For a sub-check ``request`` is the body of ``POST /kyc/cn/request``, and
``response`` the sub-check's result object in the report, or its item in ``summary.errored``. For ``callback`` it says
how often the report is delivered and whether it comes in an envelope. ``case`` stands where a code cannot be a file's
name.

Source: page "KYC China" [seed, doc] and client code [sdk]; which request causes which outcome is our reading
[inferred].
"""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from contracts.loader import Outcome, OutcomeTable, load_table
from kyc_core.people import Person, parse_person

FIXTURES: Final = Path(__file__).resolve().parent.parent / "fixtures"
PROVIDER: Final = "kyc_china"

Request = dict[str, Any]

HOLDER: Final = "ordinary-01"
STRANGER: Final = "ordinary-02"
NOBODYS_ID: Final = "110101190001019991"
"""Well-formed and of nobody on file; sequence 999 of the control people's birthday."""
NOBODYS_MOBILE: Final = "15400009990"
NOBODYS_CARD: Final = "6217000000000099998"
PICTURE: Final = base64.b64encode(
    base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg==")
).decode()
"""One grey pixel, a whole PNG."""
CALLBACK_URL: Final = "https://127.0.0.1:9/kyc"
"""Nobody listens at the discard port: a client puts its own receiver there."""

SOURCE_ERRORS: Final = {
    "source_timeout": "kyc-china-timeout",
    "source_error": "kyc-china-source-error",
    "source_upgrading": "kyc-china-upgrading",
    "source_throttled": "kyc-china-source-throttled",
    "quota": "kyc-china-quota",
}
CALLBACKS: Final = {
    "callback_delivered": (HOLDER, 1, False),
    "callback_duplicate": ("kyc-china-callback-duplicate", 2, False),
    "callback_late": ("kyc-china-callback-late", 1, False),
    "callback_reordered": ("kyc-china-callback-reordered", 1, False),
    "callback_lost": ("kyc-china-callback-lost", 0, False),
    "callback_wrong_envelope": ("kyc-china-callback-envelope", 1, True),
}
DOCUMENTATION_TOKEN: Final = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
    "eyJzdWIiOiIxMjM0NTY3ODkwIn0",
    "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
)
"""The three parts of the printed example; signed with the key of a well-known tutorial."""
ISSUED_TOKEN: Final = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
    "eyJzdWIiOiJiMWM1ZjBkZS0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAwMDEiLCJjaWQiOiJkZW1vLWNsaWVudCIsImF1ZCI6Imt5Yy1jbi1wb2xs"
    "IiwiaWF0IjoxNzY3NTc4NDAwLCJleHAiOjE3Njc2NjQ4MDB9",
    "XMS0dC4tvLIZObDbtQ99Eu7RUA8l1YfayyCg1g_5N4I",
)
"""What a token looks like; no simulator has its key."""
BOOLEANS: Final = {"match": (True, "1"), "mismatch": (False, "-1"), "not_found": (None, None)}
OPERATORS: Final = {"mobile": "中国移动", "unicom": "中国联通", "telecom": "中国电信", "broadnet": "中国广电"}
NAMES_OF_CODES: Final = {">50km": "beyond_50km", "≤3km": "within_3km"}


class Cause(NamedTuple):
    """What brings an outcome about: who, the request, what the result object carries besides wordings, and why."""

    person: str
    request: Request
    title: str
    data: Mapping[str, Any] = {}


class Builder:
    """Makes the cases of the provider."""

    def __init__(self, table: OutcomeTable, people: Mapping[str, Person]) -> None:
        self.table = table
        self.people = people

    def truth(self, key: str) -> Request:
        """Return everything *key* can say truthfully about themselves."""
        person = self.people[key]
        said: Request = {"name": person.name, "idNumber": person.resident_id}
        if person.valid_from is not None and person.valid_to is not None:
            said |= {"idIssueDate": person.valid_from, "idExpiryDate": person.valid_to}
        said["facePhoto"] = PICTURE
        if person.mobiles:
            said["mobile"] = person.mobiles[0].number
        if person.cards:
            said["bankCardNumber"] = person.cards[0].number
        return said | {"addressesToVerify": [self.address(key)]}

    def address(self, key: str) -> Request:
        """Return where *key* works, or some address if nobody says."""
        areas = {area.kind.value: area for line in self.people[key].mobiles for area in line.areas}
        work = areas.get("work")
        if work is None:
            return {"type": "work", "city": "北京", "address": "测试路1号"}
        return {"type": "work", "city": work.city, "address": work.address}

    def asked(self, check: str, key: str, **changes: Any) -> Request:
        """Return the least request about *key* that starts *check*, with *changes* by wire name."""
        facts = self.table.operations[check]
        needed = facts["requires"] or ["idNumber"]
        truth = self.truth(key)
        return {name: changes.get(name, truth[name]) for name in needed}

    def cause(self, check: str, row: Outcome) -> Cause:
        """Return what makes *check* find *row*."""
        if row.meaning in SOURCE_ERRORS:
            key = SOURCE_ERRORS[row.meaning]
            return Cause(key, self.asked(check, key), f"The controls of {key} ask for it.")
        found = {**self._differences(check), **self._formats(check), **self._lookups(check)}
        return found[row.meaning]

    def _differences(self, check: str) -> dict[str, Cause]:
        needed = self.table.operations[check]["requires"]
        stranger = self.people[STRANGER]
        other = {"name": stranger.name} if "name" in needed else {"idNumber": stranger.resident_id}
        found = {
            "match": Cause(HOLDER, self.asked(check, HOLDER), "Everything is as the source has it."),
            "mismatch": Cause(HOLDER, self.asked(check, HOLDER, **other), "Somebody else's name or number."),
        }
        if check == "identity.image":
            key = "mps-face-different"
            found["mismatch"] = Cause(key, self.asked(check, key), self.people[key].note)
        nobody = {"mobile": NOBODYS_MOBILE} if "mobile" in needed else {"idNumber": NOBODYS_ID}
        if "bankCardNumber" in needed:
            nobody = {"bankCardNumber": NOBODYS_CARD}
        found["not_found"] = Cause(HOLDER, self.asked(check, HOLDER, **nobody), "A number that nobody has on file.")
        return found

    def _formats(self, check: str) -> dict[str, Cause]:
        holder = self.people[HOLDER]
        identity = holder.resident_id
        wrong = identity[:-1] + str((int(identity[-1]) + 1) % 10)

        def ask(title: str, key: str = HOLDER, **changes: Any) -> Cause:
            return Cause(key, self.asked(check, key, **changes), title)

        found = {
            "invalid_name": ask("A name in Latin letters.", name="Lin Jingyi"),
            "invalid_id": ask("A wrong check digit.", idNumber=wrong),
        }
        if check == "identity.four-factor":
            found["invalid_validity"] = ask("A day that does not exist.", idIssueDate="20180231")
        if check == "identity.image":
            stump = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()
            found |= {
                "no_photo": ask("The police hold no photo.", "mps-no-photo"),
                "poor_photo": ask("The source finds the picture too poor.", "photo-poor"),
                "no_face": ask("The source finds no face.", "photo-no-face"),
                "photo_undecodable": ask("A PNG that ends after its signature.", facePhoto=stump),
            }
        if check.startswith("bank."):
            found |= {
                "invalid_card": ask("No bank's prefix.", bankCardNumber="9900000000000000"),
                "card_unusable": ask("The card is reported lost.", "card-lost"),
                "unsupported": ask("The issuer does not take part.", "card-issuer-unsupported"),
            }
        return found

    def _lookups(self, check: str) -> dict[str, Cause]:
        if not check.startswith(("mobile.", "risk.")):
            return {}
        line = self.people[HOLDER].mobiles[0]
        area = self.address(HOLDER)
        ask = self.asked
        unknown = ask(check, HOLDER, mobile=NOBODYS_MOBILE) if "mobile." in check else {}
        nowhere = "Nobody says where the line is seen."
        if check == "mobile.attribution":
            seen = {"operator": OPERATORS[line.operator.value], "province": line.province, "city": line.city}
            empty = dict.fromkeys(seen)
            return {
                "found": Cause(HOLDER, ask(check, HOLDER), "The carrier knows the line.", seen),
                "not_found": Cause(HOLDER, unknown, "A block that was given to nobody.", empty),
            }
        if check.startswith("mobile.location"):
            there = {"locations": [area["city"]]}
            return {
                "found": Cause(HOLDER, ask(check, HOLDER), "The carrier sees the line there.", there),
                "not_found": Cause(HOLDER, unknown, nowhere, {"locations": []}),
            }
        if check == "mobile.address-verify":
            return self._addresses(check, area)
        return self._risks(check)

    def _addresses(self, check: str, area: Request) -> dict[str, Cause]:
        def claim(key: str, where: Request, title: str, distance: str | None) -> Cause:
            return Cause(key, self.asked(check, key, addressesToVerify=[where]), title, {**where, "distance": distance})

        elsewhere = {**area, "city": "拉萨"}
        found = {
            "within_3km": claim(HOLDER, area, "The very address.", "≤3km"),
            "5_to_10km": claim(HOLDER, {**area, "address": "别处路9号"}, "Another street of that city.", "5-10km"),
            "beyond_50km": claim(HOLDER, elsewhere, "Another city.", ">50km"),
            "not_found": claim("line-unknown", area, "Nobody says where the line is seen.", None),
        }
        for meaning, key, band in (
            ("3_to_5km", "kyc-china-3-to-5-km", "3-5km"),
            ("10_to_20km", "kyc-china-10-to-20-km", "10-20km"),
            ("20_to_50km", "kyc-china-20-to-50-km", "20-50km"),
        ):
            found[meaning] = claim(key, area, f"The controls of {key} ask for it.", band)
        return found

    def _risks(self, check: str) -> dict[str, Cause]:
        if check == "risk.fraud":
            clean = [{"type": name, "level": "None", "severity": 0} for name in ("fraud", "gambling", "money-mule")]
            listed = [{**clean[0], "level": "High", "severity": 3}, *clean[1:]]
            key = "risk-fraud"
        else:
            flags = ("criminal-offender", "drug-related", "fugitive")
            clean = [{"type": name, "level": "None"} for name in flags]
            listed = [{"type": name, "level": "High"} for name in flags]
            key = "risk-police"
        return {
            "clear": Cause(HOLDER, self.asked(check, HOLDER), "In no list.", {"risks": clean}),
            "hit": Cause(key, self.asked(check, key), self.people[key].note, {"risks": listed}),
        }

    def cases(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Yield operation, file name and document of every case."""
        for operation, facts in self.table.operations.items():
            if facts["kind"] == "sub_check":
                for row in self.table.rows:
                    if row.operation == operation and row.meaning != "photo_too_large":
                        yield operation, _file(row), self._sub_check(operation, row)
        for row in self.table.results("callback"):
            yield "callback", _file(row), self._callback(row)
        yield from self._calls()

    def _sub_check(self, check: str, row: Outcome) -> dict[str, Any]:
        cause = self.cause(check, row)
        name = f"{check}[0]" if check == "mobile.address-verify" else check
        if row.kind == "error":
            response: dict[str, Any] = {"check": name, "error": row.code}
        elif row.meaning in BOOLEANS and not cause.data:
            consistent, code = BOOLEANS[row.meaning]
            response = {"result": row.code, "consistent": consistent, "code": code, "message": row.text["en"]}
        elif check == "mobile.address-verify":
            response = {**cause.data, "message": row.text["en"]}
        else:
            response = {"success": row.meaning != "not_found", **cause.data, "message": row.text["en"]}
        return _document(row, cause.title, cause.request, response, person=cause.person)

    def _callback(self, row: Outcome) -> dict[str, Any]:
        person, deliveries, envelope = CALLBACKS[row.meaning]
        request = {**self.asked("identity.two-factor", person), "callbackUrl": CALLBACK_URL}
        response = {"deliveries": deliveries, "envelope": envelope}
        return _document(row, row.note, request, response, person=person)

    def _calls(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        table = self.table
        started = self.asked("identity.two-factor", HOLDER)
        at_once = self.asked("identity.two-factor", "kyc-china-immediate")
        issued, token = {"token": ".".join(ISSUED_TOKEN)}, {"token": "<token>"}
        accepted, done = table.result("request", "200"), table.result("poll", "200")
        yield (
            "request",
            "result_200",
            _document(accepted, "Name and number start three checks.", started, issued, person=HOLDER),
        )
        sample = {"idNumber": "110101199001011234", "bankCardNumber": "6222021234567890123"}
        yield (
            "request",
            "sample_numbers",
            {
                **_document(
                    accepted, "The documentation's own numbers, which fail their check digits.", sample, issued
                ),
                "documentation_sample": True,
            },
        )
        refusal = table.error("request", "400")
        yield (
            "request",
            "error_400",
            _document(
                refusal, "A photo alone starts nothing.", {"facePhoto": PICTURE}, {"message": refusal.text["en"]}
            ),
        )
        for code, key in (
            ("502", "service-error"),
            ("429", "too-many"),
            ("500", "internal-error"),
            ("403", "forbidden"),
        ):
            row = table.error("request", code)
            person = f"kyc-china-{key}"
            body = self.asked("identity.two-factor", person)
            title = f"The controls of {person} ask for it."
            yield "request", f"error_{code}", _document(row, title, body, {"message": row.text["en"]}, person=person)
        before = [{"operation": "request", "request": at_once}]
        document = _document(done, "Ready at once.", token, self._report(at_once), person="kyc-china-immediate")
        yield "poll", "result_200", {**document, "before": before}
        waiting = table.result("poll", "202")
        document = _document(
            waiting, "Asked at once; usually it takes a while.", token, {"message": waiting.text["en"]}
        )
        yield "poll", "result_202", {**document, "before": [{"operation": "request", "request": started}]}
        row = table.error("poll", "401")
        printed = ".".join(DOCUMENTATION_TOKEN)
        title = "The documentation's own example, signed with the key of a well-known tutorial."
        yield "poll", "error_401", _document(row, title, {"token": printed}, {"message": row.text["en"]})
        row = table.error("poll", "400")
        yield "poll", "error_400", _document(row, "No token.", {}, {"message": row.text["en"]})
        row = table.result("pdf", "200")
        document = _document(
            row,
            "The link of a report.",
            {"link": "<pdfUrl>"},
            {"contentType": "application/pdf"},
            person="kyc-china-immediate",
        )
        yield "pdf", "result_200", {**document, "before": [*before, {"operation": "poll", "request": token}]}
        row = table.result("billing", "200")
        title = "A second in which nothing was charged."
        yield "billing", "result_200", _document(row, title, {"start": "0", "end": "1"}, {"items": [], "total": 0})
        row = table.error("billing", "400")
        yield (
            "billing",
            "error_400",
            _document(row, "The end lies before the start.", {"start": "2", "end": "1"}, {"message": row.text["en"]}),
        )

    def _report(self, request: Request) -> dict[str, Any]:
        words = {row.meaning: row.text["en"] for row in self.table.results("identity.two-factor")}
        risks = {check: self._risks(check)["clear"].data for check in ("risk.fraud", "risk.criminal")}
        return {
            "reportMetadata": {"status": "completed"},
            "submitted": request,
            "identity": {"two-factor": {"result": "match", "consistent": True, "code": "1", "message": words["match"]}},
            "risk": {
                "fraud": {"success": True, **risks["risk.fraud"], "message": "OK"},
                "criminal": {"success": True, **risks["risk.criminal"], "message": "OK"},
            },
            "pdfUrl": "http://127.0.0.1:8080/_pdf/b1c5f0de-0000-4000-8000-000000000001.pdf",
            "pdfFileName": "kyc-cn-b1c5f0de.pdf",
            "summary": {
                "ran": ["identity.two-factor", "risk.fraud", "risk.criminal"],
                "matched": ["identity.two-factor"],
                "unmatched": [],
                "notFound": [],
                "errored": [],
            },
        }


def _file(row: Outcome) -> str:
    return f"{row.kind}_{NAMES_OF_CODES.get(row.code, row.code)}"


def _document(
    row: Outcome, title: str, request: Request, response: Mapping[str, Any], *, person: str | None = None
) -> dict[str, Any]:
    document: dict[str, Any] = {"case": f"{row.kind}_{row.code}"} if row.code in NAMES_OF_CODES else {}
    document |= {
        "source": f"{row.source}. Person and request are made up.",
        "evidence": row.evidence.value,
        "observed_on": None,
        "title": title,
        "language": "en",
    }
    if person is not None:
        document["person"] = person
    return {**document, "request": request, "response": dict(response), "documentation_sample": False}


def build(people: Mapping[str, Person], table: OutcomeTable) -> dict[str, bytes]:
    """Return the content of every case file by its path below ``fixtures/``."""
    return {
        f"{PROVIDER}/{operation}/{case}.json": (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
        for operation, case, document in Builder(table, people).cases()
    }


def shipped_people() -> dict[str, Person]:
    """Return everyone of ``fixtures/people.json`` by key."""
    document = json.loads((FIXTURES / "people.json").read_bytes())
    return {person["key"]: parse_person(person) for person in document["people"]}


def main() -> None:
    """Write the files, and remove those that are no longer built."""
    files = build(shipped_people(), load_table(PROVIDER))
    shutil.rmtree(FIXTURES / PROVIDER, ignore_errors=True)
    for path, content in files.items():
        target = FIXTURES / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    print(f"{len(files)} cases")


if __name__ == "__main__":
    main()
