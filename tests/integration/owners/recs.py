"""Recordings and findings as the tests of owners speak of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pod.bbb_migration.owners.base import Finding

NOW = 1_795_500_000
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass
class Rec:
    """A recording as a source of ownership sees it."""

    meeting_id: str
    record_id: str = "rec-1"
    metadata: dict[str, str] = field(default_factory=dict)
    start: datetime | None = START
    end: datetime | None = START + timedelta(hours=1)


def who(finding: Finding) -> dict[str, str]:
    """Return {username: via} of the owners."""
    return {one.person.username: one.via for one in finding.owners}


def flagged(finding: Finding) -> set[str]:
    """Return the usernames only to mention."""
    return {one.person.username for one in finding.flagged}


def enrolled(finding: Finding) -> dict[str, bool | None]:
    """Return {username: enrolled} of the owners."""
    return {one.person.username: one.enrolled for one in finding.owners}


def read_recordings(path: Path) -> list[Rec]:
    """Return the recordings of a `*_recordings.json` file."""
    return [
        Rec(
            meeting_id=one["meetingID"],
            record_id=one["recordID"],
            metadata=one["metadata"],
            start=datetime.fromtimestamp(one["startTime"] / 1000, UTC),
            end=datetime.fromtimestamp(one["endTime"] / 1000, UTC),
        )
        for one in json.loads(path.read_text(encoding="utf-8"))
    ]
