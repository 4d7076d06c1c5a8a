"""Videos and their types, with Pod's tables, and the side tables for what BigBlueButton knew.

Tables `video_type` and `video_video` as in Esup-Pod 4.1. Left out, because their apps or
libraries are not part of this project: the columns of modeltranslation (`*_fr`, `*_en`),
`icon` and `thumbnail` (podfile), `tags` (tagulous), `discipline`, `channel`, `theme`, and
`restrict_access_to_groups` (access groups of LDAP/CAS).
"""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.contrib.sites.models import Site
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pod.authentication.owning import to_co_owner
from pod.main.search import TITLE, SearchWords, SlideText
from pod.video.choices import CURSUS, LICENCES


def default_date_delete() -> date:
    """Return the day after which a new video may be deleted (DEFAULT_YEAR_DATE_DELETE years on)."""
    years = settings.DEFAULT_YEAR_DATE_DELETE
    today = timezone.localdate()
    day = min(today.day, 28)  # 29 February has no anniversary
    return date(today.year + years, today.month, day)


class Type(models.Model):
    """A kind of video: lecture, conference, ..."""

    title = models.CharField(_("title"), max_length=100, unique=True)
    slug = models.SlugField(_("slug"), max_length=100, unique=True)
    description = models.TextField(_("description"), null=True, blank=True)
    sites = models.ManyToManyField(Site, verbose_name=_("sites"))

    class Meta:
        """Order and names in the admin."""

        ordering = ["title"]
        verbose_name = _("type")
        verbose_name_plural = _("types")

    def __str__(self) -> str:
        return self.title


class Video(models.Model):
    """One video of one owner; private (`is_draft`) until the owner says otherwise."""

    video = models.FileField(_("file"), max_length=255)
    title = models.CharField(_("title"), max_length=250)
    slug = models.SlugField(_("slug"), max_length=255, unique=True, editable=False)
    type = models.ForeignKey(Type, verbose_name=_("type"), on_delete=models.PROTECT)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("owner"), on_delete=to_co_owner)
    additional_owners = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("additional owners"),
        blank=True,
        related_name="owners_videos",
    )
    description = models.TextField(_("description"), blank=True)
    date_added = models.DateTimeField(_("date added"), default=timezone.now)
    date_evt = models.DateField(_("date of the event"), null=True, blank=True, default=date.today)
    cursus = models.CharField(_("university course"), max_length=1, choices=CURSUS, default="0")
    main_lang = models.CharField(_("main language"), max_length=2, default="fr")
    transcript = models.CharField(_("transcription language"), max_length=2, blank=True, default="")
    licence = models.CharField(_("licence"), max_length=8, choices=LICENCES, null=True, blank=True)
    allow_downloading = models.BooleanField(_("downloading is allowed"), default=False)
    is_360 = models.BooleanField(_("360 degrees"), default=False)
    is_draft = models.BooleanField(_("draft"), default=True)
    is_restricted = models.BooleanField(_("only after logging in"), default=False)
    password = models.CharField(_("password"), max_length=50, null=True, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), null=True, blank=True, default=1)
    duration = models.IntegerField(_("duration (s)"), blank=True, default=0, editable=False)
    overview = models.ImageField(_("overview"), max_length=255, null=True, blank=True, editable=False)
    encoding_in_progress = models.BooleanField(_("encoding in progress"), default=False, editable=False)
    is_video = models.BooleanField(_("has a picture"), default=True, editable=False)
    date_delete = models.DateField(_("date of deletion"), default=default_date_delete)
    disable_comment = models.BooleanField(_("comments are disabled"), default=False)
    sites = models.ManyToManyField(Site, verbose_name=_("sites"))

    class Meta:
        """Order and names in the admin."""

        ordering = ["-date_added", "-id"]
        indexes = [models.Index(fields=["-date_added", "-id"], name="video_newest")]
        verbose_name = _("video")
        verbose_name_plural = _("videos")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of the watch page."""
        return reverse("video:video", kwargs={"slug": self.slug})

    @property
    def when(self) -> str:
        """Its day; with the meeting's time, unless the owner gave it another day. "" if it has none.

        A meeting that was opened twice on a day left two recordings of one name.
        """
        detail = getattr(self, "detail", None)
        began = timezone.localtime(detail.started_at) if detail and detail.started_at else None
        if began is not None and began.date() == self.date_evt:
            return date_format(began, "DATETIME_FORMAT")
        return date_format(self.date_evt, "DATE_FORMAT") if self.date_evt else ""

    @property
    def dated_title(self) -> str:
        """Return what tells it from others of the same title."""
        return ", ".join(filter(None, (self.title, self.when)))


class VideoDetail(models.Model):
    """What Pod has no column for: where the video came from, and its place in the trash."""

    video = models.OneToOneField(Video, on_delete=models.CASCADE, related_name="detail")
    record_id = models.CharField(_("record id"), max_length=255, blank=True, default="")
    server = models.CharField(_("server"), max_length=255, blank=True, default="")
    source_url = models.CharField(_("source"), max_length=500, blank=True, default="")
    started_at = models.DateTimeField(_("start of the meeting"), null=True, blank=True)
    course = models.CharField(_("course"), max_length=255, blank=True, default="")
    duration_s = models.FloatField(_("duration (s)"), default=0.0)
    thumbnail = models.FileField(_("thumbnail"), max_length=255, blank=True, default="")
    listed = models.BooleanField(_("was listed"), default=True)
    title_key = models.CharField(max_length=TITLE, blank=True, default="", editable=False)
    shared_notes = models.TextField(_("shared notes"), blank=True, default="")
    share_version = models.PositiveIntegerField(_("version of the share link"), default=0)
    encoding_error = models.TextField(_("cause of the failed encoding"), blank=True, default="")
    trashed_at = models.DateTimeField(_("deleted at"), null=True, blank=True, db_index=True)

    class Meta:
        """Names in the admin."""

        verbose_name = _("origin of a video")
        verbose_name_plural = _("origins of videos")

    def __str__(self) -> str:
        return self.record_id or str(self.video_id)


class VideoText(SlideText):
    """The text of the slides of a video."""

    video = models.OneToOneField(Video, on_delete=models.CASCADE, primary_key=True, related_name="text")

    def __str__(self) -> str:
        return self.slides[:60]


class VideoWords(SearchWords):
    """What is searched of a video."""

    video = models.OneToOneField(Video, on_delete=models.CASCADE, primary_key=True, related_name="searched")

    def __str__(self) -> str:
        return self.words[:60]


class Rendition(models.Model):
    """A smaller version of a video, for slow lines."""

    video = models.ForeignKey(Video, on_delete=models.CASCADE, related_name="renditions")
    height = models.PositiveIntegerField(_("height (pixels)"))
    file = models.FileField(_("file"), max_length=255)

    class Meta:
        """The largest first; one of each height."""

        ordering = ["-height"]
        verbose_name = _("rendition")
        verbose_name_plural = _("renditions")
        constraints = [models.UniqueConstraint(fields=["video", "height"], name="rendition_unique_height")]

    def __str__(self) -> str:
        return f"{self.height}p"


class Chapter(models.Model):
    """A named place in a video."""

    video = models.ForeignKey(Video, on_delete=models.CASCADE, related_name="chapters")
    start = models.FloatField(_("start (s)"))
    title = models.CharField(_("title"), max_length=250)

    class Meta:
        """In the order of time."""

        ordering = ["start", "id"]
        verbose_name = _("chapter")
        verbose_name_plural = _("chapters")

    def __str__(self) -> str:
        return self.title


class Caption(models.Model):
    """A WebVTT file in one language."""

    video = models.ForeignKey(Video, on_delete=models.CASCADE, related_name="captions")
    locale = models.CharField(_("language"), max_length=20)
    name = models.CharField(_("name"), max_length=100)
    file = models.FileField(_("file"), max_length=255)

    class Meta:
        """By language."""

        ordering = ["locale", "id"]
        verbose_name = _("captions")
        verbose_name_plural = _("captions")

    def __str__(self) -> str:
        return self.name


class Slide(models.Model):
    """One display of one slide."""

    video = models.ForeignKey(Video, on_delete=models.CASCADE, related_name="slides")
    start = models.FloatField(_("start (s)"))
    end = models.FloatField(_("end (s)"))
    picture = models.FileField(_("picture"), max_length=255, blank=True, default="")
    text = models.TextField(_("text"), blank=True, default="")

    class Meta:
        """In the order of time."""

        ordering = ["start", "id"]
        verbose_name = _("slide")
        verbose_name_plural = _("slides")

    def __str__(self) -> str:
        return f"{self.start:.0f} s"


class ChatLine(models.Model):
    """One public chat message, or a poll whose result was shown: its question and votes; plain text."""

    video = models.ForeignKey(Video, on_delete=models.CASCADE, related_name="chat")
    start = models.FloatField(_("start (s)"))
    name = models.CharField(_("name"), max_length=255, blank=True, default="")
    text = models.TextField(_("text"))
    moderator = models.BooleanField(_("moderator"), default=False)
    poll = models.BooleanField(_("poll"), default=False)
    edited = models.BooleanField(_("edited"), default=False)
    answered = models.CharField(_("in reply to"), max_length=255, blank=True, default="")
    reactions = models.TextField(_("reactions"), blank=True, default="")

    class Meta:
        """In the order of time."""

        ordering = ["start", "id"]
        verbose_name = _("chat message")
        verbose_name_plural = _("chat messages")

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def heading(self) -> str:
        """Return who wrote it, or that it is a poll."""
        return gettext("Poll") if self.poll else self.name
