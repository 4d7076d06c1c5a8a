"""What a Moodle database's account needs, and that what is missing is told."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pod.bbb_migration.owners.base import CheckLine, OwnersError
from pod.bbb_migration.owners.database import FrontEndDatabase
from pod.bbb_migration.owners.db_params import read_params
from pod.bbb_migration.owners.moodle import MoodleOwners
from pod.bbb_migration.owners.moodle_tables import MOODLE, NOTICE_READS, TABLES, WRITTEN
from tests.integration.owners.conftest import ENGINES
from tests.integration.owners.databases import Server
from tests.integration.owners.recs import NOW, Rec, who
from tests.moodle import Moodle
from tests.moodle.build import VIEWERS, role_rule
from tests.moodle.write import write_sqlite

# SQLite has neither accounts nor connections to lose
WITH_ACCOUNTS = pytest.mark.parametrize("server", ENGINES[1:], indirect=True)
PASSWORD = "hunter2-é€-do-not-show"  # as its database keeps it, in UTF-8
MEETING = "s" * 40 + "-1-1[0]"


@pytest.fixture
def params(server: Server) -> dict[str, Any]:
    """A Moodle with a teacher and an activity."""
    moodle = Moodle()
    course = moodle.course("Algebra")
    moodle.enrol(course, moodle.user("ada"), 3)
    moodle.activity(course, "Lesson", [VIEWERS, role_rule(3)], seed="s" * 40)
    return server.hold(moodle)


@pytest.fixture
def account(server: Server, params: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """An account that may SELECT the documented columns, and no other."""
    name = f"u{uuid.uuid4().hex[:10]}"
    user, create, drop = _account(server, name)
    server.run(create, *_grants(server, params, user))
    yield {**params, "user": name, "password": PASSWORD}
    server.run(*drop)


def _account(server: Server, name: str) -> tuple[str, str, list[str]]:
    if server.engine == "postgresql":
        create = f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}'"
        return name, create, [f"DROP OWNED BY {name}", f"DROP ROLE {name}"]
    user = f"'{name}'@'%'"
    return user, f"CREATE USER {user} IDENTIFIED BY '{PASSWORD}'", [f"DROP USER {user}"]


def _grants(server: Server, params: dict[str, Any], user: str) -> list[str]:
    return [
        f"GRANT SELECT ({', '.join(columns)}) ON {params['prefix']}{table} TO {user}"
        for table, columns in TABLES.items()
    ]


def _write_grants(params: dict[str, Any], user: str) -> list[str]:
    reads = [
        f"GRANT SELECT ({', '.join(columns)}) ON {params['prefix']}{table} TO {user}"
        for table, columns in NOTICE_READS.items()
    ]
    return reads + [
        grant
        for table, (written, read) in WRITTEN.items()
        for grant in (
            f"GRANT UPDATE ({written}) ON {params['prefix']}{table} TO {user}",
            f"GRANT SELECT ({', '.join((written, *read))}) ON {params['prefix']}{table} TO {user}",
        )
    ]


def check(params: dict[str, Any], *, writing: bool = False) -> list[CheckLine]:
    """Return the preflight's lines."""
    with MoodleOwners({"default": params}) as owners:
        return owners.check(writing=writing)


@WITH_ACCOUNTS
def test_the_documented_columns_are_enough(account: dict[str, Any]) -> None:
    """SELECT on single columns, without `user.password`, finds the owners."""
    with MoodleOwners({"default": account}, clock=lambda: NOW) as owners:
        finding = owners.find([Rec(MEETING)])["rec-1"]
        assert who(finding) == {"ada": "role:editingteacher"}, finding.reason
    assert all(line.ok for line in check(account))


@WITH_ACCOUNTS
def test_the_password_column_is_out_of_reach(account: dict[str, Any]) -> None:
    """The account of these tests cannot read passwords: nobody needs to."""
    with pytest.raises(OwnersError, match=r"(?i)denied"):
        FrontEndDatabase(read_params({"default": account}, MOODLE)["default"]).rows(
            "SELECT password FROM {user}"
        )


@WITH_ACCOUNTS
def test_missing_rights_to_write_are_told(account: dict[str, Any]) -> None:
    """Without UPDATE the preflight names both columns and the way without writing."""
    lines = [line for line in check(account, writing=True) if not line.ok]
    assert [line.what.split(".")[-1] for line in lines] == ["intro", "cacherev"]
    assert all("cfg.php" in line.hint and line.needed == "write" for line in lines)


@WITH_ACCOUNTS
def test_rights_to_write_are_seen(server: Server, account: dict[str, Any]) -> None:
    """UPDATE on the two columns is all that the notice takes."""
    user = account["user"] if server.engine == "postgresql" else f"'{account['user']}'@'%'"
    server.run(*_write_grants(account, user))
    assert all(line.ok for line in check(account, writing=True))


def test_the_check_changes_nothing(server: Server, params: dict[str, Any]) -> None:
    """Rights are tried on no row."""
    before = server.value(params, "SELECT id, intro FROM {bigbluebuttonbn}")
    assert all(line.ok for line in check(params, writing=True))
    assert server.value(params, "SELECT id, intro FROM {bigbluebuttonbn}") == before


def test_the_connection_that_finds_owners_cannot_write(params: dict[str, Any]) -> None:
    """Even with all rights, the lookup's connection is read-only."""
    database = FrontEndDatabase(read_params({"default": params}, MOODLE)["default"])
    database.rows("SELECT 1")
    with pytest.raises(OwnersError, match=r"(?i)read.?only"):
        database.write("UPDATE {user} SET username = %s", "changed")
    database.close()


@pytest.mark.parametrize("server", ENGINES[1:2], indirect=True)
def test_a_question_that_takes_too_long_is_given_up(
    params: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL ends it after five minutes (here a fraction of a second); it is not asked once more."""
    monkeypatch.setattr("pod.bbb_migration.owners.database.READ_TIMEOUT", 0.05)
    database = FrontEndDatabase(read_params({"default": params}, MOODLE)["default"])
    with closing(database), pytest.raises(OwnersError, match="statement timeout"):
        database.rows("SELECT pg_sleep(30)")
    assert database.queries == 1


@pytest.mark.usefixtures("in_english")
def test_a_wrong_prefix_is_told_once(params: dict[str, Any]) -> None:
    """Not table by table: the hint says to look at prefix and schema, and at the rights."""
    with MoodleOwners({"default": {**params, "prefix": "other_"}}) as owners:
        connection, tables = owners.check()
    assert (connection.ok, tables.ok, tables.needed) == (True, False, "read")
    for needle in ("other_", "prefix", "DB_PARAMS['default']", "docs/operate.md"):
        assert needle in tables.hint


def test_tables_a_moodle_may_lack_are_no_failure(server: Server) -> None:
    """Moodle 3.11 without recordings table: said as what it costs, and no reason not to start."""
    lines = check(server.hold(Moodle(), leave_out=frozenset({"bigbluebuttonbn_recordings"})))
    (line,) = [line for line in lines if not line.ok]
    assert (line.needed, "3.11" in line.hint) == ("more", True)


@WITH_ACCOUNTS
def test_a_forgotten_right_is_never_called_ok(server: Server, account: dict[str, Any]) -> None:
    """Without the groups' members a run does not start: each group would get the others' recordings.

    Without the logs it does, but that something is missing is said.
    """
    user = account["user"] if server.engine == "postgresql" else f"'{account['user']}'@'%'"
    for table, columns in TABLES.items():
        if table in ("groups_members", "bigbluebuttonbn_logs"):
            server.run(f"REVOKE SELECT ({', '.join(columns)}) ON {account['prefix']}{table} FROM {user}")
    lacking = {line.what.partition("_")[2]: line.needed for line in check(account) if not line.ok}
    assert lacking == {"bigbluebuttonbn_logs": "more", "groups_members": "read"}


@WITH_ACCOUNTS
def test_a_refused_password_is_never_shown(server: Server, params: dict[str, Any]) -> None:
    """An account that is not let in: the message names the entry and no secret; findings have failed."""
    wrong = {**params, "user": "nobody_here", "password": PASSWORD, "port": params["port"] or 5432}
    with MoodleOwners({"default": wrong}) as owners:
        finding = owners.find([Rec(MEETING)])["rec-1"]
        lines = owners.check()
    assert finding.failed
    assert not finding.owners
    assert "'default'" in str(finding.reason)
    assert PASSWORD not in str(finding.reason) + str(lines) + repr(owners.params)


def test_a_server_that_is_not_there_fails_its_own_recordings_only(params: dict[str, Any]) -> None:
    """Two Moodles, one of them down: the other's recordings are answered."""
    down = {"engine": "sqlite", "database": "/nowhere/moodle.sqlite3"}
    with MoodleOwners({"down.example": down, "default": params}, clock=lambda: NOW) as owners:
        found = owners.find(
            [Rec(MEETING, "a", {"bbb-origin-server-name": "DOWN.example"}), Rec(MEETING, "b")],
        )
    assert found["a"].failed
    assert who(found["b"]) == {"ada": "role:editingteacher"}


@WITH_ACCOUNTS
def test_a_lost_connection_is_made_again(server: Server, params: dict[str, Any]) -> None:
    """A server that closes idle connections does not fail the next batch."""
    with MoodleOwners({"default": params}, clock=lambda: NOW) as owners:
        owners.find([Rec(MEETING)])
        _drop_connection(server, owners)
        assert who(owners.find([Rec(MEETING)])["rec-1"]) == {"ada": "role:editingteacher"}


def _drop_connection(server: Server, owners: MoodleOwners) -> None:
    database = owners._database("default")
    if server.engine == "postgresql":
        ((number,),) = database.rows("SELECT pg_backend_pid()")
        server.run(f"SELECT pg_terminate_backend({number})")
    else:
        ((number,),) = database.rows("SELECT CONNECTION_ID()")
        server.run(f"KILL {number}")


def test_two_moodles_are_told_apart(server: Server) -> None:
    """Each recording is asked of the Moodle that it names, by host and by path."""
    entries = {}
    for name in ("default", "https://moodle.example/science", "moodle.example/arts"):
        moodle = Moodle()
        person = moodle.user(f"teacher-{name[-4:]}")
        moodle.enrol(moodle.course("C"), person, 3)
        course = moodle.course("Algebra")
        moodle.enrol(course, person, 3)
        moodle.activity(course, "Lesson", [VIEWERS, role_rule(3)], seed="s" * 40)
        entries[name] = server.hold(moodle)
    meeting = "s" * 40 + "-2-1[0]"
    ready = "https://moodle.example/{}/mod/bigbluebuttonbn/bbb_broker.php?action=recording_ready"
    host = {"bbb-origin-server-name": "moodle.example"}
    with MoodleOwners(entries, clock=lambda: NOW) as owners:
        found = owners.find(
            [
                Rec(meeting, "s", {**host, "bbb-recording-ready-url": ready.format("science")}),
                Rec(meeting, "a", {**host, "bn-recording-ready-url": ready.format("arts")}),
                Rec(meeting, "d", {"bbb-origin-server-name": "other.example"}),
                Rec(meeting, "g", {"bbb-origin": "Greenlight"}),
            ]
        )
    assert {name: list(who(found[name])) for name in "sadg"} == {
        "s": ["teacher-ence"],
        "a": ["teacher-arts"],
        "d": ["teacher-ault"],
        "g": [],
    }


def test_an_activity_that_was_restored_elsewhere_is_found_there(tmp_path: Path) -> None:
    """Of last year's Moodle at the same address, where it was copied from, as of the one that was used."""
    entries, meetings = {}, []
    for year, course in (("2025", "Old"), ("2026", "New")):
        moodle = Moodle()
        if year == "2026":
            moodle.course("Another")
        taught = moodle.course(course)
        moodle.enrol(taught, moodle.user(f"teacher-{year}"), 3)
        room = moodle.activity(taught, "Lesson", [VIEWERS, role_rule(3)], seed="s" * 40)
        meetings.append(room.meeting_id())
        write_sqlite(tmp_path / year, moodle)
        entries[f"moodle.example/{year}"] = {"engine": "sqlite", "database": str(tmp_path / year)}
    recordings = [Rec(one, one, {"bbb-origin-server-name": "moodle.example"}) for one in meetings]
    with MoodleOwners(entries, clock=lambda: NOW) as owners:
        found = owners.find(recordings)
    assert [list(who(found[one])) for one in meetings] == [["teacher-2025"], ["teacher-2026"]]
