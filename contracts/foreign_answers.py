"""What a match looks like at each provider that answers in JSON: served to clients of the others, which must not pass.

Written from the providers' pages, as small as the contract allows; the person and the identifiers are nobody's.

>>> sorted(FOREIGN)
['alibaba', 'kyc_china', 'mps', 'signzy', 'tencent', 'upi']
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import orjson

_TENCENT: Final[Mapping[str, Any]] = {
    "Response": {"Result": "0", "Description": "认证通过", "RequestId": "00000000-0000-4000-8000-000000000000"}
}
_ALIBABA: Final[Mapping[str, Any]] = {
    "RequestId": "00000000-0000-4000-8000-000000000000",
    "Code": "Success",
    "Message": "success",
    "Result": {"Passed": "Y", "SubCode": "200", "BizCode": "1"},
}
_MPS: Final[Mapping[str, Any]] = {
    "code": "200000",
    "message": "成功",
    "chargeStatus": 1,
    "data": {"orderNo": "000000000000000000", "handleTime": "1", "result": "01", "remark": "一致"},
}
_SIGNZY: Final[Mapping[str, Any]] = {"sourceVerificationStatus": "Verified"}
_UPI: Final[Mapping[str, Any]] = {
    "confidence": "99",
    "msgResponse": {"responseCode": "00", "responseMsg": "Approved"},
}
_KYC_CHINA: Final[Mapping[str, Any]] = {
    "summary": {
        "ran": ["identity.two-factor"],
        "matched": ["identity.two-factor"],
        "unmatched": [],
        "notFound": [],
        "errored": [],
    },
    "identity": {"two-factor": {"result": "match"}},
}

FOREIGN: Final[Mapping[str, bytes]] = MappingProxyType(
    {
        provider: orjson.dumps(document)
        for provider, document in (
            ("alibaba", _ALIBABA),
            ("kyc_china", _KYC_CHINA),
            ("mps", _MPS),
            ("signzy", _SIGNZY),
            ("tencent", _TENCENT),
            ("upi", _UPI),
        )
    }
)
"""Bodies, by provider."""
