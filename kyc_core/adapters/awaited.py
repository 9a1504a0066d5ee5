"""What an adapter remembers of checks that may still be called back about: a bounded memory, and the addresses.

>>> memory = Awaited[str](most=2)
>>> for key in ("a", "b", "c"):
...     memory.put(key, key.upper())
>>> memory.find("a"), memory.find("c")
(None, 'C')
"""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import Final, Generic, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from kyc_core.adapters.base import AdapterError, Fault, Received
from kyc_core.verdicts import Retry

MOST: Final = 10_000
"""Checks remembered; the oldest gives way to the next."""

Remembered = TypeVar("Remembered")


class Awaited(Generic[Remembered]):
    """Remembers by key, for as long as there is room; safe for threads.

    Args:
        most: see `MOST`.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: dict[str, Remembered] = {}
        self._lock = Lock()

    def put(self, key: str, what: Remembered) -> None:
        """Remember *what*."""
        with self._lock:
            self._kept[key] = what
            if len(self._kept) > self._most:
                del self._kept[next(iter(self._kept))]

    def find(self, key: str) -> Remembered | None:
        """Return what was remembered; it stays, because a callback may come twice."""
        with self._lock:
            return self._kept.get(key)


def with_parameter(url: str, name: str, value: str) -> str:
    """Return *url* with one parameter more behind whatever query it has.

    >>> with_parameter("https://a.example/b?c=d", "check", "1")
    'https://a.example/b?c=d&check=1'
    """
    parts = urlsplit(url)
    query = "&".join(filter(None, (parts.query, urlencode({name: value}))))
    return urlunsplit(parts._replace(query=query))


def parameters_of(received: Received) -> Mapping[str, str]:
    """Return the query of a callback's address.

    Raises:
        AdapterError: a parameter stands there twice.
    """
    pairs = parse_qsl(received.target.partition("?")[2], keep_blank_values=True)
    if len(dict(pairs)) != len(pairs):
        raise AdapterError(
            "the callback says one thing twice", fault=Fault.CONTRACT, retry=Retry.NEVER, charge_possible=False
        )
    return dict(pairs)


def nobody_s() -> AdapterError:
    """Return the error for a callback that belongs to no check this adapter knows of."""
    return AdapterError(
        "the callback belongs to no check that was begun here",
        fault=Fault.UNKNOWN_CALLBACK,
        retry=Retry.NEVER,
        charge_possible=False,
    )
