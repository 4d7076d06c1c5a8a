"""The Moodle of `make demo`: three teachers, two courses, and the rooms its recordings were made in."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.moodle.build import VIEWERS, Moodle, role_rule, user_rule

EDITING_TEACHER, STUDENT = 3, 5
TEACHERS = {
    "ada.martin": ("Ada", "Martin"),
    "bruno.keller": ("Bruno", "Keller"),
    "chloe.ndiaye": ("Chloé", "N’Diaye"),
}
"""username -> first and last name; their mail addresses are `<username>@univ.example`."""


@dataclass(frozen=True)
class Meeting:
    """One meeting to make a sample recording of: `kind` as in `tests.samples.KINDS`.

    `owners` are the usernames that Moodle's rules give it to (none: the administrator gets it).
    """

    kind: str
    name: str
    meeting_id: str
    start_ms: int
    metadata: dict[str, str] = field(default_factory=dict)
    owners: tuple[str, ...] = ()


def demo() -> tuple[Moodle, tuple[Meeting, ...]]:
    """Return the demo's Moodle and its meetings."""
    moodle = Moodle()
    ada, bruno, chloe = (moodle.user(name, first, last) for name, (first, last) in TEACHERS.items())
    sciences = moodle.category()
    algebra, physics = moodle.course("Algebra", sciences), moodle.course("Physique générale", sciences)
    moodle.enrol(algebra, ada, EDITING_TEACHER)
    moodle.enrol(physics, bruno, EDITING_TEACHER)
    moodle.enrol(physics, chloe, EDITING_TEACHER)
    for number in range(1, 7):
        student = moodle.user(f"student{number}", "Student", str(number))
        moodle.enrol(algebra if number % 2 else physics, student, STUDENT)
    lecture = moodle.activity(
        algebra, "Algebra: vector spaces", [VIEWERS, role_rule(EDITING_TEACHER)], maker=ada
    )
    spoken = moodle.activity(
        physics, "Office hours", [VIEWERS, user_rule(str(ada)), user_rule(bruno)], maker=bruno
    )
    filmed = moodle.activity(physics, "Introduction à la physique", None, maker=chloe)
    broken = moodle.activity(physics, "Optics", [VIEWERS, user_rule(str(bruno))], maker=bruno)
    first = 1_614_772_800_000
    day = 86_400_000
    meetings = (
        Meeting("lecture", lecture.name, lecture.meeting_id(), first, lecture.metadata(), ("ada.martin",)),
        Meeting(
            "audio-only",
            spoken.name,
            spoken.meeting_id(),
            first + day,
            spoken.metadata(),
            ("ada.martin", "bruno.keller"),
        ),
        Meeting(
            "video", filmed.name, filmed.meeting_id(), first + 2 * day, filmed.metadata(), ("chloe.ndiaye",)
        ),
        Meeting(
            "missing-media",
            broken.name,
            broken.meeting_id(),
            first + 3 * day,
            broken.metadata(),
            ("bruno.keller",),
        ),
    )
    return moodle, meetings
