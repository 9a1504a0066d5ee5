"""Why a signature did not fit: the causes with a name, and the bounded search that finds them.

A scheme describes what it signs as a *view*: a frozen value that can compute its signature. After a failure its
``explain`` alters the server's view in one respect after the other until an altered view gives the signature the client
sent. That alteration is the cause; both texts and the first part in which they differ are the proof.

The texts of a `Diagnosis` may hold personal data where the scheme signs parameter values. They are left out of ``repr``
and of `Diagnosis.as_dict` unless asked for. Neither the secret nor a key derived from it is ever part of a diagnosis.

>>> search([Hypothesis(Cause.WRONG_HOST, "host b", 1, 2)], fits=lambda view: view == 2).hypothesis.detail
'host b'

Source:
    Frequent client mistakes, collected from the providers' signature pages and SDK sources [inferred selection].
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import zip_longest
from typing import Final, Generic, Protocol, TypeVar

MAX_ATTEMPTS: Final = 900
"""Most signatures one explanation computes, a few microseconds each."""

View = TypeVar("View", bound=Hashable)


class Cause(StrEnum):
    """What made a signature unacceptable. Shared by all schemes; none uses every member."""

    NONE = "none"
    """The signature is right."""
    WRONG_SECRET = "wrong_secret"  # noqa: S105 - the name of a cause
    """Nothing else fits: another secret, or more than one mistake."""
    SECRET_TRAILING_NEWLINE = "secret_trailing_newline"  # noqa: S105 - the name of a cause
    """The client's secret has blanks around it that the registered one has not, or the reverse."""
    SECRET_QUOTED = "secret_quoted"  # noqa: S105 - the name of a cause
    """The client's secret includes quotation marks, as some environment files keep them."""
    KEY_DERIVATION = "key_derivation"
    """The right secret, but the signing key was not derived from it as documented."""
    CLOCK_SKEW = "clock_skew"
    """The timestamp lies outside the window."""
    LOCAL_TIME_TIMESTAMP = "local_time_timestamp"
    """The timestamp claims to be UTC and lies whole hours outside the window."""
    TIMESTAMP_ALTERED = "timestamp_altered"
    """The timestamp that was signed is not the one that was sent."""
    LOCAL_TIME_SCOPE_DATE = "local_time_scope_date"
    """The credential scope carries the date of a local time zone instead of UTC."""
    WRONG_SCOPE_DATE = "wrong_scope_date"
    """The credential scope carries a date that no time zone had at the timestamp."""
    RESERIALISED_BODY = "reserialised_body"
    """The signature fits another spelling of the same body."""
    BODY_NOT_SIGNED = "body_not_signed"
    """The payload hash does not cover the body that was sent."""
    BODY_ALTERED = "body_altered"
    """Another body was signed than was sent, and not another spelling of the same."""
    CONTENT_DIGEST_ALTERED = "content_digest_altered"
    """The header with the body's digest is absent or does not hold it, whatever was signed."""
    NONCE_MISSING = "nonce_missing"
    WRONG_HOST = "wrong_host"
    WRONG_PORT = "wrong_port"
    PATH_ALTERED = "path_altered"
    METHOD_ALTERED = "method_altered"
    QUERY_REENCODED = "query_reencoded"
    """The query was sorted, escaped or unescaped between signing and sending."""
    HEADER_LIST_ALTERED = "header_list_altered"
    """The header list that was signed is not the one announced."""
    MANDATORY_HEADER_UNSIGNED = "mandatory_header_unsigned"
    CONTENT_TYPE_ALTERED = "content_type_altered"
    WRONG_SERVICE = "wrong_service"
    CANONICAL_LAYOUT = "canonical_layout"
    """The right pieces, put together with a line break too many or too few."""
    SIGNATURE_METHOD_CONFUSED = "signature_method_confused"
    """Another hash was used than the request announces."""
    SIGNATURE_ENCODING = "signature_encoding"
    """The right signature, damaged or spelt otherwise on its way."""
    VALUES_PERCENT_ENCODED = "values_percent_encoded"
    """Escaped values were signed where the decoded ones belong."""
    PERCENT_ENCODING = "percent_encoding"
    """Values were escaped by other rules than RFC 3986: blanks as ``+``, ``*`` or ``~`` treated otherwise..."""
    DOUBLE_ENCODED = "double_encoded"
    """Values were escaped once too often, before signing or after it."""
    VALUE_RESPELT = "value_respelt"
    """A value was signed in another spelling than it was sent: another case, another Unicode form."""
    WRONG_KEY = "wrong_key"
    """The signature was made with another private key than the one it names, or damaged."""
    PAYLOAD_ENCODING = "payload_encoding"
    """The right payload, encoded otherwise under the signature than the scheme asks."""
    PARAMETER_MISSING = "parameter_missing"
    """A parameter that was sent is missing from the signed string, or the reverse."""
    PARAMETER_ORDER = "parameter_order"
    """The signed string does not have its parameters in the documented order."""


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a signed text, with the separators that belong to it.

    Attributes:
        name: what the piece is: ``method``, ``query``, a parameter's name...
        text: exactly as signed; may be personal.
        redacted: the same without personal values.
    """

    name: str
    text: str = field(repr=False)
    redacted: str


@dataclass(frozen=True, slots=True)
class SignedText:
    """What a scheme signs, in order.

    Attributes:
        canonical: the canonical request; empty where the scheme signs its string directly.
        string_to_sign: the string under the MAC.
    """

    canonical: tuple[Part, ...] = ()
    string_to_sign: tuple[Part, ...] = ()

    def canonical_text(self, *, redacted: bool = True) -> str:
        """Join the canonical request."""
        return _join(self.canonical, redacted)

    def string_text(self, *, redacted: bool = True) -> str:
        """Join the string to sign."""
        return _join(self.string_to_sign, redacted)

    @property
    def parts(self) -> tuple[Part, ...]:
        """All parts, in the order in which they are compared."""
        return self.canonical + self.string_to_sign


@dataclass(frozen=True, slots=True)
class Mismatch:
    """The first part in which two signed texts differ; ``None`` where one of them has no more parts.

    Attributes:
        index: position among the parts, from 0.
        server: the part as the server has it.
        client: the part as the client signed it.
    """

    index: int
    server: Part | None
    client: Part | None

    @property
    def where(self) -> str:
        """What the differing part is called, on the server's side if it has one."""
        return (self.server or self.client or _NOTHING).name


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """The named cause of a signature failure, with its proof.

    Attributes:
        scheme: the algorithm as the wire names it.
        cause: what went wrong.
        detail: one sentence for the reader; holds neither personal values nor secrets.
        server: the text the server computed.
        client: the text the client must have signed, or ``None`` where it could not be rebuilt.
        mismatch: the first part in which the two differ.
        skew: seconds the client's clock is ahead of the server's (negative: behind), where that is known.
        attempts: signatures computed on the way.
    """

    scheme: str
    cause: Cause
    detail: str
    server: SignedText
    client: SignedText | None = None
    mismatch: Mismatch | None = None
    skew: int | None = None
    attempts: int = 0

    def as_dict(self, *, redacted: bool = True) -> dict[str, object]:
        """Return plain values for a JSON answer; personal values only when *redacted* is false."""
        return {
            "scheme": self.scheme,
            "cause": self.cause.value,
            "detail": self.detail,
            "skew_seconds": self.skew,
            "server": _texts(self.server, redacted),
            "client": None if self.client is None else _texts(self.client, redacted),
            "first_difference": None if self.mismatch is None else _difference(self.mismatch, redacted),
        }

    def as_evidence(self) -> dict[str, object]:
        """Return what an explanation keeps: the cause, both texts without personal values, and where they differ."""
        shown = self.as_dict()
        return {
            "cause": shown["cause"],
            "detail": shown["detail"],
            "expected": shown["server"],
            "received": shown["client"],
            "first_difference": shown["first_difference"],
        }


@dataclass(frozen=True, slots=True)
class Hypothesis(Generic[View]):
    """A single alteration: *view* is *base* with one thing changed, and *cause* is the name of that change."""

    cause: Cause
    detail: str
    base: View
    view: View


@dataclass(frozen=True, slots=True)
class Finding(Generic[View]):
    """What a search came to: the hypothesis that fits, if any, and how many signatures it took."""

    hypothesis: Hypothesis[View] | None
    attempts: int


def search(
    hypotheses: Iterable[Hypothesis[View]], *, fits: Callable[[View], bool], limit: int = MAX_ATTEMPTS
) -> Finding[View]:
    """Return the first of *hypotheses* whose view *fits*, testing no view twice and at most *limit* views."""
    tested: set[View] = set()
    for hypothesis in hypotheses:
        if hypothesis.view in tested:
            continue
        if len(tested) >= limit:
            break
        tested.add(hypothesis.view)
        if fits(hypothesis.view):
            return Finding(hypothesis, len(tested))
    return Finding(None, len(tested))


class SignedView(Hashable, Protocol):
    """What a client may have signed, able to say what that leads to."""

    def signature(self) -> str:
        """Return the signature as the wire would carry it."""
        ...

    def text(self) -> SignedText:
        """Return the signed texts, part by part."""
        ...


Signed = TypeVar("Signed", bound=SignedView)


def compare(
    scheme: str,
    cause: Cause,
    detail: str,
    server: SignedView,
    client: SignedView | None,
    *,
    skew: int | None = None,
    attempts: int = 0,
) -> Diagnosis:
    """Return the diagnosis that sets what the client signed beside what the server computed."""
    ours = server.text()
    theirs = None if client is None else client.text()
    return Diagnosis(
        scheme=scheme,
        cause=cause,
        detail=detail,
        server=ours,
        client=theirs,
        mismatch=None if theirs is None else first_difference(ours, theirs),
        skew=skew,
        attempts=attempts,
    )


def find_cause(
    scheme: str, hypotheses: Iterable[Hypothesis[Signed]], *, presented: str, server: SignedView
) -> Diagnosis:
    """Return the first single mistake that leads to the *presented* signature, or `Cause.WRONG_SECRET`."""
    found = search(hypotheses, fits=lambda view: view.signature() == presented)
    if found.hypothesis is None:
        detail = "no single change of the request explains the signature: most likely another secret"
        return compare(scheme, Cause.WRONG_SECRET, detail, server, None, attempts=found.attempts)
    hypothesis = found.hypothesis
    return compare(
        scheme, hypothesis.cause, hypothesis.detail, hypothesis.base, hypothesis.view, attempts=found.attempts
    )


def first_difference(server: SignedText, client: SignedText) -> Mismatch | None:
    """Return the first part in which two signed texts differ, or ``None``."""
    for index, (ours, theirs) in enumerate(zip_longest(server.parts, client.parts)):
        if ours is None or theirs is None or ours.text != theirs.text:
            return Mismatch(index, ours, theirs)
    return None


_NOTHING: Final = Part("", "", "")


def _join(parts: Iterable[Part], redacted: bool) -> str:
    return "".join([part.redacted if redacted else part.text for part in parts])


def _texts(text: SignedText, redacted: bool) -> dict[str, str]:
    return {
        "canonical_request": text.canonical_text(redacted=redacted),
        "string_to_sign": text.string_text(redacted=redacted),
    }


def _difference(mismatch: Mismatch, redacted: bool) -> dict[str, object]:
    def line(part: Part | None) -> str | None:
        return None if part is None else _join((part,), redacted).strip("\n")

    return {"where": mismatch.where, "server": line(mismatch.server), "client": line(mismatch.client)}
