"""What was called and what was answered: bounded by count and bytes, personal data only as tokens.

An entry is one JSON object; `Journal.find` looks an answer up by the request id it carried. Most steps of a call have
nothing to say but their name, and are kept as that alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from simulator.store import Space

_LOG: Final = "journal"


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalLimits:
    """How much is kept: entries, and their bytes together."""

    entries: int = 10_000
    size: int = 16 * 1024 * 1024


class Journal:
    """One tenant's calls."""

    def __init__(self, space: Space, limits: JournalLimits) -> None:
        self._space = space
        self._limits = limits

    def record(self, entry: Mapping[str, Any]) -> int:
        """Keep *entry*, already free of personal data; return its number.

        Args:
            entry: a JSON object; its ``steps``, if any, as `simulator.upstream.Exchange` has them. They are read back
                as ``[check, passed, evidence]`` each.
        """
        return self._space.append(_LOG, _encoded(entry), keep=self._limits.entries, keep_bytes=self._limits.size)

    def entries(self, *, after: int = 0, limit: int | None = None) -> list[dict[str, Any]]:
        """Return entries numbered above *after*, oldest first, each with its ``number``; with *limit* the newest."""
        return [{"number": number, **_decoded(raw)} for number, raw in self._space.read(_LOG, after=after, limit=limit)]

    def find(self, request_id: str) -> dict[str, Any] | None:
        """Return the newest entry whose answer carried *request_id*, or ``None``."""
        wanted = orjson.dumps(request_id)
        for number, raw in reversed(self._space.read(_LOG)):
            if wanted in raw:
                entry = _decoded(raw)
                if entry.get("request_id") == request_id:
                    return {"number": number, **entry}
        return None

    def clear(self) -> None:
        """Forget every entry; numbering goes on."""
        self._space.erase(_LOG)


def _decoded(raw: bytes) -> dict[str, Any]:
    entry: dict[str, Any] = orjson.loads(raw)
    if "steps" in entry:
        entry["steps"] = [[step, True, {}] if isinstance(step, str) else step for step in entry["steps"]]
    return entry


def _encoded(entry: Mapping[str, Any]) -> bytes:
    try:
        return orjson.dumps(entry, default=_plain)
    except orjson.JSONEncodeError:  # a half surrogate that a caller smuggled into a name; the call must not be lost
        return json.dumps(entry, default=_plain).encode().replace(b"\\ud", b"\\\\ud")


def _plain(value: object) -> object:
    """Return what JSON has for a value of ours: a `simulator.upstream.Step` is a list, other things are their text."""
    if isinstance(value, Mapping):  # a read-only one, such as the evidence of a check that saw nothing
        return dict(value)
    return tuple(value) if isinstance(value, tuple) else str(value)
