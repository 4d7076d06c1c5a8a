"""The base application: templates, stylesheet, health pages."""

from __future__ import annotations

from django.apps import AppConfig


class MainConfig(AppConfig):
    """Configuration of `pod.main`."""

    name = "pod.main"
    label = "main"
    verbose_name = "Pod"
