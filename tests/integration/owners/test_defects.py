"""The faults of the tool this one replaces: each test says what that tool answers, and fails on it.

`naive` asks as that tool does: rows of the recordings table in status 2, joined
to whatever activity they name, and the first rule that names a user.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from pod.bbb_migration.owners.moodle import MoodleOwners
from tests.integration.owners.conftest import Ask
from tests.integration.owners.databases import Server
from tests.integration.owners.recs import NOW, Rec, who
from tests.moodle import Course, Moodle
from tests.moodle.build import EVERYBODY, VIEWERS, role_rule, user_rule

EDITING, TEACHER = 3, 4


@pytest.fixture
def moodle() -> Moodle:
    """A Moodle with nothing in it but people."""
    return Moodle()


@pytest.fixture
def course(moodle: Moodle) -> Course:
    """A course in a category."""
    return moodle.course("Algebra", moodle.category())


def naive(server: Server, params: dict[str, Any], record_id: str) -> list[str]:
    """Return the usernames that the replaced tool would find."""
    rows = server.value(
        params,
        "SELECT b.participants FROM {bigbluebuttonbn_recordings} r"
        f" JOIN {{bigbluebuttonbn}} b ON b.id = r.bigbluebuttonbnid WHERE r.recordingid = '{record_id}'"
        " AND r.status = 2",
    )
    found: list[str] = []
    for (participants,) in rows:
        for rule in json.loads(participants):
            if rule["selectiontype"] == "user" and rule["role"] == "moderator":
                where = f"WHERE id = {int(rule['selectionid'])}"
                found += [
                    str(name) for (name,) in server.value(params, f"SELECT username FROM {{user}} {where}")
                ]
                break
    return found


def owners_and_naive(server: Server, moodle: Moodle, recording: Rec) -> tuple[dict[str, str], list[str]]:
    """Return our answer and the replaced tool's."""
    params = server.hold(moodle)
    with MoodleOwners({"default": params}, clock=lambda: NOW) as owners:
        finding = owners.find([recording])[recording.record_id]
    return who(finding), naive(server, params, recording.record_id)


@pytest.mark.parametrize("status", [0, 1, 3, 4, 5])
def test_the_status_of_a_row_never_matters(
    server: Server, moodle: Moodle, course: Course, status: int
) -> None:
    """Saving a new server URL in Moodle sets all rows to 4: their recordings keep their owners."""
    ada = moodle.user("ada")
    room = moodle.activity(course, "Lesson", [VIEWERS, user_rule(ada)])
    moodle.recording(room, "rec-1", status=status)
    ours, theirs = owners_and_naive(server, moodle, Rec(room.meeting_id()))
    assert (ours, theirs) == ({"ada": "user"}, [])


def test_an_import_never_brings_its_importer(server: Server, moodle: Moodle, course: Course) -> None:
    """Importing a recording elsewhere duplicates its id: the importer's moderators own nothing."""
    ada, eve = moodle.user("ada"), moodle.user("eve")
    room = moodle.activity(course, "Lesson", [VIEWERS, user_rule(ada)])
    importer = moodle.activity(course, "Imports", [VIEWERS, user_rule(eve)])
    moodle.recording(room, "rec-1")
    moodle.recording(importer, "rec-1", imported=1)
    ours, theirs = owners_and_naive(server, moodle, Rec(room.meeting_id()))
    assert (ours, sorted(theirs)) == ({"ada": "user"}, ["ada", "eve"])


def test_a_course_copy_never_brings_its_moderators(server: Server, moodle: Moodle, course: Course) -> None:
    """Copying a course copies seed, rows and logs: the copy's people own nothing of the original."""
    ada, eve = moodle.user("ada"), moodle.user("eve")
    room = moodle.activity(course, "Lesson", [VIEWERS, user_rule(ada)])
    copy = moodle.activity(moodle.course("Copy"), "Lesson", [VIEWERS, user_rule(eve)], seed=room.seed)
    for one in (room, copy):
        moodle.recording(one, "rec-1")
        moodle.summary(one, "rec-1", eve if one is copy else ada, moderator=True)
    ours, theirs = owners_and_naive(server, moodle, Rec(room.meeting_id()))
    assert (ours, sorted(theirs)) == ({"ada": "summary"}, ["ada", "eve"])


def test_a_dangling_row_still_leads_to_somebody(server: Server, moodle: Moodle, course: Course) -> None:
    """A deleted activity leaves its row behind: the teachers of the course are asked."""
    ada = moodle.user("ada")
    moodle.enrol(course, ada, EDITING)
    room = moodle.activity(course, "Lesson", [VIEWERS, user_rule(ada)])
    moodle.recording(room, "rec-1")
    moodle.delete_activity(room)
    ours, theirs = owners_and_naive(server, moodle, Rec(room.meeting_id()))
    assert (ours, theirs) == ({"ada": "fallback:teacher"}, [])


def test_every_named_moderator_is_found(server: Server, moodle: Moodle, course: Course) -> None:
    """Not the first rule only."""
    people = [moodle.user(name) for name in ("ada", "bob", "cleo")]
    room = moodle.activity(course, "Lesson", [VIEWERS, *map(user_rule, people)])
    moodle.recording(room, "rec-1")
    ours, theirs = owners_and_naive(server, moodle, Rec(room.meeting_id()))
    assert (ours, theirs) == (dict.fromkeys(("ada", "bob", "cleo"), "user"), ["ada"])


def test_deleted_and_suspended_accounts_are_not_returned(
    server: Server, moodle: Moodle, course: Course
) -> None:
    """The account of a rule may be gone."""
    gone, off, ada = moodle.user("gone", deleted=1), moodle.user("off", suspended=1), moodle.user("ada")
    room = moodle.activity(course, "Lesson", [VIEWERS, user_rule(gone), user_rule(off), user_rule(ada)])
    moodle.recording(room, "rec-1")
    ours, theirs = owners_and_naive(server, moodle, Rec(room.meeting_id()))
    assert (ours, theirs) == ({"ada": "user"}, ["gone"])


@pytest.mark.parametrize(
    ("rules", "via"),
    [
        ([VIEWERS, role_rule("3")], "role:editingteacher"),
        ([VIEWERS, role_rule("editingteacher")], "role:editingteacher"),
        ([EVERYBODY], "fallback:teacher"),
    ],
    ids=["role id", "shortname", "all"],
)
def test_role_and_all_rules_are_understood(
    server: Server, moodle: Moodle, course: Course, rules: list[dict[str, object]], via: str
) -> None:
    """Not only rules that name a user."""
    ada = moodle.user("ada")
    moodle.enrol(course, ada, EDITING)
    room = moodle.activity(course, "Lesson", rules)
    moodle.recording(room, "rec-1")
    ours, theirs = owners_and_naive(server, moodle, Rec(room.meeting_id()))
    assert (ours, theirs) == ({"ada": via}, [])


def test_participants_that_are_not_json_raise_nothing(ask: Ask, moodle: Moodle, course: Course) -> None:
    """NULL and broken JSON made that tool fail: the default list holds."""
    ada = moodle.user("ada")
    rooms = [moodle.activity(course, "Lesson", text, maker=ada) for text in (None, "[{")]
    found = ask(moodle, *(Rec(room.meeting_id(), str(room.id)) for room in rooms))
    assert [who(finding) for finding in found.values()] == [{"ada": "default:owner"}] * 2


def test_a_batch_takes_the_same_number_of_queries(server: Server) -> None:
    """On one connection, and never more than twelve, however many recordings there are."""
    params = server.hold(_lectures(500))
    recordings = [Rec(_room_name(number), f"rec-{number}", _opened(number)) for number in range(1, 501)]
    counts = []
    with MoodleOwners({"default": params}, clock=lambda: NOW) as owners:
        owners.find(recordings[:1])
        for count in (1, 20, 500):
            before = owners.queries
            found = owners.find(recordings[:count])
            counts.append(owners.queries - before)
            assert {via for finding in found.values() for via in who(finding).values()} == {"fallback:mail"}
        connections = len(owners._databases)
    assert len(set(counts)) == 1
    assert counts[0] <= 12
    assert connections == 1


EVIL = "x'; DROP TABLE mdl_user; -- \\' \" %s %(a)s {user} ?"


def test_nothing_that_bbb_says_becomes_sql(server: Server, moodle: Moodle, course: Course) -> None:
    """Quotes, placeholders and statements in ids, mails and rules are data."""
    ada = moodle.user("ada")
    moodle.enrol(course, ada, EDITING)
    evil_rule: dict[str, object] = {"selectiontype": "role", "selectionid": EVIL, "role": "moderator"}
    room = moodle.activity(course, EVIL, [VIEWERS, evil_rule])
    metadata = {**room.metadata(f'"{EVIL}" <{EVIL}@univ.example>'), "bbb-origin-server-name": EVIL}
    params = server.hold(moodle)
    before = server.value(params, "SELECT COUNT(*) FROM {user}")
    with MoodleOwners({"default": params}, clock=lambda: NOW) as owners:
        found = owners.find(
            [
                Rec(f"{EVIL}-1-1[0]", EVIL, metadata),
                Rec(room.meeting_id(), f"{EVIL}2", metadata),
                Rec(EVIL, f"{EVIL}3", metadata),
            ]
        )
    assert [finding.failed for finding in found.values()] == [False] * 3
    assert who(found[f"{EVIL}2"]) == {"ada": "fallback:teacher"}
    assert server.value(params, "SELECT COUNT(*) FROM {user}") == before


def _lectures(count: int) -> Moodle:
    moodle = Moodle()
    course = moodle.course("Algebra")
    moodle.user("ada")
    for _ in range(count):
        moodle.activity(course, "Lesson", [VIEWERS], seed="s" * 40)
    return moodle


def _room_name(number: int) -> str:
    return f"{'s' * 40}-1-{number}[0]"


def _opened(number: int) -> dict[str, str]:
    return {"bn-recording-status": json.dumps({"email": [f'"Ada {number}" <ada@univ.example>']})}
