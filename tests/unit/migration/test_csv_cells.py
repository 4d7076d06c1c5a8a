"""Cells of CSV files that spreadsheets open."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pod.bbb_migration.sinks.csv_export import SafeCsv, neutral


@pytest.mark.parametrize("text", ["=1+1", "+cmd|'/C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "  =1", "＝1"])
def test_formulas_are_text(text: str) -> None:
    """What a spreadsheet would compute gets an apostrophe before it."""
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Algebra", "-12.5", "+3", "3600", "a=b", ""])
def test_other_text_stays(text: str) -> None:
    """Numbers and harmless text are left alone."""
    assert neutral(text) == text


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=2, max_size=4
    )
)
def test_rows_survive(cells: list[str]) -> None:
    """Whatever a name holds, quotes and newlines included, comes back as it was written."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerow([neutral(cell) for cell in cells])
    assert next(csv.reader(io.StringIO(buffer.getvalue(), newline=""))) == [neutral(cell) for cell in cells]


def test_the_file_has_a_mark_and_lines_of_rfc_4180(tmp_path: Path) -> None:
    """The file begins with the byte order mark that spreadsheets look for; its lines end in CR LF."""
    with SafeCsv(tmp_path / "a.csv", ("name", "other")) as file:
        file.write({"name": 'Été "1"', "ignored": "x"})
    assert (tmp_path / "a.csv").read_bytes() == '\ufeffname,other\r\n"Été ""1""",\r\n'.encode()


def test_a_file_that_could_not_be_finished_is_not_there(tmp_path: Path) -> None:
    """An earlier file stays as it was when writing fails in the middle; nothing half-written is left."""
    path = tmp_path / "a.csv"
    path.write_text("before", encoding="utf-8")
    with pytest.raises(AttributeError), SafeCsv(path, ("name",)) as file:
        file.write(5)  # type: ignore[arg-type]
    assert path.read_text(encoding="utf-8") == "before"
    assert [one.name for one in tmp_path.iterdir()] == ["a.csv"]
