"""The names Tencent FaceID answers to: what a request may have been meant for when its host does not fit."""

from __future__ import annotations

from typing import Final

INTERNATIONAL: Final = "faceid.intl.tencentcloudapi.com"
DOMESTIC: Final = "faceid.tencentcloudapi.com"

REGIONS: Final = (
    "ap-guangzhou",
    "ap-shanghai",
    "ap-beijing",
    "ap-hongkong",
    "ap-singapore",
    "ap-bangkok",
    "ap-jakarta",
    "sa-saopaulo",
)
"""Regions named on FaceID pages, and the large mainland ones [doc]; that they prefix this host is [inferred]."""

KNOWN_HOSTS: Final = (
    INTERNATIONAL,
    DOMESTIC,
    "faceid.localhost",
    "tencent.localhost",
    *[f"faceid.{region}.tencentcloudapi.com" for region in REGIONS],
)
"""Likely ones first.

Source:
    API pages of the international and the domestic site [seed, doc]; the region-pinned form from page "Request
    Structure", applied to this product [inferred].
"""
