"""UnionPay International, Information Service: ID_CARD_PHOTO_VERIFICATION, with its message security.

A gateway that checks signatures (`gateway`), the service behind it (`product`, `decision`); the order of their checks
stands in `pipeline`. The rooms: `codes` (vocabulary, read from the outcome table), `siblings` (experimental
operations), `messages` (the wire), `hosts`, `credentials` and `auth` (participants, certificates, keys), `formats`,
`pictures` and `picture_size` (members), `orders` (used order ids), `operations` (what the source finds), `errors`
(refusals), `call` (what the checks hand on).

The signature and encryption themselves are `kyc_core.signing.upi_jws` and `upi_jwe`. What needs the cryptography they
bring along is imported at the first call, so that start-up does without.

Source:
    UnionPay International developer site: "ID Card Photo Verification" [seed]; "Basics of UPI API", HTTP message
    structure, security requirements, FAQ list 05 [doc]; UPI JOSE SDK, integrators' sources [sdk].
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.providers.upi import codes, credentials, hosts
from simulator.upstream import Exchange, Provider

if TYPE_CHECKING:
    from simulator.wire import WireResponse


def _answer(exchange: Exchange) -> WireResponse:
    from simulator.providers.upi import pipeline

    return pipeline.answer(exchange)


def _failed(exchange: Exchange) -> WireResponse:
    from simulator.providers.upi import pipeline

    return pipeline.failed(exchange)


def _reseal(exchange: Exchange, response: WireResponse) -> WireResponse:
    from simulator.providers.upi import pipeline

    return pipeline.reseal(exchange, response)


PROVIDER: Final = Provider(
    name=codes.NAME,
    title="UnionPay International",
    hosts=hosts.HOSTS,
    prefixes=hosts.PREFIXES,
    signs=hosts.looks_signed,
    answer=_answer,
    table=codes.table,
    credentials=credentials.credentials,
    identifies=credentials.IDENTIFIES,
    certificates=credentials.certificates,
    failed=_failed,
    reseal=_reseal,
)
