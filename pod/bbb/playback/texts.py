"""The texts around a recording: slide texts, captions, shared notes."""

from __future__ import annotations

import re
from pathlib import Path

import nh3

from pod.bbb.playback.jsonfile import read_json
from pod.bbb.playback.letters import decode, is_text
from pod.bbb.playback.model import CaptionTrack
from pod.bbb.playback.notes import Notes
from pod.bbb.playback.paths import inside, reading, usable

TEXTS, CAPTIONS, NOTES = "presentation_text.json", "captions.json", "notes.html"
LARGEST_TEXT = 2 * 1024 * 1024  # bytes
LARGEST_CAPTIONS = 20 * 1024 * 1024  # bytes of one file
# Of a caption: hours, minutes, seconds and what follows their point, of its beginning and of its end.
CAPTION_TIMES = re.compile(
    r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?[ \t]*-->[ \t]*"
    r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?",
    re.ASCII,
)
MOST_TAGS = 30_000  # of the shared notes: the time that nested ones take grows with their square
_SLIDE = re.compile(r"presentation/([^/]+)/(?:svgs/slide|slide-)(\d+)\.")
_LOCALE = re.compile(r"[A-Za-z0-9_-]{1,35}\Z")
MOST_TRACKS, LONGEST_NAME = 100, 100  # characters
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")
_HEAD_ALONE = re.compile(r"\s*+WEBVTT[^\n]*+(?:\n[^\n]++)*+\s*+\Z")
_BODY = re.compile(r"<body[^>]*>(.*?)(?:</body>|\Z)", re.DOTALL | re.IGNORECASE)


class SlideTexts:
    """What is written on the slides, from presentation_text.json or the slide's own text file."""

    def __init__(self, folder: Path, notes: Notes) -> None:
        content = read_json(folder / TEXTS, notes)
        self._folder = folder
        self._notes = notes
        self._texts = content if isinstance(content, dict) else {}

    def of(self, href: str, text_href: str) -> str:
        """The text of the slide whose picture is `href`; "" when nobody wrote it down."""
        match = _SLIDE.search(href)
        slides = self._texts.get(match[1]) if match else None
        text = slides.get(f"slide-{match[2]}") if match and isinstance(slides, dict) else None
        if not isinstance(text, str) or not text.strip():
            text = self._from_file(text_href)
        return text.strip()

    def _from_file(self, href: str) -> str:
        path = inside(self._folder, href)
        if path is not None:
            with reading(path, self._notes), path.open("rb") as file:
                text = decode(file.read(64 * 1024))
                return text if is_text(text) else ""
        return ""


def read_captions(folder: Path, notes: Notes) -> tuple[CaptionTrack, ...]:
    """The caption tracks that captions.json names, each once, and whose files are there."""
    found: list[CaptionTrack] = []
    for locale, name in _announced(folder, notes).items():
        path = inside(folder, f"caption_{locale}.vtt", notes)
        if path is None:
            notes.add(f"The captions in {locale} are announced but absent.")
            continue
        if len(found) == MOST_TRACKS:
            notes.add(f"There are captions in more than {MOST_TRACKS} languages: the rest is left out.")
            break
        with reading(path, notes):
            _look_at_captions(path, notes)
            found.append(CaptionTrack(locale, name, path))
    return tuple(found)


def _announced(folder: Path, notes: Notes) -> dict[str, str]:
    """The tracks' names by locale; without a list that can be read, of those whose files are there."""
    content = read_json(folder / CAPTIONS, notes)
    if not isinstance(content, list):
        there = sorted(path.stem.removeprefix("caption_") for path in folder.glob("caption_*.vtt"))
        return {locale: locale for locale in there if _LOCALE.match(locale)}
    named: dict[str, str] = {}
    for item in content:
        locale = caption_locale(item)
        if locale is not None and locale not in named:
            name = item.get("localeName") or item.get("label")
            plain = " ".join(_CONTROLS.sub(" ", name).split()) if isinstance(name, str) else ""
            named[locale] = plain[:LONGEST_NAME] or locale
    return named


def caption_text(path: Path) -> str:
    """The text of a WebVTT file, whatever its encoding, its lines ended as Unix does."""
    with path.open("rb") as file:
        text = decode(file.read(LARGEST_CAPTIONS))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _look_at_captions(path: Path, notes: Notes) -> None:
    """Say what of a file of captions cannot be read: one with its head alone is merely empty."""
    text = caption_text(path)
    read = sum(1 for _ in CAPTION_TIMES.finditer(text))
    lost = text.count("-->") - read
    if not read and not _HEAD_ALONE.match(text):
        notes.add(f"{path.name} holds no captions that can be read.")
    elif lost > 0:
        notes.add(f"{path.name}: captions whose times cannot be read are left out ({lost}).")


def caption_locale(item: object) -> str | None:
    """The locale of an entry of captions.json, when it is fit for a file's name."""
    if not isinstance(item, dict):
        return None
    locale = item.get("locale") or item.get("lang")
    return locale if isinstance(locale, str) and _LOCALE.match(locale) else None


def read_shared_notes(folder: Path, notes: Notes) -> str:
    """The body of notes.html as harmless HTML; "" when there is none."""
    path, html = folder / NOTES, ""
    if usable(path, notes, LARGEST_TEXT):
        with reading(path, notes):
            html = decode(path.read_bytes())
    if not is_text(html):
        notes.add("notes.html is not a web page but another kind of file: it is not used.")
        return ""
    if html.count("<") > MOST_TAGS:
        notes.add("notes.html has too many tags: it is not used.")
        return ""
    body = _BODY.search(html)
    return nh3.clean(body[1] if body else html).strip()
