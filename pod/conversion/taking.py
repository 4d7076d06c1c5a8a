"""Taking a job, and writing to its row for as long as it is ours.

A worker that was suspended for a minute (a closed laptop, a machine that moved, SIGSTOP) is taken for
dead, and another one takes its job over. When it goes on, it must not write into the other's row.
"""

from __future__ import annotations

import os
from typing import Any

from django.db.models import Case, F, When
from django.utils import timezone

from pod.conversion import putting_off
from pod.conversion.errors import TakenOverError
from pod.conversion.models import Conversion, ConversionQuerySet
from pod.main.clock import shared_now
from pod.main.patience import patiently
from pod.main.processes import here
from pod.main.states import State


def take(conversion_id: int, *, later: bool) -> Conversion | None:
    """Take the job if it is queued, and due unless `later` is false; return None if it is not."""
    now = timezone.now()
    queued = Conversion.objects.waiting() if later else Conversion.objects.queued()
    queued.order_by().filter(pk=conversion_id).update(
        # before `heartbeat_at`: MariaDB reckons with what it has just assigned
        failing_since=Case(
            When(heartbeat_at__lt=now - putting_off.UNTRIED, then=None), default=F("failing_since")
        ),
        state=State.FETCHING,
        attempts=F("attempts") + 1,
        worker=own_name(),
        started_at=now,
        heartbeat_at=shared_now(),
        cause="",
        error="",
        detail="",
        not_before=None,
    )
    return Conversion.objects.at_work().filter(pk=conversion_id, started_at=now, worker=own_name()).first()


def own_name() -> str:
    """Return what says which worker this is: machine and process."""
    return f"{here()}:{os.getpid()}"


def process_here(worker: str) -> int | None:
    """Return the process of a worker that can be seen from here, by `own_name`; None for one elsewhere."""
    where, _, pid = worker.rpartition(":")
    return int(pid) if where == here() and pid.isdigit() else None


def held(conversion: Conversion) -> ConversionQuerySet:
    """Return the job's row as long as it is in the hands of who took it as `conversion`; else nothing.

    The time of taking tells them apart: `attempts` does not, for a job that is put off gets its attempt back.
    """
    return Conversion.objects.at_work().filter(
        pk=conversion.pk, started_at=conversion.started_at, worker=conversion.worker
    )


def write(conversion: Conversion, **values: Any) -> bool:  # noqa: ANN401 - column values
    """Write columns and a sign of life; False, and nothing is written, when the job is not ours any more."""
    return patiently(held(conversion).update, heartbeat_at=shared_now(), **values) > 0


def note(conversion: Conversion, **values: Any) -> None:  # noqa: ANN401 - column values
    """Do the same as `write`, or raise TakenOverError: whoever notes something means to go on."""
    if not write(conversion, **values):
        raise TakenOverError(
            f"Conversion {conversion.pk} was deleted, or given to another worker after this one had been "
            "silent for a minute: nothing is to be done."
        )
