"""Videos, and what BigBlueButton knew of each."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VideoConfig(AppConfig):
    """Configuration of `pod.video`."""

    name = "pod.video"
    label = "video"
    verbose_name = _("Videos")

    def ready(self) -> None:
        """Keep the searched texts, and no file of a video that is deleted."""
        import_module("pod.video.prepared")
        import_module("pod.video.removal")
