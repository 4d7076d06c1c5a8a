"""`manage.py migrate_bbb_recordings`: the door; the work is in `pod.bbb_migration.session`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from pod.bbb.streams import take_every_letter, write_into_nothing
from pod.bbb_migration import options as command_options
from pod.bbb_migration.exit_codes import CANNOT, DONE, FAILURES, INTERRUPTED, USAGE
from pod.bbb_migration.screen import Screen
from pod.bbb_migration.session import Session


class Command(BaseCommand):
    """Brings the recordings of an old BigBlueButton server home."""

    # the command checks what it needs itself, and names all problems at once
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options, in the language of this moment."""
        parser.description = _(
            "Brings the recordings of an old BigBlueButton or Scalelite server into Pod. "
            "Exit codes: 0 done, 1 could not start or go on, 2 wrong usage, 3 done with failures, "
            "130 interrupted."
        )
        command_options.declare(parser)

    def handle(self, *_args: Any, **given: Any) -> None:  # noqa: ANN401 - Django's signature
        """Run; anything but success is a CommandError with the exit code."""
        try:
            asked = command_options.read(given)
        except command_options.UsageError as error:
            raise CommandError(str(error), returncode=USAGE) from error
        for stream in (self.stdout, self.stderr):
            # each line at once, to pipes and files, too: a run takes hours
            take_every_letter(stream, line_buffering=True)
        screen = Screen(
            self.stdout,
            self.stderr,
            self.style,
            verbosity=asked.verbosity,
            as_json=asked.json,
            bar=asked.progress,
        )
        session = Session(asked, screen, timezone.now())
        try:
            code = session.run()
        except OSError as error:  # of the file that the lines go into, where even that cannot be told
            write_into_nothing(self.stdout.fileno())
            text = _("The lines of the run cannot be written any more: %(cause)s") % {"cause": error.strerror}
            raise CommandError(text, returncode=CANNOT) from error
        _forget_reader(self.stdout)
        if code != DONE:
            raise CommandError(_said(code, session), returncode=code)


def _forget_reader(stream: Any) -> None:  # noqa: ANN401 - Django's wrapper of a stream
    """Let what is left for a reader who is gone (`| head`) be no error when the process ends."""
    try:
        stream.flush()
    except BrokenPipeError:
        write_into_nothing(stream.fileno())


def _said(code: int, session: Session) -> str:
    if code == FAILURES:
        return _("Finished, with failures.")
    if code == INTERRUPTED:
        return _("Interrupted; the same command continues from here.")
    if session.stopped:
        return _("Stopped before the end.")
    if session.began:
        return _("Stopped before the end; once the cause is fixed, the same command continues from here.")
    return _("Not started.")
