"""Names of natural persons: Chinese characters, and one middle dot between the parts of a minority name.

Parts: ideographs of the whole GB 18030 repertoire, and U+00B7 neither first, last nor doubled. There is no rule about
length: names of one character and of twenty-five exist. Characters are told apart by code-point range
(``name_characters.csv``), because the Unicode tables of the running Python are older than the newest blocks.

>>> from kyc_core.names import compare, lengths, normalise, validate
>>> validate("阿卜杜热依木·买买提").codes, validate("阿卜杜热依木•买买提").codes
((), ('interpunct_variant',))
>>> compare("阿卜杜热依木•买买提 ", "阿卜杜热依木·买买提")
True
>>> lengths("陈𬱖")
Lengths(characters=2, utf16_units=3, utf8_bytes=7, gb18030_bytes=6)

Source:
    Chinese characters only: Signzy, the aggregator, UPI [seed]; Latin letters in Tencent's sample [seed]. The dot and
    the repertoire: the twelve ministries' notice of 2016 [doc]. Reasons and their order [inferred].
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from kyc_core.errors import InvalidFormat, InvalidLength
from kyc_core.lenient import OUTSIDE, trim
from kyc_core.refusals import raise_first_error
from kyc_core.reports import NOTHING_TO_SAY, Normalised, Reason, Report, Severity
from kyc_core.tables import read_table

INTERPUNCT: Final = "·"

_UNWANTED: Final = ("compat_ideograph", "interpunct_variant", "private_use", "invisible", "space", "latin", "charset")
_SPELLING: Final = " '’.-"
_LONGEST_COMPARED: Final = 1_000
_ORDER: Final = ("compat_ideograph", "interpunct_variant", "private_use", "invisible", "space", "pinyin", "charset")
_DETAILS: Final = MappingProxyType(
    {
        "compat_ideograph": "its canonical form is the unified character",
        "interpunct_variant": "want U+00B7",
        "interpunct_position": "not first, not last, not doubled",
    }
)
_KINDS: Final = MappingProxyType(
    {
        "empty": InvalidLength,
        **dict.fromkeys(
            ("type", *_UNWANTED, "pinyin", "interpunct_position"),
            InvalidFormat,
        ),
    }
)


class Profile(StrEnum):
    """Whose taste decides."""

    CHINESE = "chinese"
    LATIN_OK = "latin_ok"
    """Wholly Latin names pass too, as in Tencent's own sample."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name that passed: the text, and its parts as the dot divides them (one part without a dot)."""

    text: str = field(repr=False)
    parts: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lengths:
    """One name measured four ways; providers seldom say which one their limit means.

    Attributes:
        characters: code points.
        utf16_units: what Java and JavaScript count.
        utf8_bytes: what most databases count.
        gb18030_bytes: what mainland systems count.
    """

    characters: int
    utf16_units: int
    utf8_bytes: int
    gb18030_bytes: int


def normalise(text: str) -> Normalised:
    """Drop blanks around the name and write the dot as U+00B7.

    Compatibility ideographs stay: which character the holder's card prints is not ours to decide.

    Returns:
        The name and the notes ``trimmed``, ``interpunct``. Idempotent. A wholly Latin name keeps its full stops.
    """
    trimmed = trim(text)
    if _is_latin(trimmed.value):
        return trimmed
    value = _with_interpunct(trimmed.value)
    notes = trimmed.notes if value == trimmed.value else (*trimmed.notes, "interpunct")
    return Normalised(value, notes)


def validate(value: object, *, profile: Profile = Profile.CHINESE) -> Report:
    """Say everything that is wrong with a name.

    Args:
        value: anything; only a `str` can be right.
        profile: whether a wholly Latin name passes.

    Returns:
        Reasons in this order, all errors: ``type``, ``empty``, ``compat_ideograph``, ``interpunct_variant``,
        ``private_use``, ``invisible``, ``space``, ``latin`` (some Latin letters) or ``pinyin`` (nothing else),
        ``charset`` (anything else), ``interpunct_position``. Never raises.
    """
    if not isinstance(value, str):
        return _report("type")
    if not value:
        return _report("empty")
    if _patterns().chinese.fullmatch(value):
        return NOTHING_TO_SAY
    core = value.strip(OUTSIDE)
    if _is_latin(core):
        around = value.replace(core, "", 1)
        verdict = [] if profile is Profile.LATIN_OK else ["pinyin"]
        return _report(*sorted([*_found(around), *verdict], key=_ORDER.index))
    found = _found(value)
    if _patterns().misplaced_dot.search(value):
        found.append("interpunct_position")
    return _report(*found)


def is_valid(value: object, *, profile: Profile = Profile.CHINESE) -> bool:
    """Tell whether `validate` finds no error."""
    return validate(value, profile=profile).ok


def parse(text: str, *, profile: Profile = Profile.CHINESE) -> Name:
    """Read a name and divide it at the dot.

    Raises:
        InvalidLength: empty.
        InvalidFormat: a character or a dot where none may be.
    """
    raise_first_error(validate(text, profile=profile), field="name", kinds=_KINDS)
    return Name(text=text, parts=tuple(text.split(INTERPUNCT)))


def compare(a: str, b: str) -> bool:
    """Tell whether two spellings are the same name, after NFC, dot mapping and trimming.

    Only the comparison is lenient; on the wire a name goes out as it was given [inferred]. Texts longer than any name
    are compared as they are, because canonical ordering takes quadratic time.
    """
    if max(len(a), len(b)) > _LONGEST_COMPARED:
        return a == b
    return _comparable(a) == _comparable(b)


def lengths(name: str) -> Lengths:
    """Measure a name. Lone surrogates, which no encoding has, count as one ``?``."""
    sound = name.encode("utf-16-le", "replace").decode("utf-16-le")
    return Lengths(
        characters=len(sound),
        utf16_units=len(sound.encode("utf-16-le")) // 2,
        utf8_bytes=len(sound.encode("utf-8")),
        gb18030_bytes=len(sound.encode("gb18030", "replace")),
    )


def mask(text: str) -> str:
    """Keep the first character; the rest become stars, the dots stay."""
    return text[:1] + "".join(INTERPUNCT if character == INTERPUNCT else "*" for character in text[1:])


@lru_cache(maxsize=1)
def accepted_blocks() -> Mapping[str, tuple[range, ...]]:
    """The code points of each block whose characters a name may hold, by block name."""
    blocks: dict[str, list[range]] = {}
    for kind, block, points in _ranges():
        if kind == "accepted":
            blocks.setdefault(block, []).append(points)
    return MappingProxyType({block: tuple(points) for block, points in blocks.items()})


@lru_cache(maxsize=1)
def interpunct_variants() -> str:
    """The characters that people type for U+00B7."""
    return "".join(chr(point) for kind, _, points in _ranges() if kind == "interpunct_variant" for point in points)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Patterns:
    chinese: re.Pattern[str]
    latin_name: re.Pattern[str]
    misplaced_dot: re.Pattern[str]
    unwanted: Mapping[str, re.Pattern[str]]


@lru_cache(maxsize=1)
def _patterns() -> _Patterns:
    classes: dict[str, str] = {}
    for kind, _, points in _ranges():
        classes[kind] = classes.get(kind, "") + f"{_escaped(points.start)}-{_escaped(points.stop - 1)}"
    known = "".join(classes.values())
    accepted, latin = classes["accepted"], classes["latin"]
    return _Patterns(
        chinese=re.compile(f"[{accepted}]+(?:{INTERPUNCT}[{accepted}]+)*"),
        latin_name=re.compile(f"(?=[^{latin}]*[{latin}])[{latin}{re.escape(_SPELLING)}]+"),
        misplaced_dot=re.compile(rf"\A{INTERPUNCT}|{INTERPUNCT}{INTERPUNCT}|{INTERPUNCT}\Z"),
        unwanted=MappingProxyType(
            {
                kind: re.compile(f"(?![{accepted}])[{classes[kind]}]" if kind in classes else f"[^{known}]")
                for kind in _UNWANTED
            }
        ),
    )


@lru_cache(maxsize=1)
def _ranges() -> tuple[tuple[str, str, range], ...]:
    rows = read_table("name_characters.csv", columns=("first", "last", "kind", "block", "evidence"))
    return tuple((row["kind"], row["block"], range(int(row["first"], 16), int(row["last"], 16) + 1)) for row in rows)


@lru_cache(maxsize=1)
def _dot_table() -> Mapping[int, str]:
    return MappingProxyType({ord(variant): INTERPUNCT for variant in interpunct_variants()})


def _escaped(point: int) -> str:
    return f"\\U{point:08X}"


def _is_latin(text: str) -> bool:
    return _patterns().latin_name.fullmatch(text) is not None


def _found(text: str) -> list[str]:
    return [code for code, pattern in _patterns().unwanted.items() if pattern.search(text)]


def _with_interpunct(text: str) -> str:
    return text.translate(_dot_table())


def _comparable(text: str) -> str:
    return _with_interpunct(trim(unicodedata.normalize("NFC", text)).value)


def _report(*codes: str) -> Report:
    return Report(tuple([Reason(code, Severity.ERROR, _DETAILS.get(code, "")) for code in codes]))
