"""The signature of the MPS gateway's JSON dialect: HMAC-SHA1 over three named values, in Base64.

Names and values are joined without anything between them, in this order and whatever else is sent along::

    text = "appId" + appId + "idNum" + idNum + "name" + name
    sign = base64(HMAC-SHA1(appKey, text))

There is neither timestamp nor nonce, so a signature never expires. Why one failed is told by
`kyc_core.signing.mps_hmac_sha1_explain`.

>>> sign(app_key="k-test-0001", app_id="Abcd1234", id_num="110101190001010006", name="测试甲")
'J/MOQRauFkoGcG0m9+bAdstHfXs='

Source:
    Chuanglan (a reseller of MPS data), identity check, request parameters and signature [doc]; UTF-8 [inferred].
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from typing import Final

from kyc_core.signing.canonical import parameter_bytes

APP_ID: Final = "appId"
ID_NUM: Final = "idNum"
NAME: Final = "name"
SIGN: Final = "sign"

SCHEME: Final = "HMAC-SHA1"


def signed_pairs(app_id: str, id_num: str, name: str) -> tuple[tuple[str, str], ...]:
    """Return what is signed, name by name, in the order in which it is signed."""
    return ((APP_ID, app_id), (ID_NUM, id_num), (NAME, name))


def string_to_sign(app_id: str, id_num: str, name: str) -> str:
    """Put the string to sign together.

    Args:
        app_id: names the key.
        id_num: identity number as sent; a lower-case ``x`` is signed as such.
        name: as sent, decoded.
    """
    return "".join([label + value for label, value in signed_pairs(app_id, id_num, name)])


def mac(app_key: str, text: str) -> str:
    """Return the Base64 MAC of *text*, 28 characters."""
    return b64encode(hmac.digest(parameter_bytes(app_key), parameter_bytes(text), "sha1")).decode("ascii")


def sign(*, app_key: str, app_id: str, id_num: str, name: str) -> str:
    """Return the value of the ``sign`` parameter, Base64 and not yet escaped for a form.

    Args:
        app_key: signs.
        app_id: names the key.
        id_num: identity number as it will be sent.
        name: as it will be sent.
    """
    return mac(app_key, string_to_sign(app_id, id_num, name))


def verify(presented: str, *, app_key: str, app_id: str, id_num: str, name: str) -> bool:
    """Tell whether *presented* is the signature of these values under *app_key*; comparison takes constant time.

    Args:
        presented: ``sign`` as received, decoded.
        app_key: the key registered for *app_id*.
        app_id: as received.
        id_num: as received; empty when absent.
        name: as received; empty when absent.
    """
    expected = sign(app_key=app_key, app_id=app_id, id_num=id_num, name=name)
    return hmac.compare_digest(expected.encode("ascii"), parameter_bytes(presented))
