r"""An interactive verification: what is kept of it from Initialize on, and how it stands. Pure.

::

    created -> started -> completed -> expired
                  |            \----> deleted
                  \-> interrupted

When it completes is the business of `simulator.transactions`; with what, of the outcome decided at its start, unless
somebody says otherwise before.

>>> started = Verification(product="ID_OCR", sub_code="200", opened_at=0.0)
>>> Verification.of(started.to_facts()) == started, started.state(None, now=900.0, keep=60.0).value
(True, 'started')

Source:
    States, and that 15 idle minutes end a session with code 1006: client SDK pages [doc]; the rest [inferred] (D22).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

IDLE_SECONDS: Final = 900.0
"""A session in which nothing happens for longer is over."""

LEFT: Final = "1006"
"""Client code of a session that its user left, or left alone."""

EVERYTHING: Final = "All"
IMAGES: Final = "Img"
TEXTS: Final = "Text"

ON: Final = frozenset({"Y", "T", "1"})
"""Values of a flag that mean yes."""

PENDING: Final = "P"
"""The code that stands for an answer without one: ask again."""


class State(StrEnum):
    """How a verification stands."""

    CREATED = "created"
    STARTED = "started"
    INTERRUPTED = "interrupted"
    COMPLETED = "completed"
    EXPIRED = "expired"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What is kept of one verification, the facts of its transaction.

    Attributes:
        product: ProductCode.
        sub_code: what it ends with.
        then: what a pending answer turns into.
        doc_type: DocType; empty without a document.
        merchant: MerchantBizId of Initialize.
        person: key of the person on file who is verified; empty for anybody else.
        flags: of Initialize, as they count.
        return_url: where the browser goes at the end; empty for nowhere.
        callback_url: what is called when it is done; empty for nothing.
        callback_token: goes along with that.
        base_url: where this simulator was reached.
        opened_at: when its page was opened, in epoch seconds of the tenant's clock.
        interrupted: client code with which it was broken off; empty when it was not.
        charged: whether it has been charged.
        served: whether its result was fetched.
        deleted: what was deleted of it.
        delete_later: what will be once the result is fetched; empty for nothing.
    """

    product: str
    sub_code: str
    then: str = ""
    doc_type: str = ""
    merchant: str = field(default="", repr=False)
    person: str = ""
    flags: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    return_url: str = field(default="", repr=False)
    callback_url: str = field(default="", repr=False)
    callback_token: str = field(default="", repr=False)
    base_url: str = ""
    opened_at: float | None = None
    interrupted: str = ""
    charged: bool = False
    served: bool = False
    deleted: tuple[str, ...] = ()
    delete_later: str = ""

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Verification:
        """Read the facts of a transaction."""
        return cls(**{**facts, "deleted": tuple(facts["deleted"])})

    def to_facts(self) -> dict[str, Any]:
        """Return the facts to keep, a JSON object."""
        return {one.name: getattr(self, one.name) for one in fields(self)} | {"flags": dict(self.flags)}

    def flag(self, name: str) -> bool:
        """Tell whether a flag of Initialize was on."""
        return self.flags.get(name) in ON

    def state(self, ready_at: float | None, *, now: float, keep: float) -> State:
        """Say how it stands.

        Args:
            ready_at: when it was completed, or ``None`` while it is not.
            now: epoch seconds on the tenant's clock.
            keep: seconds for which a result is kept.
        """
        if EVERYTHING in self.deleted:
            return State.DELETED
        if ready_at is not None:
            return State.COMPLETED if now < ready_at + keep else State.EXPIRED
        if self.interrupted or (self.opened_at is not None and now - self.opened_at > IDLE_SECONDS):
            return State.INTERRUPTED
        return State.CREATED if self.opened_at is None else State.STARTED
