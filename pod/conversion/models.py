"""A conversion job: one row says what is to be converted, for whom, and how far it is."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pod.conversion.causes import Cause, sentence
from pod.main.states import ACTIVE, State


class ConversionQuerySet(models.QuerySet["Conversion"]):
    """The questions that pages and workers ask."""

    def active(self) -> ConversionQuerySet:
        """Jobs that wait or work."""
        return self.filter(state__in=ACTIVE)

    def at_work(self) -> ConversionQuerySet:
        """Jobs that a worker has, or had when it was last heard of."""
        return self.filter(state__in=ACTIVE - {State.QUEUED})

    def queued(self) -> ConversionQuerySet:
        """Queued jobs, those that were put off, too; in the order of `waiting`."""
        return self.filter(state=State.QUEUED).order_by("-priority", "queued_at", "pk")

    def waiting(self) -> ConversionQuerySet:
        """Queued jobs that may be taken now, the next one first."""
        return self.queued().filter(Q(not_before=None) | Q(not_before__lte=timezone.now()))


class Conversion(models.Model):
    """One conversion. Who asked is named by `delivery`; that app gets the finished file.

    `key` says what the work is: asking twice for the same key is one job.
    """

    key = models.CharField(_("key"), max_length=200, unique=True)
    delivery = models.CharField(_("delivery"), max_length=50)
    context = models.JSONField(_("context"), default=dict, blank=True)
    record_id = models.CharField(_("recording"), max_length=100, blank=True, db_index=True)
    title = models.CharField(_("title"), max_length=250)
    recorded_at = models.DateTimeField(_("recorded"), null=True, blank=True)
    source_url = models.CharField(_("source"), max_length=500)
    target = models.CharField(_("file"), max_length=500)
    duration_hint_s = models.FloatField(_("length said by the server (s)"), null=True, blank=True)
    engine = models.CharField(_("engine"), max_length=30)
    options = models.JSONField(_("options"), default=dict, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("requested by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="conversions",
    )
    priority = models.SmallIntegerField(_("priority"), default=0)

    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.QUEUED)
    done_s = models.FloatField(_("media seconds done"), default=0)
    total_s = models.FloatField(_("media seconds in all"), default=0)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    cause = models.CharField(
        _("cause of failure"), max_length=12, choices=Cause.choices, blank=True, default=""
    )
    error = models.TextField(_("what went wrong"), blank=True)
    detail = models.TextField(_("detail for support"), blank=True)
    report = models.JSONField(_("report"), default=dict, blank=True)
    cancel_requested = models.BooleanField(_("to be cancelled"), default=False)
    worker = models.CharField(_("worker"), max_length=100, blank=True)
    queued_at = models.DateTimeField(_("queued"), default=timezone.now)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    heartbeat_at = models.DateTimeField(_("last sign of life"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    # of a job that was put off, see `putting_off`
    not_before = models.DateTimeField(_("next try"), null=True, blank=True)
    failing_since = models.DateTimeField(_("failing since"), null=True, blank=True)

    objects = ConversionQuerySet.as_manager()

    class Meta:
        """One job a row; the indexes serve the queue and its place numbers, the dashboard, the admin."""

        verbose_name = _("conversion")
        verbose_name_plural = _("conversions")
        indexes = [
            models.Index(fields=["state", "-priority", "queued_at"], name="conversion_queue"),
            # all that is summed, and the state by key: the reports of 100,000 jobs are not read for it
            models.Index(
                fields=["state", "total_s", "duration_hint_s", "done_s", "id"], name="conversion_sums"
            ),
            # and what is summed of each day
            models.Index(
                fields=["state", "-finished_at", "total_s", "duration_hint_s"], name="conversion_of_day"
            ),
            models.Index(fields=["-queued_at", "-id"], name="conversion_newest"),
        ]

    def __str__(self) -> str:
        """Title and state; never the source, it may carry a token."""
        return f"{self.title} ({self.get_state_display()})"

    @property
    def is_active(self) -> bool:
        """Whether it still waits or works."""
        return self.state in ACTIVE

    @property
    def is_put_off(self) -> bool:
        """Whether it waits for a time, not for its turn."""
        return self.state == State.QUEUED and self.not_before is not None and self.not_before > timezone.now()

    @property
    def cause_said(self) -> str:
        """Why it failed, in the reader's language."""
        return sentence(self.cause)

    @property
    def for_support(self) -> str:
        """What the programs said; rows of before hold a quoted nothing as detail."""
        return " ".join(part for part in (self.error, self.detail) if part and part != "''")

    @property
    def percent(self) -> int:
        """How much is converted, 0 to 100, in media time."""
        if self.state == State.DONE:
            return 100
        if self.total_s <= 0:
            return 0
        return max(0, min(99, int(100 * self.done_s / self.total_s)))
