"""Nothing personal, and no secret, reaches what the adapter logs, prints, or puts into results and errors.

A person whose values occur nowhere else is checked while the provider answers, refuses, breaks and falls silent; then
everything the adapter let out is searched, also for the usual encodings of each value.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from typing import Final
from urllib.parse import quote, quote_plus

from contracts.adapter_lines import TEXTS
from contracts.cases import (
    CANARY,
    Act,
    Case,
    Delivery,
    Seen,
    Trouble,
    answering,
    failing,
    name_of,
    passing,
    rows_of,
    spoiling,
)  # fmt: skip
from contracts.findings import Check, Severity
from contracts.plan import Plan, Planned
from kyc_core.claims import Claim
from kyc_core.verdicts import Retry

PROVENANCE: Final = "what an identity check hands over stays with those who check it"


def cases(plan: Plan, planned: Planned) -> Iterator[Case]:
    """Yield a case per situation in which adapters are tempted to say more than they should."""
    for name, act in situations(plan, planned):
        yield Case(
            id=name_of(plan, planned, "privacy", name),
            check=Check.PRIVACY,
            code="",
            act=replace(act, people=(CANARY,)),
            ask=nothing_personal,
            source=PROVENANCE,
            plan=plan,
        )


def situations(plan: Plan, planned: Planned) -> Iterator[tuple[str, Act]]:
    """Yield a pass, a refusal, an error of each retry class, answers broken or lost, and a callback, by name."""
    base = passing(plan, planned) or failing(plan, planned)
    if base is not None:
        yield "decided", answering(base, planned)
        refused = failing(plan, planned)
        if refused is not None and refused is not base:
            yield "refused", answering(refused, planned)
    if base is not None and planned.spoilable:
        for mutation in ("unknown_code", "verdict_missing", "body_truncated", "html_200"):
            yield mutation, spoiling(planned, base.code, {"mutation": mutation})
        yield "reset", spoiling(planned, base.code, {"fault": "reset"})
        yield "proxy", spoiling(planned, base.code, {"http": 502})
    if base is not None and planned.callback is not None and planned.spoilable:
        called_back = replace(answering(base, planned), deliveries=(Delivery.FIRST,))
        yield "called_back", replace(called_back, switches=planned.callback.switches)
    for retry in Retry:
        row = next((row for row in rows_of(plan, planned) if row.kind == "error" and row.retry is retry), None)
        if row is not None:
            yield f"error_{retry.value}", answering(row, planned)


def nothing_personal(case: Case, seen: Seen, _: Seen | None = None) -> Iterator[Trouble]:
    """Search what the adapter wrote and handed back."""
    told = "\n".join(answer.told for answer in (*seen.answers, *seen.callbacks))
    places = (("output", seen.output), ("result or error", told))
    for where, text in places:
        for member, coding in sorted(set(leaks(text, seen.claims, seen.secrets))):
            yield Trouble(
                severity=Severity.MAJOR,
                expected="nothing personal and no secret",
                seen=f"{member} of the person checked, {coding}" if member != "secret" else f"a secret, {coding}",
                where=where,
            )


def leaks(text: str, claims: tuple[Claim, ...], secrets: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield ``(member, coding)`` for every personal value and secret found in *text*."""
    if not text:
        return
    for claim in claims:
        for member in TEXTS:
            value = getattr(claim, member)
            # Dates of validity are shared by many and found by chance; a photo is looked for by its whole.
            if value and not member.startswith("valid_"):
                yield from ((member, coding) for coding, written in codings(value) if written in text)
        if claim.photo and base64.b64encode(claim.photo).decode("ascii") in text:
            yield "photo", "in Base64"
    for secret in secrets:
        yield from (("secret", coding) for coding, written in codings(secret) if written in text)


def codings(value: str) -> Iterator[tuple[str, str]]:
    """Yield ``(coding, written)`` for the ways in which a value usually turns up in a log."""
    raw = value.encode("utf-8", "surrogatepass")
    yield "as it is", value
    for name, written in (
        ("percent-encoded", quote(value, safe="", errors="surrogatepass")),
        ("percent-encoded", quote_plus(value, errors="surrogatepass")),
        ("escaped", value.encode("ascii", "backslashreplace").decode("ascii")),
        ("escaped", repr(raw)[2:-1]),
        ("in hexadecimal", raw.hex()),
    ):
        if written != value:
            yield name, written
    # Base64 of a text that holds the value somewhere: three positions, without the characters shared with neighbours.
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + raw).decode("ascii")
        whole = coded[4 if shift else 0 : len(coded.rstrip("=")) // 4 * 4 - (4 if coded.endswith("=") else 0)]
        if len(whole) >= 8:
            yield "in Base64", whole
