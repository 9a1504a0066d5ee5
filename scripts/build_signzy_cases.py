"""Rebuild ``fixtures/signzy/``: one case per result and error of each operation, and the people who stand for faults.

Usage::

    python scripts/build_signzy_cases.py

A case is a request and the answer it must get, with what makes it so in its ``title``. Wherever the request or the
register can bring an answer about, they do; the rest is left to the people whose controls ask for it. Texts come from
the outcome table, numbers from ``fixtures/people.json``::

    {"source", "evidence", "observed_on": null, "title", "language": "en", "person"?: key, "before"?: [calls],
     "request": {body}, "status": 200, "response": {body} | null, "documentation_sample": false}

Calls are made with the default tenant's static token, unless one of ``before`` is a login. What a login answers is made
up: token and moment differ at every call. There is no documentation sample: no page has one with a number that could be
read in full.

Source: the page, sibling pages [seed, doc]; which request causes which answer [inferred].
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from contracts.loader import Outcome, OutcomeTable, load_table
from kyc_core.people import Person, parse_person

FIXTURES: Final = Path(__file__).resolve().parent.parent / "fixtures"

VERIFY: Final = "verify"
STATUSES: Final = {"Verified", "Not Verified", "Unable to Verify"}
DEFAULT_USER: Final = {"username": "kycsim-DEFAULTUSERNAME0", "password": "KYCSIMDEFAULTPASSWORD00000000000"}
"""The default tenant's, which are the same everywhere."""
TOKEN: Final = {
    "id": "DEFAULTUSERNAME0MADEUPMADEUPMADEUPMADEUPMADEUPMADEUPMADEUPMADEUP",
    "ttl": 1209600,
    "created": "2026-01-05T00:00:00.000Z",
    "userId": "1e9b9b27d7bbfdf776c64a2a",
}

HOLDER: Final = "ordinary-01"
STRANGER: Final = "ordinary-02"


class Case(NamedTuple):
    """One call: operation, name, the code it must get, what is sent, whom it is about, and why."""

    operation: str
    name: str
    code: str
    request: dict[str, Any]
    person: str | None
    title: str
    wording: str = ""
    places: Mapping[str, str] = {}
    before: tuple[Mapping[str, Any], ...] = ()


def request(person: Person, **changes: Any) -> dict[str, Any]:
    """Return what *person* says truthfully about themselves, but for *changes*; ``None`` leaves a member out."""
    born = person.resident_id[6:14]
    truth: dict[str, Any] = {
        "fullName": person.name,
        "dateOfBirth": f"{born[:4]}-{born[4:6]}-{born[6:]}",
        "identityInformation": {"nationalIdNumber": person.resident_id},
        "consent": True,
    }
    return {name: value for name, value in (truth | changes).items() if value is not None}


def number(text: str) -> dict[str, str]:
    """Return the member that holds a number."""
    return {"nationalIdNumber": text}


def results(people: Mapping[str, Person]) -> Iterator[Case]:
    """Yield the verifications that are decided."""

    def about(name: str, code: str, key: str, title: str, **changes: Any) -> Case:
        return Case(VERIFY, name, code, request(people[key], **changes), key, title)

    holder = people[HOLDER]
    wrong = str((int(holder.resident_id[-1]) + 1) % 10)
    yield about("result_Verified", "Verified", HOLDER, "Name, number and birth date are those on file.")
    yield about(
        "result_Not Verified", "Not Verified", HOLDER, "Another name than on file.", fullName=people[STRANGER].name
    )
    yield about("result_Unable to Verify", "Unable to Verify", "mps-not-found", "The number is not on file.")
    yield about(
        "birth_date_differs",
        "Not Verified",
        HOLDER,
        "A birth date that is not the number's.",
        dateOfBirth="1885-03-15",
    )
    yield about("latin_name", "Not Verified", HOLDER, "A name in Latin letters (S2).", fullName="Lin Jingyi")
    yield about(
        "other_middle_dot",
        "Not Verified",
        "minority-name",
        "U+2022 for U+00B7: the classic false mismatch.",
        fullName=people["minority-name"].name.replace("·", "•"),
    )
    yield about(
        "lowercase_x",
        "Verified",
        "x-check-character",
        "A lower-case check character.",
        identityInformation=number(people["x-check-character"].resident_id.lower()),
    )
    yield about("cancelled", "Unable to Verify", "mps-cancelled", "The registration is cancelled.")
    yield about("unsure", "Unable to Verify", "signzy-unsure", "The controls of signzy-unsure ask for it.")
    yield about("expired_card", "Verified", "expired-card", "An expired card is no reason: no date of it is asked.")
    untrue = number(holder.resident_id[:-1] + wrong)
    yield Case(
        VERIFY,
        "untrue_number",
        "Unable to Verify",
        request(holder, identityInformation=untrue),
        None,
        "A wrong check character passes the edge; nobody holds the number.",
    )
    flat = request(holder, identityInformation=None) | number(holder.resident_id)
    yield Case(VERIFY, "flat_number", "Verified", flat, HOLDER, "The number beside identityInformation (S3).")


def refusals(people: Mapping[str, Person]) -> Iterator[Case]:
    """Yield the verifications that are refused."""
    holder = people[HOLDER]

    def bad(name: str, title: str, wording: str, parameter: str, kind: str = "", **changes: Any) -> Case:
        places = {"parameter": parameter, "type": kind}
        return Case(VERIFY, name, "400", request(holder, **changes), None, title, wording, places)

    yield bad("error_400", "No consent.", "consent", "consent", consent=False)
    yield bad("consent_as_text", "Consent as a text.", "consent", "consent", consent="true")
    yield bad("consent_missing", "No word of consent.", "required", "consent", consent=None)
    yield bad("name_missing", "No name.", "required", "fullName", fullName=None)
    yield bad("name_as_number", "A name that is no text.", "type", "fullName", "string", fullName=1)
    yield bad("birth_date_impossible", "29 February 1900.", "", "dateOfBirth", dateOfBirth="1900-02-29")
    yield bad("birth_date_to_come", "A day far ahead.", "", "dateOfBirth", dateOfBirth="2999-01-01")
    yield bad("birth_date_compact", "Without hyphens.", "", "dateOfBirth", dateOfBirth="18850314")
    nested = "identityInformation.nationalIdNumber"
    yield bad("number_missing", "No number.", "required", nested, identityInformation={})
    yield bad(
        "number_15_digits",
        "First generation.",
        "",
        "nationalIdNumber",
        identityInformation=number("110101000101001"),
    )
    yield bad(
        "number_13_digits",
        "What the page asks for (S1).",
        "",
        "nationalIdNumber",
        identityInformation=number("1101011900010"),
    )
    twice = {"identityInformation": number(holder.resident_id), "nationalIdNumber": people[STRANGER].resident_id}
    yield bad("number_twice", "Two different numbers (S3).", "differs", "nationalIdNumber", **twice)
    for code, key in (
        ("401", "signzy-unauthorized"),
        ("403", "signzy-request-limit"),
        ("409", "signzy-upstream-down"),
        ("500", "signzy-internal-error"),
    ):
        asked = request(people[key])
        yield Case(VERIFY, f"error_{code}", code, asked, key, f"The controls of {key} ask for it.")


def sessions() -> Iterator[Case]:
    """Yield logins and logouts."""
    wrong = DEFAULT_USER | {"password": "KYCSIMOTHERPASSWORD"}
    login = {"operation": "login", "request": DEFAULT_USER}
    yield Case("login", "result_200", "200", DEFAULT_USER, None, "User name and password of the default tenant.")
    yield Case("login", "error_LOGIN_FAILED", "LOGIN_FAILED", wrong, None, "A wrong password.")
    places = {"parameter": "password"}
    nobody = {"username": DEFAULT_USER["username"]}
    yield Case("login", "password_missing", "400", nobody, None, "No password.", "required", places)
    yield Case("logout", "result_204", "204", {}, None, "The token of the login before.", before=(login,))


def document(case: Case, table: OutcomeTable) -> dict[str, Any]:
    """Return the content of a case's file."""
    kind = "result" if case.code in {row.code for row in table.results(case.operation)} else "error"
    row = table.result(case.operation, case.code) if kind == "result" else table.error(case.operation, case.code)
    return {
        "source": f"{row.source}. Person and request are made up.",
        "evidence": row.evidence.value,
        "observed_on": None,
        "title": case.title,
        "language": "en",
        **({} if case.person is None else {"person": case.person}),
        **({"before": list(case.before)} if case.before else {}),
        "request": case.request,
        "status": row.http_status,
        "response": _success(case, row) if kind == "result" else _error(case, row, table),
        "documentation_sample": False,
    }


def _success(case: Case, row: Outcome) -> dict[str, Any] | None:
    if case.operation != VERIFY:
        return TOKEN if case.operation == "login" else None
    na = dict.fromkeys(("fullName", "dateOfBirth", "nationalIdNumber"), "NA")
    return {**na, "sourceVerificationStatus": row.code}


def _error(case: Case, row: Outcome, table: OutcomeTable) -> dict[str, Any]:
    words = table.operations[case.operation]["errors"][case.code]
    text = (row.worded(case.wording) if case.wording else row).text["en"].format_map(case.places)
    status = row.http_status
    if words["shape"] == "older":
        code = {"code": words["code"]} if "code" in words else {}
        return {"error": {"statusCode": status, "name": words["name"], "message": text, **code}}
    return {
        "error": {
            "name": words["name"],
            "reason": text,
            "status": status,
            "message": words["message"],
            "type": words["type"],
            "statusCode": status,
        }
    }


def build(people: Mapping[str, Person], table: OutcomeTable) -> dict[str, bytes]:
    """Return the content of every case file by its path below ``fixtures/``."""
    cases = [*results(people), *refusals(people), *sessions()]
    return {
        f"signzy/{case.operation}/{case.name}.json": (
            json.dumps(document(case, table), ensure_ascii=False, indent=2) + "\n"
        ).encode()
        for case in cases
    }


def shipped_people() -> dict[str, Person]:
    """Return everyone of ``fixtures/people.json`` by key."""
    document = json.loads((FIXTURES / "people.json").read_bytes())
    return {person["key"]: parse_person(person) for person in document["people"]}


def main() -> None:
    """Write the files, and remove those that are no longer built."""
    files = build(shipped_people(), load_table("signzy"))
    shutil.rmtree(FIXTURES / "signzy", ignore_errors=True)
    for path, content in files.items():
        target = FIXTURES / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    print(f"{len(files)} cases")


if __name__ == "__main__":
    main()
