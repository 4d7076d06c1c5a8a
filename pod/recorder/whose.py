"""For whom a waiting file probably is: one rule for looking into it, for seeing it, and for claiming it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import BooleanField, Case, Exists, OuterRef, Q, QuerySet, Value, When

from pod.recorder.models import PROBABLE, ClaimDetail, ClaimName, RecordingFileTreatment


def with_mine(rows: QuerySet[RecordingFileTreatment], user: User) -> QuerySet[RecordingFileTreatment]:
    """Add `mine`: whether the migration names this user.

    The subquery looks at no row of the list: the database answers it once, not for each that waits.
    """
    likely = ClaimDetail.objects.filter(probable_owners=user).values_list("treatment_id", flat=True)
    mine = Case(When(pk__in=likely, then=Value(True)), default=Value(False), output_field=BooleanField())
    return rows.annotate(mine=mine)


def with_theirs(rows: QuerySet[RecordingFileTreatment]) -> QuerySet[RecordingFileTreatment]:
    """Add `theirs` to rows with `mine`: others are named, with or without an account here."""
    people = PROBABLE.objects.filter(claimdetail__treatment=OuterRef("pk"))
    names = ClaimName.objects.filter(detail__treatment=OuterRef("pk"))
    theirs = Case(
        When(Q(mine=True), then=Value(False)),
        When(Exists(people) | Exists(names), then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )
    return rows.annotate(theirs=theirs)


def sees_all(user: User) -> bool:
    """Whether the user may change waiting files: an administrator."""
    return user.has_perm("recorder.change_recordingfiletreatment")


def is_restricted(user: User) -> bool:
    """Whether what is `theirs` is nothing for this user (RESTRICT_CLAIMING_TO_PROBABLE_OWNERS)."""
    return bool(settings.RESTRICT_CLAIMING_TO_PROBABLE_OWNERS) and not sees_all(user)


def shown_to(user: User, rows: QuerySet[RecordingFileTreatment]) -> QuerySet[RecordingFileTreatment]:
    """Return the rows that are not kept for others, each with `mine`."""
    rows = with_mine(rows, user)
    return with_theirs(rows).filter(Q(theirs=False)) if is_restricted(user) else rows


def is_kept_from(user: User, treatment_id: int) -> bool:
    """Whether the waiting file is kept for others, so that the user neither sees nor claims it."""
    rows = RecordingFileTreatment.objects.filter(pk=treatment_id)
    return is_restricted(user) and with_theirs(with_mine(rows, user)).filter(Q(theirs=True)).exists()
