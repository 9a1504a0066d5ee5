"""Which parts of a set of credentials are secret, as texts to look for.

>>> list(secrets_of({"secret_id": "AKID0123456789", "secret_key": "KEY0123456789"}))
['KEY0123456789']
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

_WORDS: Final = ("secret", "password", "private", "token", "app_key", "license")
"""Credential members whose name holds one of these are secret, unless they only identify."""
_SHORTEST: Final = 12
"""Characters; a shorter text may stand anywhere by chance."""


def secrets_of(credentials: Mapping[str, Any]) -> Iterator[str]:
    """Yield the secret texts among *credentials*, nested ones, too; of a key as PEM its first line of data."""
    for name, value in credentials.items():
        if isinstance(value, Mapping):
            yield from secrets_of(value)
        elif isinstance(value, str) and len(value) >= _SHORTEST and _is_secret(name):
            # Logs may cut or fold the rest of a key.
            lines = [line for line in value.splitlines() if line and not line.startswith("-----")]
            yield lines[0] if lines else value


def _is_secret(name: str) -> bool:
    return not name.endswith("_id") and any(word in name for word in _WORDS)
