"""Rebuild ``kyc_core/bank_cards.csv`` and ``kyc_core/banks.csv`` from the npm package ``bankcard``.

Usage::

    npm pack bankcard@3.1.6
    python scripts/build_bank_cards.py bankcard-3.1.6.tgz

The package (MIT licence, Copyright (c) 2019 caijf) carries two literal arrays, banks and prefixes; they are read, not
run. Rows that the package lacks and other public data has are added here, each with its evidence.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

PACKAGE: Final = "bankcard"
LICENCE: Final = "MIT"
TARGET: Final = Path(__file__).resolve().parent.parent / "kyc_core"

BANK: Final = re.compile(r"\{ code: '([^']+)', name: '([^']+)' \}")
PREFIX: Final = re.compile(r"\{ bin: '([0-9]+)', bank: '([^']+)', type: (DC|CC|SCC|PC), len: ([0-9]+) \}")

ADDITIONS: Final = (
    # The package has 601428 with 17 digits only; another public table of 2025 has 18.
    ("601428", "18", "DC", "COMM", "data"),
)
ENGLISH: Final = {
    "CMB": "China Merchants Bank",  # the only one a provider prints: Tencent's CheckBankCardInformation sample
}

CARDS_HEAD: Final = """\
# Prefixes (BINs) of mainland bank cards. The longest prefix that a number begins with decides; a prefix with several
# rows has been used with several lengths or by several banks.
# Columns: prefix, length of the whole number, type (DC debit, CC credit, SCC quasi-credit, PC prepaid), bank, evidence.
# Built by scripts/build_bank_cards.py from the npm package {name} {version}, {licence} licence [sdk]; rows marked data
# come from another public table. No list of this kind is official or complete.
"""
BANKS_HEAD: Final = """\
# Banks of bank_cards.csv. Columns: code (as public card look-ups abbreviate it), Chinese name, English name where a
# provider prints one.
# Built by scripts/build_bank_cards.py from the npm package {name} {version}, {licence} licence [sdk].
"""


def main() -> None:
    """Read the package named on the command line and write both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path, help="the file that npm pack wrote")
    arguments = parser.parse_args()
    with tarfile.open(arguments.package) as archive:
        manifest = json.loads(_member(archive, "package/package.json"))
        licence_text = _member(archive, "package/LICENSE")
        source = _member(archive, "package/dist/bankcard.cjs.js")
    if (manifest["name"], manifest["license"]) != (PACKAGE, LICENCE):
        raise SystemExit(f"want the package {PACKAGE} under the {LICENCE} licence")
    names = dict(BANK.findall(source))
    rows = {(prefix, length, kind, bank, "sdk") for prefix, bank, kind, length in PREFIX.findall(source)}
    rows.update(ADDITIONS)
    unnamed = {bank for _, _, _, bank, _ in rows} - names.keys()
    if unnamed:
        raise SystemExit(f"banks without a name: {sorted(unnamed)}")
    facts = {"name": PACKAGE, "version": manifest["version"], "licence": LICENCE}
    notice = "".join(f"# {line}".rstrip() + "\n" for line in ["", *licence_text.strip().splitlines(), ""])
    _write(
        "bank_cards.csv", CARDS_HEAD.format(**facts) + notice, ("prefix", "length", "type", "bank", "evidence"), rows
    )
    english = [(code, name, ENGLISH.get(code, "")) for code, name in names.items()]
    _write("banks.csv", BANKS_HEAD.format(**facts), ("code", "name", "english"), english)


def _member(archive: tarfile.TarFile, name: str) -> str:
    handle = archive.extractfile(name)
    if handle is None:
        raise SystemExit(f"{name} is no file")
    return handle.read().decode("utf-8")


def _write(name: str, head: str, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    with (TARGET / name).open("w", encoding="utf-8", newline="") as handle:
        handle.write(head)
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(sorted(rows))


if __name__ == "__main__":
    main()
