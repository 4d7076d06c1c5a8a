"""Pod's own meetings and their recordings, with Pod's tables.

Table `meeting` (sic) and `meeting_internalrecording` as in Esup-Pod 4.1. Left out, because
their apps are not part of this project: `slides` (podfile) and `restrict_access_to_groups`
(access groups of LDAP/CAS).
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib.sites.models import Site
from django.db import models
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from pod.authentication.owning import to_co_owner
from pod.main.sites import current_site_id

STAFF = {"is_staff": True}
GUEST_POLICIES = [
    ("ALWAYS_ACCEPT", _("always accept")),
    ("ALWAYS_DENY", _("always deny")),
    ("ASK_MODERATOR", _("ask the moderator")),
]
RECURRENCES = [
    ("daily", _("daily")),
    ("weekly", _("weekly")),
    ("monthly", _("monthly")),
    ("yearly", _("yearly")),
]
MONTHLY_TYPES = [("date_day", _("same date")), ("nth_day", _("same weekday"))]
SLUG_LENGTH = 100


def get_random() -> int:
    """Return a voice bridge number of five digits (BigBlueButton's form)."""
    return 70000 + secrets.randbelow(10000)


def default_attendee_password() -> str:
    """Return a new attendee password."""
    return secrets.token_urlsafe(8)


class Meeting(models.Model):
    """A meeting that Pod itself opens on BigBlueButton; `meeting_id` is what BBB calls it."""

    name = models.CharField(_("name"), max_length=250)
    meeting_id = models.SlugField(_("meeting id"), max_length=255, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=to_co_owner,
        related_name="owner_meeting",
    )
    additional_owners = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("additional owners"),
        blank=True,
        related_name="owners_meetings",
    )
    attendee_password = models.CharField(
        _("attendee password"), max_length=50, default=default_attendee_password
    )
    moderator_password = models.CharField(
        _("moderator password"), max_length=50, editable=False, default=default_attendee_password
    )
    start_at = models.DateTimeField(_("start"), default=timezone.now)
    expected_duration = models.DurationField(_("expected duration"), default=timedelta(hours=2))
    recurrence = models.CharField(_("recurrence"), max_length=10, choices=RECURRENCES, null=True, blank=True)
    frequency = models.PositiveIntegerField(_("frequency"), default=1)
    recurring_until = models.DateField(_("recurring until"), null=True, blank=True)
    nb_occurrences = models.PositiveIntegerField(_("occurrences"), null=True, blank=True)
    weekdays = models.CharField(_("weekdays"), max_length=7, null=True, blank=True)
    monthly_type = models.CharField(
        _("monthly recurrence"), max_length=10, choices=MONTHLY_TYPES, default="date_day"
    )
    is_restricted = models.BooleanField(_("only after logging in"), default=False)
    is_running = models.BooleanField(_("running"), default=False, editable=False)
    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.PROTECT, default=current_site_id)
    max_participants = models.IntegerField(_("participants at most"), default=150)
    welcome_text = models.TextField(_("welcome text"), default="Welcome!")
    logout_url = models.CharField(
        _("address after logging out"), max_length=500, null=True, blank=True, default=""
    )
    webcam_only_for_moderators = models.BooleanField(_("webcams for moderators only"), default=False)
    record = models.BooleanField(_("recorded"), default=True)
    auto_start_recording = models.BooleanField(_("recording starts by itself"), default=False)
    allow_start_stop_recording = models.BooleanField(_("recording can be paused"), default=True)
    guest_policy = models.CharField(_("guests"), max_length=50, choices=GUEST_POLICIES, null=True, blank=True)
    lock_settings_disable_cam = models.BooleanField(_("webcams are locked"), default=False)
    lock_settings_disable_mic = models.BooleanField(_("microphones are locked"), default=False)
    lock_settings_disable_private_chat = models.BooleanField(_("private chat is locked"), default=False)
    lock_settings_disable_public_chat = models.BooleanField(_("public chat is locked"), default=False)
    lock_settings_disable_note = models.BooleanField(_("shared notes are locked"), default=False)
    lock_settings_locked_layout = models.BooleanField(_("the layout is locked"), default=False)
    parent_meeting_id = models.CharField(_("parent meeting"), max_length=100, null=True, blank=True)
    internal_meeting_id = models.CharField(
        _("internal meeting id"), max_length=100, null=True, blank=True, editable=False
    )
    voice_bridge = models.IntegerField(_("voice bridge"), null=True, blank=True, default=get_random)
    bbb_create_time = models.CharField(
        _("time of creation on BigBlueButton"), max_length=100, null=True, blank=True, editable=False
    )
    is_personal = models.BooleanField(_("personal room"), default=False, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)
    is_webinar = models.BooleanField(_("webinar"), default=False)
    enable_chat = models.BooleanField(_("chat is shown"), default=False)

    class Meta:
        """Pod's table has the app's name; its constraints are kept."""

        db_table = "meeting"
        ordering = ("-start_at",)
        indexes = [models.Index(fields=["-start_at", "-id"], name="meeting_newest")]
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        constraints = [
            models.UniqueConstraint(fields=["meeting_id", "site"], name="meeting_unique_slug_site"),
            models.CheckConstraint(
                condition=models.Q(recurring_until__isnull=True)
                | models.Q(recurring_until__gte=TruncDate("start_at")),
                name="recurring_until_greater_than_start",
            ),
            models.CheckConstraint(condition=models.Q(frequency__gte=1), name="frequency_gte_1"),
            models.CheckConstraint(
                condition=models.Q(recurring_until__isnull=True, nb_occurrences__isnull=True)
                | models.Q(recurring_until__isnull=False, nb_occurrences__isnull=False),
                name="recurring_until_and_nb_occurrences_mutually_null_or_not",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        """Recompute `meeting_id` from id and name, as Pod does at each save ("%04d-slug")."""
        if self._state.adding:
            self.meeting_id = f"new-{secrets.token_hex(8)}"
            super().save(*args, **kwargs)  # type: ignore[arg-type]
            kwargs = {"update_fields": ["meeting_id"]}
            args = ()
        self.meeting_id = f"{self.pk:04d}-{slugify(self.name)[:SLUG_LENGTH]}"
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class InternalRecording(models.Model):
    """A recording of one of Pod's own meetings."""

    name = models.CharField(_("name"), max_length=250)
    start_at = models.DateTimeField(_("date"), default=timezone.now, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="owner_internal_recording",
        limit_choices_to=STAFF,
    )
    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.PROTECT, default=current_site_id)
    source_url = models.CharField(_("address"), max_length=500, default="")
    uploaded_to_pod_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("imported by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="uploader_internal_recording",
        limit_choices_to=STAFF,
    )
    recording_id = models.SlugField(_("record id"), max_length=255, null=True, blank=True)
    meeting = models.ForeignKey(
        Meeting, verbose_name=_("meeting"), on_delete=models.CASCADE, null=True, blank=True
    )

    class Meta:
        """The newest first."""

        ordering = ("-start_at",)
        indexes = [models.Index(fields=["-start_at", "-id"], name="meeting_recording_newest")]
        verbose_name = _("recording of a meeting")
        verbose_name_plural = _("recordings of meetings")

    def __str__(self) -> str:
        return self.name
