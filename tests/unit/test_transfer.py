"""What a server's answer means for the next attempt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from pod.bbb.transfer.client import wait_asked_for


def test_a_server_may_name_the_seconds_or_the_time() -> None:
    """HTTP allows both in Retry-After."""
    assert wait_asked_for("17") == 17.0
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=300), usegmt=True)
    assert wait_asked_for(later) == pytest.approx(300, abs=60)
    assert wait_asked_for("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0


@pytest.mark.parametrize("text", ["", "soon", "-5", "Wed, 99 Oct 2015 99:28:00 GMT", "\u0661"])
def test_what_is_neither_is_ignored(text: str) -> None:
    """Our own pause is taken then."""
    assert wait_asked_for(text) is None
