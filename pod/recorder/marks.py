"""The mark on a waiting file while somebody claims it: who has it works on the file, and nobody else.

It is renewed while a large file is copied. One that is not renewed for `STALE_CLAIM` is a dead process's
and void; a process that only slept finds out by the next `renew` or by `hold`, and leaves the file alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pod.main.patience import patiently
from pod.recorder.errors import AlreadyClaimedError
from pod.recorder.models import ClaimDetail, RecordingFileTreatment

STALE_CLAIM = timedelta(minutes=10)
RENEWED = timedelta(minutes=1)
GONE = _("This recording was just claimed by somebody else, or removed. The list is up to date now.")


def is_free(prefix: str = "") -> Q:
    """Return the condition that nobody is claiming the file; `prefix` leads to its ClaimDetail."""
    stale = {f"{prefix}claimed_at__lt": timezone.now() - STALE_CLAIM}
    return Q(**{f"{prefix}claimed_at": None}) | Q(**stale)


@dataclass
class Mark:
    """The mark of `user` since `since`; lifted when the block fails that it is used `with`."""

    treatment: RecordingFileTreatment
    user: User
    since: datetime

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is not None:
            patiently(self.lift)  # a database that restarts is back soon, and the mark would stay

    def renew(self) -> None:
        """Renew the mark once it is a minute old. Raises AlreadyClaimedError when it is lost."""
        now = timezone.now()
        if now - self.since > RENEWED:
            self._set(now)
            self.since = now

    def hold(self) -> None:
        """Keep the file from all others until the transaction ends. Raises AlreadyClaimedError as `renew`."""
        # the file's row first, as whoever writes both rows does: else two would wait for each other
        row = RecordingFileTreatment.objects.select_for_update().filter(pk=self.treatment.pk)
        list(row.values_list("pk"))
        self._set(self.since)

    def is_held(self) -> bool:
        """Whether nobody else has taken the mark over."""
        return self._own().exists()

    def lift(self) -> None:
        """Let others claim the file, unless they do already."""
        self._own().update(claimed_by=None, claimed_at=None)

    def _set(self, since: datetime) -> None:
        if not self._own().update(claimed_at=since):
            raise AlreadyClaimedError(GONE)

    def _own(self) -> QuerySet[ClaimDetail]:
        detail = self.treatment.detail
        return ClaimDetail.objects.filter(pk=detail.pk, claimed_by=self.user, claimed_at=self.since)


def mark(treatment_id: int, user: User) -> Mark:
    """Mark the file for `user`: the update that changes a line has won. Others get AlreadyClaimedError."""
    rows = RecordingFileTreatment.objects.select_related("recorder", "detail")
    treatment = rows.filter(pk=treatment_id).first()
    if treatment is None:
        raise AlreadyClaimedError(GONE)
    detail, _created = ClaimDetail.objects.get_or_create(treatment=treatment)
    # by its key: MariaDB would lock another index, too, and who deletes the row would lock both the other way
    free = ClaimDetail.objects.filter(is_free(), pk=detail.pk)
    with Mark(treatment, user, timezone.now()) as marked:
        if not free.update(claimed_by=user, claimed_at=marked.since):
            raise AlreadyClaimedError(GONE)
        marked.treatment = rows.get(pk=treatment_id)
    return marked


def being_claimed_by(treatment_id: int, user: User) -> bool:
    """Whether a claim of this user is at work on the file right now."""
    return ClaimDetail.objects.filter(treatment=treatment_id, claimed_by=user).exists()


def free_stale_marks() -> int:
    """Void the marks of claims whose process died; return how many."""
    stale = ClaimDetail.objects.filter(is_free(), claimed_at__isnull=False)
    return stale.update(claimed_by=None, claimed_at=None)
