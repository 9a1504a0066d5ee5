"""The RPC signature of Alibaba Cloud ("V1"), HMAC-SHA1 over all parameters: sign them, and verify them.

Query and form parameters are signed together, decoded, sorted by name, blank ones included, and escaped twice::

    joined       = percentEncode(name)=percentEncode(value)&...
    StringToSign = METHOD + "&%2F&" + percentEncode(joined)
    Signature    = base64(HMAC-SHA1(AccessKeySecret + "&", StringToSign))

Why a signature failed is told by `kyc_core.signing.aliyun_rpc_explain`.

>>> string_to_sign("GET", {"Version": "2022-08-09", "Action": "CheckResult"})
'GET&%2F&Action%3DCheckResult%26Version%3D2022-08-09'

Source:
    Alibaba Cloud OpenAPI, page "Request syntax and signature method V2 for RPC APIs" [doc]; Python and Node SDK sources
    and captured traffic [sdk].
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Final

from kyc_core.signing.canonical import parameter_bytes, percent_encode

SIGNATURE: Final = "Signature"
SIGNATURE_METHOD: Final = "HMAC-SHA1"
SIGNATURE_VERSION: Final = "1.0"


def parameters(query: Iterable[tuple[str, str]], form: Iterable[tuple[str, str]] = ()) -> dict[str, str]:
    """Merge decoded pairs; of a repeated name the first counts, so that the query goes before the form [inferred]."""
    merged: dict[str, str] = {}
    for name, value in chain(query, form):
        merged.setdefault(name, value)
    return merged


def string_to_sign(method: str, params: Mapping[str, str]) -> str:
    """Put the string to sign together; the gateway's answer to a mismatch shows it.

    Args:
        method: as sent, upper case.
        params: decoded values by name; ``Signature`` is left out.
    """
    joined = [f"{_twice(name)}%3D{_twice(params[name])}" for name in sorted(params) if name != SIGNATURE]
    return f"{method}&%2F&{'%26'.join(joined)}"


def mac(access_key_secret: str, text: str) -> str:
    """Return the Base64 MAC of *text*."""
    digest = hmac.digest(parameter_bytes(access_key_secret + "&"), parameter_bytes(text), "sha1")
    return b64encode(digest).decode("ascii")


def sign(*, access_key_secret: str, method: str, params: Mapping[str, str]) -> str:
    """Return the value of the ``Signature`` parameter, Base64 and not yet escaped for the wire.

    Args:
        access_key_secret: signs.
        method: ``GET`` or ``POST``.
        params: every other parameter, decoded, whether it goes into the query or the form.
    """
    return mac(access_key_secret, string_to_sign(method, params))


def verify(params: Mapping[str, str], *, access_key_secret: str, method: str) -> bool:
    """Tell whether the ``Signature`` among *params* is that of the others under *access_key_secret*.

    Comparison takes constant time.

    Args:
        params: as `parameters` merges them.
        access_key_secret: the secret registered for ``AccessKeyId``.
        method: as received.

    Returns:
        Whether the signature fits; an absent one does not.
    """
    presented = parameter_bytes(params.get(SIGNATURE, ""))
    expected = mac(access_key_secret, string_to_sign(method, params))
    return hmac.compare_digest(expected.encode("ascii"), presented)


def _twice(text: str) -> str:
    """Escape *text*, and then what that gave: of the latter only the percent signs are not unreserved."""
    return percent_encode(text).replace("%", "%25")
