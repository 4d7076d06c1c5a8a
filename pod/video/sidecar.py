"""What the converter knew beside the picture: chapters, slides, captions, chat.

The converter's report names its folder (`folder`) and, in it, one JSON file
(`sidecar`) with lists of objects, seconds from the start of the video:
`slides` (start, end, text, thumbnail), `chapters` (start, title), `captions`
(locale, name, file), `chat` (start, name, text, moderator), and `poster` and
`notes`. Pictures and captions are file names in that folder. The files come from
another server's data: each is checked by content and copied, nothing is linked.
"""

from __future__ import annotations

import json
import logging
import math
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import av
import nh3
from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from pod.main.search import keep_slides, slides_of
from pod.video.models import Caption, Chapter, ChatLine, Slide, Video, VideoText
from pod.video.prepared import keep_text
from pod.video.thumbnails import frame_thumbnail, write_thumbnail
from pod.video.vtt import is_vtt

log = logging.getLogger(__name__)

MOST_ROWS = 20_000  # of one kind; a day of chat is fewer
LARGEST_SIDECAR = 50_000_000  # bytes
PICTURES = {"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp"}
TITLE_LENGTH = 120


def extras_folder(media: Path) -> Path:
    """Return the folder beside a video's file that holds its captions, slides and thumbnail."""
    return media.with_name(f"{media.stem}.extras")


def attach(video: Video, report: Mapping[str, Any]) -> None:
    """Give the video what the converter's report tells; what is unusable is left out and logged."""
    folder = Path(str(report.get("folder") or ""))
    known = _read(folder, report)
    if known is None:
        return
    extras = Extras(video, folder)
    slides = extras.slides(known)
    Slide.objects.bulk_create(slides)
    Chapter.objects.bulk_create(_chapters(video, known, slides))
    Caption.objects.bulk_create(extras.captions(known))
    ChatLine.objects.bulk_create(_chat(video, known), batch_size=1000)
    detail = video.detail
    detail.thumbnail = extras.thumbnail(known.get("poster")) or _first_picture(slides)
    detail.shared_notes = nh3.clean(str(known.get("notes") or ""))
    detail.save(update_fields=["thumbnail", "shared_notes"])
    if slides and not slides_of(video):
        keep_slides(VideoText, video.pk, "\n".join(dict.fromkeys(slide.text for slide in slides)))
        keep_text(video.pk)


def show_frame(video: Video, second: float) -> None:
    """Make the lists' small picture of the video itself; without one that can be decoded, none."""
    media = Path(video.video.path)
    target = extras_folder(media) / "thumbnail.jpg"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        frame_thumbnail(media, second, target)
    except (av.FFmpegError, OSError, ValueError) as error:
        log.warning("no picture of video %s: %s", video.pk, type(error).__name__)
        return
    video.detail.thumbnail = _storage_name(target)
    video.detail.save(update_fields=["thumbnail"])


def _read(folder: Path, report: Mapping[str, Any]) -> dict[str, Any] | None:
    name = report.get("sidecar")
    path = _inside(folder, name)
    if path is None:
        return None
    try:
        if path.stat().st_size > LARGEST_SIDECAR:
            log.warning("the sidecar %s is larger than %d bytes and was left out", path, LARGEST_SIDECAR)
            return None
        known = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        log.warning("the sidecar %s cannot be read: %s", path, error)
        return None
    return known if isinstance(known, dict) else None


def _inside(folder: Path, name: object) -> Path | None:
    """Return the file `name` of `folder`; None for no name, no file, or one that leads elsewhere."""
    if not isinstance(name, str) or not name or not folder.is_absolute():
        return None
    try:
        path = (folder / name).resolve()
        return path if path.is_relative_to(folder.resolve()) and path.is_file() else None
    except (OSError, ValueError):  # longer than a name can be, or no name at all
        return None


def _entries(known: Mapping[str, Any], key: str) -> Iterator[dict[str, Any]]:
    """Yield the objects of a list; anything else in it is passed over."""
    entries = known.get(key)
    for entry in (entries if isinstance(entries, list) else [])[:MOST_ROWS]:
        if isinstance(entry, dict):
            yield entry


def _second(value: object, default: float = 0.0) -> float:
    """Return a place in the video, never negative or without end."""
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return default
    return max(0.0, number) if math.isfinite(number) else default


class Extras:
    """Copies the files of one video's sidecar into its folder."""

    def __init__(self, video: Video, source: Path) -> None:
        self.video = video
        self.source = source
        self.folder = extras_folder(Path(video.video.path))

    def slides(self, known: Mapping[str, Any]) -> list[Slide]:
        """Return the slides, not yet written; the same picture is copied once."""
        made: dict[str, str] = {}
        slides = []
        for number, entry in enumerate(_entries(known, "slides"), start=1):
            name = str(entry.get("thumbnail") or "")
            if name not in made:
                made[name] = self.picture(name, f"slide-{number}")
            start = _second(entry.get("start"))
            slides.append(
                Slide(
                    video=self.video,
                    start=start,
                    end=max(start, _second(entry.get("end"), start)),
                    picture=made[name],
                    text=str(entry.get("text") or "").strip(),
                )
            )
        return slides

    def captions(self, known: Mapping[str, Any]) -> list[Caption]:
        """Return the caption tracks, not yet written."""
        tracks = []
        for number, entry in enumerate(_entries(known, "captions"), start=1):
            path = _inside(self.source, entry.get("file"))
            if path is None or not is_vtt(path):
                log.warning("captions %r of video %s are no WebVTT file", entry.get("file"), self.video.pk)
                continue
            locale = str(entry.get("locale") or "und")[:20].replace("_", "-")
            tracks.append(
                Caption(
                    video=self.video,
                    locale=locale,
                    name=str(entry.get("name") or locale)[:100],
                    file=self._copy(path, f"captions-{number}.vtt"),
                )
            )
        return tracks

    def picture(self, name: object, stem: str) -> str:
        """Copy a picture that is one by content; return its storage name, "" when there is none."""
        path = _inside(self.source, name)
        if path is None:
            return ""
        try:
            with Image.open(path) as picture:
                suffix = PICTURES.get(picture.format or "")
                picture.verify()
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
            suffix = None
        if suffix is None:
            log.warning("%s of video %s is no picture", path.name, self.video.pk)
            return ""
        return self._copy(path, f"{stem}{suffix}")

    def thumbnail(self, name: object) -> str:
        """Make the lists' small picture of the poster; return its storage name, "" when there is none."""
        path = _inside(self.source, name)
        if path is None:
            return ""
        self.folder.mkdir(parents=True, exist_ok=True)
        target = self.folder / "thumbnail.jpg"
        try:
            write_thumbnail(path, target)
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            log.warning("%s of video %s is no picture", path.name, self.video.pk)
            return ""
        return _storage_name(target)

    def _copy(self, path: Path, name: str) -> str:
        self.folder.mkdir(parents=True, exist_ok=True)
        target = self.folder / name
        part = target.with_name(f"{name}.part")
        shutil.copyfile(path, part)
        part.replace(target)
        return _storage_name(target)


def _storage_name(path: Path) -> str:
    return path.resolve().relative_to(Path(settings.MEDIA_ROOT).resolve()).as_posix()


def _chapters(video: Video, known: Mapping[str, Any], slides: list[Slide]) -> list[Chapter]:
    """Return the chapters told, else one for each change of slide, titled by the slide's own text."""
    told = [
        Chapter(
            video=video, start=_second(entry.get("start")), title=str(entry.get("title") or "").strip()[:250]
        )
        for entry in _entries(known, "chapters")
    ]
    if told:
        return [chapter for chapter in told if chapter.title]
    return [
        Chapter(video=video, start=slide.start, title=slide_title(slide.text, number))
        for number, slide in enumerate(slides, start=1)
    ]


def slide_title(text: str, number: int) -> str:
    """Return the first line of a slide's text, or its number."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[0][:TITLE_LENGTH] if lines else _("Slide %(number)d") % {"number": number}


def _chat(video: Video, known: Mapping[str, Any]) -> list[ChatLine]:
    return [
        ChatLine(
            video=video,
            start=_second(entry.get("start")),
            name=str(entry.get("name") or "")[:255],
            text=str(entry.get("text") or ""),
            moderator=entry.get("moderator") is True,
        )
        for entry in _entries(known, "chat")
    ]


def _first_picture(slides: list[Slide]) -> str:
    return next((str(slide.picture) for slide in slides if slide.picture), "")
