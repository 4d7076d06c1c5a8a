"""Owners where activities went, were copied, or tables are missing, on SQLite, PostgreSQL and MariaDB."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from pod.bbb_migration.owners.base import Finding
from tests.integration.owners.conftest import Ask
from tests.integration.owners.house import EDITING, OPENED, STUDENT, House, one
from tests.integration.owners.recs import Rec, enrolled, flagged, who
from tests.moodle import Activity
from tests.moodle.build import VIEWERS, role_rule, user_rule


@pytest.fixture
def house() -> House:
    """One course with two teachers and a student."""
    return House()


def test_a_deleted_activity_is_known_by_its_row(house: House, ask: Ask) -> None:
    """The headless row and the logs still say who was there; rules and maker are gone."""
    room = house.room(user_rule(house.sam), maker=house.sam)
    house.moodle.recording(room, "rec-1")
    house.moodle.log(room, "Join", house.bob, OPENED)
    house.moodle.delete_activity(room)
    finding = one(ask(house.moodle, Rec(room.meeting_id())))
    assert who(finding) == {"bob": "fallback:join"}
    assert finding.activity is not None
    assert (finding.activity.id, finding.activity.course_name) == (None, "Algebra")


def test_a_deleted_course_leaves_who_opened_the_room(house: House, ask: Ask) -> None:
    """With the course its context goes, and with it who taught there; the logs stay."""
    room = house.room()
    house.moodle.recording(room, "rec-1")
    house.moodle.log(room, "Join", house.bob, OPENED)
    house.moodle.delete_activity(room)
    tables = house.moodle.tables
    tables["course"] = [row for row in tables["course"] if row["id"] != house.course.id]
    tables["context"] = [row for row in tables["context"] if row["id"] != house.course.context]
    for table in ("enrol", "user_enrolments", "role_assignments"):
        tables[table].clear()
    finding = one(ask(house.moodle, Rec(room.meeting_id())))
    assert who(finding) == {"bob": "fallback:join"}


def test_a_recording_without_a_time_does_not_hinder_the_others(house: House, ask: Ask) -> None:
    """Nobody can say who joined it; of the other one of the same batch it is said."""
    room = house.room()
    house.moodle.log(room, "Join", house.bob, OPENED)
    timeless = Rec(room.meeting_id(), "rec-2", start=None, end=None)
    found = ask(house.moodle, Rec(room.meeting_id()), timeless)
    assert who(found["rec-1"]) == {"bob": "fallback:join"}
    assert who(found["rec-2"]) == {"ada": "fallback:teacher", "bob": "fallback:teacher"}


def test_a_deleted_activity_is_known_by_its_deletion(house: House, ask: Ask) -> None:
    """With no row of its recordings, and from before the plugin noted who made a room."""
    room = house.room(user_rule(house.sam))
    house.moodle.tables["bigbluebuttonbn_logs"].clear()
    house.moodle.log(room, "Delete", house.bob, meeting_id=room.meeting_id(None))
    house.moodle.delete_activity(room)
    finding = one(ask(house.moodle, Rec(room.meeting_id())))
    assert who(finding) == {"ada": "fallback:teacher", "bob": "fallback:teacher"}


def test_who_moderated_owns_when_only_the_recordings_row_is_left(house: House, ask: Ask) -> None:
    """Neither the meetingID nor an activity tells the course: the row does."""
    room = house.room()
    house.moodle.recording(room, "rec-1")
    house.moodle.summary(room, "rec-1", house.sam, moderator=True)
    house.moodle.delete_activity(room)
    assert who(one(ask(house.moodle, Rec("a-name-of-another-kind")))) == {"sam": "summary"}


def test_who_opened_the_room_is_told_as_enrolled(house: House, ask: Ask) -> None:
    """They hold no role that would have been asked about before."""
    room = house.room()
    eve = house.moodle.user("eve")
    house.moodle.enrol(house.course, eve)
    house.moodle.log(room, "Join", eve, OPENED)
    finding = one(ask(house.moodle, Rec(room.meeting_id())))
    assert (who(finding), enrolled(finding)) == ({"eve": "fallback:join"}, {"eve": True})


def test_who_joined_another_groups_meeting_opened_another_room(house: House, ask: Ask) -> None:
    """In the same activity and at the same time: the meetingIDs tell them apart."""
    room = house.room()
    house.moodle.log(room, "Join", house.bob, OPENED, meeting_id=room.meeting_id(2))
    house.moodle.log(room, "Join", house.ada, OPENED + 60, meeting_id=room.meeting_id(1))
    assert who(one(ask(house.moodle, Rec(room.meeting_id(1))))) == {"ada": "fallback:join"}


def test_a_copy_elsewhere_is_only_a_guess(house: House, ask: Ask) -> None:
    """The activity itself is not here, a same-seed copy is: the people it names are not trusted."""
    room = house.room(user_rule(house.sam), role_rule(EDITING))
    house.moodle.recording(room, "rec-1")
    finding = one(ask(house.moodle, Rec(f"{room.seed}-77-4711[0]")))
    assert who(finding) == {}
    assert finding.to_confirm
    assert flagged(finding) == {"ada"}


def test_the_best_guess_is_who_opened_the_room(house: House, ask: Ask) -> None:
    """A mail address means the same person wherever a copy went: mentioned first, still to confirm."""
    room = house.room(role_rule(EDITING), role_rule(STUDENT))
    metadata = room.metadata('"Sam" <sam@univ.example>')
    finding = one(ask(house.moodle, Rec(f"{room.seed}-77-4711[0]", metadata=metadata)))
    assert (who(finding), finding.to_confirm) == ({}, True)
    assert [(mention.person.username, mention.via) for mention in finding.flagged] == [
        ("sam", "fallback:mail"),
        ("ada", "role:editingteacher"),
    ]


def deleted_and_copied(house: House) -> Activity:
    """Return an activity that is gone; eve teaches where its copy is, whose rules name sam, too."""
    gone = house.room(user_rule(house.sam), maker=house.sam)
    elsewhere = house.moodle.course("Copy")
    house.moodle.enrol(elsewhere, house.moodle.user("eve"), EDITING)
    rules = [VIEWERS, user_rule(house.sam), role_rule(EDITING)]
    house.moodle.activity(elsewhere, "Lesson", rules, seed=gone.seed)
    house.moodle.delete_activity(gone)
    return gone


def test_a_deleted_activity_with_a_copy_may_be_guessed(house: House, ask: Ask) -> None:
    """Nobody is left of the original: the copy's roles are mentioned, to be confirmed; not whom it names."""
    gone = deleted_and_copied(house)
    for row in house.moodle.tables["role_assignments"]:
        if row["contextid"] == house.course.context:
            row["roleid"] = STUDENT
    finding = one(ask(house.moodle, Rec(gone.meeting_id())))
    assert (who(finding), flagged(finding), finding.to_confirm) == ({}, {"eve"}, True)


def test_a_deleted_activity_with_an_owner_needs_no_guess(house: House, ask: Ask) -> None:
    """Its course has teachers still: nothing is to be confirmed, and the copy's are not mentioned."""
    finding = one(ask(house.moodle, Rec(deleted_and_copied(house).meeting_id())))
    assert who(finding) == {"ada": "fallback:teacher", "bob": "fallback:teacher"}
    assert (flagged(finding), finding.to_confirm) == (set(), False)


def test_the_first_add_row_names_the_maker(house: House, ask: Ask) -> None:
    """Later ones come from restored backups, one of nobody says nothing, nor who was there once."""
    room = house.moodle.activity(house.course, "Lesson", None)
    house.moodle.summary(room, "another", house.sam, moderator=True)
    house.moodle.log(room, "Add", None)
    house.moodle.log(room, "Add", house.ada)
    house.moodle.log(room, "Add", house.bob)
    assert who(one(ask(house.moodle, Rec(room.meeting_id())))) == {"ada": "default:owner"}


def test_a_meeting_id_of_another_form_is_known_by_its_callback_address(house: House, ask: Ask) -> None:
    """The address names the activity, and the meetingID begins with its seed."""
    room = house.room(user_rule(house.ada))
    finding = one(
        ask(house.moodle, Rec(f"{room.seed}-special", metadata=room.metadata("<sam@univ.example>")))
    )
    assert who(finding) == {"ada": "user"}


def test_the_same_numbers_with_another_seed_are_another_moodle(house: House, ask: Ask) -> None:
    """Course and instance exist here by chance: without the seed they prove nothing."""
    room = house.room(user_rule(house.ada))
    finding = one(ask(house.moodle, Rec(f"{'0' * 40}-{room.course.id}-{room.id}[0]")))
    assert (who(finding), finding.activity) == ({}, None)


def test_the_recordings_table_is_the_second_way(house: House, ask: Ask) -> None:
    """A meetingID of no known form is found by recordID; imports are no evidence."""
    room, importer = house.room(user_rule(house.ada)), house.room(user_rule(house.bob))
    house.moodle.recording(importer, "rec-1", imported=1)
    house.moodle.recording(room, "rec-1", status=4)
    assert who(one(ask(house.moodle, Rec("a-strange-name")))) == {"ada": "user"}


def test_only_an_import_is_nothing(house: House, ask: Ask) -> None:
    """A recording that was only imported here was made somewhere else."""
    room = house.room(user_rule(house.bob))
    house.moodle.recording(room, "rec-1", imported=1)
    assert who(one(ask(house.moodle, Rec("a-strange-name")))) == {}


def test_moodle_3_has_no_recordings_table(house: House, ask: Ask) -> None:
    """Moodle 3.11 and older: meetingID is enough."""
    room = house.room(user_rule(house.ada))
    found = ask(house.moodle, Rec(room.meeting_id()), leave_out=frozenset({"bigbluebuttonbn_recordings"}))
    assert who(one(found)) == {"ada": "user"}


def test_a_moodle_without_logs_groups_and_enrolments(house: House, ask: Ask) -> None:
    """What is not there, or not to be seen, costs its evidence and nothing else."""
    room = house.room(role_rule(EDITING))
    absent = {"bigbluebuttonbn_logs", "groups_members", "enrol", "user_enrolments"}
    finding = one(ask(house.moodle, Rec(room.meeting_id(7)), leave_out=frozenset(absent)))
    assert who(finding) == {"ada": "role:editingteacher"}
    assert enrolled(finding) == {"ada": None}


def test_a_context_without_path_still_knows_its_own_roles(house: House, ask: Ask) -> None:
    """Moodle builds paths late: then the activity's and the course's own roles count."""
    room = house.room(role_rule(EDITING))
    for row in house.moodle.tables["context"]:
        row["path"] = None
    assert who(one(ask(house.moodle, Rec(room.meeting_id())))) == {"ada": "role:editingteacher"}


def test_names_come_through_unharmed(house: House, ask: Ask) -> None:
    """Names of every script arrive letter for letter."""
    olga = house.moodle.user("olga", "Ольга", "O'Brien “李”")
    room = house.room(user_rule(olga))
    (owner,) = one(ask(house.moodle, Rec(room.meeting_id()))).owners
    assert (owner.person.first_name, owner.person.last_name) == ("Ольга", "O'Brien “李”")
    assert (owner.person.source, owner.person.id) == ("moodle:default", str(olga))


def test_a_recording_without_times_asks_nothing_of_the_logs(house: House, ask: Ask) -> None:
    """Who joined when is unknown without a start."""
    room = house.room()
    house.moodle.log(room, "Join", house.sam, OPENED)
    bare = replace(Rec(room.meeting_id()), start=None, end=None)
    assert who(one(ask(house.moodle, bare))) == {"ada": "fallback:teacher", "bob": "fallback:teacher"}


def test_every_record_asked_about_is_answered(house: House, ask: Ask) -> None:
    """Also one that no database can hold, and one of Greenlight."""
    room = house.room(user_rule(house.ada))
    found = ask(
        house.moodle,
        Rec(room.meeting_id(), "a"),
        Rec("nul\0byte", "b"),
        Rec("gl-room", "c", {"bbb-origin": "greenlight"}),
        Rec("", "d"),
    )
    assert set(found) == {"a", "b", "c", "d"}
    assert [bool(found[name].owners) for name in "abcd"] == [True, False, False, False]


def test_a_late_end_is_not_needed(house: House, ask: Callable[..., dict[str, Finding]]) -> None:
    """A recording without end counts joins up to its start."""
    room = house.room()
    house.moodle.log(room, "Join", house.ada, OPENED - 60)
    house.moodle.log(room, "Join", house.bob, OPENED - int(timedelta(minutes=20).total_seconds()))
    assert who(one(ask(house.moodle, replace(Rec(room.meeting_id()), end=None)))) == {"ada": "fallback:join"}
