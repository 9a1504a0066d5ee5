"""Name the cause of an HmacSHA1 or HmacSHA256 (v1) signature failure.

The signed string is rebuilt with one mistake at a time until the signature fits; see `kyc_core.signing.causes`. Used
after a failure only. The string holds every parameter, personal ones included: show the redacted text of a `Diagnosis`.

Source:
    Tencent Cloud, page "Signature v1" [doc]; SDK behaviour [sdk]; choice of alterations [inferred].
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import quote, quote_plus, unquote_plus

from kyc_core.signing import alterations, tc3, tencent_v1
from kyc_core.signing.canonical import PUBLIC_PARAMETERS, hide, hide_name, without_port
from kyc_core.signing.causes import Cause, Diagnosis, Hypothesis, Part, SignedText, compare, find_cause
from kyc_core.signing.signed_parameters import Pairs, left_out, with_also, with_values
from kyc_core.signing.tc3_explain import skew_detail
from kyc_core.signing.tencent_hosts import KNOWN_HOSTS
from kyc_core.signing.tencent_v1 import SIGNATURE, SignatureMethod

_OFTEN_FORGOTTEN: Final = ("Language", "Region", "RequestClient", "SignatureMethod", "Token")


@dataclass(frozen=True, slots=True)
class _View:
    """What a client may have signed: everything that enters the signature, parameters in signing order."""

    secret_key: str = field(repr=False)
    signature_method: SignatureMethod
    method: str
    host: str
    path: str
    params: Pairs

    def signature(self) -> str:
        text = f"{self.method}{self.host}{self.path}?" + "&".join([f"{name}={value}" for name, value in self.params])
        return tencent_v1.mac(self.secret_key, text, self.signature_method)

    def text(self) -> SignedText:
        """Name the parts, and hide the values that may be personal."""
        head = (("method", self.method), ("host", self.host), ("path", f"{self.path}?"))
        parts = [Part(name, text, text) for name, text in head]
        for index, (name, value) in enumerate(self.params):
            sign = "&" if index else ""
            shown = value if name in PUBLIC_PARAMETERS else hide(value)
            label = hide_name(name)
            parts.append(Part(label, f"{sign}{name}={value}", f"{sign}{label}={shown}"))
        return SignedText(string_to_sign=tuple(parts))


@dataclass(frozen=True, slots=True)
class _Received:
    pairs: Pairs
    host: str
    path: str
    known_hosts: tuple[str, ...]


_Family = Iterator[tuple[Cause, str, _View]]


def explain(
    pairs: Sequence[tuple[str, str]],
    *,
    secret_key: str,
    method: str,
    host: str,
    path: str,
    now: int | None = None,
    known_hosts: Iterable[str] = (),
) -> Diagnosis:
    """Say why `tencent_v1.verify`, or the window beside it, refused a request.

    Args:
        pairs: the decoded parameters in order of arrival, blank values kept.
        secret_key: the key registered for ``SecretId``; never part of the answer.
        method: as received.
        host: the ``Host`` header as received.
        path: as received.
        now: the server's Unix seconds; without it the window is not looked at.
        known_hosts: further names under which this server is reached, tried before the provider's own.

    Returns:
        The cause with both texts. `Cause.NONE` when nothing is wrong, `Cause.WRONG_SECRET` when nothing else fits.
    """
    params = dict(pairs)
    presented = params.get(SIGNATURE, "")
    bases = _expected_views(params, secret_key, method, host, path)
    server = bases[0]
    scheme = server.signature_method.value
    fits = tencent_v1.verify(pairs, secret_key=secret_key, method=method, host=host, path=path)
    seconds = tc3.read_timestamp(params.get("Timestamp", ""))
    if now is not None and seconds is not None and not tc3.within_window(seconds, now):
        skew = seconds - now
        return compare(scheme, Cause.CLOCK_SKEW, skew_detail(skew), server, server, skew=skew)
    if fits:
        return compare(scheme, Cause.NONE, "the signature fits", server, server)
    damage = _damage(presented, lambda text: _verifies(pairs, text, secret_key, method, host, path))
    if damage:
        return compare(scheme, Cause.SIGNATURE_ENCODING, damage, server, server)
    received = _Received(tuple(pairs), host, path, (*known_hosts, *KNOWN_HOSTS))
    return find_cause(scheme, _hypotheses(received, bases), presented=presented, server=server)


def _expected_views(params: dict[str, str], secret_key: str, method: str, host: str, path: str) -> list[_View]:
    """Return the views a correct client may have had: with dots for underscores and ``/``, then as Node signs."""
    signed = {name: value for name, value in params.items() if name != SIGNATURE}
    dotted = {name.replace("_", "."): value for name, value in signed.items()}
    announced = tencent_v1.signature_method(params)
    views = [
        _View(secret_key, announced, method, name, uri, tuple(sorted(kept.items())))
        for uri, kept in (("/", dotted), (path, signed))
        for name in (host, without_port(host))
    ]
    return list(dict.fromkeys(views))


def _verifies(
    pairs: Sequence[tuple[str, str]], signature: str, secret_key: str, method: str, host: str, path: str
) -> bool:
    """Verify the request as if it had carried *signature*."""
    again = [*[pair for pair in pairs if pair[0] != SIGNATURE], (SIGNATURE, signature)]
    return tencent_v1.verify(again, secret_key=secret_key, method=method, host=host, path=path)


def _damage(presented: str, verifies: Callable[[str], bool]) -> str:
    """Say what befell the signature itself on its way, or return nothing."""
    for what, repaired in alterations.repaired_base64(presented):
        if repaired != presented and verifies(repaired):
            return what
    return ""


def _hypotheses(received: _Received, bases: list[_View]) -> Iterator[Hypothesis[_View]]:
    for family in _FAMILIES:
        for base in bases:
            for cause, what, view in family(received, base):
                yield Hypothesis(cause, f"the client signed {what}", base, view)


def _secrets(_: _Received, base: _View) -> _Family:
    for cause, what, secret in alterations.secret_mistakes(base.secret_key):
        yield cause, f"with {what}", replace(base, secret_key=secret)


def _signature_methods(_: _Received, base: _View) -> _Family:
    for other in SignatureMethod:
        what = f"with {other}, which the request does not announce"
        yield Cause.SIGNATURE_METHOD_CONFUSED, what, replace(base, signature_method=other)


def _hosts(received: _Received, base: _View) -> _Family:
    for cause, what, altered in alterations.host_mistakes(received.host, received.known_hosts):
        yield cause, f"with {what}", replace(base, host=altered)


def _methods(_: _Received, base: _View) -> _Family:
    for method in (base.method.lower(), "GET", "POST", "PUT"):
        yield Cause.METHOD_ALTERED, f"with method {method}", replace(base, method=method)


def _values(_: _Received, base: _View) -> _Family:
    for what, escape in (
        ("form-escaped", lambda value: quote_plus(value, errors="surrogateescape")),
        ("percent-escaped", lambda value: quote(value, safe="", errors="surrogateescape")),
        ("percent-escaped (but /)", lambda value: quote(value, errors="surrogateescape")),
        ("percent-escaped (as JavaScript does)", lambda value: quote(value, safe="!*'()", errors="surrogateescape")),
    ):
        altered = replace(base, params=with_values(base.params, escape))
        yield Cause.VALUES_PERCENT_ENCODED, f"{what} values", altered
    for what, alter in (
        ("plus signs that arrived as spaces", lambda value: value.replace(" ", "+")),
        ("values without the blanks around them", str.strip),
        ("values decoded once more", unquote_plus),
    ):
        yield Cause.QUERY_REENCODED, what, replace(base, params=with_values(base.params, alter))


def _missing(_: _Received, base: _View) -> _Family:
    for what, params in left_out(base.params, _OFTEN_FORGOTTEN):
        yield Cause.PARAMETER_MISSING, what, replace(base, params=params)
    for name in _OFTEN_FORGOTTEN:
        yield (
            Cause.PARAMETER_MISSING,
            f"a blank {name} that was not sent",
            replace(base, params=with_also(base.params, name, "")),
        )
    for method in SignatureMethod:
        what = f"SignatureMethod={method} that was not sent"
        yield Cause.PARAMETER_MISSING, what, replace(base, params=with_also(base.params, "SignatureMethod", method))


def _orders(received: _Received, base: _View) -> _Family:
    arrived = {name: index for index, (name, _) in enumerate(received.pairs)}
    for what, key in (
        ("in order of arrival", lambda name: (arrived.get(name, 0),)),
        ("sorted regardless of case", lambda name: (name.lower(),)),
        ("sorted with numbers by value", lambda name: tuple(_numbered(name))),
    ):
        params = tuple(sorted(base.params, key=lambda pair: key(pair[0])))
        yield Cause.PARAMETER_ORDER, f"parameters {what}", replace(base, params=params)


def _timestamps(_: _Received, base: _View) -> _Family:
    timestamp = dict(base.params).get("Timestamp", "")
    for what, altered in alterations.altered_timestamps(timestamp):
        yield Cause.TIMESTAMP_ALTERED, what, replace(base, params=with_also(base.params, "Timestamp", altered))


def _paths(received: _Received, base: _View) -> _Family:
    path = received.path
    for altered in (path, path.rstrip("/"), f"{path.rstrip('/')}/", "", "/tencent", "/tencent/", "/v2/index.php"):
        yield Cause.PATH_ALTERED, f"with path {altered or '(empty)'}", replace(base, path=altered)


_FAMILIES: Final[tuple[Callable[[_Received, _View], _Family], ...]] = (
    _secrets,
    _signature_methods,
    _hosts,
    _values,
    _missing,
    _methods,
    _orders,
    _timestamps,
    _paths,
)
"""Likely mistakes first."""


def _numbered(name: str) -> Iterator[tuple[int, str]]:
    for label in name.split("."):
        yield (int(label), "") if label.isascii() and label.isdigit() and len(label) < 9 else (-1, label)
