"""The Celery tasks: thin, all work is in the runner.

No message is for later: of what a worker keeps, RabbitMQ takes back what it has kept for 30 minutes, and
with Redis a worker that keeps something ends when the broker goes away.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from celery import bootsteps, current_app, shared_task
from kombu.exceptions import OperationalError

from pod.conversion.errors import DispatchError
from pod.conversion.runner import run_next
from pod.conversion.services import dispatch_lost, requeue_stale
from pod.main.patience import DATABASE_AWAY, away

log = logging.getLogger(__name__)
LOOK_EVERY_S = 60.0


@contextmanager
def what_is_away_logged() -> Iterator[None]:
    """Leave to a later look what cannot be done while the database or the broker is away."""
    try:
        yield
    except DATABASE_AWAY as error:
        log.warning("%s", away(error))
    except DispatchError as error:
        log.warning("%s", error)


# Acknowledged when received, not when done: RabbitMQ closes the channel of a consumer that keeps a
# message for more than 30 minutes, and a long recording may. The row is what is never lost.
@shared_task(acks_late=False, ignore_result=True)
def convert(_conversion_id: int) -> None:
    """Run the job that comes first, whichever the message names; a message too many finds none."""
    with what_is_away_logged():
        requeue_stale()
    with what_is_away_logged():
        run_next()


@shared_task(ignore_result=True)
def take_back_dead() -> None:
    """Queue again what dead workers left behind, and send what is due and has no message."""
    with what_is_away_logged():
        dispatch_lost()
        requeue_stale()  # which sends a message for each: the other way round, each had two


def look() -> None:
    """Have some worker look for such jobs: no other message may come for days."""
    try:
        take_back_dead.apply_async(expires=LOOK_EVERY_S)
    except OperationalError as error:
        log.warning("The broker does not answer: %s", error)


class Looks(bootsteps.StartStopStep):
    """Has a worker look every minute; what the timer holds ends with the connection to the broker."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def start(self, parent: Any) -> None:  # noqa: ANN401 - the worker's consumer
        """Begin, whenever the worker has found the broker."""
        parent.timer.call_repeatedly(LOOK_EVERY_S, look)


current_app.steps["consumer"].add(Looks)
