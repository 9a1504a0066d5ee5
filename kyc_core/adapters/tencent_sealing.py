"""Encrypt what a request to Tencent Cloud FaceID says about a person, with a key of its own for each request.

A form is what an action has room for: an ``Encryption`` object, or three members beside the others, where nothing can
say that it is SM4 and where its tags would stand.

>>> Form("flat")
<Form.FLAT: 'flat'>

Source:
    Guides on encrypting sensitive data [doc]; PhoneVerification page, its example for AES alone [sdk].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

_FLAT_MEMBERS: Final = ("EncryptList", "CiphertextBlob", "Iv")


class Form(StrEnum):
    """Where an action has room for encryption."""

    NONE = "none"
    OBJECT = "object"
    FLAT = "flat"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldEncryption:
    """How requests are encrypted.

    Attributes:
        rsa_public_key: the provider's, as it hands it out (PEM in Base64).
        sm2_public_key: the provider's; where there is one, SM4 is used wherever an action has room for it.
        random_bytes: source of keys and IVs, such as ``secrets.token_bytes``.
    """

    rsa_public_key: str
    sm2_public_key: str | None = None
    random_bytes: Callable[[int], bytes] = field(repr=False)

    def sealed(self, body: Mapping[str, Any], fields: tuple[str, ...], form: Form) -> dict[str, Any]:
        """Return *body* with its *fields* encrypted, and what says so.

        Args:
            body: by wire name; those of *fields* are texts.
            fields: wire names of what is to be encrypted; nothing is done without any.
            form: what the action has room for.

        Raises:
            ValueError: a public key is none.
        """
        if form is Form.NONE or not fields:
            return dict(body)
        # Whoever does not encrypt need not wait for cryptography to be imported.
        from kyc_core.tencent_encryption import Algorithm, seal_fields, sealed_document
        from kyc_core.tencent_public_keys import load

        use_sm4 = self.sm2_public_key is not None and form is Form.OBJECT
        envelope, values = seal_fields(
            {name: body[name] for name in fields},
            algorithm=Algorithm.SM4 if use_sm4 else Algorithm.AES,
            public_key=load(self.sm2_public_key if use_sm4 and self.sm2_public_key else self.rsa_public_key),
            random_bytes=self.random_bytes,
        )
        document = sealed_document(envelope)
        members = {"Encryption": document} if form is Form.OBJECT else {name: document[name] for name in _FLAT_MEMBERS}
        return {**body, **values, **members}
