"""Aggregator "KYC China": one request fans out to many checks, a token polls for the report, a callback brings it.

The rooms: `codes` (vocabulary, read from the outcome table), `messages` (the wire), `hosts`, `auth` and `tokens` (who
may ask and who may poll), `eligibility` (which checks a request starts), `sources` and `operations` (the decision of
each), `fan_out` and `report` (all of them, and how they are summed up), `starts`, `polls`, `downloads` and
`legacy_calls` (the endpoints, with `gateway` before each), `links` and `pdf`, `callback`, `billing`, `errors`,
`pipeline` (the order), `call` (what the steps hand on).

To add a sub-check: its operation and rows in ``contracts/outcomes/kyc_china.json``, and its line in
`operations._DECISIONS`.

Source:
    Page "KYC China" [seed, and an older text of it, doc]; sibling pages "Sino Connect", "Land Registry Report",
    "CorpVerify" [doc]; the vendor's published client code and SDK read-me [sdk]. What neither says is [inferred] and
    listed as such in ``docs/fidelity.md``.
"""

from __future__ import annotations

from typing import Final

from simulator.providers.kyc_china import auth, codes, hosts, links, pipeline
from simulator.upstream import Provider

PROVIDER: Final = Provider(
    name=codes.NAME,
    title='Aggregator "KYC China"',
    hosts=hosts.HOSTS,
    prefixes=hosts.PREFIXES,
    slow_paths=(links.FOLDER,),
    signs=lambda _: False,
    answer=pipeline.answer,
    table=codes.table,
    credentials=auth.credentials,
    identifies=auth.IDENTIFIES,
    failed=pipeline.failed,
)
