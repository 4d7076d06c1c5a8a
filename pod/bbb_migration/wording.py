"""What the plan decided, in sentences."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from pod.bbb_migration.plan import Exists, FailedBefore, Mode, Owner, Why
from pod.bbb_migration.reasons import Reason, read, written
from pod.conversion.causes import Cause, with_detail


class Note(StrEnum):
    """The reasons that are neither a rule of the plan (`Why`) nor a kind of failure (`Cause`)."""

    PROBABLE = "probable"
    THERE = "there"
    QUEUED = "queued"
    UNSENT = "unsent"
    CANCELLED = "cancelled"
    HAS_IT = "has-it"
    TOO_LONG = "too-long"
    UNASKED = "unasked"
    WENT = "went"
    GIVEN = "given"
    REMOVED = "removed"
    TOLD = "told"  # the detail is a whole reason, see `reasons`; that of UNASKED, too


NOTES = {
    Note.PROBABLE: gettext_noop("probably of %(detail)s"),
    Note.THERE: gettext_noop("the file is there already"),
    Note.QUEUED: gettext_noop("queued for the workers (Celery)"),
    Note.UNSENT: gettext_noop("queued, but the broker did not answer"),
    Note.CANCELLED: gettext_noop("the conversion was cancelled"),
    Note.HAS_IT: gettext_noop("the owner has it already"),
    Note.TOO_LONG: gettext_noop("its address is longer than the %(detail)s characters of Pod's column"),
    Note.UNASKED: gettext_noop("its owner could not be looked up: %(detail)s"),
    Note.WENT: gettext_noop("its file went from the claim folder before anybody claimed it"),
    Note.GIVEN: gettext_noop("given by %(detail)s"),
    Note.REMOVED: gettext_noop("removed by %(detail)s"),
}
SKIPPED = {
    Why.UNPUBLISHED: gettext_noop("unpublished; --include-unpublished takes it"),
    Why.DELETED: gettext_noop("deleted on the old server; --include-deleted takes it"),
    Why.PROCESSING: gettext_noop("still being processed by BigBlueButton (%(detail)s)"),
    Why.BREAKOUT: gettext_noop("breakout room; --include-breakout takes it"),
    Why.NOTHING_USABLE: gettext_noop("neither a presentation nor a video"),
    Why.IGNORED_SERVER: gettext_noop("its front-end %(detail)s is in IGNORED_SERVERS"),
}
WORDS = {str(word): words for known in (SKIPPED, NOTES) for word, words in known.items()}
# how `reasons.listed` joins several; named here for those who collect the texts to translate
JOINED = (
    gettext_noop("%(0)s; %(1)s"),
    gettext_noop("%(0)s; %(1)s; %(2)s"),
    gettext_noop("%(0)s; %(1)s; %(2)s; %(3)s"),
)
SIZES = (
    gettext_noop("%(count)s B"),
    gettext_noop("%(count)s kB"),
    gettext_noop("%(count)s MB"),
    gettext_noop("%(count)s GB"),
    gettext_noop("%(count)s TB"),
)
MODES = {
    Mode.MANUAL_CLAIM: gettext_noop("Claim folder"),
    Mode.IMPORT_VIDEO: gettext_noop("External videos"),
    Mode.EXPORT_CSV: gettext_noop("CSV file"),
}


def said(why: str, detail: str) -> str:
    """Return a reason in its reader's language: what its word (of three enums) says, with the detail.

    The ledger keeps word and detail apart; a reason without a word is its detail, as it was written.
    """
    if why in (Note.TOLD, Note.UNASKED):
        detail = told(read(detail))
    if why == Note.TOLD:
        return detail
    if why in Cause.values:
        return with_detail(why, detail)
    words = WORDS.get(why)
    if words is None:
        return detail
    sentence = _(words) % {"detail": detail}
    if why == Why.NOTHING_USABLE and detail:
        return _("%(sentence)s (only: %(formats)s)") % {"sentence": sentence, "formats": detail}
    return sentence


def told(reason: Reason) -> str:
    """Return a reason in its reader's language."""
    return reason.said(_)


def noted(reason: Reason) -> dict[str, str]:
    """Return the ledger's word and detail of a reason."""
    return {"why": Note.TOLD, "reason": written(reason)} if reason else {}


def exists(action: Exists) -> str:
    """Return since when the recording is here."""
    if action.pending:
        return _("its conversion has been under way since %(when)s") % {"when": day(action.when)}
    arrived = _("arrived on %(when)s") % {"when": day(action.when)}
    if not action.probable:
        return arrived
    named = said(Note.PROBABLE, people(action.probable))
    return _(JOINED[0]) % {"0": arrived, "1": named}


def people(owners: Iterable[Owner]) -> str:
    """Return who they are, each with how that is known."""
    return ", ".join(f"{owner.label} [{owner.via}]" for owner in owners)


def failed_before(action: FailedBefore) -> str:
    """Return how the earlier attempt ended, and how to try again."""
    return _("failed on %(when)s: %(reason)s (--retry-failed tries again)") % {
        "when": day(action.when),
        "reason": action.reason.rstrip(". ") or _("no reason was kept"),
    }


def mode(value: Mode) -> str:
    """Return the mode's name."""
    return _(MODES[value])


def labelled(label: str, value: object) -> str:
    """Return a value behind its label, with the colon of the reader's language."""
    return _("%(label)s: %(value)s") % {"label": label, "value": value}


def day(when: datetime) -> str:
    """Return a moment as day and minute of the local time zone."""
    return timezone.localtime(when).strftime("%Y-%m-%d %H:%M")


def size(count: float) -> str:
    """Return a number of bytes as people write it, in steps of 1000 as disks are sold."""
    step = 0
    while count >= 1000 and step < len(SIZES) - 1:
        count, step = count / 1000, step + 1
    decimals = 0 if step < 2 else 1
    return _(SIZES[step]) % {"count": number_format(round(count, decimals), decimals)}


def span(seconds: float) -> str:
    """Return a length of time as h:mm:ss or m:ss; of hundreds of hours nobody wants the seconds."""
    whole = max(0, round(seconds))  # a clock may have been set back
    hours, rest = divmod(whole, 3600)
    if hours >= 100:
        return f"{round(seconds / 3600)} h"
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"
