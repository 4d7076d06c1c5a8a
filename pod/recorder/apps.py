"""Recorders, and the files that wait in their folders to be claimed."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecorderConfig(AppConfig):
    """Configuration of `pod.recorder`."""

    name = "pod.recorder"
    label = "recorder"
    verbose_name = _("Recorders")

    def ready(self) -> None:
        """Keep the searched texts, and no picture of what waits no more; know who gets an account."""
        import_module("pod.recorder.newcomers")
        import_module("pod.recorder.prepared")
        import_module("pod.recorder.pictures")
