"""The MPS gateway: checks against the police's register, in the JSON dialect of a reseller and NCIIC's SOAP.

Two front doors, `gateway` (JSON) and `service` (SOAP), and one decision behind them, `query`; `pipeline` tells them
apart. The rooms: `codes` (vocabulary, read from the outcome table), `hosts`, `auth`, `messages` and `soap` with `rows`
(the wire), `operations` (the decision alone), `details`, `documents` (an answer as JSON, for whoever checks it).

To add an operation: its rows, fields and answers in ``contracts/outcomes/mps.json``; a new kind of check also has its
branch in `operations.decide`.

Source:
    Chuanglan, identity check and face comparison v2.0: envelope, signature, results [doc, sdk]; public integrations of
    the NCIIC web service, 2016-2020 [sdk]; results of other resellers where these are silent [doc]. Paths, and the
    four-element check [inferred].
"""

from __future__ import annotations

from typing import Final

from simulator.providers.mps import auth, codes, documents, hosts, pipeline
from simulator.upstream import Provider
from simulator.wire import WireRequest


def signs(_: WireRequest) -> bool:
    """Tell that nothing in a request to ``/`` is ours: without its path a call of either dialect says nothing."""
    return False


PROVIDER: Final = Provider(
    name=codes.NAME,
    title="MPS gateway and NCIIC web service",
    hosts=hosts.HOSTS,
    prefixes=hosts.PREFIXES,
    signs=signs,
    answer=pipeline.answer,
    table=codes.table,
    credentials=auth.credentials,
    identifies=auth.IDENTIFIES,
    failed=pipeline.failed,
    document=documents.of,
    routes=(*[f"{hosts.GATEWAY}{name}" for name in ("two-factor", "four-factor", "face-compare")], hosts.SERVICE),
)
