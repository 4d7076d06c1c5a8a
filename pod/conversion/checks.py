"""Django system checks: settings with which no conversion could succeed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.utils.translation import gettext as _

from pod.bbb.choices import LAYOUTS
from pod.conversion.engines import ENGINES, FIXED
from pod.conversion.engines.native import parse_size
from pod.conversion.errors import ConversionError

TAG = "conversion"


@register(TAG)
def conversions_can_be_made(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001 - Django's signature
    **_kwargs: Any,  # noqa: ANN401 - Django's signature
) -> list[CheckMessage]:
    """Report an engine, a size, a layout or heights that nobody knows: each job would fail for it."""
    return [
        Error(f"{name} is {getattr(settings, name)!r}.", hint=hint, id=f"{TAG}.{number}")
        for number, name, hint in wrong()
    ]


def wrong() -> Iterator[tuple[str, str, str]]:
    """Yield number, name and remedy of each wrong setting."""
    one_of = _("Write one of %(words)s.")
    engines = sorted(set(ENGINES) - FIXED)
    if settings.CONVERSION_ENGINE not in engines:
        yield "E001", "CONVERSION_ENGINE", one_of % {"words": ", ".join(engines)}
    try:
        parse_size(str(settings.CONVERSION_SIZE))
    except ConversionError:
        hint = _("Write width and height in pixels, both even and from 64 to 4096, such as 1280x720.")
        yield "E002", "CONVERSION_SIZE", hint
    if settings.CONVERSION_LAYOUT not in LAYOUTS:
        yield "E003", "CONVERSION_LAYOUT", one_of % {"words": ", ".join(LAYOUTS)}
    heights = [str(height) for height in settings.VIDEO_RENDITIONS]
    if not all(height.isdecimal() and int(height) > 0 for height in heights):
        yield "E004", "VIDEO_RENDITIONS", _("Write heights in pixels, such as 360 or 360,480.")
