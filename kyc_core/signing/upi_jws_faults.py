"""Answers of UPI signed badly on purpose: what an adapter must notice before it believes the body.

>>> [fault.value for fault in ResponseFault][:3]
['none', 'missing', 'tampered_body']

Source:
    Ways in which a signed answer can be wrong [inferred selection]; padded ordinary Base64: an integrator's code [sdk].
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from kyc_core.signing import base64url, upi_jws
from kyc_core.signing.upi_jws_header import normalise_uuid, protected_header

_EXPIRED_SECONDS: Final = 3_600


class ResponseFault(StrEnum):
    """What is wrong with the signature of an answer."""

    NONE = "none"
    MISSING = "missing"
    """No ``UPI-JWS`` at all."""
    TAMPERED_BODY = "tampered_body"
    """The signature covers another body."""
    WRONG_KID = "wrong_kid"
    """The header names a certificate that is not UPI's."""
    EXPIRED_TS = "expired_ts"
    """Signed an hour ago."""
    WRONG_UUID = "wrong_uuid"
    """The answer to another request."""
    PADDED_BASE64 = "padded_base64"
    """The signature part is ordinary Base64."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseSigner:
    """What UPI signs an answer with.

    Attributes:
        private_key: UPI's signing key.
        kid: its certificate's id.
        uuid: the request's.
        timestamp: Unix seconds, UPI's clock.
        app_id: the request's.
    """

    private_key: RSAPrivateKey
    kid: str
    uuid: str
    timestamp: int
    app_id: str

    def sign(self, body: bytes, fault: ResponseFault = ResponseFault.NONE) -> str | None:
        """Return the ``UPI-JWS`` of an answer, or ``None`` for no header at all.

        Args:
            body: what will be sent.
            fault: what to do wrong; every fault but that one leaves the rest right.
        """
        if fault is ResponseFault.MISSING:
            return None
        signer, signed = self, body
        if fault is ResponseFault.WRONG_KID:
            signer = replace(self, kid=_next_digit(self.kid))
        elif fault is ResponseFault.WRONG_UUID:
            signer = replace(self, uuid=_next_digit(normalise_uuid(self.uuid)))
        elif fault is ResponseFault.EXPIRED_TS:
            signer = replace(self, timestamp=self.timestamp - _EXPIRED_SECONDS)
        elif fault is ResponseFault.TAMPERED_BODY:
            signed = body + b" "
        value = signer._value(signed)
        return _with_padded_signature(value) if fault is ResponseFault.PADDED_BASE64 else value

    def _value(self, body: bytes) -> str:
        header = protected_header(kid=self.kid, uuid=self.uuid, timestamp=self.timestamp, app_id=self.app_id)
        return upi_jws.sign(header, body, private_key=self.private_key)


def _next_digit(text: str) -> str:
    """Return *text* with another digit at its end."""
    return text[:-1] + ("0" if text[-1:] != "0" else "1")


def _with_padded_signature(value: str) -> str:
    header_part, _, signature = value.rpartition(".")
    return f"{header_part}.{base64.b64encode(base64url.decode(signature)).decode('ascii')}"
