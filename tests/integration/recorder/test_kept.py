"""RESTRICT_CLAIMING_TO_PROBABLE_OWNERS: a recording that others are named for is theirs alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client

from pod.recorder.claiming import claim
from pod.recorder.errors import NotYoursError
from pod.recorder.giving_back import release
from pod.recorder.models import Claim, RecordingFileTreatment
from pod.recorder.newcomers import keep_owners
from pod.recorder.services import ClaimSpec, make_claimable
from pod.recorder.several import VERBS, claim_several
from pod.video.models import Video
from tests.integration.conftest import MEETING, Film

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(waiting: RecordingFileTreatment, teacher: User, settings: LazySettings) -> RecordingFileTreatment:
    """A file that waits for the teacher alone."""
    settings.RESTRICT_CLAIMING_TO_PROBABLE_OWNERS = True
    waiting.detail.probable_owners.add(teacher)
    return waiting


def listed(user: User) -> bool:
    """Whether the list of the user shows the file."""
    client = Client()
    client.force_login(user)
    return "Algebra" in client.get("/record/claim_record/").content.decode()


def test_it_is_listed_for_those_named_only(
    kept: RecordingFileTreatment, teacher: User, colleague: User
) -> None:
    """Its title tells something, too."""
    assert listed(teacher)
    assert not listed(colleague)


def test_others_cannot_claim_it_by_its_number(kept: RecordingFileTreatment, colleague: User) -> None:
    """Whatever address the form is sent to, and nothing is changed."""
    with pytest.raises(NotYoursError):
        claim(kept.pk, colleague)
    assert not Video.objects.exists()


def test_several_at_once_neither_claim_nor_name_it(kept: RecordingFileTreatment, colleague: User) -> None:
    """The sentence on what was not done does not tell the title."""
    outcome = claim_several([kept.pk], colleague)
    assert outcome.done == []
    assert len(outcome.problems) == 1
    assert "Algebra" not in outcome.problems[0]
    assert VERBS["claim"].find([kept.pk], colleague) == []


def test_who_is_named_claims_it(kept: RecordingFileTreatment, teacher: User) -> None:
    """The setting keeps others out, not the owner."""
    assert claim(kept.pk, teacher).owner == teacher


def test_an_administrator_sees_and_claims_it(kept: RecordingFileTreatment, colleague: User) -> None:
    """Somebody has to be able to help when the name is wrong."""
    colleague.user_permissions.add(Permission.objects.get(codename="change_recordingfiletreatment"))
    assert listed(colleague)
    assert claim(kept.pk, colleague).owner == colleague


def test_somebody_named_without_an_account_keeps_others_out(
    waiting: RecordingFileTreatment, colleague: User, settings: LazySettings
) -> None:
    """The name alone counts."""
    settings.RESTRICT_CLAIMING_TO_PROBABLE_OWNERS = True
    keep_owners(waiting.detail, (), ["zoe"])
    assert not listed(colleague)
    with pytest.raises(NotYoursError):
        claim(waiting.pk, colleague)


def test_it_stays_kept_when_the_account_of_whom_it_is_for_is_deleted(
    kept: RecordingFileTreatment, teacher: User, colleague: User
) -> None:
    """Else it would be everybody's: who is named by owners.csv is named by the account alone."""
    teacher.delete()
    assert not listed(colleague)
    with pytest.raises(NotYoursError):
        claim(kept.pk, colleague)


def test_it_is_there_again_for_an_account_of_the_same_name(
    kept: RecordingFileTreatment, teacher: User
) -> None:
    """A directory may delete an account and bring it back."""
    teacher.delete()
    assert listed(User.objects.create_user("ADA", is_staff=True))


@pytest.mark.parametrize("fields", [None, ["username"]], ids=["all", "the name alone"])
def test_it_is_there_for_an_account_that_gets_the_name(
    waiting: RecordingFileTreatment, colleague: User, settings: LazySettings, fields: list[str] | None
) -> None:
    """The new names of an institution are those that the old server knew; also if nothing else is saved."""
    settings.RESTRICT_CLAIMING_TO_PROBABLE_OWNERS = True
    keep_owners(waiting.detail, (), ["r.martin"])
    colleague.username = "R.Martin"
    colleague.save(update_fields=fields)
    assert listed(colleague)


def test_a_name_in_other_letters_than_an_older_accounts_opens_nothing(kept: RecordingFileTreatment) -> None:
    """It may be somebody else's: what is Ada's stays hers alone."""
    if connection.vendor == "mysql":
        pytest.skip("this database holds no two usernames that differ in case alone")
    keep_owners(kept.detail, (), ["ada"])
    assert not listed(User.objects.create_user("ADA", is_staff=True))


def test_who_was_taken_off_a_recording_is_not_named_again_by_a_change_of_the_account(
    kept: RecordingFileTreatment, colleague: User
) -> None:
    """Only a new name counts."""
    keep_owners(kept.detail, [colleague.pk], ["bob"])
    kept.detail.probable_owners.clear()
    colleague.email = "other@example.org"
    colleague.save()
    assert not listed(colleague)


def test_it_is_kept_again_after_it_was_given_back(
    kept: RecordingFileTreatment, teacher: User, colleague: User
) -> None:
    """Also when the account of whom it is for was deleted in between."""
    boss = User.objects.create_superuser("root")
    claim(kept.pk, boss)
    teacher.delete()
    release(Claim.objects.get().pk, boss)
    assert not listed(colleague)


def arrives(row: RecordingFileTreatment, number: int | None = None) -> None:
    """Let the file come out of its conversion: the migration knew Ada, and had this account for her."""
    report = {"probable_owners": [{"username": "ada", "name": "Ada", "via": "moodle", "id": number}]}
    make_claimable(ClaimSpec(Path(row.file), row.recorder_id or 0, MEETING, "Algebra", report=report))


def test_a_file_whose_owner_is_deleted_while_it_is_converted_arrives_and_is_kept(
    kept: RecordingFileTreatment, teacher: User, colleague: User
) -> None:
    """Its job may have waited for days; it would fail each time."""
    number = teacher.pk
    teacher.delete()
    arrives(kept, number)
    assert not listed(colleague)
    assert listed(User.objects.create_user("ada", is_staff=True))


def test_a_file_is_there_for_an_account_that_was_made_while_it_was_converted(
    kept: RecordingFileTreatment, teacher: User, colleague: User
) -> None:
    """Else nobody would ever see it: the account is not made again."""
    kept.delete()
    arrives(kept)
    assert listed(teacher)
    assert not listed(colleague)


def test_a_file_given_back_is_there_for_an_account_that_was_made_meanwhile(
    kept: RecordingFileTreatment, teacher: User
) -> None:
    """As if it had waited all the time."""
    boss = User.objects.create_superuser("root")
    claim(kept.pk, boss)
    teacher.delete()
    again = User.objects.create_user("ada", is_staff=True)
    release(Claim.objects.get().pk, boss)
    assert listed(again)


def test_who_was_taken_off_a_recording_is_not_named_again_when_it_is_given_back(
    kept: RecordingFileTreatment, teacher: User
) -> None:
    """The account was there before: that it is not named is no accident."""
    boss = User.objects.create_superuser("root")
    keep_owners(kept.detail, (), ["ada"])
    kept.detail.probable_owners.clear()
    claim(kept.pk, boss)
    release(Claim.objects.get().pk, boss)
    assert not listed(teacher)


def test_it_is_kept_again_for_somebody_without_an_account(
    waiting: RecordingFileTreatment, colleague: User, settings: LazySettings
) -> None:
    """Claiming and giving back forget no name, whether its account exists or not."""
    settings.RESTRICT_CLAIMING_TO_PROBABLE_OWNERS = True
    keep_owners(waiting.detail, (), ["zoe"])
    boss = User.objects.create_superuser("root")
    claim(waiting.pk, boss)
    release(Claim.objects.get().pk, boss)
    assert not listed(colleague)
    assert listed(User.objects.create_user("zoe", is_staff=True))


def test_what_nobody_is_named_for_stays_open(
    waiting: RecordingFileTreatment, teacher: User, colleague: User, settings: LazySettings, film: Film
) -> None:
    """Else nobody would ever find it; for whom others are makes no difference."""
    settings.RESTRICT_CLAIMING_TO_PROBABLE_OWNERS = True
    path = film(Path(waiting.file).with_name("topology.mp4"))
    other = make_claimable(ClaimSpec(path, waiting.recorder_id or 0, MEETING, "Topology"))
    keep_owners(other.detail, [teacher.pk], ["zoe"])
    assert listed(colleague)
    assert claim(waiting.pk, colleague).owner == colleague


def test_without_the_setting_claiming_is_open(
    waiting: RecordingFileTreatment, teacher: User, colleague: User
) -> None:
    """As on Pod's own page."""
    waiting.detail.probable_owners.add(teacher)
    assert listed(colleague)
    assert claim(waiting.pk, colleague).owner == colleague
