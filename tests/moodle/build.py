"""Fill a Moodle by its own acts: people, courses, roles, activities, meetings."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha1
from typing import Any
from urllib.parse import urlsplit

from tests.moodle.schema import COLUMNS

ROLES = {
    1: ("manager", "manager"),
    2: ("coursecreator", "coursecreator"),
    3: ("editingteacher", "editingteacher"),
    4: ("teacher", "teacher"),
    5: ("student", "student"),
    6: ("guest", "guest"),
    7: ("user", "user"),
    8: ("frontpage", "frontpage"),
}
GUEST, ADMIN = 1, 2
SYSTEM_CONTEXT = 1
BBB_MODULE = 2
WWWROOT = "https://moodle.example"
VIEWERS: dict[str, object] = {"selectiontype": "all", "selectionid": "all", "role": "viewer"}
Rules = Sequence[dict[str, object]] | str | None


@dataclass(frozen=True)
class Course:
    """A course, with its context's id and path."""

    id: int
    name: str
    context: int
    path: str


@dataclass(frozen=True)
class Activity:
    """A BigBlueButton activity."""

    id: int
    course: Course
    name: str
    seed: str
    context: int

    def meeting_id(self, group: int | None = 0) -> str:
        """Return meetingID as Moodle gives it to BBB; `group` None for the form without brackets."""
        tail = "" if group is None else f"[{group}]"
        return f"{self.seed}-{self.course.id}-{self.id}{tail}"

    def metadata(self, opener: str = "", wwwroot: str = WWWROOT) -> dict[str, str]:
        """Return the metadata that Moodle sends with a meeting; `opener` as `"Name" <address>`."""
        said = {
            "bbb-origin": "Moodle",
            "bbb-origin-version": "4.5.6 (Build: 20250811)",
            "bbb-origin-server-name": urlsplit(wwwroot).hostname or "",
            "bbb-context": self.course.name,
            "bbb-context-id": str(self.course.id),
            "bbb-context-name": self.course.name,
            "bbb-recording-name": self.name,
            "bbb-recording-ready-url": (
                f"{wwwroot}/mod/bigbluebuttonbn/bbb_broker.php?action=recording_ready&bigbluebuttonbn={self.id}"
            ),
        }
        if opener:
            said["bn-recording-status"] = json.dumps({"email": [opener], "context": {}})
        return said


class Moodle:
    """A Moodle's tables, growing; every method returns the new row's id or object."""

    def __init__(self, *, default_moderators: str | None = "0", admins: Sequence[int] = (ADMIN,)) -> None:
        self.tables: dict[str, list[dict[str, Any]]] = {table: [] for table in COLUMNS}
        self._methods: dict[int, int] = {}
        self._paths = {SYSTEM_CONTEXT: f"/{SYSTEM_CONTEXT}"}
        for number, (short, archetype) in ROLES.items():
            self.add("role", id=number, name="", shortname=short, archetype=archetype)
        self.add("modules", id=9, name="forum")
        self.add("modules", id=BBB_MODULE, name="bigbluebuttonbn")
        self.add("context", id=SYSTEM_CONTEXT, contextlevel=10, instanceid=0, path="/1", depth=1)
        self.user("guest", email="root@localhost")
        self.user("admin", email="admin@moodle.example")
        self.config("siteadmins", ",".join(map(str, admins)))
        self.config("siteguest", str(GUEST))
        if default_moderators is not None:
            self.config("bigbluebuttonbn_participant_moderator_default", default_moderators)

    def add(self, table: str, **values: object) -> int:
        """Add a row; unnamed columns get 0, "" or NULL."""
        row: dict[str, Any] = {"id": self.tables[table][-1]["id"] + 1 if self.tables[table] else 1}
        for name, kind in COLUMNS[table].items():
            row[name] = 0 if kind == "int" else ""
        row.update(values)
        self.tables[table].append(row)
        return int(row["id"])

    def config(self, name: str, value: str) -> int:
        """Set a site setting."""
        return self.add("config", name=name, value=value)

    def user(self, username: str, first: str = "", last: str = "", **values: Any) -> int:
        """Add an account, confirmed and active unless said otherwise."""
        given: dict[str, object] = {
            "auth": "manual",
            "confirmed": 1,
            "mnethostid": 1,
            "username": username,
            "password": "never to be read",
            "firstname": first or username.title(),
            "lastname": last or "Example",
            "email": f"{username}@univ.example",
        }
        return self.add("user", **{**given, **values})

    def role(self, shortname: str, archetype: str = "") -> int:
        """Add a role of the institution's own."""
        return self.add("role", name=shortname.title(), shortname=shortname, archetype=archetype)

    def category(self, above: int = SYSTEM_CONTEXT) -> int:
        """Add a course category; return its context."""
        return self._context(40, len(self.tables["context"]), self._paths[above])

    def course(self, name: str, above: int = SYSTEM_CONTEXT, **values: object) -> Course:
        """Add a course below a category's context."""
        number = self.add(
            "course", fullname=name, shortname=name[:20], **{"cacherev": 1_700_000_000, **values}
        )
        context = self._context(50, number, self._paths[above])
        self._methods[number] = self.add("enrol", enrol="manual", status=0, courseid=number)
        return Course(number, name, context, self._paths[context])

    def enrol(self, course: Course, user: int, role: int | None = None, **values: object) -> None:
        """Enrol a person, with a role in the course if one is given."""
        self.add("user_enrolments", enrolid=self._methods[course.id], userid=user, **values)
        if role is not None:
            self.assign(role, course.context, user)

    def assign(self, role: int, context: int, user: int) -> int:
        """Give a role in a context, without enrolment."""
        return self.add("role_assignments", roleid=role, contextid=context, userid=user)

    def group(self, course: Course, *users: int) -> int:
        """Add a group with members."""
        number = self.add("groups", courseid=course.id, name="Group")
        for user in users:
            self.add("groups_members", groupid=number, userid=user)
        return number

    def activity(
        self,
        course: Course,
        name: str,
        rules: Rules = (),
        *,
        maker: int | None = None,
        seed: str = "",
        **values: object,
    ) -> Activity:
        """Add a BBB activity; `rules` as rows, as the text of `participants`, or None for NULL."""
        text = rules if rules is None or isinstance(rules, str) else json.dumps(list(rules))
        number = self.add(
            "bigbluebuttonbn", course=course.id, name=name, participants=text, **{"introformat": 1, **values}
        )
        seed = seed or sha1(f"{name}{number}".encode()).hexdigest()  # noqa: S324 - as Moodle makes it
        self.tables["bigbluebuttonbn"][-1]["meetingid"] = seed
        shown = self.add("course_modules", course=course.id, module=BBB_MODULE, instance=number)
        # a forum of the same number, in the same table: only the module's name tells them apart
        forum = self.add("course_modules", course=course.id, module=9, instance=number)
        self._context(70, forum, course.path)
        context = self._context(70, shown, course.path)
        activity = Activity(number, course, name, seed, context)
        if maker is not None:
            self.log(activity, "Add", maker, meeting_id=seed)
        return activity

    def log(self, activity: Activity, kind: str, user: int | None, time: int = 0, **values: object) -> int:
        """Add a row of the plugin's log; `meta` as a mapping becomes JSON."""
        meta = values.pop("meta", None)
        given: dict[str, object] = {
            "courseid": activity.course.id,
            "bigbluebuttonbnid": activity.id,
            "userid": user,
            "timecreated": time,
            "log": kind,
            "meta": json.dumps(meta, separators=(",", ":")) if isinstance(meta, dict) else meta,
        }
        meeting = str(values.pop("meeting_id", activity.meeting_id()))
        return self.add("bigbluebuttonbn_logs", **{**given, "meetingid": meeting, **values})

    def summary(self, activity: Activity, record_id: str, user: int, *, moderator: bool) -> int:
        """Add what BBB noted of one participant."""
        data = {"ext_user_id": str(user), "name": "Somebody", "moderator": moderator, "duration": 60}
        return self.log(activity, "Summary", user, meta={"recordid": record_id, "data": data})

    def recording(self, activity: Activity, record_id: str, **values: object) -> int:
        """Add a row of the recordings table."""
        given: dict[str, object] = {
            "courseid": activity.course.id,
            "bigbluebuttonbnid": activity.id,
            "recordingid": record_id,
            "status": 2,
        }
        return self.add("bigbluebuttonbn_recordings", **{**given, **values})

    def delete_activity(self, activity: Activity) -> None:
        """Delete an activity as Moodle does: logs and recordings' rows (headless now) stay."""
        for table, column in (("bigbluebuttonbn", "id"), ("course_modules", "instance")):
            self.tables[table] = [row for row in self.tables[table] if row[column] != activity.id]
        self.tables["context"] = [row for row in self.tables["context"] if row["id"] != activity.context]
        for row in self.tables["bigbluebuttonbn_recordings"]:
            if row["bigbluebuttonbnid"] == activity.id:
                row["headless"] = 1

    def _context(self, level: int, instance: int, above: str) -> int:
        number = self.add("context", contextlevel=level, instanceid=instance, depth=above.count("/") + 1)
        self._paths[number] = f"{above}/{number}"
        self.tables["context"][-1]["path"] = self._paths[number]
        return number


def user_rule(user: object, role: str = "moderator") -> dict[str, object]:
    """Return a rule that names a person."""
    return {"selectiontype": "user", "selectionid": user, "role": role}


def role_rule(role: object) -> dict[str, object]:
    """Return a rule that names a role, by id or shortname."""
    return {"selectiontype": "role", "selectionid": role, "role": "moderator"}


EVERYBODY: dict[str, object] = {"selectiontype": "all", "selectionid": "all", "role": "moderator"}
