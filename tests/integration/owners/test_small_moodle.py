"""Owners in a small Moodle of our own, on SQLite, PostgreSQL and MariaDB."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.owners.conftest import Ask
from tests.integration.owners.house import EDITING, MANAGER, OPENED, STUDENT, TEACHER, House, one
from tests.integration.owners.recs import NOW, Rec, enrolled, flagged, who
from tests.moodle import ADMIN, GUEST, Moodle
from tests.moodle.build import EVERYBODY, VIEWERS, role_rule, user_rule


@pytest.fixture
def house() -> House:
    """One course with two teachers and a student."""
    return House()


def test_a_person_named_by_a_string_or_a_number_owns(house: House, ask: Ask) -> None:
    """Ids in rules are strings or numbers."""
    room = house.room(user_rule(str(house.ada)), user_rule(house.bob))
    assert who(one(ask(house.moodle, Rec(room.meeting_id())))) == {"ada": "user", "bob": "user"}


def test_the_strongest_evidence_is_kept(house: House, ask: Ask) -> None:
    """Somebody found in several ways keeps the strongest of them."""
    room = house.room(role_rule(EDITING), role_rule(TEACHER), user_rule(house.bob))
    house.moodle.summary(room, "rec-1", house.ada, moderator=True)
    assert who(one(ask(house.moodle, Rec(room.meeting_id())))) == {"ada": "summary", "bob": "user"}


def test_a_summary_of_another_recording_says_nothing(house: House, ask: Ask) -> None:
    """Only what BBB noted of this recording counts."""
    room = house.room(user_rule(house.bob))
    house.moodle.summary(room, "rec-2", house.ada, moderator=True)
    house.moodle.summary(room, "rec-1", house.sam, moderator=False)
    assert who(one(ask(house.moodle, Rec(room.meeting_id())))) == {"bob": "user"}


@pytest.mark.parametrize("noted", ["in the row", "in its text"])
def test_a_summary_names_its_moderator_in_one_of_two_places(house: House, ask: Ask, noted: str) -> None:
    """In the log's own column, or as BBB sent the number back."""
    room = house.room(user_rule(house.bob))
    in_text = {"ext_user_id": str(house.ada)} if noted == "in its text" else {}
    meta = {"recordid": "rec-1", "data": {"moderator": True, **in_text}}
    house.moodle.log(room, "Summary", 0 if in_text else house.ada, meta=meta)
    assert who(one(ask(house.moodle, Rec(room.meeting_id())))) == {"ada": "summary", "bob": "user"}


def test_a_participant_is_no_moderator_for_what_else_is_true_of_them(house: House, ask: Ask) -> None:
    """The database's sieve for “moderator … true” also lets through who is none and is called Truelove."""
    room = house.room(user_rule(house.bob))
    data = {"ext_user_id": str(house.sam), "moderator": False, "name": "Sam Truelove", "talked": True}
    house.moodle.log(room, "Summary", house.sam, meta={"recordid": "rec-1", "data": data})
    assert who(one(ask(house.moodle, Rec(room.meeting_id())))) == {"bob": "user"}


def test_who_moderated_needs_no_role_by_now(house: House, ask: Ask) -> None:
    """BBB noted them of this very recording; roles and enrolments end."""
    room = house.room(user_rule(house.bob))
    house.moodle.summary(room, "rec-1", house.moodle.user("eve"), moderator=True)
    assert who(one(ask(house.moodle, Rec(room.meeting_id())))) == {"eve": "summary", "bob": "user"}


def test_a_role_counts_in_the_activity_alone_too(house: House, ask: Ask) -> None:
    """A role given in the module's context makes a moderator of that activity only."""
    room, other = house.room(role_rule("teacher")), house.room(role_rule("teacher"))
    house.moodle.assign(TEACHER, room.context, house.sam)
    found = ask(house.moodle, Rec(room.meeting_id(), "a"), Rec(other.meeting_id(), "b"))
    assert who(found["a"]) == {"bob": "role:teacher", "sam": "role:teacher"}
    assert who(found["b"]) == {"bob": "role:teacher"}


def test_who_has_a_role_in_the_activity_alone_owns_without_enrolment(house: House, ask: Ask) -> None:
    """It was given for this room; held in a category, the same role would only be mentioned."""
    room = house.room(role_rule(TEACHER))
    house.moodle.assign(TEACHER, room.context, house.moodle.user("eve"))
    assert who(one(ask(house.moodle, Rec(room.meeting_id())))) == {
        "bob": "role:teacher",
        "eve": "role:teacher",
    }


def test_a_manager_of_the_course_owns(house: House, ask: Ask) -> None:
    """Managers count where the role is held in the course itself."""
    room = house.room(role_rule(MANAGER))
    house.moodle.enrol(house.course, house.sam, MANAGER)
    assert who(one(ask(house.moodle, Rec(room.meeting_id())))) == {"sam": "role:manager"}


def test_a_manager_above_is_flagged_and_the_fallback_asked(house: House, ask: Ask) -> None:
    """When only a manager of the category moderates, the room's opener owns and the manager is mentioned."""
    room = house.room(role_rule(MANAGER))
    house.moodle.assign(MANAGER, house.faculty, house.moodle.user("mia"))
    metadata = room.metadata('"Ada" <ADA@univ.example>')
    finding = one(ask(house.moodle, Rec(room.meeting_id(), metadata=metadata)))
    assert who(finding) == {"ada": "fallback:mail"}
    assert flagged(finding) == {"mia"}


def test_a_teacher_of_the_category_owns_when_enrolled(house: House, ask: Ask) -> None:
    """Enrolment from a category leaves the role up there: who is enrolled in the course is its teacher."""
    room = house.room(role_rule(TEACHER))
    eve, far = house.moodle.user("eve"), house.moodle.user("far")
    house.moodle.assign(TEACHER, house.faculty, eve)
    house.moodle.assign(TEACHER, house.faculty, far)
    house.moodle.enrol(house.course, eve)
    finding = one(ask(house.moodle, Rec(room.meeting_id())))
    assert who(finding) == {"bob": "role:teacher", "eve": "role:teacher"}
    assert flagged(finding) == {"far"}


@pytest.mark.parametrize(
    "state", [{"deleted": 1}, {"suspended": 1}, {"confirmed": 0}, {"auth": "nologin"}], ids=str
)
def test_accounts_that_cannot_log_in_are_left_out(house: House, ask: Ask, state: dict[str, Any]) -> None:
    """Deleted, suspended, unconfirmed and nologin accounts own nothing, by no way at all."""
    gone = house.moodle.user("gone", **state)
    room = house.room(user_rule(gone), role_rule(EDITING))
    house.moodle.enrol(house.course, gone, EDITING)
    house.moodle.summary(room, "rec-1", gone, moderator=True)
    finding = one(ask(house.moodle, Rec(room.meeting_id(), metadata=room.metadata("<gone@univ.example>"))))
    assert who(finding) == {"ada": "role:editingteacher"}
    assert flagged(finding) == set()
    assert f"user {gone}" in str(finding.reason)


def test_the_guest_account_is_left_out(house: House, ask: Ask) -> None:
    """Guests join; they own nothing."""
    room = house.room(user_rule(GUEST))
    house.moodle.log(room, "Join", GUEST, OPENED)
    assert who(one(ask(house.moodle, Rec(room.meeting_id())))) == {
        "ada": "fallback:teacher",
        "bob": "fallback:teacher",
    }


def test_the_guest_account_is_known_by_the_sites_setting(house: House, ask: Ask) -> None:
    """Whatever it is called: it may have been renamed."""
    guest = next(row for row in house.moodle.tables["user"] if row["id"] == GUEST)
    guest.update(username="visitor", email="visitor@univ.example")
    house.moodle.enrol(house.course, GUEST, EDITING)
    room = house.room(role_rule(EDITING))
    assert who(one(ask(house.moodle, Rec(room.meeting_id())))) == {"ada": "role:editingteacher"}


def test_a_site_administrator_is_no_owner_for_being_one(house: House, ask: Ask) -> None:
    """Administrators moderate everything: having made, opened or joined a room proves nothing for them."""
    room = house.moodle.activity(house.course, "Lesson", None, maker=ADMIN)
    house.moodle.summary(room, "rec-1", ADMIN, moderator=True)
    house.moodle.log(room, "Join", ADMIN, OPENED)
    metadata = room.metadata("<admin@moodle.example>")
    finding = one(ask(house.moodle, Rec(room.meeting_id(), metadata=metadata)))
    assert who(finding) == {"ada": "fallback:teacher", "bob": "fallback:teacher"}


@pytest.mark.parametrize(
    "participants", [None, "", "[]", "{}", "null", "not JSON", '[{"selectiontype":'], ids=str
)
def test_without_rules_the_default_list_holds(ask: Ask, participants: str | None) -> None:
    """NULL, empty, [] and broken JSON: who made the activity, as the site's setting 0 says."""
    house = House()
    room = house.moodle.activity(house.course, "Lesson", participants, maker=house.bob)
    assert who(one(ask(house.moodle, Rec(room.meeting_id())))) == {"bob": "default:owner"}


def test_the_default_list_may_name_roles(ask: Ask) -> None:
    """The setting may hold role ids beside 0."""
    house = House(default_moderators=f"0,{EDITING}")
    room = house.moodle.activity(house.course, "Lesson", "[]", maker=house.bob)
    assert who(one(ask(house.moodle, Rec(room.meeting_id())))) == {
        "bob": "default:owner",
        "ada": "default:role",
    }


def test_a_site_without_the_setting_means_the_owner(ask: Ask) -> None:
    """Moodle's own default of the setting is 0."""
    house = House(default_moderators=None)
    room = house.moodle.activity(house.course, "Lesson", None, maker=house.bob)
    assert who(one(ask(house.moodle, Rec(room.meeting_id())))) == {"bob": "default:owner"}


def test_an_empty_setting_makes_nobody(ask: Ask) -> None:
    """With no default moderator the fallbacks are asked."""
    house = House(default_moderators="")
    room = house.moodle.activity(house.course, "Lesson", None, maker=house.ada)
    house.moodle.log(room, "Join", house.bob, OPENED)
    assert who(one(ask(house.moodle, Rec(room.meeting_id())))) == {"bob": "fallback:join"}


def test_a_student_who_comes_early_owns_no_lecture(house: House, ask: Ask) -> None:
    """Whoever comes first opens a room where nobody waits for a moderator, and is mentioned; teachers own."""
    room = house.room()
    house.moodle.log(room, "Join", house.sam, OPENED)
    metadata = room.metadata('"Sam" <sam@univ.example>')
    finding = one(ask(house.moodle, Rec(room.meeting_id(), metadata=metadata)))
    assert who(finding) == {"ada": "fallback:teacher", "bob": "fallback:teacher"}
    assert flagged(finding) == {"sam"}
    house.moodle.log(room, "Join", house.bob, OPENED + 60)
    assert who(one(ask(house.moodle, Rec(room.meeting_id(), metadata=metadata)))) == {"bob": "fallback:join"}


def test_where_nobody_teaches_whoever_came_first_owns(house: House, ask: Ask) -> None:
    """A students' course: there is nobody else."""
    course = house.moodle.course("Union", house.faculty)
    house.moodle.enrol(course, house.sam, STUDENT)
    room = house.moodle.activity(course, "Meeting", [VIEWERS])
    house.moodle.log(room, "Join", house.sam, OPENED)
    assert who(one(ask(house.moodle, Rec(room.meeting_id())))) == {"sam": "fallback:join"}


def test_an_assistant_who_studies_the_course_too_teaches_it(house: House, ask: Ask) -> None:
    """Somebody with both roles is no student of it."""
    house.moodle.enrol(house.course, house.sam, TEACHER)
    room = house.room()
    house.moodle.log(room, "Join", house.sam, OPENED)
    assert who(one(ask(house.moodle, Rec(room.meeting_id())))) == {"sam": "fallback:join"}


def test_students_and_teachers_of_a_category_are_its_courses(house: House, ask: Ask) -> None:
    """Enrolment from a category leaves all roles up there: a student who comes early owns nothing, too."""
    course = house.moodle.course("Analysis", house.faculty)
    tom, sue = house.moodle.user("tom"), house.moodle.user("sue")
    for person, role in ((tom, TEACHER), (sue, STUDENT)):
        house.moodle.assign(role, house.faculty, person)
        house.moodle.enrol(course, person)
    house.moodle.assign(TEACHER, house.faculty, house.moodle.user("far"))
    room = house.moodle.activity(course, "Lecture", [VIEWERS])
    house.moodle.log(room, "Join", sue, OPENED)
    finding = one(ask(house.moodle, Rec(room.meeting_id())))
    assert (who(finding), flagged(finding)) == ({"tom": "fallback:teacher"}, {"sue"})
    house.moodle.log(room, "Join", tom, OPENED + 60)
    assert who(one(ask(house.moodle, Rec(room.meeting_id())))) == {"tom": "fallback:join"}


def test_when_everybody_moderates_a_class_is_no_owner(house: House, ask: Ask) -> None:
    """`all = moderator`: thirty participants that BBB notes as moderators are a class, the opener owns."""
    room = house.moodle.activity(house.course, "Lesson", [EVERYBODY])
    for number in range(30):
        pupil = house.moodle.user(f"pupil{number}")
        house.moodle.enrol(house.course, pupil, STUDENT)
        house.moodle.summary(room, "rec-1", pupil, moderator=True)
    metadata = room.metadata('"Bob" <bob@univ.example>')
    assert who(one(ask(house.moodle, Rec(room.meeting_id(), metadata=metadata)))) == {"bob": "fallback:mail"}


def test_when_every_student_moderates_a_class_is_no_owner(house: House, ask: Ask) -> None:
    """A rule naming the students' role gives nothing to thirty of them."""
    room = house.room(role_rule(STUDENT))
    for number in range(30):
        house.moodle.enrol(house.course, house.moodle.user(f"pupil{number}"), STUDENT)
    finding = one(ask(house.moodle, Rec(room.meeting_id())))
    assert who(finding) == {"ada": "fallback:teacher", "bob": "fallback:teacher"}
    assert "class" in str(finding.reason)


def test_the_first_to_join_in_time_owns(house: House, ask: Ask) -> None:
    """The first Join of this meeting from 15 minutes before the start; others do not count."""
    room, other = house.room(), house.room()
    house.moodle.log(room, "Join", house.ada, OPENED - 16 * 60)
    house.moodle.log(other, "Join", house.ada, OPENED - 60)
    house.moodle.log(room, "Join", house.sam, OPENED + 60)
    house.moodle.log(room, "Join", house.bob, OPENED - 14 * 60)
    assert who(one(ask(house.moodle, Rec(room.meeting_id())))) == {"bob": "fallback:join"}


@pytest.mark.parametrize("word", ["Create", "create", "create-migrated"])
def test_older_logs_tell_who_created_the_room(house: House, ask: Ask, word: str) -> None:
    """Before Join was logged there was Create; migrated rows have no group in their meetingID."""
    room = house.room()
    house.moodle.log(room, word, house.bob, OPENED - 60, meeting_id=room.meeting_id(None))
    assert who(one(ask(house.moodle, Rec(room.meeting_id())))) == {"bob": "fallback:create"}


def test_nobody_at_all_says_why(ask: Ask) -> None:
    """No moderator, no opener, no teacher: no owner, and the reason says so."""
    moodle = Moodle()
    room = moodle.activity(moodle.course("Empty"), "Lesson", [VIEWERS])
    finding = one(ask(moodle, Rec(room.meeting_id())))
    assert (who(finding), finding.to_confirm, finding.failed) == ({}, False, False)
    assert "no moderator is left" in str(finding.reason)


def test_a_meeting_that_moodle_never_had_is_no_activity_of_it(ask: Ask) -> None:
    """Of its moderators nothing can be said."""
    moodle = Moodle()
    moodle.activity(moodle.course("Empty"), "Lesson", [VIEWERS])
    finding = one(ask(moodle, Rec(f"{'0' * 40}-900-901")))
    assert (finding.unknown, str(finding.reason)) == (True, "Moodle default: no activity of this Moodle")


def test_a_shared_mail_address_tells_nobody(house: House, ask: Ask) -> None:
    """An opener's mail that two accounts share is not used; a deleted twin does not matter."""
    room = house.room()
    house.moodle.user("twin1", email="twin@univ.example")
    house.moodle.user("twin2", email="TWIN@univ.example")
    house.moodle.user("late", email="only@univ.example", deleted=1)
    house.moodle.user("only", email="only@univ.example")
    found = ask(
        house.moodle,
        Rec(room.meeting_id(), "a", room.metadata("<twin@univ.example>")),
        Rec(room.meeting_id(), "b", room.metadata("<only@univ.example>")),
    )
    assert who(found["a"]) == {"ada": "fallback:teacher", "bob": "fallback:teacher"}
    assert who(found["b"]) == {"only": "fallback:mail"}


def test_group_meetings_prefer_the_group(house: House, ask: Ask) -> None:
    """Moderators in the group of the meeting own it; the others are mentioned; without any, all own it."""
    room = house.room(role_rule(EDITING), role_rule(TEACHER))
    mine, empty = house.moodle.group(house.course, house.bob, house.sam), house.moodle.group(house.course)
    found = ask(house.moodle, Rec(room.meeting_id(mine), "a"), Rec(room.meeting_id(empty), "b"))
    assert who(found["a"]) == {"bob": "role:teacher"}
    assert flagged(found["a"]) == {"ada"}
    assert set(who(found["b"])) == {"ada", "bob"}


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ({}, True),
        ({"timeend": NOW + 1}, True),
        ({"timeend": NOW - 1}, False),
        ({"status": 1}, False),
        ({"timestart": NOW + 1}, False),
    ],
    ids=str,
)
def test_enrolment_is_told_as_moodle_tells_it(
    house: House, ask: Ask, values: dict[str, object], *, state: bool
) -> None:
    """Running: active, begun and not ended; otherwise the person is kept with enrolled = False."""
    eve = house.moodle.user("eve")
    house.moodle.enrol(house.course, eve, EDITING, **values)
    room = house.room(role_rule(EDITING))
    assert enrolled(one(ask(house.moodle, Rec(room.meeting_id())))) == {"ada": True, "eve": state}


def test_one_running_way_of_being_enrolled_is_enough(house: House, ask: Ask) -> None:
    """Whichever comes first in the database; a way that the course has switched off does not run."""
    off = house.moodle.add("enrol", enrol="self", status=1, courseid=house.course.id)
    eve, mia, zoe = (house.moodle.user(name) for name in ("eve", "mia", "zoe"))
    for user, ends in ((eve, (0, NOW - 1)), (mia, (NOW - 1, 0))):
        house.moodle.assign(EDITING, house.course.context, user)
        for end in ends:
            house.moodle.enrol(house.course, user, timeend=end)
    house.moodle.assign(EDITING, house.course.context, zoe)
    house.moodle.add("user_enrolments", enrolid=off, userid=zoe)
    found = enrolled(one(ask(house.moodle, Rec(house.room(role_rule(EDITING)).meeting_id()))))
    assert found == {"ada": True, "eve": True, "mia": True, "zoe": False}
