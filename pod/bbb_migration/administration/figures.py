"""What the dashboard tells, in a constant number of queries whatever there is to count."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    FloatField,
    IntegerField,
    Min,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, ExtractYear
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pod.bbb_migration.models import Item, ItemOutcome, RunMode
from pod.bbb_migration.sinks.claim_delivery import DELIVERY
from pod.bbb_migration.wording import said
from pod.conversion.causes import Cause, sentence
from pod.conversion.models import Conversion, ConversionQuerySet
from pod.import_video.listing import LIVE, TOUCHED
from pod.import_video.models import ExternalRecording
from pod.main.states import ACTIVE, State
from pod.recorder.models import Claim, RecordingFileTreatment

DAYS = 14
MOST_CAUSES = 12
MOST_MEASURED = 1000  # the speed of the last ones is that of the next
FIRST_YEAR = 2009  # of BigBlueButton
HOUR = 3600.0
STATES = {
    "available": _("available"),
    "waiting": _("to be claimed"),
    "moving": _("under way"),
    "done": _("in Pod"),
    "failed": _("failed"),
    "discarded": _("discarded"),
}
WORDS = {
    State.AVAILABLE: "available",
    State.DONE: "done",
    State.FAILED: "failed",
    State.DISCARDED: "discarded",
    **dict.fromkeys(ACTIVE, "moving"),
}
LENGTH = Case(
    When(total_s__gt=0, then=F("total_s")),
    default=Coalesce(F("duration_hint_s"), Value(0.0)),
    output_field=FloatField(),
)
# what differs from one recording to the next, in an error that is the same
PARTICULAR = re.compile(r"“[^”]*”|«[^»]*»|'[^']*'|\"[^\"]*\"|[0-9a-f]{40}-\d{13}|\d+(?:[.,]\d+)?")


@dataclass(frozen=True)
class Pace:
    """Conversions in hours of media, and when they will be over; `speed` is media time per working time."""

    done: float
    moving: float
    waiting: float
    failed: float
    speed: float
    measured: int
    at_once: int
    end: datetime | None
    days: tuple[tuple[date, float], ...]

    @property
    def left(self) -> float:
        """Hours that are still to be converted."""
        return self.moving + self.waiting


def by_year() -> dict[int, Counter[str]]:
    """Return how many recordings of each year are in which state (six queries)."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    external = ExternalRecording.objects.all()
    jobs = Conversion.objects.filter(delivery=DELIVERY, state__in=ACTIVE)
    lost = Item.objects.filter(outcome=ItemOutcome.FAIL, done=False, mode=RunMode.MANUAL_CLAIM)
    _add(found, "available", external, "start_at")
    # the others are available: their details and jobs need not be joined
    touched = external.annotate(live=LIVE, year=year_of("start_at")).filter(TOUCHED)
    for year, live, count in touched.order_by().values_list("year", "live").annotate(many=Count("*")):
        found[year]["available"] -= count
        found[year][WORDS.get(live, "available")] += count
    _add(found, "waiting", RecordingFileTreatment.objects.filter(require_manual_claim=True), "date_added")
    _add(found, "done", Claim.objects.filter(released_at=None), "recorded_at")
    _add(found, "moving", jobs, "recorded_at")
    _add(found, "failed", lost, "recorded_at")
    return dict(sorted(found.items()))


def _add(found: dict[int, Counter[str]], word: str, rows: QuerySet[object], column: str) -> None:  # type: ignore[type-var]
    years = rows.annotate(year=year_of(column)).order_by().values_list("year")
    # not the key: PostgreSQL would read it from the rows themselves instead of an index
    for year, count in years.annotate(many=Count("*")):
        if year is not None:
            found[year][word] += count


def year_of(column: str) -> Case:
    """Return the year of a moment, where the site is.

    Comparisons (of the middle of the years left, each time) instead of ExtractYear, which SQLite asks
    of a Python function for each of 100,000 rows; what lies outside the years in which there is
    BigBlueButton is left to it.
    """
    # MariaDB without its tables of time zones has no answer for any other zone
    odd = ExtractYear(column, tzinfo=UTC)
    after = timezone.localdate().year + 2
    return Case(
        When(**{f"{column}__lt": _new_year(FIRST_YEAR)}, then=odd),
        When(**{f"{column}__gte": _new_year(after)}, then=odd),
        default=_between(column, FIRST_YEAR, after),
        output_field=IntegerField(),
    )


def _between(column: str, first: int, after: int) -> Case | Value:
    if after - first == 1:
        return Value(first)
    middle = (first + after) // 2
    return Case(
        When(**{f"{column}__gte": _new_year(middle)}, then=_between(column, middle, after)),
        default=_between(column, first, middle),
    )


def _new_year(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=timezone.get_current_timezone())


def pace(now: datetime | None = None) -> Pace:
    """Return how fast conversions go and how much is left (three queries)."""
    now = now or timezone.now()
    sums = {
        state: (length or 0.0, done or 0.0, count)
        for state, length, done, count in Conversion.objects.order_by()
        .values_list("state")
        .annotate(length=Sum(LENGTH), part=Sum("done_s"), many=Count("*"))
    }
    working = [sums.get(state, (0.0, 0.0, 0)) for state in ACTIVE - {State.QUEUED}]
    speed, measured = _speed(now)
    moving = sum(max(0.0, length - done) for length, done, _count in working)
    waiting = sums.get(State.QUEUED, (0.0, 0.0, 0))[0]
    at_once = max(1, sum(count for _length, _done, count in working))
    left = moving + waiting
    return Pace(
        done=(sums.get(State.DONE, (0.0, 0.0, 0))[0] + sum(done for _length, done, _n in working)) / HOUR,
        moving=moving / HOUR,
        waiting=waiting / HOUR,
        failed=sums.get(State.FAILED, (0.0, 0.0, 0))[0] / HOUR,
        speed=speed,
        measured=measured,
        at_once=at_once,
        end=now + timedelta(seconds=left / (speed * at_once)) if speed > 0 and left > 0 else None,
        days=_days(now),
    )


def _finished(since: datetime) -> ConversionQuerySet:
    return Conversion.objects.filter(state=State.DONE, finished_at__gte=since)


def _speed(now: datetime) -> tuple[float, int]:
    """Return media time per working time, and on how many of the last conversions it was measured."""
    recent = _finished(now - timedelta(days=DAYS)).filter(started_at__isnull=False).order_by("-finished_at")
    media = work = 0.0
    measured = 0
    for started, finished, length in recent.values_list("started_at", "finished_at", LENGTH)[:MOST_MEASURED]:
        media, work, measured = media + length, work + (finished - started).total_seconds(), measured + 1
    return (media / work if work > 0 else 0.0), measured


def _days(now: datetime) -> tuple[tuple[date, float], ...]:
    """Return the hours that were converted on each of the last days, where the site is."""
    today = timezone.localdate(now)
    days = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    first = {day: timezone.make_aware(datetime.combine(day, time())) for day in days}
    of_day = Case(
        *(When(finished_at__gte=first[day], then=Value(day.isoformat())) for day in reversed(days)),
        output_field=CharField(),
    )
    rows = _finished(first[days[0]]).order_by().annotate(day=of_day).values_list("day")
    hours = {day: length / HOUR for day, length in rows.annotate(length=Sum(LENGTH))}
    return tuple((day, float(hours.get(day.isoformat(), 0.0))) for day in days)


@dataclass(frozen=True)
class Failures:
    """How many failed for one cause, as its reader is told, and what the programs said of one of them."""

    cause: str
    count: int
    example: str = ""


def causes() -> list[Failures]:
    """Return why conversions and recordings failed, the most frequent cause first (two queries)."""
    # a conversion that failed is its own cause: its line in the ledger says the same
    items = Item.objects.filter(outcome=ItemOutcome.FAIL, done=False, conversion_id=None)
    jobs = Conversion.objects.filter(state=State.FAILED).order_by().values_list("cause")
    counts: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for kind, count, example in jobs.annotate(many=Count("*"), example=Min("error")):
        counts[sentence(kind)] += count
        examples[sentence(kind)] = general(example)
    reasons = items.order_by().values_list("why", "reason").annotate(many=Count("*")).order_by("-many")
    for why, reason, count in reasons[:1000]:
        cause = sentence(why) if why in Cause.values else general(said(why, reason))
        counts[cause] += count
        if why in Cause.values:
            examples.setdefault(cause, general(reason))
    return [
        Failures(cause, count, examples.get(cause, "")) for cause, count in counts.most_common(MOST_CAUSES)
    ]


def general(cause: str) -> str:
    """Return the first sentence of a cause without what belongs to one recording only."""
    first = re.split(r"(?<=[.!])\s|\n", cause.strip(), maxsplit=1)[0]
    return PARTICULAR.sub("…", first)[:160] or str(_("no reason was kept"))
