"""What follows a new video: made playable when it is not, smaller versions when wanted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User

from pod.conversion.models import Conversion
from pod.conversion.services import cancel, run
from pod.main.states import State
from pod.recorder.claiming import claim
from pod.recorder.giving_back import release
from pod.recorder.models import Claim, Recorder
from pod.recorder.services import ClaimSpec, make_claimable
from pod.video.models import Rendition, Video
from pod.video.probe import probe
from tests.integration.conftest import MEETING, write_film

pytestmark = pytest.mark.django_db(transaction=True)


def claimed(house: Path, recorder: Recorder, teacher: User, name: str, codec: str) -> Video:
    """Claim a film of this codec."""
    path = write_film(house / "bbb" / name, codec=codec)
    return claim(make_claimable(ClaimSpec(path, recorder.pk, MEETING, "Film")).pk, teacher)


def test_a_claimed_file_that_no_browser_plays_is_made_playable(
    house: Path, recorder: Recorder, teacher: User
) -> None:
    """It is “encoding” until then, and the former file is gone afterwards."""
    video = claimed(house, recorder, teacher, "a.avi", "mpeg4")
    assert video.encoding_in_progress
    former = Path(video.video.path)
    assert run(Conversion.objects.get().pk) == State.DONE, Conversion.objects.get().error
    video = Video.objects.get()
    assert not video.encoding_in_progress
    assert probe(Path(video.video.path)).is_playable
    assert not former.exists()


def test_a_claimed_file_that_plays_is_not_touched(house: Path, recorder: Recorder, teacher: User) -> None:
    """Playable at once, without any job."""
    assert not claimed(house, recorder, teacher, "a.mp4", "libx264").encoding_in_progress
    assert not Conversion.objects.exists()


def test_a_failed_encoding_is_said_and_not_in_progress_for_ever(
    house: Path, recorder: Recorder, teacher: User
) -> None:
    """The video says why."""
    video = claimed(house, recorder, teacher, "a.avi", "mpeg4")
    Path(video.video.path).write_bytes(b"\0" * 100)
    assert run(Conversion.objects.get().pk) == State.FAILED
    video.refresh_from_db()
    assert not video.encoding_in_progress
    assert video.detail.encoding_error


def test_a_cancelled_encoding_is_not_in_progress_for_ever(
    house: Path, recorder: Recorder, teacher: User
) -> None:
    """Also where it was cancelled before it began."""
    video = claimed(house, recorder, teacher, "a.avi", "mpeg4")
    assert cancel(Conversion.objects.get())
    video.refresh_from_db()
    assert not video.encoding_in_progress
    assert video.detail.encoding_error


def test_renditions_are_made_only_when_wanted_and_later_than_anything_else(
    house: Path, recorder: Recorder, teacher: User, settings: LazySettings
) -> None:
    """VIDEO_RENDITIONS names heights; larger ones than the video's own are not made."""
    settings.VIDEO_RENDITIONS = ["24", "720"]
    video = claimed(house, recorder, teacher, "a.mp4", "libx264")
    job = Conversion.objects.get()
    assert job.priority < 0
    assert run(job.pk) == State.DONE
    rendition = Rendition.objects.get()
    assert (rendition.video, rendition.height) == (video, 24)
    assert probe(Path(rendition.file.path)).height == 24


@pytest.mark.parametrize(
    ("name", "codec", "wanted"),
    [
        ("a.avi", "mpeg4", {}),
        ("a.mp4", "libx264", {"VIDEO_RENDITIONS": ["24"]}),
        ("a.mp4", "libx264", {"VIDEO_HLS": True}),
    ],
    ids=["playable", "rendition", "hls"],
)
def test_what_a_video_still_needs_follows_its_file_to_a_larger_disk(
    house: Path,
    recorder: Recorder,
    teacher: User,
    settings: LazySettings,
    name: str,
    codec: str,
    wanted: dict[str, Any],
) -> None:
    """MEDIA_ROOT moved while the job waited: it finds the file there, and leaves nothing elsewhere."""
    for setting, value in wanted.items():
        setattr(settings, setting, value)
    video = claimed(house, recorder, teacher, name, codec)
    former = Path(settings.MEDIA_ROOT)
    settings.MEDIA_ROOT = former.with_name("larger")
    former.rename(settings.MEDIA_ROOT)
    assert run(Conversion.objects.get().pk) == State.DONE, Conversion.objects.get().error
    video.refresh_from_db()
    assert not video.encoding_in_progress
    assert Path(Conversion.objects.get().target).is_relative_to(settings.MEDIA_ROOT)
    assert not former.exists()


def test_what_a_deleted_video_still_needed_is_called_off(
    house: Path, recorder: Recorder, teacher: User, settings: LazySettings
) -> None:
    """Its files went with it: nothing has failed that an administrator should look at."""
    settings.VIDEO_RENDITIONS = ["24"]
    claimed(house, recorder, teacher, "a.mp4", "libx264").delete()
    assert run(Conversion.objects.get().pk) == State.DISCARDED


def test_a_claim_that_was_made_playable_can_be_given_back(
    house: Path, recorder: Recorder, teacher: User
) -> None:
    """The file comes back under a name that says what it is now."""
    claimed(house, recorder, teacher, "a.avi", "mpeg4")
    run(Conversion.objects.get().pk)
    back = release(Claim.objects.get().pk, teacher)
    assert Path(back.file).name == "a.mp4"
    assert Path(back.file).is_file()
