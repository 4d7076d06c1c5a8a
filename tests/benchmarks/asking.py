"""Asking a page of the site through Django's test client, and seeing what it took."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Answer:
    """What one answer took, in ms: `cpu` is this process and the database's, where it can be read."""

    wall: float
    cpu: float


class Asker:
    """A signed-in browser on the database of the benchmark."""

    def __init__(self, user: object) -> None:
        from django.db import connection  # noqa: PLC0415 - after django.setup()
        from django.test import Client  # noqa: PLC0415 - the same

        self.client = Client()
        self.client.force_login(user)  # type: ignore[arg-type]
        self._backend: Path | None = None
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                # the server's process for this connection, as long as the server is on this machine
                found = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
            self._backend = found if found.is_file() else None

    def ask(self, address: str) -> Answer:
        """Ask once. Ends the benchmark when the answer is no page."""
        began, worked = time.perf_counter(), self._worked()
        answer = self.client.get(address)
        took = Answer((time.perf_counter() - began) * 1000, self._worked() - worked)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answers {answer.status_code}")
        return took

    def has(self, address: str) -> bool:
        """Whether there is such a page."""
        return self.client.get(address).status_code == 200

    def queries(self, address: str) -> list[float]:
        """Ask once more and return what each query took, in ms."""
        from django.db import connection  # noqa: PLC0415 - after django.setup()
        from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 - the same

        with CaptureQueriesContext(connection) as asked:
            self.client.get(address)
        return [float(query["time"]) * 1000 for query in asked.captured_queries]

    def _worked(self) -> float:
        # its first word is the time on a processor in nanoseconds
        served = int(self._backend.read_text().split()[0]) / 1e6 if self._backend else 0.0
        return time.process_time() * 1000 + served


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
