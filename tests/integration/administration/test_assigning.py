"""owners.csv back in: what each line does, and that doing it twice is doing it once."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings, settings
from django.contrib.auth.models import User

from pod.bbb_migration.administration.assign import give, preview
from pod.bbb_migration.administration.effects import Kind, counted
from pod.bbb_migration.administration.owners_file import Wish
from pod.bbb_migration.ledger import Ledger
from pod.bbb_migration.models import Item, ItemOutcome, RunMode
from pod.bbb_migration.plan import Mode
from pod.bbb_migration.sinks.claim_delivery import DELIVERY
from pod.bbb_migration.whose import ADMINISTRATOR
from pod.conversion.causes import Cause
from pod.conversion.models import Conversion
from pod.import_video.importing import request_import
from pod.import_video.models import ExternalRecording
from pod.import_video.services import create_external_recordings
from pod.main.states import State
from pod.recorder.claiming import claim
from pod.recorder.models import Recorder, RecordingFileTreatment
from pod.recorder.newcomers import NAMED
from pod.recorder.services import ClaimSpec, make_claimable
from tests.integration.administration.conftest import SERVER, Migrated
from tests.integration.conftest import MEETING, spec_of, write_film


def wish(*who: str, record_id: str = "rec-1") -> Wish:
    """Return one filled-in line."""
    return Wish(2, record_id, who)


def kinds(*who: str, record_id: str = "rec-1", force: bool = False) -> list[Kind]:
    """Return what a line would do."""
    return [effect.kind for effect in preview([wish(*who, record_id=record_id)], force=force)]


def owners() -> list[str]:
    """Return who has an external recording."""
    rows = ExternalRecording.objects.order_by("owner__username")
    return [row.owner.username if row.owner else "" for row in rows.select_related("owner")]


def test_an_orphan_goes_to_the_person_that_is_named(orphan: ExternalRecording, teacher: User) -> None:
    """The administrator's row becomes the teacher's; no second row appears."""
    give([wish("ada")], by="admin")
    assert owners() == ["ada"]


def test_a_line_without_recording_is_of_none(
    house: Path, recorder: Recorder, administrator: User, teacher: User
) -> None:
    """Files that came by another way have no id either: an empty cell does not mean them all."""
    film = write_film(house / "bbb" / "by-hand.mp4")
    make_claimable(ClaimSpec(film, recorder.pk, MEETING, "By hand"))
    assert kinds("ada", record_id="") == [Kind.UNKNOWN_RECORDING]


def test_a_mail_address_names_its_account(orphan: ExternalRecording, teacher: User) -> None:
    """What is written may be a mail address, in any case."""
    give([wish("Ada@Example.org")], by="admin")
    assert owners() == ["ada"]


def test_the_preview_changes_nothing(
    orphan: ExternalRecording, teacher: User, settings: LazySettings
) -> None:
    """Looking at the effects writes neither rows nor accounts nor the ledger."""
    settings.MIGRATION_CREATE_USERS = True
    before = list(Item.objects.values())
    assert kinds("ada", "newcomer") == [Kind.ASSIGN, Kind.ADD]
    assert owners() == ["admin"]
    assert list(Item.objects.values()) == before
    assert not User.objects.filter(username="newcomer").exists()


def test_applied_twice_is_applied_once(orphan: ExternalRecording, teacher: User, colleague: User) -> None:
    """The second time every line says that it is done."""
    give([wish("ada", "bob")], by="admin")
    after = list(ExternalRecording.objects.order_by("pk").values())
    again = give([wish("ada", "bob")], by="admin")
    assert [effect.kind for effect in again] == [Kind.ALREADY, Kind.ALREADY]
    assert list(ExternalRecording.objects.order_by("pk").values()) == after


def test_several_people_get_a_row_each(orphan: ExternalRecording, teacher: User, colleague: User) -> None:
    """One line may name several people."""
    give([wish("ada", "bob")], by="admin")
    assert owners() == ["ada", "bob"]
    assert set(ExternalRecording.objects.values_list("detail__record_id", flat=True)) == {"rec-1"}


def test_what_somebody_has_already_is_left_alone(
    migrated: Migrated, administrator: User, teacher: User, colleague: User
) -> None:
    """A recording with a known owner is not taken away by a file."""
    migrated(colleague)
    assert kinds("ada") == [Kind.KEPT]
    give([wish("ada")], by="admin")
    assert owners() == ["bob"]


def test_force_takes_it_from_who_has_it(
    migrated: Migrated, administrator: User, teacher: User, colleague: User
) -> None:
    """Forced, the row changes hands."""
    migrated(colleague)
    give([wish("ada")], by="admin", force=True)
    assert owners() == ["ada"]


def test_an_unknown_account_is_named_and_nothing_done(orphan: ExternalRecording) -> None:
    """Without MIGRATION_CREATE_USERS a name that nobody has is a problem."""
    assert kinds("nobody") == [Kind.UNKNOWN_ACCOUNT]
    give([wish("nobody")], by="admin")
    assert owners() == ["admin"]


def test_an_account_is_made_when_the_setting_allows_it(
    orphan: ExternalRecording, settings: LazySettings
) -> None:
    """The preview says that the account will be created; then it is."""
    settings.MIGRATION_CREATE_USERS = True
    (effect,) = preview([wish("newcomer")])
    assert "a new account" in effect.text
    assert counted([effect, effect])[-1] == (
        "new account: newcomer",
        1,
    )  # else a typing error hides in 10,000 lines
    give([wish("newcomer")], by="admin")
    assert owners() == ["newcomer"]


def test_a_mail_address_of_several_accounts_is_refused(
    orphan: ExternalRecording, teacher: User, settings: LazySettings
) -> None:
    """Two accounts with one address: the username must be written, also where accounts may be made."""
    settings.MIGRATION_CREATE_USERS = True
    User.objects.create_user("ada2", "ADA@example.org", is_staff=True)
    assert kinds("ada@example.org") == [Kind.SEVERAL]


@pytest.mark.skipif(
    settings.DATABASES["default"]["ENGINE"].endswith("mysql"), reason="ada and ADA are one name"
)
def test_accounts_that_differ_in_capitals_are_two_people(
    migrated: Migrated, administrator: User, teacher: User
) -> None:
    """Who is written in exactly the letters of one account gets nothing of the other."""
    capitals = User.objects.create_user("ADA", "other@example.org", is_staff=True)
    migrated(administrator, 1, via=ADMINISTRATOR)
    migrated(administrator, 2, via=ADMINISTRATOR)
    give([wish("ada"), wish("ADA", record_id="rec-2")], by="admin")
    whose = dict(ExternalRecording.objects.values_list("detail__record_id", "owner"))
    assert whose == {"rec-1": teacher.pk, "rec-2": capitals.pk}


def test_an_unknown_recording_is_named(administrator: User, teacher: User) -> None:
    """A record id that no run brought is a problem of that line alone."""
    assert kinds("ada", record_id="never-seen") == [Kind.UNKNOWN_RECORDING]


def test_an_account_that_is_not_staff_is_pointed_out(orphan: ExternalRecording, student: User) -> None:
    """Where the pages are open to staff only, the preview says who could not see the recording."""
    (effect,) = preview([wish("cyd")])
    assert "not staff" in effect.text


def test_an_import_under_way_is_not_disturbed(
    orphan: ExternalRecording, administrator: User, teacher: User
) -> None:
    """While the administrator's import runs, the row stays with him."""
    request_import(orphan, administrator)
    assert kinds("ada") == [Kind.BUSY]
    give([wish("ada")], by="admin")
    assert owners() == ["admin"]


def test_a_failed_import_is_forgotten_with_the_change(
    orphan: ExternalRecording, administrator: User, teacher: User
) -> None:
    """The new owner's import makes a video of theirs, not of the administrator's."""
    job = request_import(orphan, administrator)
    type(job).objects.filter(pk=job.pk).update(state=State.FAILED)
    give([wish("ada")], by="admin")
    orphan.refresh_from_db()
    assert request_import(orphan, teacher).context["owner"] == teacher.pk


def test_the_ledger_knows_the_new_owner(orphan: ExternalRecording, teacher: User) -> None:
    """The administrator's line of the ledger becomes the teacher's."""
    give([wish("ada")], by="desk")
    item = Item.objects.get()
    assert (item.owner, item.user_id, item.via, item.done) == ("ada", teacher.pk, "owners.csv", True)
    assert "desk" in item.said


def test_the_ledger_keeps_the_line_of_a_known_owner(
    migrated: Migrated, administrator: User, teacher: User, colleague: User
) -> None:
    """Taken away by force, the recording is not given back by a rerun: the former owner's line stays done."""
    migrated(colleague)
    give([wish("ada")], by="admin", force=True)
    known = Ledger(SERVER, Mode.IMPORT_VIDEO).known(["rec-1"])["rec-1"]
    assert {(one.owner, one.done) for one in known} == {("ada", True), ("bob", True)}


def test_a_row_that_its_owner_deleted_is_not_brought_back(orphan: ExternalRecording, teacher: User) -> None:
    """Only force makes a new row of what the ledger remembers."""
    orphan.delete()
    assert kinds("ada") == [Kind.REMOVED]
    give([wish("ada")], by="admin", force=True)
    assert owners() == ["ada"]
    assert ExternalRecording.objects.get().source_url.endswith("rec-1")


def test_recordings_of_another_server_are_told_apart(
    migrated: Migrated, administrator: User, teacher: User
) -> None:
    """A line with a server concerns only that server's recording."""
    migrated(administrator, 1, via="administrator")
    migrated(administrator, 1, via="administrator", server="other.example.org")
    give([Wish(2, "rec-1", ("ada",), server="other.example.org")], by="admin")
    found = dict(ExternalRecording.objects.values_list("detail__server", "owner__username"))
    assert found == {SERVER: "admin", "other.example.org": "ada"}


def test_a_discarded_orphan_is_there_for_its_new_owner(orphan: ExternalRecording, teacher: User) -> None:
    """What the administrator hid from his own list is not hidden from the owner."""
    orphan.detail.discarded_at = MEETING
    orphan.detail.save()
    give([wish("ada")], by="admin")
    orphan.detail.refresh_from_db()
    assert orphan.detail.discarded_at is None


def test_queries_do_not_grow_with_the_lines(
    migrated: Migrated, administrator: User, teacher: User, django_assert_max_num_queries: object
) -> None:
    """Three hundred recordings change hands in as many queries as three."""
    for number in range(300):
        migrated(administrator, number, via="administrator")
    wishes = [wish("ada", record_id=f"rec-{number}") for number in range(300)]
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        give(wishes, by="admin")
    assert set(owners()) == {"ada"}


# --- the claim folder ------------------------------------------------------------------------


@pytest.fixture
def file(waiting: RecordingFileTreatment, administrator: User) -> RecordingFileTreatment:
    """A waiting file of a migration, without probable owner."""
    waiting.detail.server = SERVER
    waiting.detail.save()
    Item.objects.create(
        server=SERVER, record_id="0123abcd-1", mode=RunMode.MANUAL_CLAIM, name="Algebra",
        outcome=ItemOutcome.DOWNLOAD, done=True, target=waiting.file,
    )  # fmt: skip
    return waiting


def probable(row: RecordingFileTreatment) -> list[str]:
    """Return whose a waiting file probably is."""
    return sorted(row.detail.probable_owners.values_list("username", flat=True))


def test_a_waiting_file_gets_its_probable_owner(file: RecordingFileTreatment, teacher: User) -> None:
    """The claim page then shows it first to that person; claiming stays with the person."""
    give([wish("ada", record_id="0123abcd-1")], by="admin")
    assert probable(file) == ["ada"]
    assert RecordingFileTreatment.objects.filter(pk=file.pk).exists()


def test_a_probable_owner_is_noted_once(file: RecordingFileTreatment, teacher: User) -> None:
    """The second time the line says that it is done."""
    give([wish("ada", record_id="0123abcd-1")], by="admin")
    assert kinds("ada", record_id="0123abcd-1") == [Kind.ALREADY]


def test_a_probable_owner_that_moodle_named_is_left_alone(
    file: RecordingFileTreatment, teacher: User, colleague: User
) -> None:
    """Unless forced; then the named person takes the place."""
    file.detail.probable_owners.add(colleague)
    assert kinds("ada", record_id="0123abcd-1") == [Kind.KEPT]
    give([wish("ada", record_id="0123abcd-1")], by="admin", force=True)
    assert probable(file) == ["ada"]


def test_a_file_that_is_known_of_two_servers_is_named_once(
    file: RecordingFileTreatment, teacher: User
) -> None:
    """The old server under another name: its file waits, and nobody claimed it."""
    Item.objects.create(
        mode=RunMode.MANUAL_CLAIM, server="new-name", record_id="0123abcd-1", target=file.file, done=True
    )
    assert kinds("ada", record_id="0123abcd-1") == [Kind.PROBABLE]


def test_a_claimed_file_is_left_alone(file: RecordingFileTreatment, teacher: User, colleague: User) -> None:
    """Who claimed it keeps it, and the line says who."""
    claim(file.pk, colleague)
    (effect,) = preview([wish("ada", record_id="0123abcd-1")])
    assert (effect.kind, effect.holder) == (Kind.CLAIMED, "bob")


def test_both_places_are_served_by_one_line(
    file: RecordingFileTreatment, teacher: User, administrator: User
) -> None:
    """A recording that went both ways is given both ways."""
    create_external_recordings([spec_of(administrator, record_id="0123abcd-1", server=SERVER)])
    found = kinds("ada", record_id="0123abcd-1")
    assert found == [Kind.ASSIGN, Kind.PROBABLE]


def test_a_second_file_is_not_touched(
    file: RecordingFileTreatment, recorder: Recorder, house: Path, teacher: User
) -> None:
    """Only the named recording gets a probable owner."""
    other = make_claimable(
        ClaimSpec(write_film(house / "bbb" / "other.mp4"), recorder.pk, MEETING, "Other", "other-1")
    )
    give([wish("ada", record_id="0123abcd-1")], by="admin")
    assert probable(other) == []


@pytest.fixture
def job(recorder: Recorder, administrator: User, colleague: User) -> Conversion:
    """A conversion that waits, of a recording of somebody without an account and of a colleague."""
    job = Conversion.objects.create(
        key="claim:1", delivery=DELIVERY, title="Algebra", engine="native",
        context={
            NAMED: [
                {"username": "ghost", "name": "A Ghost", "via": "", "id": None},
                {"username": "bob", "name": "Bob", "via": "", "id": colleague.pk},
            ],
        },
    )  # fmt: skip
    Item.objects.create(
        server=SERVER, record_id="0123abcd-1", mode=RunMode.MANUAL_CLAIM, name="Algebra",
        outcome=ItemOutcome.CONVERT, conversion_id=job.pk,
    )  # fmt: skip
    return job


def test_a_file_that_is_still_converted_says_whose_it_will_be(job: Conversion, teacher: User) -> None:
    """By the account, not by another name that the migration knows of the same recording."""
    (effect,) = preview([wish("ada", record_id="0123abcd-1")])
    assert (effect.kind, effect.holder) == (Kind.KEPT, "bob")


def test_a_failed_conversion_keeps_its_reason_when_its_owner_is_named(
    job: Conversion, teacher: User, colleague: User
) -> None:
    """The ledger knows the owner's origin, and still says why there is no file yet."""
    Conversion.objects.update(state=State.FAILED)
    Item.objects.update(outcome=ItemOutcome.FAIL, why=Cause.FULL, reason="no space left")
    give([wish("bob", "ada", record_id="0123abcd-1")], by="admin")
    item = Item.objects.get()
    assert (item.via, item.why, item.reason) == ("owners.csv", Cause.FULL, "no space left")


def test_a_file_that_is_still_converted_gets_its_probable_owner(job: Conversion, teacher: User) -> None:
    """Forced, the conversion keeps this person for its file, and nobody else."""
    give([wish("ada", record_id="0123abcd-1")], by="admin", force=True)
    job.refresh_from_db()
    assert [(named["username"], named["id"]) for named in job.context[NAMED]] == [("ada", teacher.pk)]
