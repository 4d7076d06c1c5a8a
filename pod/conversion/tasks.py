"""The Celery tasks: thin, all work is in the runner."""

from __future__ import annotations

from celery import shared_task

from pod.conversion.runner import run


@shared_task(acks_late=True, reject_on_worker_lost=True, ignore_result=True)
def convert(conversion_id: int) -> str:
    """Run one job; a second delivery of the same message finds it taken and does nothing."""
    return str(run(conversion_id))
