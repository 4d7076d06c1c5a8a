"""Writing once more what the database gave up for another's sake."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection

log = logging.getLogger(__name__)

PAUSES_S = (0.1, 0.3, 1, 3)
P = ParamSpec("P")
T = TypeVar("T")


def patiently(write: Callable[P, T], *args: P.args, **values: P.kwargs) -> T:
    """Do one statement and return what it gives; do it again after a pause when the database gave it up.

    MariaDB ends a deadlock by giving up one of the two and wants it to be said again; a server that
    restarts is back soon. Inside a transaction the error is raised: there is more to be said again.
    """
    for pause in PAUSES_S:
        try:
            return write(*args, **values)
        except OperationalError as error:
            if connection.in_atomic_block:
                raise
            log.info("The database gave up a statement, which comes again in %s s: %s", pause, error)
            # if the server went away, the next try opens a new connection
            connection.close_if_unusable_or_obsolete()
            time.sleep(pause)
    return write(*args, **values)
