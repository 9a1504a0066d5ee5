"""What brings about the answers of Tencent's identity, mobile and picture actions, and what those answers say besides.

Used by ``build_tencent_cases.py``. The members of an answer are stated here once more, apart from the simulator that
has to give them.

Source: members, their order and examples: official SDKs and their API metadata, both sites [sdk]; which request causes
which code is our reading where the result list does not say [inferred].
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from typing import Any, Final

from contracts.strategies.photo_bytes import png
from kyc_core.people import Person

Request = dict[str, Any]

STRANGER: Final = "ordinary-04"
HOLDERS: Final[Mapping[str, str]] = {"PhoneVerificationCTCC": "ordinary-03", "PhoneVerificationCUCC": "ordinary-02"}
"""Who is asked about, where it must be a customer of one carrier; ``ordinary-01`` otherwise."""

REQUESTS: Final[Mapping[str, tuple[str, ...]]] = {
    "IdCardOCRVerification": ("IdCard", "Name"),
    "CheckIdCardInformation": ("ImageBase64",),
    "MinorsVerification": ("Type", "IdCard", "Name"),
}
"""What a truthful request holds, where that is not exactly what is required."""

NOBODYS_LINE: Final = "13490999990"
FACE: Final = base64.b64encode(png(comment=b"a face")).decode()

# meaning -> person, where it is not the holder; the person tells the truth
PEOPLE: Final[Mapping[str, str]] = {
    "not_found": "mps-not-found",
    "identity_invalid": "mps-cancelled",
    "duration_unknown": "ordinary-10",
    "minor": "child",
    "no_photo": "mps-no-photo",
    "no_face": "photo-no-face",
    "photo_poor": "photo-poor",
    "face_different": "photo-score-69",
    "range_unsupported": "unsupported-range",
    "invalid_card_number": "card-invalid-number",
    "card_type_unsupported": "card-issuer-unsupported",
    "source_error": "tencent-source-error",
    "source_upgrading": "tencent-source-upgrading",
    "engine_unknown": "tencent-engine-unknown",
    "face_fake": "tencent-face-fake",
    "compare_failed": "tencent-compare-failed",
    "compare_system_error": "tencent-compare-system-error",
    "several_faces": "tencent-several-faces",
    "id_photo_poor": "tencent-id-photo-poor",
    "photo_size": "tencent-photo-size",
    "centre_busy": "tencent-centre-busy",
    "daily_attempts_exceeded": "tencent-daily-attempts",
}

# the same for one action
OWN_PEOPLE: Final[Mapping[tuple[str, str], str]] = {
    ("CheckBankCardInformation", "not_found"): "card-no-issuer",
    ("CheckIdCardInformation", "id_photo_poor"): "photo-poor",
    ("CheckIdCardInformation", "photo_poor"): "tencent-photo-poor",
}

ERROR_PEOPLE: Final[Mapping[str, str]] = {
    "AuthFailure.InvalidAuthorization": "tencent-invalid-authorization",
    "FailedOperation.DecryptSystemError": "tencent-decrypt-error",
    "FailedOperation.EncryptSystemError": "tencent-encrypt-error",
    "FailedOperation.ImageBlur": "tencent-image-blur",
    "FailedOperation.ImageSizeTooLarge": "tencent-image-too-large",
    "FailedOperation.OcrFailed": "tencent-ocr-failed",
    "InternalError": "tencent-internal-error",
    "InvalidParameter.UnsupportEncryptField": "tencent-unsupported-encrypt-field",
    "InvalidParameterValue.BizTokenExpired": "tencent-biz-token-expired",
    "InvalidParameterValue.RuleIdNotExist": "tencent-rule-id-missing",
    "RequestLimitExceeded": "tencent-request-limit",
    "UnauthorizedOperation": "tencent-unauthorized",
    "UnsupportedOperation": "tencent-unsupported-operation",
}

IMAGE_ERRORS: Final[Mapping[str, tuple[Request, str]]] = {
    "FailedOperation.DownLoadError": ({"ImageUrl": "ftp://images.example/card.png"}, "An address that is not HTTP."),
    "FailedOperation.EmptyImageError": ({"ImageBase64": ""}, "A picture without content."),
    "FailedOperation.ImageDecodeFailed": ({"ImageBase64": "QUJD"}, "Three bytes that are no picture."),
    "FailedOperation.ImageNoIdCard": ({"ImageBase64": FACE}, "A picture with no card in it."),
}

_CARRIERS: Final[Mapping[str, Mapping[str, str]]] = {
    "intl": {"mobile": "mobile", "telecom": "telecom", "unicom": "cucc"},
    "cn": {"mobile": "移动", "telecom": "电信", "unicom": "联通"},
}
_COUNTIES: Final[Mapping[str, str]] = {
    "110101": "北京市东城区",
    "310115": "上海市浦东新区",
}
_COMMENT: Final = re.compile(b"resident_id=([0-9X]{18});(?:name=([^;]+);)?")
_PIXEL: Final = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg=="


def card_picture(person: Person, name: str = "", number: str = "", warnings: str = "") -> str:
    """Return a picture of a person's identity card, as PNG in base64."""
    parts = [f"resident_id={number or person.resident_id}"]
    parts += [f"name={name}"] if name else []
    parts += [f"warnings={warnings}"] if warnings else []
    return base64.b64encode(png(comment="".join(f"{part};" for part in parts).encode())).decode()


def truth(operation: str, person: Person) -> Request:
    """Return what *person* says truthfully about themselves, by wire name."""
    line = person.mobiles[0].number if person.mobiles else NOBODYS_LINE
    return {
        "Name": person.name,
        "IdCard": person.resident_id,
        "BankCard": person.cards[0].number,
        "Phone": line,
        "Mobile": line,
        "ValidityBegin": person.valid_from,
        "ValidityEnd": "00000000" if person.valid_to == "长期" else person.valid_to,
        "ImageBase64": card_picture(person) if operation == "CheckIdCardInformation" else FACE,
        "EncryptionMode": "0",
        "Type": "1",
    }


def untruth(operation: str, meaning: str, holder: Person, stranger: Person) -> tuple[Request, str] | None:
    """Return what is wrong with a request of *holder* that is answered with *meaning*, and why in words."""
    wrong = holder.resident_id[:-1] + ("1" if holder.resident_id.endswith("0") else "0")
    if operation == "CheckIdCardInformation":
        cards: Mapping[str, tuple[Request, str]] = {
            "match": ({}, "Everything is as on file."),
            "mismatch": ({"ImageBase64": card_picture(holder, stranger.name)}, "Somebody else's name on the card."),
            "id_format": (
                {"ImageBase64": card_picture(holder, holder.name, number=wrong)},
                "A wrong check digit on the card.",
            ),
            "name_format": ({"ImageBase64": card_picture(holder, "Lin")}, "A name in Latin letters on the card."),
            "ocr_warning": (
                {
                    "ImageBase64": card_picture(holder, warnings="-9102|-9103"),
                    "Config": json.dumps({"CopyWarn": True, "ReshootWarn": True}),
                },
                "A photocopy taken from a screen, and both are looked for.",
            ),
        }
        return cards.get(meaning)
    nobodys = ({"Phone": NOBODYS_LINE, "Mobile": NOBODYS_LINE}, "A line that nobody on file has.")
    if operation == "MinorsVerification":
        nobodys = ({"Type": "0", "Mobile": NOBODYS_LINE}, "A line that nobody on file has.")
    badly_hashed = ({"EncryptionMode": "1"}, "Plain texts that are said to be digests.")
    differences: Mapping[str, tuple[Request, str]] = {
        "match": ({}, "Everything is as on file."),
        "found": ({}, "Everything is as on file."),
        "adult": ({}, "Everything is as on file."),
        "mismatch": ({"Name": stranger.name}, "Somebody else's name."),
        "no_record": nobodys,
        "name_format": ({"Name": "Lin Jingyi"}, "A name in Latin letters."),
        "id_format": ({"IdCard": wrong}, "A wrong check digit."),
        "phone_format": ({"Phone": "10000000000", "Mobile": "10000000000"}, "A number outside 13 to 19."),
        "validity_format": ({"ValidityEnd": "20200230"}, "A day that does not exist."),
        "card_nonexistent": ({"BankCard": holder.cards[0].number[:-1] + "A"}, "A letter in the card number."),
        "parameter_error": badly_hashed,
    }
    return differences.get(meaning)


def besides(operation: str, meaning: str, person: Person, request: Request, site: str) -> dict[str, Any]:
    """Return the members of the answer beside Result and Description, by name."""
    told = meaning in ("match", "mismatch")
    carrier = _CARRIERS[site].get(person.mobiles[0].operator.value, "") if told and person.mobiles else ""
    similarity = {"match": 92.0, "face_different": 69.99}.get(meaning, 0.0)
    if operation == "CheckBankCardInformation":
        found = meaning == "found"
        return {"AccountBank": "中国建设银行" if found else "", "AccountType": 1 if found else -1}
    if operation == "IdCardOCRVerification":
        empty = dict.fromkeys(("Sex", "Nation", "Birth", "Address"), "")
        return {"Name": request["Name"], "IdCard": request["IdCard"], **empty}
    if operation == "ImageRecognitionV2":
        return {"Sim": similarity, "Extra": ""}
    if operation == "CheckIdCardInformation":
        return {"Sim": similarity, **_read(meaning, person, request)}
    return {
        "PhoneVerification": {"Isp": carrier, "ResultDetail": None} if site == "cn" else {"Isp": carrier},
        "PhoneVerificationCMCC": {"Isp": carrier},
        "PhoneVerificationCTCC": {"Isp": carrier},
        "PhoneVerificationCUCC": {"Isp": carrier},
        "EncryptedPhoneVerification": {"ISP": carrier},
        "MobileStatus": {"StatusCode": 0 if meaning == "found" else 99},
        "MobileNetworkTimeVerification": {"Range": "[24,+)" if meaning == "found" else ""},
        "MinorsVerification": {"AgeRange": {"adult": "[18,+)", "minor": "[0,8)"}.get(meaning, "")},
    }.get(operation, {})


def _read(meaning: str, person: Person, request: Request) -> dict[str, Any]:
    number, name = _printed(request["ImageBase64"])
    born = number[6:14]
    return {
        "Name": name or person.name,
        "Sex": "男" if int(number[16]) % 2 else "女",
        "Nation": "汉",
        "Birth": f"{born[:4]}/{int(born[4:6])}/{int(born[6:])}",
        "Address": f"{_COUNTIES[number[:6]]}测试路1号",
        "IdNum": number,
        "Portrait": _PIXEL,
        "Warnings": "-9102|-9103" if meaning == "ocr_warning" else "",
        "Quality": 98.0,
        "Encryption": None,
        "EncryptedBody": "",
    }


def _printed(picture: str) -> tuple[str, str]:
    """Return number and name from the comment of a picture that `card_picture` made."""
    found = _COMMENT.search(base64.b64decode(picture))
    assert found is not None, "a picture that this module made"
    return found[1].decode(), (found[2] or b"").decode()
