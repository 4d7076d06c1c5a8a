"""A CONVERSION_DIR that does not hold all jobs at once: they do not keep each other from being done."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from pod.conversion import space
from pod.conversion.causes import Cause
from pod.conversion.engines import ENGINES, Made, Work
from pod.conversion.engines.base import Cancelled, Progress
from pod.conversion.folders import job_folder
from pod.conversion.models import Conversion
from pod.conversion.services import run
from pod.conversion.taking import take
from pod.main.states import State
from tests.integration.conversion.conftest import Ask, make_film

pytestmark = pytest.mark.django_db


class Disk:
    """What is free, and an engine that fetches something and finds the disk full."""

    name = "native"
    suffix = ".mp4"

    def __init__(self) -> None:
        self.free = 100
        self.left = 0  # once the engine has taken what it could
        self.is_full = True
        self.tries = 0

    def convert(self, work: Work, *, progress: Progress, cancelled: Cancelled) -> Made:
        self.tries += 1
        (work.folder / "playback").mkdir(exist_ok=True)
        if self.is_full:
            self.free = self.left
            raise OSError(errno.ENOSPC, "No space left on device")
        return Made(make_film(work.folder / f"{work.name}.mp4", codec="mpeg4"))


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    """The disk of CONVERSION_DIR, and its engine in place of the native one."""
    made = Disk()
    monkeypatch.setitem(ENGINES, "native", made)
    monkeypatch.setattr(space, "_free", lambda _folder: made.free)
    return made


def again(job: Conversion) -> State:
    """Try a job that was put off."""
    Conversion.objects.filter(pk=job.pk).update(not_before=None)
    return run(job.pk)


def test_a_job_that_finds_no_space_beside_others_leaves_it_to_them(
    ask: Ask, disk: Disk, delivered: list[Path]
) -> None:
    """What each had fetched would fill the disk until all fail; once they are done, it is tried again."""
    other, job = ask(key="other"), ask()
    assert take(other.pk, later=True)
    assert run(job.pk) is State.QUEUED
    assert not job_folder(job).exists()
    disk.free, disk.is_full = 100, False
    assert again(job) is State.DONE


def test_a_job_that_does_not_fit_alone_is_fetched_again_only_when_there_is_more_space(
    ask: Ask, disk: Disk, delivered: list[Path]
) -> None:
    """The old server is not asked for the same gigabytes every quarter of an hour, for three days."""
    job = ask()
    assert run(job.pk) is State.QUEUED
    disk.free = 100
    assert again(job) is State.QUEUED
    job.refresh_from_db()
    assert (job.cause, disk.tries) == (Cause.FULL, 1)
    disk.free, disk.is_full = 200, False
    assert again(job) is State.DONE


def test_a_job_that_met_a_quota_is_tried_again_although_no_more_is_free(
    ask: Ask, disk: Disk, delivered: list[Path]
) -> None:
    """What a file system says is free knows neither quotas nor the number of files: they may be raised."""
    disk.left = 90
    job = ask()
    assert run(job.pk) is State.QUEUED
    disk.is_full = False
    assert again(job) is State.DONE
