"""The Celery tasks: thin, all work is in the runner."""

from __future__ import annotations

import logging
from typing import Any

from celery import Task, shared_task

from pod.conversion.errors import DispatchError
from pod.conversion.runner import run
from pod.conversion.services import SILENCE, dispatch_early, requeue_stale
from pod.main.patience import DATABASE_AWAY
from pod.main.states import ACTIVE, State

log = logging.getLogger(__name__)
LONGEST_PAUSE_S = 600
UNTIL_SILENT_S = SILENCE.total_seconds() + 5


# Acknowledged when received, not when done: RabbitMQ closes the channel of a consumer that keeps a
# message for more than 30 minutes, and a long recording may. The row is what is never lost: a job
# whose worker died is queued again by the next task, or by `manage.py run_conversions --dispatch`.
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
    """Run one job; a second message for it finds it taken and does nothing."""
    try:
        requeue_stale()
        if dispatch_early(conversion_id):
            return str(State.QUEUED)
    except DispatchError as error:  # no reason not to do the job whose message is here
        log.warning("%s", error)
    state = run(conversion_id)
    if self.request.retries and state in ACTIVE - {State.QUEUED}:
        # perhaps only said to be at work: when the database went, nobody could write that it was not
        raise self.retry(countdown=UNTIL_SILENT_S)
    return str(state)
