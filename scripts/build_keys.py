"""Rebuild ``fixtures/<provider>/keys.json``: the well-known tenant's certificates, so that start-up only reads them.

Usage::

    python scripts/build_keys.py

They are what the providers work out for anybody, from shipped material: throw-away keys that guard nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from simulator.keys import Certificate
from simulator.providers.tencent import certificates as tencent
from simulator.providers.upi import credentials as upi

FIXTURES: Final = Path(__file__).resolve().parent.parent / "fixtures"
SOURCE: Final = "Written by scripts/build_keys.py from shipped material: throw-away keys that guard nothing."

WELL_KNOWN: Final[Mapping[str, tuple[str, Callable[[str], Sequence[Certificate]]]]] = {
    "upi": ("00000000", upi.first_certificates),
    "tencent": ("AKIDKYCSIMDEFAULTSECRETID00000000000", tencent.first_certificates),
}
"""By provider: whom the default tenant is known as, and how certificates are worked out."""


def build(provider: str) -> bytes:
    """Return the file's bytes."""
    holder, first = WELL_KNOWN[provider]
    document = {"source": SOURCE, "participants": {holder: [one.to_document() for one in first(holder)]}}
    return (json.dumps(document, indent=2) + "\n").encode()


def main() -> None:
    """Write the files."""
    for provider in WELL_KNOWN:
        (FIXTURES / provider / "keys.json").write_bytes(build(provider))


if __name__ == "__main__":
    main()
