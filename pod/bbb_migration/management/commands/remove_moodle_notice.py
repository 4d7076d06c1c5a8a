"""`manage.py remove_moodle_notice`: take what SCRIPT_INFORM wrote out of Moodle's activities again."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pod.bbb_migration import conf as settings_conf
from pod.bbb_migration.conf import ConfError
from pod.bbb_migration.exit_codes import CANNOT, FAILURES
from pod.bbb_migration.options import add_dry
from pod.bbb_migration.sinks.moodle_notice import MoodleNotice, NoticeOutcome


class Command(BaseCommand):
    """Removes the notice from every activity of every Moodle in DB_PARAMS; what teachers wrote stays."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options, in the language of this moment."""
        parser.description = _(
            "Removes the notice that migrations wrote (SCRIPT_INFORM) from the descriptions of all "
            "BigBlueButton activities in the Moodles of DB_PARAMS. What teachers wrote there stays."
        )
        add_dry(parser, _("only count, and change nothing at all"))

    def handle(self, *_args: Any, **given: Any) -> None:  # noqa: ANN401 - Django's signature
        """Remove, say from how many activities and from which it could not be removed."""
        try:
            conf = settings_conf.load(frozenset({"moodle"}))
        except ConfError as error:
            told = " ".join(problem.message for problem in error.problems)
            raise CommandError(told, returncode=CANNOT) from error
        results = MoodleNotice(conf.db_params, dry_run=given["dry_run"]).undo()
        count = Counter(result.outcome for result in results)[NoticeOutcome.REMOVED]
        if given["dry_run"]:
            self.stdout.write(self.style.WARNING(_("DRY RUN: nothing will be changed.")))
            text = ngettext(
                "The notice would be removed from %(count)d activity.",
                "The notice would be removed from %(count)d activities.",
                count,
            )
        else:
            text = ngettext(
                "The notice was removed from %(count)d activity.",
                "The notice was removed from %(count)d activities.",
                count,
            )
        self.stdout.write(text % {"count": count})
        for result in results:
            if result.note:
                self.stderr.write(result.said)
        if any(result.outcome is NoticeOutcome.FAILED for result in results):
            raise CommandError(_("Not everything could be removed: run it again."), returncode=FAILURES)
