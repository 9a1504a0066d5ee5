"""Name the cause of a signature failure at the MPS gateway's JSON dialect.

The signed string is rebuilt with one mistake at a time until the signature fits; see `kyc_core.signing.causes`. Used
after a failure only. The string holds name and identity number: show the redacted text of a `Diagnosis`.

Source:
    Chuanglan, identity check, signature [doc]; choice of alterations [inferred]: the page joins names and values with
    nothing between them, where most other schemes sort them and join them with ``=`` and ``&``.
"""

from __future__ import annotations

import hmac
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import new as new_hash
from itertools import permutations
from types import MappingProxyType
from typing import Final, Literal
from urllib.parse import quote, quote_plus

from kyc_core.signing import alterations
from kyc_core.signing.canonical import hide, hide_name, parameter_bytes
from kyc_core.signing.causes import Cause, Diagnosis, Hypothesis, Part, SignedText, compare, find_cause
from kyc_core.signing.mps_hmac_sha1 import APP_ID, ID_NUM, NAME, SCHEME, SIGN, signed_pairs

Pairs = tuple[tuple[str, str], ...]

_MOST_PARAMETERS: Final = 16
_LONGEST_FORMED: Final = 1_000
"""Characters of a value that is composed anew: canonical ordering takes quadratic time."""

_FORMS: Final[tuple[Literal["NFC", "NFD"], ...]] = ("NFC", "NFD")
_CODECS: Final = ("gb18030", "utf-16-le", "utf-8-sig")
_HASHES: Final = ("sha256", "md5")


@dataclass(frozen=True, slots=True)
class _View:
    """What a client may have signed.

    Attributes:
        key: under the MAC.
        pairs: names and values in signing order.
        equals: between a name and its value.
        ampersand: between one value and the next name.
        named: whether names are signed at all.
        codec: what turns the text into bytes.
        hash_name: the hash under the MAC.
        keyed: which of `_MACS` brings key and text together.
    """

    key: bytes = field(repr=False)
    pairs: Pairs = field(repr=False)
    equals: str = ""
    ampersand: str = ""
    named: bool = True
    codec: str = "utf-8"
    hash_name: str = "sha1"
    keyed: str = "hmac"

    def signature(self) -> str:
        text = "".join([part.text for part in self.text().string_to_sign])
        raw = parameter_bytes(text) if self.codec == "utf-8" else text.encode(self.codec, "replace")
        return b64encode(_MACS[self.keyed](self.key, raw, self.hash_name)).decode("ascii")

    def text(self) -> SignedText:
        """Name the parts, and hide the values that may be personal."""
        parts = []
        for index, (name, value) in enumerate(self.pairs):
            before = self.ampersand if index else ""
            label = hide_name(name)
            shown = value if name == APP_ID else hide(value)
            head, shown_head = (name + self.equals, label + self.equals) if self.named else ("", "")
            parts.append(Part(label, before + head + value, before + shown_head + shown))
        return SignedText(string_to_sign=tuple(parts))

    def with_values(self, alter: Callable[[str], str]) -> _View:
        return replace(self, pairs=tuple((name, alter(value)) for name, value in self.pairs))


_Family = Iterator[tuple[Cause, str, _View]]


def explain(parameters: Mapping[str, str], *, app_key: str, sent: Mapping[str, str] | None = None) -> Diagnosis:
    """Say why `mps_hmac_sha1.verify` refused a request.

    Args:
        parameters: ``appId``, ``idNum``, ``name`` and ``sign`` as received; absent ones count as empty.
        app_key: the key registered for ``appId``; never part of the answer.
        sent: everything that was sent, in order of arrival, for clients that sign more than is signed.

    Returns:
        The cause with both texts. `Cause.NONE` when nothing is wrong, `Cause.WRONG_SECRET` when nothing else fits.
    """
    presented = parameters.get(SIGN, "")
    values = [parameters.get(name, "") for name in (APP_ID, ID_NUM, NAME)]
    server = _View(parameter_bytes(app_key), signed_pairs(*values))
    expected = server.signature()
    if presented == expected:
        return compare(SCHEME, Cause.NONE, "the signature fits", server, server)
    for what, repaired in _repaired(presented):
        if repaired == expected:
            return compare(SCHEME, Cause.SIGNATURE_ENCODING, what, server, server)
    extra = tuple((name, value) for name, value in (sent or {}).items() if name != SIGN)[:_MOST_PARAMETERS]
    return find_cause(SCHEME, _hypotheses(server, extra), presented=presented, server=server)


def _repaired(presented: str) -> Iterator[tuple[str, str]]:
    yield from alterations.repaired_base64(presented)
    with suppress(ValueError):  # not Base64, or not hexadecimal inside
        digest = bytes.fromhex(b64decode(presented, validate=True).decode("ascii"))
        yield "it is the Base64 of the hexadecimal digits instead of the digest", b64encode(digest).decode("ascii")


def _hypotheses(base: _View, sent: Pairs) -> Iterator[Hypothesis[_View]]:
    for family in (_keys, _values, _layouts, _orders, _codecs, _hashes):
        for cause, what, view in family(base):
            yield Hypothesis(cause, f"the client signed {what}", base, view)
    for cause, what, view in _more_than_is_signed(base, sent):
        yield Hypothesis(cause, f"the client signed {what}", base, view)


def _keys(base: _View) -> _Family:
    app_key = base.key.decode("utf-8", "surrogateescape")
    for what, altered in alterations.altered_secrets(app_key):
        yield Cause.SECRET_TRAILING_NEWLINE, f"with {what}", replace(base, key=parameter_bytes(altered))
    for what, altered in alterations.quoted_secrets(app_key):
        yield Cause.SECRET_QUOTED, f"with {what}", replace(base, key=parameter_bytes(altered))
    yield Cause.KEY_DERIVATION, "with an ampersand after the key", replace(base, key=base.key + b"&")
    with suppress(ValueError):  # not hexadecimal
        yield Cause.KEY_DERIVATION, "with the key read as hexadecimal", replace(base, key=bytes.fromhex(app_key))


def _values(base: _View) -> _Family:
    for what, escape in (
        ("form-escaped", lambda value: quote_plus(value, errors="surrogateescape")),
        ("percent-escaped", lambda value: quote(value, safe="", errors="surrogateescape")),
    ):
        yield Cause.VALUES_PERCENT_ENCODED, f"{what} values", base.with_values(escape)
    yield Cause.QUERY_REENCODED, "values without the blanks around them", base.with_values(str.strip)
    plus = base.with_values(lambda value: value.replace(" ", "+"))
    yield Cause.QUERY_REENCODED, "plus signs that arrived as spaces", plus
    for sent, signed in (("x", "X"), ("X", "x")):
        what = f"a check character {signed} that was sent as {sent}"
        yield Cause.VALUE_RESPELT, what, _with_check_character(base, sent, signed)
    for form in _FORMS:
        what = f"values in another Unicode form ({form}) than was sent"
        yield Cause.VALUE_RESPELT, what, base.with_values(partial(_formed, form))


def _layouts(base: _View) -> _Family:
    for equals, ampersand in (("=", "&"), ("", "&"), ("=", ""), (":", ","), ("", "\n"), ("=", "\n")):
        what = f"names and values with {equals!r} and {ampersand!r} between them; nothing belongs there"
        yield Cause.CANONICAL_LAYOUT, what, replace(base, equals=equals, ampersand=ampersand)
    yield Cause.CANONICAL_LAYOUT, "the values without their names", replace(base, named=False)


def _orders(base: _View) -> _Family:
    for pairs in permutations(base.pairs):
        listed = ", ".join([name for name, _ in pairs])
        yield Cause.PARAMETER_ORDER, f"in another order: {listed}", replace(base, pairs=pairs)
    for index, (name, value) in enumerate(base.pairs):
        rest = base.pairs[:index] + base.pairs[index + 1 :]
        yield Cause.PARAMETER_MISSING, f"without {name}", replace(base, pairs=rest)
        if value:
            emptied = (*base.pairs[:index], (name, ""), *base.pairs[index + 1 :])
            yield Cause.PARAMETER_MISSING, f"without the value of {name}", replace(base, pairs=emptied)


def _codecs(base: _View) -> _Family:
    for codec in _CODECS:
        yield Cause.PAYLOAD_ENCODING, f"the text as {codec} instead of UTF-8", replace(base, codec=codec)


def _hashes(base: _View) -> _Family:
    for name in _HASHES:
        yield Cause.SIGNATURE_METHOD_CONFUSED, f"with {name} instead of SHA-1", replace(base, hash_name=name)
    for keyed in _MACS:
        yield Cause.KEY_DERIVATION, f"with {keyed} instead of HMAC", replace(base, keyed=keyed)


def _more_than_is_signed(base: _View, sent: Pairs) -> _Family:
    """Further fields are sent and not signed; a client may sign them all the same, in whatever order and layout."""
    for what, pairs in (
        ("every parameter sent, in order of arrival", sent),
        ("every parameter sent, sorted by name", tuple(sorted(sent))),
        ("every parameter but appId, sorted by name", tuple(sorted(pair for pair in sent if pair[0] != APP_ID))),
    ):
        yield Cause.PARAMETER_MISSING, f"{what}; only appId, idNum and name are signed", replace(base, pairs=pairs)
        joined = replace(base, pairs=pairs, equals="=", ampersand="&")
        yield Cause.CANONICAL_LAYOUT, f"{what}, joined like a query", joined


def _with_check_character(base: _View, sent: str, signed: str) -> _View:
    pairs = [
        (name, value[:-1] + signed if name == ID_NUM and value.endswith(sent) else value) for name, value in base.pairs
    ]
    return replace(base, pairs=tuple(pairs))


def _formed(form: Literal["NFC", "NFD"], value: str) -> str:
    return value if len(value) > _LONGEST_FORMED else unicodedata.normalize(form, value)


_MACS: Final[Mapping[str, Callable[[bytes, bytes, str], bytes]]] = MappingProxyType(
    {
        "hmac": hmac.digest,
        "the text for a key and the key for a text": lambda key, text, name: hmac.digest(text, key, name),
        "a plain hash of the text and then the key": lambda key, text, name: new_hash(name, text + key).digest(),
        "a plain hash of the key and then the text": lambda key, text, name: new_hash(name, key + text).digest(),
    }
)
"""Ways to bring key and text together, by the name a diagnosis gives them; the first is the documented one."""
