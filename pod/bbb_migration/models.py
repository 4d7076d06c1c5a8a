"""The ledger: what each run of the migration did, once per server, recording, mode and owner."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pod.bbb_migration.wording import said


class RunState(models.TextChoices):
    """How a run stands."""

    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILURES = "failures", _("done, with failures")
    INTERRUPTED = "interrupted", _("interrupted")
    STOPPED = "stopped", _("could not go on")


class ItemOutcome(models.TextChoices):
    """The outcome words (`pod.bbb_migration.plan.Outcome`)."""

    CREATE = "create", _("create")
    EXISTS = "exists", _("exists")
    DOWNLOAD = "download", _("download")
    CONVERT = "convert", _("convert")
    SKIP = "skip", _("skip")
    FAIL = "fail", _("fail")


class RunMode(models.TextChoices):
    """Where recordings go (`pod.bbb_migration.plan.Mode`)."""

    MANUAL_CLAIM = "manual-claim", _("claim folder")
    IMPORT_VIDEO = "import-video", _("external videos")
    EXPORT_CSV = "export-csv", _("CSV file")


class Run(models.Model):
    """One run of the command. `lock` is unique and NULL once the run is over: one run at a time."""

    mode = models.CharField(_("mode"), max_length=20, choices=RunMode.choices)
    server = models.CharField(_("server"), max_length=255)
    options = models.JSONField(_("options"), default=dict, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=RunState.choices, default=RunState.RUNNING)
    counts = models.JSONField(_("counts"), default=dict, blank=True)
    total = models.PositiveIntegerField(_("recordings to be processed"), default=0)
    error = models.TextField(_("what stopped it"), blank=True, default="")
    report_dir = models.CharField(_("report folder"), max_length=500, blank=True, default="")
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    heartbeat_at = models.DateTimeField(_("last sign of life"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    host = models.CharField(_("machine"), max_length=255, blank=True, default="")
    pid = models.PositiveIntegerField(_("process"), default=0)
    lock = models.CharField(max_length=20, null=True, blank=True, unique=True, editable=False)

    class Meta:
        """The newest first."""

        ordering = ["-started_at", "-id"]
        verbose_name = _("migration run")
        verbose_name_plural = _("migration runs")

    def __str__(self) -> str:
        return f"{self.pk}: {self.get_mode_display()} ({self.get_state_display()})"

    @property
    def machine(self) -> str:
        """The machine's name, without what tells its containers apart (see `pod.main.processes`)."""
        return self.host.partition("/")[0]


class Item(models.Model):
    """What came of one recording for one owner. `owner` is "" in the claim folder, else an account's name.

    `done` means that it arrived and is not done again, whatever became of it since.
    """

    run = models.ForeignKey(
        Run, verbose_name=_("last run"), on_delete=models.SET_NULL, null=True, related_name="items"
    )
    server = models.CharField(_("server"), max_length=255)
    record_id = models.CharField(_("recording"), max_length=255)
    mode = models.CharField(_("mode"), max_length=20, choices=RunMode.choices)
    owner = models.CharField(_("owner"), max_length=150, blank=True, default="")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    name = models.CharField(_("name"), max_length=250, blank=True, default="")
    recorded_at = models.DateTimeField(_("date"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=ItemOutcome.choices)
    done = models.BooleanField(_("arrived"), default=False)
    # a word whose sentence each reader has in the own language, and what goes with it: see `wording`
    why = models.CharField(_("kind of reason"), max_length=20, blank=True, default="")
    reason = models.TextField(_("reason"), blank=True, default="")
    via = models.CharField(_("owner known by"), max_length=100, blank=True, default="")
    target = models.CharField(_("where it went"), max_length=500, blank=True, default="")
    conversion_id = models.BigIntegerField(_("conversion job"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    created_at = models.DateTimeField(_("first seen"), default=timezone.now)
    updated_at = models.DateTimeField(_("last change"), default=timezone.now)
    # an administrator took the row away again: no run brings it back by itself
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True)

    class Meta:
        """One row per server, recording, mode and owner."""

        ordering = ["-recorded_at", "record_id"]
        verbose_name = _("migrated recording")
        verbose_name_plural = _("migrated recordings")
        constraints = [
            models.UniqueConstraint(
                fields=["server", "record_id", "mode", "owner"], name="bbb_migration_item_once"
            ),
        ]
        indexes = [
            models.Index(fields=["target"], name="bbb_migration_item_target"),
            models.Index(fields=["conversion_id"], name="bbb_migration_item_job"),
            models.Index(fields=["-recorded_at", "record_id"], name="bbb_migration_item_newest"),
            models.Index(fields=["via", "mode"], name="bbb_migration_item_via"),
            models.Index(
                fields=["outcome", "done", "conversion_id", "mode", "recorded_at"],
                name="bbb_migration_item_failed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} ({self.outcome})"

    @property
    def said(self) -> str:
        """The reason, in the reader's language."""
        return said(self.why, self.reason)


class Orphan(Item):
    """A recording that nobody is known for: the administrator has it until somebody is found."""

    class Meta:
        """A page of its own in the administration, without a table of its own."""

        proxy = True
        verbose_name = _("recording without known owner")
        verbose_name_plural = _("recordings without known owner")


class Told(models.Model):
    """Who was told of which recording by mail: nobody is told twice."""

    item = models.ForeignKey(
        Item, verbose_name=_("migrated recording"), on_delete=models.CASCADE, related_name="told"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("account"), on_delete=models.CASCADE, related_name="+"
    )
    sent_at = models.DateTimeField(_("sent"), default=timezone.now)

    class Meta:
        """Once per recording and person."""

        verbose_name = _("mail about a recording")
        verbose_name_plural = _("mails about recordings")
        constraints = [models.UniqueConstraint(fields=["item", "user"], name="bbb_migration_told_once")]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.user_id}"


class Reminder(models.Model):
    """Who was reminded of the old server's last day, `days` before it: once for each."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("account"), on_delete=models.CASCADE, related_name="+"
    )
    until = models.DateField(_("last day"))
    days = models.PositiveSmallIntegerField(_("days before"))
    sent_at = models.DateTimeField(_("sent"), default=timezone.now)

    class Meta:
        """Once per person, last day and distance."""

        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(fields=["user", "until", "days"], name="bbb_migration_reminder_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.until}"
