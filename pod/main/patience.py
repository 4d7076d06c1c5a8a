"""Repeating a statement that the database gave up, as it does to end a deadlock."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import Error, InterfaceError, OperationalError, connection
from django.utils.translation import gettext as _

log = logging.getLogger(__name__)

# What drivers raise when their server is gone, or gives a statement up.
DATABASE_AWAY = (OperationalError, InterfaceError)
# Of a missing table or column: PostgreSQL's SQLSTATE, and MariaDB's numbers.
UNDEFINED = ("42P01", "42703", 1146, 1054)
PAUSES_S = (0.1, 0.3, 1, 3)
P = ParamSpec("P")
T = TypeVar("T")


def unusable(error: Error) -> bool:
    """Whether the database is unavailable, or lacks the tables that `manage.py migrate` makes."""
    code = getattr(error.__cause__, "pgcode", None) or next(iter(error.args), None)
    return isinstance(error, DATABASE_AWAY) or code in UNDEFINED


def away(error: Exception) -> str:
    """Return what a command says when the database is unavailable, or has no tables yet."""
    told = _(
        "Pod's database: %(cause)s. Check DATABASE_URL, that the database server is up, and that "
        "`manage.py migrate` has been run."
    )
    return told % {"cause": str(error).strip().partition("\n")[0]}


def patiently(write: Callable[P, T], *args: P.args, **values: P.kwargs) -> T:
    """Run one statement and return its result; if the database gave it up, pause and run it again.

    MariaDB ends a deadlock by giving up one of the two statements, which is then to be repeated; a
    server that restarts is back soon. Inside a transaction the error is raised instead, because the
    whole transaction would have to be repeated.
    """
    for pause in PAUSES_S:
        try:
            return write(*args, **values)
        except DATABASE_AWAY as error:
            if connection.in_atomic_block:
                raise
            log.info("The database gave up a statement, which comes again in %s s: %s", pause, error)
            # if the server went away, the next try opens a new connection
            connection.close_if_unusable_or_obsolete()
            time.sleep(pause)
    return write(*args, **values)
