"""Who is calling: the participant a request claims, its certificate, and the keys that open and sign.

What is signed and how is `kyc_core.signing`'s business; here stand the choices a gateway makes around it.

Source:
    UPI developer site, security requirements and FAQ 05 [doc]; a UUID once a day: an integrator [sdk]; the day being
    Beijing's, and that a certificate is bound to its participant [inferred].
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from kyc_core.signing import base64url, upi_jws
from kyc_core.signing.jose_faults import JwsError, JwsFault, shown
from kyc_core.signing.rsa_keys import load_private_key, load_public_key
from kyc_core.signing.upi_jws_faults import ResponseSigner
from kyc_core.signing.upi_jws_header import APP_ID, KID, UUID, Protected, normalise_uuid
from kyc_core.strict_json import NotStrictJson, read_object
from simulator.keys import Certificate, KeyRing, Use
from simulator.providers.upi.codes import NAME

if TYPE_CHECKING:
    from simulator.tenants import Tenant, Tenants

_UUIDS: Final = "upi.uuids"
_BEIJING: Final = 8 * 3600
_DAY: Final = 86_400
_LEAST_KEPT: Final = 600
"""Seconds after its timestamp for which a UUID is remembered at least, past midnight, too."""
_KEYS: Final = 512
"""Loaded keys that are kept; three per participant."""
_QUOTE: Final = '"'
_SAFE_APP_ID: Final = re.compile("[0-9A-Za-z]{1,32}")


def claimed_app_id(value: str) -> str:
    """Return the participant that a header value claims, proven or not; empty where none can be read.

    Its switches decide how strictly the rest is read, so it has to be known first.
    """
    if len(value) > upi_jws.MAX_CHARACTERS:
        return ""
    try:
        header = read_object(base64url.decode(value.strip(_QUOTE).partition(".")[0]))
    except (base64url.NotBase64Url, NotStrictJson):
        return ""
    app_id = header.get(APP_ID)
    return app_id if isinstance(app_id, str) and _SAFE_APP_ID.fullmatch(app_id) else ""


def participant(tenants: Tenants, app_id: str) -> Tenant:
    """Return whose ``UPI-APPID`` it is.

    Raises:
        JwsError: nobody's.
    """
    tenant = tenants.holding(NAME, app_id)
    if tenant is None:
        raise JwsError(JwsFault.UNKNOWN_APP_ID, "no participant has this id", member=APP_ID, seen=shown(app_id))
    return tenant


def signing_certificate(ring: KeyRing, protected: Protected) -> Certificate:
    """Return the certificate a request is signed with.

    Raises:
        JwsError: it is unknown, holds no more, is for another use, or is another participant's.
    """
    found = ring.find(protected.kid)
    seen = shown(protected.kid)
    if found is None:
        raise JwsError(JwsFault.UNKNOWN_KID, "no certificate has this id", member=KID, seen=seen)
    if found.use is not Use.SIGNING:
        detail = f"a certificate for {found.use.value.replace('_', ' ')}"
        raise JwsError(JwsFault.KID_OF_ANOTHER, detail, member=KID, expected=Use.SIGNING.value, seen=found.use.value)
    if not found.holds:
        raise JwsError(JwsFault.KID_INACTIVE, f"the certificate is {found.state}", member=KID, seen=seen)
    if protected.app_id not in found.parties:
        expected = shown(list(found.parties))
        raise JwsError(
            JwsFault.KID_OF_ANOTHER,
            "the certificate of another participant",
            member=APP_ID,
            expected=expected,
            seen=shown(protected.app_id),
        )
    return found


def other_signing_keys(ring: KeyRing, used: Certificate) -> dict[str, RSAPublicKey]:
    """Return the public keys a client may have mixed up with the one it names, by what to call them."""
    return {
        f"certificate {one.kid} ({one.use.value.replace('_', ' ')})": public_key(one.public_key)
        for one in ring.certificates()
        if one.kid != used.kid
    }


def remember_uuid(tenant: Tenant, protected: Protected) -> None:
    """Use a UUID up: for the rest of the day in Beijing, and for as long as its timestamp could be sent again.

    Raises:
        JwsError: the participant used it before.
    """
    now = tenant.clock.time()
    midnight = (int(now + _BEIJING) // _DAY + 1) * _DAY - _BEIJING
    key = f"{protected.app_id} {normalise_uuid(protected.uuid)}"
    until = float(max(midnight, protected.timestamp + _LEAST_KEPT))
    if not tenant.space.first_use(_UUIDS, key, now=now, expires_at=until):
        raise JwsError(JwsFault.UUID_REPEATED, "used before on this day", member=UUID, seen=shown(protected.uuid))


def decryption_key(ring: KeyRing, kid: str | None) -> RSAPrivateKey | None:
    """Return the key behind an encryption certificate that holds; the newest one where none is named."""
    found = ring.current(Use.ENCRYPTION) if kid is None else ring.find(kid)
    if found is None or found.use is not Use.ENCRYPTION or not found.holds or found.private_key is None:
        return None
    return private_key(found.private_key)


def response_signer(tenant: Tenant, protected: Protected) -> ResponseSigner | None:
    """Return what signs the answer to a request; ``None`` when no certificate is there to do it."""
    certificate = tenant.keys[NAME].current(Use.RESPONSE_SIGNING)
    if certificate is None or certificate.private_key is None:
        return None
    return ResponseSigner(
        private_key=private_key(certificate.private_key),
        kid=certificate.kid,
        uuid=protected.uuid,
        timestamp=int(tenant.clock.time()),
        app_id=protected.app_id,
    )


@lru_cache(maxsize=_KEYS)
def public_key(pem: str) -> RSAPublicKey:
    """Load a public key; once, as long as it is in use."""
    return load_public_key(pem)


@lru_cache(maxsize=_KEYS)
def private_key(pem: str) -> RSAPrivateKey:
    """Load a private key that was checked when it was made or brought; once, as long as it is in use."""
    return load_private_key(pem, checked=False)
