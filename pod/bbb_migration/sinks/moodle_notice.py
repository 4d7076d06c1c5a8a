"""Tell teachers, in the Moodle activity itself, where its recordings went.

Writes `bigbluebuttonbn.intro` only over what was read (a teacher's save in
between survives) and then `course.cacherev`, without which Moodle's course
page goes on showing the old text. Needs UPDATE on these two columns;
`cfg_lines` is the way without any right to write.
"""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from pod.bbb_migration.owners.base import Activity, Finding, OwnersError
from pod.bbb_migration.owners.database import FrontEndDatabase
from pod.bbb_migration.owners.db_params import read_params
from pod.bbb_migration.owners.moodle_tables import MOODLE
from pod.bbb_migration.sinks.moodle_text import (
    PLAIN_BEGIN,
    NoticeError,
    checked,
    has_notice,
    with_notice,
    without_notice,
)
from pod.main.parts import in_parts

SOURCE = "moodle:"
AT_ONCE = 200
TRIES = 3
MODULE = "bigbluebuttonbn"
SWAP = {
    "postgresql": "UPDATE {bigbluebuttonbn} SET intro = %s WHERE id = %s AND intro IS NOT DISTINCT FROM %s",
    "sqlite": "UPDATE {bigbluebuttonbn} SET intro = %s WHERE id = %s AND intro IS %s",
    # MySQL's collations take e for é: bytes are compared
    "mysql": "UPDATE {bigbluebuttonbn} SET intro = %s WHERE id = %s"
    " AND CAST(intro AS BINARY) <=> CAST(%s AS BINARY)",
}
"""Write a description if it still is what was read, NULL included."""
CFG_UNDO = "php admin/cli/cfg.php --name=bigbluebuttonbn_general_warning_message --set=''"
"""Moodle's own command that takes the banner of `cfg_lines` away again."""


class NoticeOutcome(StrEnum):
    """What came of one activity's description."""

    WRITTEN = "written"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"
    REMOVED = "removed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class NoticeResult:
    """One activity: `key` of its Moodle in DB_PARAMS, `id` of `bigbluebuttonbn`."""

    key: str
    id: int
    outcome: NoticeOutcome
    note: str = ""

    @property
    def said(self) -> str:
        """The result with its place, in the language of the command."""
        return _("Notice in Moodle %(moodle)s, activity %(id)d: %(note)s") % {
            "moodle": self.key,
            "id": self.id,
            "note": self.note or self.outcome,
        }


@dataclass(frozen=True, slots=True)
class _Intro:
    """A description as it was read."""

    id: int
    course_id: int
    intro: str | None
    introformat: int


class MoodleNotice:
    """Puts the notice into activities, or takes it out again; `dry_run` only says what would happen.

    Raises OwnersError for wrong DB_PARAMS, NoticeError for a text that cannot be written.
    """

    def __init__(
        self,
        db_params: Mapping[str, Any],
        text: str = "",
        *,
        dry_run: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._params = read_params(db_params, MOODLE)
        self._text = text
        self._dry_run = dry_run
        self._clock = clock

    def put(self, activities: Iterable[Activity]) -> list[NoticeResult]:
        """Write the notice into these activities; one that has it already is left alone."""
        checked(self._text)
        by_key: dict[str, set[int]] = {}
        for activity in activities:
            key = activity.source.removeprefix(SOURCE)
            if activity.id is not None and activity.source.startswith(SOURCE) and key in self._params:
                by_key.setdefault(key, set()).add(activity.id)
        return [
            result for key in sorted(by_key) for result in self._each(key, sorted(by_key[key]), self._with)
        ]

    def undo(self) -> list[NoticeResult]:
        """Take the notice out of every activity of every Moodle that has it."""
        results: list[NoticeResult] = []
        for key in sorted(self._params):
            try:
                ids = self._marked(key)
            except OwnersError as error:
                results.append(NoticeResult(key, 0, NoticeOutcome.FAILED, str(error)))
                continue
            results += self._each(key, ids, lambda old: without_notice(old.intro, old.introformat))
        return results

    def _with(self, old: _Intro) -> str:
        return with_notice(old.intro, old.introformat, self._text)

    def _marked(self, key: str) -> list[int]:
        database = FrontEndDatabase(self._params[key])
        try:
            rows = database.rows(
                "SELECT id, intro FROM {bigbluebuttonbn} WHERE intro LIKE %s OR intro LIKE %s ORDER BY id",
                "%data-bbb-migration%",
                f"%{PLAIN_BEGIN}%",
            )
        finally:
            database.close()
        return [int(number) for number, intro in rows if has_notice(intro)]

    def _each(
        self, key: str, ids: Sequence[int], change: Callable[[_Intro], str | None]
    ) -> list[NoticeResult]:
        params = self._params[key]
        database = FrontEndDatabase(params, writable=not self._dry_run)
        results: list[NoticeResult] = []
        try:
            for some in in_parts(ids, AT_ONCE):
                try:
                    results += self._some(database, some, change)
                except OwnersError as error:
                    results += [
                        NoticeResult(key, number, NoticeOutcome.FAILED, str(error)) for number in some
                    ]
        finally:
            database.close()
        return results

    def _some(
        self, database: FrontEndDatabase, ids: Sequence[int], change: Callable[[_Intro], str | None]
    ) -> list[NoticeResult]:
        """Change some descriptions; those that somebody saved meanwhile are read again and tried again."""
        key = database.params.key
        results: dict[int, NoticeResult] = {}
        changed: set[int] = set()
        waiting = list(ids)
        for _attempt in range(TRIES):
            found = _read(database, waiting)
            for number in set(waiting) - found.keys():
                results[number] = NoticeResult(key, number, NoticeOutcome.FAILED, _("the activity is gone"))
            taken = {}
            with database.transaction():
                for old in found.values():
                    taken[old.id] = self._one(database, old, change)
            waiting = [number for number, result in taken.items() if result is None]
            for number, result in taken.items():
                if result is not None:
                    results[number] = result
                    if result.outcome not in {NoticeOutcome.UNCHANGED, NoticeOutcome.FAILED}:
                        changed.add(number)
            if not waiting:
                break
        for number in waiting:
            note = _("somebody else kept changing the description: run again")
            results[number] = NoticeResult(key, number, NoticeOutcome.FAILED, note)
        if changed and not self._dry_run:
            self._renew(database, changed, results)
        return [results[number] for number in sorted(results)]

    def _one(
        self, database: FrontEndDatabase, old: _Intro, change: Callable[[_Intro], str | None]
    ) -> NoticeResult | None:
        """Write one description over what was read; None when it is not what was read any more."""
        key = database.params.key
        try:
            new = change(old)
        except NoticeError as error:
            return NoticeResult(key, old.id, NoticeOutcome.FAILED, str(error))
        if new == old.intro:
            return NoticeResult(key, old.id, NoticeOutcome.UNCHANGED)
        if not self._dry_run and not _swap(database, old, new):
            return None
        if not has_notice(new):
            return NoticeResult(key, old.id, NoticeOutcome.REMOVED)
        return NoticeResult(
            key, old.id, NoticeOutcome.REPLACED if has_notice(old.intro) else NoticeOutcome.WRITTEN
        )

    def _renew(self, database: FrontEndDatabase, changed: set[int], results: dict[int, NoticeResult]) -> None:
        """Make Moodle build the course pages again that show these descriptions."""
        now = int(self._clock())
        try:
            with database.transaction():
                rows = database.rows(
                    "SELECT cm.instance, cm.course FROM {course_modules} cm"
                    " JOIN {modules} m ON m.id = cm.module"
                    " WHERE m.name = %s AND cm.instance IN %s AND cm.showdescription = 1",
                    MODULE,
                    sorted(changed),
                )
                courses = sorted({int(course) for _instance, course in rows})
                if courses:
                    # as Moodle's own increment_revision_number: grow always, and catch up with the clock
                    database.write(
                        "UPDATE {course} SET cacherev = CASE WHEN cacherev < %s OR cacherev > %s THEN %s"
                        " ELSE cacherev + 1 END WHERE id IN %s",
                        now,
                        now + 3600,
                        now,
                        courses,
                    )
        except OwnersError as error:
            late = _("the course page shows it after Moodle's next purge of caches: %(why)s")
            note = late % {"why": error}
            for number in changed:
                old = results[number]
                results[number] = NoticeResult(old.key, old.id, old.outcome, note)


def activities_of(findings: Iterable[Finding]) -> list[Activity]:
    """Return the activities to write the notice into, each once; never a mere copy, which is a guess."""
    found = (one.activity for one in findings if not one.to_confirm and not one.failed)
    return list(dict.fromkeys(one for one in found if one is not None and one.id is not None))


def cfg_lines(text: str) -> list[str]:
    """Return the commands that show the notice on every BBB activity without writing into any.

    For Moodle's administrator, in Moodle's folder; the banner (plugin 2.2 and
    later) is seen by teachers and by administrators.
    """
    values = {
        "message": " ".join(checked(text).split()),
        "roles": "editingteacher,teacher",
        "box_type": "info",
    }
    return [
        f"php admin/cli/cfg.php --name=bigbluebuttonbn_general_warning_{name} --set={shlex.quote(value)}"
        for name, value in values.items()
    ]


def _read(database: FrontEndDatabase, ids: Sequence[int]) -> dict[int, _Intro]:
    """Read descriptions in a transaction of their own, so that each try sees what is there now."""
    with database.transaction(keep=False):
        rows = database.rows(
            "SELECT id, course, intro, introformat FROM {bigbluebuttonbn} WHERE id IN %s", list(ids)
        )
    return {
        int(number): _Intro(int(number), int(course), intro, int(introformat or 0))
        for number, course, intro, introformat in rows
    }


def _swap(database: FrontEndDatabase, old: _Intro, new: str | None) -> bool:
    """Write a description over what was read; whether it still was that."""
    return database.write(SWAP[database.params.engine], new, old.id, old.intro) == 1
