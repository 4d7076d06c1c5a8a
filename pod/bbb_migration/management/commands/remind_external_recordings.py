"""`manage.py remind_external_recordings`: write to those who still have something to import."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pod.bbb_migration.administration.mails import problems, remind
from pod.bbb_migration.exit_codes import CANNOT, FAILURES
from pod.bbb_migration.options import add_dry
from pod.main.dates import available_until

DAYS = 30


class Command(BaseCommand):
    """Reminds owners of external recordings before the old server's last day; made for cron."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options, in the language of this moment."""
        parser.description = _(
            "Mails a reminder, when EXTERNAL_RECORDINGS_AVAILABLE_UNTIL is near, to everybody who still has "
            "external recordings to import. Each person gets one per value of --days: call this daily with "
            "--days 30, and also with --days 7."
        )
        parser.add_argument(
            "--days",
            type=int,
            default=DAYS,
            metavar="N",
            help=_("begin N days before the last day (default: 30)"),
        )
        add_dry(parser, _("only count, and change nothing at all"))

    def handle(self, *_args: Any, **given: Any) -> None:  # noqa: ANN401 - Django's signature
        """Send what is due."""
        try:
            until = available_until()
        except ValueError as error:
            text = _("EXTERNAL_RECORDINGS_AVAILABLE_UNTIL is not a day as YYYY-MM-DD.")
            raise CommandError(text, returncode=CANNOT) from error
        if until is None:
            raise CommandError(_("EXTERNAL_RECORDINGS_AVAILABLE_UNTIL is not set."), returncode=CANNOT)
        left = (until - timezone.localdate()).days
        if left < 0:
            self.stdout.write(_("The last day has passed: no more reminders are sent."))
            return
        if left > given["days"]:
            text = _("The last day is %(left)d days away: reminders are sent from %(days)d days before it.")
            self.stdout.write(text % {"left": left, "days": given["days"]})
            return
        sent = remind(until, given["days"], dry_run=given["dry_run"])
        if given["dry_run"]:
            text = ngettext("%(count)d mail would go.", "%(count)d mails would go.", sent.sent)
        else:
            text = ngettext("%(count)d mail was sent.", "%(count)d mails were sent.", sent.sent)
        self.stdout.write(text % {"count": sent.sent})
        mute, failed = problems(sent)
        if mute:
            self.stdout.write(mute)
        if failed:
            raise CommandError(failed, returncode=FAILURES)
