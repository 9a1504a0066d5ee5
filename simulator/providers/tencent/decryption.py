"""Step 17, with keys: open the fields a request lists as encrypted, so that every later check sees clear values.

A key is looked for among those a test supplied, then by unwrapping it with the tenant's own pairs. Whatever does not
open is one error, as at the provider; the step that failed is evidence. Where the tenant has chosen so, a request whose
key is unknown goes on unopened for a rule to answer: clients with a built-in public key encrypt for the provider alone.

Source:
    One error for every cause: error constants and tests of the official SDKs [sdk]; which key is tried first, and all
    about keys that are supplied and requests that stay closed, are ours [inferred].
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from typing import Any, Final, NamedTuple, NoReturn

from kyc_core.signing import sm2_keys
from kyc_core.signing.rsa_keys import load_private_key
from kyc_core.tencent_encryption import Algorithm, CannotOpen, Sealed, open_with_key, unwrap_with
from kyc_core.tencent_public_keys import RSA_BITS
from simulator.keys import Use
from simulator.providers.tencent.call import Call
from simulator.providers.tencent.codes import NAME
from simulator.providers.tencent.encryption import AnswerForm, Fault, read, wanted_answer
from simulator.providers.tencent.errors import refuse
from simulator.providers.tencent.parameters import flattened
from simulator.symmetric_keys import SymmetricKeys

SUPPLIED: Final = "supplied"
"""What stands in evidence for a key that a test brought, in the place of a certificate's id."""

_KEYS: Final = 512
"""Loaded keys that are kept; two per tenant."""
_OWN_KEY: Final = "keys are wrapped with the tenant's own public key, among its credentials"
_USES: Final = {Algorithm.AES: Use.RSA_ENCRYPTION, Algorithm.SM4: Use.SM2_ENCRYPTION}


class Opened(NamedTuple):
    """A request's envelope.

    Attributes:
        sealed: as it came.
        key: the symmetric key; ``None`` while the request stays closed.
        answer: how much of the answer is to be encrypted under that key.
    """

    sealed: Sealed
    key: bytes | None
    answer: AnswerForm


class _Unlocked(NamedTuple):
    key: bytes
    origin: str
    values: Mapping[str, str]


def open_request(call: Call) -> Mapping[str, Any] | None:
    """Put clear values in the place of encrypted ones; return what was seen.

    Raises:
        UpstreamRefused: a field may not be encrypted or does not open, or there is no key to encrypt the answer with.
    """
    sealed = read(call.operation, call.parameters)
    wanted = wanted_answer(call.operation, call.parameters)
    if isinstance(sealed, Fault):
        refuse(call, sealed.code, wording=sealed.wording, evidence=sealed.evidence)
    if sealed is None:
        if wanted is not AnswerForm.CLEAR:
            _refuse_to_encrypt(call, "no Encryption to take a key from")
        return None
    seen = {"algorithm": sealed.algorithm.value, "fields": list(dict.fromkeys(sealed.fields))}
    try:
        unlocked = _unlock(call, sealed)
    except CannotOpen as reason:
        hint = {"hint": _OWN_KEY} if reason.step.startswith("key") else {}
        return _stay_closed(call, sealed, wanted, {**seen, "failed": reason.step, **hint})
    call.parameters = {**call.parameters, **unlocked.values}
    call.exchange.fields = flattened(call.operation, call.parameters)
    call.opened = Opened(sealed, unlocked.key, wanted)
    return {**seen, "key": unlocked.origin}


def _stay_closed(call: Call, sealed: Sealed, wanted: AnswerForm, seen: Mapping[str, Any]) -> Mapping[str, Any]:
    if call.readings["tencent.unknown_keys"] != "opaque":
        refuse(call, "FailedOperation.DecryptSystemError", evidence=seen)
    if wanted is not AnswerForm.CLEAR:
        _refuse_to_encrypt(call, "the key is unknown")
    if sealed.fields:
        call.opened = Opened(sealed, None, wanted)
    return {**seen, "opaque": True}


def _refuse_to_encrypt(call: Call, cause: str) -> NoReturn:
    refuse(call, "FailedOperation.EncryptSystemError", evidence={"failed": cause})


def _unlock(call: Call, sealed: Sealed) -> _Unlocked:
    """Return the first key that opens every field.

    Raises:
        CannotOpen: none does; with the step at which the tenant's own newest pair failed.
    """
    failure = CannotOpen("no pair of the tenant's is in force")
    for origin, unwrap in _ways(call, sealed):
        try:
            key = unwrap()
            return _Unlocked(key, origin, open_with_key(sealed, call.parameters, key))
        except CannotOpen as reason:
            failure = reason
    raise failure


def _ways(call: Call, sealed: Sealed) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Yield where a key may come from, and how; the tenant's newest pair last, as its failure is the one to tell."""
    tenant = call.exchange.tenant
    for key in SymmetricKeys(tenant.space).candidates(sealed.wrapped_key):
        if len(key) == sealed.algorithm.key_bytes:
            yield SUPPLIED, partial(bytes, key)
    for certificate in reversed(tenant.keys[NAME].in_force(_USES[sealed.algorithm])):
        assert certificate.private_key is not None, "the provider's own pairs are whole"
        load = _rsa if sealed.algorithm is Algorithm.AES else sm2_keys.load_private_key
        yield certificate.kid, partial(_unwrapped, sealed, load, certificate.private_key)


def _unwrapped(sealed: Sealed, load: Callable[[str], Any], private_key: str) -> bytes:
    return unwrap_with(sealed, load(private_key))


@lru_cache(maxsize=_KEYS)
def _rsa(pem: str) -> Any:
    """Load a private key that was checked when it was made or brought; once, as long as it is in use."""
    return load_private_key(pem, checked=False, smallest=RSA_BITS)
