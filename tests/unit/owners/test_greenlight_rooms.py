"""Whose a Greenlight room is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pod.bbb_migration.owners.base import Finding
from pod.bbb_migration.owners.greenlight_rooms import Account, Room, decide

pytestmark = pytest.mark.usefixtures("in_english")
ADA = Account("1", "Ada King", "ada", "ada@univ.example")
BOB = Account("2", "Bob", "bob")
CYD = Account("3", "Cyd", "cyd")


def who(finding: Finding) -> list[tuple[str, str]]:
    """Return (username, via) of the owners."""
    return [(one.person.username, one.via) for one in finding.owners]


def test_the_owner_comes_first_and_nobody_twice() -> None:
    """A room may be shared with its own owner, and twice with somebody."""
    finding = decide("r", Room("Algebra", ADA, (CYD, BOB, ADA, BOB)), "3")
    assert who(finding) == [
        ("ada", "greenlight:owner"),
        ("bob", "greenlight:shared"),
        ("cyd", "greenlight:shared"),
    ]
    assert "greenlight:owner, greenlight:shared (2)" in str(finding.reason)
    assert not finding.unknown


@pytest.mark.parametrize("gone", [replace(ADA, deleted=True), replace(ADA, banned=True)])
def test_whoever_was_deleted_or_banned_gets_nothing(gone: Account) -> None:
    """As owner and as somebody it is shared with; the reason says who."""
    assert who(decide("r", Room("Algebra", gone, (BOB,)), "2")) == [("bob", "greenlight:shared")]
    assert who(decide("r", Room("Algebra", BOB, (gone,)), "2")) == [("bob", "greenlight:owner")]
    alone = decide("r", Room("Algebra", gone), "2")
    assert (alone.owners, alone.unknown, alone.failed) == ((), False, False)
    assert "Ada King (ada)" in str(alone.reason)


def test_of_nobody_it_is_said_that_they_are_gone_who_are_not() -> None:
    """The reason names those alone who are left out, and why."""
    told = str(decide("r", Room("Algebra", ADA, (BOB, replace(CYD, banned=True))), "3").reason)
    assert told.count("was banned") == 1
    assert "deleted" not in told
    assert "gone" not in told
    nobody = str(decide("r", Room("Algebra", replace(ADA, deleted=True)), "3").reason)
    assert "nobody is left" in nobody
    assert "banned" not in nobody


def test_a_room_outlives_its_owners_row() -> None:
    """Then those it is shared with are left."""
    finding = decide("r", Room("Algebra", None, (BOB,)), "2")
    assert who(finding) == [("bob", "greenlight:shared")]
    assert "is gone" in str(finding.reason)


def test_a_room_that_is_not_here_says_nothing() -> None:
    """What another source knows counts more."""
    finding = decide("r", None, "3")
    assert (finding.owners, finding.unknown) == ((), True)
    assert str(finding.reason) == "Greenlight 3: no room has its meetingID"


@pytest.mark.parametrize("login", ["1e9ae918-1d2a-415d-8ebf-2fac9238fd7c", "108263419058473920164"])
def test_a_log_in_services_key_is_no_username(login: str) -> None:
    """The mail address takes its place; who has it as username in Pod is still found."""
    person = replace(ADA, login=login).person()
    assert (person.username, person.email, person.idnumber) == ("", "ada@univ.example", login)
    assert ADA.person().username == "ada"


def test_names_are_told_as_they_were() -> None:
    """Greenlight has one name for all of it: a new account's first name is its first word."""
    ana = replace(ADA, name="Ana María García López").person()
    assert (ana.first_name, ana.last_name) == ("Ana", "María García López")
    assert str(ana) == "Ana María García López (ada)"
    assert str(replace(BOB, name="").person()) == "bob"
