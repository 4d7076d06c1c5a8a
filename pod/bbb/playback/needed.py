"""Which files of a published recording are needed: those that describe it, and those that these name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pod.bbb.playback import media
from pod.bbb.playback.events import DESKSHARE, read_shares
from pod.bbb.playback.jsonfile import read_json
from pod.bbb.playback.model import SlideKind
from pod.bbb.playback.notes import Notes
from pod.bbb.playback.shapes import read_hrefs
from pod.bbb.playback.texts import CAPTIONS, TEXTS, caption_locale

MB = 1024 * 1024
LARGEST_PICTURE = 64 * MB
LARGEST_MEDIA = 32 * 1024 * MB
MOST_FILES = 5000  # slides and poll pictures
DESCRIPTION = (
    "metadata.xml",
    "shapes.svg",
    "panzooms.xml",
    "cursor.xml",
    "slides_new.xml",
    DESKSHARE,
    "layout.xml",
    "tldraw.json",
    TEXTS,
    CAPTIONS,
    "polls.json",
    "external_videos.json",
    "notes.html",
)
CORE = ("metadata.xml", "shapes.svg")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to fetch, if it is there: its path below the recording, and its size limit in bytes.

    `core`: without it there is hardly a recording, so that a web page in its place is an error.
    """

    href: str
    core: bool = False
    largest: int = 256 * 1024 * 1024


def description() -> Iterator[Wanted]:
    """The files that describe a recording; each may be absent in some version."""
    for name in DESCRIPTION:
        yield Wanted(name, core=name in CORE)


def referenced(folder: Path, record_id: str) -> Iterator[Wanted]:
    """The pictures, texts and captions that the description in `folder` names."""
    notes = Notes()
    have_texts = isinstance(read_json(folder / TEXTS, notes), dict)
    seen: set[str] = set()
    for href, kind, text_href in read_hrefs(folder, record_id, notes):
        names = [href] if kind is not SlideKind.DESKSHARE else []
        if text_href and not have_texts:
            names.append(text_href)
        for name in names:
            if name not in seen and len(seen) < MOST_FILES:
                seen.add(name)
                yield Wanted(name, largest=LARGEST_PICTURE)
    content = read_json(folder / CAPTIONS, notes)
    for item in content if isinstance(content, list) else []:
        locale = caption_locale(item)
        if locale and locale not in seen:
            seen.add(locale)
            yield Wanted(f"caption_{locale}.vtt")


def has_screen_share(folder: Path) -> bool:
    """Whether deskshare.xml tells of a screen share."""
    return bool(read_shares(folder, media.LONGEST, Notes()))


def alternatives(names: tuple[str, ...]) -> tuple[Wanted, ...]:
    """Media files of which the first that exists is enough."""
    return tuple(Wanted(name, largest=LARGEST_MEDIA) for name in names)
