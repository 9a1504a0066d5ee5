"""What the sources behind the aggregator are asked, and whom they know: a submission beside the people on file.

Each look-up is made once per request, however many sub-checks need it.

Source:
    Ministry of Public Security, carriers, UnionPay and the national anti-fraud lists stand behind it [sdk]; that they
    hold the same people is the simulator's own premise.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from kyc_core import photos
from kyc_core.claims import Claim, as_on_file
from kyc_core.errors import InvalidLength, KycValueError
from kyc_core.factors import Rules
from simulator.providers.kyc_china.messages import PHOTO, Submission

if TYPE_CHECKING:
    from datetime import date

    from kyc_core.people import MobileLine, Person
    from simulator.register import Register

LARGEST_PHOTO: Final = 5 * 1024 * 1024
"""Bytes after decoding: what the client sends at most [sdk]; 2 MB are recommended [seed]."""


class Sources:
    """The sources' view of one submission.

    Args:
        submission: what is claimed.
        register: the people on file.
        today: the day in Shanghai.
    """

    def __init__(self, submission: Submission, register: Register, *, today: date) -> None:
        self.submission = submission
        self.rules = Rules(today=today)
        self._register = register

    @cached_property
    def holder(self) -> Person | None:
        """Who has the identity number."""
        number = self._value("idNumber")
        return self._register.by_resident_id(as_on_file(number)) if number is not None else None

    @cached_property
    def owner(self) -> Person | None:
        """In whose name the mobile is registered."""
        number = self._value("mobile")
        return self._register.by_mobile(number) if number is not None else None

    @cached_property
    def cardholder(self) -> Person | None:
        """Whose bank card it is."""
        number = self._value("bankCardNumber")
        return self._register.by_card(number) if number is not None else None

    @property
    def subject(self) -> Person | None:
        """Whom the request is about: the first on file by identity number, mobile and card."""
        return self.holder or self.owner or self.cardholder

    @property
    def line(self) -> MobileLine | None:
        """The mobile line as its carrier has it."""
        number = self._value("mobile")
        return self.owner.line(number) if self.owner is not None and number is not None else None

    @cached_property
    def claim(self) -> Claim:
        """Everything that is claimed, the photo left out."""
        return Claim(
            name=self._value("name"),
            resident_id=self._value("idNumber"),
            valid_from=self._value("idIssueDate"),
            valid_to=self._value("idExpiryDate"),
            mobile=self._value("mobile"),
            bank_card=self._value("bankCardNumber"),
        )

    @cached_property
    def photo(self) -> bytes | str:
        """The decoded photo, or the word for what is wrong with it.

        Any image that can be decoded will do here: what it shows is the comparison's affair.
        """
        text = self._value(PHOTO) or ""
        try:
            return photos.parse(text, max_bytes=LARGEST_PHOTO).data
        except InvalidLength:
            return "photo_too_large"
        except KycValueError:
            return "photo_undecodable"

    def _value(self, name: str) -> str | None:
        return self.submission.values.get(name)
