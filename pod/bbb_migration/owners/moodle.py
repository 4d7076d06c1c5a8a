"""Owners of recordings that were made in Moodle.

`MoodleOwners` asks each Moodle of DB_PARAMS about its own recordings, on one
read-only connection each, 500 recordings at a time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from django.utils.translation import gettext_noop as _

from pod.bbb.api import by_name
from pod.bbb_migration.owners.base import (
    Activity,
    CheckLine,
    Evidence,
    Finding,
    OwnersError,
    Person,
    RecordingFacts,
    ways_of,
)
from pod.bbb_migration.owners.database import FrontEndDatabase
from pod.bbb_migration.owners.db_params import read_params
from pod.bbb_migration.owners.moodle_checks import check_reading, check_writing
from pod.bbb_migration.owners.moodle_decision import Account, Claim, Decision
from pod.bbb_migration.owners.moodle_lookup import Batch, Case, Lookup
from pod.bbb_migration.owners.moodle_origin import route
from pod.bbb_migration.owners.moodle_tables import MOODLE
from pod.bbb_migration.owners.moodle_target import Kind
from pod.bbb_migration.owners.origin import askable
from pod.bbb_migration.reasons import NONE, Reason, because, listed, remarked
from pod.main.parts import in_parts


class MoodleOwners:
    """The source of ownership "Moodle": DB_PARAMS in, findings out.

    Raises OwnersError when DB_PARAMS cannot be understood; a Moodle that cannot
    be asked makes findings with `failed`, and the others are still asked.
    """

    def __init__(self, db_params: Mapping[str, Any], *, clock: Callable[[], float] = time.time) -> None:
        self.params = read_params(db_params, MOODLE)
        self._clock = clock
        self._databases: dict[str, FrontEndDatabase] = {}
        self._lookups: dict[str, Lookup] = {}

    def find(self, recordings: Sequence[RecordingFacts]) -> dict[str, Finding]:
        """Return one finding per record id, in a constant number of queries per 500 recordings and Moodle."""
        found: dict[str, Finding] = {}
        for batch in in_parts(recordings):
            found.update(self._find_batch(batch))
        return found

    def check(self, *, writing: bool = False) -> list[CheckLine]:
        """Return what each Moodle lets its account do; `writing` adds what the notice takes.

        Nothing is changed: rights are tried with statements that match no row.
        """
        lines: list[CheckLine] = []
        for key, params in self.params.items():
            lines += check_reading(params, self._database(key))
            if writing:
                lines += check_writing(params)
        return lines

    @property
    def queries(self) -> int:
        """How many statements were sent so far, to all Moodles together."""
        return sum(database.queries for database in self._databases.values())

    def close(self) -> None:
        """Give all connections back."""
        for database in self._databases.values():
            database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _find_batch(self, recordings: Sequence[RecordingFacts]) -> dict[str, Finding]:
        found: dict[str, Finding] = {}
        waiting: dict[str, list[tuple[RecordingFacts, tuple[str, ...]]]] = {}
        for recording in recordings:
            way = route(by_name(recording.metadata), self.params)
            if way.keys and askable(recording.record_id) and askable(recording.meeting_id):
                waiting.setdefault(way.keys[0], []).append((recording, way.keys[1:]))
            else:
                unasked = because(_("its ids hold characters that no database can hold"))
                reason = because(_("Moodle: %(why)s"), why=unasked if way.keys else way.reason)
                found[recording.record_id] = Finding(recording.record_id, reason=reason, unknown=True)
        while waiting:
            key, asked = waiting.popitem()
            for finding, (recording, others) in zip(
                self._ask(key, [one for one, _others in asked]), asked, strict=True
            ):
                # a copy of the activity may be here, and itself in another Moodle
                if others and not finding.owners and (finding.unknown or finding.to_confirm):
                    waiting.setdefault(others[0], []).append((recording, others[1:]))
                if finding.says_more_than(found.get(recording.record_id)):
                    found[recording.record_id] = finding
        return found

    def _ask(self, key: str, recordings: Sequence[RecordingFacts]) -> list[Finding]:
        try:
            cases, batch = self._lookup(key).look_up(recordings)
        except OwnersError as error:
            return [Finding(one.record_id, reason=error.reason, failed=True) for one in recordings]
        return [_finding(key, case, batch) for case in cases]

    def _database(self, key: str) -> FrontEndDatabase:
        if key not in self._databases:
            self._databases[key] = FrontEndDatabase(self.params[key])
        return self._databases[key]

    def _lookup(self, key: str) -> Lookup:
        if key not in self._lookups:
            self._lookups[key] = Lookup(self._database(key), int(self._clock()))
        return self._lookups[key]


def person(key: str, account: Account) -> Person:
    """Return an account of the Moodle `key` as a person."""
    return Person(
        source=f"moodle:{key}",
        id=str(account.id),
        username=account.username,
        email=account.email,
        idnumber=account.idnumber,
        first_name=account.first_name,
        last_name=account.last_name,
    )


def _finding(key: str, case: Case, batch: Batch) -> Finding:
    decision = case.decision
    guessed = case.guess.owners if case.guess else ()
    sure = case.target.kind is not Kind.COPY
    owners = decision.owners if sure else ()
    flagged = (*decision.flagged, *guessed) if sure else (*guessed, *decision.owners, *decision.flagged)
    to_confirm = not sure or bool(guessed)
    mentioned: dict[int, Claim] = {}
    for claim in flagged:
        mentioned.setdefault(claim.user_id, claim)
    note = because(_("to confirm: from a copy of the activity")) if to_confirm else NONE

    def evidence(claims: Iterable[Claim], note: Reason) -> tuple[Evidence, ...]:
        return tuple(_evidence(key, claim, case, batch, note) for claim in claims)

    return Finding(
        record_id=case.recording.record_id,
        owners=evidence(owners, NONE),
        flagged=evidence(mentioned.values(), note),
        reason=_reason(key, case, decision, to_confirm=to_confirm),
        to_confirm=to_confirm,
        activity=_activity(key, case),
        unknown=case.target.kind is Kind.UNKNOWN,
    )


def _evidence(key: str, claim: Claim, case: Case, batch: Batch, note: Reason) -> Evidence:
    account = batch.accounts[claim.user_id]
    course = case.target.course_id
    enrolled = None
    if batch.enrolled is not None and course is not None:
        enrolled = batch.enrolled.get(course, {}).get(claim.user_id, False)
    return Evidence(person(key, account), claim.via, enrolled, listed((claim.note, note)))


def _activity(key: str, case: Case) -> Activity | None:
    target = case.target
    if target.kind is Kind.UNKNOWN:
        return None
    room = target.room
    name = room.name if room else case.metadata.get("bbb-recording-name", "")
    return Activity(f"moodle:{key}", room.id if room else None, name, target.course_id, case.course_name)


def _reason(key: str, case: Case, decision: Decision, *, to_confirm: bool) -> Reason:
    """Return one sentence that says how the owners are known, or why there are none."""
    room, kind = case.target.room, case.target.kind
    where = because(kind.value)
    if room is not None:
        words = _("activity %(activity)s in course %(course)s")
        if kind is Kind.COPY:
            words = _("activity %(activity)s in course %(course)s (a copy of the one that was used)")
        where = because(words, activity=room.id, course=room.course_id)
    ways = ways_of(claim.via for claim in decision.owners)
    if kind is Kind.UNKNOWN and not ways:
        return remarked(because(_("Moodle %(key)s: %(where)s"), key=key, where=where), decision.remarks)
    if to_confirm:
        what = because(_("to be confirmed by a person"))
    elif ways:
        what = ways
    else:
        what = because(_("no moderator is left, and who opened the room is not known"))
    told = because(_("Moodle %(key)s, %(where)s: %(what)s"), key=key, where=where, what=what)
    return remarked(told, decision.remarks)
