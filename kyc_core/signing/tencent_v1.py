"""HmacSHA1 and HmacSHA256, the first signature version of Tencent Cloud API 3.0: sign parameters, and verify them.

All parameters but the signature itself are signed, decoded, sorted by name, blank ones included::

    StringToSign = METHOD + host + "/" + "?" + name=value&name=value...
    Signature    = base64(HMAC(SecretKey, StringToSign))

Why a signature failed is told by `kyc_core.signing.tencent_v1_explain`.

>>> string_to_sign("GET", "faceid.tencentcloudapi.com", "/", {"Version": "2018-03-01", "Action": "MobileStatus"})
'GETfaceid.tencentcloudapi.com/?Action=MobileStatus&Version=2018-03-01'

Source:
    Tencent Cloud, "Making API Requests", page "Signature v1" [doc]; treatment of underscores and of blank values:
    Python, Java, Node and Go SDK sources and captured traffic [sdk].
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import product
from typing import Final

from kyc_core.signing.canonical import parameter_bytes, without_port


class SignatureMethod(StrEnum):
    """The hash under the MAC, by its wire name."""

    SHA1 = "HmacSHA1"
    SHA256 = "HmacSHA256"

    @property
    def algorithm(self) -> str:
        """The name `hmac` knows the hash by."""
        return self.value.removeprefix("Hmac").lower()


SIGNATURE: Final = "Signature"


def signature_method(params: Mapping[str, str]) -> SignatureMethod:
    """Return the method a request announces: only the exact ``HmacSHA256`` selects SHA-256, all else means SHA-1."""
    announced = params.get("SignatureMethod")
    return SignatureMethod.SHA256 if announced == SignatureMethod.SHA256 else SignatureMethod.SHA1


def string_to_sign(
    method: str, host: str, path: str, params: Mapping[str, str], *, underscores_as_dots: bool = True
) -> str:
    """Put the string to sign together.

    Args:
        method: as sent, upper case.
        host: the endpoint the client was configured with.
        path: ``/`` in production.
        params: decoded values by name; ``Signature`` is left out.
        underscores_as_dots: replace ``_`` by ``.`` in names, as Python and Java do and Node does not [sdk].
    """
    signed = {
        (name.replace("_", ".") if underscores_as_dots else name): value
        for name, value in params.items()
        if name != SIGNATURE
    }
    return f"{method}{host}{path}?" + "&".join([f"{name}={signed[name]}" for name in sorted(signed)])


def mac(secret_key: str, text: str, signature_method: SignatureMethod) -> str:
    """Return the Base64 MAC of *text*."""
    digest = hmac.digest(parameter_bytes(secret_key), parameter_bytes(text), signature_method.algorithm)
    return b64encode(digest).decode("ascii")


def sign(
    *,
    secret_key: str,
    method: str,
    host: str,
    params: Mapping[str, str],
    path: str = "/",
    underscores_as_dots: bool = True,
) -> str:
    """Return the value of the ``Signature`` parameter, Base64 and not yet escaped for the wire.

    Args:
        secret_key: signs.
        method: ``GET`` or ``POST``.
        host: the endpoint, port included.
        params: every other parameter, decoded; ``SignatureMethod`` among them selects the hash.
        path: what stands between host and ``?``.
        underscores_as_dots: see `string_to_sign`.
    """
    text = string_to_sign(method, host, path, params, underscores_as_dots=underscores_as_dots)
    return mac(secret_key, text, signature_method(params))


def verify(pairs: Sequence[tuple[str, str]], *, secret_key: str, method: str, host: str, path: str) -> bool:
    """Tell whether the ``Signature`` among *pairs* is that of the others under *secret_key*.

    Host with and without port, path ``/`` and the real one, and both treatments of ``_`` are tried, the most common
    combination first. Comparison takes constant time.

    Args:
        pairs: the decoded parameters with blank values kept (`kyc_core.signing.canonical.query_pairs`); of repeated
            names the last counts.
        secret_key: the key registered for ``SecretId``.
        method: as received.
        host: the ``Host`` header as received.
        path: as received.

    Returns:
        Whether the signature fits; an absent one does not.
    """
    params = dict(pairs)
    presented = parameter_bytes(params.get(SIGNATURE, ""))
    announced = signature_method(params)
    return any(
        hmac.compare_digest(mac(secret_key, text, announced).encode("ascii"), presented)
        for text in _candidates(params, method, host, path)
    )


def _candidates(params: Mapping[str, str], method: str, host: str, path: str) -> Iterator[str]:
    treatments = (True, False) if any("_" in name for name in params) else (True,)
    hosts = dict.fromkeys((host, without_port(host)))
    for uri, name, dots in product(dict.fromkeys(("/", path)), hosts, treatments):
        yield string_to_sign(method, name, uri, params, underscores_as_dots=dots)
