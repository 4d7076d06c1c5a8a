"""owners.csv back in: which recording an administrator gives to whom. Pure.

Spreadsheets change files on the way: the separator, the encoding, quotes. Whatever
they write is read; what cannot be understood is named with its line.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

RECORD_ID, OWNER, SERVER = "record_id", "owner", "server"
SEPARATORS = ",;\t"
LARGEST = 20_000_000  # bytes
MOST_ROWS = 200_000
SEVERAL = re.compile(r"[;,\s]+")


class OwnersFileError(Exception):
    """The file is no list of owners; the message says what is missing."""


@dataclass(frozen=True)
class Wish:
    """One filled-in line: this recording is to be these people's (usernames or mail addresses)."""

    line: int
    record_id: str
    who: tuple[str, ...]
    server: str = ""
    name: str = ""


@dataclass(frozen=True)
class OwnersFile:
    """The filled-in lines, and how many were left empty."""

    wishes: tuple[Wish, ...]
    empty: int = 0


def read_owners(content: bytes) -> OwnersFile:
    """Read a file; raise OwnersFileError when it is too large or has no column `record_id`."""
    if len(content) > LARGEST:
        raise OwnersFileError(_("The file is larger than %(mb)d MB.") % {"mb": LARGEST // 1_000_000})
    try:
        return _read(_rows(_text(content)))
    except csv.Error as error:
        raise OwnersFileError(_("The file cannot be read as CSV: %(why)s") % {"why": error}) from error


def _read(rows: Iterator[list[str]]) -> OwnersFile:
    header = [cell.strip().lower() for cell in next(rows, [])]
    if RECORD_ID not in header:
        raise OwnersFileError(
            _("The first line does not name the column “record_id”: give the file owners.csv of a run.")
        )
    columns = _Columns(header)
    wishes: list[Wish] = []
    empty = 0
    for line, cells in enumerate(rows, start=2):
        wish = columns.wish(line, cells)
        if wish is not None:
            wishes.append(wish)
        elif any(cell.strip() for cell in cells):
            empty += 1
        if line > MOST_ROWS:
            raise OwnersFileError(_("The file has more than %(count)d lines.") % {"count": MOST_ROWS})
    return OwnersFile(tuple(wishes), empty)


class _Columns:
    """Where the header puts what is read; the owner is in the last column when none is named so."""

    def __init__(self, header: Sequence[str]) -> None:
        self._record_id = header.index(RECORD_ID)
        self._owner = header.index(OWNER) if OWNER in header else len(header) - 1
        self._server = header.index(SERVER) if SERVER in header else None
        self._name = header.index("name") if "name" in header else None

    def wish(self, line: int, cells: Sequence[str]) -> Wish | None:
        """Return the line's wish, or None when its last column is empty."""
        record_id = _plain(_cell(cells, self._record_id))
        names = [_plain(name) for name in SEVERAL.split(_plain(_cell(cells, self._owner))) if name]
        who = tuple(dict.fromkeys(name for name in names if name))
        if not who or self._owner == self._record_id:
            return None
        return Wish(
            line, record_id, who, _plain(_cell(cells, self._server)), _plain(_cell(cells, self._name))
        )


def _cell(cells: Sequence[str], place: int | None) -> str:
    return cells[place] if place is not None and place < len(cells) else ""


def _plain(text: str) -> str:
    """Return a cell as it was before it was made harmless for spreadsheets: see `csv_export.neutral`."""
    text = text.replace("\0", "").strip()
    return text[1:].strip() if len(text) > 1 and text[0] == "'" and not text[1].isalnum() else text


def _text(content: bytes) -> str:
    """Return the text: UTF-8, UTF-16 with its mark, else what Excel writes in Western Europe."""
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _rows(text: str) -> Iterator[list[str]]:
    first = text.split("\n", 1)[0]
    separator = max(SEPARATORS, key=first.count)
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator)
