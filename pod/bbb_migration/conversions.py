"""The conversions that a run asked for, brought to their end in processes of the command."""

from __future__ import annotations

import socket
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

from django.db.models import F
from django.utils import timezone

from pod.bbb_migration.lock import process_lives
from pod.bbb_migration.results import Placed, Result
from pod.bbb_migration.sinks.claim_folder import converted
from pod.bbb_migration.worker import Pool
from pod.conversion.causes import Cause
from pod.conversion.models import Conversion
from pod.conversion.runner import MOST_ATTEMPTS
from pod.conversion.services import requeue_stale
from pod.main.states import ACTIVE, State

LONGEST_PASSES = 3


@dataclass(frozen=True)
class AtWork:
    """How far one conversion is, in media seconds."""

    title: str
    done_s: float
    total_s: float


def run_all(
    waiting: Sequence[tuple[Placed, int]],
    *,
    jobs: int,
    log: str,
    watch: Callable[[Sequence[AtWork]], None],
    prepare: Callable[[Placed, int], None],
) -> Generator[Result]:
    """Convert what waits, and yield each result as it comes."""
    places = {pk: one for one, pk in waiting}
    pool = Pool(jobs, log, lambda busy: watch(progress_of(busy)), lambda pk: prepare(places[pk], pk))
    left = list(places)
    for _pass in range(LONGEST_PASSES):
        free_dead(left)
        again = []
        for pk, code in pool.run(left):
            conversion = Conversion.objects.get(pk=pk)
            if conversion.state in ACTIVE:
                if _died(conversion, code):
                    again.append(pk)  # its process was killed, or another one works on it
                    continue
                conversion.refresh_from_db()
            yield converted(places[pk], conversion)
        left = again
        if not left:
            return
    for conversion in Conversion.objects.filter(pk__in=left):
        yield converted(places[conversion.pk], conversion)


def progress_of(busy: Sequence[int]) -> list[AtWork]:
    """Return how far the jobs at work are."""
    rows = Conversion.objects.filter(pk__in=busy).values_list("title", "done_s", "total_s")
    return [AtWork(*row) for row in rows]


def free_dead(ids: Sequence[int]) -> None:
    """Queue again the jobs whose process on this machine is gone, and those that fell silent long ago."""
    here = f"{socket.gethostname()}:"
    for conversion in Conversion.objects.at_work().filter(pk__in=ids):
        host, _, pid = conversion.worker.rpartition(":")
        if f"{host}:" == here and pid.isdigit() and not process_lives(int(pid)):
            Conversion.objects.filter(pk=conversion.pk, worker=conversion.worker).exclude(
                state__in=(State.DONE, State.FAILED, State.DISCARDED)
            ).update(state=State.QUEUED, worker="")
    requeue_stale()


def _died(conversion: Conversion, code: int) -> bool:
    """Whether the job is to be tried again, after its process ended without ending the job.

    A recording that kills its process each time is failed instead.
    """
    if conversion.attempts < MOST_ATTEMPTS:
        free_dead([conversion.pk])
        return True
    Conversion.objects.filter(pk=conversion.pk, attempts=F("attempts"), state__in=ACTIVE).update(
        state=State.FAILED,
        cause=Cause.CRASH,
        finished_at=timezone.now(),
        error=f"The converter ended unexpectedly {conversion.attempts} times (exit code {code}).",
    )
    return False
