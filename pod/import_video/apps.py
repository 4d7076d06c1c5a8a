"""Recordings of other platforms: listed, imported, discarded."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImportVideoConfig(AppConfig):
    """Configuration of `pod.import_video`."""

    name = "pod.import_video"
    label = "import_video"
    verbose_name = _("External videos")

    def ready(self) -> None:
        """Receive the finished files of imports; keep the searched texts."""
        import_module("pod.import_video.prepared")
        from pod.conversion.deliveries import register  # noqa: PLC0415 - models load after apps
        from pod.conversion.signals import ended  # noqa: PLC0415 - see above
        from pod.import_video.importing import DELIVERY, deliver_import, place_import  # noqa: PLC0415 - see above
        from pod.import_video.mails import mail_outcome  # noqa: PLC0415 - see above

        register(DELIVERY, deliver_import, place_import)
        ended.connect(mail_outcome, dispatch_uid="pod.import_video.mails")
