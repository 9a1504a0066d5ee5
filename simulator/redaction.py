"""Keep personal values out of everything that is stored: a keyed token in place of each.

The same value gives the same token within a tenant, so calls about one person can still be told together; another
tenant's tokens for that person are unrelated, and the key never leaves the process.

>>> redactor = Redactor(b"key")
>>> redactor.token("110101199003070011") == redactor.token("110101199003070011"), redactor.token("")
(True, '')
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Final

_REMEMBERED: Final = 4096
"""Tokens that are kept for the next time their value comes by."""
_LONGEST_REMEMBERED: Final = 64
"""Characters: numbers and names, no pictures."""

_WORD: Final = re.compile(r"(?:[A-Za-z_.-]|[0-9]{1,3}(?![0-9])){0,64}")
_PLAIN_PATH: Final = re.compile(r"(?:/(?:[A-Za-z_.-]|[0-9]{1,3}(?![0-9])){0,64}){1,8}")


class Redactor:
    """Turns personal values into tokens with one key.

    Args:
        key: of the tokens.
        addresses: paths that are nobody's but a provider's, recognised without a closer look.
    """

    def __init__(self, key: bytes, *, addresses: Iterable[str] = ()) -> None:
        self._addresses = frozenset(("/", *addresses))
        self._keyed = blake2b(key=blake2b(key).digest(), digest_size=6)
        self._known: dict[str, str] = {"": ""}

    def token(self, value: str) -> str:
        """Return ``~`` and twelve hexadecimal digits; the empty text stays empty."""
        known = self._known.get(value)
        return self._made(value) if known is None else known

    def _made(self, value: str) -> str:
        digest = self._keyed.copy()
        try:
            digest.update(value.encode())
        except UnicodeEncodeError:  # a half surrogate, which JSON has a spelling for
            digest.update(value.encode("utf-8", "surrogatepass"))
        token = "~" + digest.hexdigest()
        if len(value) <= _LONGEST_REMEMBERED:
            # A suite asks about the same few people all day. Threads may do this twice, to the same end.
            if len(self._known) > _REMEMBERED:
                self._known = {"": ""}
            self._known[value] = token
        return token

    def fields(self, values: Mapping[str, str], public: Iterable[str]) -> dict[str, str]:
        """Return *values* with everything but the *public* names replaced by tokens."""
        return {name: value if name in public else self.token(value) for name, value in values.items()}

    def path(self, path: str) -> str:
        """Return *path* with every segment that no provider's address has replaced by a token.

        An address is made of words; a segment with many digits or escapes may be somebody's number or name.
        """
        if path in self._addresses or _PLAIN_PATH.fullmatch(path):
            return path
        return "/".join([part if _WORD.fullmatch(part) else self.token(part) for part in path.split("/")])

    @staticmethod
    def body(raw: bytes) -> dict[str, int | str]:
        """Describe a body by its size and digest."""
        return {"bytes": len(raw), "digest": blake2b(raw, digest_size=12).hexdigest()}
