"""The conversion app: jobs that turn a published recording into a video file."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConversionConfig(AppConfig):
    """Conversion jobs."""

    name = "pod.conversion"
    verbose_name = _("Conversions")
