"""Deleted videos: hidden at once, gone with all files when their time is over."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django.core.management import call_command
from django.utils import timezone

from pod.video.models import Video, VideoDetail
from pod.video.services import trash
from pod.video.sidecar import extras_folder


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
