"""A small Moodle course that the tests of this folder stand their rooms in."""

from __future__ import annotations

from pod.bbb_migration.owners.base import Finding
from tests.integration.owners.recs import START
from tests.moodle import Activity, Course, Moodle
from tests.moodle.build import VIEWERS

EDITING, TEACHER, STUDENT, MANAGER = 3, 4, 5, 1
OPENED = int(START.timestamp())


class House:
    """One course with two teachers and a student, and room for more."""

    def __init__(self, default_moderators: str | None = "0") -> None:
        self.moodle = Moodle(default_moderators=default_moderators)
        self.faculty = self.moodle.category()
        self.course: Course = self.moodle.course("Algebra", self.faculty)
        self.ada = self.moodle.user("ada")
        self.bob = self.moodle.user("bob")
        self.sam = self.moodle.user("sam")
        self.moodle.enrol(self.course, self.ada, EDITING)
        self.moodle.enrol(self.course, self.bob, TEACHER)
        self.moodle.enrol(self.course, self.sam, STUDENT)

    def room(self, *rules: dict[str, object], maker: int | None = None) -> Activity:
        """Add an activity whose viewers are everybody, and these rules."""
        return self.moodle.activity(self.course, "Lesson", [VIEWERS, *rules], maker=maker)


def one(found: dict[str, Finding]) -> Finding:
    """Return the only finding."""
    (finding,) = found.values()
    return finding
