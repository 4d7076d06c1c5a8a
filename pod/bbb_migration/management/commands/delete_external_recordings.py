"""`manage.py delete_external_recordings`: take the old server's rows out of "My external videos"."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pod.bbb_migration.administration.deletion import Selected, Totals, delete
from pod.bbb_migration.exit_codes import USAGE
from pod.bbb_migration.models import Run
from pod.bbb_migration.options import add_dry
from pod.import_video.models import ExternalRecordingDetail


class Command(BaseCommand):
    """Deletes the external recordings of an old server, or of one run; imported videos stay."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options, in the language of this moment."""
        parser.description = _(
            "Deletes the old server's rows from the external videos. Imported videos stay, so do rows that "
            "are being imported right now, and no later migration without --force brings the others back."
        )
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--server", metavar="HOST", help=_("the rows of this BigBlueButton server"))
        which.add_argument("--run", type=int, metavar="N", help=_("the rows that run N added or changed"))
        add_dry(parser, _("only count, and change nothing at all"))

    def handle(self, *_args: Any, **given: Any) -> None:  # noqa: ANN401 - Django's signature
        """Count, delete, say what was done."""
        selected = Selected(server=given["server"] or "", run=self._run(given["run"]))
        totals = selected.count()
        if given["dry_run"]:
            self.stdout.write(self.style.WARNING(_("DRY RUN: nothing will be changed.")))
            rows = totals.rows
            text = ngettext(
                "%(count)d external recording would be deleted",
                "%(count)d external recordings would be deleted",
                rows,
            )
        else:
            rows = delete(selected, _("the command"))
            text = ngettext(
                "%(count)d external recording was deleted", "%(count)d external recordings were deleted", rows
            )
        self.stdout.write(f"{text % {'count': rows}} {_whose(totals)}")
        if given["server"] and not totals.rows and not totals.busy:
            servers = ExternalRecordingDetail.objects.exclude(server="").order_by("server")
            known = ", ".join(servers.values_list("server", flat=True).distinct())
            if known:
                self.stdout.write(
                    self.style.WARNING(_("There are rows of %(servers)s.") % {"servers": known})
                )
        if totals.busy:
            text = ngettext(
                "%(count)d more is being imported right now and stays: run this again when that is over.",
                "%(count)d more are being imported right now and stay: run this again when that is over.",
                totals.busy,
            )
            self.stdout.write(self.style.WARNING(text % {"count": totals.busy}))

    @staticmethod
    def _run(number: int | None) -> Run | None:
        if number is None:
            return None
        run = Run.objects.filter(pk=number).first()
        if run is None:
            raise CommandError(_("There is no run %(run)d.") % {"run": number}, returncode=USAGE)
        return run


def _whose(totals: Totals) -> str:
    """Return how many people had the rows, and how many of the rows, if any, had become videos."""
    people = ngettext("(of %(count)d person)", "(of %(count)d people)", totals.people)
    told = f"{people % {'count': totals.people}}."
    if not totals.imported:
        return told
    imported = ngettext(
        "%(count)d of them was imported: its video stays.",
        "%(count)d of them were imported: their videos stay.",
        totals.imported,
    )
    return f"{told} {imported % {'count': totals.imported}}"
