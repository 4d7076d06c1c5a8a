"""`manage.py recorder checkDirectory`: to be called by cron every few minutes, as in Pod."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from pod.recorder.watching import check_directories


class Command(BaseCommand):
    """Look for new files in the recorders' folders."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the task to do (Pod knows one), in the language of this moment."""
        parser.description = _(
            "Looks for new files in the recorders' folders. A file can be claimed once it has stopped "
            "growing."
        )
        parser.add_argument("task", choices=["checkDirectory"], help=_("the only task there is"))

    def handle(self, *_args: Any, **_options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Look once and say what was found."""
        seen = check_directories()
        for sentence in seen.left_out:
            self.stderr.write(sentence)
        self.stdout.write(
            _("New: %(new)d, growing: %(growing)d, ready: %(ready)d, gone: %(gone)d")
            % {"new": seen.new, "growing": seen.growing, "ready": seen.ready, "gone": seen.gone}
        )
