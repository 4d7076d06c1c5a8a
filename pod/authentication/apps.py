"""Who the users are."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuthenticationConfig(AppConfig):
    """Configuration of `pod.authentication`."""

    name = "pod.authentication"
    label = "authentication"
    verbose_name = _("User profiles")

    def ready(self) -> None:
        """Give each new user an Owner."""
        import_module("pod.authentication.signals")
