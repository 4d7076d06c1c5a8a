"""A worker without a broker: takes queued conversions from the database, one after the other."""

from __future__ import annotations

import signal
import time
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pod.conversion.errors import DispatchError
from pod.conversion.models import Conversion
from pod.conversion.runner import run_next, state_of
from pod.conversion.services import dispatch_all, requeue_stale
from pod.main.patience import DATABASE_AWAY, away

IDLE_S = 1.0
LONGEST_PAUSE_S = 60.0  # between two looks whether the database is back


class Command(BaseCommand):
    """Run queued conversions."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options, in the language of this moment."""
        parser.description = _("Converts what is queued, one after the other, until it is stopped.")
        parser.add_argument("--once", action="store_true", help=_("end when the queue is empty"))
        parser.add_argument(
            "--dispatch", action="store_true", help=_("only send to Celery again what may be converted now")
        )

    def handle(self, *_args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Take job after job; Ctrl-C gives the running one back to the queue."""
        if options["dispatch"]:
            self._dispatch_all()
            return
        signal.signal(signal.SIGTERM, _interrupt)
        try:
            if options["once"]:
                self._empty_queue()
            else:
                self._serve()
        except KeyboardInterrupt:
            self.stderr.write(_("Stopped; the conversion under way was queued again."))

    def _empty_queue(self) -> None:
        while self._next():
            pass
        if left := Conversion.objects.queued().count():
            told = ngettext(
                "%(count)d conversion is left for later: a server or a disk was unavailable.",
                "%(count)d conversions are left for later: a server or a disk was unavailable.",
                left,
            )
            self.stdout.write(told % {"count": left})

    def _serve(self) -> None:
        """Work until stopped, also when the database goes away and comes back."""
        pause = IDLE_S
        while True:
            try:
                if not self._next():
                    time.sleep(IDLE_S)
                pause = IDLE_S
            except DATABASE_AWAY as error:
                connection.close()
                again = _("Trying again in %(seconds)d s.") % {"seconds": pause}
                self.stderr.write(f"{away(error)} {again}")
                time.sleep(pause)
                pause = min(LONGEST_PAUSE_S, 2 * pause)

    def _next(self) -> bool:
        """Do the next job that may be done now; False when there is none."""
        try:
            requeue_stale()
        except DispatchError as error:  # this worker needs no broker
            self.stderr.write(str(error))
        conversion = run_next()
        if conversion is None:
            return False
        said = Conversion.objects.filter(pk=conversion.pk).values_list("error", flat=True).first()
        self.stdout.write(f"{conversion.title}: {state_of(conversion.pk).label}. {said or ''}".rstrip(" ."))
        return True

    def _dispatch_all(self) -> None:
        if not settings.CELERY_TO_ENCODE:
            raise CommandError(
                _(
                    "CELERY_TO_ENCODE is False, so nothing is sent to Celery: "
                    "leave --dispatch out to convert here."
                )
            )
        try:
            requeue_stale()
            count = dispatch_all()
        except DispatchError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_("Sent to Celery: %(count)d") % {"count": count})


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
