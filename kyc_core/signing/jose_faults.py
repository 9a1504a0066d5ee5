"""What UPI's JOSE layer refuses, by name: the vocabulary in which a refusal explains itself.

The provider answers all of them alike (401 ``E0``, or ``30`` for ``encData``); only an explanation tells them apart.
What depends on a private key is deliberately a single fault: to tell a bad tag from bad padding is a padding oracle.

>>> JweError(JweFault.WRONG_ENC, "another content encryption", expected="A128CBC-HS256", seen="A128GCM").evidence()
{'cause': 'wrong_enc', 'detail': 'another content encryption', 'expected': 'A128CBC-HS256', 'received': 'A128GCM'}

Source:
    UPI developer site, security requirements and FAQ 05 [doc]; RFC 7515, 7516, 7797; the names are ours.
"""

from __future__ import annotations

import json
import re
from enum import StrEnum
from typing import Final, Generic, TypeVar

_SHOWN: Final = re.compile("[A-Za-z0-9_./ -]{0,80}")
_SHOWN_NAMES: Final = 8
_SHOWN_DIGITS: Final = 20


class JwsFault(StrEnum):
    """Why a ``UPI-JWS`` is refused, in the order in which a gateway looks."""

    ABSENT = "absent"
    REPEATED = "repeated"
    TOO_LONG = "too_long"
    QUOTED = "quoted"
    NOT_THREE_PARTS = "not_three_parts"
    PAYLOAD_ATTACHED = "payload_attached"
    NOT_BASE64URL = "not_base64url"
    HEADER_NOT_JSON = "header_not_json"
    """Not one JSON object in UTF-8 with every member once."""
    WRONG_ALG = "wrong_alg"
    UNENCODED_PAYLOAD = "unencoded_payload"
    """``b64`` is false (RFC 7797) where only the encoded form is spoken."""
    CRIT_ABSENT = "crit_absent"
    CRIT_MALFORMED = "crit_malformed"
    CRIT_REPEATED = "crit_repeated"
    CRIT_INCOMPLETE = "crit_incomplete"
    CRIT_UNKNOWN = "crit_unknown"
    """A member is called critical that nobody here understands."""
    MEMBER_ABSENT = "member_absent"
    MEMBER_TYPE = "member_type"
    UUID_SHAPE = "uuid_shape"
    TIMESTAMP_SHAPE = "timestamp_shape"
    UNKNOWN_APP_ID = "unknown_app_id"
    """Found by whoever holds the register of keys; so are the following three."""
    UNKNOWN_KID = "unknown_kid"
    KID_INACTIVE = "kid_inactive"
    KID_OF_ANOTHER = "kid_of_another"
    """The key belongs to another ``UPI-APPID``, or is there for encryption."""
    WRONG_REQUEST_PATH = "wrong_request_path"
    OUTSIDE_WINDOW = "outside_window"
    WRONG_SIGNATURE = "wrong_signature"
    UUID_REPEATED = "uuid_repeated"
    """Found by whoever remembers them."""
    UUID_NOT_ECHOED = "uuid_not_echoed"
    """An answer to another request."""
    APP_ID_NOT_ECHOED = "app_id_not_echoed"


class JweFault(StrEnum):
    """Why a JWE is refused."""

    NOT_TEXT = "not_text"
    TOO_LONG = "too_long"
    NOT_FIVE_PARTS = "not_five_parts"
    NOT_BASE64URL = "not_base64url"
    HEADER_NOT_JSON = "header_not_json"
    """Not one JSON object in UTF-8 with every member once."""
    WRONG_ALG = "wrong_alg"
    WRONG_ENC = "wrong_enc"
    MEMBER_REFUSED = "member_refused"
    """``zip`` (decompression bombs) or ``crit`` (nothing critical is understood)."""
    KID_ABSENT = "kid_absent"
    KID_TYPE = "kid_type"
    WRONG_LENGTH = "wrong_length"
    """A part that no encryption can have made, told from its length alone."""
    JSON_FORM = "json_form"
    """A JSON serialisation with more than one recipient, or with members outside the protected header."""
    UNKNOWN_KID = "unknown_kid"
    UNDECRYPTABLE = "undecryptable"
    """Whatever depends on the private key: RSA padding, length of the content key, tag, CBC padding."""


Fault = TypeVar("Fault", JwsFault, JweFault)


class JoseError(ValueError, Generic[Fault]):
    """A token is refused. No attribute holds key material, plaintext or a signature.

    Attributes:
        fault: which rule.
        detail: one sentence for people.
        member: the header member or part concerned, if it is one.
        expected: what the rule wants, as text.
        seen: what was there instead, as text that is safe to store (see `shown`).
    """

    def __init__(self, fault: Fault, detail: str, *, member: str = "", expected: str = "", seen: str = "") -> None:
        super().__init__(f"{fault.value}: {detail}")
        self.fault: Fault = fault
        self.detail = detail
        self.member = member
        self.expected = expected
        self.seen = seen

    def evidence(self) -> dict[str, str]:
        """Return what an explanation shows; empty entries are left out."""
        found = {
            "cause": self.fault.value,
            "detail": self.detail,
            "member": self.member,
            "expected": self.expected,
            "received": self.seen,
        }
        return {name: text for name, text in found.items() if text}


class JwsError(JoseError[JwsFault]):
    """A ``UPI-JWS`` is refused."""


class JweError(JoseError[JweFault]):
    """A JWE is refused."""


def shown(value: object) -> str:
    """Return *value* as an explanation may show it: short plain texts and lists of them, else only what it is.

    >>> shown("RS512"), shown([" UPI-APPID", "b64"]), shown("张三"), shown({"a": 1}), shown(7)
    ('RS512', "[' UPI-APPID', 'b64']", 'a text of 2 characters', 'an object', '7')
    """
    if isinstance(value, str):
        return value if _SHOWN.fullmatch(value) else f"a text of {len(value)} characters"
    if isinstance(value, list):
        if len(value) > _SHOWN_NAMES or not all(isinstance(item, str) for item in value):
            return f"a list of {len(value)}"
        return repr([shown(item) for item in value])
    if isinstance(value, dict):
        return "an object"
    if value is None or isinstance(value, (bool, int)):
        text = json.dumps(value)
        return text if len(text) <= _SHOWN_DIGITS else "a long number"
    return "a number"
