"""Owners of recordings that were made in Greenlight 2 or 3.

`GreenlightOwners` asks the database of GREENLIGHT_DB_PARAMS on one read-only
connection, 500 recordings at a time. Greenlight's own list of recordings is
incomplete (3) or absent (2): rooms are asked for, by meetingID.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from pod.bbb.api import by_name
from pod.bbb_migration.owners.base import CheckLine, Finding, OwnersError, RecordingFacts
from pod.bbb_migration.owners.database import FrontEndDatabase, Row
from pod.bbb_migration.owners.db_params import read_entry
from pod.bbb_migration.owners.greenlight_rooms import SOURCE, Account, Room, decide
from pod.bbb_migration.owners.greenlight_tables import GREENLIGHT, SHARES, Version, version_of
from pod.bbb_migration.owners.origin import askable, made_with
from pod.bbb_migration.reasons import because
from pod.main.parts import in_parts

OURS = ("", "greenlight")
"""What such a recording may name as its front-end: old ones name none."""


class GreenlightOwners:
    """The source of ownership "Greenlight": GREENLIGHT_DB_PARAMS in, findings out.

    Raises OwnersError when GREENLIGHT_DB_PARAMS cannot be understood; a database
    that cannot be asked makes findings with `failed`.
    """

    def __init__(self, db_params: Mapping[str, Any]) -> None:
        self._database = FrontEndDatabase(read_entry(db_params, GREENLIGHT))

    def find(self, recordings: Sequence[RecordingFacts]) -> dict[str, Finding]:
        """Return one finding per record id, in two queries per 500 recordings that may be Greenlight's."""
        found: dict[str, Finding] = {}
        ours = []
        for recording in recordings:
            front_end = made_with(by_name(recording.metadata))
            if front_end not in OURS:
                words = gettext_noop("Greenlight: not asked about a recording made with “%(front_end)s”")
            elif not askable(recording.meeting_id):
                words = gettext_noop("Greenlight: its meetingID holds characters that no database can hold")
            else:
                ours.append(recording)
                continue
            reason = because(words, front_end=front_end)
            found[recording.record_id] = Finding(recording.record_id, reason=reason, unknown=True)
        for batch in in_parts(ours):
            found.update(self._find_batch(batch))
        return found

    def check(self) -> list[CheckLine]:
        """Return whether all that is read can be: the questions of a run are asked about no room."""
        lines = []
        what = _("connection")
        try:
            self._database.rows("SELECT 1")
            lines.append(CheckLine(SOURCE, what, ok=True))
            what = _("tables")
            self._rooms([""])
        except OwnersError as error:
            return [*lines, CheckLine(SOURCE, what, ok=False, hint=str(error))]
        version = self._known_version()
        what, hint = _("tables of version %(version)s") % {"version": version.name}, ""
        if version.lacking:
            hint = _(
                "The first Greenlight had no such tables. Of any other, grant SELECT: without it, nobody "
                "knows who was deleted or banned there, who shares a room, and whose username is only the "
                "beginning of a Google address."
            )
            what = _("%(tables)s, without %(lacking)s") % {
                "tables": what,
                "lacking": ", ".join(version.lacking),
            }
        return [*lines, CheckLine(SOURCE, what, ok=not version.lacking, hint=hint, needed="more")]

    @property
    def queries(self) -> int:
        """How many statements were sent so far."""
        return self._database.queries

    def close(self) -> None:
        """Give the connection back."""
        self._database.close()

    def _find_batch(self, recordings: Sequence[RecordingFacts]) -> dict[str, Finding]:
        try:
            rooms = self._rooms({one.meeting_id for one in recordings})
            version = self._known_version().name
        except OwnersError as error:
            failed = (Finding(one.record_id, reason=error.reason, failed=True) for one in recordings)
            return {finding.record_id: finding for finding in failed}
        decided = (decide(one.record_id, rooms.get(one.meeting_id), version) for one in recordings)
        return {finding.record_id: finding for finding in decided}

    def _known_version(self) -> Version:
        version = version_of(self._database)
        if version is None:
            words = gettext_noop(
                "The database of GREENLIGHT_DB_PARAMS shows its account no table `rooms` of Greenlight 2 "
                "or 3: correct database and schema, or grant SELECT."
            )
            raise OwnersError(because(words))
        return version

    def _rooms(self, meeting_ids: Iterable[str]) -> dict[str, Room]:
        """Return rooms with their people, by meetingID."""
        version = self._known_version()
        asked = sorted(meeting_ids)
        rooms: dict[str, Room] = {}
        sql = (
            f"SELECT {version.meeting}, r.name, {version.account}"  # noqa: S608 - constants
            f" FROM {{rooms}} r LEFT JOIN {{users}} u ON u.id = r.user_id{version.roles}"
            f" WHERE {version.meeting} IN %s"
        )
        for meeting_id, name, *columns in self._database.rows(sql, asked):
            rooms[str(meeting_id)] = Room(str(name or ""), _account(columns))
        if SHARES in version.lacking:
            return rooms
        sql = (
            f"SELECT {version.meeting}, {version.account}"  # noqa: S608 - constants
            " FROM {shared_accesses} s JOIN {rooms} r ON r.id = s.room_id"
            f" JOIN {{users}} u ON u.id = s.user_id{version.roles} WHERE {version.meeting} IN %s"
        )
        for meeting_id, *columns in self._database.rows(sql, asked):
            account = _account(columns)
            if account is not None and str(meeting_id) in rooms:
                room = rooms[str(meeting_id)]
                room.shared = (*room.shared, account)
        return rooms


def _account(columns: Sequence[Any] | Row) -> Account | None:
    number, name, mail, login, other_login, deleted, banned = columns
    if number is None:
        return None
    return Account(
        id=str(number),
        name=str(name or ""),
        login=str(login or other_login or "").strip(),
        email=str(mail or "").strip(),
        deleted=deleted in (True, "t"),  # Rails writes "t" into SQLite
        banned=bool(banned),
    )
