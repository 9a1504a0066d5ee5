"""Encrypted requests, made as a client makes them, with what a tenant is handed out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from kyc_core import tencent_public_keys
from kyc_core.tencent_encryption import Algorithm, seal_fields, sealed_document

MEMBERS = {Algorithm.AES: "rsa_encryption_public_key", Algorithm.SM4: "sm2_encryption_public_key"}
BOTH = tuple(Algorithm)


def sealed(
    keys: Mapping[str, Any],
    body: Mapping[str, Any],
    fields: list[str],
    algorithm: Algorithm = Algorithm.AES,
    random_bytes: Callable[[int], bytes] | None = None,
) -> dict[str, Any]:
    """Return *body* with *fields* encrypted for whoever handed out *keys*, and the object that says so."""
    envelope, values = seal_fields(
        {name: body[name] for name in fields},
        algorithm=algorithm,
        public_key=tencent_public_keys.load(keys[MEMBERS[algorithm]]),
        random_bytes=random_bytes or Random(1).randbytes,
    )
    return {**body, **values, "Encryption": sealed_document(envelope)}


def with_member(body: Mapping[str, Any], **members: Any) -> dict[str, Any]:
    """Return an encrypted request with members of its object altered."""
    return {**body, "Encryption": {**body["Encryption"], **members}}
