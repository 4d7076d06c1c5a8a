"""Which of Moodle's tables and columns are read: the least privilege to grant."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from pod.bbb_migration.owners.db_params import FrontEnd

TABLES: Mapping[str, tuple[str, ...]] = {
    "bigbluebuttonbn": ("id", "course", "name", "meetingid", "participants"),
    "course": ("id", "fullname"),
    "course_modules": ("id", "instance", "module"),
    "modules": ("id", "name"),
    "context": ("id", "contextlevel", "instanceid", "path"),
    "role": ("id", "shortname", "archetype"),
    "role_assignments": ("roleid", "contextid", "userid"),
    "user": (
        *("id", "username", "email", "idnumber", "firstname", "lastname"),
        *("auth", "confirmed", "deleted", "suspended"),
    ),
    "config": ("name", "value"),
    "bigbluebuttonbn_logs": (
        *("id", "courseid", "bigbluebuttonbnid", "userid"),
        *("timecreated", "meetingid", "log", "meta"),
    ),
    "bigbluebuttonbn_recordings": (
        "id",
        "courseid",
        "bigbluebuttonbnid",
        "groupid",
        "recordingid",
        "imported",
    ),
    "groups_members": ("groupid", "userid"),
    "enrol": ("id", "courseid", "status"),
    "user_enrolments": ("enrolid", "userid", "status", "timestart", "timeend"),
}
"""What finding owners reads, by table without its prefix: the least privilege to grant (SELECT)."""

MOODLE = FrontEnd("Moodle", "DB_PARAMS", "mdl_", TABLES)

OPTIONAL = {
    "bigbluebuttonbn_recordings": _("Moodle 3.11 and older have no such table: meetingID alone is used"),
    "bigbluebuttonbn_logs": _("Without it, who opened a room and who made an activity are not known"),
    "enrol": _("Without it, ended enrolments are not told from running ones"),
    "user_enrolments": _("Without it, ended enrolments are not told from running ones"),
}
"""Tables that a Moodle may lack or hide, and what that costs. Never `groups_members`: every Moodle has
it, and without it a group's meetings would go to the moderators of all groups."""

WRITTEN: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "bigbluebuttonbn": ("intro", ("id", "course", "introformat")),
    "course": ("cacherev", ("id",)),
}
"""What the notice writes, by table: the column to UPDATE, and those to read beside it."""

NOTICE_READS: Mapping[str, tuple[str, ...]] = {
    "course_modules": ("instance", "module", "course", "showdescription"),
    "modules": ("id", "name"),
}
"""What the notice only reads."""
