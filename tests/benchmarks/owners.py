"""Time the lookup of owners in a large Moodle: `python -m tests.benchmarks.owners [--engine mysql]`.

Makes a Moodle of 6,000 activities and 200,000 role assignments in a temporary
database of this machine, asks about 19,000 recordings, and drops it again.
Prints seconds, queries and what the owners were found by.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from pod.bbb_migration.owners.moodle import MoodleOwners
from tests.integration.owners.databases import Server, temporary
from tests.integration.owners.recs import Rec
from tests.moodle import Activity, Moodle
from tests.moodle.build import EVERYBODY, VIEWERS, role_rule, user_rule

log = logging.getLogger("tests.benchmarks.owners")
COURSES, ACTIVITIES, STUDENTS, TEACHERS = 1_500, 6_000, 20_000, 1_200
FIRST = datetime(2020, 9, 1, 8, tzinfo=UTC)


def university(assignments: int, random: Random) -> tuple[Moodle, list[Activity], list[int]]:
    """Return a Moodle with this many role assignments, its activities and its teachers."""
    moodle = Moodle()
    teachers = [moodle.user(f"t{number}") for number in range(TEACHERS)]
    students = [moodle.user(f"s{number}") for number in range(STUDENTS)]
    faculties = [moodle.category(moodle.category()) for _ in range(20)]
    courses = [moodle.course(f"Course {number}", random.choice(faculties)) for number in range(COURSES)]
    for course in courses:
        for teacher in random.sample(teachers, 3):
            moodle.enrol(course, teacher, random.choice([3, 4]))
    for _ in range(assignments - 3 * COURSES):
        moodle.enrol(random.choice(courses), random.choice(students), 5)
    rooms = []
    for number in range(ACTIVITIES):
        teacher = random.choice(teachers)
        rules = random.choice(
            [
                *([VIEWERS, role_rule(3), role_rule("teacher")], [VIEWERS, user_rule(str(teacher))]),
                *([VIEWERS, user_rule(teacher), role_rule("3")], [EVERYBODY], [VIEWERS], None),
            ]
        )
        rooms.append(moodle.activity(random.choice(courses), f"Room {number}", rules, maker=teacher))
    return moodle, rooms, teachers


def meetings(
    moodle: Moodle, rooms: list[Activity], teachers: list[int], count: int, random: Random
) -> Iterator[Rec]:
    """Yield this many recordings, each with its row, its joins and what BBB noted of it."""
    for number in range(count):
        room, teacher = random.choice(rooms), random.choice(teachers)
        start = FIRST + timedelta(hours=number)
        record_id = f"{number:040x}-{int(start.timestamp() * 1000)}"
        moodle.recording(room, record_id, status=random.choice([1, 2, 4]))
        for late in range(5):
            moodle.log(room, "Join", teacher + late, int(start.timestamp()) + 60 * late)
        if number % 3 == 0:
            moodle.summary(room, record_id, teacher, moderator=True)
            moodle.summary(room, record_id, teacher + 1, moderator=False)
        opener = f'"T" <t{random.randrange(TEACHERS)}@univ.example>' if number % 2 else ""
        yield Rec(room.meeting_id(), record_id, room.metadata(opener), start, start + timedelta(hours=1))


def measure(server: Server, recordings: int, assignments: int) -> None:
    """Build, ask and tell."""
    random = Random(7)  # noqa: S311 - reproducible, not secret
    moodle, rooms, teachers = university(assignments, random)
    asked = list(meetings(moodle, rooms, teachers, recordings, random))
    began = time.perf_counter()
    params = server.hold(moodle)
    if server.engine == "postgresql":
        server.run("ANALYZE")
    log.info(
        "made: %d activities, %d role assignments, %d log rows (%.0f s)",
        len(moodle.tables["bigbluebuttonbn"]),
        len(moodle.tables["role_assignments"]),
        len(moodle.tables["bigbluebuttonbn_logs"]),
        time.perf_counter() - began,
    )
    with MoodleOwners({"default": params}) as owners:
        began, worked = time.perf_counter(), time.process_time()
        found = owners.find(asked)
        took, worked = time.perf_counter() - began, time.process_time() - worked
        log.info(
            "%s: %d recordings in %.2f s (%.2f s of it our own), %d queries on %d connection",
            server.engine,
            len(found),
            took,
            worked,
            owners.queries,
            len(owners._databases),
        )
    ways = Counter(one.via for finding in found.values() for one in finding.owners)
    log.info("owners by evidence: %s", ", ".join(f"{via} {count}" for via, count in ways.most_common()))
    log.info("without owner: %d", sum(not finding.owners for finding in found.values()))


def main(arguments: list[str] | None = None) -> int:
    """Measure on one engine."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.owners", description=__doc__)
    parser.add_argument("--engine", choices=["postgresql", "mysql", "sqlite"], default="postgresql")
    parser.add_argument("--recordings", type=int, default=19_000)
    parser.add_argument("--assignments", type=int, default=200_000)
    asked = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    with tempfile.TemporaryDirectory() as folder, temporary(asked.engine, Path(folder)) as server:
        measure(server, asked.recordings, asked.assignments)
    return 0


if __name__ == "__main__":
    sys.exit(main())
