"""From a recording to the activity it was made in. Pure.

meetingID names the original activity, also after the course was copied: copies
keep the seed (`bigbluebuttonbn.meetingid`) and get ids of their own, and Moodle
copies the rows of `bigbluebuttonbn_recordings` with them. So meetingID decides,
and that table is only the second way.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from django.utils.translation import gettext_noop as _

from pod.bbb_migration.owners.moodle_origin import MeetingName


class Kind(Enum):
    """How sure the activity is."""

    ORIGINAL = _("the activity itself")
    GONE = _("an activity that was deleted here")
    COPY = _("only a copy of the activity")
    UNKNOWN = _("no activity of this Moodle")


@dataclass(frozen=True, slots=True)
class Room:
    """A row of `bigbluebuttonbn`, with its course's name."""

    id: int
    course_id: int
    name: str
    seed: str
    participants: str | None
    course_name: str


@dataclass(frozen=True, slots=True)
class RecordingRow:
    """A row of `bigbluebuttonbn_recordings` that is not an import (status never matters)."""

    id: int
    course_id: int
    instance: int
    group_id: int


@dataclass(frozen=True, slots=True)
class Rooms:
    """The activities that a batch may be about, and those (instance, course, seed) that the logs prove."""

    by_id: Mapping[int, Room] = field(default_factory=dict)
    by_seed: Mapping[str, Sequence[Room]] = field(default_factory=dict)
    made_here: frozenset[tuple[int, int, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Target:
    """Where a recording was made; `copy` is a same-seed activity, good for a guess only."""

    kind: Kind
    room: Room | None = None
    instance: int | None = None
    course_id: int | None = None
    group_id: int = 0
    copy: Room | None = None


def rooms_of(rooms: Iterable[Room], made_here: Iterable[tuple[int, int, str]]) -> Rooms:
    """Return `rooms` by id and by seed, the oldest first, beside what the logs prove."""
    by_id: dict[int, Room] = {}
    by_seed: dict[str, list[Room]] = {}
    for room in sorted(rooms, key=lambda one: one.id):
        if room.id not in by_id:
            by_id[room.id] = room
            by_seed.setdefault(room.seed, []).append(room)
    return Rooms(by_id, by_seed, frozenset(made_here))


def locate(
    meeting_id: str,
    name: MeetingName | None,
    callback: int | None,
    rows: Sequence[RecordingRow],
    rooms: Rooms,
) -> Target:
    """Return the activity of one recording.

    `name` is meetingID taken apart, `callback` the activity's id in the
    callback addresses, `rows` those of the recordings table with this record id.
    """
    if name is None:
        return _without_name(meeting_id, callback, rows, rooms)
    room = rooms.by_id.get(name.instance)
    if room is not None and (room.seed, room.course_id) == (name.seed, name.course_id):
        return Target(Kind.ORIGINAL, room, room.id, room.course_id, name.group_id)
    copies = [*rooms.by_seed.get(name.seed, ()), *_rooms_of_rows(rows, rooms)]
    copy = min(copies, key=lambda one: one.id) if copies else None
    held = any((row.instance, row.course_id) == (name.instance, name.course_id) for row in rows)
    if room is None and (held or (name.instance, name.course_id, name.seed) in rooms.made_here):
        return Target(Kind.GONE, None, name.instance, name.course_id, name.group_id, copy)
    if copy is not None:
        return Target(Kind.COPY, copy, copy.id, copy.course_id, 0, copy)
    return Target(Kind.UNKNOWN)


def _without_name(
    meeting_id: str, callback: int | None, rows: Sequence[RecordingRow], rooms: Rooms
) -> Target:
    """Return the activity of a recording whose meetingID Moodle did not make in its usual form."""
    called = rooms.by_id.get(callback) if callback is not None else None
    if called is not None and called.seed and meeting_id.startswith(called.seed):
        return Target(Kind.ORIGINAL, called, called.id, called.course_id)
    held = _rooms_of_rows(rows, rooms)
    group_id = rows[0].group_id if rows else 0
    if len(held) == 1:
        return Target(Kind.ORIGINAL, held[0], held[0].id, held[0].course_id, group_id)
    if held or called is not None:
        guess = held[0] if held else called
        assert guess is not None  # noqa: S101 - one of the two is there, which mypy cannot see
        return Target(Kind.COPY, guess, guess.id, guess.course_id, 0, guess)
    if rows:
        return Target(Kind.GONE, None, rows[0].instance, rows[0].course_id, group_id)
    return Target(Kind.UNKNOWN)


def _rooms_of_rows(rows: Sequence[RecordingRow], rooms: Rooms) -> list[Room]:
    """Return the existing activities of `rows`, each once, the oldest first."""
    found = {row.instance: rooms.by_id[row.instance] for row in rows if row.instance in rooms.by_id}
    return [found[instance] for instance in sorted(found)]
