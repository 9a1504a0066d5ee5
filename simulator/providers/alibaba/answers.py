"""What stands in ``Result`` or ``ResultObject`` of the direct operations: a decided call -> the content of its answer.

Source:
    Members per operation: documentation pages and official SDKs; see the schemas in ``contracts/schemas/alibaba``.
    Which members a face or a document has beside which code: `faces`, `documents`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from contracts.loader import Outcome
from simulator.providers.alibaba import documents, faces, messages, operations
from simulator.providers.alibaba.codes import NAME, catalogue, table
from simulator.providers.alibaba.operations import Asked
from simulator.providers.alibaba.results import PASSED, RISK, authority_compared
from simulator.providers.alibaba.verification import ON

Switch = Callable[[str], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an answer is made of.

    Attributes:
        asked: the call.
        outcome: its row.
        parameters: business parameters by wire name.
        flags: as they count.
        transaction_id: a new one, for operations that name one.
        forced: whether a rule chose the row.
        switch: gives the value of a switch by its full name.
    """

    asked: Asked
    outcome: Outcome
    parameters: Mapping[str, str]
    flags: Mapping[str, str]
    transaction_id: str
    forced: bool
    switch: Switch

    def on(self, flag: str) -> bool:
        """Tell whether a flag was on."""
        return self.flags.get(flag) in ON


def content(operation: str, told: Told) -> dict[str, Any]:
    """Return what *operation* answers.

    Raises:
        KeyError: the operation answers by itself: it is an interactive one.
    """
    return _CONTENTS[operation](told)


def _verdict(code: str) -> dict[str, Any]:
    return {"Passed": "Y" if code == PASSED else "N", "SubCode": code}


def _document(told: Told) -> dict[str, Any]:
    scan = documents.Scan(
        kind=documents.by_code()[told.parameters["DocType"]],
        risk=told.outcome.code == RISK,
        looked_for_forgery=told.on("Spoof"),
        face_quality=faces.quality() if told.on("IdFaceQuality") else None,
        printed=told.switch("alibaba.hkid_current_issue_date") == "printed",
        empty_spoof_info=told.switch("alibaba.spoof_info_without_check") == "empty",
    )
    info = documents.id_info(scan, told.asked.person)
    return {
        "TransactionId": told.transaction_id,
        **_verdict(told.outcome.code),
        "ExtIdInfo": messages.as_text(info),
    }


def _ekyc(told: Told) -> dict[str, Any]:
    code = told.outcome.code
    scan = documents.Scan(
        kind=documents.by_code()[told.parameters["DocType"]],
        risk=code == RISK,
        looked_for_forgery=True,
        printed=told.switch("alibaba.hkid_current_issue_date") == "printed",
    )
    look = faces.Look(sub_code=code, compared=True, authority=told.asked.authorize and authority_compared(code))
    person = told.asked.person
    return {
        "TransactionId": told.transaction_id,
        **_verdict(code),
        "ExtIdInfo": messages.as_text(documents.id_info(scan, person)),
        "ExtFaceInfo": messages.as_text(faces.face_info(look, person)),
    }


def _liveness(told: Told) -> dict[str, Any]:
    code = told.outcome.code
    return {"TransactionId": told.transaction_id, **_verdict(code), "ExtFaceInfo": faces.liveness(code)}


def _compare(told: Told) -> dict[str, Any]:
    code = told.outcome.code
    score = faces.of_one_face(code)
    if not told.forced:
        source, target = told.asked.pictures
        score = faces.similarity(source, target, told.asked.register.people())
    return {"TransactionId": told.transaction_id, "Passed": code, "FaceComparisonScore": score, "ExtFaceInfo": {}}


def _period(told: Told) -> dict[str, Any]:
    return _verdict(told.outcome.code)


def _biz_code(told: Told) -> dict[str, Any]:
    return {"BizCode": told.outcome.code, **_isp(told, told.outcome, "Mobile2MetaVerifyIntl")}


def _identity(told: Told) -> dict[str, Any]:
    return {"BizCode": told.outcome.code}


def _by_digit(code: str) -> dict[str, Any]:
    return {"BizCode": code[0], "SubCode": code}


def _mobile_three(told: Told) -> dict[str, Any]:
    return {**_by_digit(told.outcome.code), **_isp(told, told.outcome, "Mobile3MetaVerifyIntl")}


def _bank(told: Told) -> dict[str, Any]:
    return _by_digit(told.outcome.code)


def _status(told: Told) -> dict[str, Any]:
    return {**_by_digit(told.outcome.code), **_isp(told, told.outcome, "MobileOnlineStatus")}


def _time(told: Told) -> dict[str, Any]:
    if told.outcome.meaning == "no_record":
        return {"BizCode": "3"}
    return {"BizCode": "1", "TimeCode": told.outcome.code, **_isp(told, told.outcome, "MobileOnlineTime")}


def _isp(told: Told, row: Outcome, operation: str) -> dict[str, Any]:
    """Return the operator's name, where there is a record and the name is documented."""
    found = operations.line_of(told.asked)
    if found is None or row.meaning == "no_record":
        return {}
    name = table().operations[operation]["isp_names"].get(found[1].operator.value)
    return {} if name is None else {"IspName": name}


def _detect(told: Told) -> dict[str, Any]:
    """Answer one item per number; each is decided and charged by itself."""
    items = []
    charged = 0
    for number in told.parameters["Mobiles"].split(","):
        one = replace(told.asked, values={"mobile": number})
        row = told.outcome if told.forced else detected(one)
        charged += row.billed
        items.append({"Mobile": number, **_by_digit(row.code), **_isp(replace(told, asked=one), row, "MobileDetect")})
    return {"ChargeCount": charged, "Items": items}


def detected(asked: Asked) -> Outcome:
    """Return the row of one number of MobileDetect: what its holder stands for, else what the operator says."""
    results = catalogue()["MobileDetect"].results
    found = operations.line_of(asked)
    control = found[0].controls.get(NAME, {}) if found is not None else {}
    return results.get(str(control.get("meaning"))) or results[operations.DECISIONS["MobileDetect"](asked)]


_CONTENTS: Final[Mapping[str, Callable[[Told], dict[str, Any]]]] = MappingProxyType(
    {
        "DocOcr": _document,
        "CardOcr": _document,
        "EkycVerify": _ekyc,
        "FaceLiveness": _liveness,
        "FaceCompare": _compare,
        "Id2MetaVerifyIntl": _identity,
        "Id2MetaPeriodVerifyIntl": _period,
        "Mobile2MetaVerifyIntl": _biz_code,
        "Mobile3MetaVerifyIntl": _mobile_three,
        "BankMetaVerifyIntl": _bank,
        "MobileDetect": _detect,
        "MobileOnlineStatus": _status,
        "MobileOnlineTime": _time,
    }
)
