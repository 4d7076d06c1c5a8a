"""The last day of the old server."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.utils import timezone


def available_until() -> date | None:
    """Return the day that EXTERNAL_RECORDINGS_AVAILABLE_UNTIL names; None when it names none.

    A day that cannot be read is a configuration error and said so (ValueError).
    """
    word = str(settings.EXTERNAL_RECORDINGS_AVAILABLE_UNTIL or "").strip()
    return date.fromisoformat(word) if word else None


def is_over(day: date | None) -> bool:
    """Whether the old server's last day has passed; never when nobody knows it."""
    return day is not None and day < timezone.localdate()
