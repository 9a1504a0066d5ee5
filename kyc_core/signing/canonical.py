"""Small pieces every signature scheme needs: hashing, decoding without loss, host names, and hiding personal values.

>>> query_pairs(b"Name=Wei+Xiaobao&Region=")
[('Name', 'Wei Xiaobao'), ('Region', '')]
>>> hide_query("IdCard=11204416541220243X&Action=BankCardVerification")
'IdCard=***&Action=BankCardVerification'
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from hashlib import sha256
from typing import Final
from urllib.parse import parse_qsl, quote

EMPTY_SHA256: Final = sha256(b"").hexdigest()

PUBLIC_PARAMETERS: Final = frozenset(
    {
        "Action",
        "Language",
        "Nonce",
        "Region",
        "RequestClient",
        "SecretId",
        "SignatureMethod",
        "Timestamp",
        "Version",
    }
)
"""Tencent's protocol parameters, whose values say nothing about a person. ``Token`` is missing: it is a credential."""

_UNRESERVED = re.compile(r"[A-Za-z0-9_.~-]*")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,63}")
_PORT = re.compile(r":[0-9]{1,5}\Z")
_BLANK = re.compile(r"( |\+|%20)")


def sha256_hex(data: bytes) -> str:
    """Return the SHA-256 digest of *data* as 64 lower-case hexadecimal digits."""
    return sha256(data).hexdigest()


def wire_bytes(text: str) -> bytes:
    """Return the bytes that *text* had on the wire.

    Servers hand header text over as Latin-1, one character per byte; going back the same way restores the bytes a
    client signed, whatever its encoding was. Text outside Latin-1 never was such a header and is taken as UTF-8.
    """
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def as_received(text: str) -> str:
    """Return header text as a server will hand it over: UTF-8 bytes, one character each; `wire_bytes` undoes it."""
    return text.encode("utf-8", "surrogatepass").decode("latin-1")


def parameter_bytes(text: str) -> bytes:
    """Encode decoded parameters: UTF-8, with bytes that were not UTF-8 restored as they arrived."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a surrogate that no decoder of ours produced
        return text.encode("utf-8", "surrogatepass")


def percent_encode(text: str) -> str:
    """Escape everything but the unreserved characters of RFC 3986: letters, digits, ``-``, ``_``, ``.`` and ``~``.

    >>> percent_encode("Wei Xiaobao *~/+")
    'Wei%20Xiaobao%20%2A~%2F%2B'
    """
    return text if _UNRESERVED.fullmatch(text) else quote(parameter_bytes(text), safe="")


def query_pairs(raw: bytes) -> list[tuple[str, str]]:
    """Decode a query or a form body into pairs, in order, blank values kept.

    Bytes that are not UTF-8 survive as surrogate escapes, so that a signed string can be rebuilt byte for byte.
    """
    return parse_qsl(raw.decode("utf-8", "surrogateescape"), keep_blank_values=True, errors="surrogateescape")


def printable(pairs: Mapping[str, str]) -> dict[str, str]:
    """Replace what was not UTF-8 in decoded pairs by U+FFFD, as a name in GBK comes out at a UTF-8 server.

    >>> printable({"Name": "x" + chr(0xDCFF)})
    {'Name': 'x�'}
    """
    return {_printable(name): _printable(value) for name, value in pairs.items()}


def _printable(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def without_port(host: str) -> str:
    """Return *host* without a trailing ``:port``. An IPv6 address keeps its brackets.

    >>> without_port("127.0.0.1:8080"), without_port("[::1]"), without_port("[::1]:80")
    ('127.0.0.1', '[::1]', '[::1]')
    """
    return host if host.endswith("]") else _PORT.sub("", host)


def hide(value: str) -> str:
    """Replace everything in *value* but its blanks (a space, ``+``, ``%20``), which are what encodings differ in.

    >>> hide("Wei+Xiaobao"), hide("")
    ('***+***', '')
    """
    return "".join([piece if index % 2 else "***" for index, piece in enumerate(_BLANK.split(value)) if piece])


def hide_name(name: str) -> str:
    """Return a parameter's *name*, unless it does not look like one: a body sent as a query may land here."""
    return name if _NAME.fullmatch(name) else hide(name)


def hide_query(query: str, public: Container[str] = PUBLIC_PARAMETERS) -> str:
    """Return the raw *query* with the values of all but the *public* parameters hidden; names and order stay."""
    hidden = []
    for pair in query.split("&"):
        name, equals, value = pair.partition("=")
        if not equals:
            hidden.append(hide(pair))
        elif name in public:
            hidden.append(pair)
        else:
            hidden.append(f"{hide_name(name)}={hide(value)}")
    return "&".join(hidden)
