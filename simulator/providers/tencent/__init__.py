"""Tencent Cloud FaceID, API 2018-03-01: BankCardVerification and its two- and four-element siblings.

One front end for every product (`gateway`) and the product behind it (`product`); the order of their checks stands in
`pipeline`. The rooms: `codes` (vocabulary, read from the outcome table), `messages` (the wire), `hosts`, `auth`
(credentials and signatures), `certificates` (key pairs), `parameters` (field lists), `encryption`, `formats` and
`operations` (the decision), `samples` (the documentation's own), `errors` (wordings), `call` (what the checks hand on).

To add an action: its rows and field list in ``contracts/outcomes/tencent.json``, and its line in
`operations.DECISIONS`.

Source:
    eKYC > API documentation, BankCardVerification [seed], BankCard4EVerification and BankCard2EVerification [doc];
    chapter "Making API Requests": Request Structure, Common Params, Signature v3, Signature v1, Responses, Common Error
    Codes; API frequency limits [doc]; official SDKs for Python, Node, Go and Java [sdk].
"""

from __future__ import annotations

from typing import Final

from simulator.providers.tencent import auth, certificates, codes, hosts, pipeline
from simulator.providers.tencent.messages import looks_signed
from simulator.upstream import Provider

PROVIDER: Final = Provider(
    name=codes.NAME,
    title="Tencent Cloud FaceID",
    hosts=hosts.HOSTS,
    prefixes=hosts.PREFIXES,
    signs=looks_signed,
    answer=pipeline.answer,
    table=codes.table,
    credentials=auth.credentials,
    identifies=auth.IDENTIFIES,
    failed=pipeline.failed,
    certificates=certificates.certificates,
)
