"""`manage.py recorder checkDirectory`: what is offered, and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.management import call_command
from django.test import Client
from django.utils import timezone, translation

from pod.recorder import signals, watching
from pod.recorder.claiming import claim
from pod.recorder.models import Recorder, Recording, RecordingFileTreatment
from pod.recorder.services import ClaimSpec, make_claimable
from pod.recorder.watching import Seen, check_directories, media_files
from pod.video.models import Video
from tests.integration.conftest import Film


def test_a_file_is_claimable_once_its_size_has_stopped_growing(
    house: Path, recorder: Recorder, film: Film
) -> None:
    """The first look writes it down, the second finds it unchanged and offers it."""
    film(house / "bbb" / "a.mp4")
    check_directories()
    assert RecordingFileTreatment.objects.get().require_manual_claim is False
    check_directories()
    assert RecordingFileTreatment.objects.get().require_manual_claim is True


def test_a_growing_file_is_not_offered(house: Path, recorder: Recorder) -> None:
    """A file that grew between two looks waits."""
    path = house / "bbb" / "a.mp4"
    path.write_bytes(b"1")
    check_directories()
    path.write_bytes(b"12")
    assert check_directories().growing == 1
    assert RecordingFileTreatment.objects.get().require_manual_claim is False


@pytest.mark.parametrize("name", ["a.mp4.part", "a.part", ".a.mp4", "a.txt", "a.exe", "a"])
def test_files_being_written_and_other_kinds_are_ignored(name: str, house: Path, recorder: Recorder) -> None:
    """Only whole files with an allowed extension are seen."""
    (house / "bbb" / name).write_bytes(b"x")
    check_directories()
    assert not RecordingFileTreatment.objects.exists()


def test_a_file_is_written_down_once(house: Path, recorder: Recorder, film: Film) -> None:
    """Any number of looks is one row."""
    film(house / "bbb" / "a.mp4")
    for _look in range(3):
        check_directories()
    assert RecordingFileTreatment.objects.count() == 1


def test_a_claimed_file_is_not_offered_again(
    house: Path, recorder: Recorder, teacher: User, film: Film
) -> None:
    """A path that became a video is reported, not offered, when a file stands there again."""
    path = film(house / "bbb" / "a.mp4")
    check_directories()
    check_directories()
    claim(RecordingFileTreatment.objects.get().pk, teacher)
    film(path)
    seen = check_directories()
    assert not RecordingFileTreatment.objects.exists()
    assert len(seen.left_out) == 1


def test_a_claimed_file_that_was_brought_again_is_offered(
    house: Path, recorder: Recorder, teacher: User, film: Film
) -> None:
    """What `--force` made claimable anew is no file to rename."""
    path = film(house / "bbb" / "a.mp4")
    spec = ClaimSpec(path, recorder.pk, timezone.now(), "Lecture")
    claim(make_claimable(spec).pk, teacher)
    film(path)
    make_claimable(spec)
    assert check_directories() == Seen()
    assert RecordingFileTreatment.objects.get().require_manual_claim


def test_a_row_whose_file_went_is_removed(house: Path, recorder: Recorder, film: Film) -> None:
    """The list never offers what is not there."""
    path = film(house / "bbb" / "a.mp4")
    check_directories()
    path.unlink()
    assert check_directories().gone == 1
    assert not RecordingFileTreatment.objects.exists()


def test_a_file_that_is_claimed_during_the_look_did_not_go(
    waiting: RecordingFileTreatment, teacher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The migration's list does not say that it went from the folder before anybody claimed it."""
    told: list[str] = []

    def hear(paths: Sequence[str], **_more: object) -> None:
        told.extend(paths)

    def slowly(folder: Path) -> Iterator[Path]:
        claim(waiting.pk, teacher)
        return media_files(folder)

    signals.lost.connect(hear)
    monkeypatch.setattr(watching, "media_files", slowly)
    assert check_directories().gone == 0
    assert told == []


def test_nothing_is_forgotten_while_the_folders_disk_is_away(
    house: Path, recorder: Recorder, film: Film
) -> None:
    """A mount point without its disk is an empty folder: all rows stay, and the command says why."""
    paths = [film(house / "bbb" / name) for name in ("a.mp4", "b.mp4")]
    check_directories()
    for path in paths:
        path.unlink()
    with translation.override("en"):
        seen = check_directories()
    assert seen.gone == 0
    assert "is its disk mounted?" in seen.left_out[0]
    assert RecordingFileTreatment.objects.count() == 2


def test_a_manager_gets_one_mail_with_the_link(
    house: Path, recorder: Recorder, teacher: User, film: Film
) -> None:
    """A recorder with a manager does not offer its files to everybody: it writes to the manager, once."""
    recorder.user = teacher
    recorder.save()
    film(house / "bbb" / "a.mp4")
    for _look in range(4):
        check_directories()
    assert [message.to for message in mail.outbox] == [["ada@example.org"]]
    assert "/record/add_recording/?mediapath=" in str(mail.outbox[0].body)
    assert RecordingFileTreatment.objects.get().require_manual_claim is False


class MailServerAway(BaseEmailBackend):
    """A mail server that does not answer."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        raise ConnectionRefusedError("connection refused")


def test_a_mail_server_that_is_away_stops_no_other_recorder(
    house: Path, recorder: Recorder, teacher: User, film: Film, settings: LazySettings
) -> None:
    """The manager is written to by a later look; the files of the others are offered meanwhile."""
    good = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{MailServerAway.__module__}.{MailServerAway.__name__}"
    (house / "managed").mkdir()
    Recorder.objects.create(
        name="A", address_ip="192.0.2.2", type=recorder.type, directory="managed", user=teacher
    )
    film(house / "managed" / "a.mp4")
    film(house / "bbb" / "b.mp4")
    check_directories()
    with translation.override("en"):
        told = check_directories().left_out
    assert len(told) == 1
    assert "could not be sent" in told[0]
    assert RecordingFileTreatment.objects.get(recorder=recorder).require_manual_claim is True
    settings.EMAIL_BACKEND = good
    check_directories()
    assert [message.to for message in mail.outbox] == [["ada@example.org"]]


def test_a_manager_without_a_mail_address_is_named(
    house: Path, recorder: Recorder, teacher: User, film: Film
) -> None:
    """Nobody is told of the file, so the command says it, once."""
    teacher.email = ""
    teacher.save()
    recorder.user = teacher
    recorder.save()
    film(house / "bbb" / "a.mp4")
    check_directories()
    assert ["ada" in told for told in check_directories().left_out] == [True]
    assert check_directories().left_out == []


@pytest.mark.parametrize("action", ["", "delete_selected"])
def test_what_is_deleted_in_the_administration_is_not_offered_again(
    waiting: RecordingFileTreatment, admin_client: Client, action: str
) -> None:
    """Its file would be taken for a new one: of nobody, and everybody's to claim."""
    sent: dict[str, object] = {"post": "yes"}
    address = f"/admin/recorder/recordingfiletreatment/{waiting.pk}/delete/"
    if action:
        address = "/admin/recorder/recordingfiletreatment/"
        sent |= {"action": action, "_selected_action": [waiting.pk]}
    assert admin_client.post(address, sent).status_code == 302
    assert not Path(waiting.file).exists()
    assert check_directories().new == 0


def test_a_waiting_file_that_cannot_be_deleted_keeps_its_row(
    waiting: RecordingFileTreatment, admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is known of it, and for whom it is, would be lost; the page says why."""

    def refuse(path: Path, *, missing_ok: bool) -> None:
        raise PermissionError(13, "refused", str(path))

    monkeypatch.setattr(Path, "unlink", refuse)
    deleted = admin_client.post(
        f"/admin/recorder/recordingfiletreatment/{waiting.pk}/delete/",
        {"post": "yes"},
        headers={"Accept-Language": "en"},
    )
    assert deleted.status_code == 403
    assert "The server could not delete the file" in deleted.content.decode()
    assert RecordingFileTreatment.objects.get().detail.record_id == "0123abcd-1"


def test_a_row_of_a_file_elsewhere_is_deleted_without_it(
    waiting: RecordingFileTreatment, admin_client: Client, settings: LazySettings, house: Path
) -> None:
    """When DEFAULT_RECORDER_PATH has changed, the rows of before can be removed."""
    settings.DEFAULT_RECORDER_PATH = f"{house}/other/"
    admin_client.post(f"/admin/recorder/recordingfiletreatment/{waiting.pk}/delete/", {"post": "yes"})
    assert not RecordingFileTreatment.objects.exists()
    assert Path(waiting.file).is_file()


def test_a_recorder_that_publishes_by_itself_makes_the_video(
    house: Path, recorder: Recorder, teacher: User, film: Film
) -> None:
    """With `publication_auto` the manager gets the video without a click."""
    recorder.user, recorder.publication_auto = teacher, True
    recorder.save()
    film(house / "bbb" / "a.mp4")
    check_directories()
    check_directories()
    assert Video.objects.get().owner == teacher
    assert Recording.objects.count() == 1


def test_a_missing_folder_does_not_stop_the_others(house: Path, recorder: Recorder, film: Film) -> None:
    """A recorder without folder is named, the others are looked at."""
    Recorder.objects.create(name="A", address_ip="192.0.2.2", type=recorder.type, directory="nowhere")
    film(house / "bbb" / "a.mp4")
    seen = check_directories()
    assert (seen.new, len(seen.left_out)) == (1, 1)


def test_the_command_says_what_it_found(
    house: Path, recorder: Recorder, film: Film, capsys: pytest.CaptureFixture[str]
) -> None:
    """Cron's log shows the counts."""
    film(house / "bbb" / "a.mp4")
    with translation.override("en"):
        call_command("recorder", "checkDirectory")
    assert capsys.readouterr().out == "New: 1, growing: 0, ready: 0, gone: 0\n"
