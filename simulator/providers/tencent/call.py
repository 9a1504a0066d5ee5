"""One call on its way through the checks: what has been read so far, and in which language it is answered."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from kyc_core.signing import tc3
from simulator.providers.tencent import messages
from simulator.providers.tencent.auth import Caller, Signed, caller_of
from simulator.providers.tencent.codes import SITE_LANGUAGES, WIRE_LANGUAGES, Language, Operation
from simulator.providers.tencent.hosts import endpoint_of
from simulator.providers.tencent.messages import Common

if TYPE_CHECKING:
    from kyc_core.people import Person
    from simulator.providers.tencent.card_pictures import CardPicture
    from simulator.providers.tencent.decryption import Opened
    from simulator.upstream import Exchange


_NONE: Final = Common()
_NO_WARNINGS: Final[frozenset[str]] = frozenset()
_NOTHING_SHOWN: Final[Mapping[str, Any]] = MappingProxyType({})


class Stage(IntEnum):
    """How far a call has come; refusals are worded accordingly."""

    UNREAD = 0
    """The common parameters are not read: answered in English whatever the client asked for [obs]."""
    GATEWAY = 1
    PRODUCT = 2


_UNREAD: Final = Stage.UNREAD
_GATEWAY: Final = Stage.GATEWAY
_ENGLISH: Final = Language.ENGLISH


class Call:
    """What the checks hand on to one another.

    Attributes:
        exchange: the engine's record of the call.
        request: as received.
        headers: by lower-case name.
        v3: signed with TC3 (or not at all), as opposed to v1.
        endpoint: site and access region.
        check: name of the check under way.
        stage: how far it has come.
        common: the common parameters.
        authorization: the parsed v3 header, if it could be.
        pairs: every parameter of a query or form, decoded without loss.
        parameters: the business parameters.
        as_text: whether they came through a query or form, where numbers are text.
        caller: who holds the SecretId.
        now: Unix seconds on the caller's clock.
        operation: the action.
        values: what the claim says, by element (``resident_id``), as the product reads it.
        person: the person on file whom the call is about.
        card: the picture of a card that the claim was read from, if it was.
        opened: the envelope of encrypted fields, if there was one.
        warnings: the warnings about such a picture that are asked for.
        sampled: whether an example of the documentation is answered.
        shown: members of the answer as that example shows them.
        readings: every switch in the caller's tenant with its value; one call sees one state of them all.
    """

    __slots__ = (
        "as_text",
        "authorization",
        "caller",
        "card",
        "check",
        "common",
        "endpoint",
        "exchange",
        "headers",
        "now",
        "opened",
        "operation",
        "pairs",
        "parameters",
        "person",
        "readings",
        "request",
        "sampled",
        "shown",
        "stage",
        "v3",
        "values",
        "warnings",
    )

    def __init__(self, exchange: Exchange) -> None:
        request = exchange.request
        headers = request.by_name
        self.exchange = exchange
        self.request = request
        self.headers = headers
        self.v3 = messages.is_v3(headers)
        self.endpoint = endpoint_of(headers.get("host", ""))
        self.check = ""
        self.stage = _UNREAD
        self.common = _NONE
        self.authorization: tc3.Authorization | None = None
        self.pairs: list[tuple[str, str]] = []
        self.parameters: Mapping[str, Any] = {}
        self.as_text = False
        self.caller: Caller | None = None
        self.now = 0
        self.operation: Operation
        self.values: dict[str, str] = {}
        self.person: Person | None = None
        self.card: CardPicture | None = None
        self.warnings: frozenset[str] = _NO_WARNINGS
        self.opened: Opened | None = None
        self.sampled = False
        self.shown: Mapping[str, Any] = _NOTHING_SHOWN
        self.readings: Mapping[str, Any]
        if self.v3:
            self.common = messages.common_from_headers(headers)
            self.authorization = tc3.parse_authorization(headers.get("authorization", ""))
            if self.authorization is not None:
                self.claim(self.authorization.secret_id)
        if self.caller is None:
            self.readings = exchange.tenant.readings

    def claim(self, secret_id: str) -> None:
        """Note whose credential the call names, proven or not: its clock, switches and journal are used from here."""
        self.caller = caller_of(self.exchange.services.tenants, secret_id)
        if self.caller is not None:
            self.exchange.tenant = self.caller.tenant
            self.readings = self.caller.tenant.readings

    @property
    def holder(self) -> Caller:
        """The caller, once a check has seen to it that there is one."""
        assert self.caller is not None, "the SecretId is looked up before anything needs its holder"
        return self.caller

    @property
    def signed(self) -> Signed:
        """The request together with the signature it presents."""
        return Signed(self.request, self.common.timestamp, self.authorization, self.pairs)

    def request_id(self) -> str:
        """Return the identifier the answer carries, made at the first time of asking."""
        exchange = self.exchange
        if not exchange.request_id:
            exchange.request_id = exchange.tenant.ids.uuid4()
        return exchange.request_id

    def language(self) -> Language:
        """Return the language of the answer.

        Source:
            Explicit language first, then the host's; what cannot be read is answered in English [obs]. Dossier of
            contradictions C15 and the switches ``tencent.language`` and ``tencent.gateway_language`` [inferred].
        """
        if self.stage is _UNREAD:
            return _ENGLISH
        forced = self.readings["tencent.language"]
        if forced != "host":
            return Language(forced)
        asked = WIRE_LANGUAGES.get(self.common.language)
        if asked is not None:
            return asked
        if self.stage is _GATEWAY and self.readings["tencent.gateway_language"] == "en":
            return _ENGLISH
        return SITE_LANGUAGES[self.endpoint.site]
