"""A Faker provider for mainland-China people whose values agree with one another and are nobody's.

Faker's own Chinese numbers are not usable here: its identity numbers have county codes of other years, its telephone
numbers are other people's. This provider draws from Faker's random source, so ``Faker.seed`` and ``seed_instance``
decide who is made.

>>> from faker import Faker
>>> fake = Faker()
>>> fake.add_provider(Provider)
>>> fake.seed_instance(7)
>>> somebody = fake.cn_person()
>>> somebody.born.strftime("%Y%m%d") == somebody.resident_id[6:14]
True
"""

from __future__ import annotations

from datetime import date

from faker.providers import BaseProvider

from contracts import made_up
from contracts.made_up import MadeUp
from kyc_core.generate import citizen
from kyc_core.sex import Sex


class Provider(BaseProvider):
    """``fake.add_provider(contracts.faker_cn.Provider)``, or ``faker -i contracts.faker_cn`` on the command line."""

    def cn_person(self, sex: Sex | None = None, born: date | None = None) -> MadeUp:
        """Return somebody: number, name, sex, day of birth, line, card and validity agree."""
        return made_up.made_up(self.generator.random, sex=sex, born=born)

    def cn_name(self, sex: Sex | None = None) -> str:
        """Return a name of two or three characters."""
        return made_up.name(self.generator.random, sex=sex)

    def cn_resident_id(self, sex: Sex | None = None, born: date | None = None) -> str:
        """Return an identity number that can be nobody's."""
        return citizen(self.generator.random, sex=sex, born=born)

    def cn_mobile(self) -> str:
        """Return a mobile number of a block that was given to nobody."""
        return made_up.mobile(self.generator.random)

    def cn_bank_card(self) -> str:
        """Return a card number with a real prefix and a right check digit that no bank has issued."""
        return made_up.card(self.generator.random)
