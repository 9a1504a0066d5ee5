"""What the cases of Alibaba Cloud hold: the members of an answer about one person, whom documents and faces speak of.

Used by ``build_alibaba_cases.py`` alone. Only members whose content is known are built: a product may return more.

Source: ``fixtures/alibaba/documents.json`` and ``faces.json``, each value with its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from typing import Any, Final

from contracts.loader import Outcome, OutcomeTable
from kyc_core.people import Person
from kyc_core.resident_id import parse as parse_resident_id

TRANSACTION: Final = "TransactionId"
_ONE_FACE: Final = ("FACE_LIVENESS", "FACE_LIVENESS_PRO")
"""Products that compare a face with none."""
TODAY: Final = date(2026, 11, 20)

Request = Mapping[str, str]
Answer = dict[str, Any]


class Answers:
    """Makes the ``Result`` of a case.

    Args:
        table: the provider's outcome table.
        people: everyone on file, by key.
        documents: ``documents.json``, decoded.
        faces: ``faces.json``, decoded.
    """

    def __init__(
        self,
        table: OutcomeTable,
        people: Mapping[str, Person],
        documents: Mapping[str, Any],
        faces: Mapping[str, Any],
    ) -> None:
        self._table = table
        self._people = people
        self._documents = documents
        self._faces = faces
        self._kinds = {code: kind for kind in documents["documents"] for code in kind["codes"]}

    def about(self, operation: str, row: Outcome, key: str | None, request: Request, start: Request) -> Answer:
        """Return the members that carry the answer.

        Args:
            operation: wire name.
            row: what is answered.
            key: whom the call is about, if anybody.
            request: business parameters of the call.
            start: what Initialize was told, where there was one.
        """
        code, identifier = row.code, made_up_transaction(operation)
        named = {TRANSACTION: identifier}
        verdict = {"Passed": "Y" if code == "200" else "N", "SubCode": code}
        if operation == "Initialize":
            page = f"http://127.0.0.1:8080/__verify/default/{identifier}"
            return named | {"TransactionUrl": page, "Protocol": made_up_protocol(operation)}
        if operation == "CheckResult":
            return {"Passed": code} if code == "P" else verdict | self._parts({**start, **request}, code, key)
        if operation == "EkycVerify":
            return (
                named | verdict | self._parts({"ProductCode": "eKYC", **request, "IdSpoof": "Y"}, code, key, of="eKYC")
            )
        if operation in ("DocOcr", "CardOcr"):
            spoof = "Y" if request.get("Spoof") == "T" else "N"
            return named | verdict | self._parts({**request, "IdSpoof": spoof}, code, key, of="ID_OCR")
        if operation == "FaceLiveness":
            known = self._faces["liveness"]
            return named | verdict | {"ExtFaceInfo": known["usual"] | known.get(code, {})}
        if operation == "FaceCompare":
            score = self._faces["compare"]["same" if code == "Y" else "different"]
            return named | {"Passed": code, "FaceComparisonScore": score, "ExtFaceInfo": {}}
        if operation == "CheckVerifyLog":
            return self._log(code)
        if operation == "DeleteVerifyResult":
            return named | {"DeleteResult": code}
        if operation == "Id2MetaPeriodVerifyIntl":
            return verdict
        return self._data_check(operation, row, key, request)

    def _data_check(self, operation: str, row: Outcome, key: str | None, request: Request) -> Answer:
        code, isp = row.code, self._isp(operation, row, key)
        pair = {"BizCode": code[0], "SubCode": code}
        if operation == "MobileDetect":
            return {"ChargeCount": int(row.billed), "Items": [{"Mobile": request["Mobiles"], **pair, **isp}]}
        if operation == "MobileOnlineTime":
            return {"BizCode": "3"} if code == "none" else {"BizCode": "1", "TimeCode": code, **isp}
        return ({"BizCode": code} if len(code) == 1 else pair) | isp

    def _isp(self, operation: str, row: Outcome, key: str | None) -> Answer:
        names = self._table.operations[operation].get("isp_names")
        if names is None or key is None or row.meaning == "no_record":
            return {}
        name = names.get(self._people[key].mobiles[0].operator.value)
        return {} if name is None else {"IspName": name}

    def _parts(self, asked: Request, code: str, key: str | None, *, of: str | None = None) -> Answer:
        product = of or asked["ProductCode"]
        returned = self._table.operations["CheckResult"]["products"][product]["returns"]
        parts = {}
        if "ExtIdInfo" in returned:
            parts["ExtIdInfo"] = as_text(self._id_info(asked, code, key))
        if "ExtFaceInfo" in returned:
            parts["ExtFaceInfo"] = as_text(self._face_info(asked, code, key))
        return parts

    def _id_info(self, asked: Request, code: str, key: str | None) -> Answer:
        special = self._documents["people"].get(key, {})
        risk = code == "212"
        types = special.get("spoofType", self._documents["usual_spoof_type"]) if risk else []
        read = {field["name"]: self._read(field, key) for field in self._kinds[asked["DocType"]]["fields"]}
        info: Answer = {"ocrIdPassed": "N" if risk else "Y"}
        if asked.get("IsReturnImage") == "Y":
            info["idImage"] = self._documents["image"]
        info["ocrIdInfo"] = {} if special.get("unreadable") else read
        info["spoofInfo"] = {"spoofResult": "Y" if risk else "N", "spoofType": types}
        info["ocrIdEditInfo"] = special.get("edited", {})
        return info

    def _log(self, status: str) -> Answer:
        """Return what CheckVerifyLog says of a document's verification that passed, is not done, or was not begun."""
        log: Answer = {"Passed": "Y", "SubCode": "200"} if status == "0" else {}
        log["VerifyStatus"] = status
        if status == "0":
            log["VerifyErrorCode"] = "1000"
        if status == "1":
            pages = self._table.operations["CheckVerifyLog"]["interrupt_pages"]
            log |= {"InterruptPage": pages["OCR_SCAN"], "InterruptPageEn": "OCR_SCAN"}
        if status != "2":
            statistics = as_text(self._faces["log_statistics"]["usual"])
            log |= {"LogInfo": [], "LogInfoEn": [], "LogStatisticsInfo": statistics}
        return log | {"ExtInfo": "{}"}

    def _read(self, field: Request, key: str | None) -> str:
        if key is None or "of" not in field:
            return field["value"]
        person = self._people[key]
        parts = parse_resident_id(person.resident_id, today=TODAY)
        return {
            "name": person.name,
            "resident_id": person.resident_id,
            "birth_date": parts.birth_date.isoformat(),
            "sex": parts.sex.hanzi,
        }[field["of"]]

    def _face_info(self, asked: Request, code: str, key: str | None) -> Answer:
        known = self._faces["ext_face_info"]
        info: Answer = known["usual"] | known.get(code, {})
        photos = self._people[key].photos if key is not None else ()
        if photos and asked.get("ProductCode") not in _ONE_FACE:
            info["faceComparisonScore"] = photos[0].score
        if asked.get("IsReturnImage") == "Y":
            info["faceImg"] = self._documents["image"]
        return info


def as_text(content: Answer) -> str:
    """Return *content* as the JSON text that travels inside the answer's JSON."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def made_up_protocol(operation: str) -> str:
    """Return the start data of client SDKs for the cases of an operation: 64 letters and digits, always the same."""
    return sha256(f"alibaba protocol {operation}".encode()).hexdigest().upper()


def made_up_transaction(operation: str) -> str:
    """Return a TransactionId for the cases of an operation: ``hk`` and 30 hex digits, always the same."""
    return "hk" + sha256(f"alibaba {operation}".encode()).hexdigest()[:30]
