"""Telling Celery of a job: the row says what is to be done, the message only wakes a worker."""

from __future__ import annotations

import logging
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu.exceptions import ChannelError, OperationalError

from pod.conversion.errors import DispatchError
from pod.conversion.models import Conversion

log = logging.getLogger(__name__)


def dispatch(conversion: Conversion) -> None:
    """Tell Celery of the job once its row is committed; without Celery, a worker finds the row by itself.

    Raises DispatchError when the broker cannot be reached; the job stays queued and can be
    dispatched again.
    """
    if settings.CELERY_TO_ENCODE:
        transaction.on_commit(lambda: _send(conversion.pk))


def dispatch_or_log(conversion: Conversion) -> None:
    """Dispatch for a caller that has nobody to tell: a broker that is away is only logged."""
    try:
        dispatch(conversion)
    except DispatchError as error:
        log.warning("conversion %s: %s", conversion.pk, error)


def holds_messages() -> bool:
    """Whether any message waits at the broker; those that workers have fetched already do not count.

    Raises DispatchError when the broker cannot be reached.
    """
    try:
        with current_app.connection_for_read() as connection:
            queue: Any = connection.default_channel
            return bool(queue.queue_declare(settings.CELERY_TASK_DEFAULT_QUEUE, passive=True).message_count)
    except ChannelError:  # no worker has made the queue yet
        return False
    except (OSError, OperationalError) as error:
        raise DispatchError("The broker of CELERY_BROKER_URL does not answer.") from error


def _send(conversion_id: int) -> None:
    from pod.conversion.tasks import convert  # noqa: PLC0415 - tasks import this module

    try:
        convert.delay(conversion_id)
    except OperationalError as error:
        raise DispatchError(
            "The conversion is written down, but the broker of CELERY_BROKER_URL does not answer: start it. "
            "Workers find the conversion within two minutes then, or at once by `manage.py run_conversions "
            "--dispatch`."
        ) from error
