"""`manage.py empty_trash`: removes deleted videos for good, once their time to be brought back is over."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pod.video.services import empty_trash, trash_days


class Command(BaseCommand):
    """To be called by cron once a day."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Say what it does, in the language of this moment."""
        parser.description = _(
            "Removes for good, with their files, videos deleted more than VIDEO_TRASH_DAYS days ago."
        )

    def handle(self, *_args: Any, **_options: Any) -> None:  # noqa: ANN401 - Django's signature
        """Remove them and say how many."""
        count = empty_trash()
        told = ngettext("%(count)d video removed for good", "%(count)d videos removed for good", count)
        since = _("(deleted more than %(days)d days ago)") % {"days": trash_days()}
        self.stdout.write(f"{told % {'count': count}} {since}.")
