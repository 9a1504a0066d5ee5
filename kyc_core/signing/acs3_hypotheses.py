"""The single mistakes that `kyc_core.signing.acs3_explain` tries on a request whose ACS3-HMAC-SHA256 signature failed.

Source:
    Alibaba Cloud OpenAPI, page "Request syntax and signature method V3" [doc]; escaping habits of SDKs [sdk]; choice of
    alterations [inferred].
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final
from urllib.parse import unquote_plus

from kyc_core.signing import acs3, aliyun, alterations
from kyc_core.signing.acs3_view import LAYOUTS, Received, View
from kyc_core.signing.canonical import EMPTY_SHA256, percent_encode, query_pairs, sha256_hex
from kyc_core.signing.causes import Cause, Hypothesis
from kyc_core.signing.signed_headers import HeaderList, other_selections, other_spellings

_Family = Iterator[tuple[Cause, str, View]]


def hypotheses(received: Received, bases: list[View]) -> Iterator[Hypothesis[View]]:
    """Yield every single mistake on top of every view a correct client may have had, likely ones first."""
    for family in _FAMILIES:
        for base in bases:
            for cause, what, view in family(received, base):
                yield Hypothesis(cause, f"the client signed with {what}", base, view)


def other_bodies(received: Received) -> Iterator[tuple[str, bytes]]:
    """Yield other spellings of the body: of a form as of JSON."""
    yield from alterations.reserialised_bodies(received.body)
    if len(received.body) <= alterations.MAX_RESERIALISED and b"=" in received.body:
        for what, spelt in alterations.reencoded_queries(received.body.decode("latin-1")):
            yield what.replace("the query", "the form"), spelt.encode("latin-1")


def _secrets(_: Received, base: View) -> _Family:
    for cause, what, secret in alterations.secret_mistakes(base.secret):
        yield cause, what, replace(base, secret=secret)
    what = "an ampersand after the secret, as the RPC signature has it"
    yield Cause.KEY_DERIVATION, what, replace(base, secret=f"{base.secret}&")


def _encodings(received: Received, base: View) -> _Family:
    for what, query in alterations.percent_encodings(base.query):
        yield Cause.PERCENT_ENCODING, what, replace(base, query=query)
    plus = [(name.replace(" ", "+"), value.replace(" ", "+")) for name, value in query_pairs(received.query)]
    what = "plus signs that arrived as spaces: they must be escaped on the wire"
    yield Cause.PERCENT_ENCODING, what, replace(base, query=_escaped(plus))
    twice = base.query.replace("%", "%25")
    yield Cause.DOUBLE_ENCODED, "values escaped twice", replace(base, query=twice)
    once = [(_decoded(name), _decoded(value)) for name, value in query_pairs(received.query)]
    yield Cause.DOUBLE_ENCODED, "values that were escaped again before sending", replace(base, query=_escaped(once))


def _queries(received: Received, base: View) -> _Family:
    pairs = query_pairs(received.query)
    unsorted = "&".join([f"{percent_encode(name)}={percent_encode(value)}" for name, value in pairs])
    yield Cause.PARAMETER_ORDER, "parameters in order of arrival", replace(base, query=unsorted)
    folded = sorted(base.query.split("&"), key=str.lower)
    yield Cause.PARAMETER_ORDER, "parameters sorted regardless of case", replace(base, query="&".join(folded))
    filled = "&".join([pair for pair in base.query.split("&") if not pair.endswith("=")])
    yield Cause.PARAMETER_MISSING, "no blank parameters", replace(base, query=filled)
    bare = "&".join([pair.removesuffix("=") for pair in base.query.split("&")])
    yield Cause.QUERY_REENCODED, "blank parameters without =", replace(base, query=bare)
    yield Cause.QUERY_REENCODED, "no query", replace(base, query="")
    both = _escaped([*pairs, *query_pairs(received.body)]) if _is_form(received) else base.query
    yield Cause.QUERY_REENCODED, "the form's parameters in the query", replace(base, query=both)
    for spelt in (base.query, received.query.decode("latin-1")):
        for what, query in alterations.reencoded_queries(spelt):
            yield Cause.QUERY_REENCODED, what, replace(base, query=query)


def _timestamps(_: Received, base: View) -> _Family:
    for what, stamp in aliyun.altered_timestamps(base.header(acs3.DATE)):
        yield Cause.TIMESTAMP_ALTERED, what, base.with_header(acs3.DATE, stamp)


def _hosts(received: Received, base: View) -> _Family:
    host = received.headers.get("host", "").strip(" \t")
    for cause, what, altered in alterations.host_mistakes(host, received.known_hosts):
        yield cause, what, base.with_header("host", altered)


def _content_types(_: Received, base: View) -> _Family:
    for what, altered in alterations.altered_content_types(base.header("content-type")):
        yield Cause.CONTENT_TYPE_ALTERED, what, base.with_header("content-type", altered)


def _bodies(received: Received, base: View) -> _Family:
    yield Cause.BODY_NOT_SIGNED, "an empty body", replace(base, digest=EMPTY_SHA256)
    yield Cause.BODY_NOT_SIGNED, "an empty body, digest header included", base.with_digest(EMPTY_SHA256)
    yield Cause.BODY_NOT_SIGNED, "no digest of the body", replace(base, digest="")
    for what, digest in (("of nothing", EMPTY_SHA256), ("with capital digits", base.digest.upper())):
        header = base.with_header(acs3.CONTENT_DIGEST, digest)
        yield Cause.CONTENT_DIGEST_ALTERED, f"a digest {what} in its header", header
    for what, body in other_bodies(received):
        digest = sha256_hex(body)
        yield Cause.RESERIALISED_BODY, f"the body spelt otherwise: {what}", replace(base, digest=digest)
        yield Cause.RESERIALISED_BODY, f"the body spelt otherwise: {what}", base.with_digest(digest)


def _methods(_: Received, base: View) -> _Family:
    for method in (base.method.lower(), "GET", "POST", "PUT"):
        yield Cause.METHOD_ALTERED, f"method {method}", replace(base, method=method)


def _header_lists(received: Received, base: View) -> _Family:
    arrived = received.headers
    mandatory = tuple(acs3.mandatory_headers(arrived))
    presented = HeaderList(base.listed, arrived, mandatory, acs3.OWN)
    for what, lines, listed in (*other_selections(presented), *other_spellings(presented, base.headers)):
        yield Cause.HEADER_LIST_ALTERED, what, replace(base, headers=lines, listed=listed)


def _paths(received: Received, base: View) -> _Family:
    path = received.path
    for altered in (path, path.rstrip("/"), f"{path.rstrip('/')}/", "", "/alibaba", "/alibaba/"):
        yield Cause.PATH_ALTERED, f"path {altered or '(empty)'}", replace(base, uri=altered)


def _layouts(_: Received, base: View) -> _Family:
    for layout in LAYOUTS:
        yield Cause.CANONICAL_LAYOUT, f"a canonical request {layout}", replace(base, layout=layout)


_FAMILIES: Final[tuple[Callable[[Received, View], _Family], ...]] = (
    _secrets,
    _timestamps,
    _hosts,
    _encodings,
    _queries,
    _methods,
    _content_types,
    _bodies,
    _header_lists,
    _paths,
    _layouts,
)
"""Likely mistakes first."""


def _escaped(pairs: list[tuple[str, str]]) -> str:
    return acs3.join_pairs((percent_encode(name), percent_encode(value)) for name, value in pairs)


def _decoded(text: str) -> str:
    return unquote_plus(text, errors="surrogateescape")


def _is_form(received: Received) -> bool:
    return received.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
