"""Recordings of accounts that are deleted: found again, and given to somebody."""

from __future__ import annotations

from django.contrib.auth.models import User

from pod.bbb_migration.administration.assign import give
from pod.bbb_migration.administration.orphans import lines, orphans
from pod.bbb_migration.administration.owners_file import Wish
from pod.import_video.models import ExternalRecording
from tests.integration.administration.conftest import Migrated


def test_a_recording_of_a_deleted_account_has_no_known_owner(
    migrated: Migrated, administrator: User, teacher: User
) -> None:
    """It is listed with those that nobody was known for, and in their owners.csv."""
    migrated(teacher)
    assert not orphans().exists()
    teacher.delete()
    assert [orphan.owner for orphan in orphans()] == ["ada"]
    assert [line["record_id"] for line in lines()] == ["rec-1"]


def test_a_recording_that_somebody_else_has_is_not_among_them(
    migrated: Migrated, administrator: User, teacher: User, colleague: User
) -> None:
    """Of two moderators one left: the other has it."""
    migrated(teacher)
    migrated(colleague)
    teacher.delete()
    assert not orphans().exists()


def test_it_can_be_given_to_somebody(
    migrated: Migrated, administrator: User, teacher: User, colleague: User
) -> None:
    """The row becomes theirs, as one of the administrator's does, and is no orphan any more."""
    migrated(teacher)
    teacher.delete()
    give([Wish(2, "rec-1", ("bob",))], by="admin")
    assert ExternalRecording.objects.get().owner == colleague
    assert not orphans().exists()
