"""A recording as getRecordings lists it: plain frozen data, times aware (UTC), texts readable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pod.bbb.escaped import unescape

NAMES_BEFORE = {
    "origin": "bbb-origin",
    "bn-origin": "bbb-origin",
    "originservername": "bbb-origin-server-name",
    "bn-origin-server-name": "bbb-origin-server-name",
    "context": "bbb-context",
    "contextactivity": "bbb-recording-name",
}
"""What Moodle's plugin called its metadata before version 2.0 and in its betas, and what it does since."""


def by_name(metadata: Mapping[str, str]) -> dict[str, str]:
    """Return metadata by the names of today in lower case, without empty values."""
    found = {str(name).lower(): str(value) for name, value in metadata.items() if value}
    for before, now in NAMES_BEFORE.items():
        if before in found:
            found.setdefault(now, found[before])
    return found


@dataclass(frozen=True, slots=True)
class Preview:
    """The thumbnail of one slide (`preview/images/image`): its address and the slide's text."""

    url: str
    text: str = ""
    width: int | None = None  # pixels
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Format:
    """One published format (`playback/format`). Its URL may hold a token: it is not in the repr."""

    type: str  # presentation, video, podcast, slides, screenshare, notes, statistics, ...
    url: str = field(repr=False)
    length_minutes: int | None = None  # whole minutes, 0 below one: never an exact duration
    size: int | None = None  # bytes
    previews: tuple[Preview, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Recording:
    """One `<recording>` of getRecordings, its formats merged from all pages.

    `start` and `end` are those of the meeting, not of the recorded part of it.
    `notes` says in plain sentences what was missing in the answer and where its
    replacement comes from.
    """

    record_id: str
    meeting_id: str  # the external id: "<seed>-<course>-<instance>" for Moodle, the room's for Greenlight
    name: str  # plain text, HTML entities resolved
    state: str  # published, unpublished, processing, processed, deleted
    published: bool
    start: datetime | None
    end: datetime | None
    participants: int | None = None
    size: int | None = None  # bytes, all formats
    metadata: Mapping[str, str] = field(default_factory=dict, hash=False)  # as sent, whitespace stripped
    formats: tuple[Format, ...] = ()
    is_breakout: bool = False
    notes: tuple[str, ...] = ()

    def url(self, kind: str) -> str:
        """The address of the format of this type (see `Format`); "" if it is not published."""
        return next((found.url for found in self.formats if found.type == kind), "")

    def meta(self, *names: str) -> str:
        """The first of these metadata that is not empty, as plain text; "" if none."""
        known = by_name(self.metadata)
        return next((unescape(known[name]) for name in names if name in known), "")

    @property
    def duration(self) -> float | None:
        """Seconds from start to end; whole minutes when only a format tells; None when unknown."""
        if self.start and self.end and self.end > self.start:
            return (self.end - self.start).total_seconds()
        minutes = max((found.length_minutes or 0 for found in self.formats), default=0)
        return minutes * 60.0 if minutes else None

    @property
    def origin(self) -> str:
        """The platform that the meeting was made by: Moodle, Greenlight, ... (`bbb-origin`)."""
        return self.meta("bbb-origin")

    @property
    def server(self) -> str:
        """The host of that platform (`bbb-origin-server-name`)."""
        return self.meta("bbb-origin-server-name")

    @property
    def context(self) -> str:
        """The course or room that the meeting belonged to (`bbb-context`)."""
        return self.meta("bbb-context", "bbb-context-name")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in an answer that cannot be used; the rest of the answer can."""

    what: str  # what was being read
    why: str  # what is wrong with it
    which: str = ""  # the record id, or the place in the answer

    def __str__(self) -> str:
        return f"{self.what}{f' ({self.which})' if self.which else ''}: {self.why}"
