"""Which number ranges the carriers' checks support, and what carriers are called in answers. Pure.

Portability does not matter here: the list is of ranges, and the present carrier of a line is a fact of the register.

>>> is_supported("13490000010"), is_supported("16137688175"), is_supported("17001234567")
(True, False, False)
>>> word(Operator.UNICOM, "site", Site.INTERNATIONAL), word(Operator.UNICOM, "site", Site.DOMESTIC)
('cucc', '联通')

Source:
    Carrier list of both sites [doc]; the words of Isp: pages and examples of PhoneVerification, which do not agree
    (C11) [sdk]. The capitalised word for China Mobile is in no example [inferred].
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from kyc_core.mobile import Operator
from simulator.providers.tencent.codes import Site

SUPPORTED: Final = frozenset(
    (
        # China Mobile
        *(f"134{digit}" for digit in range(9)),
        "135", "136", "137", "138", "139", "147", "148", "150", "151", "152", "157", "158", "159", "172", "178", "182",
        "183", "184", "187", "188", "195", "197", "198",
        # China Unicom
        "130", "131", "132", "145", "146", "155", "156", "166", "175", "176", "185", "186", "196",
        # China Telecom
        "133", "1349", "141", "149", "153", "173", "174", "177", "180", "181", "189", "190", "191", "193", "199",
    )
)  # fmt: skip
"""Ranges that are supported, three or four digits. Virtual carriers and China Broadnet are not among them."""

_WORDS: Final[Mapping[str, Mapping[Operator, str]]] = MappingProxyType(
    {
        "site": {Operator.MOBILE: "mobile", Operator.TELECOM: "telecom", Operator.UNICOM: "cucc"},
        "sampled": {Operator.MOBILE: "China Mobile", Operator.TELECOM: "Telecom", Operator.UNICOM: "China Unicom"},
        "chinese": {Operator.MOBILE: "移动", Operator.TELECOM: "电信", Operator.UNICOM: "联通"},
    }
)


def is_supported(number: str) -> bool:
    """Tell whether a mobile number lies in a supported range."""
    return number[:3] in SUPPORTED or number[:4] in SUPPORTED


def word(operator: Operator | None, reading: str, site: Site) -> str:
    """Return what a carrier is called; empty for one that is unknown or not among the three.

    Args:
        operator: the carrier.
        reading: value of the switch ``tencent.isp_words``.
        site: where the call arrived; the domestic site has one vocabulary only.
    """
    if operator is None:
        return ""
    return _WORDS["chinese" if site is Site.DOMESTIC else reading].get(operator, "")
