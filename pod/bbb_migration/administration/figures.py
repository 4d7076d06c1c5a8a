"""What the dashboard tells, in a constant number of queries whatever there is to count."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Case, Count, F, FloatField, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce, ExtractYear
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pod.bbb_migration.models import Item, ItemOutcome, RunMode
from pod.bbb_migration.sinks.claim_folder import DELIVERY
from pod.conversion.models import Conversion
from pod.import_video.listing import LIVE
from pod.import_video.models import ExternalRecording
from pod.main.states import ACTIVE, State
from pod.recorder.models import Claim, RecordingFileTreatment

DAYS = 14
MOST_CAUSES = 12
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
    """Return how many recordings of each year are in which state (five queries)."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    rows = ExternalRecording.objects.annotate(live=LIVE, year=ExtractYear("start_at", tzinfo=UTC))
    for year, live, count in rows.order_by().values_list("year", "live").annotate(Count("pk")):
        found[year][WORDS.get(live, "available")] += count
    jobs = Conversion.objects.filter(delivery=DELIVERY, state__in=ACTIVE)
    lost = Item.objects.filter(outcome=ItemOutcome.FAIL, done=False, mode=RunMode.MANUAL_CLAIM)
    _add(found, "waiting", RecordingFileTreatment.objects.filter(require_manual_claim=True), "date_added")
    _add(found, "done", Claim.objects.filter(released_at=None), "recorded_at")
    _add(found, "moving", jobs, "recorded_at")
    _add(found, "failed", lost, "recorded_at")
    return dict(sorted(found.items()))


def _add(found: dict[int, Counter[str]], word: str, rows: QuerySet[object], column: str) -> None:  # type: ignore[type-var]
    years = rows.annotate(year=ExtractYear(column, tzinfo=UTC)).order_by().values_list("year")
    for year, count in years.annotate(Count("pk")):
        if year is not None:
            found[year][word] += count


def pace(now: datetime | None = None) -> Pace:
    """Return how fast conversions go and how much is left (two queries)."""
    now = now or timezone.now()
    sums = {
        state: (length or 0.0, done or 0.0, count)
        for state, length, done, count in Conversion.objects.order_by()
        .values_list("state")
        .annotate(length=Sum(LENGTH), part=Sum("done_s"), many=Count("pk"))
    }
    working = [sums.get(state, (0.0, 0.0, 0)) for state in ACTIVE - {State.QUEUED}]
    recent = Conversion.objects.filter(
        state=State.DONE, finished_at__gte=now - timedelta(days=DAYS), started_at__isnull=False
    ).values_list("started_at", "finished_at", LENGTH)
    media = work = 0.0
    measured = 0
    days: Counter[date] = Counter()
    for started, finished, length in recent:
        media, work, measured = media + length, work + (finished - started).total_seconds(), measured + 1
        days[timezone.localtime(finished).date()] += length / HOUR
    moving = sum(max(0.0, length - done) for length, done, _count in working)
    waiting = sums.get(State.QUEUED, (0.0, 0.0, 0))[0]
    speed = media / work if work > 0 else 0.0
    at_once = max(1, sum(count for _length, _done, count in working))
    left = moving + waiting
    today = timezone.localtime(now).date()
    return Pace(
        done=(sums.get(State.DONE, (0.0, 0.0, 0))[0] + sum(done for _length, done, _n in working)) / HOUR,
        moving=moving / HOUR,
        waiting=waiting / HOUR,
        failed=sums.get(State.FAILED, (0.0, 0.0, 0))[0] / HOUR,
        speed=speed,
        measured=measured,
        at_once=at_once,
        end=now + timedelta(seconds=left / (speed * at_once)) if speed > 0 and left > 0 else None,
        days=tuple(
            (day, float(days[day]))
            for day in (today - timedelta(days=back) for back in range(DAYS - 1, -1, -1))
        ),
    )


def causes() -> list[tuple[str, int]]:
    """Return why conversions and recordings failed, the most frequent cause first (two queries)."""
    jobs = Conversion.objects.filter(state=State.FAILED).values_list("error")
    # a conversion that failed is its own cause: its line in the ledger says the same
    items = Item.objects.filter(outcome=ItemOutcome.FAIL, done=False, conversion_id=None).values_list(
        "reason"
    )
    counts: Counter[str] = Counter()
    for rows in (jobs, items):
        for cause, count in rows.order_by().annotate(many=Count("pk")).order_by("-many")[:1000]:
            counts[general(cause)] += count
    return counts.most_common(MOST_CAUSES)


def general(cause: str) -> str:
    """Return the first sentence of a cause without what belongs to one recording only."""
    first = re.split(r"(?<=[.!])\s|\n", cause.strip(), maxsplit=1)[0]
    return PARTICULAR.sub("…", first)[:160] or str(_("no reason was kept"))
