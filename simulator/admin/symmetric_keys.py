"""Keys for ciphertexts that nobody here can unwrap: supplied by tests whose client has a provider's key built in."""

from __future__ import annotations

from typing import Final

from simulator.admin.reading import check_members
from simulator.admin.route import TENANT, Body, Call, Reply, Route, ref
from simulator.problems import invalid
from simulator.symmetric_keys import SymmetricKeys, read_key

LONGEST_BLOB: Final = 4096
"""Characters of a wrapped key; the longest scheme, an envelope of a key service, has some hundreds."""


def list_symmetric_keys(call: Call) -> Reply:
    """List what keys there are, never the keys."""
    return Reply(body={"symmetric_keys": SymmetricKeys(call.tenant.space).documents()})


def add_symmetric_key(call: Call) -> Reply:
    """Supply the key of one wrapped key, or of all that cannot be unwrapped."""
    check_members(call.body, ("key", "ciphertext_blob"))
    text, blob = call.body.get("key"), call.body.get("ciphertext_blob")
    if "ciphertext_blob" in call.body and (not isinstance(blob, str) or not 0 < len(blob) <= LONGEST_BLOB):
        raise invalid("/ciphertext_blob", f"CiphertextBlob as it is sent, 1 to {LONGEST_BLOB} characters")
    try:
        key = read_key(text if isinstance(text, str) else "")
    except ValueError:
        raise invalid("/key", "16 or 32 characters of ASCII, or Base64 of as many bytes") from None
    keys = SymmetricKeys(call.tenant.space)
    keys.add(key, blob)
    return Reply(body={"symmetric_keys": keys.documents()}, status=201)


def clear_symmetric_keys(call: Call) -> Reply:
    """Forget every supplied key."""
    SymmetricKeys(call.tenant.space).clear()
    return Reply(status=204)


ROUTES: Final = (
    Route(
        method="GET",
        path="/symmetric-keys",
        name="list_symmetric_keys",
        about="List for which wrapped keys of encrypted fields a key was supplied; the keys themselves stay hidden.",
        view=list_symmetric_keys,
        group="tenants",
        query=(TENANT,),
        answer=ref("SymmetricKeys"),
        problems=("unknown-tenant",),
    ),
    Route(
        method="POST",
        path="/symmetric-keys",
        name="add_symmetric_key",
        about="Supply the key of encrypted fields (Tencent Cloud) whose CiphertextBlob is made for the provider alone.",
        view=add_symmetric_key,
        group="tenants",
        query=(TENANT,),
        body=Body(
            schema=ref("SymmetricKey"),
            examples={
                "for_all": {"key": "abcdefghijklmnopqrstuvwxyzABCDEF"},
                "for_one": {"key": "AAECAwQFBgcICQoLDA0ODw==", "ciphertext_blob": "BGVuY3J5cHRlZA=="},
            },
        ),
        status=201,
        answer=ref("SymmetricKeys"),
        problems=("unknown-tenant",),
    ),
    Route(
        method="DELETE",
        path="/symmetric-keys",
        name="clear_symmetric_keys",
        about="Forget every supplied key.",
        view=clear_symmetric_keys,
        group="tenants",
        query=(TENANT,),
        status=204,
        problems=("unknown-tenant",),
    ),
)
