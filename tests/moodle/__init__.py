"""A small Moodle database for the demo and the tests: Moodle's tables, invented people.

`Moodle()` is filled by its methods and written into SQLite, PostgreSQL or
MariaDB by `tests.moodle.write`; `tests.moodle.demo` is the Moodle of `make demo`.
"""

from __future__ import annotations

from tests.moodle.build import ADMIN, GUEST, Activity, Course, Moodle

__all__ = ["ADMIN", "GUEST", "Activity", "Course", "Moodle"]
