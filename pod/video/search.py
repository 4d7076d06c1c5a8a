"""Searching inside one video: its slides, captions and chat."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pod.video.models import Video
from pod.video.vtt import cues

MOST = 100
AROUND = 60  # characters shown before and after what was found


@dataclass(frozen=True)
class Found:
    """One place in the video."""

    start: float
    kind: str | Promise
    text: str


def search(video: Video, words: str) -> list[Found]:
    """Return the places where the words stand, in the order of time; at most `MOST`."""
    wanted = words.strip()
    if not wanted:
        return []
    found = [
        Found(slide.start, _("Slide"), _around(slide.text, wanted))
        for slide in video.slides.filter(text__icontains=wanted)[:MOST]
    ]
    found += [
        Found(line.start, _("Chat"), _around(f"{line.name}: {line.text}", wanted))
        for line in video.chat.filter(text__icontains=wanted)[:MOST]
    ]
    for track in video.captions.all():
        text = Path(track.file.path).read_text(encoding="utf-8", errors="replace")
        hits = (cue for cue in cues(text) if wanted.casefold() in cue.text.casefold())
        found += [Found(cue.start, _("Captions"), cue.text) for cue in hits]
    return sorted(found, key=lambda place: place.start)[:MOST]


def _around(text: str, wanted: str) -> str:
    flat = " ".join(text.split())
    at = max(0, flat.casefold().find(wanted.casefold()))
    start, end = max(0, at - AROUND), at + len(wanted) + AROUND
    return f"{'…' if start else ''}{flat[start:end]}{'…' if end < len(flat) else ''}"
