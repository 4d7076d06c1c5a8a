"""A server, a disk or a database that is away fails no job: each is tried again later."""

from __future__ import annotations

import errno
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import NoReturn
from unittest.mock import Mock

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.utils import timezone

from pod.bbb.errors import KilledError
from pod.conversion import runner, services, tasks, working
from pod.conversion.causes import Cause
from pod.conversion.engines import ENGINES, Made, Work
from pod.conversion.engines.base import Cancelled, Progress
from pod.conversion.errors import DispatchError
from pod.conversion.folders import job_folder
from pod.conversion.management.commands import run_conversions
from pod.conversion.models import Conversion
from pod.conversion.putting_off import GIVEN_UP, LONGEST, SHORTEST, UNTRIED
from pod.conversion.runner import MOST_ATTEMPTS
from pod.conversion.services import cancel, dispatch_all, retry, run
from pod.conversion.tasks import convert, take_back_dead
from pod.main.states import State
from tests.integration.conversion.conftest import Ask, make_film

pytestmark = pytest.mark.django_db
AWAY = OSError(errno.ENOSPC, "No space left on device")


class Engine:
    """Raises what it is told to, else makes a small film."""

    name = "native"
    suffix = ".mp4"
    failure: Exception | None = AWAY

    def convert(self, work: Work, *, progress: Progress, cancelled: Cancelled) -> Made:
        if self.failure:
            raise self.failure
        return Made(make_film(work.folder / f"{work.name}.mp4", codec="mpeg4"))


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    """The engine, in place of the native one."""
    made = Engine()
    monkeypatch.setitem(ENGINES, "native", made)
    return made


def later(job: Conversion, by: timedelta) -> None:
    """Let time pass for the job."""
    job.refresh_from_db()
    times = ("not_before", "failing_since", "heartbeat_at")
    moved = {name: at - by for name in times if (at := getattr(job, name)) is not None}
    assert "failing_since" in moved
    Conversion.objects.filter(pk=job.pk).update(**moved)


def test_a_passing_trouble_puts_the_job_off_and_costs_it_nothing(
    ask: Ask, engine: Engine, delivered: list[Path]
) -> None:
    """It waits in the queue with its cause, takes nobody's time before, and is done when all is well."""
    job = ask()
    assert run(job.pk) == State.QUEUED
    job.refresh_from_db()
    assert (job.cause, job.attempts, job.error) == (Cause.FULL, 0, str(AWAY))
    assert list(Conversion.objects.waiting()) == []
    assert run(job.pk) == State.QUEUED
    engine.failure = None
    later(job, SHORTEST)
    assert run(job.pk) == State.DONE
    assert delivered == [Path(job.target)]


def test_pauses_grow_with_the_trouble_which_fails_the_job_when_it_lasts_for_days(
    ask: Ask, engine: Engine
) -> None:
    """A job is tried again soon at first, every quarter of an hour at last, and not for ever."""
    job = ask()
    run(job.pk)
    pauses = []
    for by in (SHORTEST, 2 * SHORTEST, UNTRIED / 2):
        later(job, by)
        now = timezone.now()
        assert run(job.pk) == State.QUEUED
        job.refresh_from_db()
        assert job.not_before
        pauses.append((job.not_before - now).total_seconds())
    expected = (SHORTEST, 3 * SHORTEST, LONGEST)
    assert pauses == [pytest.approx(pause.total_seconds(), abs=20) for pause in expected]
    ends = []
    while State.FAILED not in ends:
        later(job, UNTRIED / 2)
        ends.append(run(job.pk))
    assert len(ends) == GIVEN_UP / (UNTRIED / 2) - 1
    assert retry(job)
    job.refresh_from_db()
    assert job.failing_since is None


def test_a_job_that_waited_long_for_its_turn_is_not_given_up_at_the_next_trouble(
    ask: Ask, engine: Engine
) -> None:
    """Nobody asked its server meanwhile: two short outages weeks apart are no trouble of weeks."""
    job = ask()
    run(job.pk)
    later(job, 5 * GIVEN_UP)
    assert run(job.pk) == State.QUEUED
    job.refresh_from_db()
    assert job.failing_since
    assert timezone.now() - job.failing_since < SHORTEST


def test_a_job_given_back_by_a_worker_that_was_stopped_is_not_given_up_when_it_starts_again(
    ask: Ask, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped over a weekend while the server was away: time without a worker is no trouble of the job."""
    job = ask()
    run(job.pk)
    later(job, SHORTEST)
    with monkeypatch.context() as patched:
        patched.setattr(runner, "watched", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            run(job.pk)
    later(job, GIVEN_UP)
    assert run(job.pk) == State.QUEUED


def test_a_command_that_is_watched_is_told_at_once(ask: Ask, engine: Engine) -> None:
    """The migration's own converters fail the job, also one that a worker had put off."""
    job = ask()
    run(job.pk)
    assert run(job.pk, later=False) == State.FAILED


def test_a_job_that_is_cancelled_is_not_put_off(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who cancels a job while its trouble comes sees it end; it does not wait to be tried again."""
    job = ask()

    def convert_and_fail(*_work: object) -> NoReturn:
        assert cancel(job)
        raise AWAY

    monkeypatch.setattr(runner, "watched", convert_and_fail)
    assert run(job.pk) == State.DISCARDED
    job.refresh_from_db()
    assert (job.not_before, job.cancel_requested) == (None, False)


def test_a_job_put_off_is_sent_to_celery_when_it_is_due(
    ask: Ask, engine: Engine, settings: LazySettings, monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:  # fmt: skip
    """No worker keeps a message for later, which RabbitMQ would take back, and Redis end the worker for."""
    job = ask()
    settings.CELERY_TO_ENCODE = True
    sent: list[int] = []
    monkeypatch.setattr(convert, "delay", sent.append)
    monkeypatch.setattr(services, "holds_messages", lambda: False)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        run(job.pk)
        dispatch_all()
        take_back_dead()
        assert sent == []
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        later(job, SHORTEST)
        take_back_dead()
    assert sent == [job.pk]


def test_a_job_of_a_celery_worker_that_is_ended_is_sent_again(
    ask: Ask, engine: Engine, settings: LazySettings, monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., object],
) -> None:  # fmt: skip
    """Its message is gone since it arrived; systemd sends SIGTERM to every process of the service."""
    job = ask()
    settings.CELERY_TO_ENCODE = True
    sent: list[int] = []
    monkeypatch.setattr(convert, "delay", sent.append)
    monkeypatch.setattr(runner, "watched", Mock(side_effect=SystemExit))
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(SystemExit):  # type: ignore[attr-defined]
        run(job.pk)
    assert sent == [job.pk]


def test_a_message_wakes_a_worker_for_the_job_that_comes_first(
    ask: Ask, engine: Engine, delivered: list[Path], tmp_path: Path
) -> None:
    """Whatever it names: what an administrator converts first does not wait for its own message."""
    engine.failure = None
    usual, urgent = (
        ask(key=name, target=tmp_path / name / "film.mp4", priority=priority)
        for name, priority in (("usual", 0), ("urgent", 10))
    )
    convert(usual.pk)
    convert(urgent.pk)
    assert delivered == [Path(urgent.target), Path(usual.target)]


def test_a_message_that_comes_before_its_time_wakes_a_worker_all_the_same(
    ask: Ask, engine: Engine, delivered: list[Path], tmp_path: Path
) -> None:
    """The job that it names was done for another's message and put off: that other one must not wait."""
    usual, urgent = (
        ask(key=name, target=tmp_path / name / "film.mp4", priority=priority)
        for name, priority in (("usual", 0), ("urgent", 10))
    )
    convert(usual.pk)
    engine.failure = None
    convert(urgent.pk)
    assert delivered == [Path(usual.target)]


@pytest.mark.parametrize("does", [lambda: convert(1), take_back_dead], ids=["job", "look"])
def test_a_celery_worker_says_in_one_sentence_that_the_database_is_away(
    does: Callable[[], object], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows are what is never lost: the next look, a minute later, sends messages for them again."""
    away = Mock(side_effect=OperationalError("server closed the connection"))
    monkeypatch.setattr(tasks, "requeue_stale", away)
    monkeypatch.setattr(tasks, "run_next", away)
    does()
    assert "server closed the connection" in caplog.text
    assert "Traceback" not in caplog.text


def test_a_broker_that_is_away_keeps_no_job_from_being_done(
    ask: Ask, engine: Engine, delivered: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that cannot send on what dead ones left does the job whose message it has."""
    engine.failure = None

    def away() -> NoReturn:
        raise DispatchError("the broker does not answer")

    monkeypatch.setattr(tasks, "requeue_stale", away)
    convert(ask().pk)
    assert len(delivered) == 1


def test_a_worker_without_broker_goes_on_when_what_dead_ones_left_cannot_be_sent(
    ask: Ask, engine: Engine, delivered: list[Path], settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says so and converts; --dispatch ends with that sentence."""
    settings.CELERY_TO_ENCODE = True
    ask()
    engine.failure = None

    def away() -> NoReturn:
        raise DispatchError("the broker does not answer")

    monkeypatch.setattr(run_conversions, "requeue_stale", away)
    with pytest.raises(CommandError, match="the broker does not answer"):
        call_command("run_conversions", "--dispatch")
    err = io.StringIO()
    call_command("run_conversions", "--once", stdout=io.StringIO(), stderr=err)
    assert "the broker does not answer" in err.getvalue()
    assert len(delivered) == 1


def test_a_database_that_is_away_leaves_the_job_in_the_queue(
    ask: Ask, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is wrong with the recording; only one that meets it each time fails in the end."""
    job = ask()
    engine.failure = OperationalError("server closed the connection")
    states = []
    for _time in range(3):
        with pytest.raises(OperationalError):
            run(job.pk)
        job.refresh_from_db()
        states.append(job.state)
    assert states == [State.QUEUED, State.QUEUED, State.FAILED]


def test_a_worker_without_broker_waits_for_its_database(
    ask: Ask, engine: Engine, delivered: list[Path], settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says what is away and when it looks again, and goes on; with --once it ends."""
    settings.LANGUAGE_CODE = "en"
    ask()
    engine.failure = None
    monkeypatch.setattr(connection, "close", lambda: None)
    pauses: list[float] = []

    def away() -> NoReturn:
        raise OperationalError("the database system is starting up")

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            monkeypatch.setattr(run_conversions, "requeue_stale", lambda: 0)
        if delivered:
            raise KeyboardInterrupt

    monkeypatch.setattr(run_conversions, "requeue_stale", away)
    with pytest.raises(OperationalError, match="the database system is starting up"):
        call_command("run_conversions", "--once")
    monkeypatch.setattr("pod.conversion.management.commands.run_conversions.time.sleep", sleep)
    err = io.StringIO()
    call_command("run_conversions", stdout=io.StringIO(), stderr=err)
    assert pauses == [1, 2, 4, 1]
    assert err.getvalue().count("starting up") == 3


def test_a_job_that_is_deleted_at_work_ends_no_worker(
    ask: Ask, engine: Engine, delivered: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next one is done, and what was fetched for the first goes."""
    first, second = ask(key="first"), ask(key="second")
    engine.failure = None
    one = working.watched

    def delete_first(conversion: Conversion, shared: working.Shared, do: Callable[[], Made]) -> Made:
        rows = Conversion.objects.filter(pk=first.pk)
        if rows.exists():
            (job_folder(first) / "playback").mkdir(parents=True)
            rows.delete()
        return one(conversion, shared, do)

    monkeypatch.setattr(runner, "watched", delete_first)
    call_command("run_conversions", "--once", stdout=io.StringIO())
    assert Conversion.objects.get().state == State.DONE
    assert delivered == [Path(second.target)]
    assert not job_folder(first).exists()


def test_an_empty_queue_says_what_is_left_for_later(ask: Ask, engine: Engine, settings: LazySettings) -> None:
    """With --once the worker ends when nothing can be done now."""
    settings.LANGUAGE_CODE = "en"
    ask()
    out = io.StringIO()
    call_command("run_conversions", "--once", stdout=out)
    assert "1 conversion is left for later" in out.getvalue()
    assert Conversion.objects.get().state == State.QUEUED


def test_nothing_is_said_to_be_sent_where_celery_is_not_used(ask: Ask, settings: LazySettings) -> None:
    """Without CELERY_TO_ENCODE no message goes, and --dispatch says so."""
    settings.LANGUAGE_CODE = "en"
    ask()
    with pytest.raises(CommandError, match="nothing is sent to Celery"):
        call_command("run_conversions", "--dispatch")


def test_a_conversion_one_of_whose_processes_was_killed_is_tried_again_but_not_for_ever(
    ask: Ask, engine: Engine
) -> None:
    """A machine that is short of memory takes what takes most of it: that says nothing of the recording."""
    job, engine.failure = ask(), KilledError("killed")
    for _ in range(MOST_ATTEMPTS - 1):
        assert run(job.pk) == State.QUEUED
    assert run(job.pk) == State.FAILED
    job.refresh_from_db()
    assert (job.cause, job.error, job.attempts) == (Cause.CRASH, "killed", MOST_ATTEMPTS)
