"""Claiming while the disk of the media folder is full, or not there."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User

from pod.recorder import moving
from pod.recorder.claiming import claim
from pod.recorder.errors import ClaimError
from pod.recorder.models import RecordingFileTreatment
from pod.video.models import Video
from pod.video.sidecar import extras_folder


def test_a_full_disk_keeps_no_copy_of_what_could_not_be_claimed(
    waiting: RecordingFileTreatment, teacher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next who claims it may be somebody else: the copy would take the space for ever."""

    def full(video: Video, _report: object) -> None:
        folder = extras_folder(Path(video.video.path))
        folder.mkdir()
        (folder / "slide-1.jpg.part").touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pod.video.services.attach", full)
    with pytest.raises(ClaimError, match=str(moving.NOT_MOVED)):
        claim(waiting.pk, teacher)
    assert Path(waiting.file).is_file()
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_nothing_is_claimed_into_a_media_folder_whose_disk_is_not_mounted(
    waiting: RecordingFileTreatment, video: Video, teacher: User
) -> None:
    """It would lie in the mount point, out of sight once the disk is back, and nowhere else."""
    media = Path(settings.MEDIA_ROOT)
    (media / settings.VIDEOS_DIR).rename(media.with_name("unmounted"))
    with pytest.raises(ClaimError, match=str(moving.NOT_MOVED)):
        claim(waiting.pk, teacher)
    assert Path(waiting.file).is_file()
    assert not list(media.iterdir())
    media.with_name("unmounted").rename(media / settings.VIDEOS_DIR)
    assert Path(claim(waiting.pk, teacher).video.path).is_file()
