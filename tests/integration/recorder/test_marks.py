"""Claims that take long, and what may happen to the file meanwhile: it is neither lost nor given twice."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest
from django.contrib.auth.models import User
from django.db import OperationalError, transaction
from django.utils import timezone

from pod.recorder import claiming, marks, moving
from pod.recorder.claiming import claim
from pod.recorder.errors import AlreadyClaimedError
from pod.recorder.models import Claim, ClaimDetail, Recorder, RecordingFileTreatment
from pod.recorder.services import ClaimSpec, make_claimable
from pod.video.models import Video
from pod.video.storage import media_path
from tests.integration.conftest import MEETING, Film, write_film


def before(monkeypatch: pytest.MonkeyPatch, name: str, happens: Callable[[], object]) -> None:
    """Let something happen right before a step of the claim."""
    step = getattr(claiming, name)

    def first(*args: Any, **kwargs: Any) -> Any:
        happens()
        return step(*args, **kwargs)

    monkeypatch.setattr(claiming, name, first)


def converted_again(row: RecordingFileTreatment) -> Callable[[], object]:
    """Return what `--force` does at its end: the new file in the place of the old one, and its row."""
    path = Path(row.file)
    spec = ClaimSpec(path, row.recorder_id or 0, MEETING, "Algebra, again", record_id="0123abcd-1")

    def replace() -> None:
        write_film(path.with_name("new.mp4"), seconds=3).replace(path)
        make_claimable(spec)

    return replace


@pytest.mark.parametrize("step", ["_write", "create_video", "_take_away"])
def test_a_file_that_takes_the_place_of_the_claimed_one_waits_itself(
    step: str,
    waiting: RecordingFileTreatment,
    teacher: User,
    colleague: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whenever it comes: the claimer has the old one, and the new one can be claimed."""
    with monkeypatch.context() as patched:
        before(patched, step, converted_again(waiting))
        assert claim(waiting.pk, teacher).duration == 1
    assert claim(RecordingFileTreatment.objects.get().pk, colleague).duration == 3


def test_a_file_that_goes_while_it_is_claimed_does_not_wait_any_more(
    waiting: RecordingFileTreatment, teacher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody tidied up: the claimer has it whole, and nobody is offered what is not there."""
    before(monkeypatch, "_write", Path(waiting.file).unlink)
    assert Path(claim(waiting.pk, teacher).video.path).is_file()
    assert not RecordingFileTreatment.objects.exists()


def away(*_arguments: object, **_options: object) -> NoReturn:
    """Stand for a database that ends the connection."""
    raise OperationalError("server closed the connection unexpectedly")


def test_a_database_that_restarts_under_a_claim_leaves_the_file_free_for_the_next_one(
    waiting: RecordingFileTreatment, teacher: User, colleague: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither is the file marked for ten minutes as being claimed, nor does a copy of it stay."""
    with monkeypatch.context() as patched:
        patched.setattr(claiming, "create_video", away)
        with pytest.raises(OperationalError):
            claim(waiting.pk, teacher)
    copy = media_path(teacher.pk, f"claim-{waiting.pk}", ".mp4")
    assert copy.parent.is_dir()
    assert not copy.exists()
    assert claim(waiting.pk, colleague).owner == colleague


def test_a_claim_whose_end_the_database_did_not_confirm_is_a_claim(
    waiting: RecordingFileTreatment, teacher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connection went between the writing and the answer: else the file would stay beside the video."""
    write = claiming._write

    def written(*arguments: Any, **options: Any) -> NoReturn:
        write(*arguments, **options)
        away()

    monkeypatch.setattr(claiming, "_write", written)
    assert Path(claim(waiting.pk, teacher).video.path).is_file()
    assert not Path(waiting.file).exists()


def test_a_database_that_restarts_confirms_no_claim_of_before(
    waiting: RecordingFileTreatment,
    teacher: User,
    colleague: User,
    video: Video,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who had a file of the same row (`--force` brought it again) would take the new one away unclaimed."""
    Claim.objects.create(
        file="former.mp4", user=teacher, video=video, recorded_at=MEETING, detail={"treatment": waiting.pk}
    )

    def taken_over(*_arguments: object, **_options: object) -> NoReturn:
        ClaimDetail.objects.update(claimed_by=colleague, claimed_at=timezone.now())
        away()

    monkeypatch.setattr(claiming, "_write", taken_over)
    with pytest.raises(OperationalError):
        claim(waiting.pk, teacher)
    assert Path(waiting.file).is_file()


def test_a_claim_that_slept_too_long_leaves_the_file_to_who_claims_it_now(
    waiting: RecordingFileTreatment, teacher: User, colleague: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else both would have it; the other's mark stays."""

    def taken_over() -> None:
        ClaimDetail.objects.update(claimed_by=colleague, claimed_at=timezone.now())

    before(monkeypatch, "_write", taken_over)
    with pytest.raises(AlreadyClaimedError):
        claim(waiting.pk, teacher)
    assert not Video.objects.exists()
    assert ClaimDetail.objects.get().claimed_by == colleague
    assert Path(waiting.file).is_file()


def test_a_claim_that_slept_too_long_leaves_the_file_to_a_later_one_of_the_same_user(
    waiting: RecordingFileTreatment, teacher: User
) -> None:
    """Who saw nothing happen has clicked again: only the later of the two makes a video."""
    slept = marks.mark(waiting.pk, teacher)
    ClaimDetail.objects.update(claimed_at=slept.since - 2 * marks.STALE_CLAIM)
    later = marks.mark(waiting.pk, teacher)
    slept.lift()
    with pytest.raises(AlreadyClaimedError), transaction.atomic():
        slept.hold()
    with transaction.atomic():
        later.hold()


def test_a_file_that_is_being_claimed_is_not_even_begun_on(
    waiting: RecordingFileTreatment, teacher: User
) -> None:
    """A second copy to the same place, of a second click, would damage the first."""
    marks.mark(waiting.pk, teacher)
    with pytest.raises(AlreadyClaimedError):
        marks.mark(waiting.pk, teacher)


def test_only_marks_of_dead_processes_are_voided(
    waiting: RecordingFileTreatment, teacher: User, colleague: User
) -> None:
    """A claim at work would lose its file to the next one who clicks."""
    at_work = marks.mark(waiting.pk, teacher)
    assert marks.free_stale_marks() == 0
    with transaction.atomic():
        at_work.hold()
    ClaimDetail.objects.update(claimed_at=at_work.since - 2 * marks.STALE_CLAIM)
    assert marks.free_stale_marks() == 1
    assert marks.free_stale_marks() == 0
    assert marks.mark(waiting.pk, colleague).user == colleague


def test_who_claims_one_file_is_not_said_to_claim_the_others(
    waiting: RecordingFileTreatment, recorder: Recorder, teacher: User, film: Film
) -> None:
    """Of those that somebody else was given meanwhile, they are told so; of none once the mark is lifted."""
    other = film(Path(waiting.file).with_name("geometry.mp4"))
    row = make_claimable(ClaimSpec(other, recorder.pk, MEETING, "Geometry", record_id="0123abcd-2"))
    at_work = marks.mark(waiting.pk, teacher)
    assert marks.being_claimed_by(waiting.pk, teacher)
    assert not marks.being_claimed_by(row.pk, teacher)
    at_work.lift()
    assert not marks.being_claimed_by(waiting.pk, teacher)


@pytest.fixture
def slow_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Media on another disk, to which a file is copied in pieces, each of them slowly."""

    def no_link(*_paths: object) -> None:
        raise OSError("another file system")

    monkeypatch.setattr(os, "link", no_link)
    monkeypatch.setattr(moving, "CHUNK", 100)
    monkeypatch.setattr(marks, "RENEWED", -marks.RENEWED)


def test_a_copy_that_takes_long_keeps_its_mark(
    waiting: RecordingFileTreatment, teacher: User, slow_disk: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However large the file is, nobody else begins to claim it meanwhile."""
    since: list[object] = [timezone.now()]
    before(monkeypatch, "link_or_copy", lambda: since.append(ClaimDetail.objects.get().claimed_at))
    before(monkeypatch, "_write", lambda: since.append(ClaimDetail.objects.get().claimed_at))
    assert Path(claim(waiting.pk, teacher).video.path).is_file()
    assert len(set(since)) == 3


def test_a_copy_whose_mark_is_lost_ends(
    waiting: RecordingFileTreatment, teacher: User, slow_disk: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An administrator deleted the row meanwhile, or somebody else claims it: nothing is left of the copy."""
    before(monkeypatch, "link_or_copy", waiting.delete)
    with pytest.raises(AlreadyClaimedError):
        claim(waiting.pk, teacher)
    assert not list(Path(waiting.file).parents[2].rglob("claim-*"))
