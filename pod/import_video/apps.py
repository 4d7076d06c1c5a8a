"""Recordings of other platforms: listed, imported, discarded."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImportVideoConfig(AppConfig):
    """Configuration of `pod.import_video`."""

    name = "pod.import_video"
    label = "import_video"
    verbose_name = _("External videos")
