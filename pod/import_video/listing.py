"""The queries behind “My external videos”: one page costs the same for 10 rows and for 10,000."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from pod.conversion.engines.youtube import is_installed as has_youtube_importer
from pod.conversion.models import Conversion
from pod.import_video.models import ExternalRecording, SourceType
from pod.main.listing import Columns
from pod.main.states import ACTIVE, State

# Places beyond this are not counted: “more than 1000” says enough.
MOST_PLACES = 1000
KEPT = Q(detail__discarded_at=None)
DISCARDED = Q(detail__discarded_at__isnull=False)
# also after a cancelled import, or one whose video was deleted since: it can be imported again
FREE = (
    Q(detail__conversion=None)
    | Q(detail__conversion__state__in=[State.AVAILABLE, State.DISCARDED])
    | Q(detail__conversion__state=State.DONE, detail__video=None)
)
LIVE = Case(
    When(DISCARDED, then=Value(State.DISCARDED)),
    When(FREE, then=Value(State.AVAILABLE)),
    default=F("detail__conversion__state"),
    output_field=CharField(),
)
COLUMNS = Columns(
    search=("name", "detail__course"),
    words="searched",
    title_key="detail__title_key",
    date="start_at",
    title="name",
    duration="detail__duration_s",
    course="detail__course",
    states={
        "available": (_("available"), KEPT & FREE),
        "active": (_("under way"), KEPT & Q(detail__conversion__state__in=ACTIVE)),
        "failed": (_("failed"), KEPT & Q(detail__conversion__state=State.FAILED)),
        "done": (_("done"), KEPT & Q(detail__conversion__state=State.DONE, detail__video__isnull=False)),
        "discarded": (_("discarded"), DISCARDED),
    },
    shown=KEPT,
)


def recordings_of(user: User) -> QuerySet[ExternalRecording]:
    """Return the user's external recordings, each with `live`, the state it is in right now."""
    return with_state(ExternalRecording.objects.filter(owner=user))


def with_state(rows: QuerySet[ExternalRecording]) -> QuerySet[ExternalRecording]:
    """Add `live` and what a row of the list shows."""
    return (
        rows.annotate(live=LIVE)
        .select_related("detail", "detail__conversion", "detail__video__detail")
        .defer(
            "detail__conversion__report",
            "detail__video__detail__shared_notes",
        )
    )


def add_places(rows: Iterable[ExternalRecording]) -> list[ExternalRecording]:
    """Give each queued row its `place` in the queue (1 = next), in one query for all of them."""
    listed = list(rows)
    places: dict[int, int] = {}
    if any(_live(row) == State.QUEUED for row in listed):
        waiting = Conversion.objects.waiting().values_list("pk", flat=True)[:MOST_PLACES]
        places = {pk: place for place, pk in enumerate(waiting, start=1)}
    for row in listed:
        job = getattr(row, "detail", None) and row.detail.conversion
        _set(row, place=places.get(job.pk) if job else None, state_label=State(_live(row)).label)
        _set(row, refused=row.type == SourceType.YOUTUBE and not has_youtube_importer())
        _set(row, job=job, moving=_live(row) in ACTIVE)
    return listed


def _live(row: ExternalRecording) -> str:
    return str(getattr(row, "live", State.AVAILABLE))


def _set(row: ExternalRecording, **values: Any) -> None:  # noqa: ANN401 - what the template shows
    for name, value in values.items():
        setattr(row, name, value)
