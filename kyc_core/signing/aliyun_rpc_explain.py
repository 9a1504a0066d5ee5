"""Name the cause of an RPC (V1, HMAC-SHA1) signature failure at Alibaba Cloud.

The signed string is rebuilt with one mistake at a time until the signature fits; see `kyc_core.signing.causes`. Used
after a failure only. The string holds every parameter, personal ones included: show the redacted text of a `Diagnosis`.

Source:
    Alibaba Cloud OpenAPI, page "Request syntax and signature method V2 for RPC APIs" [doc]; SDK behaviour [sdk]; choice
    of alterations [inferred].
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import unquote_plus

from kyc_core.signing import aliyun, aliyun_rpc, alterations
from kyc_core.signing.aliyun import PUBLIC_PARAMETERS
from kyc_core.signing.aliyun_rpc import SIGNATURE
from kyc_core.signing.canonical import hide, hide_name, parameter_bytes, percent_encode
from kyc_core.signing.causes import Cause, Diagnosis, Hypothesis, Part, SignedText, compare, find_cause
from kyc_core.signing.signed_parameters import Pairs, left_out, with_also, with_values, without

_OFTEN_FORGOTTEN: Final = ("Format", "RegionId", "SecurityToken", "SignatureNonce", "SignatureType", "Timestamp")


@dataclass(frozen=True, slots=True)
class _View:
    """What a client may have signed: everything that enters the signature, parameters in signing order.

    Attributes:
        secret: under the MAC, its ampersand included.
        method: as it is signed.
        params: decoded pairs.
        habit: which of `_HABITS` escapes names and values.
        outer: which of `_HABITS` escapes them again, once joined.
        escaped_path: what stands between method and parameters.
        hash_name: the hash under the MAC.
    """

    secret: str = field(repr=False)
    method: str
    params: Pairs = field(repr=False)
    habit: str = "documented"
    outer: str = "documented"
    escaped_path: str = "%2F"
    hash_name: str = "sha1"

    def signature(self) -> str:
        text = "".join([part.text for part in self.text().string_to_sign])
        digest = hmac.digest(parameter_bytes(self.secret), parameter_bytes(text), self.hash_name)
        return b64encode(digest).decode("ascii")

    def text(self) -> SignedText:
        """Name the parts, and hide the values that may be personal."""
        head = f"{self.method}&{self.escaped_path}&"
        parts = [Part("method", head, head)]
        inner, outer = _HABITS[self.habit], _HABITS[self.outer]
        for index, (name, value) in enumerate(self.params):
            ampersand, equals = outer("&" if index else ""), outer("=")
            shown = value if name in PUBLIC_PARAMETERS else hide(value)
            label = hide_name(name)
            parts.append(
                Part(
                    label,
                    f"{ampersand}{outer(inner(name))}{equals}{outer(inner(value))}",
                    f"{ampersand}{label}{equals}{shown}",
                )
            )
        return SignedText(string_to_sign=tuple(parts))


@dataclass(frozen=True, slots=True)
class _Received:
    query: Pairs
    form: Pairs
    params: dict[str, str]


_Family = Iterator[tuple[Cause, str, _View]]


def explain(
    query: Sequence[tuple[str, str]],
    form: Sequence[tuple[str, str]] = (),
    *,
    access_key_secret: str,
    method: str,
    now: int | None = None,
) -> Diagnosis:
    """Say why `aliyun_rpc.verify`, or the checks beside it, refused a request.

    Args:
        query: the decoded pairs of the query in order of arrival, blank values kept.
        form: likewise of the body.
        access_key_secret: the secret registered for ``AccessKeyId``; never part of the answer.
        method: as received.
        now: the server's Unix seconds; without it the window is not looked at.

    Returns:
        The cause with both texts. `Cause.NONE` when nothing is wrong, `Cause.WRONG_SECRET` when nothing else fits.
    """
    params = aliyun_rpc.parameters(query, form)
    presented = params.get(SIGNATURE, "")
    signed = tuple(sorted((name, value) for name, value in params.items() if name != SIGNATURE))
    server = _View(f"{access_key_secret}&", method, signed)
    expected = server.signature()
    return _certain(params, server, expected, now) or find_cause(
        aliyun_rpc.SIGNATURE_METHOD,
        _hypotheses(_Received(tuple(query), tuple(form), params), server),
        presented=presented,
        server=server,
    )


def _certain(params: dict[str, str], server: _View, expected: str, now: int | None) -> Diagnosis | None:
    """Return what the request says by itself, in the order in which the gateway looks."""
    scheme = aliyun_rpc.SIGNATURE_METHOD
    presented = params.get(SIGNATURE, "")
    fits = presented == expected
    beside = "" if fits else "; the signature does not fit either"
    if not params.get("SignatureNonce"):
        return compare(scheme, Cause.NONCE_MISSING, f"SignatureNonce did not arrive{beside}", server, server)
    stamp = aliyun.read_timestamp(params.get("Timestamp", ""))
    if now is not None and stamp is not None and not aliyun.within_window(stamp, now):
        cause, detail = aliyun.clock_cause(stamp - now)
        return compare(scheme, cause, detail + beside, server, server, skew=stamp - now)
    if fits:
        return compare(scheme, Cause.NONE, "the signature fits", server, server)
    for what, repaired in alterations.repaired_base64(presented):
        if repaired == expected:
            return compare(scheme, Cause.SIGNATURE_ENCODING, what, server, server)
    return None


def _hypotheses(received: _Received, base: _View) -> Iterator[Hypothesis[_View]]:
    for family in _FAMILIES:
        for cause, what, view in family(received, base):
            yield Hypothesis(cause, f"the client signed {what}", base, view)


def _secrets(_: _Received, base: _View) -> _Family:
    secret = base.secret.removesuffix("&")
    for cause, what, altered in alterations.secret_mistakes(secret):
        yield cause, f"with {what}", replace(base, secret=f"{altered}&")
    yield Cause.KEY_DERIVATION, "without the ampersand after the secret", replace(base, secret=secret)
    yield Cause.KEY_DERIVATION, "with two ampersands after the secret", replace(base, secret=f"{secret}&&")


def _methods(_: _Received, base: _View) -> _Family:
    for method in (base.method.lower(), "GET", "POST", "PUT"):
        yield Cause.METHOD_ALTERED, f"with method {method}", replace(base, method=method)


def _encodings(_: _Received, base: _View) -> _Family:
    for habit in alterations.ESCAPING_HABITS:
        yield Cause.PERCENT_ENCODING, f"{habit}, in names and values", replace(base, habit=habit)
        yield Cause.PERCENT_ENCODING, f"{habit}, at both levels", replace(base, habit=habit, outer=habit)
        yield Cause.PERCENT_ENCODING, f"{habit}, at the second level", replace(base, outer=habit)
    for cause, what, alter in (
        (Cause.DOUBLE_ENCODED, "values escaped twice before they were joined", percent_encode),
        (Cause.DOUBLE_ENCODED, "values that were escaped again before sending", _decoded),
        (Cause.PERCENT_ENCODING, "plus signs that arrived as spaces: they must be escaped on the wire", _plus),
        (Cause.QUERY_REENCODED, "values without the blanks around them", str.strip),
    ):
        yield cause, what, replace(base, params=with_values(base.params, alter))


def _layouts(_: _Received, base: _View) -> _Family:
    what = "parameters escaped once: the joined ones must be escaped again"
    yield Cause.CANONICAL_LAYOUT, what, replace(base, outer="nothing escaped")
    what = "parameters escaped once: names and values must be escaped before they are joined"
    yield Cause.CANONICAL_LAYOUT, what, replace(base, habit="nothing escaped")
    yield Cause.CANONICAL_LAYOUT, "nothing escaped", replace(base, habit="nothing escaped", outer="nothing escaped")
    yield Cause.CANONICAL_LAYOUT, "a slash that is not escaped", replace(base, escaped_path="/")


def _missing(received: _Received, base: _View) -> _Family:
    for what, params in left_out(base.params, _OFTEN_FORGOTTEN):
        yield Cause.PARAMETER_MISSING, what, replace(base, params=params)
    for what, pairs in (("query", received.query), ("form", received.form)):
        names = {name for name, _ in pairs}
        others = [name for name, _ in base.params if name not in names]
        params = without(base.params, *others)
        yield Cause.PARAMETER_MISSING, f"nothing but the {what}", replace(base, params=params)
    for name, value in (
        ("SignatureType", ""),
        ("RegionId", ""),
        ("RegionId", "cn-hongkong"),
        ("RegionId", "ap-southeast-1"),
        ("Format", "JSON"),
        ("Format", "json"),
        ("Format", "XML"),
    ):
        what = f"{name}={value} that was not sent"
        yield Cause.PARAMETER_MISSING, what, replace(base, params=with_also(base.params, name, value))


def _orders(received: _Received, base: _View) -> _Family:
    arrived = {name: index for index, name in enumerate(received.params)}
    reordered = tuple(sorted(base.params, key=lambda pair: arrived.get(pair[0], 0)))
    yield Cause.PARAMETER_ORDER, "parameters in order of arrival", replace(base, params=reordered)
    folded = tuple(sorted(base.params, key=lambda pair: pair[0].lower()))
    yield Cause.PARAMETER_ORDER, "parameters sorted regardless of case", replace(base, params=folded)
    last_wins = dict([*received.query, *received.form])
    last_wins.pop(SIGNATURE, None)
    what = "the last value of a parameter that is given twice"
    yield Cause.PARAMETER_MISSING, what, replace(base, params=tuple(sorted(last_wins.items())))


def _timestamps(_: _Received, base: _View) -> _Family:
    stamp = dict(base.params).get("Timestamp", "")
    for what, altered in aliyun.altered_timestamps(stamp):
        params = with_also(base.params, "Timestamp", altered)
        yield Cause.TIMESTAMP_ALTERED, f"with {what}", replace(base, params=params)


def _hashes(_: _Received, base: _View) -> _Family:
    what = "with SHA-256, which the request does not announce"
    yield Cause.SIGNATURE_METHOD_CONFUSED, what, replace(base, hash_name="sha256")


_FAMILIES: Final[tuple[Callable[[_Received, _View], _Family], ...]] = (
    _secrets,
    _methods,
    _encodings,
    _layouts,
    _missing,
    _timestamps,
    _orders,
    _hashes,
)
"""Likely mistakes first."""


def _decoded(value: str) -> str:
    return unquote_plus(value, errors="surrogateescape")


def _plus(value: str) -> str:
    return value.replace(" ", "+")


def _after_percent_encode(respell: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: respell(percent_encode(text))


_HABITS: Final[Mapping[str, Callable[[str], str]]] = {
    "documented": percent_encode,
    "nothing escaped": str,
    **{what: _after_percent_encode(respell) for what, respell in alterations.ESCAPING_HABITS.items()},
}
"""Ways to escape text, by the name a diagnosis gives them."""
