"""How a call is answered with an error code of a provider's outcome table.

Each provider's ``errors.py`` binds its own table::

    refuse: Final = Refuse(table)
    ...
    refuse(call, "MissingParameter", {"parameter": "Name"}, evidence={"missing": ["Name"]})
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, NoReturn

from contracts.loader import EVERY_OPERATION, OutcomeTable
from simulator.chain import OnItsWay

NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class Refuse:
    """Refuses calls of one provider.

    Args:
        table: returns the provider's outcome table.
    """

    def __init__(self, table: Callable[[], OutcomeTable]) -> None:
        self._table = table

    def __call__(
        self,
        call: OnItsWay,
        code: str,
        places: Mapping[str, str] = NOTHING,
        *,
        wording: str = "",
        evidence: Mapping[str, Any] = NOTHING,
    ) -> NoReturn:
        """Answer with the error *code* of the call's operation.

        Args:
            call: the call; its check under way is the one that found fault.
            code: as the table lists it.
            places: what fills the text's ``{name}`` places.
            wording: which variant of the text, if not the usual one.
            evidence: what the check saw; never a personal value.

        Raises:
            UpstreamRefused: always.
        """
        row = self._table().error(call.exchange.operation or EVERY_OPERATION, code)
        call.exchange.refuse(call.check, row.worded(wording) if wording else row, places, evidence)
