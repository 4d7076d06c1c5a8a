"""The Celery tasks: thin, all work is in the runner."""

from __future__ import annotations

import logging

from celery import shared_task

from pod.conversion.errors import DispatchError
from pod.conversion.runner import run
from pod.conversion.services import requeue_stale
from pod.main.patience import DATABASE_AWAY

log = logging.getLogger(__name__)
LONGEST_PAUSE_S = 600


# Acknowledged when received, not when done: RabbitMQ closes the channel of a consumer that keeps a
# message for more than 30 minutes, and a long recording may. The row is what is never lost: a job
# whose worker died is queued again by the next task, or by `manage.py run_conversions --dispatch`.
# While the database is away nothing can be said of a job: its message comes again after a pause.
@shared_task(
    acks_late=False,
    ignore_result=True,
    autoretry_for=DATABASE_AWAY,
    max_retries=None,
    retry_backoff=True,
    retry_backoff_max=LONGEST_PAUSE_S,
)
def convert(conversion_id: int) -> str:
    """Run one job; a second message for it finds it taken and does nothing."""
    try:
        requeue_stale()
    except DispatchError as error:  # no reason not to do the job whose message is here
        log.warning("%s", error)
    return str(run(conversion_id))
