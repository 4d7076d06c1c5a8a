"""The one clock that all machines share: that of the database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.functions import Now
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone


class _Now(Now):
    """This moment by the database's clock, in UTC, as Django keeps times."""

    def as_mysql(
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,
        **context: Any,  # noqa: ANN401 - Django's signature
    ) -> tuple[str, Any]:
        """Return the SQL for MariaDB and MySQL; Django's own is in the time zone of the database server."""
        return self.as_sql(compiler, connection, template="UTC_TIMESTAMP(6)", **context)


def shared_now() -> datetime | Now:
    """Return this moment for a query: machines compare it whose own clocks differ.

    With SQLite there is one machine only, and its clock is finer.
    """
    return timezone.now() if connection.vendor == "sqlite" else _Now()
