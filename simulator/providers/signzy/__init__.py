"""Signzy "China Resident ID Card Verification": name, birth date and number, answered with one of three statuses.

Three endpoints: the verification itself, and login and logout for its tokens. The rooms: `codes` (vocabulary, read from
the outcome table), `hosts` (where it answers), `messages` (the wire), `auth` and `tokens` (who is calling), `gateway`
and `product` (the checks), `formats` (what a request may say), `operations` (the decision), `errors` (wordings),
`pipeline` (the order of all checks), `call` (what they hand on).

Source:
    Page "China Resident ID Card Verification" (Know Your Customer > Global > Asia Pacific) [seed, doc]; "Customer Login
    (Client Login)", "Authentication", "API Error Codes" [doc].
"""

from __future__ import annotations

from typing import Final

from simulator.providers.signzy import auth, codes, hosts, messages, pipeline
from simulator.upstream import Provider
from simulator.wire import WireRequest


def _signs(_: WireRequest) -> bool:
    """Nothing in a request to ``/`` could tell that it is meant for Signzy."""
    return False


PROVIDER: Final = Provider(
    name=codes.NAME,
    title="Signzy China Resident ID Card Verification",
    hosts=hosts.HOSTS,
    prefixes=hosts.PREFIXES,
    signs=_signs,
    answer=pipeline.answer,
    table=codes.table,
    credentials=auth.credentials,
    identifies=auth.IDENTIFIES,
    failed=pipeline.failed,
    document=messages.document,
    routes=tuple(hosts.OPERATIONS),
)
