"""The conversions that a run asked for, brought to their end in processes of the command."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Generator, Sequence
from dataclasses import dataclass
from itertools import chain

from pod.bbb_migration.results import Placed, Result
from pod.bbb_migration.sinks.claim_folder import converted
from pod.bbb_migration.worker import LOOK_S, Pool
from pod.conversion.models import Conversion
from pod.conversion.services import requeue_stale, take_back
from pod.conversion.taking import process_here
from pod.main.processes import process_lives
from pod.main.states import ACTIVE, State

MOST_DEATHS = 3  # of processes that ended before they took their job


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
    left, deaths = list(places), Counter[int]()
    while left:
        free_dead(left)
        queued = set(Conversion.objects.filter(state=State.QUEUED).values_list("pk", flat=True))
        elsewhere = [pk for pk in left if pk not in queued]  # or over meanwhile
        for pk, code in chain(pool.run([pk for pk in left if pk in queued]), ((pk, 0) for pk in elsewhere)):
            if code:
                deaths[pk] += 1
                free_dead([pk])
            conversion = _found(pk)
            if conversion.state not in ACTIVE or deaths[pk] == MOST_DEATHS:
                left.remove(pk)
                yield converted(places[pk], conversion)
        if left:  # other workers have them
            watch(progress_of(left))
            time.sleep(LOOK_S)


def _found(pk: int) -> Conversion:
    """Return the job; one whose row was deleted meanwhile was cancelled."""
    return Conversion.objects.filter(pk=pk).first() or Conversion(state=State.DISCARDED)


# Below, and above, few jobs are at work, however many wait: no query names all that wait, which would be more
# values than databases take in one.
def progress_of(ids: Collection[int]) -> list[AtWork]:
    """Return how far those of these jobs are that are at work."""
    rows = Conversion.objects.at_work().values_list("pk", "title", "done_s", "total_s")
    return [AtWork(title, done_s, total_s) for pk, title, done_s, total_s in rows if pk in ids]


def free_dead(ids: Collection[int]) -> None:
    """Queue again the jobs whose process on this machine is gone, and those that fell silent long ago."""
    at_work = [conversion for conversion in Conversion.objects.at_work() if conversion.pk in ids]
    pids = ((conversion, process_here(conversion.worker)) for conversion in at_work)
    take_back([conversion for conversion, pid in pids if pid is not None and not process_lives(pid)])
    requeue_stale()
