"""What is said about a face. Knowledge: ``fixtures/alibaba/faces.json``.

CheckResult and EkycVerify tell it as the text of ``ExtFaceInfo``; FaceLiveness and FaceCompare as an object of other
members.

>>> liveness("205")["FaceAttack"], quality()
('Y', 95.45)

Source:
    CheckResult pages of eKYC and the liveness products [doc]; official SDKs [sdk]; what stands beside which SubCode
    [inferred].
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

import orjson

from kyc_core.people import Person
from simulator.providers.alibaba.codes import NAME
from simulator.providers.alibaba.documents import picture

NO_PHOTO: Final = "203"
"""The SubCode beside which no score stands: there was nothing to compare with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a face was looked at.

    Attributes:
        sub_code: what the verification came to.
        compared: whether the face was compared with another.
        authority: whether it was compared with the source's, too.
        images: whether its picture is returned.
        several_images: whether further pictures are, too.
        video: where the video is; empty for none.
    """

    sub_code: str
    compared: bool
    authority: bool = False
    images: bool = False
    several_images: bool = False
    video: str = ""


def face_info(look: Look, person: Person | None) -> dict[str, Any]:
    """Return the content of ``ExtFaceInfo`` as CheckResult and EkycVerify tell it."""
    known = _data()["ext_face_info"]
    info: dict[str, Any] = {**known["usual"], **known.get(look.sub_code, {})}
    score = _score(person, look.sub_code, known["score_without_person"])
    if look.compared and score is not None:
        info["faceComparisonScore"] = score
    if look.images:
        info["faceImg"] = picture()
        if look.several_images:
            info["extraFaceImg"] = [picture()]
    if look.video:
        info["docVideoUrl"] = look.video
    if look.authority and score is not None:
        info["authorityComparisonScore"] = score
    return info


def _score(person: Person | None, sub_code: str, usual: float) -> float | None:
    if sub_code == NO_PHOTO:
        return None
    if person is None or not person.photos:
        return usual
    return person.photos[0].score


def quality() -> float:
    """Return how well a face can be seen, 0-100."""
    found: float = _data()["ext_face_info"]["usual"]["faceQuality"]
    return found


def liveness(sub_code: str) -> dict[str, Any]:
    """Return the object that FaceLiveness answers."""
    known = _data()["liveness"]
    return {**known["usual"], **known.get(sub_code, {})}


def similarity(source: bytes, target: bytes, people: Iterable[Person]) -> float:
    """Return how alike two pictures are, 0-100.

    Args:
        source: bytes of one picture, or whatever else stands for it.
        target: likewise.
        people: everybody on file; two pictures on one person's file are alike as far as both are that person's.
    """
    known = _data()["compare"]
    if source == target:
        return float(known["same"])
    digests = {sha256(source).hexdigest(), sha256(target).hexdigest()}
    for person in people:
        scores = [photo.score for photo in person.photos if photo.sha256 in digests]
        if len(scores) == len(digests):
            return min(scores)
    return float(known["different"])


def of_one_face(sub_code: str) -> float:
    """Return the similarity that goes with a forced answer of FaceCompare: ``Y`` or ``N``."""
    return float(_data()["compare"]["same" if sub_code == "Y" else "different"])


def source_info() -> dict[str, Any]:
    """Return the content of ``ExtSourceInfo``."""
    return dict(_data()["ext_source_info"]["usual"])


def unread(member: str) -> str:
    """Return the text of a member whose structure no copy shows (``ExtBasicInfo``)."""
    text: str = _data()["unread"][member]
    return text


def log_statistics() -> dict[str, Any]:
    """Return the content of ``LogStatisticsInfo``."""
    return dict(_data()["log_statistics"]["usual"])


@lru_cache(maxsize=1)
def _data() -> Mapping[str, Any]:
    return MappingProxyType(orjson.loads((files("contracts.fixtures") / NAME / "faces.json").read_bytes()))
