"""Importing: one job whatever is clicked, a private video at the end, failures with their cause."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from kombu.exceptions import OperationalError

from pod.conversion import engines, tasks
from pod.conversion.causes import Cause
from pod.conversion.engines import Made, Work
from pod.conversion.errors import ConversionError
from pod.conversion.folders import job_folder
from pod.conversion.models import Conversion
from pod.conversion.services import run
from pod.import_video.errors import ImportVideoError
from pod.import_video.importing import request_import
from pod.import_video.listing import recordings_of
from pod.import_video.models import ExternalRecording
from pod.import_video.services import create_external_recordings
from pod.main.search import slides_of
from pod.main.states import State
from pod.video.models import Video
from tests.integration.conftest import spec_of, write_film


class FilmEngine:
    """An engine that makes a real small film, or fails as told."""

    name = "native"
    suffix = ".mp4"
    fails = ""

    def convert(self, work: Work, *, progress: Any, cancelled: Any) -> Made:
        """Write the film into the job's folder."""
        if self.fails:
            raise ConversionError(self.fails, "detail for support")
        progress("converting", 1.0, 1.0)
        return Made(write_film(work.folder / f"{work.name}.mp4"), {"engine": self.name})


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> FilmEngine:
    """Put the film engine in place of the native one."""
    made = FilmEngine()
    monkeypatch.setitem(engines.ENGINES, "native", made)
    return made


def live(recording: ExternalRecording) -> str:
    """Return the state that the page shows."""
    assert recording.owner is not None
    return str(recordings_of(recording.owner).get(pk=recording.pk).live)  # type: ignore[attr-defined]


@pytest.mark.django_db(transaction=True)
def test_an_import_ends_as_a_private_video_dated_as_the_meeting(
    external: ExternalRecording, teacher: User, engine: FilmEngine
) -> None:
    """The video is the owner's, a draft, of the meeting's day, and says where it came from."""
    assert run(request_import(external, teacher).pk) == State.DONE
    video = Video.objects.get()
    assert (video.owner, video.is_draft, video.title) == (teacher, True, "Algebra")
    assert str(video.date_evt) == "2021-05-03"
    assert "bbb.example.org" in video.description
    assert video.detail.record_id == "rec-1"
    assert live(external) == State.DONE


@pytest.mark.django_db(transaction=True)
def test_an_import_is_done_although_the_broker_went_away_meanwhile(
    external: ExternalRecording, teacher: User, engine: FilmEngine, settings: LazySettings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """The smaller versions, of which no worker could be told, wait in the queue."""
    job = request_import(external, teacher)

    def away(_job: int) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(tasks.convert, "delay", away)
    settings.CELERY_TO_ENCODE, settings.VIDEO_RENDITIONS = True, ["24"]
    assert run(job.pk) == State.DONE
    assert live(external) == State.DONE
    assert [one.key for one in Conversion.objects.waiting()] == [f"rendition-{Video.objects.get().pk}-24"]


@pytest.mark.django_db(transaction=True)
def test_who_imported_is_kept_after_success(
    external: ExternalRecording, teacher: User, engine: FilmEngine
) -> None:
    """`uploaded_to_pod_by` names the user before and after."""
    run(request_import(external, teacher).pk)
    external.refresh_from_db()
    assert external.uploaded_to_pod_by == teacher


def test_two_requests_are_one_conversion(external: ExternalRecording, teacher: User) -> None:
    """Asking again returns the same job."""
    first = request_import(external, teacher)
    assert request_import(external, teacher).pk == first.pk
    assert Conversion.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_are_one_conversion(external: ExternalRecording, teacher: User) -> None:
    """Two simultaneous requests make one job."""
    start = threading.Barrier(2)
    problems: list[Exception] = []

    def click() -> None:
        start.wait()
        try:
            request_import(external, teacher)
        except Exception as error:  # noqa: BLE001 - reported by the assertion below
            problems.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert Conversion.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_failure_is_failed_with_its_cause_and_not_in_progress_for_ever(
    external: ExternalRecording, teacher: User, engine: FilmEngine
) -> None:
    """After an error the row says failed, and why."""
    engine.fails = "The server no longer publishes this recording."
    run(request_import(external, teacher).pk)
    assert live(external) == State.FAILED
    assert Conversion.objects.get().error == engine.fails


@pytest.mark.django_db(transaction=True)
def test_a_failed_import_can_be_retried(
    external: ExternalRecording, teacher: User, engine: FilmEngine
) -> None:
    """Asking again queues the same job again, and it can succeed."""
    engine.fails = "Too bad."
    run(request_import(external, teacher).pk)
    engine.fails = ""
    again = request_import(external, teacher)
    assert live(external) == State.QUEUED
    assert run(again.pk) == State.DONE
    assert Video.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_delivering_twice_makes_one_video(
    external: ExternalRecording, teacher: User, engine: FilmEngine
) -> None:
    """A worker that died after delivering does not make a second video."""
    job = request_import(external, teacher)
    run(job.pk)
    Conversion.objects.update(state=State.QUEUED)
    run(job.pk)
    assert Video.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_recording_can_be_imported_again_after_its_video_was_deleted(
    external: ExternalRecording, teacher: User, engine: FilmEngine
) -> None:
    """Deleting the video makes the recording available again."""
    run(request_import(external, teacher).pk)
    video = Video.objects.get()
    Path(video.video.path).unlink()
    video.delete()
    assert live(external) == State.AVAILABLE
    assert run(request_import(external, teacher).pk) == State.DONE


@pytest.mark.django_db(transaction=True)
def test_a_recording_deleted_during_its_import_leaves_no_file(
    external: ExternalRecording, teacher: User, engine: FilmEngine
) -> None:
    """Nobody would own the film: it goes."""
    job = request_import(external, teacher)
    job_folder(job).mkdir(parents=True)
    external.delete()
    assert run(job.pk) == State.DISCARDED
    assert not Video.objects.exists()
    assert [path.exists() for path in (Path(job.target), job_folder(job))] == [False, False]


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://localhost:6379/",
        "https://evil.example.net/playback/presentation/2.3/x",
        "https://bbb.example.org@evil.example.net/x",
        "https://evil.example.net\\@bbb.example.org/x",
        "file:///etc/passwd",
        "ftp://bbb.example.org/x",
        "https://bbb.example.org.evil.example.net/",
        "$(touch /tmp/x)",
    ],
)
def test_only_allowed_hosts_are_asked(address: str, house: Path, teacher: User) -> None:
    """An address of another host is refused before anything is queued (SSRF)."""
    mine = create_external_recordings([spec_of(teacher)])[0]
    mine.source_url = address
    mine.save()
    with pytest.raises(ImportVideoError):
        request_import(mine, teacher)
    assert not Conversion.objects.exists()


def test_a_host_that_the_catalogue_named_may_be_asked(house: Path, teacher: User) -> None:
    """The playback may live on another host than the API; the administrator's catalogue vouches for it."""
    address = "https://player.example.net/playback/presentation/2.3/x"
    mine = create_external_recordings([spec_of(teacher, source_url=address)])[0]
    assert request_import(mine, teacher).options["trusted_hosts"] == ["player.example.net"]


def test_nothing_of_the_converter_is_left_to_a_shell() -> None:
    """No code of the pages runs programs at all (Pod's `shell=True` ran what a form said)."""
    root = Path(__file__).resolve().parents[3] / "pod"
    for app in ("import_video", "recorder", "video", "main", "authentication"):
        for path in (root / app).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            assert "subprocess" not in text, path
            assert "os.system" not in text, path


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_is_told_in_the_teachers_words(
    external: ExternalRecording, signed: Client, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The import is queued all the same; what an administrator has to do is for the log."""
    settings.CELERY_TO_ENCODE = True
    settings.BBB_ALLOWED_HOSTS = ["bbb.example.org"]
    nobody = Celery("nobody", broker="amqp://guest:guest@127.0.0.1:1//", set_as_current=False)
    nobody.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    monkeypatch.setattr(tasks, "convert", nobody.task(run))
    page = signed.post(f"/import_video/{external.pk}/", follow=True, headers={"Accept-Language": "en"})
    assert "It is queued, but what converts recordings does not answer" in page.content.decode()
    assert "CELERY" not in page.content.decode()
    assert live(external) == State.QUEUED


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_is_asked_once_for_many(
    house: Path, teacher: User, signed: Client, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All are queued, the page does not wait for the broker once for each of them, and it is told once."""
    settings.CELERY_TO_ENCODE = True
    asked: list[int] = []

    def nobody_hears(conversion_id: int) -> None:
        asked.append(conversion_id)
        raise OperationalError("nobody there")

    monkeypatch.setattr(tasks.convert, "delay", nobody_hears)
    rows = create_external_recordings([spec_of(teacher, f"n{i}", i) for i in range(25)])
    sent = {"verb": "import", "id": [row.pk for row in rows], "confirmed": "1"}
    answer = signed.post("/import_video/bulk/", sent, follow=True, headers={"Accept-Language": "en"})
    page = answer.content.decode()
    assert len(asked) == 1
    assert "25 recordings are queued." in page
    assert page.count("What converts recordings does not answer") == 1
    assert {live(row) for row in rows} == {State.QUEUED}


@pytest.mark.django_db(transaction=True)
def test_a_new_address_is_a_new_video(
    external: ExternalRecording, teacher: User, engine: FilmEngine, signed: Client
) -> None:
    """What was imported from the address of before stays; the import of the new one makes its own."""
    assert run(request_import(external, teacher).pk) == State.DONE
    changed = {"name": "Algebra II", "start_at": "2021-05-10T08:30", "type": "bigbluebutton"}
    address = "https://bbb.example.org/playback/presentation/2.3/other"
    signed.post(f"/import_video/edit/{external.pk}/", {**changed, "source_url": address})
    external.refresh_from_db()
    assert (external.detail.video, live(external)) == (None, State.AVAILABLE)
    assert run(request_import(external, teacher).pk) == State.DONE
    first, second = Video.objects.order_by("pk")
    assert (first.title, second.title) == ("Algebra", "Algebra II")
    assert first.video.name != second.video.name
    external.detail.refresh_from_db()
    assert external.detail.video == second


@pytest.mark.parametrize(
    ("meeting", "kept"), [("rec-1?token=new", ("rec-1", "MAT101", "eigenvalues")), ("other", ("", "", ""))]
)
def test_what_was_told_of_a_meeting_is_not_told_of_another(
    house: Path, teacher: User, signed: Client, meeting: str, kept: tuple[str, str, str]
) -> None:
    """With another meeting's address its course and slides go; with a new link to the same they stay."""
    (row,) = create_external_recordings([spec_of(teacher, slide_text="eigenvalues")])
    address = f"https://bbb.example.org/playback/presentation/2.3/{meeting}"
    sent = {"name": "Algebra", "start_at": "2021-05-10T08:30", "type": "bigbluebutton", "source_url": address}
    signed.post(f"/import_video/edit/{row.pk}/", sent)
    row = ExternalRecording.objects.get()
    assert row.source_url == address
    assert (row.detail.record_id, row.detail.course, slides_of(row)) == kept
    assert row.searched.words == " ".join(["algebra", *filter(None, kept[1:])]).lower()
    assert row.detail.trusted_hosts == ["bbb.example.org"]


def test_a_recording_stays_when_who_imported_it_for_its_owner_goes(
    external: ExternalRecording, colleague: User
) -> None:
    """An administrator may import for somebody else; that account's end is not the recording's."""
    request_import(external, colleague)
    colleague.delete()
    assert ExternalRecording.objects.get().uploaded_to_pod_by is None


@pytest.mark.django_db(transaction=True)
def test_an_import_whose_owner_goes_meanwhile_leaves_no_file(
    external: ExternalRecording, teacher: User, engine: FilmEngine
) -> None:
    """Nobody would have the video; the recording stays, to be imported by whom it is given to."""
    job = request_import(external, teacher)
    teacher.delete()
    assert run(job.pk) == State.DONE
    assert not Path(job.target).exists()
    assert not Video.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_video_is_whose_the_recording_is_at_the_end_of_the_import(
    external: ExternalRecording, teacher: User, colleague: User, engine: FilmEngine
) -> None:
    """An administrator who corrects the owner meanwhile gives nobody another's video."""
    job = request_import(external, teacher)
    ExternalRecording.objects.update(owner=colleague)
    run(job.pk)
    assert Video.objects.get().owner == colleague


@pytest.mark.parametrize("year", ["0001", "1899", "9999"])
def test_a_year_that_was_mistyped_is_told(year: str, external: ExternalRecording, signed: Client) -> None:
    """Stored, it would break the page (the year 1 has no UTC), or push all real years out of the filter."""
    sent = {"name": "A", "type": "bigbluebutton", "source_url": external.source_url}
    sent["start_at"] = f"{year}-01-01T00:00"
    address = f"/import_video/edit/{external.pk}/"
    answer = signed.post(address, sent, headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    assert "Check the year of this date." in answer.content.decode()


def test_an_import_waits_for_the_disk_of_the_media_folder(
    external: ExternalRecording, video: Video, teacher: User, engine: FilmEngine, settings: LazySettings
) -> None:
    """A film in the mount point would be out of sight once the disk is back: the job is put off."""
    job = request_import(external, teacher)
    media = Path(settings.MEDIA_ROOT)
    (media / settings.VIDEOS_DIR).rename(media.with_name("unmounted"))
    assert run(job.pk) == State.QUEUED
    job.refresh_from_db()
    assert (job.cause, job.is_put_off) == (Cause.DISK, True)
    assert not list(media.iterdir())
    media.with_name("unmounted").rename(media / settings.VIDEOS_DIR)
    assert run(job.pk, later=False) == State.DONE


def test_an_import_goes_where_the_media_folder_is_by_now(
    external: ExternalRecording, teacher: User, engine: FilmEngine, settings: LazySettings, tmp_path: Path
) -> None:
    """MEDIA_ROOT moved to a larger disk while the job waited: the video is where the site looks for it."""
    job = request_import(external, teacher)
    settings.MEDIA_ROOT = tmp_path / "larger"
    assert run(job.pk) == State.DONE, Conversion.objects.get().error
    film = Path(Video.objects.get().video.path)
    assert film.is_file()
    assert film.is_relative_to(tmp_path / "larger")
    assert Conversion.objects.get().target == str(film)
