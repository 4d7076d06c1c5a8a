"""The one clock that all machines share: that of the database."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone


class _Now(Now):
    """This moment by the database's clock; MariaDB and MySQL give it in UTC, as Django keeps times there."""

    def as_mysql(self, *given: object, **context: object) -> tuple[str, list[object]]:
        """Return the SQL; Django's own is in the time zone of the database server."""
        return self.as_sql(*given, template="UTC_TIMESTAMP(6)", **context)  # type: ignore[arg-type,return-value]


def shared_now() -> datetime | Now:
    """Return this moment for a query: machines compare it whose own clocks differ.

    With SQLite there is one machine only, and its clock is finer.
    """
    return timezone.now() if connection.vendor == "sqlite" else _Now()
