"""The queries behind “Claim a recording”."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pod.main.listing import Columns
from pod.recorder.claiming import STALE_CLAIM, release_hours
from pod.recorder.models import Claim, ClaimDetail, RecordingFileTreatment

MOST_RELEASABLE = 50
NAMED = "probable_owners"  # of a report: whom the migration names, also those without an account here
COLUMNS = Columns(
    search=("file", "detail__title", "detail__course"),
    words="searched",
    title_key="detail__title_key",
    date="date_added",
    title="detail__title",
    duration="detail__duration_s",
    course="detail__course",
    states={"mine": (_("probably yours"), Q(mine=True)), "others": (_("all others"), Q(mine=False))},
    first=("-mine",),
)


def offered() -> QuerySet[RecordingFileTreatment]:
    """Return what waits to be claimed and is not being claimed this very moment."""
    free = Q(detail__claimed_at=None) | Q(detail__claimed_at__lt=timezone.now() - STALE_CLAIM)
    return RecordingFileTreatment.objects.filter(free, require_manual_claim=True)


def claimable_by(user: User) -> QuerySet[RecordingFileTreatment]:
    """Return what waits to be claimed, each with `mine`: whether the migration names this user.

    The subquery looks at no row of the list: the database answers it once, not for each that waits.
    """
    likely = ClaimDetail.objects.filter(probable_owners=user).values_list("treatment_id", flat=True)
    mine = Case(When(pk__in=likely, then=Value(True)), default=Value(False), output_field=BooleanField())
    return offered().annotate(mine=mine)


def previewable_by(user: User) -> QuerySet[RecordingFileTreatment]:
    """Return what waits to be claimed; `theirs`: others are named; `previewable`: the user may look into it.

    Whom the migration names may, with or without an account here; of a recording that it knows nobody
    for, whoever may claim it; and who may change waiting files, an administrator.
    For the rows of a page, not for whole lists: each is asked for those named.
    """
    people = ClaimDetail.probable_owners.through.objects.filter(claimdetail__treatment=OuterRef("pk"))
    theirs = Case(
        When(Q(mine=True), then=Value(False)),
        When(Exists(people) | Q(detail__sidecar__has_key=NAMED), then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )
    all_of_them = user.has_perm("recorder.change_recordingfiletreatment")
    allowed = Value(True) if all_of_them else Q(theirs=False)
    return claimable_by(user).annotate(theirs=theirs).annotate(previewable=allowed)


def with_details(rows: QuerySet[RecordingFileTreatment]) -> QuerySet[RecordingFileTreatment]:
    """Add what a row of the list shows."""
    return rows.select_related("recorder", "detail").defer("detail__sidecar")


def releasable_by(user: User) -> QuerySet[Claim]:
    """Return the user's claims that can still be given back."""
    since = timezone.now() - release_hours()
    return Claim.objects.filter(
        user=user, released_at=None, claimed_at__gt=since, video__isnull=False
    ).select_related("video")[:MOST_RELEASABLE]
