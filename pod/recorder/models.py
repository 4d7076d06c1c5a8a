"""Recorders and their files, with Pod's tables, and the side tables of claiming.

Tables `recorder_*` as in Esup-Pod 4.1. Left out, because their apps or libraries are not
part of this project: `tags` (tagulous), `discipline`, `channel` and `theme`; the job tables
of the studio.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.sites.models import Site
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pod.main.search import TITLE, SearchWords, SlideText
from pod.video.choices import CURSUS, LICENCES, RECORDING_TYPES
from pod.video.models import Type, Video

STAFF = {"is_staff": True}


class Recorder(models.Model):
    """A source of files: `directory` below DEFAULT_RECORDER_PATH; without `user`, anyone of staff claims."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    description = models.TextField(_("description"), blank=True)
    address_ip = models.GenericIPAddressField(_("address"), unique=True)
    salt = models.CharField(_("salt"), max_length=50, blank=True)
    credentials_login = models.CharField(_("login"), max_length=255, blank=True, default="")
    credentials_password = models.CharField(
        _("password of the login"), max_length=255, blank=True, default=""
    )
    recording_type = models.CharField(
        _("type of recording"), max_length=50, choices=RECORDING_TYPES, default="video"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("manager"),
        # without a manager, what is the manager's would be everybody's
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        limit_choices_to=STAFF,
    )
    additional_users = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("additional owners"),
        blank=True,
        related_name="users_recorders",
    )
    publication_auto = models.BooleanField(_("published at once"), default=False)
    type = models.ForeignKey(Type, verbose_name=_("type"), on_delete=models.PROTECT)
    is_draft = models.BooleanField(_("draft"), default=True)
    is_restricted = models.BooleanField(_("only after logging in"), default=False)
    restrict_access_to_groups = models.ManyToManyField(Group, verbose_name=_("groups"), blank=True)
    password = models.CharField(_("password"), max_length=50, null=True, blank=True)
    cursus = models.CharField(_("university course"), max_length=1, choices=CURSUS, default="0")
    main_lang = models.CharField(_("main language"), max_length=2, default="fr")
    transcript = models.CharField(_("transcription language"), max_length=2, blank=True, default="")
    licence = models.CharField(_("licence"), max_length=8, choices=LICENCES, null=True, blank=True)
    allow_downloading = models.BooleanField(_("downloading is allowed"), default=False)
    is_360 = models.BooleanField(_("360 degrees"), default=False)
    disable_comment = models.BooleanField(_("comments are disabled"), default=False)
    directory = models.CharField(_("folder"), max_length=50, unique=True)
    sites = models.ManyToManyField(Site, verbose_name=_("sites"))

    class Meta:
        """Order and names in the admin."""

        ordering = ["name"]
        verbose_name = _("recorder")
        verbose_name_plural = _("recorders")

    def __str__(self) -> str:
        return self.name


class Recording(models.Model):
    """A claimed file; `source_file` (where it lay) stays, and stays unique."""

    recorder = models.ForeignKey(Recorder, verbose_name=_("recorder"), on_delete=models.CASCADE, default=1)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("owner"),
        on_delete=models.CASCADE,
        default=1,
        limit_choices_to=STAFF,
    )
    title = models.CharField(_("title"), max_length=200)
    type = models.CharField(_("type of recording"), max_length=50, choices=RECORDING_TYPES, default="video")
    source_file = models.CharField(_("source file"), max_length=200, unique=True)
    comment = models.TextField(_("comment"), blank=True, default="")
    date_added = models.DateTimeField(_("date added"), default=timezone.now, editable=False)

    class Meta:
        """Names in the admin."""

        verbose_name = _("claimed recording")
        verbose_name_plural = _("claimed recordings")

    def __str__(self) -> str:
        return self.title


class RecordingFileTreatment(models.Model):
    """A file that waits: to stop growing, then to be claimed. `date_added` is the meeting's date."""

    file = models.CharField(_("file"), max_length=200, unique=True)
    file_size = models.BigIntegerField(_("size (bytes)"), default=0)
    recorder = models.ForeignKey(Recorder, verbose_name=_("recorder"), on_delete=models.PROTECT, null=True)
    date_added = models.DateTimeField(_("date"), default=timezone.now)
    require_manual_claim = models.BooleanField(_("to be claimed"), default=False)
    email_sent = models.BooleanField(_("mail sent"), default=False)
    date_email_sent = models.DateTimeField(_("date of the mail"), null=True, blank=True, editable=False)
    type = models.CharField(_("type of recording"), max_length=50, choices=RECORDING_TYPES, default="video")

    class Meta:
        """Names in the admin."""

        indexes = [
            models.Index(fields=["require_manual_claim", "-date_added", "-id"], name="recorder_newest")
        ]
        verbose_name = _("waiting recording")
        verbose_name_plural = _("waiting recordings")

    def __str__(self) -> str:
        return self.file


class RecordingFile(models.Model):
    """A file sent by a recorder through the site (Pod's table; unused by the migration)."""

    file = models.FileField(_("file"), upload_to="uploads/%Y/%m/%d/")
    recorder = models.ForeignKey(Recorder, verbose_name=_("recorder"), on_delete=models.CASCADE, default=1)

    class Meta:
        """Names in the admin."""

        verbose_name = _("sent file")
        verbose_name_plural = _("sent files")

    def __str__(self) -> str:
        return str(self.file)


class ClaimDetail(models.Model):
    """What the claim page shows of a waiting file, and who is claiming it right now."""

    treatment = models.OneToOneField(RecordingFileTreatment, on_delete=models.CASCADE, related_name="detail")
    record_id = models.CharField(_("record id"), max_length=255, blank=True, default="", db_index=True)
    server = models.CharField(_("server"), max_length=255, blank=True, default="")
    title = models.CharField(_("title"), max_length=250, blank=True, default="")
    duration_s = models.FloatField(_("duration (s)"), default=0.0)
    course = models.CharField(_("course"), max_length=255, blank=True, default="")
    thumbnail_url = models.CharField(_("thumbnail"), max_length=500, blank=True, default="")
    title_key = models.CharField(max_length=TITLE, blank=True, default="", editable=False)
    sidecar = models.JSONField(_("what BigBlueButton knew"), default=dict, blank=True)
    probable_owners = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        verbose_name=_("probable owners"),
        blank=True,
        related_name="probable_recordings",
    )
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("being claimed by"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    claimed_at = models.DateTimeField(_("being claimed since"), null=True, blank=True)

    class Meta:
        """Names in the admin."""

        verbose_name = _("detail of a waiting recording")
        verbose_name_plural = _("details of waiting recordings")

    def __str__(self) -> str:
        return self.title or self.record_id


PROBABLE = ClaimDetail.probable_owners.through


class ClaimName(models.Model):
    """A username, in lower case, that the migration names for a waiting file, with or without an account."""

    detail = models.ForeignKey(ClaimDetail, on_delete=models.CASCADE, related_name="names")
    username = models.CharField(max_length=150, db_index=True)

    def __str__(self) -> str:
        return self.username


class ClaimText(SlideText):
    """The text of the slides of a waiting file."""

    treatment = models.OneToOneField(
        RecordingFileTreatment, on_delete=models.CASCADE, primary_key=True, related_name="text"
    )

    def __str__(self) -> str:
        return self.slides[:60]


class ClaimWords(SearchWords):
    """What is searched of a waiting file."""

    treatment = models.OneToOneField(
        RecordingFileTreatment, on_delete=models.CASCADE, primary_key=True, related_name="searched"
    )

    def __str__(self) -> str:
        return self.words[:60]


class Claim(models.Model):
    """Who claimed what, and when; enough to bring the file back."""

    file = models.CharField(_("file"), max_length=200, db_index=True)
    recorder = models.ForeignKey(Recorder, verbose_name=_("recorder"), on_delete=models.SET_NULL, null=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("claimed by"),
        on_delete=models.SET_NULL,  # what an account did is known when it is gone, too
        null=True,
        related_name="claims",
    )
    former_user = models.CharField(_("deleted account"), max_length=150, blank=True, default="")
    video = models.ForeignKey(
        Video, verbose_name=_("video"), on_delete=models.SET_NULL, null=True, blank=True
    )
    recorded_at = models.DateTimeField(_("date of the meeting"))
    detail = models.JSONField(_("detail"), default=dict, blank=True)
    claimed_at = models.DateTimeField(_("claimed at"), default=timezone.now)
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)

    class Meta:
        """The newest first."""

        ordering = ["-claimed_at", "-id"]
        indexes = [
            models.Index(fields=["-claimed_at", "-id"], name="recorder_claim_newest"),
            models.Index(fields=["released_at", "recorded_at"], name="recorder_claim_year"),
        ]
        verbose_name = _("claim")
        verbose_name_plural = _("claims")

    def __str__(self) -> str:
        return self.file
