"""Fetching from the fake server, quickly."""

from __future__ import annotations

from pathlib import Path

from pod.bbb.playback.fetch import Fetched, FetchOptions, fetch
from pod.bbb.playback.locate import locate
from tests.fake_bbb.server import FakeBBB

QUICK = FetchOptions(backoff=0.01, connect_timeout=2, read_timeout=120)


def bring(bbb: FakeBBB, record: Path, to: Path, **more: object) -> Fetched:
    """Fetch the recording by its player's link."""
    location = locate(f"{bbb.url}/playback/presentation/2.3/{record.name}")
    return fetch(location, to, options=QUICK, **more)  # type: ignore[arg-type]


def asked(bbb: FakeBBB, part: str) -> int:
    """How many requests had `part` in their path."""
    return sum(part in request.path for request in bbb.requests)
