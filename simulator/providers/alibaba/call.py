"""One call on its way through the checks: what has been read so far, and how it is answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

from kyc_core.signing import acs3, aliyun_rpc
from kyc_core.signing.canonical import printable, query_pairs
from simulator.providers.alibaba import messages
from simulator.providers.alibaba.auth import Caller, Signed, caller_of
from simulator.providers.alibaba.codes import Operation, Site
from simulator.providers.alibaba.hosts import endpoint_of
from simulator.wire import WireResponse

if TYPE_CHECKING:
    from contracts.loader import Outcome
    from kyc_core.people import Person
    from simulator.scenarios import Progression
    from simulator.transactions import Transaction
    from simulator.upstream import Exchange


class Call:
    """What the checks hand on to one another.

    Attributes:
        exchange: the engine's record of the call.
        request: as received.
        headers: by lower-case name, repeated ones merged as they are signed.
        host: the ``Host`` header.
        site: the product.
        v3: signed with ACS3, as opposed to an RPC signature or none.
        prefix: how identifiers of transactions made here begin.
        check: name of the check under way.
        authorization: the parsed V3 header, if it could be.
        query: decoded pairs of the query.
        form: decoded pairs of the body, if that is a form.
        common: the common parameters.
        parameters: the business parameters.
        caller: who holds the AccessKeyId.
        now: Unix seconds on the caller's clock.
        operation: what is called.
        flags: every flag of the operation as it counts, absent and odd ones at their defaults.
        transaction: what the TransactionId leads to, as it stood when first looked at.
        person: the person on file whom the call is about.
        orders: who says what this call comes to, as evidence: a rule, or the person a MerchantBizId names.
        told: the row they ask for, where the operation has to do more than answer it.
        progression: what they say completes a transaction.
        wish: the meaning with which the person who is verified wants a transaction to end.
        content: what stands in ``Result``, where the decision has made it already.
        waived: why this call is not charged though its row is.
        more: headers the answer has besides the usual.
    """

    __slots__ = (
        "authorization",
        "caller",
        "check",
        "common",
        "content",
        "exchange",
        "flags",
        "form",
        "headers",
        "host",
        "more",
        "now",
        "operation",
        "orders",
        "parameters",
        "person",
        "prefix",
        "progression",
        "query",
        "request",
        "site",
        "told",
        "transaction",
        "v3",
        "waived",
        "wish",
    )

    def __init__(self, exchange: Exchange) -> None:
        request = exchange.request
        self.exchange = exchange
        self.request = request
        self.headers = acs3.merge_headers(request.headers)
        self.host = request.header("host")
        endpoint = endpoint_of(self.host)
        self.site: Site = endpoint.site
        self.prefix = endpoint.prefix
        self.v3 = messages.is_v3(self.headers)
        self.check = ""
        self.authorization: acs3.Authorization | None = None
        self.query: Sequence[tuple[str, str]] = query_pairs(request.query)
        self.form: Sequence[tuple[str, str]] = query_pairs(request.body) if messages.is_form(self.headers) else ()
        pairs = printable(aliyun_rpc.parameters(self.query, self.form))
        self.parameters: Mapping[str, str] = pairs
        self.caller: Caller | None = None
        self.now = 0
        self.operation: Operation
        self.flags: Mapping[str, str] = {}
        self.transaction: Transaction | None = None
        self.person: Person | None = None
        self.orders: Mapping[str, Any] = {}
        self.told: Outcome | None = None
        self.progression: Progression | None = None
        self.wish = ""
        self.content: Mapping[str, Any] | None = None
        self.waived = ""
        self.more: tuple[tuple[str, str], ...] = ()
        if self.v3:
            self.authorization = acs3.parse_authorization(self.headers["authorization"])
            presented = self.authorization
            self.common = messages.common_from_headers(self.headers, presented.access_key_id if presented else "")
        else:
            self.common = messages.common_from_parameters(pairs, self.headers)
            self.parameters = messages.without_common(pairs)
        if self.common.access_key_id:
            # Proven or not: the clock, switches and journal of whoever the key belongs to are used from here.
            self.caller = caller_of(exchange.services.tenants, self.common.access_key_id)
            if self.caller is not None:
                exchange.tenant = self.caller.tenant

    @property
    def holder(self) -> Caller:
        """The caller, once a check has seen to it that there is one."""
        assert self.caller is not None, "the AccessKeyId is looked up before anything needs its holder"
        return self.caller

    @property
    def signed(self) -> Signed:
        """The request together with the signature it presents."""
        return Signed(self.request, self.headers, self.authorization, self.query, self.form)

    @property
    def product(self) -> str:
        """The product code the call is for: its own, or that of its transaction; empty when neither names one."""
        own = self.parameters.get("ProductCode")
        if own is None and self.transaction is not None:
            return str(self.transaction.facts.get("product", ""))
        return own or ""

    def switch(self, name: str) -> Any:
        """Return the value of a switch, by its full name, in the caller's tenant."""
        return self.exchange.tenant.readings[name]

    def request_id(self) -> str:
        """Return the identifier the answer carries, made at the first time of asking."""
        exchange = self.exchange
        if not exchange.request_id:
            exchange.request_id = exchange.tenant.ids.uuid4().upper()
        return exchange.request_id

    def base_url(self) -> str:
        """Return where the caller reaches this simulator, without a trailing slash."""
        scheme = "https" if self.is_encrypted() else "http"
        return f"{scheme}://{self.host.partition('/')[0] or 'localhost'}"

    def is_encrypted(self) -> bool:
        """Tell whether a proxy in front says that the caller came by https; there is no TLS of our own."""
        return self.headers.get("x-forwarded-proto", "").strip().lower() == "https"

    def response(self, status: int, root: str, document: Mapping[str, Any]) -> WireResponse:
        """Return the answer: JSON to V3 and to whoever asks for it, else XML, which is the older signature's default.

        Args:
            status: of the HTTP answer.
            root: name of the XML document.
            document: what is said.
        """
        if self.common.format.upper() == "JSON":
            body, content_type = messages.as_json(document), messages.JSON
        else:
            body, content_type = messages.as_xml(root, document), messages.XML
        date = formatdate(self.exchange.tenant.clock.time(), usegmt=True)
        headers = messages.headers(body, content_type=content_type, request_id=self.request_id(), date=date)
        return WireResponse(status=status, headers=(*headers, *self.more), body=body)
