"""The conversion app: jobs that turn a published recording into a video file."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConversionConfig(AppConfig):
    """Conversion jobs."""

    name = "pod.conversion"
    verbose_name = _("Conversions")

    def ready(self) -> None:
        """Receive the files of the jobs that this app asks for itself; register the system checks."""
        from pod.conversion import checks  # noqa: F401, PLC0415 - settings are loaded only now
        from pod.conversion.afterwards import connect  # noqa: PLC0415 - models load after apps

        connect()
