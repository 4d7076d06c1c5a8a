"""The Celery tasks: thin, all work is in the runner."""

from __future__ import annotations

import logging
from typing import Any

from billiard.exceptions import WorkerLostError
from celery import Task, bootsteps, current_app, shared_task
from celery.signals import task_failure
from kombu.exceptions import OperationalError

from pod.conversion.errors import DispatchError
from pod.conversion.runner import run_next, state_of
from pod.conversion.services import SILENCE, dispatch_early, dispatch_lost, requeue_stale
from pod.main.patience import DATABASE_AWAY
from pod.main.states import ACTIVE, State

log = logging.getLogger(__name__)
LONGEST_PAUSE_S = 600
UNTIL_SILENT_S = SILENCE.total_seconds() + 5
LOOK_EVERY_S = 600


# Acknowledged when received, not when done: RabbitMQ closes the channel of a consumer that keeps a
# message for more than 30 minutes, and a long recording may. The row is what is never lost: a job
# whose worker died is queued again by the next task, or by the next look (`Looks`).
# While the database is away nothing can be said of a job: its message comes again after a pause.
@shared_task(
    bind=True,
    acks_late=False,
    ignore_result=True,
    autoretry_for=DATABASE_AWAY,
    max_retries=None,
    retry_backoff=True,
    retry_backoff_max=LONGEST_PAUSE_S,
)
def convert(self: Task[Any, Any], conversion_id: int) -> str:
    """Run the job that comes first, whichever the message names; a message too many finds none."""
    try:
        requeue_stale()
        dispatch_early(conversion_id)
    except DispatchError as error:  # no reason not to do the job whose message is here
        log.warning("%s", error)
    run_next()
    state = state_of(conversion_id)
    if self.request.retries and state in ACTIVE - {State.QUEUED}:
        # perhaps only said to be at work: when the database went, nobody could write that it was not
        raise self.retry(countdown=UNTIL_SILENT_S)
    return str(state)


@shared_task(
    ignore_result=True, autoretry_for=(DispatchError, *DATABASE_AWAY), max_retries=None, retry_backoff=True
)
def take_back_dead() -> int:
    """Queue again what dead workers left behind, and send again what is lost; return how many jobs."""
    return dispatch_lost() + requeue_stale()


def look(after_s: float = 0) -> None:
    """Have some worker look for such jobs: no other message may come for days."""
    try:
        take_back_dead.apply_async(countdown=after_s, expires=after_s + LOOK_EVERY_S)
    except OperationalError as error:
        log.warning("The broker does not answer: %s", error)


class Looks(bootsteps.StartStopStep):
    """Has a worker look whenever it has found the broker, at its start or later, and every ten minutes."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def start(self, parent: Any) -> None:  # noqa: ANN401 - the worker's consumer
        """Begin; what the timer holds ends with the connection."""
        # no message for later: with Redis, a worker that keeps one ends when the broker goes away
        parent.timer.call_after(UNTIL_SILENT_S, look)
        parent.timer.call_repeatedly(LOOK_EVERY_S, look)


current_app.steps["consumer"].add(Looks)


@task_failure.connect(sender=convert)
def after_failure(exception: BaseException, **_kwargs: Any) -> None:  # noqa: ANN401 - Celery calls receivers so
    """Look also when a process of this worker was killed, as by a machine that is short of memory."""
    if isinstance(exception, WorkerLostError):
        look(after_s=UNTIL_SILENT_S)
