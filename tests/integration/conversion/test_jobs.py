"""A conversion job is done once, wholly or not at all, and says what happened."""

from __future__ import annotations

import errno
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from django.conf import LazySettings
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from pod.bbb.errors import (
    Cancelled,
    FetchError,
    GoneError,
    NoMediaError,
    PlaybackError,
    ProtectedError,
    RenderError,
)
from pod.conversion.causes import Cause
from pod.conversion.checks_media import check_playable
from pod.conversion.engines import ENGINES, Made, Work
from pod.conversion.engines.base import Cancelled as CancelledCallback
from pod.conversion.engines.base import Progress
from pod.conversion.errors import ConversionError, EngineMissingError, NotGivenError, TooLargeError
from pod.conversion.folders import job_folder
from pod.conversion.models import Conversion
from pod.conversion.services import (
    cancel,
    cancel_all,
    prefer_all,
    requeue_stale,
    retry,
    retry_all,
    run,
)
from pod.conversion.signals import ended
from pod.main.states import State
from tests.integration.conversion.conftest import Ask, make_film

pytestmark = pytest.mark.django_db


class FilmEngine:
    """Makes a small film and remembers how often it was asked."""

    name = "native"
    suffix = ".mp4"

    def __init__(self) -> None:
        self.calls = 0
        self.failure: Exception | None = None
        self.waits_for_cancel = False

    def convert(self, work: Work, *, progress: Progress, cancelled: CancelledCallback) -> Made:
        self.calls += 1
        if self.failure:
            raise self.failure
        while self.waits_for_cancel:
            if cancelled():
                raise Cancelled("asked to")
        progress("converting", 5.0, 5.0)
        return Made(make_film(work.folder / f"{work.name}.mp4", codec="mpeg4"), {"duration_s": 5.0})


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> FilmEngine:
    """The film engine, in place of the native one."""
    made = FilmEngine()
    monkeypatch.setitem(ENGINES, "native", made)
    return made


def test_a_finished_job_leaves_the_whole_file_and_delivers_it(
    ask: Ask, engine: FilmEngine, delivered: list[Path]
) -> None:
    """The file stands at its target, nothing else beside it, and the delivery got it."""
    job = ask()
    assert run(job.pk) == State.DONE
    target = Path(job.target)
    assert [entry.name for entry in target.parent.iterdir()] == [target.name]
    assert delivered == [target]


def test_what_was_fetched_goes_once_the_job_is_done(
    ask: Ask, engine: FilmEngine, delivered: list[Path]
) -> None:
    """It may be gigabytes; while the job has only failed, it is kept for another attempt."""
    job = ask()
    fetched = job_folder(job) / "playback" / "files"
    fetched.mkdir(parents=True)
    engine.failure = RenderError("a stroke of no shape")
    run(job.pk)
    assert fetched.is_dir()
    engine.failure = None
    retry(job)
    run(job.pk)
    assert not fetched.exists()


def test_asking_twice_for_the_same_key_is_one_job(ask: Ask, engine: FilmEngine) -> None:
    """Two clicks, or two runs of the command, are one conversion."""
    assert ask().pk == ask().pk
    assert Conversion.objects.count() == 1


def done_and_queued(ask: Ask) -> Conversion:
    """A job that is in the queue again, as after a crash, though its file stands whole at its target."""
    job = ask()
    run(job.pk)
    Conversion.objects.filter(pk=job.pk).update(state=State.QUEUED)
    return job


def test_a_job_is_taken_once(ask: Ask, engine: FilmEngine, delivered: list[Path]) -> None:
    """A second worker that gets the same message does nothing."""
    job = ask()
    run(job.pk)
    run(job.pk)
    assert engine.calls == 1
    assert len(delivered) == 1


def test_after_a_crash_behind_the_rename_the_film_is_not_made_again(
    ask: Ask, engine: FilmEngine, delivered: list[Path]
) -> None:
    """The file that stands whole at its target is delivered, not converted anew."""
    job = done_and_queued(ask)
    assert run(job.pk) == State.DONE
    assert engine.calls == 1
    assert len(delivered) == 2


def test_a_strangers_file_at_the_target_is_never_overwritten(
    ask: Ask, engine: FilmEngine, delivered: list[Path]
) -> None:
    """A file that the job did not make stays, and the job fails saying so."""
    job = ask()
    Path(job.target).parent.mkdir()
    Path(job.target).write_bytes(b"of somebody else")
    assert run(job.pk) == State.FAILED
    job.refresh_from_db()
    assert Path(job.target).read_bytes() == b"of somebody else"
    assert "move it away" in job.error


def test_a_file_that_took_the_place_of_the_jobs_own_is_a_strangers(
    ask: Ask, engine: FilmEngine, delivered: list[Path]
) -> None:
    """It is neither delivered as the job's nor overwritten."""
    job = done_and_queued(ask)
    Path(job.target).write_bytes(b"of somebody else")
    assert run(job.pk) == State.FAILED
    assert Path(job.target).read_bytes() == b"of somebody else"
    assert len(delivered) == 1


def test_a_file_that_was_moved_away_is_made_again(
    ask: Ask, engine: FilmEngine, delivered: list[Path]
) -> None:
    """That the job made it once is no file."""
    job = done_and_queued(ask)
    Path(job.target).unlink()
    assert run(job.pk) == State.DONE
    assert engine.calls == 2
    assert Path(job.target).is_file()


def test_a_failure_is_told_with_its_cause_and_can_be_retried(
    ask: Ask, engine: FilmEngine, delivered: list[Path]
) -> None:
    """A failed job keeps the cause; retrying queues it and it may succeed."""
    job = ask()
    engine.failure = FetchError("The server does not answer: start it, then retry.")
    assert run(job.pk) == State.FAILED
    job.refresh_from_db()
    assert job.error == "The server does not answer: start it, then retry."
    engine.failure = None
    assert retry(job)
    assert run(job.pk) == State.DONE
    job.refresh_from_db()
    assert job.error == ""


def test_an_unexpected_error_is_recorded_not_swallowed(
    ask: Ask, engine: FilmEngine, caplog: pytest.LogCaptureFixture
) -> None:
    """A bug in an engine fails the job, its detail is kept and logged."""
    job = ask()
    engine.failure = ZeroDivisionError("division by zero")
    assert run(job.pk) == State.FAILED
    job.refresh_from_db()
    assert "ZeroDivisionError" in job.detail
    assert "ZeroDivisionError" in caplog.text


def test_a_working_job_can_be_cancelled(ask: Ask, engine: FilmEngine, delivered: list[Path]) -> None:
    """The engine is told, nothing is left, nothing is delivered."""
    job = ask()
    engine.waits_for_cancel = True
    Conversion.objects.filter(pk=job.pk).update(cancel_requested=True)
    assert run(job.pk) == State.DISCARDED
    assert not Path(job.target).exists()
    assert not job_folder(job).exists()
    assert delivered == []


def test_a_waiting_job_is_cancelled_at_once(ask: Ask, engine: FilmEngine) -> None:
    """A queued job that is cancelled is never run."""
    job = ask()
    assert cancel(job)
    assert run(job.pk) == State.DISCARDED
    assert engine.calls == 0


@pytest.mark.parametrize(
    ("steer", "before", "after"),
    [
        (cancel_all, [State.QUEUED, State.DONE], [State.DISCARDED, State.DONE]),
        (retry_all, [State.FAILED, State.DISCARDED, State.DONE], [State.QUEUED, State.QUEUED, State.DONE]),
        (lambda keys: prefer_all(keys, 9), [State.QUEUED, State.DONE], [State.QUEUED, State.DONE]),
    ],
)
def test_jobs_are_steered_in_bulk_by_few_statements(
    steer: Callable[[list[int]], int],
    before: list[State],
    after: list[State],
    ask: Ask,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    """A thousand jobs by a few statements for each five hundred; what is over stays as it is."""
    kinds = [before[number % len(before)] for number in range(1000)]
    Conversion.objects.bulk_create(
        Conversion(key=f"k{number}", state=state, engine="native") for number, state in enumerate(kinds)
    )
    keys = list(Conversion.objects.values_list("pk", flat=True))
    with django_assert_max_num_queries(10):
        count = steer(keys)
    assert count == sum(state != State.DONE for state in kinds)
    wanted = [after[number % len(before)] for number in range(1000)]
    assert list(Conversion.objects.order_by("pk").values_list("state", flat=True)) == wanted
    assert not Conversion.objects.filter(state=State.DONE, priority=9).exists()


@pytest.mark.parametrize(
    ("steer", "before"),
    [(cancel, State.QUEUED), (cancel, State.CONVERTING), (retry, State.FAILED)],
    ids=["cancelled", "stopped", "retried"],
)
def test_what_one_job_is_told_no_other_hears(
    steer: Callable[[Conversion], bool], before: State, ask: Ask
) -> None:
    """Whoever cancels or retries one import means that one."""
    job, other = ask(key="a"), ask(key="b")
    Conversion.objects.update(state=before)
    others = Conversion.objects.filter(pk=other.pk).values()
    untouched = others.get()
    assert steer(job)
    assert others.get() == untouched


def test_a_job_that_is_stopped_already_is_not_over_yet(ask: Ask) -> None:
    """The second click is told what the first one was; of one that is over both are told so."""
    job = ask()
    Conversion.objects.update(state=State.CONVERTING)
    assert cancel(job)
    assert cancel(job)
    Conversion.objects.update(state=State.DONE)
    assert not cancel(job)


def test_a_retried_job_keeps_an_engine_that_only_it_uses(ask: Ask, settings: LazySettings) -> None:
    """HLS is made by its own engine again; what the plugin could not convert goes to the configured one."""
    settings.CONVERSION_ENGINE = "native"
    jobs = [ask(key=name, engine=name) for name in ("hls", "bbb-recorder")]
    Conversion.objects.update(state=State.FAILED)
    assert retry_all([job.pk for job in jobs]) == 2
    assert list(Conversion.objects.order_by("pk").values_list("engine", flat=True)) == ["hls", "native"]


def test_a_failing_delivery_fails_the_job(
    ask: Ask, engine: FilmEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that nobody received is not reported as done."""
    job = ask(delivery="nobody")
    assert run(job.pk) == State.FAILED
    job.refresh_from_db()
    assert "nobody" in job.error


def test_what_a_dead_worker_left_is_queued_again_but_not_for_ever(ask: Ask, engine: FilmEngine) -> None:
    """A silent job goes back to the queue; one that killed three workers is failed, and who waits is told."""
    job = ask()
    told: list[str] = []

    def hear(conversion: Conversion, **_kwargs: object) -> None:
        told.append(conversion.state)

    ended.connect(hear)
    long_ago = timezone.now() - timedelta(minutes=5)
    silent = {"state": State.CONVERTING, "heartbeat_at": long_ago}
    Conversion.objects.filter(pk=job.pk).update(**silent, attempts=1)
    assert requeue_stale() == 1
    job.refresh_from_db()
    assert job.state == State.QUEUED
    Conversion.objects.filter(pk=job.pk).update(**silent, attempts=3)
    assert requeue_stale() == 0
    job.refresh_from_db()
    assert told == [State.FAILED]
    assert job.state == State.FAILED


def test_the_place_in_the_queue_follows_priority_then_time(ask: Ask, engine: FilmEngine) -> None:
    """The next one is number 1; a higher priority passes."""
    first, second, urgent = ask(key="a"), ask(key="b"), ask(key="c", priority=5)
    assert list(Conversion.objects.waiting()) == [urgent, first, second]


def test_an_interruption_gives_the_job_back(
    ask: Ask, engine: FilmEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C queues the job again without counting an attempt."""
    job = ask()
    engine.failure = None

    def _interrupt(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pod.conversion.working._watch", _interrupt)
    with pytest.raises(KeyboardInterrupt):
        run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == (State.QUEUED, 0)


def test_a_page_never_shows_where_the_recording_is_fetched(ask: Ask) -> None:
    """A source may carry a token: the job's text does not repeat it."""
    job = ask(source_url="https://bbb.example.org/recording/abc/presentation?token=sesame")
    assert "sesame" not in str(job)


def test_options_of_the_request_are_kept(ask: Ask, tmp_path: Path) -> None:
    """Hosts that the administrator vouches for travel with the job."""
    job = ask(key="hosts", trusted_hosts=("cdn.example.org",))
    assert job.options["trusted_hosts"] == ["cdn.example.org"]


def test_a_play_list_is_no_film(tmp_path: Path) -> None:
    """A file that only leads elsewhere (an HLS play list of any name) is not taken for a video."""
    film = make_film(tmp_path / "film.webm")
    disguised = tmp_path / "film.mp4"
    disguised.write_text(f"#EXTM3U\n#EXTINF:5,\n{film}\n#EXT-X-ENDLIST\n", encoding="utf-8")
    with pytest.raises(ConversionError):
        check_playable(disguised)


@pytest.mark.parametrize(
    ("failure", "cause"),
    [
        (FetchError("x"), Cause.FETCH),
        (GoneError("x"), Cause.GONE),
        (ProtectedError("x"), Cause.PROTECTED),
        (NoMediaError("x"), Cause.NO_MEDIA),
        (OSError(errno.ENOSPC, "x"), Cause.FULL),
        (TooLargeError("x"), Cause.TOO_LARGE),
        (EngineMissingError("x"), Cause.ENGINE),
        (NotGivenError("x"), Cause.FETCH),
        (requests.ConnectionError("x"), Cause.AWAY),
        (PlaybackError("x"), Cause.SOURCE),
        (RenderError("x"), Cause.RENDER),
        (OSError("x"), Cause.DISK),
        (ConversionError("x"), Cause.RESULT),
        (ZeroDivisionError("x"), Cause.UNEXPECTED),
    ],
)
def test_each_kind_of_failure_has_a_cause_in_the_users_words(
    ask: Ask, engine: FilmEngine, failure: Exception, cause: Cause
) -> None:
    """Teachers read a translated sentence; what the program said is kept for support."""
    job = ask()
    engine.failure = failure
    run(job.pk)
    job.refresh_from_db()
    assert job.cause == cause
    assert "x" in f"{job.error} {job.detail}"
