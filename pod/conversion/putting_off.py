"""Unattended workers try a job again later when it failed for a reason that may pass.

While the old server or the disk is unavailable, job after job would fail for it: thousands in one
night. Instead, each goes back into the queue, waits for as long as its trouble has lasted so far,
and fails for good only when the trouble has lasted for days.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from pod.conversion.causes import PASSING, Cause
from pod.conversion.models import Conversion

SHORTEST = timedelta(minutes=1)
LONGEST = timedelta(minutes=15)
GIVEN_UP = timedelta(days=3)  # longer than a weekend
# A job that nobody tried for so long waited for its turn or a worker, not for its server: it begins anew.
UNTRIED = timedelta(days=1)


def pause(conversion: Conversion, cause: Cause, now: datetime) -> timedelta | None:
    """Return how long the job is put off, or None if it has failed for good."""
    lasted = now - (conversion.failing_since or now)
    if cause not in PASSING or lasted >= GIVEN_UP:
        return None
    return min(LONGEST, max(SHORTEST, lasted))
