"""`manage.py apply_owners FILE`: give recordings to the people that owners.csv names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pod.bbb_migration.administration.assign import give, preview
from pod.bbb_migration.administration.effects import Effect, counted
from pod.bbb_migration.administration.owners_file import OwnersFile, OwnersFileError, read_owners
from pod.bbb_migration.exit_codes import FAILURES, USAGE
from pod.bbb_migration.options import add_dry
from pod.bbb_migration.wording import labelled


class Command(BaseCommand):
    """Gives recordings without known owner to the people that a filled-in owners.csv names."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options, in the language of this moment."""
        parser.description = _(
            "Gives recordings to the people named in the last column of owners.csv (usernames or mail "
            "addresses). Can be run again: nothing is done twice. "
            "Exit codes: 0 done, 2 wrong usage, 3 some lines could not be followed."
        )
        parser.add_argument("file", type=Path, metavar="FILE", help=_("owners.csv, filled in"))
        add_dry(parser, _("say what would be done, and change nothing at all"))
        parser.add_argument(
            "--force", action="store_true", help=_("take recordings from people who have them already")
        )

    def handle(self, *_args: Any, **given: Any) -> None:  # noqa: ANN401 - Django's signature
        """Read, do (or only say), count."""
        owners = self._read(given["file"])
        if given["dry_run"]:
            self.stdout.write(self.style.WARNING(_("DRY RUN: nothing will be changed.")))
            effects = preview(owners.wishes, force=given["force"])
        else:
            effects = give(owners.wishes, by=given["file"].name, force=given["force"])
        self._tell(effects, owners, least=given["verbosity"])
        if given["dry_run"]:
            self.stdout.write(self.style.WARNING(_("DRY RUN: nothing was changed.")))
        problems = sum(effect.is_problem for effect in effects)
        if problems:
            text = ngettext(
                "%(count)d line could not be followed.", "%(count)d lines could not be followed.", problems
            )
            raise CommandError(text % {"count": problems}, returncode=FAILURES)

    @staticmethod
    def _read(path: Path) -> OwnersFile:
        try:
            return read_owners(path.read_bytes())
        except OSError as error:
            text = _("%(file)s: %(cause)s") % {"file": path, "cause": error.strerror}
            raise CommandError(text, returncode=USAGE) from error
        except OwnersFileError as error:
            raise CommandError(f"{path.name}: {error}", returncode=USAGE) from error

    def _tell(self, effects: list[Effect], owners: OwnersFile, *, least: int) -> None:
        for effect in effects:
            if least > 0 or effect.is_problem:
                style = self.style.ERROR if effect.is_problem else str
                who = effect.heir.username if effect.heir else effect.who
                named = f"{effect.name} ({effect.wish.record_id})" if effect.name else effect.wish.record_id
                told = labelled(f"{named} → {who}", effect.text)
                self.stdout.write(style(f"{effect.wish.line:>6}  {told}"))
        for label, count in counted(effects):
            self.stdout.write(f"{count:>8}  {label}")
        if owners.empty:
            told = ngettext(
                "%(count)d line has no name in the last column.",
                "%(count)d lines have no name in the last column.",
                owners.empty,
            )
            self.stdout.write(told % {"count": owners.empty})
