"""The Celery tasks: thin, all work is in the runner."""

from __future__ import annotations

from celery import shared_task

from pod.conversion.runner import run
from pod.conversion.services import requeue_stale


# Acknowledged when received, not when done: RabbitMQ closes the channel of a consumer that keeps a
# message for more than 30 minutes, and a long recording may. The row is what is never lost: a job
# whose worker died is queued again by the next task, or by `manage.py run_conversions --dispatch`.
@shared_task(acks_late=False, ignore_result=True)
def convert(conversion_id: int) -> str:
    """Run one job; a second message for it finds it taken and does nothing."""
    requeue_stale()
    return str(run(conversion_id))
