"""Taking the old server's rows away: what goes, what stays, and that no run brings it back."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from pod.bbb_migration.administration.deletion import Selected, delete
from pod.bbb_migration.ledger import Ledger
from pod.bbb_migration.models import Item, Run
from pod.bbb_migration.plan import Mode
from pod.import_video.importing import request_import
from pod.import_video.models import ExternalRecording
from pod.video.models import Video
from tests.integration.administration.conftest import SERVER, Migrated


def called(*arguments: str, **options: Any) -> str:
    """Return what the command says."""
    out = io.StringIO()
    call_command("delete_external_recordings", *arguments, stdout=out, no_color=True, **options)
    return out.getvalue()


def left() -> set[str]:
    """Return the record ids of the rows that are there."""
    return set(ExternalRecording.objects.values_list("detail__record_id", flat=True))


def test_the_dry_run_counts_and_changes_nothing(
    migrated: Migrated, administrator: User, teacher: User, colleague: User
) -> None:
    """Rows and people are counted; everything stays."""
    for number, owner in enumerate((teacher, teacher, colleague)):
        migrated(owner, number)
    assert "3 external recordings would be deleted (of 2 people)." in called("--server", SERVER, "--dry")
    assert len(left()) == 3
    assert not Item.objects.exclude(removed_at=None).exists()


def test_one_is_said_as_one(migrated: Migrated, administrator: User, teacher: User) -> None:
    """One row of one person has no plural, and of what was not imported there is nothing to say."""
    migrated(teacher, 1)
    assert called("--server", SERVER).strip() == "1 external recording was deleted (of 1 person)."


@pytest.mark.parametrize("server", ["[", f"{SERVER}:port"])
def test_what_is_no_server_has_no_rows(
    migrated: Migrated, administrator: User, teacher: User, server: str
) -> None:
    """A slip of the hand ends in a count of nothing, and deletes nothing."""
    migrated(teacher, 1)
    assert called("--server", server).startswith("0 external recordings were deleted")
    assert left() == {"rec-1"}


def test_a_server_without_rows_is_told_apart(migrated: Migrated, administrator: User, teacher: User) -> None:
    """Who mistypes the host reads which there are."""
    migrated(teacher, 1)
    assert f"There are rows of {SERVER}." in called("--server", "bbb.exmaple.org")


def test_only_the_rows_of_the_named_server_go(migrated: Migrated, administrator: User, teacher: User) -> None:
    """Another server's rows stay, whatever their addresses."""
    migrated(teacher, 1)
    other = migrated(teacher, 2, server="other.example.org")
    other.source_url = "https://other.example.org/x"
    other.save()
    called("--server", SERVER)
    assert left() == {"rec-2"}


def test_rows_of_pods_own_command_are_found_by_their_address(administrator: User, teacher: User) -> None:
    """They have no detail, only an address on that server."""
    for host in (SERVER, f"not-{SERVER}"):
        ExternalRecording.objects.create(name="x", owner=teacher, source_url=f"https://{host}/playback/1")
    called("--server", f"https://{SERVER}/bigbluebutton/api")
    assert [row.source_url for row in ExternalRecording.objects.all()] == [f"https://not-{SERVER}/playback/1"]


def test_only_the_rows_of_the_named_run_go(
    migrated: Migrated, administrator: User, teacher: User, run: Run
) -> None:
    """What another run brought stays."""
    migrated(teacher, 1)
    migrated(teacher, 2)
    Item.objects.filter(record_id="rec-2").update(
        run=Run.objects.create(mode=Mode.IMPORT_VIDEO, server=SERVER)
    )
    called("--run", str(run.pk))
    assert left() == {"rec-2"}


def test_imported_videos_stay(migrated: Migrated, administrator: User, teacher: User, video: Video) -> None:
    """The row goes, the video that came of it does not."""
    row = migrated(teacher)
    row.detail.video = video
    row.detail.save()
    assert "1 of them was imported: its video stays." in called("--server", SERVER)
    assert left() == set()
    assert Video.objects.filter(pk=video.pk).exists()


def test_a_row_that_is_being_imported_stays(migrated: Migrated, administrator: User, teacher: User) -> None:
    """It is counted and named; the next call takes it."""
    request_import(migrated(teacher, 1), teacher)
    migrated(teacher, 2)
    assert "1 more is being imported right now and stays" in called("--server", SERVER)
    assert left() == {"rec-1"}


def test_the_next_run_does_not_bring_them_back(
    migrated: Migrated, administrator: User, teacher: User
) -> None:
    """The ledger says that the recording arrived, and that it was removed."""
    migrated(teacher)
    delete(Selected(server=SERVER), "desk")
    (known,) = Ledger(SERVER, Mode.IMPORT_VIDEO).known(["rec-1"])["rec-1"]
    assert known.done
    item = Item.objects.get()
    assert item.removed_at is not None
    assert "desk" in item.said


def test_a_row_that_the_ledger_did_not_know_is_noted(
    migrated: Migrated, administrator: User, teacher: User
) -> None:
    """A lost ledger learns what was removed."""
    migrated(teacher)
    Item.objects.all().delete()
    delete(Selected(server=SERVER), "desk")
    item = Item.objects.get()
    assert (item.record_id, item.owner, item.done) == ("rec-1", "ada", True)


def test_without_server_or_run_nothing_is_deleted(administrator: User) -> None:
    """One of the two must be named."""
    with pytest.raises(CommandError):
        called()
    with pytest.raises(CommandError, match="no run 99"):
        called("--run", "99")
    assert Selected().rows().count() == 0


def test_deleting_is_done_in_few_queries(
    migrated: Migrated, administrator: User, teacher: User, django_assert_max_num_queries: Any
) -> None:
    """Three hundred rows go in as many queries as three."""
    for number in range(300):
        migrated(teacher, number)
    with django_assert_max_num_queries(30):
        assert delete(Selected(server=SERVER), "desk") == 300


def test_people_whose_rows_all_stay_are_not_counted(
    migrated: Migrated, administrator: User, teacher: User, colleague: User
) -> None:
    """Who is importing right now loses nothing."""
    migrated(teacher, 1)
    request_import(migrated(colleague, 2), colleague)
    totals = Selected(server=SERVER).count()
    assert (totals.rows, totals.people, totals.busy) == (1, 1, 1)
