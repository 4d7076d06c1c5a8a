"""The questions asked of a Moodle database: each one query for a whole batch.

Tables a Moodle may lack (`bigbluebuttonbn_recordings` before 4.0) or an account
may not see answer with nothing. Columns are named one by one: an account
without the right to read `user.password` must be enough.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from pod.bbb_migration.owners.database import FrontEndDatabase, Row
from pod.bbb_migration.owners.moodle_decision import Account, Site
from pod.bbb_migration.owners.moodle_rules import Role, as_id
from pod.bbb_migration.owners.moodle_tables import TABLES
from pod.bbb_migration.owners.moodle_target import RecordingRow, Room
from pod.bbb_migration.owners.origin import read_json

DEFAULT_LIST = "bigbluebuttonbn_participant_moderator_default"
OPENING = ("Join", "join", "Create", "create", "create-migrated")
MAKING = ("Add", "Delete")
COURSE_LEVEL, MODULE_LEVEL = 50, 70
LOG = ", ".join(TABLES["bigbluebuttonbn_logs"])
ACCOUNT = ", ".join(f"u.{column}" for column in TABLES["user"])


@dataclass(frozen=True, slots=True)
class Context:
    """A module's or course's context and the ids above it, system first, its own last."""

    id: int
    path: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Log:
    """A row of `bigbluebuttonbn_logs`; `kind` is its `log` column in lower case."""

    id: int
    course_id: int
    instance: int
    user_id: int
    time: int
    meeting_id: str
    kind: str
    meta: str


def site(database: FrontEndDatabase) -> Site:
    """Return what is the same for the whole Moodle: roles, default moderators, administrators, guest."""
    roles = database.rows("SELECT id, shortname, archetype FROM {role}")
    names = (DEFAULT_LIST, "siteadmins", "siteguest")
    config: dict[str, str | None] = dict(
        database.rows("SELECT name, value FROM {config} WHERE name IN %s", names)
    )
    admins = {as_id(word) for word in (config.get("siteadmins") or "").split(",")}
    return Site(
        roles={int(number): Role(int(number), _text(short), _text(kind)) for number, short, kind in roles},
        default_moderators=config.get(DEFAULT_LIST),
        admins=frozenset(number for number in admins if number is not None),
        guest_id=as_id(config.get("siteguest") or ""),
    )


def recording_rows(database: FrontEndDatabase, record_ids: Collection[str]) -> dict[str, list[RecordingRow]]:
    """Return the rows of the recordings table by record id, without imports, the oldest first."""
    if not record_ids or not database.has("bigbluebuttonbn_recordings", "recordingid", "imported"):
        return {}
    rows = database.rows(
        "SELECT recordingid, id, courseid, bigbluebuttonbnid, groupid FROM {bigbluebuttonbn_recordings}"
        " WHERE recordingid IN %s AND imported = 0",
        sorted(record_ids),
    )
    found: dict[str, list[RecordingRow]] = {}
    for record_id, number, course, instance, group in sorted(rows, key=lambda row: int(row[1])):
        row = RecordingRow(int(number), int(course), int(instance), int(group or 0))
        found.setdefault(str(record_id), []).append(row)
    return found


def rooms(database: FrontEndDatabase, ids: Collection[int], seeds: Collection[str]) -> list[Room]:
    """Return the activities with these ids or seeds."""
    if not ids and not seeds:
        return []
    rows = database.rows(
        "SELECT b.id, b.course, b.name, b.meetingid, b.participants, c.fullname"
        " FROM {bigbluebuttonbn} b LEFT JOIN {course} c ON c.id = b.course"
        " WHERE b.id IN %s OR b.meetingid IN %s",
        sorted(ids),
        sorted(seeds),
    )
    return [
        Room(int(number), int(course), _text(name), _text(seed), participants, _text(fullname))
        for number, course, name, seed, participants, fullname in rows
    ]


def making_logs(
    database: FrontEndDatabase, courses: Collection[int], instances: Collection[int]
) -> list[Log]:
    """Return who made (or deleted) the activities, and whom BBB noted as moderators (`Summary`).

    The course is asked for too: the logs' index begins with it, and the table
    has a row for everyone who ever joined.
    """
    return _logs(
        database,
        "(log IN %s OR (log = %s AND meta LIKE %s))",
        courses,
        instances,
        MAKING,
        "Summary",
        # a first sieve, before the JSON is read: other participants are many
        "%moderator%true%",
    )


def opening_logs(
    database: FrontEndDatabase, courses: Collection[int], instances: Collection[int], first: int, last: int
) -> list[Log]:
    """Return who joined or created meetings between two times (seconds since 1970)."""
    return _logs(
        database,
        "log IN %s AND timecreated >= %s AND timecreated <= %s",
        courses,
        instances,
        OPENING,
        first,
        last,
    )


def _logs(
    database: FrontEndDatabase,
    condition: str,
    courses: Collection[int],
    instances: Collection[int],
    *args: str | int | tuple[str, ...],
) -> list[Log]:
    if not courses or not instances or not database.has("bigbluebuttonbn_logs", "log", "meta"):
        return []
    sql = (
        f"SELECT {LOG} FROM {{bigbluebuttonbn_logs}}"  # noqa: S608 - constants
        f" WHERE courseid IN %s AND bigbluebuttonbnid IN %s AND {condition}"
    )
    found: dict[int, Log] = {}
    for row in database.rows(sql, sorted(courses), sorted(instances), *args):
        number, course, instance, user, time, meeting, log, meta = row
        found[int(number)] = Log(
            id=int(number),
            course_id=int(course),
            instance=int(instance),
            user_id=int(user or 0),
            time=int(time),
            meeting_id=_text(meeting),
            kind=_text(log).lower(),
            meta=_text(meta),
        )
    return [found[number] for number in sorted(found)]


def module_contexts(database: FrontEndDatabase, instances: Collection[int]) -> dict[int, Context]:
    """Return the contexts of activities, by `bigbluebuttonbn.id`."""
    if not instances:
        return {}
    rows = database.rows(
        "SELECT cm.instance, x.id, x.path FROM {course_modules} cm"
        " JOIN {modules} m ON m.id = cm.module"
        " JOIN {context} x ON x.instanceid = cm.id AND x.contextlevel = %s"
        " WHERE m.name = %s AND cm.instance IN %s",
        MODULE_LEVEL,
        "bigbluebuttonbn",
        sorted(instances),
    )
    return _contexts(rows)


def course_contexts(database: FrontEndDatabase, courses: Collection[int]) -> dict[int, Context]:
    """Return the contexts of courses, by `course.id`."""
    if not courses:
        return {}
    rows = database.rows(
        "SELECT x.instanceid, x.id, x.path FROM {context} x WHERE x.contextlevel = %s AND x.instanceid IN %s",
        COURSE_LEVEL,
        sorted(courses),
    )
    return _contexts(rows)


def course_names(database: FrontEndDatabase, courses: Collection[int]) -> dict[int, str]:
    """Return the full names of courses whose activity is gone."""
    if not courses:
        return {}
    rows = database.rows("SELECT id, fullname FROM {course} WHERE id IN %s", sorted(courses))
    return {int(number): _text(name) for number, name in rows}


def _contexts(rows: Iterable[Row]) -> dict[int, Context]:
    found: dict[int, Context] = {}
    for instance, number, path in rows:
        # a path that Moodle has not built yet is NULL: then only the context itself counts
        steps = [as_id(step) for step in _text(path).split("/") if step]
        ids = tuple(step for step in steps if step is not None) or (int(number),)
        found[int(instance)] = Context(int(number), ids)
    return found


def holders(
    database: FrontEndDatabase, contexts: Collection[int], roles: Collection[int]
) -> tuple[dict[int, list[tuple[int, int]]], dict[int, Account]]:
    """Return who holds these roles in these contexts as {context: [(user, role)]}, and their accounts."""
    if not contexts or not roles:
        return {}, {}
    rows = database.rows(
        f"SELECT ra.contextid, ra.roleid, {ACCOUNT} FROM {{role_assignments}} ra"  # noqa: S608 - constants
        " JOIN {user} u ON u.id = ra.userid WHERE ra.contextid IN %s AND ra.roleid IN %s",
        sorted(contexts),
        sorted(roles),
    )
    held: dict[int, list[tuple[int, int]]] = {}
    people: dict[int, Account] = {}
    for context, role, *columns in rows:
        user_id = int(columns[0])
        held.setdefault(int(context), []).append((user_id, int(role)))
        if user_id not in people:
            people[user_id] = _account(columns)
    return held, people


def held_by(
    database: FrontEndDatabase, contexts: Collection[int], roles: Collection[int], users: Collection[int]
) -> set[tuple[int, int]]:
    """Return (context, user) of those of these people who hold one of these roles there."""
    if not contexts or not roles or not users:
        return set()
    rows = database.rows(
        "SELECT contextid, userid FROM {role_assignments}"
        " WHERE contextid IN %s AND roleid IN %s AND userid IN %s",
        sorted(contexts),
        sorted(roles),
        sorted(users),
    )
    return {(int(context), int(user)) for context, user in rows}


def accounts(database: FrontEndDatabase, ids: Collection[int]) -> dict[int, Account]:
    """Return accounts by id."""
    if not ids:
        return {}
    sql = f"SELECT {ACCOUNT} FROM {{user}} u WHERE u.id IN %s"  # noqa: S608 - constants
    rows = database.rows(sql, sorted(ids))
    return {int(row[0]): _account(row) for row in rows}


def accounts_by_mail(database: FrontEndDatabase, mails: Collection[str]) -> dict[str, list[Account]]:
    """Return accounts by mail address in lower case; several accounts may share one."""
    if not mails:
        return {}
    sql = f"SELECT {ACCOUNT} FROM {{user}} u WHERE LOWER(u.email) IN %s"  # noqa: S608 - constants
    rows = database.rows(sql, sorted(mails))
    found: dict[str, list[Account]] = {}
    for row in rows:
        account = _account(row)
        found.setdefault(account.email.lower(), []).append(account)
    return found


def group_members(database: FrontEndDatabase, groups: Collection[int]) -> dict[int, frozenset[int]]:
    """Return the members of groups; a group without members is an empty set."""
    if not groups or not database.has("groups_members", "groupid", "userid"):
        return {}
    members: dict[int, set[int]] = {group: set() for group in groups}
    for group, user in database.rows(
        "SELECT groupid, userid FROM {groups_members} WHERE groupid IN %s", sorted(groups)
    ):
        members[int(group)].add(int(user))
    return {group: frozenset(users) for group, users in members.items()}


def enrolments(
    database: FrontEndDatabase, courses: Collection[int], users: Collection[int], now: int
) -> dict[int, dict[int, bool]] | None:
    """Return {course: {user: still enrolled}}, or None when this Moodle's enrolments cannot be read.

    Running means, as for Moodle's `is_enrolled(..., onlyactive)`: enrolment and
    method active, begun, and not ended.
    """
    if not (
        database.has("user_enrolments", "enrolid", "status") and database.has("enrol", "courseid", "status")
    ):
        return None
    found: dict[int, dict[int, bool]] = {course: {} for course in courses}
    if not courses or not users:
        return found
    rows = database.rows(
        "SELECT e.courseid, ue.userid, ue.status, e.status, ue.timestart, ue.timeend"
        " FROM {user_enrolments} ue JOIN {enrol} e ON e.id = ue.enrolid"
        " WHERE e.courseid IN %s AND ue.userid IN %s",
        sorted(courses),
        sorted(users),
    )
    for course, user, status, method, begins, ends in rows:
        running = status == 0 and method == 0 and begins <= now and (ends == 0 or ends > now)
        people = found.setdefault(int(course), {})
        people[int(user)] = people.get(int(user), False) or running
    return found


def summary_of(log: Log) -> tuple[str, int] | None:
    """Return (record id, user id) of a `Summary` row that notes a moderator, else None."""
    if log.kind != "summary":
        return None
    meta = read_json(log.meta)
    data = meta.get("data") if isinstance(meta, dict) else None
    if not isinstance(data, dict) or data.get("moderator") not in (True, 1, "1", "true"):
        return None
    record_id, user_id = meta.get("recordid"), log.user_id or as_id(str(data.get("ext_user_id", "")))
    return (record_id, user_id) if isinstance(record_id, str) and user_id else None


def _account(row: Iterable[object]) -> Account:
    number, username, email, idnumber, first, last, auth, confirmed, deleted, suspended = row
    return Account(
        id=int(str(number)),
        username=_text(username),
        email=_text(email),
        idnumber=_text(idnumber),
        first_name=_text(first).strip(),
        last_name=_text(last).strip(),
        auth=_text(auth),
        confirmed=bool(confirmed),
        deleted=bool(deleted),
        suspended=bool(suspended),
    )


def _text(value: object) -> str:
    return "" if value is None else str(value)
