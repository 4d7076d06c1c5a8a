"""The CSV file: UTF-8 with BOM (spreadsheets then read accents), RFC 4180, no cell that is a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from pod.bbb.places import part_of
from pod.bbb_migration.plan import Export, Outcome, duration_of, start_of
from pod.bbb_migration.results import Placed, Result, result_of, unasked
from pod.bbb_migration.sinks import describe
from pod.bbb_migration.wording import people, told

COLUMNS = (
    "record_id",
    "meeting_id",
    "name",
    "start",
    "duration_s",
    "origin",
    "server",
    "context",
    "formats",
    "presentation_url",
    "video_url",
    "published",
    "state",
    "owners",
    "owner_reasons",
)
# What spreadsheets take for a formula (OWASP, "CSV Injection"); a tab or return may hide one.
FORMULA = re.compile(r"^[\s]*[=+\-@\t\r\n|%＝＋－＠]")
Show = Callable[[Mapping[str, str]], None]
NUMBER = re.compile(r"^[+-]?\d+(\.\d+)?$")


def neutral(value: object) -> str:
    """Return the cell's text; what a spreadsheet would compute gets an apostrophe before it."""
    text = str(value)
    return f"'{text}" if FORMULA.match(text) and not NUMBER.match(text) else text


class SafeCsv:
    """A CSV file that appears whole: written as `.part`, put in its place when the block ends well."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.path = path
        self.columns = tuple(columns)
        self._part = part_of(path)
        self._file: TextIO | None = None
        self._whole = True

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._part.open("w", encoding="utf-8-sig", newline="")
        csv.writer(self._file, lineterminator="\r\n").writerow(self.columns)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
        if kind is None and self._whole:
            self._part.replace(self.path)
        else:
            self._part.unlink(missing_ok=True)

    def give_up(self) -> None:
        """Put nothing in the file's place: what is written is not all, and an earlier file may be."""
        self._whole = False

    def write(self, row: Mapping[str, Any]) -> None:
        """Write one row; keys beside the columns are left out."""
        if self._file is None:
            raise ValueError(f"{self.path} is not open")
        cells = [neutral(row.get(column, "")) for column in self.columns]
        csv.writer(self._file, lineterminator="\r\n").writerow(cells)


class CsvExport:
    """Writes a line per recording into `file`; a dry run shows the rows to `show` instead."""

    def __init__(self, file: SafeCsv | None, show: Show = lambda _row: None) -> None:
        self._file = file
        self._show = show

    def give_up(self) -> None:
        """Leave the file as it was before the run, which did not reach its end."""
        if self._file is not None:
            self._file.give_up()

    def preview(self, placed: Sequence[Placed]) -> Iterator[Result]:
        """Show the rows, write nothing."""
        for one in placed:
            if isinstance(one.action, Export):
                row = row_of(one.action)
                self._show({column: neutral(value) for column, value in row.items()})
                yield _written(one, one.action)

    def apply(self, placed: Sequence[Placed]) -> Iterator[Result]:
        """Write the rows."""
        for one in placed:
            if isinstance(one.action, Export) and self._file is not None:
                self._file.write(row_of(one.action))
                yield _written(one, one.action)


def row_of(action: Export) -> dict[str, Any]:
    """Return the line of a recording, by column."""
    recording = action.recording
    return {
        "record_id": recording.record_id,
        "meeting_id": recording.meeting_id,
        "name": recording.name,
        "start": start_of(recording).isoformat(timespec="seconds"),
        "duration_s": round(duration_of(recording)),
        "origin": recording.origin,
        "server": recording.server,
        "context": describe.course_of(recording),
        "formats": " ".join(playback.type for playback in recording.formats),
        "presentation_url": describe.public_address(action.presentation_url),
        "video_url": describe.public_address(action.video_url),
        "published": "true" if recording.published else "false",
        "state": recording.state,
        "owners": "; ".join(owner.key for owner in action.owners),
        "owner_reasons": "; ".join(f"{owner.key}: {owner.via}" for owner in action.owners)
        or told(action.reason),
    }


def _written(one: Placed, action: Export) -> Result:
    return unasked(one) or result_of(one, Outcome.CREATE, noted=True, done=True, reason=people(action.owners))
