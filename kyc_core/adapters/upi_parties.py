"""Who calls UnionPay International, with which keys, for whom, and on the strength of which consent.

Keys are loaded once, here; nothing of them shows in ``repr``.

>>> Merchant(merchant_id="701034453110010", name="TEST MERCHANT", mcc="6012").wire()["mcc"]
'6012'

Source:
    UnionPay International, "ID Card Photo Verification", request members [seed]; separate certificates for signing and
    encryption [doc, sdk].
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from kyc_core.signing.rsa_keys import load_private_key, load_public_key

SERIAL_CHARACTERS: Final = 14
"""Shortest agreement serial; a shorter one is padded with zeros on its left [seed]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The keys of one participant's exchange with UPI.

    Attributes:
        app_id: ``UPI-APPID``.
        signing_kid: id of the participant's signing certificate.
        signing_key: its private key.
        encryption_kid: id of UPI's encryption certificate.
        encryption_key: its public key.
        response_kid: id of UPI's signing certificate.
        response_key: its public key.
    """

    app_id: str
    signing_kid: str
    signing_key: RSAPrivateKey = field(repr=False)
    encryption_kid: str
    encryption_key: RSAPublicKey = field(repr=False)
    response_kid: str
    response_key: RSAPublicKey = field(repr=False)

    @classmethod
    def load(cls, credentials: Mapping[str, str]) -> Keys:
        """Load the keys from PEM text; some tens of milliseconds.

        Args:
            credentials: ``app_id``, ``signing_kid``, ``signing_private_key``, ``encryption_kid``,
                ``encryption_public_key``, ``response_signing_kid`` and ``response_signing_public_key``; others are
                ignored. The shape in which a simulated tenant is handed out.

        Raises:
            KeyError: one is missing.
            ValueError: a text is no such key.
        """
        return cls(
            app_id=credentials["app_id"],
            signing_kid=credentials["signing_kid"],
            signing_key=load_private_key(credentials["signing_private_key"]),
            encryption_kid=credentials["encryption_kid"],
            encryption_key=load_public_key(credentials["encryption_public_key"]),
            response_kid=credentials["response_signing_kid"],
            response_key=load_public_key(credentials["response_signing_public_key"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Merchant:
    """The merchant on whose behalf an acquirer calls.

    Attributes:
        merchant_id: unique within the acquirer, 1 to 15 characters.
        name: 1 to 25 characters.
        mcc: merchant category code, four digits.
    """

    merchant_id: str
    name: str
    mcc: str

    def wire(self) -> dict[str, str]:
        """Return the three members, which go together or not at all."""
        return {"merchantID": self.merchant_id, "merchantName": self.name, "mcc": self.mcc}


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """The agreement in which the person allowed the check.

    Attributes:
        usage_scenario: where the check is used, 2 to 40 characters.
        use_purpose: what for, 2 to 128 characters.
        agreement_version: version of the signed agreement, 2 to 128 characters.
        agreement_serial: its serial, 14 to 64 letters and digits; shorter ones are padded.
    """

    usage_scenario: str
    use_purpose: str
    agreement_version: str
    agreement_serial: str

    def wire(self) -> dict[str, str]:
        """Return the four members."""
        return {
            "scUsageScenarios": self.usage_scenario,
            "scUsePurpose": self.use_purpose,
            "protocolVerNm": self.agreement_version,
            "serialNm": self.agreement_serial,
        }
