"""Read the CSV tables that lie beside the modules: comment lines first, then a header, then rows.

The comment lines (``#``) name the source and the evidence; they are for readers, not for the code.

>>> from kyc_core.tables import read_table
>>> read_table("provinces.csv", columns=("code", "name", "county_codes"))[0]["name"]
'北京市'
"""

from __future__ import annotations

import csv
from importlib.resources import files


def read_table(name: str, *, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """Read one shipped table.

    Args:
        name: file name inside this package, UTF-8.
        columns: the header the file must have, in order.

    Returns:
        One dictionary per row, every cell a string.

    Raises:
        ValueError: the header is another one, or a row has more or fewer cells. The unknown is loud.
    """
    text = files("kyc_core").joinpath(name).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    header, *rows = csv.reader(lines)
    if tuple(header) != columns:
        raise ValueError(f"{name}: header {header} is not {list(columns)}")
    for number, row in enumerate(rows, start=1):
        if len(row) != len(columns):
            raise ValueError(f"{name}: row {number} has {len(row)} cells, not {len(columns)}")
    return [dict(zip(columns, row, strict=True)) for row in rows]
