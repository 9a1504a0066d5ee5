"""People for Hypothesis whose values agree: nobody, made as `contracts.made_up` makes them.

>>> from contracts.strategies.people import people
>>> everybody = people()
"""

from __future__ import annotations

from datetime import date
from random import Random

from hypothesis import strategies as st

from contracts.made_up import MadeUp, made_up
from kyc_core.sex import Sex


def people(*, sex: Sex | None = None, born: date | None = None) -> st.SearchStrategy[MadeUp]:
    """Draw people.

    Args:
        sex: male or female; None for both.
        born: their day of birth; None for those of grown-up people.
    """

    def made(chance: Random) -> MadeUp:
        return made_up(chance, sex=sex, born=born)

    return st.randoms(use_true_random=False).map(made)
