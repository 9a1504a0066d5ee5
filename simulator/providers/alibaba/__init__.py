"""Alibaba Cloud ID Verification: Cloudauth-intl 2022-08-09, and three operations of the domestic Cloudauth 2019-03-07.

One gateway for every product (`gateway`) and the product behind it (`product`); the order of their checks stands in
`pipeline`. The rooms: `codes` (vocabulary, read from the outcome table), `messages` (the wire), `hosts`, `auth`
(credentials and signatures), `parameters` (field lists), `hashing` (``ParamType=md5``), `claims` and `operations` (the
decision), `documents`, `faces`, `answers` and `results` (what an answer holds), `verification` and `interactive` (a
transaction from Initialize to its result), `callback`, `control` (who else may move a transaction), `samples` (the
documentation's own), `errors` (refusals), `call` (what the checks hand on).

To add an operation: its rows and field list in ``contracts/outcomes/alibaba.json``, its line in `operations.DECISIONS`,
and what its answer holds in `answers`.

Source:
    CheckResult for document OCR [seed]; pages of the other solutions, "Common error codes", "Server-side HTTP status
    codes", "QPS limits" [doc]; OpenAPI metadata and official SDKs [sdk].
"""

from __future__ import annotations

from typing import Final

from simulator.providers.alibaba import auth, codes, control, hosts, pipeline
from simulator.providers.alibaba.messages import document, looks_signed
from simulator.upstream import Provider

PROVIDER: Final = Provider(
    name=codes.NAME,
    title="Alibaba Cloud ID Verification",
    hosts=hosts.HOSTS,
    prefixes=hosts.PREFIXES,
    signs=looks_signed,
    answer=pipeline.answer,
    table=codes.table,
    credentials=auth.credentials,
    identifies=auth.IDENTIFIES,
    failed=pipeline.failed,
    document=document,
    control=control.CONTROL,
)
