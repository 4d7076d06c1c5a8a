"""What Pod's side tables keep of a recording, read from its metadata."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from pod.bbb.api import Preview, Recording
from pod.bbb.secrecy import is_secret
from pod.bbb_migration.plan import PRESENTATION

SLIDE_TEXT_LENGTH = 100_000  # of a search field; a book's worth
NAMELESS = frozenset({"", "unknown"})  # BigBlueButton's word for a meeting whose name it lost
UNLISTED = frozenset({"false", "0", "no"})


def title_of(recording: Recording) -> str:
    """Return the meeting's name; of a recording without one, what else names it."""
    name = recording.name.strip()
    named = recording.meta("bbb-recording-name", "meetingname").strip() if name in NAMELESS else name
    return named or name or recording.meeting_id or recording.record_id


def course_of(recording: Recording) -> str:
    """Return the course the front-end named, or ""."""
    return recording.context or recording.meta("bbb-context-label")


def previews_of(recording: Recording) -> tuple[Preview, ...]:
    """Return the slides' previews, those of the presentation first."""
    ordered = sorted(recording.formats, key=lambda playback: playback.type != PRESENTATION)
    return next((playback.previews for playback in ordered if playback.previews), ())


def thumbnail_of(recording: Recording) -> str:
    """Return the address of the first slide's picture, or ""."""
    return next((preview.url for preview in previews_of(recording) if preview.url), "")


def slide_text_of(recording: Recording) -> str:
    """Return the slides' text, for searching."""
    words = (preview.text.strip() for preview in previews_of(recording))
    return "\n".join(text for text in words if text)[:SLIDE_TEXT_LENGTH]


def public_address(url: str) -> str:
    """Return the address without what would open a protected recording: for reports and the ledger."""
    parts = urlsplit(url)
    kept = [pair for pair in parts.query.split("&") if not is_secret(pair.partition("=")[0])]
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "&".join(kept), parts.fragment))


def is_listed(recording: Recording) -> bool:
    """Whether it was listed on its front-end (Greenlight's gl-listed; absent means listed)."""
    return recording.meta("gl-listed").strip().lower() not in UNLISTED
