"""Asking for a conversion, and steering it: what the apps above and the pages call."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Case, F, Value, When
from django.utils import timezone

from pod.conversion.causes import Cause
from pod.conversion.dispatching import dispatch, holds_messages
from pod.conversion.engines import FIXED, engine_named
from pod.conversion.folders import remove_all
from pod.conversion.models import Conversion
from pod.conversion.runner import MOST_ATTEMPTS, run
from pod.conversion.signals import tell_ended, withdrawn
from pod.main.clock import shared_now
from pod.main.parts import in_parts
from pod.main.patience import patiently
from pod.main.states import State

__all__ = [
    "ConversionRequest",
    "cancel",
    "cancel_all",
    "dispatch",
    "dispatch_all",
    "dispatch_lost",
    "prefer_all",
    "request",
    "requeue_stale",
    "retry",
    "retry_all",
    "run",
    "take_back",
    "target_suffix",
]

# A worker writes a sign of life every second; a minute of silence means that it died.
SILENCE = timedelta(seconds=60)
GRACE_S = 3.0  # in which who lives gives the next one, though the clock was set or the machine had slept


@dataclass(frozen=True)
class ConversionRequest:
    """What is to be converted.

    `target` is the final path; its suffix must be `target_suffix()`.
    `trusted_hosts` are hosts that the asking administrator vouches for, beside
    those of the settings. `options` override the settings (`size`, `layout`,
    `chat`, ...). `replaces`: a file of an earlier job that stands at `target` makes way, once the
    new one is whole. `context` is for the delivery alone and must be JSON. `engine` names
    another engine than that of CONVERSION_ENGINE, for work that only that one does.
    """

    key: str
    delivery: str
    source_url: str
    target: Path
    title: str
    record_id: str = ""
    recorded_at: datetime | None = None
    duration_hint_s: float | None = None
    requested_by: AbstractBaseUser | None = None
    priority: int = 0
    engine: str = ""
    trusted_hosts: tuple[str, ...] = ()
    replaces: bool = False
    options: dict[str, Any] = field(default_factory=dict)
    context: dict[str, Any] = field(default_factory=dict)


def target_suffix() -> str:
    """Return the suffix of the files that the configured engine writes, ".mp4" or ".webm"."""
    return engine_named(settings.CONVERSION_ENGINE).suffix


def request(wanted: ConversionRequest) -> tuple[Conversion, bool]:
    """Write the job down unless its key is known; return it and whether it is new."""
    options = dict(wanted.options)
    if wanted.trusted_hosts:
        options["trusted_hosts"] = list(wanted.trusted_hosts)
    if wanted.replaces:
        options["replaces"] = True
    return Conversion.objects.get_or_create(
        key=wanted.key,
        defaults={
            "delivery": wanted.delivery,
            "context": wanted.context,
            "record_id": wanted.record_id,
            "title": wanted.title[:250],
            "recorded_at": wanted.recorded_at,
            "source_url": wanted.source_url,
            "target": str(wanted.target),
            "duration_hint_s": wanted.duration_hint_s,
            "engine": wanted.engine or settings.CONVERSION_ENGINE,
            "options": options,
            "requested_by": wanted.requested_by,
            "priority": wanted.priority,
            "total_s": wanted.duration_hint_s or 0,
        },
    )


def cancel(conversion: Conversion) -> bool:
    """Stop the job: at once when it waits, within two seconds when it works. False if it is over."""
    return cancel_all([conversion.pk]) == 1


def cancel_all(keys: Sequence[int]) -> int:
    """Stop these jobs as `cancel` does; return how many were not over yet."""
    over = {"state": State.DISCARDED, "finished_at": timezone.now(), "cause": "", "error": "", "detail": ""}
    count = 0
    for some in _parts(keys):
        jobs = Conversion.objects.filter(pk__in=some)
        at_work = jobs.at_work()
        count += patiently(at_work.update, cancel_requested=True)
        waited = patiently(jobs.filter(state=State.QUEUED).update, **over)
        if waited:
            for conversion in jobs.filter(state=State.DISCARDED).only("pk", "target"):
                remove_all(conversion)
            withdrawn.send_robust(sender=Conversion, keys=some)
        count += waited
        # and those that were taken in between
        count += patiently(at_work.filter(cancel_requested=False).update, cancel_requested=True)
    return count


def retry(conversion: Conversion) -> bool:
    """Queue a failed or cancelled job again; what a failed one fetched is not fetched again."""
    return retry_all([conversion.pk]) == 1


def retry_all(keys: Sequence[int]) -> int:
    """Queue these jobs again as `retry` does; return how many had failed or been cancelled.

    Raises DispatchError as `dispatch` does, after all of them are queued.
    """
    again: list[Conversion] = []
    count = 0
    for some in _parts(keys):
        jobs = Conversion.objects.filter(pk__in=some, state__in=(State.FAILED, State.DISCARDED))
        again += jobs.only("pk")
        count += patiently(
            jobs.update,
            state=State.QUEUED,
            engine=Case(When(engine__in=FIXED, then=F("engine")), default=Value(settings.CONVERSION_ENGINE)),
            attempts=0,
            cause="",
            error="",
            detail="",
            done_s=0,
            cancel_requested=False,
            queued_at=timezone.now(),
            finished_at=None,
            not_before=None,
            failing_since=None,
        )
    for conversion in again:
        dispatch(conversion)
    return count


def prefer_all(keys: Sequence[int], priority: int) -> int:
    """Give the waiting ones among these jobs another priority, high before low; return how many."""
    waiting = Conversion.objects.filter(state=State.QUEUED)
    return sum(patiently(waiting.filter(pk__in=some).update, priority=priority) for some in _parts(keys))


def _parts(keys: Sequence[int]) -> Iterator[list[int]]:
    """Return the keys in order and in parts: writers that keep to this order never deadlock."""
    return in_parts(sorted(keys))


def dispatch_all() -> int:
    """Tell Celery again of every job that may be taken; return how many.

    Raises DispatchError as `dispatch` does.
    """
    waiting = list(Conversion.objects.waiting().only("pk"))
    for conversion in waiting:
        dispatch(conversion)
    return len(waiting)


def dispatch_lost() -> int:
    """Tell Celery again of the jobs that may be taken if the broker holds no message; return how many.

    Jobs that were put off are due. Or a broker that keeps nothing on disk was restarted, or a worker was
    killed, or found no database, between a message and the taking of its job. A message too many finds
    nothing to do. Raises DispatchError as `dispatch` does.
    """
    if not settings.CELERY_TO_ENCODE or not Conversion.objects.waiting().exists() or holds_messages():
        return 0
    return dispatch_all()


def requeue_stale(now: datetime | None = None) -> int:
    """Queue again what a dead worker left behind, as `take_back` does; return how many jobs."""
    limit = (now or shared_now()) - SILENCE
    silent = list(Conversion.objects.at_work().filter(heartbeat_at__lt=limit))
    if silent:
        time.sleep(GRACE_S)
    return take_back(silent)


def take_back(jobs: Iterable[Conversion]) -> int:
    """Queue again jobs at work whose workers are dead; return how many.

    A job that killed its worker MOST_ATTEMPTS times is failed instead: something in it does, and the
    queue must go on. One that gave a sign of life meanwhile is left alone.
    """
    requeued = 0
    for conversion in jobs:
        same = Conversion.objects.filter(
            pk=conversion.pk, state=conversion.state, heartbeat_at=conversion.heartbeat_at
        )
        if conversion.attempts >= MOST_ATTEMPTS:
            error = f"The converter ended unexpectedly {MOST_ATTEMPTS} times on this recording."
            over = {"state": State.FAILED, "cause": Cause.CRASH, "error": error}
            if patiently(same.update, **over, finished_at=timezone.now()):
                tell_ended(conversion.pk)
        elif patiently(same.update, state=State.QUEUED, worker=""):
            requeued += 1
            dispatch(conversion)
    return requeued
