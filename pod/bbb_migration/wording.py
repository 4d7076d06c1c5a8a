"""What the plan decided, in sentences."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from pod.bbb_migration.plan import Exists, FailedBefore, Mode, Skip, Why

SKIPPED = {
    Why.UNPUBLISHED: gettext_noop("unpublished; --include-unpublished takes it"),
    Why.DELETED: gettext_noop("deleted on the old server; --include-deleted takes it"),
    Why.PROCESSING: gettext_noop("still being processed by BigBlueButton (%(detail)s)"),
    Why.BREAKOUT: gettext_noop("breakout room; --include-breakout takes it"),
    Why.NOTHING_USABLE: gettext_noop("neither a presentation nor a video"),
    Why.IGNORED_SERVER: gettext_noop("its front-end %(detail)s is in IGNORED_SERVERS"),
}
MODES = {
    Mode.MANUAL_CLAIM: gettext_noop("Claim folder"),
    Mode.IMPORT_VIDEO: gettext_noop("External videos"),
    Mode.EXPORT_CSV: gettext_noop("CSV file"),
}


def skipped(action: Skip) -> str:
    """Return why the recording is left out."""
    sentence = _(SKIPPED[action.why]) % {"detail": action.detail}
    if action.why is Why.NOTHING_USABLE and action.detail:
        return _("%(sentence)s (only: %(formats)s)") % {"sentence": sentence, "formats": action.detail}
    return sentence


def exists(action: Exists) -> str:
    """Return since when the recording is here."""
    if action.pending:
        return _("its conversion is under way since %(when)s") % {"when": day(action.when)}
    return _("arrived on %(when)s") % {"when": day(action.when)}


def failed_before(action: FailedBefore) -> str:
    """Return how the earlier attempt ended, and how to try again."""
    return _("failed on %(when)s: %(reason)s (--retry-failed tries again)") % {
        "when": day(action.when),
        "reason": action.reason.rstrip(". ") or _("no reason was kept"),
    }


def mode(value: Mode) -> str:
    """Return the mode's name."""
    return _(MODES[value])


def day(when: datetime) -> str:
    """Return a moment as day and minute of the local time zone."""
    return timezone.localtime(when).strftime("%Y-%m-%d %H:%M")


def size(count: float) -> str:
    """Return a number of bytes for people, in steps of 1000 as disks are sold."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit in {"B", "kB"} else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def span(seconds: float) -> str:
    """Return a length of time as h:mm:ss or m:ss."""
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"
