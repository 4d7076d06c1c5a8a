"""Puts content, webcams, screen share and chat of an instant into the picture.

It remembers what it put where, and tells whether anything changed: what did
not change is neither painted nor encoded again.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av

from pod.bbb.playback.model import Media, Playback, Slide
from pod.bbb.render.beside.thumbnails import Thumbnails
from pod.bbb.render.composing.cards import Card, card_at, cards_of, paint_card
from pod.bbb.render.composing.chat import Chat
from pod.bbb.render.composing.layout import Stage
from pod.bbb.render.composing.picture import Area, Picture, fit
from pod.bbb.render.media.shown import Shown
from pod.bbb.render.media.video_source import VideoSource
from pod.bbb.render.painting.painter import Painter
from pod.bbb.render.timing.scene import Scene
from pod.bbb.render.timing.ticks import WEBCAM_MS

HALF_FRAME_S = 0.03  # a webcam picture that is due by then is shown now: recorded at 15/s, shown at 10/s


class Composer:
    """Composes one recording's pictures, into the picture that it is given by `start`."""

    _picture: Picture

    def __init__(self, playback: Playback) -> None:
        self._playback = playback
        self._painters: dict[tuple[int, int], Painter] = {}
        self._chats: dict[tuple[int, int], Chat] = {}
        self._cards = cards_of(playback)
        self._webcams = _source(playback.webcams)
        self._share = _source(playback.deskshare)
        self._said: tuple[str, ...] = ()  # by painters that are gone
        self._thumbnails: dict[tuple[int, int], Thumbnails] = {}
        self.breathe: Callable[[], None] = lambda: None  # called in long work; what it raises ends it
        self._forget()

    def close(self) -> None:
        """Close the media files and let go of the painters, with their pictures and the processes that draw.

        Painters refer back to this object by `_breathe`: all would stay until the garbage collector runs.
        """
        self._said = self.notes
        for painter in self._painters.values():
            painter.pictures.close()
        self._painters.clear()
        self._thumbnails.clear()
        for source in (self._webcams, self._share):
            if source is not None:
                source.close()

    @property
    def notes(self) -> tuple[str, ...]:
        """What could not be shown so far, in plain sentences."""
        said = (note for painter in self._painters.values() for note in painter.notes)
        return tuple(dict.fromkeys((*self._said, *said)))

    @property
    def broken_packets(self) -> int:
        """How many pieces of video could not be decoded so far."""
        return sum(source.broken for source in (self._webcams, self._share) if source)

    def start(self, picture: Picture) -> None:
        """Write into another picture from now on; nothing of it is known yet."""
        self._picture = picture
        self._forget()

    def _forget(self) -> None:
        self._stage: Stage | None = None
        self._scene: Scene | None = None
        self._webcams_shown = Shown()
        self._share_shown = Shown()
        self._card: Card | None = None
        self._whiteboard_whole = False  # whether the content area shows the painter's last picture

    def show(self, seconds: float, scene: Scene | None, stage: Stage, *, refresh: bool) -> bool:
        """Bring the picture to `seconds` of the recording; tell whether it changed.

        `refresh` puts recorded pictures anew even if they hardly changed.
        """
        if stage.webcams is not None and self._webcams_resized(seconds):
            self._forget()  # what a wider one reached over is seen again
        changed = self._set_stage(stage)
        if stage.content is not None and scene is not None:
            changed |= self._show_content(seconds, scene, stage.content, refresh=refresh)
            covered = changed and stage.webcams is not None and _overlap(stage.content, stage.webcams)
        else:
            covered = False
        if stage.webcams is not None:
            changed |= self._show_webcams(seconds, stage.webcams, refresh=refresh or covered)
        if stage.chat is not None:
            changed |= self._show_chat(seconds, stage.chat)
        return changed

    def thumbnail(self, slide: Slide, box: Area, path: Path) -> None:
        """Draw a slide small into `path`, from the picture of it that `box` shows."""
        size = (box.width, box.height)
        if size not in self._thumbnails:
            pictures = self._painter(box).pictures
            self._thumbnails[size] = Thumbnails(self._playback, size, pictures, self._breathe)
        self._thumbnails[size].draw(slide, path)

    def _set_stage(self, stage: Stage) -> bool:
        if stage is self._stage:
            return False
        self._forget()
        self._stage = stage
        height, width = self._picture.planes[0].shape
        self._picture.fill(Area(0, 0, width, height))
        for chat in self._chats.values():
            chat.forget()
        return True

    def _show_content(self, seconds: float, scene: Scene, box: Area, *, refresh: bool) -> bool:
        card = card_at(self._cards, seconds) if self._cards else None
        if card is not None:
            return self._show_card(card, box)
        self._card = None
        if scene.share is not None and self._share is not None:
            return self._show_share(self._share, seconds, box, refresh=refresh)
        if scene is self._scene and self._whiteboard_whole:
            return False
        painted = self._painter(box).paint(scene)
        dirty = painted.dirty if self._whiteboard_whole else (0, 0, box.width, box.height)
        self._scene, self._whiteboard_whole = scene, True
        self._share_shown = Shown()
        if dirty is None:
            return False
        self._picture.put_bgra(painted.pixels, box, dirty)
        return True

    def _show_card(self, card: Card, box: Area) -> bool:
        if card is self._card:
            return False
        self._card, self._whiteboard_whole, self._share_shown = card, False, Shown()
        self._picture.put_bgra(paint_card(card, box.width, box.height), box, (0, 0, box.width, box.height))
        return True

    def _show_share(self, share: VideoSource, seconds: float, box: Area, *, refresh: bool) -> bool:
        frame = share.at(seconds)
        before = self._share_shown.frame
        if frame is None or not self._share_shown.differs(frame, refresh=refresh):
            return False
        if before is None or _other_size(before, frame):
            self._picture.fill(box)
        self._whiteboard_whole = False
        self._picture.put_frame(frame, fit(frame.width, frame.height, box))
        return True

    def _webcams_at(self, seconds: float) -> av.VideoFrame | None:
        step = round(seconds * 1000) // WEBCAM_MS * WEBCAM_MS  # whatever else changes between two steps
        return self._webcams.at(step / 1000 + HALF_FRAME_S) if self._webcams else None

    def _webcams_resized(self, seconds: float) -> bool:
        frame, before = self._webcams_at(seconds), self._webcams_shown.frame
        return frame is not None and before is not None and _other_size(before, frame)

    def _show_webcams(self, seconds: float, box: Area, *, refresh: bool) -> bool:
        frame = self._webcams_at(seconds)
        if frame is None or not self._webcams_shown.differs(frame, refresh=refresh):
            return False
        self._picture.put_frame(frame, fit(frame.width, frame.height, box))
        return True

    def _show_chat(self, seconds: float, box: Area) -> bool:
        pixels = self._chat(box).paint(seconds)
        if pixels is None:
            return False
        self._picture.put_bgra(pixels, box, (0, 0, box.width, box.height))
        return True

    def _painter(self, box: Area) -> Painter:
        size = (box.width, box.height)
        if size not in self._painters:
            self._painters[size] = Painter(self._playback, *size, self._breathe)
        return self._painters[size]

    def _breathe(self) -> None:
        self.breathe()

    def _chat(self, box: Area) -> Chat:
        size = (box.width, box.height)
        if size not in self._chats:
            self._chats[size] = Chat(self._playback.chat, *size)
        return self._chats[size]


def _source(media: Media | None) -> VideoSource | None:
    return VideoSource(media.path, media.pixels) if media else None


def _other_size(one: av.VideoFrame, other: av.VideoFrame) -> bool:
    """Whether the recorded picture became another size, as codecs allow on the way."""
    return (one.width, one.height) != (other.width, other.height)


def _overlap(one: Area, other: Area) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )
