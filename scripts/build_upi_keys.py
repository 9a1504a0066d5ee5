"""Rebuild ``fixtures/upi/keys.json``: the certificates of the well-known participant, so that start-up only reads them.

Usage::

    python scripts/build_upi_keys.py

They are what `simulator.providers.upi.credentials` works out for anybody, from shipped primes: throw-away keys that
guard nothing.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from simulator.providers.upi.credentials import first_certificates

TARGET: Final = Path(__file__).resolve().parent.parent / "fixtures" / "upi" / "keys.json"
WELL_KNOWN: Final = "00000000"
SOURCE: Final = "Written by scripts/build_upi_keys.py from shipped primes: throw-away keys that guard nothing."


def build() -> bytes:
    """Return the file's bytes."""
    certificates = [certificate.to_document() for certificate in first_certificates(WELL_KNOWN)]
    document = {"source": SOURCE, "participants": {WELL_KNOWN: certificates}}
    return (json.dumps(document, indent=2) + "\n").encode()


def main() -> None:
    """Write the file."""
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_bytes(build())


if __name__ == "__main__":
    main()
