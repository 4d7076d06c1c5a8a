"""When a run ends before its end: the next recording would only fail like the last ones."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from pod.bbb_migration.plan import Outcome
from pod.bbb_migration.reasons import read
from pod.bbb_migration.results import Result
from pod.bbb_migration.wording import Note, told
from pod.conversion.causes import PASSING, Cause, sentence

IN_A_ROW = 3
# What lies with the servers and the machine, not with a recording.
COMMON = PASSING | {Cause.ENGINE, Note.UNSENT, Note.UNASKED}


class StoppedError(Exception):
    """The run cannot go on; the message says why, and how to go on."""


@dataclass
class Row:
    """How often the same common cause came, one recording after the other."""

    why: str = ""
    count: int = 0
    last: str = ""  # the detail of the last one

    def add(self, result: Result) -> None:
        """Take one more result. Raises StoppedError: at once without space, else after a few in a row."""
        if result.outcome is Outcome.EXISTS:
            return  # nobody was asked for it
        self.count = self.count + 1 if result.why == self.why else 1
        self.why, self.last = result.why, result.reason
        if self.why == Cause.FULL:
            raise StoppedError(
                _(
                    "There is no space left: make room, or use fewer --jobs, then run the same command again "
                    "with --retry-failed."
                )
            )
        if self.why in COMMON and self.count >= IN_A_ROW:
            raise StoppedError(self._said())

    def _said(self) -> str:
        if self.why == Note.UNSENT:
            return _(
                "The broker of CELERY_BROKER_URL does not answer: start it, run `manage.py run_conversions "
                "--dispatch` for what is queued already, then the same command again."
            )
        if self.why == Note.UNASKED:
            asked = _(
                "The owners of %(count)d recordings in a row could not be looked up, nor could those of the "
                "next ones: %(cause)s Once that is fixed, run the same command again."
            )
            return asked % {"count": self.count, "cause": told(read(self.last))}
        failed = _(
            "%(count)d recordings in a row failed for the same reason, and the next ones would, too: "
            "%(cause)s Once that is fixed, run the same command again with --retry-failed."
        )
        return failed % {"count": self.count, "cause": sentence(self.why)}
