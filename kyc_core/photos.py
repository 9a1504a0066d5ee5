"""Face photos as text: raw base64 of a JPEG or a PNG.

Parts: the base64 text (RFC 4648 section 4, padded, no ``data:`` prefix, no line breaks) and the image bytes, told apart
by their first bytes. Providers limit one or the other: UPI the text, the aggregator the image.

>>> from kyc_core.photos import encoded_length, validate
>>> encoded_length(153_600), encoded_length(153_601)
(204800, 204804)
>>> validate("data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=").codes
('data_uri', 'unsupported_type')

Source:
    The aggregator's ``facePhoto`` (raw base64, JPEG or PNG, 2 MB) and UPI's ``photo`` (S 1-204800) [seed]; reasons and
    the reading of "2 MB" as 2 MiB of image [inferred]; first bytes [calc].
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from kyc_core.errors import InvalidComponent, InvalidFormat, InvalidLength
from kyc_core.lenient import OUTSIDE, trim
from kyc_core.refusals import raise_first_error
from kyc_core.reports import Normalised, Reason, Report, Severity

UPI_CHARACTERS: Final = 204_800
"""Longest text at UPI [seed]."""
AGGREGATOR_BYTES: Final = 2 * 1024 * 1024
"""Largest image at the aggregator, if "2 MB" means mebibytes of image [inferred]."""

_BASE64: Final = re.compile("[A-Za-z0-9+/]*={0,2}")
_LETTERS: Final = re.compile("[A-Za-z0-9+/=]+")
_DATA_URI: Final = re.compile("data:[^,]*,", re.IGNORECASE)
_DATA_URIS: Final = re.compile(f"(?:data:[^,]*,[{OUTSIDE}]*)+", re.IGNORECASE)
_UNPADDED: Final = re.compile("[A-Za-z0-9+/]+")
_PERCENT: Final = re.compile("%(2B|2F|3D)", re.IGNORECASE)
_STRANGERS: Final = (
    (re.compile("[-_]"), "URL-safe alphabet"),
    (re.compile("[\r\n]"), "line breaks"),
    (re.compile(" "), "blanks; a form post turns + into a blank"),
    (re.compile("%[0-9A-Fa-f]{2}"), "percent-encoded"),
)
_URL_SAFE: Final = str.maketrans("-_", "+/")
_PNG_END: Final = b"\x00\x00\x00\x00IEND\xaeB`\x82"
_JPEG_END: Final = b"\xff\xd9"
_KINDS: Final = MappingProxyType(
    {
        "type": InvalidFormat,
        "empty": InvalidLength,
        "data_uri": InvalidFormat,
        "not_base64": InvalidFormat,
        "bad_padding": InvalidFormat,
        "too_large_encoded": InvalidLength,
        "too_large_decoded": InvalidLength,
        "unsupported_type": InvalidComponent,
        "truncated": InvalidComponent,
    }
)


class ImageKind(StrEnum):
    """What the first bytes announce; only the first two are accepted."""

    JPEG = "jpeg"
    PNG = "png"
    GIF = "gif"
    WEBP = "webp"
    PDF = "pdf"
    BMP = "bmp"
    HEIC = "heic"
    UNKNOWN = "unknown"


_ACCEPTED: Final = frozenset({ImageKind.JPEG, ImageKind.PNG})
_SIGNATURES: Final = (
    (0, b"\xff\xd8\xff", ImageKind.JPEG),
    (0, b"\x89PNG\r\n\x1a\n", ImageKind.PNG),
    (0, b"GIF8", ImageKind.GIF),
    (0, b"RIFF", ImageKind.WEBP),
    (0, b"%PDF-", ImageKind.PDF),
    (0, b"BM", ImageKind.BMP),
    (4, b"ftyp", ImageKind.HEIC),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A decoded photo: its kind, and its bytes, which stay out of ``repr``."""

    kind: ImageKind
    data: bytes = field(repr=False)


def sniff(data: bytes) -> ImageKind:
    """Tell what an image is from its first bytes."""
    for offset, signature, kind in _SIGNATURES:
        if data.startswith(signature, offset):
            return kind
    return ImageKind.UNKNOWN


def encoded_length(size: int) -> int:
    """Characters of padded base64 for *size* bytes."""
    return (size + 2) // 3 * 4


def normalise(text: str) -> Normalised:
    """Undo what browsers, mailers and form posts do to base64.

    Returns:
        The text and the notes ``trimmed``, ``line_breaks``, ``data_uri``, ``percent_encoded``, ``blanks`` (back to
        ``+``), ``url_safe``, ``padded``. Idempotent; never changes a valid photo.
    """
    trimmed = trim(text)
    value, notes = trimmed.value, list(trimmed.notes)
    for note, mend in _MENDINGS:
        mended = mend(value)
        if mended != value:
            value = mended
            notes.append(note)
    return Normalised(value, tuple(notes))


def validate(value: object, *, max_characters: int | None = None, max_bytes: int | None = None) -> Report:
    """Say everything that is wrong with a photo.

    Args:
        value: anything; only a `str` can be right.
        max_characters: longest text accepted, counted on the base64.
        max_bytes: largest image accepted, counted after decoding.

    Returns:
        Reasons in this order, all errors: ``type``, ``empty``, ``data_uri``, ``not_base64``, ``bad_padding``,
        ``too_large_encoded``, ``too_large_decoded``, ``unsupported_type``, ``truncated`` (no end of image, or a text
        elided with dots as documentation samples are). The last three need text that can be decoded; what follows a
        ``data:`` prefix is judged as if it stood alone. Never raises.
    """
    if not isinstance(value, str):
        return _report(("type", "want a string"))
    if not value:
        return _report(("empty", ""))
    found: list[tuple[str, str]] = []
    prefix = _DATA_URI.match(value)
    body = value[prefix.end() :] if prefix else value
    if prefix:
        found.append(("data_uri", "send the base64 alone"))
    start = body.rstrip(".…")
    elided = bool(start) and body.endswith(("...", "…"))
    encoded = start[: len(start) // 4 * 4] if elided else body
    faults = _text_faults(encoded)
    found.extend(faults)
    if max_characters is not None and len(value) > max_characters:
        found.append(("too_large_encoded", f"at most {max_characters} characters"))
    if not faults:
        found.extend(_image_faults(base64.b64decode(encoded, validate=True), max_bytes, elided=elided))
    return _report(*found)


def is_valid(value: object, *, max_characters: int | None = None, max_bytes: int | None = None) -> bool:
    """Tell whether `validate` finds no error."""
    return validate(value, max_characters=max_characters, max_bytes=max_bytes).ok


def parse(text: str, *, max_characters: int | None = None, max_bytes: int | None = None) -> Photo:
    """Decode a photo.

    Args:
        text: base64 without a ``data:`` prefix.
        max_characters: longest *text* accepted.
        max_bytes: largest image accepted.

    Raises:
        InvalidLength: empty, or larger than a limit.
        InvalidFormat: not a string, not base64, not padded, or a data URI.
        InvalidComponent: another kind of image, or one without its end.
    """
    report = validate(text, max_characters=max_characters, max_bytes=max_bytes)
    raise_first_error(report, field="photo", kinds=_KINDS)
    data = base64.b64decode(text, validate=True)
    return Photo(kind=sniff(data), data=data)


def format(photo: Photo) -> str:
    """Encode a photo; the undoing of `parse`."""
    return base64.b64encode(photo.data).decode("ascii")


def _text_faults(text: str) -> list[tuple[str, str]]:
    if _BASE64.fullmatch(text) is not None and text:
        return [] if len(text) % 4 == 0 else [("bad_padding", "want a multiple of 4 characters")]
    if _LETTERS.fullmatch(text) is not None:
        return [("bad_padding", "= only at the end, at most twice")]
    seen = [what for pattern, what in _STRANGERS if pattern.search(text)]
    return [("not_base64", "; ".join(seen))]


def _image_faults(data: bytes, max_bytes: int | None, *, elided: bool) -> list[tuple[str, str]]:
    found = []
    kind = sniff(data)
    if max_bytes is not None and len(data) > max_bytes:
        found.append(("too_large_decoded", f"at most {max_bytes} bytes"))
    if kind not in _ACCEPTED:
        found.append(("unsupported_type", kind.value))
    if elided or (kind in _ACCEPTED and not _is_whole(kind, data)):
        found.append(("truncated", ""))
    return found


def _is_whole(kind: ImageKind, data: bytes) -> bool:
    """Look for the end marker only: test images are often no more than a signature, anything, and an end."""
    if kind is ImageKind.PNG:
        return _PNG_END in data
    # A thumbnail inside has an end marker of its own, so only the last one counts; cameras pad with zeros.
    return data.rstrip(b"\x00").endswith(_JPEG_END)


def _padded(text: str) -> str:
    if _UNPADDED.fullmatch(text) is None or len(text) % 4 not in (2, 3):
        return text
    return text + "=" * (-len(text) % 4)


def _report(*found: tuple[str, str]) -> Report:
    return Report(tuple([Reason(code, Severity.ERROR, detail) for code, detail in found]))


def _without_data_uri(text: str) -> str:
    match = _DATA_URIS.match(text)
    return text[match.end() :] if match else text


def _percent_decoded(text: str) -> str:
    return _PERCENT.sub(lambda match: chr(int(match[1], 16)), text)


_MENDINGS: Final[tuple[tuple[str, Callable[[str], str]], ...]] = (
    ("line_breaks", lambda text: re.sub("[\r\n\t]", "", text)),
    ("data_uri", _without_data_uri),
    ("percent_encoded", _percent_decoded),
    ("blanks", lambda text: text.replace(" ", "+")),
    ("url_safe", lambda text: text.translate(_URL_SAFE)),
    ("padded", _padded),
)
