"""What a recording holds beside picture and sound, as files beside the video.

`NAME.json` says which cut it tells of: `record_id`, `from` (the second of the recording with which the
video begins) and `duration`. It has lists of objects, seconds from the video's beginning: `slides`
(start, end, text, href, thumbnail), `chapters` (start, title), `captions`
(locale, name, file, cues), `chat` (start, name, text, moderator, edited, answered: the
beginning of what it replies to, reactions), `polls`, `external_videos`, `screen_shares` (start, end), `notes`
(the shared notes, clean HTML) and `poster`.
Pictures and captions are named by their place beside the JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from pod.bbb.playback.jsonfile import read_json
from pod.bbb.playback.model import Playback, Slide
from pod.bbb.playback.notes import Notes
from pod.bbb.render.beside.captions import webvtt
from pod.bbb.render.beside.chapters import slides_within
from pod.bbb.render.beside.stills import content_at, recorded_at
from pod.bbb.render.beside.thumbnails import QUALITY, Thumbnails
from pod.bbb.render.media.joiner import CaptionText, Chapter
from pod.bbb.render.timing.timeline import shares_within

Shown = tuple[Slide, float, float]  # a display of a slide, from when until when
_CAPTIONS = r"[A-Za-z0-9_-]+\.vtt"  # what follows NAME and a dot: the locale names the file


@dataclass(frozen=True)
class Story:
    """What a sidecar is made from: `[start, end)` of a recording, and what was made of it already."""

    playback: Playback
    start: float
    end: float
    chapters: Sequence[Chapter]
    captions: Sequence[CaptionText]
    size: tuple[int, int]
    thumbnails: Mapping[str, Path]  # of the slides, by href; those not there yet are drawn


def caption_files(stem: str, captions: Sequence[CaptionText], folder: Path) -> list[str]:
    """Write each track as WebVTT below `folder`; give the names."""
    names: list[str] = []
    for track in captions:
        name = f"{stem}.{track.locale}.vtt"
        (folder / name).write_text(webvtt(track), encoding="utf-8")
        names.append(name)
    return names


def write_sidecar(stem: str, story: Story, folder: Path, breathe: Callable[[], None]) -> list[str]:
    """Write NAME.json with its pictures below `folder`; give the names of all files.

    `breathe` is called between pictures; what it raises ends the work.
    """
    pictures = folder / f"{stem}.slides"
    pictures.mkdir(exist_ok=True)
    shown = slides_within(story.playback, story.start, story.end)
    thumbnails = _thumbnails(story, shown, pictures, breathe)
    poster = _poster(story, shown, folder / f"{stem}.poster.jpg")
    told = {
        "record_id": story.playback.record_id,
        "title": story.playback.title,
        "start_ms": story.playback.start_ms,
        **_cut(story.start, story.end),
        "slides": [
            {
                "start": _rounded(first),
                "end": _rounded(last),
                "text": slide.text,
                "href": slide.href,
                "thumbnail": f"{pictures.name}/{thumbnails[slide.href]}",
            }
            for slide, first, last in shown
        ],
        "chapters": [{"start": chapter.start / 1000, "title": chapter.title} for chapter in story.chapters],
        "captions": [_captions(stem, track) for track in story.captions],
        "poster": poster,
        "notes": story.playback.shared_notes,
        **_talk(story),
    }
    name = f"{stem}.json"
    text = json.dumps(told, ensure_ascii=False, indent=1)
    # the bytes of a name that is no UTF-8 are halves of characters, which JSON can only hold as numbers
    (folder / name).write_bytes(text.encode("utf-8", "backslashreplace"))
    files = [name, *(f"{pictures.name}/{thumbnail}" for thumbnail in thumbnails.values())]
    return [*files, poster] if poster else files


def files_told(stem: str, folder: Path) -> set[str]:
    """Give the pictures and captions that a NAME.json of an earlier conversion names as its own.

    Names that no conversion gives are left out: whoever wrote the file, no other is meant.
    """
    told = read_json(folder / f"{stem}.json", Notes())
    if not isinstance(told, dict):
        return set()
    found = [told.get("poster")]
    for key, name in (("slides", "thumbnail"), ("captions", "file")):
        entries = told.get(key)
        found += [
            one.get(name) for one in (entries if isinstance(entries, list) else []) if isinstance(one, dict)
        ]
    own = re.compile(rf"{re.escape(stem)}\.(?:poster\.jpg|slides/\d+\.jpg|{_CAPTIONS})", re.ASCII)
    return {name for name in found if isinstance(name, str) and own.fullmatch(name)}


def of_other_cuts(
    stem: str, folder: Path, names: Sequence[str], record_id: str, span: tuple[float, float]
) -> list[str]:
    """Give the names of a sidecar and captions beside the video NAME that were not made with it, `names` are.

    A sidecar without these names fits if it tells of the same seconds of the same recording.
    """
    captions = re.compile(rf"{re.escape(stem)}\.{_CAPTIONS}", re.ASCII)
    found = {path.name for path in folder.iterdir() if captions.fullmatch(path.name)}
    others = sorted(found.difference(names))
    name = f"{stem}.json"
    if name not in names:
        told = read_json(folder / name, Notes())
        cut = {"record_id": record_id, **_cut(*span)}
        if isinstance(told, dict) and "record_id" in told and {key: told.get(key) for key in cut} != cut:
            others.insert(0, name)
    return others


def _cut(start: float, end: float) -> dict[str, float]:
    """The seconds of the recording that a video shows, as a sidecar has them."""
    return {"from": _rounded(start), "duration": _rounded(end - start)}


def _rounded(seconds: float) -> float:
    """Seconds, rounded to milliseconds."""
    return round(seconds, 3)


def _captions(stem: str, track: CaptionText) -> dict[str, Any]:
    return {
        "locale": track.locale,
        "name": track.name,
        "file": f"{stem}.{track.locale}.vtt",
        "cues": [{"start": c.start / 1000, "end": c.end / 1000, "text": c.text} for c in track.cues],
    }


def _talk(story: Story) -> dict[str, Any]:
    playback, start, end = story.playback, story.start, story.end
    return {
        "chat": [
            {
                "start": _rounded(m.start - start),
                "name": m.name,
                "text": m.text,
                "moderator": m.moderator,
                "edited": m.edited,
                "answered": m.answered,
                "reactions": [{"emoji": emoji, "count": count} for emoji, count in m.reactions],
            }
            for m in playback.chat
            if start <= m.start < end
        ],
        "polls": [
            {
                "start": _rounded(poll.start - start),
                "question": poll.question,
                "kind": poll.kind,
                "answers": [{"text": text, "votes": votes} for text, votes in poll.answers],
                "respondents": poll.respondents,
            }
            for poll in playback.polls
            if start <= poll.start < end
        ],
        "external_videos": [
            {"start": _rounded(video.start - start), "url": video.url}
            for video in playback.external_videos
            if start <= video.start < end
        ],
        "screen_shares": [
            {"start": _rounded(first), "end": _rounded(last)}
            for first, last in shares_within(playback, start, end)
        ],
    }


def _thumbnails(
    story: Story, shown: Sequence[Shown], folder: Path, breathe: Callable[[], None]
) -> dict[str, str]:
    """Bring the small picture of each different slide into `folder`; give file names by href."""
    drawing: Thumbnails | None = None
    slides = {slide.href: slide for slide, _, _ in reversed(shown)}
    for href, ready in story.thumbnails.items():
        breathe()
        if ready.exists():
            ready.replace(folder / ready.name)
            continue
        drawing = drawing or Thumbnails(story.playback, story.size, None, breathe)  # never shown by itself
        drawing.draw(slides[href], folder / ready.name)
    return {href: ready.name for href, ready in story.thumbnails.items()}


def _poster(story: Story, shown: Sequence[Shown], path: Path) -> str:
    """Draw the first slide that is shown, or the shared screen, or the webcams; give the file's name."""
    at = [first for _slide, first, _last in shown]
    at += [first for first, _last in shares_within(story.playback, story.start, story.end)]
    if at:
        pixels, _notes = content_at(story.playback, story.start + at[0], story.size)
        picture: Image.Image | None = Image.fromarray(pixels)
    else:
        webcams = story.playback.webcams
        picture = recorded_at(webcams, (story.start + story.end) / 2) if webcams else None
    if picture is None:
        return ""
    picture.save(path, format="JPEG", quality=QUALITY)
    return path.name
