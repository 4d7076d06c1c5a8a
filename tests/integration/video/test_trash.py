"""Deleted videos: hidden at once, gone with all files when their time is over."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db.models.signals import post_delete
from django.test import Client
from django.utils import timezone

from pod.video.models import Video, VideoDetail
from pod.video.services import NewVideo, create_video, trash
from pod.video.sidecar import extras_folder
from pod.video.storage import media_name, media_path
from tests.integration.conftest import write_film
from tests.integration.pages.test_lists import titles


def test_the_trash_is_emptied_after_its_time(
    video: Video, django_capture_on_commit_callbacks: object
) -> None:
    """Row, file and the folder beside it go together."""
    media = Path(video.video.path)
    trash(video)
    VideoDetail.objects.update(trashed_at=timezone.now() - timedelta(days=31))
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        call_command("empty_trash")
    assert not Video.objects.exists()
    assert not media.exists()
    assert not extras_folder(media).exists()


def test_what_can_still_be_brought_back_stays(video: Video) -> None:
    """A day before its time, everything is there."""
    trash(video)
    VideoDetail.objects.update(trashed_at=timezone.now() - timedelta(days=29))
    call_command("empty_trash")
    assert Path(video.video.path).is_file()
    assert Video.objects.exists()


def test_what_is_brought_back_while_the_trash_is_emptied_stays(house: Path, teacher: User) -> None:
    """Removing thousands takes a while; until it is its turn, a video can be brought back."""
    for name in ("one", "two"):
        path = write_film(media_path(teacher.pk, name, ".mp4"))
        trash(create_video(NewVideo(teacher.pk, name, path)))
    VideoDetail.objects.update(trashed_at=timezone.now() - timedelta(days=31))

    def bring_back(**_signal: object) -> None:
        VideoDetail.objects.update(trashed_at=None)

    post_delete.connect(bring_back, sender=Video)
    try:
        call_command("empty_trash")
    finally:
        post_delete.disconnect(bring_back, sender=Video)
    assert Video.objects.count() == 1


def test_each_deleted_video_is_found_and_brought_back(house: Path, teacher: User, signed: Client) -> None:
    """Not only the one deleted last: the filter “deleted” lists them, the other lists do not."""
    paths = [write_film(media_path(teacher.pk, name, ".mp4")) for name in ("one", "two")]
    first, second = (create_video(NewVideo(teacher.pk, path.stem, path)) for path in paths)
    for video in (first, second):
        signed.post(f"/video/delete/{video.slug}/", {"confirmed": "1"})
    assert titles(signed.get("/video/my/")) == titles(signed.get("/video/my/?state=private")) == []
    assert titles(signed.get("/video/my/?state=deleted")) == ["two", "one"]
    signed.post(f"/video/restore/{first.slug}/")
    assert titles(signed.get("/video/my/?state=deleted")) == ["two"]
    assert titles(signed.get("/video/my/")) == ["one"]


def test_others_do_not_find_what_was_deleted(video: Video, colleague: User) -> None:
    """The filter is for one's own videos."""
    trash(video)
    client = Client()
    client.force_login(colleague)
    assert titles(client.get("/video/my/?state=deleted")) == []


def test_the_button_to_undo_is_shown_once(video: Video, signed: Client) -> None:
    """Right after the deletion; who reads the list later finds the video by the filter."""
    asked = f'action="/video/restore/{video.slug}/"'
    done = signed.post(f"/video/delete/{video.slug}/", {"confirmed": "1"}, follow=True)
    assert asked in done.content.decode()
    assert asked not in signed.get("/video/my/").content.decode()


def test_a_deleted_video_says_so_to_its_owner(video: Video, signed: Client) -> None:
    """With the way to bring it back."""
    trash(video)
    page = signed.get(f"/video/{video.slug}/").content.decode()
    assert f'action="/video/restore/{video.slug}/"' in page
    assert 'id="share"' not in page  # its link opens nothing now


def test_no_file_is_left_of_a_deleted_account(
    video: Video, teacher: User, django_capture_on_commit_callbacks: object
) -> None:
    """The database deletes the videos with their owner; nobody could reach their files afterwards."""
    media = Path(video.video.path)
    smaller = write_film(media.with_name("algebra.360p.mp4"))
    video.renditions.create(height=360, file=media_name(smaller))
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        teacher.delete()
    assert not Video.objects.exists()
    assert not media.exists()
    assert not smaller.exists()
    assert not extras_folder(media).exists()


def test_a_file_that_cannot_be_removed_keeps_no_other(
    house: Path, teacher: User, django_capture_on_commit_callbacks: object, caplog: pytest.LogCaptureFixture
) -> None:
    """The rows are gone for good by then: whatever the disk refuses is logged, and the rest is removed."""
    paths = [write_film(media_path(teacher.pk, name, ".mp4")) for name in ("one", "two")]
    for path in paths:
        create_video(NewVideo(teacher.pk, path.stem, path))
    for path in paths:  # a folder is no file that can be unlinked, for root neither
        path.unlink()
        path.mkdir()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        teacher.delete()
    assert [extras_folder(path).exists() for path in paths] == [False, False]
    assert [path.name for path in paths if path.name in caplog.text] == ["one.mp4", "two.mp4"]
