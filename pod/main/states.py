"""The outcome words: one list for database, screen, CSV and pages."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a recording stands on its way into Pod."""

    AVAILABLE = "available", _("available")
    QUEUED = "queued", _("queued")
    FETCHING = "fetching", _("fetching")
    CONVERTING = "converting", _("converting")
    CHECKING = "checking", _("checking")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    DISCARDED = "discarded", _("discarded")


ACTIVE = frozenset({State.QUEUED, State.FETCHING, State.CONVERTING, State.CHECKING})
