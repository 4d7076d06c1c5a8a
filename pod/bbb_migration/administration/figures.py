"""What the dashboard tells, in a constant number of queries whatever there is to count."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    FloatField,
    Min,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pod.bbb_migration.administration.spans import Kind, Span, YearOf, of_spans
from pod.bbb_migration.models import Item, ItemOutcome, RunMode
from pod.bbb_migration.sinks.claim_delivery import DELIVERY
from pod.bbb_migration.wording import said
from pod.conversion.causes import Cause, sentence
from pod.conversion.models import Conversion, ConversionQuerySet
from pod.import_video.models import TOUCHED, ExternalRecording, ExternalRecordingDetail
from pod.main.states import ACTIVE, State
from pod.recorder.models import Claim, RecordingFileTreatment

DAYS = 14
MOST_CAUSES = 12
MOST_MEASURED = 300  # the speed of the last ones is that of the next
FIRST_YEAR = 2009  # of BigBlueButton
EARLIEST, LATEST = datetime(1000, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
HOUR = 3600.0
STATES = {
    "available": _("available"),
    "waiting": _("to be claimed"),
    "moving": _("under way"),
    "done": _("in Pod"),
    "failed": _("failed"),
    "discarded": _("discarded"),
}
# of recordings that are discarded, or in Pod
SETTLED = Case(
    When(discarded_at__isnull=False, then=Value("discarded")), default=Value("done"), output_field=CharField()
)
WORDS = {State.FAILED: "failed", **dict.fromkeys(ACTIVE, "moving")}
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
    external = ExternalRecording.objects.all()
    jobs = Conversion.objects.filter(delivery=DELIVERY, state__in=ACTIVE)
    lost = Item.objects.filter(outcome=ItemOutcome.FAIL, done=False, mode=RunMode.MANUAL_CLAIM)
    # `in` is for SQLite: it looks for no bare truth value in its index
    waiting = RecordingFileTreatment.objects.filter(require_manual_claim__in=[True])
    claims = Claim.objects.filter(released_at=None)
    kinds = [
        Kind("available", external, "start_at"),
        Kind("waiting", waiting, "date_added"),
        Kind("done", claims, "recorded_at"),
    ]
    for word, year, count in _of_years(kinds):
        found[year][word] += count
    for word, year, count in _touched():
        found[year]["available"] -= count
        found[year][word] += count
    for word, rows in (("moving", jobs), ("failed", lost)):
        for year, count in _grouped(rows, "recorded_at"):
            found[year][word] += count
    return dict(sorted(found.items()))


def _touched() -> Iterator[tuple[str, int, int]]:
    """Yield (word, year, how many) of external recordings that are not available any more.

    Both questions begin with the details that an index holds. What has its video is done: only of the few
    others a database has to look at the jobs.
    """
    touched = ExternalRecordingDetail.objects.filter(TOUCHED)
    dated = touched.annotate(year=YearOf("recording__start_at", years())).order_by()
    settled = dated.filter(Q(discarded_at__isnull=False) | Q(conversion__isnull=False, video__isnull=False))
    yield from settled.annotate(word=SETTLED).values_list("word", "year").annotate(many=Count("*"))
    others = dated.filter(discarded_at=None, video=None, conversion__state__in=WORDS)
    for state, year, count in others.values_list("conversion__state", "year").annotate(many=Count("*")):
        yield WORDS[state], year, count


def _of_years(kinds: Sequence[Kind]) -> Iterator[tuple[str, int, int]]:
    """Yield (word, year, how many); years without BigBlueButton are asked for only if there is something."""
    spans = {(begin, end): year for year, (begin, end) in years().items()}
    bounds = list(spans)
    odd = (EARLIEST, bounds[0][0]), (bounds[-1][1], LATEST)
    for kind, span, count in of_spans(kinds, [*spans, *odd]):
        if count and span in spans:
            yield kind.word, spans[span], count
        elif count:
            within = {f"{kind.column}__gte": span[0], f"{kind.column}__lt": span[1]}
            for row in _grouped(kind.rows.filter(**within), kind.column):
                yield kind.word, *row


def _grouped(rows: QuerySet[Any], column: str) -> Iterable[tuple[int, int]]:
    """Return (year, how many) of rows of which there are few, or no index by time."""
    dated = rows.filter(**{f"{column}__isnull": False}).annotate(year=YearOf(column, years())).order_by()
    # not the key: PostgreSQL would read it from the rows themselves instead of an index
    counted: Iterable[tuple[int, int]] = dated.values_list("year").annotate(many=Count("*"))
    return counted


def years() -> dict[int, Span]:
    """Return the years in which there is BigBlueButton, the next one, too, as they are where the site is."""
    here = timezone.get_current_timezone()
    begins = [datetime(year, 1, 1, tzinfo=here) for year in range(FIRST_YEAR, timezone.localdate().year + 3)]
    return dict(enumerate(pairwise(begins), start=FIRST_YEAR))


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
    days = [today - timedelta(days=back) for back in range(DAYS - 1, -2, -1)]
    midnights = [timezone.make_aware(datetime.combine(day, time())) for day in days]
    done = Kind("", Conversion.objects.filter(state=State.DONE), "finished_at", Sum(LENGTH))
    spans = list(pairwise(midnights))
    lengths = {span: length or 0.0 for _kind, span, length in of_spans([done], spans)}
    return tuple((day, lengths[span] / HOUR) for day, span in zip(days, spans, strict=False))


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
