"""Searching inside one video: its slides, captions and chat."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pod.main.search import fold
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
    """Return the places where the words stand, in the order of time; at most `MOST`.

    Without case and accents, as the lists do: one video's texts are few enough to be read.
    """
    wanted = fold(words)
    if not wanted:
        return []
    slides = video.slides.exclude(text="").values_list("start", "text").iterator()
    chat = video.chat.values_list("start", "name", "text", "poll").iterator()
    found = [
        Found(start, _("Slide"), _around(text, wanted)) for start, text in slides if wanted in fold(text)
    ]
    found += [
        Found(start, _("Poll"), _around(text, wanted))
        if poll
        else Found(start, _("Chat"), _around(f"{name}: {text}", wanted))
        for start, name, text, poll in chat
        if wanted in fold(text)
    ]
    for track in video.captions.all():
        file = Path(track.file.path)
        text = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
        hits = (cue for cue in cues(text) if wanted in fold(cue.text))
        found += [Found(cue.start, _("Captions"), cue.text) for cue in hits]
    return sorted(found, key=lambda place: place.start)[:MOST]


def _around(text: str, wanted: str) -> str:
    """Return the text about the first place of what is wanted (folded)."""
    flat = " ".join(text.split())
    # folded letter by letter, to know which letter each folded one was: œ becomes two, an accent none
    letters = [" " if letter == " " else fold(letter) for letter in flat]
    origin = [at for at, folded in enumerate(letters) for _letter in folded]
    place = "".join(letters).find(wanted)
    at = origin[place] if place >= 0 else 0
    start, end = max(0, at - AROUND), at + len(wanted) + AROUND
    return f"{'…' if start else ''}{flat[start:end]}{'…' if end < len(flat) else ''}"
