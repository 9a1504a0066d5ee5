"""What a provider is, and what travels through its chain of checks.

A provider is a function from an `Exchange` (the request and its tenant's services) to a `WireResponse`. Each check of
its chain leaves a `Step`; the list of steps *is* the explanation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from contracts.loader import Outcome, OutcomeTable

if TYPE_CHECKING:
    from simulator.control import Control
    from simulator.keys import Certificate
    from simulator.rules import Rule
    from simulator.services import Services
    from simulator.tenants import Tenant
    from simulator.wire import WireRequest, WireResponse


class Step(NamedTuple):
    """One check: its name, whether it passed, and what it saw. Personal values only as tokens."""

    check: str
    passed: bool
    evidence: Mapping[str, Any]


Noted = tuple[str, bool, Mapping[str, Any]]
"""A `Step`, or a plain tuple of the same three, which is written to the journal as it stands."""


class UpstreamRefused(Exception):
    """The provider answers with one of its documented errors; its pipeline renders the row."""

    def __init__(self, outcome: Outcome, places: Mapping[str, str]) -> None:
        super().__init__(outcome.code)
        self.outcome = outcome
        self.places = places


_NOTHING: Mapping[str, Any] = {}


class Exchange:
    """One call under way.

    Attributes:
        request: the bytes that came in.
        services: what all tenants share.
        tenant: whose call it is; the lobby until a credential says otherwise.
        operation: wire name of the operation, empty until known.
        request_id: the identifier the answer carries, empty until known.
        fields: request parameters by wire name as text; what rules match on. Stored only as tokens.
        public: names among ``fields`` that may be stored in clear (they hold no personal data or secret).
        outcome: the row that was answered.
        billed: whether this call is charged; follows the outcome unless a rule says otherwise.
        waived: why this call is free though its outcome is charged; empty when it is not.
        person: key of the person on file that decided, if any.
        rule: the rule that fired, if any.
        steps: what each check found; the name alone of one that passed with nothing to say, as most do.
    """

    __slots__ = (
        "billed",
        "fields",
        "operation",
        "outcome",
        "person",
        "public",
        "request",
        "request_id",
        "rule",
        "services",
        "steps",
        "tenant",
        "waived",
    )

    def __init__(self, request: WireRequest, services: Services) -> None:
        self.request = request
        self.services = services
        self.tenant: Tenant = services.tenants.lobby
        self.operation = ""
        self.request_id = ""
        self.fields: Mapping[str, str] = {}
        self.public: frozenset[str] = frozenset()
        self.outcome: Outcome | None = None
        self.billed = False
        self.waived = ""
        self.person: str | None = None
        self.rule: Rule | None = None
        self.steps: list[Noted | str] = []

    def passed(self, check: str, evidence: Mapping[str, Any] = _NOTHING) -> None:
        """Note that *check* found nothing wrong."""
        self.steps.append(Step(check, True, evidence))

    def refuse(
        self,
        check: str,
        outcome: Outcome,
        places: Mapping[str, str] = _NOTHING,
        evidence: Mapping[str, Any] = _NOTHING,
    ) -> NoReturn:
        """Note what *check* found and answer with *outcome*.

        Raises:
            UpstreamRefused: always; *places* fills the wording's ``{name}`` places.
        """
        self.steps.append(Step(check, False, evidence))
        raise UpstreamRefused(outcome, places)

    def settle(self, outcome: Outcome, *, waived: str = "") -> None:
        """Answer with *outcome* and charge as its row says, or as the rule that fired says.

        Args:
            outcome: the row that is answered.
            waived: why this very call is free whatever the row says, such as that an earlier call was charged for it.
        """
        self.outcome = outcome
        self.billed = outcome.billed and not waived
        self.waived = waived if outcome.billed else ""
        if self.rule is not None and self.rule.then.billed is not None:
            self.billed = self.rule.then.billed
            self.waived = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One upstream.

    Attributes:
        name: folder, outcome-table and credential name.
        title: for people.
        hosts: real host names, lower case; ``<name>.localhost`` is understood besides.
        prefixes: path prefixes that lead here on any host, without a trailing slash: ``/tencent``.
        signs: tells a request to ``/`` on an unknown host by what its client signs.
        answer: the ordered chain of checks; answers everything, refusals included, and never raises `UpstreamRefused`.
        table: the provider's outcome table.
        credentials: makes one tenant's credentials from a source of derived text ``(label, length) -> str``.
        identifies: the credential members that name a tenant on the wire (``secret_id``), dotted for nested ones.
        failed: the documented internal error, for a call that our own fault ended.
        certificates: makes the certificates that go with credentials of its own making, for a provider with which both
            sides sign or encrypt; asked only when somebody needs them, and always with the same result.
        reseal: signs an answer again after it was changed on purpose, where the provider signs its answers.
        document: reads an answer as the JSON document that its schema describes, where it is not JSON as it stands;
            raises `ValueError` for what is neither.
        control: what somebody else may do with its transactions, where it has any; finish them, by default.
        slow_paths: prefixes of paths whose answers take long to make; a door that answers one call after another makes
            these aside.
    """

    name: str
    title: str
    hosts: frozenset[str]
    prefixes: tuple[str, ...]
    signs: Callable[[WireRequest], bool]
    answer: Callable[[Exchange], WireResponse]
    table: Callable[[], OutcomeTable]
    credentials: Callable[[Callable[[str, int], str]], Mapping[str, Any]]
    identifies: tuple[str, ...]
    failed: Callable[[Exchange], WireResponse]
    certificates: Callable[[Mapping[str, Any]], Sequence[Certificate]] | None = None
    reseal: Callable[[Exchange, WireResponse], WireResponse] | None = None
    document: Callable[[WireResponse], Any] | None = None
    control: Control | None = None
    slow_paths: tuple[str, ...] = ()
    routes: tuple[str, ...] = field(default=())
    """URL paths listed for people, besides the prefixes."""
