"""Rebuild ``fixtures/tencent/``: one case per result and product error of each action, and the documentation's samples.

Usage::

    python scripts/build_tencent_cases.py

A case is a request and the answer it must get, with what makes it so in its ``title``. Wherever the request or the
register can bring a code about, they do; what nothing about a person or card can cause is left to the people whose
controls ask for it. Texts come from the outcome table, numbers from ``fixtures/people.json``, so that the same two
files always give the same cases, byte for byte::

    {"source", "evidence", "observed_on": "2026-05" | null, "title", "language": "en" | "zh", "person"?: key,
     "site"?: "cn", "request": {business parameters}, "response": {"Response": {...}},
     "documentation_sample": true | false}

``site`` is where it must be asked, if not on the international host. ``person`` is who holds the card, or whose
controls decide. A documentation sample has none: its identity is nobody's, fails the format rules, and is answered
before they are asked. ``observed_on`` is null where no date is recorded.

Source: BankCardVerification page, international site [seed]; samples of the other actions in the API metadata of the
official SDKs [sdk]; which request causes which code is our reading where the result list does not say [inferred].
"""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import tencent_identity_cases as identity

from contracts.loader import Outcome, OutcomeTable, load_table
from kyc_core.bank_card import check_digit as card_check_digit
from kyc_core.people import Person, parse_person

FIXTURES: Final = Path(__file__).resolve().parent.parent / "fixtures"

PRODUCT: Final = "product"
SAMPLED: Final = "sample"
LANGUAGES: Final = {"intl": "en", "cn": "zh"}
BANK_ACTIONS: Final = ("BankCardVerification", "BankCard2EVerification", "BankCard4EVerification")

Request = dict[str, Any]


class Cause(NamedTuple):
    """What brings a code about: whose card or controls, the request, and the reason in words."""

    person: str
    request: Request
    title: str


class Sample(NamedTuple):
    """A documented call and its answer."""

    operation: str
    case: str
    language: str
    request: Request
    result: str
    request_id: str
    source: str
    evidence: str
    observed_on: str | None
    members: Mapping[str, Any] = MappingProxyType({})
    """What the example shows beside Result and Description."""


PAGE: Final = "BankCardVerification page, international site, examples"
METADATA: Final = "API metadata of the domestic site in the official SDKs, examples of the action"

METADATA_INTL: Final = "API metadata of the international site in the official SDKs, examples of the action"

SAMPLE_ID: Final = "11204416541220243X"
SAMPLE_PHONE: Final = "16137688175"

# The two cards change roles between the three-element action and the others; the blanks are in the sources (C7).
SAMPLES: Final = (
    Sample(
        "BankCardVerification", "sample_match", "en",
        {"IdCard": SAMPLE_ID, "Name": "Wei Xiaobao", "BankCard": " 6226090210146748"},
        "0", "a5fdb909-5ee6-43ff-a152-bb1b9744ee8b", PAGE, "seed", "2026-05",
    ),
    Sample(
        "BankCardVerification", "sample_mismatch", "en",
        {"IdCard": f" {SAMPLE_ID}", "Name": "Wei Xiaobao", "BankCard": " 6225768888888888"},
        "-1", "89f695b2-18fd-44b6-bffc-96972052666f", PAGE, "seed", "2026-05",
    ),
    Sample(
        "BankCardVerification", "sample_match_zh", "zh",
        {"IdCard": SAMPLE_ID, "Name": "韦小宝", "BankCard": " 6226090210146748"}, "0", "", METADATA, "sdk", None,
    ),
    Sample(
        "BankCardVerification", "sample_mismatch_zh", "zh",
        {"IdCard": f" {SAMPLE_ID}", "Name": "韦小宝", "BankCard": " 6225768888888888"}, "-1", "", METADATA, "sdk", None,
    ),
    Sample(
        "BankCard2EVerification", "sample_match_zh", "zh",
        {"Name": "韦小宝", "BankCard": " 6225768888888888"}, "0", "", METADATA, "sdk", None,
    ),
    Sample(
        "BankCard2EVerification", "sample_mismatch_zh", "zh",
        {"Name": "韦小宝", "BankCard": "6226090210146748"}, "-4", "", METADATA, "sdk", None,
    ),
    Sample(
        "BankCard4EVerification", "sample_match_zh", "zh",
        {"Name": "韦小宝", "BankCard": "6225768888888888", "Phone": SAMPLE_PHONE, "IdCard": SAMPLE_ID},
        "0", "", METADATA, "sdk", None,
    ),
    Sample(
        "BankCard4EVerification", "sample_mismatch_zh", "zh",
        {"Name": "韦小宝", "BankCard": "6226090210146748", "Phone": SAMPLE_PHONE, "IdCard": SAMPLE_ID},
        "-6", "", METADATA, "sdk", None,
    ),
    Sample(
        "CheckBankCardInformation", "sample_match_zh", "zh", {"BankCard": "6225768888888888"}, "0", "", METADATA, "sdk",
        None, {"AccountBank": "招商银行信用卡", "AccountType": 2},
    ),
    Sample(
        "CheckBankCardInformation", "sample_match", "en", {"BankCard": "6225768888888888"}, "0", "", METADATA_INTL,
        "sdk", None, {"AccountBank": "China Merchants Bank credit card", "AccountType": 2},
    ),
    Sample(
        "IdCardVerification", "sample_match_zh", "zh", {"IdCard": SAMPLE_ID, "Name": "韦小宝"}, "0", "", METADATA,
        "sdk", None,
    ),
    Sample(
        "IdCardVerification", "sample_mismatch_zh", "zh", {"IdCard": "440305199505132561", "Name": "刘洋"}, "-1", "",
        METADATA, "sdk", None,
    ),
    Sample(
        "IdCardVerification", "sample_match", "en", {"IdCard": SAMPLE_ID, "Name": "Wei Xiaobao"}, "0", "",
        METADATA_INTL, "sdk", None,
    ),
    Sample(
        "IdCardVerification", "sample_mismatch", "en", {"IdCard": "440305199505132561", "Name": "Liu Yang"}, "-1", "",
        METADATA_INTL, "sdk", None,
    ),
    Sample(
        "IdCardOCRVerification", "sample_id_format", "en", {"IdCard": "11204416541220243Y", "Name": "韦小宝"}, "-2", "",
        METADATA_INTL, "sdk", None,
        {"Name": "韦小宝", "IdCard": "11204416541220243Y", "Sex": "", "Nation": "", "Birth": "", "Address": ""},
    ),
    Sample(
        "PhoneVerification", "sample_match_zh", "zh", {"IdCard": SAMPLE_ID, "Name": "韦小宝", "Phone": SAMPLE_PHONE},
        "0", "", METADATA, "sdk", None, {"Isp": "电信"},
    ),
    Sample(
        "PhoneVerification", "sample_match", "en", {"IdCard": SAMPLE_ID, "Name": "Wei Xiaobao", "Phone": SAMPLE_PHONE},
        "0", "", METADATA_INTL, "sdk", None, {"Isp": "Telecom"},
    ),
    Sample(
        "MobileStatus", "sample_found", "en", {"Mobile": "13800138000"}, "0", "", METADATA_INTL, "sdk", None,
        {"StatusCode": 1},
    ),
    Sample(
        "MobileStatus", "sample_phone_format", "en", {"Mobile": SAMPLE_PHONE}, "-2", "", METADATA_INTL, "sdk", None,
        {"StatusCode": 99},
    ),
    Sample(
        "MobileNetworkTimeVerification", "sample_found", "en", {"Mobile": "13800138000"}, "0", "", METADATA_INTL, "sdk",
        None, {"Range": "[24,+)"},
    ),
    Sample(
        "MobileNetworkTimeVerification", "sample_no_record", "en", {"Mobile": SAMPLE_PHONE}, "-2", "", METADATA_INTL,
        "sdk", None, {"Range": ""},
    ),
)  # fmt: skip

# meaning -> who has a card in that state
CARD_PEOPLE: Final = {
    "cardless_off": "card-cardless-off",
    "card_confiscated": "card-confiscated",
    "invalid_card_number": "card-invalid-number",
    "dormant": "card-dormant",
    "fraud_card": "card-fraud",
    "reported_lost": "card-lost",
    "card_expired": "card-expired",
    "restricted": "card-restricted",
    "pin_tries_exceeded": "card-pin-locked",
    "issuer_unsupported": "card-issuer-unsupported",
    "card_abnormal": "card-status-abnormal",
}

# result meaning or error code -> who has a control for it
CONTROL_PEOPLE: Final = {
    "centre_busy": "tencent-centre-busy",
    "daily_attempts_exceeded": "tencent-daily-attempts",
    "mismatch": "tencent-mismatch",
    "cardholder_wrong": "tencent-cardholder-wrong",
    "FailedOperation.StsUnAuthErrError": "tencent-sts-unauthorized",
    "FailedOperation.UnKnown": "tencent-unknown-failure",
    "InvalidParameter": "tencent-invalid-parameter",
    "InvalidParameterValue": "tencent-invalid-parameter-value",
    "UnauthorizedOperation.Arrears": "tencent-arrears",
    "UnauthorizedOperation.ChargeStatusException": "tencent-charge-status",
    "UnauthorizedOperation.NonAuthorize": "tencent-non-authorize",
    "UnauthorizedOperation.Nonactivated": "tencent-nonactivated",
}

HOLDER: Final = "ordinary-01"
STRANGER: Final = "ordinary-02"
FIRST_GENERATION: Final = "long-term-card"
"""Whose number, cut to 15 digits, names a county nobody was ever born in."""
UNLISTED_CARD_BODY: Final = "990000000000000"
"""Begins with no issuer's prefix; with its check digit a well-formed number of 16."""
UNOPENABLE: Final = {"CiphertextBlob": "QQ==", "Iv": "QUFBQUFBQUFBQUFBQUFBQQ=="}
"""A wrapped key of one byte: no algorithm unwraps it."""


class Builder:
    """Makes the cases of one action."""

    def __init__(self, operation: str, table: OutcomeTable, people: Mapping[str, Person]) -> None:
        self.operation = operation
        self.table = table
        self.people = people
        facts = table.operations[operation]
        required = [field["name"] for field in facts["fields"] if field["required"]]
        self.fields = list(identity.REQUESTS.get(operation, required))
        self.holder = identity.HOLDERS.get(operation, HOLDER)
        self.hosts: list[str] = facts["hosts"]
        self.domestic: list[str] = facts.get("domestic_results", [])
        named = {field["name"] for field in facts["fields"]}
        self.encryptable = any(field["encryptable"] for field in facts["fields"])
        self.flat = "CiphertextBlob" in named
        self.encrypts = self.flat or "Encryption" in named
        self.answers = bool(facts.get("sealed_members"))

    def request(self, key: str, **changes: str) -> Request:
        """Return what *key* says truthfully about themselves, but for *changes* by wire name."""
        truth = identity.truth(self.operation, self.people[key])
        if self.operation in BANK_ACTIONS:
            truth["Phone"] = self.people[key].cards[0].mobile
        return {name: changes.get(name, truth[name]) for name in self.fields}

    def result_cause(self, meaning: str) -> Cause:
        """Return what makes the action answer the result that means *meaning*."""
        if self.operation not in BANK_ACTIONS:
            return self._identity_cause(meaning)
        if meaning in CARD_PEOPLE:
            key = CARD_PEOPLE[meaning]
            state = self.people[key].cards[0].state
            return Cause(key, self.request(key), f"The issuer's state of the card: {state.value}.")
        if meaning in self._differences():
            changes, title = self._differences()[meaning]
            return Cause(HOLDER, self.request(HOLDER, **changes), title)
        if meaning in self._formats():
            changes, title = self._formats()[meaning]
            return Cause(HOLDER, self.request(HOLDER, **changes), title)
        key = CONTROL_PEOPLE[meaning]
        return Cause(key, self.request(key), f"The controls of {key} ask for it.")

    def _identity_cause(self, meaning: str) -> Cause:
        key = identity.OWN_PEOPLE.get((self.operation, meaning))
        if key is None:
            wrong = identity.untruth(self.operation, meaning, self.people[self.holder], self.people[identity.STRANGER])
            if wrong is not None:
                changes, title = wrong
                listed = [field["name"] for field in self.table.operations[self.operation]["fields"]]
                known = {name: value for name, value in changes.items() if name in listed}
                return Cause(self.holder, self.request(self.holder) | known, title)
            key = identity.PEOPLE[meaning]
        person = self.people[key]
        told = f"The controls of {key} ask for it." if "tencent" in person.controls else f"About {key}: {person.note}"
        return Cause(key, self.request(key), told)

    def error_cause(self, code: str) -> Cause:
        """Return what makes the action refuse with the product error *code*."""
        if code in identity.IMAGE_ERRORS:
            request, title = identity.IMAGE_ERRORS[code]
            return Cause(self.holder, request, title)
        if code == "InvalidParameterValue" and "IdCard" in self.fields and self.operation in BANK_ACTIONS:
            request = self.request(HOLDER) | {"CertType": 1}
            return Cause(HOLDER, request, "A kind of document other than the resident identity card.")
        if code == "InvalidParameter.UnsupportEncryptField" and self.encrypts:
            unlisted = "VerifyMode" if self.flat else "CertType"
            request = self.request(self.holder) | self._envelope(unlisted)
            return Cause(self.holder, request, "A field is listed as encrypted that cannot be.")
        if code == "FailedOperation.DecryptSystemError" and self.encrypts:
            listed = "Name" if "Name" in self.fields else self.fields[0]
            request = self.request(self.holder) | self._envelope(listed)
            return Cause(self.holder, request, "A wrapped key that cannot be unwrapped.")
        if code == "FailedOperation.EncryptSystemError" and self.answers:
            request = self.request(self.holder) | {"IsEncrypt": True}
            return Cause(self.holder, request, "An encrypted answer is asked for without a key to encrypt it with.")
        key = CONTROL_PEOPLE.get(code) or identity.ERROR_PEOPLE[code]
        return Cause(key, self.request(key), f"The controls of {key} ask for it.")

    def _envelope(self, listed: str) -> Request:
        """Return the members of a request with *listed* as encrypted, and a key that cannot be unwrapped."""
        given = {"EncryptList": [listed], **UNOPENABLE} if self.encryptable else dict(UNOPENABLE)
        return given if self.flat else {"Encryption": given}

    def cases(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield file name and document of every case."""
        for row in self.table.results(self.operation):
            case = f"result_{row.code}"
            cause = self.result_cause(row.meaning)
            site = "cn" if "intl" not in self.hosts or row.code in self.domestic else "intl"
            answer: dict[str, Any] = {"Result": row.code, "Description": row.text[LANGUAGES[site]]}
            answer |= identity.besides(self.operation, row.meaning, self.people[cause.person], cause.request, site)
            yield case, self._document(case, row, cause, self._in_order(answer), site)
        for code in self.table.operations[self.operation]["errors"]:
            row = self.table.error(self.operation, code)
            worded = row.worded(PRODUCT) if PRODUCT in row.variants else row
            case = f"error_{code}"
            site = "cn" if "intl" not in self.hosts else "intl"
            answer = {"Error": {"Code": code, "Message": self._message(case, worded, site)}}
            yield case, self._document(case, row, self.error_cause(code), answer, site)
        for sample in SAMPLES:
            if sample.operation == self.operation:
                yield sample.case, self._sample(sample)

    def _in_order(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        names = [member["name"] for member in self.table.operations[self.operation]["answer"]]
        return {name: answer[name] for name in names if name in answer}

    def _message(self, case: str, row: Outcome, site: str) -> str:
        places = {
            "request_id": made_up_id(f"{self.operation}/{case}"),
            "service": "faceid",
            "action": self.operation,
            "attempts": "21",
            "limit": "20",
        }
        text = row.text[LANGUAGES[site]]
        return text.format_map(places) if "{" in text else text

    def _differences(self) -> dict[str, tuple[dict[str, str], str]]:
        """Return what a claim may get wrong, by the meaning of the answer; which meaning it is differs by action."""
        stranger = self.people[STRANGER]
        other_name = {"Name": stranger.name, "IdCard": stranger.resident_id}
        elements = len(self.fields)
        found: dict[str, tuple[dict[str, str], str]] = {"match": ({}, "Everything is as the bank has it.")}
        if elements == 3:
            found["mismatch"] = (other_name, "Somebody else's name and number with this card.")
        else:
            found["cardholder_wrong"] = (other_name, "Somebody else's name with this card.")
        if elements == 4:
            reserved = {"Phone": stranger.cards[0].mobile or ""}
            found["mismatch"] = (reserved, "Another number than the one reserved at the bank.")
        return found

    def _formats(self) -> dict[str, tuple[dict[str, str], str]]:
        """Return what a request may spell wrongly, by the meaning of the answer."""
        holder = self.people[HOLDER]
        identity, card = holder.resident_id, holder.cards[0].number
        wrong = str((int(identity[-1]) + 1) % 10)
        old = self.people[FIRST_GENERATION].resident_id
        return {
            "name_format": ({"Name": "Lin Jingyi"}, "A name in Latin letters."),
            "id_format": ({"IdCard": identity[:-1] + wrong}, "A wrong check digit."),
            "card_format": ({"BankCard": card[:-1] + "A"}, "A letter in the card number."),
            "phone_format": ({"Phone": "10000000000"}, "A number outside 13 to 19."),
            "id_type_unsupported": ({"IdCard": old[:6] + old[8:17]}, "A number of 15 digits, first generation."),
            "no_issuing_bank": (
                {"BankCard": UNLISTED_CARD_BODY + card_check_digit(UNLISTED_CARD_BODY)},
                "A well-formed card number that begins with no issuer's prefix.",
            ),
        }

    def _document(self, case: str, row: Outcome, cause: Cause, answer: dict[str, Any], site: str) -> dict[str, Any]:
        return {
            "source": f"{row.source}. Person and request are made up.",
            "evidence": row.evidence.value,
            "observed_on": None,
            "title": cause.title,
            "language": LANGUAGES[site],
            **({"site": site} if site == "cn" else {}),
            "person": cause.person,
            "request": cause.request,
            "response": {"Response": {**answer, "RequestId": made_up_id(f"{self.operation}/{case}")}},
            "documentation_sample": False,
        }

    def _sample(self, sample: Sample) -> dict[str, Any]:
        row = self.table.result(self.operation, sample.result)
        request_id = sample.request_id or made_up_id(f"{self.operation}/{sample.case}")
        worded = row.worded(SAMPLED) if SAMPLED in row.variants else row
        answer = {"Result": row.code, "Description": worded.text[sample.language], **sample.members}
        return {
            "source": sample.source,
            "evidence": sample.evidence,
            "observed_on": sample.observed_on,
            "title": f"The documentation's own example of {row.meaning}.",
            "language": sample.language,
            "request": sample.request,
            "response": {"Response": {**self._in_order(answer), "RequestId": request_id}},
            "documentation_sample": True,
        }


def made_up_id(name: str) -> str:
    """Return a RequestId for a case nobody recorded one of: a UUID of version 4 in form, always the same for *name*."""
    return str(uuid.UUID(bytes=sha256(name.encode()).digest()[:16], version=4))


def build(people: Mapping[str, Person], table: OutcomeTable) -> dict[str, bytes]:
    """Return the content of every case file by its path below ``fixtures/``."""
    return {
        f"tencent/{operation}/{case}.json": (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
        for operation in table.operations
        for case, document in Builder(operation, table, people).cases()
    }


def shipped_people() -> dict[str, Person]:
    """Return everyone of ``fixtures/people.json`` by key."""
    document = json.loads((FIXTURES / "people.json").read_bytes())
    return {person["key"]: parse_person(person) for person in document["people"]}


def main() -> None:
    """Write the files, and remove those that are no longer built."""
    files = build(shipped_people(), load_table("tencent"))
    for operation in (FIXTURES / "tencent").glob("*/"):
        shutil.rmtree(operation)
    for path, content in files.items():
        target = FIXTURES / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    print(f"{len(files)} cases")


if __name__ == "__main__":
    main()
