"""Recordings of other platforms that wait to be imported, with Pod's table and a side table.

Table `import_video_externalrecording` as in Esup-Pod 4.1, column by column. Everything
that Pod has no column for (record id, server, duration, course, ...) is in `ExternalRecordingDetail`.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.sites.models import Site
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pod.conversion.models import Conversion
from pod.main.search import TITLE, SearchWords, SlideText
from pod.main.sites import current_site_id
from pod.video.models import Video

STAFF = {"is_staff": True}


class SourceType(models.TextChoices):
    """Where an external recording lives."""

    BIGBLUEBUTTON = "bigbluebutton", "BigBlueButton"
    PEERTUBE = "peertube", "PeerTube"
    VIDEO = "video", _("Video file")
    YOUTUBE = "youtube", "YouTube"


class ExternalRecording(models.Model):
    """A recording that still lives elsewhere. `state` holds a word of `pod.main.states.State` or NULL."""

    name = models.CharField(_("name"), max_length=250)
    start_at = models.DateTimeField(_("date"), default=timezone.now, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.SET_NULL,  # somebody else can be given what was of a deleted account
        null=True,
        blank=True,
        related_name="owner_external_recording",
        limit_choices_to=STAFF,
    )
    site = models.ForeignKey(
        Site,
        verbose_name=_("site"),
        on_delete=models.PROTECT,
        default=current_site_id,
        related_name="site_external_recording",
    )
    type = models.CharField(
        _("type"), max_length=50, choices=SourceType.choices, default=SourceType.BIGBLUEBUTTON
    )
    source_url = models.CharField(_("address"), max_length=500, default="")
    state = models.CharField(_("state"), max_length=250, null=True, blank=True)
    uploaded_to_pod_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("imported by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="uploader_external_recording",
        limit_choices_to=STAFF,
    )

    class Meta:
        """The newest first."""

        ordering = ("-start_at",)
        indexes = [
            models.Index(fields=["owner", "-start_at", "-id"], name="import_video_newest"),
            models.Index(fields=["-start_at", "-id"], name="import_video_all_newest"),
        ]
        verbose_name = _("external video")
        verbose_name_plural = _("external videos")

    def __str__(self) -> str:
        return self.name


# somebody did something with the recording: a tenth or a quarter of all
TOUCHED = Q(discarded_at__isnull=False) | Q(conversion__isnull=False)


class ExternalRecordingDetail(models.Model):
    """What Pod has no column for."""

    recording = models.OneToOneField(ExternalRecording, on_delete=models.CASCADE, related_name="detail")
    record_id = models.CharField(_("record id"), max_length=255, blank=True, default="", db_index=True)
    server = models.CharField(_("server"), max_length=255, blank=True, default="")
    duration_s = models.FloatField(_("duration (s)"), default=0.0)
    course = models.CharField(_("course"), max_length=255, blank=True, default="")
    thumbnail_url = models.CharField(_("thumbnail"), max_length=500, blank=True, default="")
    title_key = models.CharField(max_length=TITLE, blank=True, default="", editable=False)
    listed = models.BooleanField(_("was listed"), default=True)
    # hosts that the catalogue (an administrator's word) named; what a user types adds none
    trusted_hosts = models.JSONField(_("trusted hosts"), default=list, blank=True)
    discarded_at = models.DateTimeField(_("discarded at"), null=True, blank=True)
    conversion = models.OneToOneField(
        Conversion,
        verbose_name=_("conversion"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="external_recording",
    )
    video = models.ForeignKey(
        Video, verbose_name=_("video"), on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        """Names in the admin."""

        indexes = [
            models.Index(fields=["server"], name="import_video_server"),
            # all that the dashboard counts by
            models.Index(
                fields=["recording", "conversion", "video", "discarded_at"],
                condition=TOUCHED,
                name="import_video_touched",
            ),
        ]
        verbose_name = _("detail of an external video")
        verbose_name_plural = _("details of external videos")

    def __str__(self) -> str:
        return self.record_id


class ExternalRecordingText(SlideText):
    """The text of the slides of an external recording."""

    recording = models.OneToOneField(
        ExternalRecording, on_delete=models.CASCADE, primary_key=True, related_name="text"
    )

    def __str__(self) -> str:
        return self.slides[:60]


class ExternalRecordingWords(SearchWords):
    """What is searched of an external recording."""

    recording = models.OneToOneField(
        ExternalRecording, on_delete=models.CASCADE, primary_key=True, related_name="searched"
    )

    def __str__(self) -> str:
        return self.words[:60]
