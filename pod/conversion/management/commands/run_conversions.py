"""A worker without a broker: takes queued conversions from the database, one after the other."""

from __future__ import annotations

import signal
import time
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from pod.conversion.errors import DispatchError
from pod.conversion.models import Conversion
from pod.conversion.services import dispatch, requeue_stale, run

IDLE_S = 1.0


class Command(BaseCommand):
    """Run queued conversions."""

    help = "Converts what waits in the queue, until stopped (or, with --once, until the queue is empty)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--once", action="store_true", help="end when nothing is queued")
        parser.add_argument(
            "--dispatch", action="store_true", help="send every queued job to Celery again, and end"
        )

    def handle(self, *_args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Take job after job; Ctrl-C gives the running one back to the queue."""
        if options["dispatch"]:
            self._dispatch_all()
            return
        signal.signal(signal.SIGTERM, _interrupt)
        try:
            self._work(once=options["once"])
        except KeyboardInterrupt:
            self.stderr.write(_("Stopped; the conversion under way was queued again."))

    def _work(self, *, once: bool) -> None:
        while True:
            requeue_stale()
            conversion = Conversion.objects.waiting().first()
            if conversion is None:
                if once:
                    return
                time.sleep(IDLE_S)
                continue
            state = run(conversion.pk)
            conversion.refresh_from_db()
            self.stdout.write(f"{conversion.title}: {state.label}. {conversion.error}".rstrip(" ."))

    def _dispatch_all(self) -> None:
        requeue_stale()
        waiting = list(Conversion.objects.waiting())
        try:
            for conversion in waiting:
                dispatch(conversion)
        except DispatchError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_("Sent to Celery: %(count)d") % {"count": len(waiting)})


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
