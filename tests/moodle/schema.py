"""Moodle's tables, as far as the migration reads and writes them, for three engines.

Names and meanings as in Moodle 4.5; `password` is there so that a test can
prove that nobody needs to read it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

INT, SHORT, LONG = "int", "short", "long"
COLUMNS: Mapping[str, Mapping[str, str]] = {
    "user": {
        "auth": SHORT,
        "confirmed": INT,
        "deleted": INT,
        "suspended": INT,
        "mnethostid": INT,
        "username": SHORT,
        "password": SHORT,
        "idnumber": SHORT,
        "firstname": SHORT,
        "lastname": SHORT,
        "email": SHORT,
    },
    "course": {"category": INT, "fullname": SHORT, "shortname": SHORT, "cacherev": INT},
    "modules": {"name": SHORT},
    "course_modules": {"course": INT, "module": INT, "instance": INT, "showdescription": INT},
    "context": {"contextlevel": INT, "instanceid": INT, "path": SHORT, "depth": INT},
    "role": {"name": SHORT, "shortname": SHORT, "archetype": SHORT},
    "role_assignments": {"roleid": INT, "contextid": INT, "userid": INT},
    "enrol": {"enrol": SHORT, "status": INT, "courseid": INT},
    "user_enrolments": {"status": INT, "enrolid": INT, "userid": INT, "timestart": INT, "timeend": INT},
    "groups": {"courseid": INT, "name": SHORT},
    "groups_members": {"groupid": INT, "userid": INT},
    "config": {"name": SHORT, "value": LONG},
    "bigbluebuttonbn": {
        "type": INT,
        "course": INT,
        "name": SHORT,
        "intro": LONG,
        "introformat": INT,
        "meetingid": SHORT,
        "participants": LONG,
        "timecreated": INT,
        "timemodified": INT,
    },
    "bigbluebuttonbn_logs": {
        "courseid": INT,
        "bigbluebuttonbnid": INT,
        "userid": INT,
        "timecreated": INT,
        "meetingid": SHORT,
        "log": SHORT,
        "meta": LONG,
    },
    "bigbluebuttonbn_recordings": {
        "courseid": INT,
        "bigbluebuttonbnid": INT,
        "groupid": INT,
        "recordingid": SHORT,
        "headless": INT,
        "imported": INT,
        "status": INT,
        "usermodified": INT,
    },
}
"""Columns beside `id`, by table without its prefix."""

NULLABLE = {"groupid", "userid", "meta", "intro", "participants", "path"}
INDEXES = (
    ("context", ("contextlevel", "instanceid")),
    ("course_modules", ("instance",)),
    ("role_assignments", ("contextid",)),
    ("role_assignments", ("roleid", "contextid")),
    ("enrol", ("courseid",)),
    ("user_enrolments", ("userid",)),
    ("user_enrolments", ("enrolid", "userid")),
    ("groups_members", ("groupid",)),
    ("bigbluebuttonbn_logs", ("courseid", "bigbluebuttonbnid")),
    ("bigbluebuttonbn_recordings", ("recordingid",)),
)
TYPES = {
    "sqlite": {INT: "INTEGER", SHORT: "VARCHAR(255)", LONG: "TEXT", "id": "INTEGER PRIMARY KEY"},
    "postgresql": {INT: "bigint", SHORT: "varchar(255)", LONG: "text", "id": "bigserial PRIMARY KEY"},
    "mysql": {
        INT: "bigint",
        SHORT: "varchar(255)",
        LONG: "longtext",
        "id": "bigint AUTO_INCREMENT PRIMARY KEY",
    },
}


def quote(engine: str, *parts: str) -> str:
    """Return a quoted name, its parts (schema, table) joined by a dot."""
    mark = "`" if engine == "mysql" else '"'
    return ".".join(f"{mark}{part}{mark}" for part in parts if part)


def create(
    engine: str, prefix: str = "mdl_", schema: str = "", leave_out: frozenset[str] = frozenset()
) -> Iterator[str]:
    """Yield the statements that make the tables; `leave_out` names tables an older Moodle lacks."""
    types = TYPES[engine]
    tail = " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci" if engine == "mysql" else ""
    for table, columns in COLUMNS.items():
        if table in leave_out:
            continue
        lines = [f"id {types['id']}"]
        for name, kind in columns.items():
            lines.append(f"{quote(engine, name)} {types[kind]}{'' if name in NULLABLE else ' NOT NULL'}")
        if engine == "mysql":
            # each statement of its own would wait for the disk
            lines += [f"KEY ({', '.join(names)})" for indexed, names in INDEXES if indexed == table]
        yield f"CREATE TABLE {quote(engine, schema, prefix + table)} ({', '.join(lines)}){tail}"
    for table, names in INDEXES if engine != "mysql" else ():
        if table not in leave_out:
            on = quote(engine, schema, prefix + table)
            index = quote(engine, f"{prefix}{table}_{'_'.join(names)}_ix")
            yield f"CREATE INDEX {index} ON {on} ({', '.join(names)})"
