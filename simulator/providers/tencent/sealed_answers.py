"""Answers that are encrypted on demand, under the key the client sent: two members, or all of them.

Source:
    CheckIdCardInformation page (``IsEncrypt``, ``IsEncryptResponse``) and examples of the crypto helpers: an
    ``Encryption`` object with IV and tags of the answer's own, paths such as ``Response.IdNum`` in its list, the
    members of a response as the plaintext of ``EncryptedBody`` [sdk]. That nothing else stands beside an encrypted
    body, and what its list says, is our reading [inferred].
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

from kyc_core.tencent_encryption import seal_with_key, sealed_document
from simulator.providers.tencent.call import Call
from simulator.providers.tencent.encryption import AnswerForm

_BODY: Final = "EncryptedBody"
_ROOT: Final = "Response."
_LABEL: Final = "tencent.iv"


def sealed(call: Call, members: dict[str, Any]) -> dict[str, Any]:
    """Return the *members* of an answer, encrypted as far as the request wants it."""
    opened = call.opened
    if opened is None or opened.key is None or opened.answer is AnswerForm.CLEAR:
        return members
    if opened.answer is AnswerForm.BODY:
        whole = orjson.dumps({**members, "RequestId": call.request_id()}).decode()
        return _encrypted(call, {_BODY: whole})
    chosen = {name: str(members[name]) for name in call.operation.sealed_members}
    return {**members, **_encrypted(call, chosen)}


def _encrypted(call: Call, chosen: Mapping[str, str]) -> dict[str, Any]:
    opened = call.opened
    assert opened is not None, "asked for with a key only"
    assert opened.key is not None, "asked for with a key only"
    iv = call.exchange.tenant.ids.token(_LABEL, opened.sealed.algorithm.iv_bytes).encode()
    values = {_ROOT + name: text for name, text in chosen.items()}
    document, ciphertexts = seal_with_key(opened.sealed, values, key=opened.key, iv=iv)
    found: dict[str, Any] = {"Encryption": sealed_document(document)}
    return found | {name.removeprefix(_ROOT): ciphertext for name, ciphertext in ciphertexts.items()}
