"""A worker that was taken for dead and goes on leaves its job to the one that has it now."""

from __future__ import annotations

import errno
import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest
from django.conf import LazySettings
from django.db.models import F
from django.utils import timezone

from pod.bbb.errors import Cancelled
from pod.conversion import deliveries, runner, services, working
from pod.conversion.causes import Cause
from pod.conversion.engines import ENGINES, Made, Work
from pod.conversion.engines.base import Cancelled as CancelledCallback
from pod.conversion.engines.base import Progress
from pod.conversion.folders import job_folder
from pod.conversion.models import Conversion
from pod.conversion.runner import run
from pod.conversion.services import cancel, requeue_stale, take_back
from pod.conversion.taking import take, write
from pod.conversion.tasks import convert
from pod.main.patience import patiently
from pod.main.states import State
from tests.integration.conversion.conftest import Ask, make_film

pytestmark = pytest.mark.django_db
COLUMNS = ("state", "attempts", "worker", "started_at", "error", "not_before", "finished_at", "done_s")


class FilmEngine:
    """Makes a small film, after it has waited for `may_end`."""

    name = "native"
    suffix = ".mp4"

    def __init__(self) -> None:
        self.may_end = threading.Event()
        self.may_end.set()

    def convert(self, work: Work, *, progress: Progress, cancelled: CancelledCallback) -> Made:
        self.may_end.wait(30)
        return Made(make_film(work.folder / f"{work.name}.mp4", codec="mpeg4"))


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[FilmEngine]:
    """The film engine, in place of the native one; it ends with the test."""
    made = FilmEngine()
    monkeypatch.setitem(ENGINES, "native", made)
    yield made
    made.may_end.set()


def taken_by_another(job: Conversion) -> Any:
    """Let the job fall silent and another worker take it; return its row as that one has it."""
    rows = Conversion.objects.filter(pk=job.pk)
    rows.update(heartbeat_at=timezone.now() - timedelta(minutes=5))
    assert requeue_stale() == 1
    assert take(job.pk, later=True)
    rows.update(worker="elsewhere:1")
    return rows.values(*COLUMNS).get()


def raises(error: BaseException) -> Callable[[], None]:
    """Return a step of the work that ends so."""

    def step() -> None:
        raise error

    return step


@pytest.mark.parametrize(
    "ends",
    [
        lambda: None,
        raises(OSError(errno.ENOSPC, "No space left on device")),
        raises(Cancelled("asked to")),
        raises(ZeroDivisionError("a bug")),
    ],
    ids=["well", "put-off", "cancelled", "badly"],
)
def test_however_the_first_attempt_ends_the_second_keeps_row_and_folder(
    ask: Ask,
    engine: FilmEngine,
    delivered: list[Path],
    monkeypatch: pytest.MonkeyPatch,
    ends: Callable[[], None],
) -> None:
    """Nothing is written, removed, placed or delivered by a worker whose job another one has."""
    job = ask()
    seen = []
    do_watched = working.watched

    def lose_it(conversion: Conversion, *work: Any) -> Any:
        seen.append(taken_by_another(conversion))
        ends()
        return do_watched(conversion, *work)

    monkeypatch.setattr(runner, "watched", lose_it)
    kept = job_folder(job) / "playback" / "files"
    kept.mkdir(parents=True)
    assert run(job.pk) == State.FETCHING
    assert Conversion.objects.values(*COLUMNS).get() == seen[0]
    assert kept.is_dir()
    assert not Path(job.target).exists()
    assert delivered == []


def test_a_worker_that_is_stopped_ends_although_its_job_was_taken_over(
    ask: Ask, engine: FilmEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C gives nothing back that another one has, and still ends the worker."""
    job = ask()
    seen = []

    def interrupt(conversion: Conversion, *_work: object) -> None:
        seen.append(taken_by_another(conversion))
        raise KeyboardInterrupt

    monkeypatch.setattr(runner, "watched", interrupt)
    with pytest.raises(KeyboardInterrupt):
        run(job.pk)
    assert Conversion.objects.values(*COLUMNS).get() == seen[0]


def test_a_delivery_that_took_too_long_does_not_end_the_second_attempt(
    ask: Ask, engine: FilmEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one delivers again, and says itself that the job is done."""
    job = ask()
    seen = []
    monkeypatch.setattr(runner, "deliver", lambda job, *_file: seen.append(taken_by_another(job)))
    run(job.pk)
    assert Conversion.objects.values(*COLUMNS).get() == seen[0]


def test_an_attempt_is_not_told_by_its_number(ask: Ask) -> None:
    """A job that is put off gets its attempt back: the next one to take it has the same number."""
    first = take(ask().pk, later=True)
    assert first
    Conversion.objects.update(state=State.QUEUED, attempts=F("attempts") - 1)
    second = take(first.pk, later=True)
    assert second
    assert second.attempts == first.attempts
    assert not write(first, state=State.CHECKING)
    assert write(second, state=State.CHECKING)


def test_a_job_shows_signs_of_life_while_its_file_is_copied_to_another_disk(
    ask: Ask, engine: FilmEngine, delivered: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A film of some gigabytes takes minutes to a slow disk: nobody is to take its worker for dead."""
    job = ask()
    told = threading.Semaphore(0)
    tell = working._tell

    def count(*of: Any) -> None:
        tell(*of)
        told.release()

    def copy_slowly(source: Path, target: Path) -> None:
        for _second in range(3):
            assert told.acquire(timeout=20)
        shutil.copy(source, target)

    monkeypatch.setattr(working, "SIGN_OF_LIFE_S", 0.01)
    monkeypatch.setattr(working, "_tell", count)
    monkeypatch.setattr("pod.conversion.runner.shutil.move", copy_slowly)
    assert run(job.pk) == State.DONE


def test_a_converter_that_hangs_in_a_library_fails_its_job_with_a_clear_error(
    ask: Ask, engine: FilmEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It asks no more whether to stop: the worker goes on without it, and says what to do."""
    job = ask()
    engine.may_end.clear()
    monkeypatch.setattr(working, "SIGN_OF_LIFE_S", 0.01)
    monkeypatch.setattr(working, "HUNG_LOOKS", 5)
    assert run(job.pk) == State.FAILED
    job.refresh_from_db()
    assert job.cause == Cause.RENDER
    assert "restart this worker" in job.error


def test_a_converter_that_hangs_does_not_keep_its_job_from_being_cancelled(
    ask: Ask, engine: FilmEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever cancels it does not look at a job at work for an hour."""
    job = ask()
    engine.may_end.clear()
    tell = working._tell

    def cancel_it(*of: Any) -> None:
        cancel(job)
        tell(*of)

    monkeypatch.setattr(working, "_tell", cancel_it)
    monkeypatch.setattr(working, "SIGN_OF_LIFE_S", 0.01)
    monkeypatch.setattr(working, "CANCELLED_LOOKS", 5)
    assert run(job.pk) == State.DISCARDED


@pytest.mark.parametrize("later", [True, False])
@pytest.mark.parametrize("state", [State.FETCHING, State.DONE, State.FAILED, State.DISCARDED])
def test_only_a_job_that_waits_is_taken(state: State, ask: Ask, *, later: bool) -> None:
    """By workers and by a command that converts itself: what is at work or over is not begun again."""
    job = ask()
    Conversion.objects.update(state=state, worker="elsewhere:1", started_at=timezone.now())
    assert take(job.pk, later=later) is None
    assert Conversion.objects.get().worker == "elsewhere:1"


def test_two_threads_of_one_worker_do_not_both_take_a_job(ask: Ask) -> None:
    """A second message for it finds it taken, also where the name of who has it is the same."""
    job = ask()
    assert take(job.pk, later=True)
    assert take(job.pk, later=True) is None


def test_a_job_that_is_taken_while_it_is_cancelled_is_stopped(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It neither waits nor works for a moment; who cancelled it is not told that it is over."""
    job = ask()

    def take_first(write: Callable[..., int], **values: Any) -> int:
        if values.get("state") == State.DISCARDED:
            take(job.pk, later=True)
        return patiently(write, **values)

    monkeypatch.setattr(services, "patiently", take_first)
    assert cancel(job)
    assert Conversion.objects.get().cancel_requested


def test_a_worker_has_given_a_sign_of_life_once_it_has_taken_a_job(ask: Ask) -> None:
    """Nobody takes it back at once, and one that dies before the next sign does not keep it for ever."""
    job = ask()
    assert take(job.pk, later=True)
    assert requeue_stale() == 0
    assert requeue_stale(timezone.now() + timedelta(minutes=2)) == 1


def test_a_worker_whose_clock_is_behind_is_not_taken_for_dead(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signs of life bear the time of the database, which all machines share."""
    long_ago = timezone.now() - timedelta(minutes=5)
    monkeypatch.setattr("pod.conversion.taking.timezone", SimpleNamespace(now=lambda: long_ago))
    job = take(ask().pk, later=True)
    assert job
    assert requeue_stale() == 0
    assert write(job, state=State.CONVERTING)
    assert requeue_stale() == 0


def test_a_worker_that_lives_keeps_its_job_when_the_clock_is_set(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or when the machine had slept: all signs of life are old then, for as long as it takes to give one."""
    job = ask()
    mine = take(job.pk, later=True)
    assert mine
    Conversion.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - timedelta(hours=1))
    monkeypatch.setattr("pod.conversion.services.time.sleep", lambda _seconds: write(mine))
    assert requeue_stale() == 0
    assert Conversion.objects.get().state == State.FETCHING


def test_a_file_that_an_earlier_worker_still_copies_is_another(
    ask: Ask, engine: FilmEngine, delivered: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was taken for dead while it moved its film to another disk, and cannot be stopped in the middle."""
    job = ask()
    target = Path(job.target)
    target.parent.mkdir()
    monkeypatch.setattr("pod.conversion.runner.shutil.move", shutil.copy)
    with target.with_name(f"{target.name}.part").open("wb") as earlier:
        earlier.write(bytes(10))
        assert run(job.pk) == State.DONE
        earlier.write(bytes(100_000))
    assert target.stat().st_size == Conversion.objects.get().report["size_bytes"]


@pytest.mark.parametrize(
    "meanwhile",
    [{"heartbeat_at": timezone.now()}, {"state": State.DISCARDED}, {"state": State.QUEUED}],
    ids=["lived", "over", "taken-back"],
)
@pytest.mark.parametrize("attempts", [1, 3])
def test_only_what_is_as_it_was_seen_is_taken_back(
    ask: Ask, meanwhile: dict[str, Any], attempts: int
) -> None:
    """Its worker gave a sign of life after the look, or somebody else took it back, or ended it."""
    job = ask()
    long_ago = timezone.now() - timedelta(minutes=5)
    Conversion.objects.update(state=State.CONVERTING, heartbeat_at=long_ago, attempts=attempts)
    seen = list(Conversion.objects.filter(pk=job.pk))
    Conversion.objects.update(**meanwhile)
    row = Conversion.objects.values().get()
    assert take_back(seen) == 0
    assert Conversion.objects.values().get() == row


@pytest.mark.parametrize("attempts", [1, 3])
def test_what_others_do_is_not_taken_back_with_a_dead_workers_job(ask: Ask, attempts: int) -> None:
    """Neither queued again nor failed."""
    job, other = ask(key="dead"), ask(key="other")
    dead = Conversion.objects.filter(pk=job.pk)
    Conversion.objects.update(state=State.CONVERTING, heartbeat_at=timezone.now())
    dead.update(heartbeat_at=timezone.now() - timedelta(minutes=5), attempts=attempts)
    row = Conversion.objects.filter(pk=other.pk).values().get()
    requeue_stale()
    assert Conversion.objects.filter(pk=other.pk).values().get() == row
    assert dead.get().state == (State.FAILED if attempts == 3 else State.QUEUED)


def test_what_a_dead_celery_worker_left_is_sent_again(
    ask: Ask, settings: LazySettings, monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:  # fmt: skip
    """Its message was acknowledged when it arrived: without another one nobody would take the job."""
    job = ask()
    settings.CELERY_TO_ENCODE = True
    sent: list[int] = []
    monkeypatch.setattr(convert, "delay", sent.append)
    long_ago = timezone.now() - timedelta(minutes=5)
    Conversion.objects.update(state=State.CONVERTING, heartbeat_at=long_ago)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        requeue_stale()
    assert sent == [job.pk]


@pytest.mark.parametrize("state", [State.QUEUED, State.FAILED])
@pytest.mark.parametrize("ends", ["cancelled", "deleted"])
@pytest.mark.django_db(transaction=True)
def test_a_job_that_nobody_wants_any_more_leaves_nothing(ask: Ask, ends: str, state: State) -> None:
    """Neither what it had fetched before it was put off or failed, nor a piece of its file."""
    job = ask()
    Conversion.objects.update(state=state)
    piece = Path(f"{job.target}.part")
    for left in (job_folder(job) / "playback" / "video.webm", piece):
        left.parent.mkdir(parents=True)
        left.touch()
    if ends == "deleted":
        Conversion.objects.all().delete()
    else:
        assert cancel(job) == (state == State.QUEUED)
    kept = (ends, state) == ("cancelled", State.FAILED)  # it is over already: trying again is cheaper so
    assert (job_folder(job).exists(), piece.exists()) == (kept, kept)


def test_a_worker_that_is_killed_after_its_delivery_leaves_nothing(
    ask: Ask, engine: FilmEngine, delivered: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was fetched goes before the job is done: nobody would look for it afterwards."""
    job = ask()
    (job_folder(job) / "playback" / "files").mkdir(parents=True)
    with monkeypatch.context() as patched:
        patched.setattr("pod.conversion.runner._finish", Mock(side_effect=SystemExit))
        with pytest.raises(SystemExit):
            run(job.pk)
    assert not job_folder(job).exists()
    assert run(job.pk) == State.DONE


def test_a_job_that_is_deleted_after_its_delivery_leaves_what_was_delivered(
    ask: Ask, engine: FilmEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands beside the film belongs to who received it; only what was fetched goes."""
    job = ask()
    sidecar = job_folder(job) / "sidecar.json"
    (job_folder(job) / "playback").mkdir(parents=True)

    def receive(conversion: Conversion, _path: Path, _report: dict[str, Any]) -> None:
        sidecar.touch()
        Conversion.objects.filter(pk=conversion.pk).delete()

    monkeypatch.setitem(deliveries._handlers, "test", receive)
    assert run(job.pk) == State.DISCARDED
    assert [path.name for path in job_folder(job).iterdir()] == [sidecar.name]
