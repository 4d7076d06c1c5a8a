"""The queries behind “Claim a recording”."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pod.main.listing import Columns
from pod.recorder.giving_back import release_hours
from pod.recorder.marks import is_free
from pod.recorder.models import Claim, RecordingFileTreatment
from pod.recorder.whose import sees_all, shown_to, with_theirs

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
    readable=Q(previewable=True),
)


def offered() -> QuerySet[RecordingFileTreatment]:
    """Return what waits to be claimed and is not being claimed this very moment."""
    return RecordingFileTreatment.objects.filter(is_free("detail__"), require_manual_claim=True)


def claimable_by(user: User) -> QuerySet[RecordingFileTreatment]:
    """Return what the user may claim, each with `mine`: whether the migration names this user."""
    return shown_to(user, offered())


def previewable_by(user: User) -> QuerySet[RecordingFileTreatment]:
    """Return what the user may claim, with `theirs` (only others are named) and `previewable`.

    A recording can be previewed by the people whom the migration names for it (with or without an account
    here), by everybody if it names nobody, and by administrators, who may change waiting files. Use this
    for the rows of a page or of a search, not for whole lists: it looks up the people of each row.
    """
    rows = with_theirs(claimable_by(user))
    return rows.annotate(previewable=Value(True) if sees_all(user) else Q(theirs=False))


def with_details(rows: QuerySet[RecordingFileTreatment]) -> QuerySet[RecordingFileTreatment]:
    """Add what a row of the list shows."""
    return rows.select_related("recorder", "detail").defer("detail__sidecar")


def releasable_by(user: User) -> QuerySet[Claim]:
    """Return the user's claims that can still be given back."""
    since = timezone.now() - release_hours()
    claims = Claim.objects.filter(user=user, released_at=None, claimed_at__gt=since, video__owner=user)
    return claims.select_related("video__detail").defer("detail", "video__detail__shared_notes")
