"""From what a front-end says of a recording to the accounts that get it, with Pod's own database."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from django.contrib.auth.models import User

from pod.bbb.api import Recording
from pod.bbb_migration.owners.accounts import Accounts
from pod.bbb_migration.owners.base import CheckLine, Evidence, Finding, Person, RecordingFacts
from pod.bbb_migration.plan import Ownership
from pod.bbb_migration.reasons import quoted
from pod.bbb_migration.whose import Whose

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
RECORDING = Recording("r", "m", "Algebra", "published", True, None, None)
ADA = Person("moodle", "1", "ada", "ada@univ.example", first_name="Ada", last_name="King")
ZOE = Person("moodle", "2", "zoe", "zoe@univ.example")


class Says:
    """A front-end that says the same of each recording."""

    def __init__(self, *owners: Evidence, failed: bool = False, flagged: tuple[Evidence, ...] = ()) -> None:
        self.finding = Finding("r", owners, flagged, quoted("because"), failed=failed)
        self.closed = False

    def find(self, recordings: Sequence[RecordingFacts]) -> dict[str, Finding]:
        """Return it."""
        return {one.record_id: self.finding for one in recordings}

    def check(self) -> list[CheckLine]:
        """Nothing is to be checked."""
        return []

    def close(self) -> None:
        """Note it."""
        self.closed = True


@pytest.fixture
def root() -> User:
    """The administrator who gets what is nobody's."""
    return User.objects.create_superuser("Root")


def whose(source: Says, root: User | None = None, *, create: bool = False) -> tuple[Whose, Ownership]:
    """Return whose the recording is, with new accounts or without."""
    asking = Whose([source], Accounts(create=create, staff=False), root)
    return asking, asking.find([RECORDING])["r"]


def test_two_persons_of_one_account_are_one_owner(teacher: User) -> None:
    """Else the account would have the recording twice; the stronger evidence is told."""
    other = Person("moodle", "9", "a.king", teacher.email)
    _asking, found = whose(Says(Evidence(ADA, "user"), Evidence(other, "role:teacher")))
    assert [(one.key, one.via, one.user_id, one.new_account) for one in found.owners] == [
        ("ada", "user", teacher.pk, False)
    ]
    assert (found.unmatched, found.flagged) == ((), ())


def test_whoever_has_no_account_leaves_the_recording_to_those_who_have(teacher: User, root: User) -> None:
    """The administrator gets none of it; the one left out is named, and kept for later."""
    _asking, found = whose(Says(Evidence(ZOE, "user"), Evidence(ADA, "user")), root)
    assert [one.user_id for one in found.owners] == [teacher.pk]
    assert [(one.key, one.user_id) for one in found.unmatched] == [("zoe", None)]
    assert len(found.flagged) == 1
    assert "MIGRATION_CREATE_USERS is False" in found.flagged[0]


def test_what_is_only_of_people_without_an_account_is_the_administrators(root: User) -> None:
    """As a stand-in, with the reason; whose it is stays known, by mail address or key if need be."""
    mail, number = Person("g", "3", "", "Cyd@univ.example"), Person("g", "4", "", first_name="Dan")
    asking, found = whose(Says(*(Evidence(one, "user") for one in (ZOE, mail, number))), root)
    assert [(one.key, one.user_id, one.via, one.fallback) for one in found.owners] == [
        ("root", root.pk, "administrator", True)
    ]
    assert [one.key for one in found.unmatched] == ["zoe", "cyd@univ.example", "4"]
    assert "MIGRATION_CREATE_USERS is False" in str(found.reason)
    assert found.owners[0].reason == found.reason
    assert asking.make_accounts(found.owners) == {}


def test_without_an_administrator_it_is_nobodys() -> None:
    """Nobody gets it by accident."""
    _asking, found = whose(Says(Evidence(ZOE, "user")))
    assert (found.owners, len(found.unmatched)) == ((), 1)


def test_what_a_front_end_could_not_say_is_given_to_nobody(teacher: User, root: User) -> None:
    """Not even to whom it named before it failed, nor to the administrator: the next run asks again."""
    _asking, found = whose(Says(Evidence(ADA, "user"), failed=True), root)
    assert (found.failed, found.owners, str(found.reason)) == (True, (), "because")


def test_who_is_only_to_be_mentioned_gets_nothing(teacher: User, root: User) -> None:
    """Their names stand beside whoever gets it."""
    _asking, found = whose(Says(flagged=(Evidence(ADA, "manager", note=quoted("a guess")),)), root)
    assert [one.key for one in found.owners] == ["root"]
    assert found.flagged == ("Ada King (ada) [manager] (a guess)",)


def test_accounts_are_made_for_those_who_are_asked_for_alone(teacher: User) -> None:
    """A dry run shows them as new; making gives each owner's number, of old and new accounts."""
    source = Says(Evidence(ADA, "user", enrolled=False), Evidence(ZOE, "user", enrolled=True))
    asking, found = whose(source, create=True)
    ada, zoe = found.owners
    assert [(one.user_id, one.new_account) for one in found.owners] == [(teacher.pk, False), (None, True)]
    assert "not enrolled in the course, or no longer" in str(ada.reason)
    assert "enrolled" not in str(zoe.reason)
    assert asking.make_accounts([ada]) == {"ada": teacher.pk}
    assert not User.objects.filter(username="zoe").exists()
    made = asking.make_accounts(found.owners)
    assert made == {"ada": teacher.pk, "zoe": User.objects.get(username="zoe").pk}
    asking.close()
    assert source.closed
