"""The base application: templates, stylesheet, health pages, the Celery application."""

from __future__ import annotations

from django.apps import AppConfig
from django.urls import register_converter

from pod.main.addresses import KeyConverter


class MainConfig(AppConfig):
    """Configuration of `pod.main`."""

    name = "pod.main"
    label = "main"
    verbose_name = "Pod"

    def ready(self) -> None:
        """Make the Celery application the current one, so that `shared_task` finds it; register the rest."""
        from pod.main import celery, checks  # noqa: F401, PLC0415 - settings are loaded only now

        register_converter(KeyConverter, "key")
