"""One batch of recordings asked of one Moodle: a constant number of queries, then pure decisions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from pod.bbb.api import by_name
from pod.bbb_migration.owners import moodle_queries as ask
from pod.bbb_migration.owners import moodle_rules as moodle
from pod.bbb_migration.owners.base import RecordingFacts
from pod.bbb_migration.owners.database import FrontEndDatabase
from pod.bbb_migration.owners.moodle_decision import (
    Account,
    Assignment,
    Decision,
    Facts,
    Level,
    Site,
    decide,
    left_out,
    rules_of,
    teachers_of,
)
from pod.bbb_migration.owners.moodle_origin import (
    MeetingName,
    callback_instance,
    opener_mails,
    read_meeting_id,
    same_meeting,
)
from pod.bbb_migration.owners.moodle_target import Kind, RecordingRow, Room, Target, locate, rooms_of
from pod.bbb_migration.owners.origin import askable

BEFORE_START = timedelta(minutes=15)
"""A room is opened before its recording starts: how long before still counts."""


@dataclass(slots=True)
class Case:
    """One recording on its way to a decision."""

    recording: RecordingFacts
    metadata: Mapping[str, str]
    name: MeetingName | None
    target: Target = field(default_factory=lambda: Target(Kind.UNKNOWN))
    facts: Facts = field(default_factory=Facts)
    decision: Decision = field(default_factory=Decision)
    # for what can only be guessed: more people to mention, beside the decision's
    guess: Decision | None = None
    course_name: str = ""

    @property
    def group_id(self) -> int:
        """The meeting's group, 0 outside groups."""
        return self.target.group_id


@dataclass(slots=True)
class Batch:
    """What the queries of one batch brought, shared by its cases."""

    accounts: dict[int, Account] = field(default_factory=dict)
    rows: dict[str, list[RecordingRow]] = field(default_factory=dict)
    making: list[ask.Log] = field(default_factory=list)
    summaries: dict[tuple[int, str], set[int]] = field(default_factory=dict)
    makers: dict[int, int] = field(default_factory=dict)
    modules: dict[int, ask.Context] = field(default_factory=dict)
    courses: dict[int, ask.Context] = field(default_factory=dict)
    held: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    members: dict[int, frozenset[int]] = field(default_factory=dict)
    enrolled: dict[int, dict[int, bool]] | None = field(default_factory=dict)


class Lookup:
    """Decides batches of recordings on one Moodle; `site` is asked once for all of them."""

    def __init__(self, database: FrontEndDatabase, now: int) -> None:
        self._database = database
        self._now = now
        self._site: Site | None = None

    @property
    def site(self) -> Site:
        """Roles, default moderators, administrators."""
        if self._site is None:
            self._site = ask.site(self._database)
        return self._site

    def look_up(self, recordings: Sequence[RecordingFacts]) -> tuple[list[Case], Batch]:
        """Return the recordings with what was decided on each, and what the queries brought.

        Their ids must be `askable`. Fallbacks are asked for only where the stronger evidence left
        nobody; `decide` uses them in no other case, so that asking late changes nothing.
        """
        cases = [Case(one, by_name(one.metadata), read_meeting_id(one.meeting_id)) for one in recordings]
        batch = Batch()
        self._locate(cases, batch)
        self._gather(cases, batch)
        for case in cases:
            case.facts = self._facts(case, batch, case.target.room, trusted=case.target.kind is not Kind.COPY)
            case.decision = decide(self.site, case.facts)
        undecided = [case for case in cases if case.decision.is_weak or case.target.kind is Kind.COPY]
        self._fall_back(undecided, batch)
        for case in undecided:
            case.decision = decide(self.site, case.facts)
            if case.target.kind is Kind.COPY:
                # who opened the room is known by mail address, which no copy changes: the best guess
                opener = Facts(rules_known=False, accounts=batch.accounts, mails=case.facts.mails)
                case.guess = decide(self.site, opener)
            elif not case.decision.owners and case.target.kind is Kind.GONE and case.target.copy:
                guess = self._facts(case, batch, case.target.copy, trusted=False)
                case.guess = decide(self.site, guess)
        return cases, batch

    def _locate(self, cases: Sequence[Case], batch: Batch) -> None:
        """Find each recording's activity: by meetingID, then by the recordings table."""
        database = self._database
        batch.rows = ask.recording_rows(database, {case.recording.record_id for case in cases})
        names = [case.name for case in cases if case.name is not None]
        callbacks = {
            case.recording.record_id: callback_instance(case.metadata) for case in cases if case.name is None
        }
        instances = {name.instance for name in names}
        instances |= {row.instance for rows in batch.rows.values() for row in rows}
        instances |= {number for number in callbacks.values() if number is not None}
        found = ask.rooms(database, instances, {name.seed for name in names})
        courses = {name.course_id for name in names} | {room.course_id for room in found}
        courses |= {row.course_id for rows in batch.rows.values() for row in rows}
        batch.making = ask.making_logs(database, courses, instances | {room.id for room in found})
        made = {(log.instance, log.course_id, read_seed(log.meeting_id)) for log in batch.making}
        known = rooms_of(found, made)
        for case in cases:
            rows = batch.rows.get(case.recording.record_id, [])
            callback = callbacks.get(case.recording.record_id)
            case.target = locate(case.recording.meeting_id, case.name, callback, rows, known)
        for log in batch.making:
            if log.kind == "add" and log.user_id:
                batch.makers.setdefault(log.instance, log.user_id)
            noted = ask.summary_of(log)
            if noted:
                batch.summaries.setdefault((log.instance, noted[0]), set()).add(noted[1])

    def _gather(self, cases: Sequence[Case], batch: Batch) -> None:
        """Bring contexts, roles, people, groups and enrolments of the activities found."""
        rooms = {
            room.id: room
            for case in cases
            for room in (case.target.room, case.target.copy)
            if room is not None
        }
        courses = {case.target.course_id for case in cases if case.target.course_id is not None}
        courses |= {room.course_id for room in rooms.values()}
        batch.modules = ask.module_contexts(self._database, rooms.keys())
        batch.courses = ask.course_contexts(self._database, courses)
        gone = courses - {room.course_id for room in rooms.values()}
        course_names = ask.course_names(self._database, gone)
        rules = {
            rule
            for room in rooms.values()
            for rule in rules_of(self.site, Facts(room.participants, owner_id=batch.makers.get(room.id)))
            if rule.moderates
        }
        roles = {role.id for rule in rules if (role := moodle.named_role(rule, self.site.roles)) is not None}
        roles |= {role.id for role in self.site.roles.values() if role.archetype in moodle.TEACHER_ARCHETYPES}
        contexts = {step for one in (*batch.modules.values(), *batch.courses.values()) for step in one.path}
        batch.held, batch.accounts = ask.holders(self._database, contexts, roles)
        people = {user for rule in rules if (user := moodle.named_user(rule)) is not None}
        people |= {user for users in batch.summaries.values() for user in users}
        self._bring_accounts(batch, people)
        batch.members = ask.group_members(self._database, {case.group_id for case in cases if case.group_id})
        batch.enrolled = ask.enrolments(self._database, courses, batch.accounts.keys(), self._now)
        for case in cases:
            room = case.target.room
            case.course_name = room.course_name if room else course_names.get(case.target.course_id or 0, "")

    def _bring_accounts(self, batch: Batch, people: Iterable[int]) -> None:
        batch.accounts.update(ask.accounts(self._database, set(people) - batch.accounts.keys()))

    def _facts(self, case: Case, batch: Batch, room: Room | None, *, trusted: bool) -> Facts:
        target = case.target
        instance = room.id if room else target.instance
        course_id = room.course_id if room else target.course_id
        return Facts(
            participants=room.participants if room else None,
            rules_known=room is not None,
            trust_user_rules=trusted,
            owner_id=batch.makers.get(room.id) if room else None,
            assignments=_assignments(batch, room, course_id),
            summary=frozenset(batch.summaries.get((instance or 0, case.recording.record_id), ())),
            accounts=batch.accounts,
            members=batch.members.get(case.group_id) if trusted else None,
            enrolled=(batch.enrolled or {}).get(course_id or 0, {}),
        )

    def _fall_back(self, cases: Sequence[Case], batch: Batch) -> None:
        """Bring who opened the room and who joined first, for the cases without an owner."""
        mails = {mail for case in cases for mail in opener_mails(case.metadata) if askable(mail)}
        by_mail = ask.accounts_by_mail(self._database, mails)
        mailed = {account.id: account for found in by_mail.values() for account in found}
        batch.accounts.update(mailed)
        opened = self._opened([case for case in cases if case.target.kind in {Kind.ORIGINAL, Kind.GONE}])
        openers = {user for pair in opened.values() for users in pair for user in users}
        self._bring_accounts(batch, openers)
        courses = {case.target.course_id for case in cases if case.target.course_id is not None}
        enrolled = ask.enrolments(self._database, courses, openers | mailed.keys(), self._now)
        if batch.enrolled is not None and enrolled is not None:
            for course_id, people in enrolled.items():
                batch.enrolled.setdefault(course_id, {}).update(people)
        learners = self._learners(batch, courses, openers | mailed.keys())
        for case in cases:
            joins, creates = opened.get(case.recording.record_id, ((), ()))
            named = [self._only(by_mail.get(mail, ())) for mail in opener_mails(case.metadata)]
            case.facts = replace(
                case.facts,
                mails=tuple(number for number in named if number is not None),
                joins=joins,
                creates=creates,
                learners=learners.get(case.target.course_id or 0, frozenset()),
                enrolled=(batch.enrolled or {}).get(case.target.course_id or 0, {}),
            )

    def _only(self, found: Sequence[Account]) -> int | None:
        """Return the one account that a mail address means, or None when it may mean several."""
        usable = [account for account in found if not left_out(account, self.site)]
        candidates = usable or found
        return candidates[0].id if len(candidates) == 1 else None

    def _learners(
        self, batch: Batch, courses: Iterable[int], users: Iterable[int]
    ) -> dict[int, frozenset[int]]:
        """Return {course: those of the users who hold a student's role there, or above it}."""
        roles = {role.id for role in self.site.roles.values() if role.archetype in moodle.CLASS_ARCHETYPES}
        paths = {course: batch.courses[course].path for course in courses if course in batch.courses}
        held = ask.held_by(
            self._database, {step for path in paths.values() for step in path}, roles, set(users)
        )
        return {
            course: frozenset(user for context, user in held if context in path)
            for course, path in paths.items()
        }

    def _opened(self, cases: Sequence[Case]) -> dict[str, tuple[tuple[int, ...], tuple[int, ...]]]:
        """Return {record id: (who joined, who created)}, from 15 minutes before the start on.

        Of each the first, and the first who teaches the course.
        """
        windows = {case.recording.record_id: window for case in cases if (window := _window(case.recording))}
        if not windows:
            return {}
        logs = ask.opening_logs(
            self._database,
            {case.target.course_id for case in cases if case.target.course_id is not None},
            {case.target.instance for case in cases if case.target.instance is not None},
            min(first for first, _ in windows.values()),
            max(last for _, last in windows.values()),
        )
        by_instance: dict[int, list[ask.Log]] = {}
        for log in sorted(logs, key=lambda one: (one.time, one.id)):
            by_instance.setdefault(log.instance, []).append(log)
        opened = {}
        for case in cases:
            if case.recording.record_id in windows:
                first, last = windows[case.recording.record_id]
                seen = [
                    log
                    for log in by_instance.get(case.target.instance or 0, [])
                    if first <= log.time <= last and same_meeting(log.meeting_id, case.recording.meeting_id)
                ]
                teaching = teachers_of(self.site, case.facts)
                opened[case.recording.record_id] = (
                    _first(seen, "join", teaching),
                    _first(seen, "create", teaching),
                )
        return opened


def read_seed(meeting_id: str) -> str:
    """Return the seed of a log row's meetingID: `Add` has it alone, `Delete` and `Join` the whole name."""
    name = read_meeting_id(meeting_id)
    return name.seed if name else meeting_id


def _window(recording: RecordingFacts) -> tuple[int, int] | None:
    if recording.start is None:
        return None
    end = recording.end or recording.start
    return int((recording.start - BEFORE_START).timestamp()), int(end.timestamp())


def _first(logs: Iterable[ask.Log], kind: str, teaching: Collection[int]) -> tuple[int, ...]:
    """Return whom the first of `logs` (sorted by time) of this kind names, and the first who teaches."""
    people = [log.user_id for log in logs if log.kind.startswith(kind) and log.user_id]
    teacher = next((user for user in people if user in teaching), None)
    return tuple(dict.fromkeys((*people[:1], *((teacher,) if teacher else ()))))


def _assignments(batch: Batch, room: Room | None, course_id: int | None) -> tuple[Assignment, ...]:
    """Return the roles held in the activity and above it, with where."""
    module = batch.modules.get(room.id) if room else None
    course = batch.courses.get(course_id or 0)
    path = dict.fromkeys((*(course.path if course else ()), *(module.path if module else ())))
    found = []
    for step in path:
        level = Level.ABOVE
        if module is not None and step == module.id:
            level = Level.MODULE
        elif course is not None and step == course.id:
            level = Level.COURSE
        found += [Assignment(user, role, level) for user, role in batch.held.get(step, ())]
    return tuple(found)
