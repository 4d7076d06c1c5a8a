"""What the converter knew beside the picture: chapters, slides, captions, chat.

The converter's report names its folder (`folder`) and, in it, one JSON file
(`sidecar`) with lists of objects, seconds from the start of the video:
`slides` (start, end, text, thumbnail), `chapters` (start, title), `captions`
(locale, name, file), `chat` (start, name, text, moderator, edited, answered,
reactions), `polls` (start, question, answers), and `poster` and `notes`. Pictures
and captions are file names in that folder. The files come from another server's
data: each is checked by content and copied, nothing is linked.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import av
import nh3
from PIL import Image

from pod.bbb.places import whole
from pod.main.search import keep_slides, slides_of
from pod.video.errors import is_of_disk
from pod.video.models import Caption, Chapter, ChatLine, Slide, Video, VideoText
from pod.video.prepared import keep_text
from pod.video.storage import media_name
from pod.video.thumbnails import LARGE, frame_thumbnail, write_thumbnail
from pod.video.told import Told, moment, objects, read, text_of
from pod.video.vtt import is_vtt

log = logging.getLogger(__name__)

PICTURES = {"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp"}
POSTER = "poster.jpg"


def extras_folder(media: Path) -> Path:
    """Return the folder beside a video's file that holds its captions, slides and thumbnail."""
    return media.with_name(f"{media.stem}.extras")


def poster_path(media: Path) -> Path:
    """Return where the picture stands that the player shows until it plays; older videos have none."""
    return extras_folder(media) / POSTER


def attach(video: Video, report: Mapping[str, Any]) -> None:
    """Give the video what the converter's report tells; what is unusable is left out and logged.

    Raises OSError when a disk is full or away.
    """
    told = read(report)
    if told is None:
        return
    extras = Extras(video, told)
    slides = extras.slides()
    Slide.objects.bulk_create(slides)
    Chapter.objects.bulk_create(
        Chapter(video=video, start=start, title=title) for start, title in told.chapters()
    )
    Caption.objects.bulk_create(extras.captions())
    ChatLine.objects.bulk_create(_chat(video, told) + _polls(video, told), batch_size=1000)
    detail = video.detail
    detail.thumbnail = extras.thumbnail(told.known.get("poster")) or _first_picture(slides)
    detail.shared_notes = nh3.clean(str(told.known.get("notes") or ""))
    detail.save(update_fields=["thumbnail", "shared_notes"])
    if slides and not slides_of(video):
        keep_slides(VideoText, video.pk, "\n".join(dict.fromkeys(slide.text for slide in slides)))
        keep_text(video.pk)


def show_frame(video: Video, second: float) -> None:
    """Make the lists' small picture of the video itself; without one that can be decoded, none.

    Raises OSError as `attach`.
    """
    media = Path(video.video.path)
    target = extras_folder(media) / "thumbnail.jpg"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        frame_thumbnail(media, second, poster_path(media), LARGE)
        write_thumbnail(poster_path(media), target)
    except (av.FFmpegError, OSError, ValueError) as error:
        if is_of_disk(error) and not isinstance(error, av.FFmpegError):
            raise  # who retries when there is space has the picture, too
        log.warning("no picture of video %s: %s", video.pk, type(error).__name__)
        return
    video.detail.thumbnail = media_name(target)
    video.detail.save(update_fields=["thumbnail"])


class Extras:
    """Copies the files of one video's sidecar into its folder."""

    def __init__(self, video: Video, told: Told) -> None:
        self.video = video
        self.told = told
        self.folder = extras_folder(Path(video.video.path))

    def slides(self) -> list[Slide]:
        """Return the slides, not yet written; the same picture is copied once."""
        made: dict[str, str] = {}
        slides = []
        for number, entry in enumerate(self.told.entries("slides"), start=1):
            name = str(entry.get("thumbnail") or "")
            if name not in made:
                made[name] = self.picture(name, f"slide-{number}")
            start = moment(entry.get("start"))
            slides.append(
                Slide(
                    video=self.video,
                    start=start,
                    end=max(start, moment(entry.get("end"), start)),
                    picture=made[name],
                    text=text_of(entry),
                )
            )
        return slides

    def captions(self) -> list[Caption]:
        """Return the caption tracks, not yet written."""
        tracks = []
        for number, entry in enumerate(self.told.entries("captions"), start=1):
            path = self.told.file(entry.get("file"))
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
        path = self.told.file(name)
        if path is None:
            return ""
        try:
            with Image.open(path) as picture:
                suffix = PICTURES.get(picture.format or "")
                picture.verify()
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
            if is_of_disk(error):
                raise
            suffix = None
        if suffix is None:
            log.warning("%s of video %s is no picture", path.name, self.video.pk)
            return ""
        return self._copy(path, f"{stem}{suffix}")

    def thumbnail(self, name: object) -> str:
        """Make the lists' small picture of the poster; return its storage name, "" when there is none."""
        path = self.told.file(name)
        if path is None:
            return ""
        self.folder.mkdir(parents=True, exist_ok=True)
        target = self.folder / "thumbnail.jpg"
        try:
            write_thumbnail(path, target)
            write_thumbnail(path, self.folder / POSTER, LARGE)
        except (OSError, ValueError, SyntaxError) as error:
            if is_of_disk(error):
                raise
            log.warning("%s of video %s is no picture", path.name, self.video.pk)
            return ""
        return media_name(target)

    def _copy(self, path: Path, name: str) -> str:
        self.folder.mkdir(parents=True, exist_ok=True)
        target = self.folder / name
        with whole(target) as part:
            shutil.copyfile(path, part)
        return media_name(target)


def _chat(video: Video, told: Told) -> list[ChatLine]:
    return [
        ChatLine(
            video=video,
            start=moment(entry.get("start")),
            name=str(entry.get("name") or "")[:255],
            text=str(entry.get("text") or ""),
            moderator=entry.get("moderator") is True,
            edited=entry.get("edited") is True,
            answered=str(entry.get("answered") or "")[:255],
            reactions=" ".join(
                f"{one.get('emoji')} {one.get('count')}" for one in objects(entry.get("reactions"))
            ),
        )
        for entry in told.entries("chat")
    ]


def _polls(video: Video, told: Told) -> list[ChatLine]:
    """Return the polls as lines of the chat, where meeting and official player show them."""
    found = []
    for entry in told.entries("polls"):
        votes = [f"{one.get('text')}: {one.get('votes')}" for one in objects(entry.get("answers"))]
        text = "\n".join(filter(None, [str(entry.get("question") or ""), *votes]))
        found.append(ChatLine(video=video, start=moment(entry.get("start")), text=text, poll=True))
    return found


def _first_picture(slides: list[Slide]) -> str:
    return next((str(slide.picture) for slide in slides if slide.picture), "")
