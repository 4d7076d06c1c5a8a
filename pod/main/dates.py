"""The last day of the old server."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.utils import timezone


def available_until() -> date | None:
    """Return the day in EXTERNAL_RECORDINGS_AVAILABLE_UNTIL; None when it is empty.

    Raises ValueError when it is not a day.
    """
    word = str(settings.EXTERNAL_RECORDINGS_AVAILABLE_UNTIL or "").strip()
    return date.fromisoformat(word) if word else None


def is_over(day: date | None) -> bool:
    """Whether the old server's last day has passed; never when nobody knows it."""
    return day is not None and day < timezone.localdate()
