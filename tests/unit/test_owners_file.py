"""owners.csv as spreadsheets give it back."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pod.bbb_migration.administration import owners_file
from pod.bbb_migration.administration.owners_file import OwnersFileError, read_owners
from pod.bbb_migration.report import OWNER_COLUMNS
from pod.bbb_migration.sinks.csv_export import neutral

pytestmark = pytest.mark.usefixtures("in_english")
HEAD = ",".join(OWNER_COLUMNS)


def filled(*owners: str, separator: str = ",") -> str:
    """Return a file whose recordings are of `owners`."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    writer.writerow(OWNER_COLUMNS)
    for number, owner in enumerate(owners):
        writer.writerow([f"rec-{number}", "m", "Algèbre, 2", "2021", "1", "why", "", owner])
    return out.getvalue()


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-be"])
def test_separators_and_encodings_of_spreadsheets_are_understood(separator: str, encoding: str) -> None:
    """Comma, semicolon or tab; UTF-8 with and without mark, UTF-16 of either order, Windows' own."""
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    read = read_owners((mark + filled("ada", separator=separator)).encode(encoding))
    assert [(wish.record_id, wish.who, wish.name) for wish in read.wishes] == [
        ("rec-0", ("ada",), "Algèbre, 2")
    ]


def test_lines_without_a_name_are_counted() -> None:
    """What was not filled in is no wish."""
    read = read_owners(filled("", "ada", " ").encode())
    assert (len(read.wishes), read.empty) == (1, 2)
    assert read.wishes[0].line == 3


def test_a_line_may_name_several_people_once_each() -> None:
    """Separated by semicolons, commas or blanks."""
    assert read_owners(filled("ada; bob, ada cyd").encode()).wishes[0].who == ("ada", "bob", "cyd")


def test_the_last_column_is_the_owner_whatever_it_is_called() -> None:
    """A renamed heading is no obstacle."""
    assert read_owners(b"record_id,name,who?\nrec-1,x,ada\n").wishes[0].who == ("ada",)


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\xff\xfe binary", b"name,owner\nx,ada\n", b"x" * 200_000, b"\xff\xfea"],
    ids=range(5),
)
def test_another_file_is_refused(content: bytes) -> None:
    """Without the column record_id it is no list of owners."""
    with pytest.raises(OwnersFileError):
        read_owners(content)


def test_what_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """In bytes, in lines, and in one cell: whatever it is, the message says so."""
    longest = f"record_id,owner\nrec-1,{'x' * 200_000}\n".encode()
    with pytest.raises(OwnersFileError, match="field larger than field limit"):
        read_owners(longest)
    monkeypatch.setattr(owners_file, "MOST_ROWS", 3)
    assert len(read_owners(filled("ada", "bob").encode()).wishes) == 2
    with pytest.raises(OwnersFileError, match="more than 3 lines"):
        read_owners(filled("ada", "bob", "cyd").encode())
    monkeypatch.setattr(owners_file, "LARGEST", len(longest) - 1)
    with pytest.raises(OwnersFileError, match="larger than"):
        read_owners(longest)


def test_what_was_made_harmless_for_spreadsheets_is_read_as_it_was() -> None:
    """The apostrophe before a formula is no part of a record id."""
    line = f"{neutral('=id')},{neutral('@ada')}\n"
    read = read_owners(f"record_id,owner\n{line}".encode())
    assert (read.wishes[0].record_id, read.wishes[0].who) == ("=id", ("@ada",))
    assert read_owners(b"record_id,owner\n',ada\n").wishes[0].record_id == "'"


@given(st.binary(max_size=400), st.booleans())
def test_any_bytes_are_read_or_refused(content: bytes, headed: bool) -> None:  # noqa: FBT001 - given by hypothesis
    """Nothing but OwnersFileError ever comes out."""
    try:
        read_owners(HEAD.encode() + b"\r\n" + content if headed else content)
    except OwnersFileError:
        return
