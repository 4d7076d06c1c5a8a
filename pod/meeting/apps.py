"""Pod's own meetings, as far as the migration asks who owns them."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingConfig(AppConfig):
    """Configuration of `pod.meeting`."""

    name = "pod.meeting"
    label = "meeting"
    verbose_name = _("Meetings")
