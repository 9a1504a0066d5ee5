"""What stands in ``Result`` of CheckResult and CheckVerifyLog: a verification -> the content of the answer.

Source:
    Which product returns which member: CheckResult pages [seed, doc]; members of CheckVerifyLog: official SDKs [sdk];
    texts of members whose structure no copy shows, and the Chinese words for pages [inferred].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from kyc_core.people import Person
from simulator.providers.alibaba import documents, faces, messages
from simulator.providers.alibaba.codes import Product, products, table
from simulator.providers.alibaba.verification import IMAGES, PENDING, TEXTS, State, Verification

RISK: Final = "212"
PASSED: Final = "200"

FINISHED: Final[Mapping[bool, str]] = MappingProxyType({True: "1000", False: "1001"})
"""Client codes of a session that came to its end, by whether the user passed."""

_MEMBERS: Final = ("ExtIdInfo", "ExtFaceInfo", "ExtRiskInfo", "ExtBasicInfo", "ExtInfo", "EkycResult", "ExtSourceInfo")
_SEVERAL_IMAGES: Final = "KYC_GLOBAL"
_ONLY_LOOKED_AT: Final = frozenset({"FACE_LIVENESS", "FACE_LIVENESS_PRO"})
"""Products that look at one face and compare it with none."""
_NO_AUTHORITY: Final = frozenset({"201", "202", "203", "209"})
"""SubCodes beside which the source has compared no face."""

Switch = Callable[[str], Any]


def authority_compared(sub_code: str) -> bool:
    """Tell whether the source has compared faces, where it was asked, before it came to this."""
    return sub_code not in _NO_AUTHORITY


def result(
    verification: Verification, person: Person | None, *, images: bool, video: str, switch: Switch
) -> dict[str, Any]:
    """Return what CheckResult says of a completed verification.

    Args:
        verification: as it stands.
        person: who was verified, if on file.
        images: whether pictures were asked for.
        video: where the video of the document is, if one was asked for.
        switch: gives the value of a switch by its full name.
    """
    code = verification.sub_code
    content: dict[str, Any] = {"Passed": "P"}
    if code != PENDING:
        content = {"Passed": "Y" if code == PASSED else "N", "SubCode": code}
    product = products()[verification.product]
    if TEXTS not in verification.deleted and code != PENDING:
        pictures = images and IMAGES not in verification.deleted
        content |= _parts(verification, product, person, pictures=pictures, video=video, switch=switch)
    if switch("alibaba.absent_members") == "null":
        content |= {name: None for name in ("SubCode", *_MEMBERS) if name not in content}
    return content


def _parts(
    verification: Verification,
    product: Product,
    person: Person | None,
    *,
    pictures: bool,
    video: str,
    switch: Switch,
) -> dict[str, str]:
    """Return the members that the product returns and whose content is known."""
    code, returns = verification.sub_code, product.returns
    parts = {}
    if "ExtIdInfo" in returns:
        scan = documents.Scan(
            kind=documents.by_code()[verification.doc_type],
            risk=code == RISK,
            looked_for_forgery=verification.flag("IdSpoof"),
            images=pictures,
            edited=verification.flag("EditOcrResult"),
            standard=verification.flag("OcrValueStandard"),
            face_quality=faces.quality() if verification.flag("IdFaceQuality") else None,
            printed=switch("alibaba.hkid_current_issue_date") == "printed",
            empty_spoof_info=switch("alibaba.spoof_info_without_check") == "empty",
        )
        parts["ExtIdInfo"] = messages.as_text(documents.id_info(scan, person))
    if "ExtFaceInfo" in returns:
        look = faces.Look(
            sub_code=code,
            compared=product.code not in _ONLY_LOOKED_AT,
            authority=verification.flag("Authorize") and authority_compared(code),
            images=pictures,
            several_images=product.code == _SEVERAL_IMAGES,
            video=video if verification.flag("DocVideo") else "",
        )
        parts["ExtFaceInfo"] = messages.as_text(faces.face_info(look, person))
    for member in ("ExtRiskInfo", "ExtBasicInfo"):
        if member in returns:
            parts[member] = faces.unread(member)
    if "ExtSourceInfo" in returns and verification.flag("Authorize"):
        parts["ExtSourceInfo"] = messages.as_text(faces.source_info())
    return parts


def verify_log(verification: Verification, status: str, state: State) -> dict[str, Any]:
    """Return what CheckVerifyLog says.

    Args:
        verification: as it stands.
        status: ``0`` finished, ``1`` unfinished, ``2`` not started.
        state: how it stands in truth; a rule may have chosen another *status*.
    """
    code = verification.sub_code
    content: dict[str, Any] = {}
    error = ""
    if status == "0" and code != PENDING:
        content = {"Passed": "Y" if code == PASSED else "N", "SubCode": code}
        error = FINISHED[code == PASSED]
    elif status == "1" and state is State.INTERRUPTED:
        error = verification.interrupted
    content["VerifyStatus"] = status
    facts = table().operations["CheckVerifyLog"]
    if error:
        content["VerifyErrorCode"] = error
    if status == "1":
        page = "OCR_SCAN" if "ExtIdInfo" in products()[verification.product].returns else "FACE"
        content |= {"InterruptPage": facts["interrupt_pages"][page], "InterruptPageEn": page}
    if status != "2":
        # What the lines say is not known; both lists are always there.
        content |= {"LogInfo": [], "LogInfoEn": []}
        content["LogStatisticsInfo"] = messages.as_text(faces.log_statistics())
    content["ExtInfo"] = messages.as_text({})
    return content
