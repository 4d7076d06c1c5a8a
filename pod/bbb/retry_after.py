"""When a server that turned us away wants to be asked again (RFC 9110, 10.2.3)."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def wait_asked_for(text: str) -> float | None:
    """Seconds from now that `Retry-After` asks for, as a number or as a date; None when it is neither."""
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    if until.tzinfo is None:  # "-0000": nobody knows which, HTTP's dates are UTC
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())
