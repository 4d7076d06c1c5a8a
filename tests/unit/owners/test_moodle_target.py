"""From a recording to its activity."""

from __future__ import annotations

from pod.bbb_migration.owners.moodle_origin import read_meeting_id
from pod.bbb_migration.owners.moodle_target import Kind, RecordingRow, Room, Target, locate, rooms_of

SEED = "5eed"
ORIGINAL = Room(7, 2, "Lesson", SEED, "[]", "Algebra")
COPY = Room(19, 4, "Lesson", SEED, "[]", "Algebra copy")
OTHER = Room(8, 2, "Other", "0ther", "[]", "Algebra")


def found(
    meeting_id: str,
    *rooms: Room,
    rows: tuple[RecordingRow, ...] = (),
    callback: int | None = None,
    made: tuple[tuple[int, int, str], ...] = (),
) -> Target:
    """Return the target of a meeting among these rooms."""
    return locate(meeting_id, read_meeting_id(meeting_id), callback, rows, rooms_of(rooms, made))


def test_the_named_activity_is_the_original() -> None:
    """With a copy beside it, and the copy's row of the recording."""
    target = found("5eed-2-7[3]", COPY, ORIGINAL, rows=(RecordingRow(1, 4, 19, 0),))
    assert (target.kind, target.room, target.group_id) == (Kind.ORIGINAL, ORIGINAL, 3)


def test_the_id_alone_proves_nothing() -> None:
    """Seed and course must be the activity's, too."""
    assert found("5eed-2-8", OTHER).kind is Kind.UNKNOWN
    assert found("0ther-3-8", OTHER).kind is Kind.COPY


def test_a_row_or_a_log_proves_that_the_activity_was_here() -> None:
    """A deleted activity leaves its row in the recordings table, or its `Add` in the logs."""
    by_row = found("5eed-2-7", rows=(RecordingRow(1, 2, 7, 0),))
    by_log = found("5eed-2-7", made=((7, 2, SEED),))
    assert by_row == by_log == Target(Kind.GONE, None, 7, 2)


def test_a_log_of_another_course_proves_nothing() -> None:
    """Another Moodle that was filled from this one's backup has the seed, and may have the number."""
    assert found("5eed-3-7", made=((7, 2, SEED),)).kind is Kind.UNKNOWN


def test_a_copys_row_proves_nothing() -> None:
    """Rows are copied with the course: they carry the copy's id."""
    target = found("5eed-2-7", COPY, rows=(RecordingRow(1, 4, 19, 0),), made=((19, 4, SEED),))
    assert (target.kind, target.room) == (Kind.COPY, COPY)


def test_a_deleted_activity_keeps_its_copy_for_a_guess() -> None:
    """Where nobody else is left."""
    target = found("5eed-2-7", COPY, made=((7, 2, SEED),))
    assert (target.kind, target.copy, target.room) == (Kind.GONE, COPY, None)


def test_the_oldest_copy_is_taken() -> None:
    """The one nearest to the original."""
    later = Room(30, 5, "Lesson", SEED, "[]", "Later")
    assert found("5eed-2-7", later, COPY).room == COPY


def test_a_strange_name_is_found_by_its_row() -> None:
    """One activity with a row of this recording is the one."""
    target = found("strange", ORIGINAL, rows=(RecordingRow(1, 2, 7, 4),))
    assert (target.kind, target.room, target.group_id) == (Kind.ORIGINAL, ORIGINAL, 4)


def test_a_strange_name_with_two_rows_is_a_guess() -> None:
    """A copied course has a row too, and nothing says which is which."""
    rows = (RecordingRow(1, 2, 7, 0), RecordingRow(2, 4, 19, 0))
    assert found("strange", ORIGINAL, COPY, rows=rows).kind is Kind.COPY


def test_a_strange_name_may_be_called_by_its_callback() -> None:
    """The callback's activity is the one when its seed begins the name; otherwise it is a guess."""
    assert found("5eed/odd", ORIGINAL, callback=7).kind is Kind.ORIGINAL
    assert found("odd", ORIGINAL, callback=7).kind is Kind.COPY


def test_a_strange_name_with_a_row_of_nothing_is_gone() -> None:
    """Its course is still known."""
    assert found("strange", rows=(RecordingRow(1, 2, 7, 0),)) == Target(Kind.GONE, None, 7, 2)


def test_an_empty_seed_begins_every_name() -> None:
    """And proves nothing."""
    bare = Room(7, 2, "Lesson", "", "[]", "Algebra")
    assert found("odd", bare, callback=7).kind is Kind.COPY


def test_nothing_known_is_unknown() -> None:
    """No room, no row, no log."""
    assert found("5eed-2-7") == found("strange") == Target(Kind.UNKNOWN)


def test_a_row_of_an_activity_with_another_seed_is_a_guess() -> None:
    """The number was used again: the activity here is not the one that meetingID names."""
    target = found("5eed-2-8", OTHER, rows=(RecordingRow(1, 2, 8, 0),))
    assert (target.kind, target.room) == (Kind.COPY, OTHER)
