"""How the same request gets spelt otherwise between signing and sending: the raw material of every explanation.

Each function yields ``(what, altered)`` pairs, likely ones first, or triples that begin with the cause; *what*
completes the sentence "the client signed ...". An alteration that changes nothing is harmless: the search tests no view
twice, and the unaltered one did not fit.

>>> next(reserialised_bodies(b'{"a":1}'))
('spaced separators', b'{"a": 1}')

Source:
    Serialiser defaults of Python, JavaScript, Go, Gson and PHP; SDK behaviour per Tencent's SDK sources [sdk].
"""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import permutations, product
from typing import Final
from urllib.parse import parse_qsl, quote, quote_plus, unquote, unquote_to_bytes

from kyc_core.signing.canonical import without_port
from kyc_core.signing.causes import Cause

MAX_RESERIALISED: Final = 65_536
"""Longest body, in bytes, that is spelt anew some thirty times; requests without a photo stay below 2 kB."""

MAX_REORDERED: Final = 4
"""Most parameters of a query whose every order is tried: 24 orders."""

USUAL_PORTS: Final = (
    *(80, 443, 3000, 5000, 8000, 8080, 8081, 8443, 8888, 9000, 9090, 9443),
    *(81, 1234, 3001, 4000, 4443, 5001, 7000, 7001, 8001, 8008, 8082, 8088, 8090, 9001, 9999, 10000, 10443, 18080),
)
"""Ports that development servers and the proxies in front of them like to have, likely ones first."""

LOCAL_NAMES: Final = ("localhost", "127.0.0.1", "[::1]", "0.0.0.0", "host.docker.internal")  # noqa: S104 - not bound

_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_JAVASCRIPT_SAFE: Final = "!*'()~"
_STRING_ESCAPES: Final = (
    ("escaped slashes (PHP)", str.maketrans({"/": "\\/"})),
    ("HTML escapes (Go)", str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})),
    (
        "HTML escapes (Gson)",
        str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "=": "\\u003d", "'": "\\u0027"}),
    ),
)
"""Compact JSON holds these characters inside strings only, so the whole text may be translated."""


def _replacing(*changes: tuple[str, str]) -> Callable[[str], str]:
    def respell(escaped: str) -> str:
        for ours, theirs in changes:
            escaped = escaped.replace(ours, theirs)
        return escaped

    return respell


_PLUS: Final = ("%20", "+")
_ASTERISK: Final = ("%2A", "*")
_TILDE: Final = ("~", "%7E")

ESCAPING_HABITS: Final[Mapping[str, Callable[[str], str]]] = {
    "spaces as +": _replacing(_PLUS),
    "* not escaped": _replacing(_ASTERISK),
    "~ escaped": _replacing(_TILDE),
    "* not escaped, ~ escaped": _replacing(_ASTERISK, _TILDE),
    "spaces as +, * not escaped": _replacing(_PLUS, _ASTERISK),
    "spaces as +, ~ escaped": _replacing(_PLUS, _TILDE),
    "spaces as +, * not escaped, ~ escaped": _replacing(_PLUS, _ASTERISK, _TILDE),
    "!*'() not escaped, as in JavaScript": _replacing(*[(f"%{ord(mark):02X}", mark) for mark in "!*'()"]),
    "/ not escaped": _replacing(("%2F", "/")),
    "lower-case escapes": lambda escaped: _ESCAPE.sub(lambda match: match[0].lower(), escaped),
}
"""How text that was escaped by RFC 3986 looks when escaped by other rules: of forms (in Java, PHP, Python), of
JavaScript, of paths."""


def altered_secrets(secret: str) -> Iterator[tuple[str, str]]:
    """Yield the secret as badly copied: with blanks around it, or without those it has."""
    yield "a line feed after the secret", secret + "\n"
    yield "a carriage return and line feed after the secret", secret + "\r\n"
    yield "a carriage return after the secret", secret + "\r"
    yield "a space after the secret", secret + " "
    yield "a tab after the secret", secret + "\t"
    yield "a space before the secret", " " + secret
    yield "spaces around the secret", f" {secret} "
    yield "a byte order mark before the secret", "\ufeff" + secret
    yield "the secret without the blanks it is registered with", secret.strip()


def quoted_secrets(secret: str) -> Iterator[tuple[str, str]]:
    """Yield the secret with the quotation marks of a configuration file."""
    yield "double quotation marks around the secret", f'"{secret}"'
    yield "single quotation marks around the secret", f"'{secret}'"


def secret_mistakes(secret: str) -> Iterator[tuple[Cause, str, str]]:
    """Yield the secret as badly copied or quoted, with the name of either."""
    for what, altered in altered_secrets(secret):
        yield Cause.SECRET_TRAILING_NEWLINE, what, altered
    for what, altered in quoted_secrets(secret):
        yield Cause.SECRET_QUOTED, what, altered


def reserialised_bodies(body: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield other spellings of a body: all for a JSON document, blanks at its ends for others, none for a huge one."""
    if len(body) > MAX_RESERIALISED:
        return
    yield from _json_spellings(body)
    yield "a trailing line feed", body + b"\n"
    yield "a trailing carriage return and line feed", body + b"\r\n"
    yield "no blanks around the body", body.strip()
    yield "a byte order mark", b"\xef\xbb\xbf" + body
    yield "no byte order mark", body.removeprefix(b"\xef\xbb\xbf")
    yield "line feeds alone", body.replace(b"\r\n", b"\n")
    yield "carriage returns and line feeds", body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def reencoded_queries(query: str) -> Iterator[tuple[str, str]]:
    """Yield other spellings of a raw query (Latin-1 text, without ``?``), each also with its pairs sorted."""
    for what, altered in _query_spellings(query):
        yield what, altered
        yield f"{what}, sorted", "&".join(sorted(altered.split("&")))
    yield "a leading question mark", f"?{query}"


def reordered_queries(query: str) -> Iterator[tuple[str, str]]:
    """Yield a raw query with its pairs in every other order, if they are few: who sorts them forgets how they stood."""
    pairs = query.split("&")
    if len(pairs) <= MAX_REORDERED:
        for order in permutations(pairs):
            yield "its parameters in another order", "&".join(order)


def altered_hosts(host: str, known: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield other names for the host, each as it is and with the port of *host*.

    Args:
        host: the ``Host`` header.
        known: names the request may have been meant for, likely ones first.
    """
    bare = without_port(host)
    port = host.removeprefix(bare)
    for name in (*known, *LOCAL_NAMES):
        yield f"host {name}", name
        yield f"host {name}{port}", name + port
    for decorated in (f"http://{host}", f"https://{host}", f"{host}.", f"{host}/"):
        yield f"host {decorated}", decorated


def altered_ports(host: str, usual: Iterable[int] = USUAL_PORTS) -> Iterator[tuple[str, str]]:
    """Yield the same host name without a port and with the *usual* ones."""
    bare = without_port(host)
    yield "no port", bare
    for port in usual:
        yield f"port {port}", f"{bare}:{port}"


def host_mistakes(host: str, known: Iterable[str]) -> Iterator[tuple[Cause, str, str]]:
    """Yield other ports and other names for the host, with the name of either mistake."""
    for what, altered in (*altered_ports(host), *altered_hosts(host, known)):
        same = without_port(altered) == without_port(host)
        yield Cause.WRONG_PORT if same else Cause.WRONG_HOST, what, altered


def altered_content_types(content_type: str) -> Iterator[tuple[str, str]]:
    """Yield the content type with and without a charset, and the types clients confuse it with."""
    base = content_type.partition(";")[0].strip()
    for media_type in (base, "application/json", "application/x-www-form-urlencoded"):
        yield f"content type {media_type} without parameters", media_type
        for charset in ("; charset=utf-8", ";charset=utf-8", "; charset=UTF-8", ";charset=UTF-8"):
            yield f"content type {media_type}{charset}", media_type + charset
    yield "an empty content type", ""


def altered_timestamps(timestamp: str) -> Iterator[tuple[str, str]]:
    """Yield the seconds around *timestamp*, and its milliseconds."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return
    for step in (-1, 1, -2, 2, -3, 3):
        yield f"a timestamp {abs(step)} s {'earlier' if step < 0 else 'later'}", str(int(timestamp) + step)
    yield "a timestamp in milliseconds", f"{timestamp}000"


def percent_encodings(escaped: str) -> Iterator[tuple[str, str]]:
    """Yield text that was escaped by RFC 3986 as other rules would have escaped it."""
    for what, respell in ESCAPING_HABITS.items():
        yield what, respell(escaped)


def repaired_base64(signature: str) -> Iterator[tuple[str, str]]:
    """Yield what a Base64 signature may have been before it was damaged on its way, with the damage."""
    yield "its plus signs arrived as spaces: the signature must be escaped on the wire", signature.replace(" ", "+")
    yield "blanks surround it", signature.strip()
    yield "it was escaped twice", unquote(signature)
    yield "its padding is missing", signature + "=" * (-len(signature) % 4)
    yield "it uses the URL-safe alphabet", signature.replace("-", "+").replace("_", "/")
    with suppress(ValueError):  # not hexadecimal
        yield "it is hexadecimal instead of Base64", b64encode(bytes.fromhex(signature)).decode("ascii")


def repaired_hexadecimal(signature: str) -> Iterator[tuple[str, str]]:
    """Yield what a hexadecimal signature may have been before it was spelt otherwise, with the difference."""
    yield "it has capital digits", signature.lower()
    yield "quotation marks surround it", signature.strip("\"'")
    with suppress(ValueError):  # not Base64
        yield "it is Base64 instead of hexadecimal", b64decode(signature, validate=True).hex()


def _json_spellings(body: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        document = json.loads(body)
        json.dumps(document, indent=2)  # the writer that gives up at the least depth
    except (ValueError, RecursionError):  # not JSON, or nested too deeply to be read and written
        return
    separators = (("spaced separators", (", ", ": ")), ("compact separators", (",", ":")))
    for (spacing, separator), escaped, ordered, tail in product(separators, (True, False), (False, True), ("", "\n")):
        traits = [spacing]
        if not body.isascii() or rb"\u" in body:
            traits.append("ASCII escapes" if escaped else "raw UTF-8")
        traits += ["sorted keys"] * ordered + ["a trailing line feed"] * bool(tail)
        text = json.dumps(document, separators=separator, ensure_ascii=escaped, sort_keys=ordered) + tail
        yield ", ".join(traits), text.encode("utf-8", "surrogatepass")
    for indent, escaped in product(("  ", "    ", "\t"), (False, True)):
        text = json.dumps(document, indent=indent, ensure_ascii=escaped)
        yield f"indentation by {indent!r}", text.encode("utf-8", "surrogatepass")
    for escaped in (True, False):
        text = json.dumps(document, separators=(",", ":"), ensure_ascii=escaped)
        for what, escapes in _STRING_ESCAPES:
            yield what, text.translate(escapes).encode("utf-8", "surrogatepass")


def _query_spellings(query: str) -> Iterator[tuple[str, str]]:
    yield "the query", query
    yield "spaces as %20", query.replace("+", "%20")
    yield "spaces as +", query.replace("%20", "+")
    yield "upper-case escapes", _ESCAPE.sub(lambda match: match[0].upper(), query)
    yield "lower-case escapes", _ESCAPE.sub(lambda match: match[0].lower(), query)
    yield "the query without escapes", unquote_to_bytes(query).decode("latin-1")
    yield "the decoded query", unquote_to_bytes(query.replace("+", " ")).decode("latin-1")
    pairs = parse_qsl(query, keep_blank_values=True, encoding="latin-1")
    yield "the query escaped as a form", "&".join([f"{_form(name)}={_form(value)}" for name, value in pairs])
    for what, safe in (("strictly", ""), ("with / kept", "/"), ("as JavaScript does", _JAVASCRIPT_SAFE)):
        spelt = [f"{_percent(name, safe)}={_percent(value, safe)}" for name, value in pairs]
        yield f"the query escaped {what}", "&".join(spelt)
    filled = [pair for pair in query.split("&") if not pair.endswith("=")]
    yield "the query without its blank parameters", "&".join(filled)


def _form(text: str) -> str:
    return quote_plus(text, encoding="latin-1")


def _percent(text: str, safe: str) -> str:
    return quote(text, safe=safe, encoding="latin-1")
