"""Rebuild ``kyc_core/nationalities.csv`` from a packaged copy of ISO 3166-1.

    pip download --no-deps iso3166==3.0.0
    python scripts/build_nationalities.py iso3166-3.0.0-py3-none-any.whl [--check]

The wheel (MIT licence) is read, never imported. ``--check`` writes nothing and fails when the file in the tree is
another one. The package adds Kosovo under a user-assigned code; it is left out, for the standard has no code for it.

Source:
    iso3166 3.0.0, its list of records [sdk], after ISO 3166-1 [doc].
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import io
import sys
import zipfile
from pathlib import Path
from typing import Final, NamedTuple

WHEEL_SHA256: Final = "990b1e6a433ffd89d67da8ca16f40a2af107aba1660b255a38dbd36ad221090b"
USER_ASSIGNED: Final = frozenset({"XKX"})
TARGET: Final = Path(__file__).parent.parent / "kyc_core" / "nationalities.csv"
HEAD: Final = """\
# Nationalities as the numbers of foreign permanent residents write them: ISO 3166-1 numeric (cards since 2023-12) and
# alpha-3 (cards before). Columns: numeric, alpha-3, English name.
# Source: iso3166 3.0.0 (MIT licence), after ISO 3166-1 [sdk, doc].
# Built by scripts/build_nationalities.py; do not edit.
numeric,alpha3,name
"""


class Nationality(NamedTuple):
    """One country or territory of the standard."""

    numeric: str
    alpha3: str
    name: str


def packaged(wheel: Path) -> list[Nationality]:
    """Read the package's records, in numeric order.

    Raises:
        ValueError: the file is not the wheel this script was written for.
    """
    content = wheel.read_bytes()
    if hashlib.sha256(content).hexdigest() != WHEEL_SHA256:
        raise ValueError(f"{wheel.name} is not the wheel of iso3166 3.0.0")
    source = zipfile.ZipFile(io.BytesIO(content)).read("iso3166/__init__.py").decode()
    records = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Country":
            name, _alpha2, alpha3, numeric, _ = (str(ast.literal_eval(argument)) for argument in node.args)
            if alpha3 not in USER_ASSIGNED:
                records.append(Nationality(numeric, alpha3, name))
    return sorted(records)


def written(records: list[Nationality]) -> str:
    """The text of the table; names with a comma are quoted."""
    rows = [
        f'{row.numeric},{row.alpha3},"{row.name}"\n' if "," in row.name else ",".join(row) + "\n" for row in records
    ]
    return HEAD + "".join(rows)


def main(arguments: list[str]) -> int:
    """Write the table, or compare it; 1 when ``--check`` finds another one."""
    parser = argparse.ArgumentParser(description="Rebuild kyc_core/nationalities.csv.")
    parser.add_argument("wheel", type=Path, help="iso3166-3.0.0-py3-none-any.whl")
    parser.add_argument("--check", action="store_true", help="write nothing, fail on a difference")
    options = parser.parse_args(arguments)
    text = written(packaged(options.wheel))
    if options.check:
        return int(TARGET.read_text(encoding="utf-8") != text)
    TARGET.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
