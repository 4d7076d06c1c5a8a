"""What no accident between two runs may do: lose a recording, or open it to whom it was not for."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.contrib.auth.models import User

from pod.bbb_migration.administration.assign import give
from pod.bbb_migration.administration.owners_file import Wish
from pod.bbb_migration.models import Item
from pod.conversion.engines import Made
from pod.conversion.models import Conversion
from pod.conversion.services import run
from pod.main.states import State
from pod.recorder.claiming import claim
from pod.recorder.giving_back import release
from pod.recorder.models import Claim, Recorder, RecordingFileTreatment
from pod.recorder.services import ClaimSpec, make_claimable
from pod.recorder.watching import check_directories
from pod.recorder.whose import is_kept_from
from tests.fake_bbb import FakeBBB
from tests.integration.conftest import write_film
from tests.integration.migration.conftest import Migrate
from tests.moodle.build import Activity
from tests.samples import make_recording

CLAIM = ("--use-manual-claim", "--use-database-moodle")


@pytest.fixture
def adas(bbb: FakeBBB, room: Activity, claiming: Recorder, site: LazySettings) -> FakeBBB:
    """A server with one recording, a film, that is Ada's; what is somebody's is kept from others."""
    site.RESTRICT_CLAIMING_TO_PROBABLE_OWNERS = True
    meeting: Any = {"meeting_id": room.meeting_id(), "meta": room.metadata()}
    make_recording(bbb.folder or Path(), "video", 3.0, name="Sample", start_ms=1_700_000_000_000, **meeting)
    bbb.rescan()
    return bbb


@pytest.fixture
def adas_slides(adas: FakeBBB) -> FakeBBB:
    """The same as a presentation, to be converted."""
    shutil.rmtree((adas.folder or Path()) / "video")
    adas.rescan()
    return adas


def kept(user: User) -> list[bool]:
    """Of each waiting file, whether it is kept from the user."""
    return [is_kept_from(user, row.pk) for row in RecordingFileTreatment.objects.all()]


def die(*_arguments: object, **_options: object) -> Iterator[Any]:
    """Stand for a process that is killed here."""
    raise KeyboardInterrupt


def test_whose_owner_has_no_account_and_gets_none_is_kept_from_others(
    adas: FakeBBB, site: LazySettings, migrate: Migrate, colleague: User
) -> None:
    """Without MIGRATION_CREATE_USERS the file names Ada all the same: she is the owner."""
    site.MIGRATION_CREATE_USERS = False
    assert "ada" in migrate(*CLAIM).text
    assert kept(colleague) == [True]


def test_a_file_that_the_watcher_saw_first_is_reserved_by_the_next_run(
    adas: FakeBBB, migrate: Migrate, colleague: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that was killed between file and row, or a database of yesterday, opens it to nobody for good."""
    with monkeypatch.context() as killed:
        killed.setattr("pod.bbb_migration.sinks.claim_folder.arrive", die)
        migrate(*CLAIM)
    check_directories()
    check_directories()
    assert migrate(*CLAIM).code == 0
    assert kept(colleague) == [True]


def test_a_converted_file_that_the_database_forgot_is_reserved(
    adas_slides: FakeBBB, recorder: Recorder, house: Path, migrate: Migrate, colleague: User
) -> None:
    """The database is of yesterday, the folder of today: the file is taken as it is, and is Ada's."""
    (film,) = adas_slides.entries
    name = f"sample-2023-11-14-221320-{film.record_id[:8]}.mp4"
    write_film(house / "bbb" / name)
    check_directories()
    check_directories()
    assert migrate(*CLAIM).code == 0
    assert kept(colleague) == [True]
    assert not Conversion.objects.exists()


def test_a_claim_folder_that_moved_keeps_what_is_known_of_its_files(
    adas: FakeBBB, site: LazySettings, migrate: Migrate, colleague: User, house: Path, tmp_path: Path
) -> None:
    """The watcher finds each file's row again by its name: no second row that is open to everybody."""
    migrate(*CLAIM)
    shutil.move(house, tmp_path / "elsewhere")
    site.DEFAULT_RECORDER_PATH = f"{tmp_path}/elsewhere/"
    check_directories()
    check_directories()
    (row,) = RecordingFileTreatment.objects.all()
    assert Path(row.file).is_file()
    assert kept(colleague) == [True]


def test_a_job_that_waits_learns_whose_it_is(
    adas_slides: FakeBBB, site: LazySettings, migrate: Migrate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A first run that knew nobody was interrupted; the next one asks Moodle, and the job tells who."""
    monkeypatch.setattr("pod.bbb_migration.engine.run_all", die)
    migrate(CLAIM[0])
    assert Conversion.objects.get().context["probable_owners"] == []
    migrate(*CLAIM)
    assert [one["username"] for one in Conversion.objects.get().context["probable_owners"]] == ["ada"]


@pytest.fixture
def job(
    adas_slides: FakeBBB, house: Path, migrate: Migrate, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Conversion:
    """The recording's waiting job, whose converter makes a small film."""
    with monkeypatch.context() as interrupted:
        interrupted.setattr("pod.bbb_migration.engine.run_all", die)
        migrate(*CLAIM)
    made = Made(write_film(tmp_path / "made.mp4"), {})
    monkeypatch.setattr("pod.conversion.runner._convert", lambda _job, _shared: made)
    return Conversion.objects.get()


def test_a_file_that_its_job_has_not_delivered_is_offered_to_nobody(
    job: Conversion, colleague: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between file and row something failed: the watcher leaves the file to its job, and says so."""
    with monkeypatch.context() as failing:
        failing.setattr("pod.conversion.runner.deliver", lambda *_given: 1 / 0)
        assert run(job.pk) is State.FAILED
    assert Path(job.target).is_file()
    assert job.target in check_directories().left_out[0]
    check_directories()
    assert kept(colleague) == []


def test_a_conversion_goes_where_the_claim_folder_is_by_now(
    job: Conversion, site: LazySettings, tmp_path: Path, recorder: Recorder
) -> None:
    """The folder moved to a larger disk while the job waited: its file can be claimed there."""
    site.DEFAULT_RECORDER_PATH = str(tmp_path / "larger")
    assert run(job.pk) is State.DONE
    row = RecordingFileTreatment.objects.get()
    assert Path(row.file).parent == tmp_path / "larger" / recorder.directory
    assert {Conversion.objects.get().target, Item.objects.get().target} == {row.file}
    assert claim(row.pk, User.objects.create_user("ada", is_staff=True)).video


def test_nothing_is_put_into_a_claim_folder_whose_disk_is_not_mounted(
    job: Conversion, house: Path, recorder: Recorder, migrate: Migrate
) -> None:
    """It would lie in the mount point, out of sight once the disk is back: a run says so, and jobs wait."""
    folder, disk = house / recorder.directory, house / "disk"
    for name in ("a", "b"):
        make_claimable(ClaimSpec(write_film(folder / f"{name}.mp4"), recorder.pk, job.queued_at, name))
    folder.rename(disk)
    folder.mkdir()
    called = migrate(*CLAIM)
    assert (called.code, "2 recordings wait there" in called.text) == (1, True)
    assert run(job.pk) is State.QUEUED
    assert not list(folder.iterdir())
    folder.rmdir()
    disk.rename(folder)
    assert run(job.pk, later=False) is State.DONE


def test_nothing_is_put_into_a_claim_folder_whose_disk_went_during_the_conversion(
    job: Conversion, house: Path, recorder: Recorder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The disk was there when it began."""
    folder = house / recorder.directory
    for name in ("a", "b"):
        make_claimable(ClaimSpec(write_film(folder / f"{name}.mp4"), recorder.pk, job.queued_at, name))

    def convert(*_job: object) -> Made:
        folder.rename(house / "disk")
        return Made(write_film(tmp_path / "made.mp4"), {})

    monkeypatch.setattr("pod.conversion.runner._convert", convert)
    assert run(job.pk) is State.QUEUED
    assert not folder.exists()


def test_an_owner_who_is_named_during_the_conversion_is_named_by_its_file(
    job: Conversion, colleague: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the administrator's owners.csv says of a job at work is not overwritten by what it began with."""
    Conversion.objects.filter(pk=job.pk).update(context={**job.context, "probable_owners": []})

    def place(_made: Path, target: Path, *_job: object) -> None:
        Conversion.objects.filter(pk=job.pk).update(context=job.context)
        write_film(target)

    monkeypatch.setattr("pod.conversion.runner._place", place)
    assert run(job.pk) is State.DONE
    assert kept(colleague) == [True]
    assert Item.objects.get().done


def test_a_file_that_went_before_it_was_claimed_is_brought_again(adas: FakeBBB, migrate: Migrate) -> None:
    """The folder's disk was brought back from an older backup: a run says so, --retry-failed mends it."""
    migrate(*CLAIM)
    Path(RecordingFileTreatment.objects.get().file).unlink()
    check_directories()
    assert migrate(*CLAIM).code == 3
    assert Item.objects.get().said == "its file went from the claim folder before anybody claimed it"
    assert migrate(*CLAIM, "--retry-failed").code == 0
    assert Path(RecordingFileTreatment.objects.get().file).is_file()


def test_a_converted_file_that_went_is_converted_again(
    job: Conversion, migrate: Migrate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That its job is done is no file."""
    assert run(job.pk) is State.DONE
    Path(job.target).unlink()
    check_directories()
    monkeypatch.setattr("pod.bbb_migration.engine.run_all", die)
    migrate(*CLAIM, "--retry-failed")
    assert Conversion.objects.get().state == State.QUEUED


@pytest.mark.parametrize("told", [False, True])
def test_what_is_brought_anew_by_a_run_that_asks_nobody_stays_reserved(
    adas: FakeBBB, migrate: Migrate, teacher: User, colleague: User, *, told: bool
) -> None:
    """--force without the option that knows the owners opens nobody's file to everybody."""
    migrate(*CLAIM)
    if told:
        give([Wish(2, adas.entries[0].record_id, ("bob",))], by="desk", force=True)
    assert migrate(CLAIM[0], "--force").code == 0
    assert [kept(user) for user in (teacher, colleague)] == [[told], [not told]]


@pytest.mark.parametrize("known", [True, False])
def test_what_was_claimed_and_is_brought_anew_stays_reserved(
    adas: FakeBBB, migrate: Migrate, teacher: User, colleague: User, *, known: bool
) -> None:
    """For whom the claimed file named, and for who claimed it."""
    migrate(*(CLAIM if known else CLAIM[:1]))
    claim(RecordingFileTreatment.objects.get().pk, teacher if known else colleague)
    assert migrate(CLAIM[0], "--force").code == 0
    assert [kept(user) for user in (teacher, colleague)] == [[not known], [known]]


@pytest.mark.parametrize("accounts", ["made", "refused"])
def test_whoever_gets_an_account_later_finds_what_is_theirs(
    adas: FakeBBB, site: LazySettings, migrate: Migrate, colleague: User, accounts: str
) -> None:
    """The first login makes Ada's account: what was kept for her name is hers."""
    site.MIGRATION_CREATE_USERS = accounts == "made"
    migrate(*CLAIM)
    ada = User.objects.create_user("Ada", is_staff=True)
    assert kept(ada) == [False]
    assert kept(colleague) == [True]


@pytest.mark.skipif(
    settings.DATABASES["default"]["ENGINE"].endswith("mysql"), reason="ada and ADA are one name"
)
def test_a_name_in_other_letters_is_nobody_elses(adas: FakeBBB, migrate: Migrate) -> None:
    """An account whose name differs from Ada's in case alone does not get what is hers."""
    migrate(*CLAIM)
    ada = User.objects.create_user("ada", is_staff=True)
    other = User.objects.create_user("ADA", is_staff=True)
    assert [kept(ada), kept(other)] == [[False], [True]]


def test_who_is_named_still_is_after_somebody_gave_it_back(
    adas: FakeBBB, migrate: Migrate, admin: User
) -> None:
    """An administrator claims it by mistake, and only then Ada gets her account."""
    migrate(*CLAIM)
    claim(RecordingFileTreatment.objects.get().pk, admin)
    release(Claim.objects.get().pk, admin)
    assert kept(User.objects.create_user("ada", is_staff=True)) == [False]
