"""The table reader refuses what it was not told to expect."""

from __future__ import annotations

import pytest

from kyc_core.tables import read_table


def test_rows_come_back_by_column_without_the_comment_lines() -> None:
    rows = read_table("provinces.csv", columns=("code", "name", "county_codes"))

    assert rows[0] == {"code": "11", "name": "北京市", "county_codes": "16"}


def test_another_header_is_refused() -> None:
    with pytest.raises(ValueError, match="header"):
        read_table("provinces.csv", columns=("code", "name"))


def test_a_row_of_another_width_is_refused(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path_factory.mktemp("tables")
    (folder / "odd.csv").write_text("# head\na,b\n1,2\n1,2,3\n", encoding="utf-8")
    monkeypatch.setattr("kyc_core.tables.files", lambda _: folder)

    with pytest.raises(ValueError, match="row 2 has 3 cells"):
        read_table("odd.csv", columns=("a", "b"))
