"""The run's own converters beside other workers, and what ends them."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pytest
from django.db import connection
from django.utils import timezone

from pod.bbb.api import Recording
from pod.bbb_migration import conversions
from pod.bbb_migration.plan import Convert, Outcome
from pod.bbb_migration.results import Placed, Result
from pod.bbb_migration.wording import Note
from pod.conversion.causes import Cause
from pod.conversion.models import Conversion
from pod.conversion.signals import ended
from pod.main.processes import here
from pod.main.states import State

pytestmark = pytest.mark.django_db
RECORDING = Recording("r", "m", "Algebra", "published", True, None, None)


@dataclass
class Processes:
    """In place of the command's pool: what a process does with its job, and how it ends."""

    does: Callable[[int], int] = lambda _pk: 0
    started: list[int] = field(default_factory=list)

    def run(self, jobs: Sequence[int]) -> Iterator[tuple[int, int]]:
        for pk in jobs:
            self.started.append(pk)
            yield pk, self.does(pk)


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> Processes:
    """The processes of the command."""
    made = Processes()
    monkeypatch.setattr(conversions, "Pool", lambda *_asked: made)
    monkeypatch.setattr(conversions, "LOOK_S", 0.0)
    return made


@pytest.fixture
def job() -> Conversion:
    """A job that waits."""
    return Conversion.objects.create(key="r", delivery="x", target="/t", engine="native", title="Algebra")


def run_all(
    job: Conversion, watch: Callable[[Sequence[conversions.AtWork]], None] = lambda _at_work: None
) -> list[Result]:
    """Bring the job to its end as a run does."""
    waiting = [(Placed(1, Convert(RECORDING)), job.pk)]
    return list(conversions.run_all(waiting, jobs=1, log="", watch=watch, prepare=lambda _placed, _pk: None))


def test_a_job_that_another_worker_has_is_waited_for(job: Conversion, processes: Processes) -> None:
    """A worker beside the migration takes its jobs, too: what that one converts has not failed."""
    rows = Conversion.objects.filter(pk=job.pk)
    shown: list[conversions.AtWork] = []

    def taken(_pk: int) -> int:
        rows.update(state=State.CONVERTING, worker="elsewhere:1", heartbeat_at=timezone.now(), total_s=9)
        return 0

    def watch(at_work: Sequence[conversions.AtWork]) -> None:
        shown.extend(at_work)
        if len(shown) == 5:
            rows.update(state=State.DONE)

    processes.does = taken
    (result,) = run_all(job, watch)
    assert (result.outcome, result.done) == (Outcome.CONVERT, True)
    assert processes.started == [job.pk]
    assert shown[0] == conversions.AtWork("Algebra", 0, 9)


def test_a_job_that_another_worker_gives_back_is_taken(job: Conversion, processes: Processes) -> None:
    """It was stopped: the run's own processes convert what it had."""
    rows = Conversion.objects.filter(pk=job.pk)
    rows.update(state=State.CONVERTING, worker="elsewhere:1", heartbeat_at=timezone.now())
    processes.does = lambda _pk: rows.update(state=State.DONE) - 1

    def give_back(_at_work: object) -> None:
        rows.update(state=State.QUEUED)

    (result,) = run_all(job, give_back)
    assert result.done
    assert processes.started == [job.pk]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite lets a test lower its limit")
def test_no_query_names_each_job_of_a_large_catalogue(processes: Processes) -> None:
    """Databases bound the values of one query: some builds of SQLite take 32,766, and more jobs may wait."""
    Conversion.objects.bulk_create(
        Conversion(key=f"r{n}", delivery="x", target=f"/t/{n}", engine="native") for n in range(60)
    )
    waiting = [(Placed(1, Convert(RECORDING)), pk) for pk in Conversion.objects.values_list("pk", flat=True)]
    processes.does = lambda pk: Conversion.objects.filter(pk=pk).update(state=State.DONE) - 1
    raw = connection.connection
    usual = raw.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 50)
    try:
        made = conversions.run_all(
            waiting, jobs=1, log="", watch=lambda _busy: None, prepare=lambda _placed, _pk: None
        )
        assert sum(result.done for result in made) == 60
        assert conversions.progress_of(range(60)) == []
    finally:
        raw.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, usual)


def test_a_job_whose_process_was_killed_with_an_earlier_run_is_taken(
    job: Conversion, processes: Processes
) -> None:
    """At once: its last sign of life may be a second old."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    rows = Conversion.objects.filter(pk=job.pk)
    worker = f"{here()}:{child.pid}"
    rows.update(state=State.CONVERTING, worker=worker, heartbeat_at=timezone.now())
    processes.does = lambda _pk: rows.update(state=State.DONE) - 1
    looks: list[int] = []

    def watch(_at_work: object) -> None:
        looks.append(1)
        assert len(looks) < 5

    (result,) = run_all(job, watch)
    assert result.done
    assert processes.started == [job.pk]


def test_a_job_whose_process_lives_is_left_to_it(job: Conversion) -> None:
    """On this machine, too; and one that is not this run's is not looked at."""
    worker = f"{here()}:{os.getpid()}"
    rows = Conversion.objects.filter(pk=job.pk)
    rows.update(state=State.CONVERTING, worker=worker, heartbeat_at=timezone.now())
    conversions.free_dead([job.pk])
    assert rows.get().state == State.CONVERTING
    rows.update(worker=f"{here()}:0")  # no process
    conversions.free_dead([])
    assert rows.get().state == State.CONVERTING


def test_each_recording_gets_what_came_of_its_own_job(job: Conversion, processes: Processes) -> None:
    """One failed, the other did not."""
    other = Conversion.objects.create(key="s", delivery="x", target="/s", engine="native", title="Biology")
    ends = {job.pk: State.FAILED, other.pk: State.DONE}
    processes.does = lambda pk: Conversion.objects.filter(pk=pk).update(state=ends[pk]) - 1
    waiting = [(Placed(1, Convert(RECORDING)), pk) for pk in ends]
    found = conversions.run_all(
        waiting, jobs=1, log="", watch=lambda _at_work: None, prepare=lambda _placed, _pk: None
    )
    assert {result.conversion_id: result.done for result in found} == {job.pk: False, other.pk: True}


def test_a_recording_that_kills_its_process_each_time_is_failed(
    job: Conversion, processes: Processes
) -> None:
    """After three times, with the cause that says so; who waits for it is told."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    told: list[str] = []

    def hear(conversion: Conversion, **_more: object) -> None:
        told.append(conversion.state)

    def killed(pk: int) -> int:
        at_work = {"state": State.CONVERTING, "heartbeat_at": timezone.now()}
        worker = f"{here()}:{child.pid}"
        Conversion.objects.filter(pk=pk).update(**at_work, worker=worker, attempts=len(processes.started))
        return -signal.SIGKILL

    ended.connect(hear)
    processes.does = killed
    (result,) = run_all(job)
    assert (result.outcome, result.why) == (Outcome.FAIL, Cause.CRASH)
    assert len(processes.started) == 3
    assert told == [State.FAILED]


def test_processes_that_do_not_even_start_end_the_job_for_this_run(
    job: Conversion, processes: Processes
) -> None:
    """It stays queued, and is not tried for ever."""
    processes.does = lambda _pk: 1
    (result,) = run_all(job)
    assert result.outcome == Outcome.FAIL
    assert len(processes.started) == 3
    job.refresh_from_db()
    assert job.state == State.QUEUED


def test_a_job_that_is_deleted_meanwhile_ends_no_run(job: Conversion, processes: Processes) -> None:
    """Its recording failed because it was cancelled, and the others go on."""
    processes.does = lambda pk: Conversion.objects.filter(pk=pk).delete()[0] - 1
    (result,) = run_all(job)
    assert (result.outcome, result.why) == (Outcome.FAIL, Note.CANCELLED)
    assert result.conversion_id is None
