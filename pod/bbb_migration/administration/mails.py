"""Mails to owners: "your recordings are here", and a reminder before the old server's last day.

Who was told of what is written down before the mail goes, and taken back when it could not go:
a mail may be missing after a crash, but never comes twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage, get_connection
from django.db.models import Count, Exists, OuterRef, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pod.authentication.languages import in_language_of
from pod.bbb_migration.models import Item, Reminder, RunMode, Told
from pod.bbb_migration.plan import Mode, Outcome
from pod.bbb_migration.results import Result
from pod.bbb_migration.whose import ADMINISTRATOR
from pod.import_video.listing import LIVE
from pod.import_video.mails import reachable
from pod.import_video.models import ExternalRecording
from pod.main.dates import available_until
from pod.main.parts import in_parts
from pod.main.states import State
from pod.recorder.models import PROBABLE

SHOWN = 10
GIVE_UP = 3  # failures one after the other: the mail server is down, and each attempt takes long
News = dict[int, list[tuple[int, str, datetime | None]]]  # of each account: item, name, date


@dataclass
class Sent:
    """What came of the mails; `mute` are people who cannot or do not want to be written to."""

    sent: int = 0
    failed: int = 0
    mute: int = 0
    error: str = ""


def problems(sent: Sent) -> tuple[str, str]:
    """Return what to say of people who are not written to, and of mails that could not go; or ""."""
    mute = ngettext(
        "%(count)d person was not written to: no mail address, an inactive account, or no mails wanted.",
        "%(count)d people were not written to: no mail address, an inactive account, or no mails wanted.",
        sent.mute,
    )
    failed = ngettext(
        "%(count)d mail could not be sent (%(why)s): call the command again.",
        "%(count)d mails could not be sent (%(why)s): call the command again.",
        sent.failed,
    )
    return (
        mute % {"count": sent.mute} if sent.mute else "",
        failed % {"count": sent.failed, "why": sent.error} if sent.failed else "",
    )


@dataclass
class Hearers:
    """Collects, in a dry run, who would be told of what would arrive."""

    ids: set[int] = field(default_factory=set)
    new: set[str] = field(default_factory=set)

    def tell(self, result: Result) -> None:
        """Note the owners of what would arrive."""
        if result.outcome is Outcome.CREATE and not result.nobody and result.owner:
            self._note(result.owner, result.user_id)
        if result.outcome in (Outcome.DOWNLOAD, Outcome.CONVERT):
            for key, user_id in result.probable:
                self._note(key, user_id)

    def _note(self, key: str, user_id: int | None) -> None:
        if user_id is None:
            self.new.add(key)
        else:
            self.ids.add(user_id)

    def count(self, server: str, mode: Mode) -> int:
        """Return how many mails would go, to those who were not told of earlier runs' recordings, too."""
        everyone = sorted(self.ids | set(untold(server, mode)))
        return len(self.new) + sum(len(_people(some)) for some in in_parts(everyone))


def announce(server: str, mode: Mode) -> Sent:
    """Tell every owner once of what arrived from this server and they were not told of."""
    news = untold(server, mode)
    box = _Box()
    for some in in_parts(sorted(news)):
        people = _people(some)
        box.sent.mute += len(some) - len(people)
        for number, user in people.items():
            rows = news[number]
            with in_language_of(user):
                letter = _arrival(user, rows, mode)
            box.send(letter, _noting(number, rows))
    return box.close()


def untold(server: str, mode: Mode) -> News:
    """Return what has arrived for each account that was not told of it."""
    if mode is Mode.IMPORT_VIDEO:
        return _untold_external(server)
    return _untold_files(server) if mode is Mode.MANUAL_CLAIM else {}


def _untold_external(server: str) -> News:
    told = Told.objects.filter(item=OuterRef("pk"), user=OuterRef("user"))
    here = ExternalRecording.objects.filter(
        owner=OuterRef("user"),
        detail__server=OuterRef("server"),
        detail__record_id=OuterRef("record_id"),
        detail__discarded_at=None,
        detail__conversion=None,
    )
    items = Item.objects.filter(server=server, mode=RunMode.IMPORT_VIDEO, done=True, user__isnull=False)
    news: News = defaultdict(list)
    wanted = items.exclude(via=ADMINISTRATOR).filter(Exists(here), ~Exists(told))
    for number, user_id, name, at in wanted.values_list("pk", "user", "name", "recorded_at"):
        news[user_id].append((number, name, at))
    return dict(news)


def _untold_files(server: str) -> News:
    rows = PROBABLE.objects.filter(claimdetail__server=server, claimdetail__claimed_by=None)
    whose: dict[str, list[int]] = defaultdict(list)
    for record_id, user_id in rows.values_list("claimdetail__record_id", "user"):
        whose[record_id].append(user_id)
    news: News = defaultdict(list)
    for some in in_parts(sorted(whose)):
        items = Item.objects.filter(server=server, mode=RunMode.MANUAL_CLAIM, done=True, record_id__in=some)
        told = set(Told.objects.filter(item__in=items).values_list("item", "user"))
        for number, record_id, name, at in items.values_list("pk", "record_id", "name", "recorded_at"):
            for user_id in whose[record_id]:
                if (number, user_id) not in told:
                    news[user_id].append((number, name, at))
    return dict(news)


def _noting(
    user_id: int, rows: Iterable[tuple[int, str, datetime | None]]
) -> Callable[[], Callable[[], Any]]:
    numbers = [number for number, _name, _at in rows]

    def note() -> Callable[[], Any]:
        for some in in_parts(numbers):
            told = [Told(item_id=number, user_id=user_id) for number in some]
            Told.objects.bulk_create(told, ignore_conflicts=True)
        return lambda: [
            Told.objects.filter(user=user_id, item__in=some).delete() for some in in_parts(numbers)
        ]

    return note


def _arrival(user: User, rows: list[tuple[int, str, datetime | None]], mode: Mode) -> EmailMessage:
    page = "import_video:external_recordings" if mode is Mode.IMPORT_VIDEO else "record:claim_record"
    newest = sorted(rows, key=lambda row: row[2].timestamp() if row[2] else 0.0, reverse=True)
    subject = ngettext("Your recording is here", "Your %(count)d recordings are here", len(rows))
    return _mail(
        user,
        subject % {"count": len(rows)},
        "recordings_here.txt",
        count=len(rows),
        shown=[(name, at) for _number, name, at in newest[:SHOWN]],
        more=max(0, len(rows) - SHOWN),
        claim=mode is Mode.MANUAL_CLAIM,
        page=page,
    )


# --- the reminder -------------------------------------------------------------------------------


def waiting_owners() -> dict[int, int]:
    """Return how many external recordings each owner has not imported (nor discarded)."""
    rows = ExternalRecording.objects.annotate(live=LIVE).filter(live__in=[State.AVAILABLE, State.FAILED])
    # what nobody is known to own is the administrator's only in name
    nobody = Item.objects.filter(
        mode=RunMode.IMPORT_VIDEO,
        record_id=OuterRef("detail__record_id"),
        server=OuterRef("detail__server"),
        user=OuterRef("owner"),
        via=ADMINISTRATOR,
    )
    rows = rows.filter(Q(owner__isnull=False) & ~Exists(nobody))
    return dict(rows.order_by().values_list("owner").annotate(many=Count("pk")))


def remind(until: date, days: int, *, dry_run: bool) -> Sent:
    """Remind everybody who still has something to import, once for this day and distance."""
    counts = waiting_owners()
    reminded = set(Reminder.objects.filter(until=until, days=days).values_list("user", flat=True))
    box = _Box(dry_run=dry_run)
    for some in in_parts(sorted(set(counts) - reminded)):
        people = _people(some)
        box.sent.mute += len(some) - len(people)
        for number, user in people.items():
            with in_language_of(user):
                letter = _reminder(user, counts[number], until)
            box.send(letter, _noting_reminder(user, until, days))
    return box.close()


def _noting_reminder(user: User, until: date, days: int) -> Callable[[], Callable[[], Any]]:
    def note() -> Callable[[], Any]:
        row = Reminder.objects.create(user=user, until=until, days=days)
        return row.delete

    return note


def _reminder(user: User, count: int, until: date) -> EmailMessage:
    return _mail(
        user,
        _("The old recordings are available until %(day)s only") % {"day": _day(until)},
        "reminder.txt",
        count=count,
        left=max(0, (until - timezone.localdate()).days),
        page="import_video:external_recordings",
    )


# --- what both need -------------------------------------------------------------------------------


def _mail(user: User, subject: str, template: str, *, page: str, **values: Any) -> EmailMessage:  # noqa: ANN401 - context
    until = available_until()
    context = {
        "name": user.get_full_name(),
        "site": settings.TITLE_SITE,
        "url": f"{settings.SITE_URL.rstrip('/')}{reverse(page)}",
        "until": _day(until) if until else "",
        **values,
    }
    text = render_to_string(f"bbb_migration/mails/{template}", context)
    return EmailMessage(subject, text.strip() + "\n", None, [user.email])


def _day(day: date) -> str:
    return date_format(day, "DATE_FORMAT")


class _Box:
    """Sends mails over one connection; stops trying when the server seems to be down."""

    def __init__(self, *, dry_run: bool = False) -> None:
        self.sent = Sent()
        self._dry_run = dry_run
        self._connection = get_connection()
        self._in_a_row = 0

    def send(self, mail: EmailMessage, note: Callable[[], Callable[[], Any]]) -> None:
        """Note it, then send it; take the note back if it could not go."""
        if self._dry_run:
            self.sent.sent += 1
            return
        if self._in_a_row >= GIVE_UP:
            self.sent.failed += 1
            return
        forget = note()
        mail.connection = self._connection
        try:
            mail.send()
        except (SMTPException, OSError) as error:
            forget()
            self._in_a_row += 1
            self.sent.failed += 1
            self.sent.error = str(error)
            return
        self._in_a_row = 0
        self.sent.sent += 1

    def close(self) -> Sent:
        """Give the connection back."""
        self._connection.close()
        return self.sent


def _people(numbers: Iterable[int]) -> Mapping[int, User]:
    """Return the accounts that can be and want to be written to."""
    return reachable(User.objects.select_related("last_language")).in_bulk(list(numbers))
