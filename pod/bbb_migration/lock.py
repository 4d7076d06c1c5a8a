"""One run at a time, on any database: the run's row holds a unique word, and shows that it lives.

A run that was killed cannot give the word back. It is taken from it when its process is gone
(same machine) or has given no sign of life for long (another machine, or a process number that
another program got meanwhile).
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import Error, IntegrityError, connection, transaction
from django.db.models import DurationField, ExpressionWrapper, F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from pod.bbb_migration.models import Run, RunState
from pod.bbb_migration.wording import day
from pod.main.clock import shared_now
from pod.main.processes import here, process_lives

log = logging.getLogger(__name__)

WORD = "migration"
BEAT_S = 10.0
SILENCE = timedelta(minutes=2)  # of a run on another machine
LONG_SILENCE = timedelta(minutes=10)  # of a process that seems to be there: its number was given anew


class AnotherRunError(Exception):
    """Another migration is under way; the message says which and since when."""


class Holder:
    """The run that holds the lock; `lost` is set when another run took it over (this process hung)."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.lost = threading.Event()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._live, name="migration-heartbeat", daemon=True)

    def start(self) -> None:
        """Begin to show signs of life."""
        self._thread.start()

    def stop(self) -> None:
        """End the signs of life."""
        self._over.set()
        if self._thread.is_alive():  # an interruption may come before it has begun
            self._thread.join(timeout=BEAT_S)

    def _live(self) -> None:
        try:
            while not self._over.wait(BEAT_S):
                if not self.beat():
                    self.lost.set()
                    return
        finally:
            connection.close()

    def beat(self) -> bool:
        """Show one sign of life; False when the lock is held by another run."""
        try:
            held = Run.objects.filter(pk=self.run.pk, lock=WORD).update(heartbeat_at=shared_now())
        except Error as error:  # a busy or restarted database is no reason to stop: the next beat will do
            log.warning("The migration could not show a sign of life: %s", error)
            connection.close()
            return True
        return bool(held)


def take(**columns: Any) -> Run:  # noqa: ANN401 - column values
    """Write the run's row down with the lock, or raise AnotherRunError."""
    _free_dead()
    try:
        with transaction.atomic():
            me = {"host": here(), "pid": os.getpid()}
            return Run.objects.create(lock=WORD, heartbeat_at=shared_now(), **me, **columns)
    except IntegrityError as error:
        other = Run.objects.filter(lock=WORD).first()
        raise AnotherRunError(_describe(other)) from error
    except KeyboardInterrupt:  # the row may be written down already, and its number is not known
        _give_back(Run.objects.filter(lock=WORD, host=here(), pid=os.getpid()))
        raise


def holder() -> Run | None:
    """Return the run that works now, if one does."""
    run = Run.objects.filter(lock=WORD).first()
    return run if run is not None and not _is_dead(run) else None


def silence_of(run: Run) -> timedelta:
    """Return how long ago the run showed its last sign of life, by the clock that wrote it down."""
    now: Any = shared_now()  # either kind takes away a column's value, which the stubs do not know
    since = ExpressionWrapper(now - F("heartbeat_at"), output_field=DurationField())
    silence: timedelta = Run.objects.annotate(since=since).values_list("since", flat=True).get(pk=run.pk)
    return silence


@contextmanager
def held(**columns: Any) -> Iterator[Holder]:  # noqa: ANN401 - column values
    """Hold the lock while the block runs; the block writes the run's end, an exception its interruption."""
    living = Holder(take(**columns))
    try:
        living.start()
        yield living
    finally:
        living.stop()
        try:
            if connection.connection is not None and not connection.is_usable():
                connection.close()  # a database that was restarted is asked anew
            _give_back(Run.objects.filter(pk=living.run.pk))
        except Error as error:
            log.warning("The lock could not be given back (%s): the next run on this machine takes it", error)


def _give_back(runs: QuerySet[Run]) -> None:
    """Give the lock back; what nobody wrote an end for was interrupted."""
    runs.filter(state=RunState.RUNNING).update(state=RunState.INTERRUPTED, finished_at=timezone.now())
    runs.filter(lock=WORD).update(lock=None, heartbeat_at=shared_now())


def _free_dead() -> None:
    """Take the lock from a run that ended without giving it back."""
    for run in Run.objects.filter(lock=WORD):
        if _is_dead(run):
            Run.objects.filter(pk=run.pk, lock=WORD, heartbeat_at=run.heartbeat_at).update(
                lock=None, state=RunState.INTERRUPTED, finished_at=run.heartbeat_at
            )


def _is_dead(run: Run) -> bool:
    silence = silence_of(run)
    if run.host == here():
        return not process_lives(run.pid) or silence > LONG_SILENCE
    return silence > SILENCE


def _describe(run: Run | None) -> str:
    if run is None:
        return _("Another migration has just ended: start this one again.")
    return _(
        "Another migration is under way (run %(run)d on %(host)s, process %(pid)d, since %(since)s): "
        "wait for it, or stop it with Ctrl-C there."
    ) % {
        "run": run.pk,
        "host": run.machine,
        "pid": run.pid,
        "since": day(run.started_at),
    }
