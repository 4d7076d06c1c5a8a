"""The report folder: run.jsonl, run.csv, run.html and owners.csv, all from the same results."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from django.template.loader import get_template

from pod.bbb.places import part_of
from pod.bbb_migration.plan import Outcome
from pod.bbb_migration.results import COLUMNS, Result
from pod.bbb_migration.sinks.csv_export import SafeCsv
from pod.main.parts import in_parts

LINES, TABLE, PAGE, OWNERS = "run.jsonl", "run.csv", "run.html", "owners.csv"
ROWS_HERE = "<!-- rows -->"
MOST_FAILURES = 1000  # shown before all others; the table below has all
CONVERTER_LOG = "conversions.log"
OWNER_COLUMNS = (
    "record_id",
    "meeting_id",
    "name",
    "start",
    "duration_s",
    "reason",
    "candidates",
    "owner",
)


@dataclass
class Report:
    """Writes a folder's files as results come; they appear whole when the block ends, however it ends.

    An interrupted run has a report too: of what it did.
    """

    folder: Path
    summary: dict[str, Any] = field(default_factory=dict)
    _lines: TextIO | None = None
    _table: SafeCsv | None = None
    _owners: SafeCsv | None = None
    _asked: set[str] = field(default_factory=set)
    _open: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        enter = self._open.enter_context
        self._lines = enter(part_of(self.folder / LINES).open("w", encoding="utf-8"))
        self._table = enter(SafeCsv(self.folder / TABLE, COLUMNS))
        self._owners = enter(SafeCsv(self.folder / OWNERS, OWNER_COLUMNS))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()
        part_of(self.folder / LINES).replace(self.folder / LINES)
        self._write_page()

    def tell(self, result: Result) -> None:
        """Write one result."""
        if self._lines is None or self._table is None or self._owners is None:
            raise ValueError(f"The report in {self.folder} is not open")
        row = result.as_dict()
        self._lines.write(json.dumps(row, ensure_ascii=False) + "\n")
        self._table.write(row)
        if result.nobody and result.record_id not in self._asked:
            self._asked.add(result.record_id)
            self._owners.write({**row, "reason": result.why_owner, "candidates": result.flagged, "owner": ""})

    def _write_page(self) -> None:
        """Write the page: what needs attention first, then everything, as one file without scripts."""
        context = {
            "summary": self.summary,
            "failures": list(islice(_only(self.folder / LINES, Outcome.FAIL), MOST_FAILURES)),
        }
        before, _mark, after = get_template("bbb_migration/report.html").render(context).partition(ROWS_HERE)
        part = part_of(self.folder / PAGE)
        with part.open("w", encoding="utf-8") as page:
            page.write(before)
            page.writelines(_rows(self.folder / LINES))
            page.write(after)
        part.replace(self.folder / PAGE)


def _rows(path: Path) -> Iterator[str]:
    """Yield the table's rows in pieces: Django's templates hold what they repeat in memory."""
    template = get_template("bbb_migration/report_rows.html")
    for some in in_parts(read_lines(path)):
        yield template.render({"rows": some})


def read_lines(path: Path) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of a run.jsonl."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _only(path: Path, outcome: Outcome) -> Iterator[Mapping[str, Any]]:
    return (row for row in read_lines(path) if row["outcome"] == outcome)
