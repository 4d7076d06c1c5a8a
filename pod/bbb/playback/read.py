"""A recording's folder -> `Playback`."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from PIL import Image as PillowImage

from pod.bbb.errors import NoMediaError, PlaybackError, end_if_unanswered
from pod.bbb.playback import media
from pod.bbb.playback.cursor import read_cursor
from pod.bbb.playback.events import (
    read_chat,
    read_external_videos,
    read_layout,
    read_polls,
    read_shares,
)
from pod.bbb.playback.locate import RECORD_ID
from pod.bbb.playback.metadata import Metadata, read_metadata
from pod.bbb.playback.model import CursorSpace, Media, Playback, ScreenShare, Slide, View, Whiteboard
from pod.bbb.playback.notes import Notes
from pod.bbb.playback.panzooms import FITTED, FITTED_2_6_0, Size, read_panzooms, views
from pod.bbb.playback.paths import inside
from pod.bbb.playback.shapes import Image, Shapes, read_shapes
from pod.bbb.playback.texts import SlideTexts, read_captions, read_shared_notes
from pod.bbb.playback.tldraw import Tldraw, read_tldraw, version_tuple

MOST_DISPLAYS = 20_000
# Media longer than twice what metadata.xml says and ten minutes more: one of their time stamps is wrong.
FAR, FAR_S = 2, 600.0  # factor, seconds
# What two files may differ in when they speak of the same meeting: the larger of both counts.
NEAR, NEAR_S = 0.05, 5.0  # of the duration, seconds
DEFAULT_SIZE: Size = (1600.0, 1200.0)  # slide pixels, what BBB <= 1.0 drew on


def read_playback(folder: Path, breathe: Callable[[], None] = lambda: None) -> Playback:
    """Read the published recording in `folder` (layout of `/presentation/<record id>/`).

    Optional files may be absent; what is broken in them is left out and said in
    the notes. `breathe` is called often; what it raises ends the reading. Raises
    PlaybackError when the folder is none, or nothing in it tells how long the
    recording lasts.
    """
    if not folder.is_dir():
        raise PlaybackError(f"{folder.name} is not a folder: give the folder of a published recording.")
    if not any((folder / name).exists() for name in ("metadata.xml", "shapes.svg", "video", "audio")):
        raise PlaybackError(
            f"{folder.name} holds no published recording: give the folder in which metadata.xml is."
        )
    notes = Notes(breathe)
    try:
        return _read(folder, notes)
    except OSError as error:
        raise PlaybackError(f"Reading the recording in {folder.name} failed: {error.strerror}.") from error


def _read(folder: Path, notes: Notes) -> Playback:
    metadata = read_metadata(folder, notes)
    record_id = _record_id(folder, metadata)
    webcams, audio = _sound(folder, notes)
    duration = _duration(webcams, audio, metadata, notes)
    tldraw = read_tldraw(folder, notes)
    shapes = read_shapes(folder, record_id, notes)
    slides = _slides(folder, shapes, duration, notes)
    panzooms = read_panzooms(folder, notes)
    cursors = read_cursor(folder, duration, notes)
    whiteboard = whiteboard_of(tldraw, marked=panzooms.tldraw or cursors.space is CursorSpace.WHITEBOARD)
    fitted = fitted_size(whiteboard, tldraw)
    deskshare, shares = _screen_share(folder, duration, notes)
    return Playback(
        folder=folder,
        record_id=record_id,
        title=metadata.title,
        start_ms=metadata.start_ms,
        bbb_version=tldraw.version,
        duration=duration,
        whiteboard=whiteboard,
        fitted=fitted,
        slides=slides,
        svg_shapes=shapes.by_image,
        tldraw_shapes=tldraw.by_image,
        views=_until(views(panzooms, slides, whiteboard, fitted, notes), duration),
        cursors=cursors.events,
        cursor_space=cursors.space,
        shares=shares,
        layout=read_layout(folder, duration, notes),
        chat=read_chat(folder, duration, notes),
        polls=read_polls(folder, duration, notes),
        captions=read_captions(folder, notes),
        external_videos=read_external_videos(folder, duration, notes),
        shared_notes=read_shared_notes(folder, notes),
        webcams=_beside(deskshare, webcams, notes),
        audio=audio,
        deskshare=deskshare,
        notes=notes.sentences(),
        written={"panzooms.xml": panzooms.read, "cursor.xml": cursors.read},
    )


def _record_id(folder: Path, metadata: Metadata) -> str:
    if RECORD_ID.match(metadata.record_id):
        return metadata.record_id
    return os.fsencode(folder.name).decode("utf-8", "replace")  # the disk's names may be no text


def _screen_share(
    folder: Path, duration: float, notes: Notes
) -> tuple[Media | None, tuple[ScreenShare, ...]]:
    """The screen share's video, and when it is shown: never without it."""
    shares = read_shares(folder, duration, notes)
    video = media.first_media(folder, media.DESKSHARE, notes)
    if video is not None and video.width == 0:
        video = None
    if shares and video is None:
        notes.add("Screen shares are announced but their video is missing: slides are shown instead.")
        shares = ()
    return video, shares


def _beside(share: Media | None, webcams: Media | None, notes: Notes) -> Media | None:
    """The webcams' video, unless its pictures and the screen share's take too much memory together."""
    if share is None or webcams is None or share.pixels + webcams.pixels <= media.MOST_PIXELS:
        return webcams
    notes.add("The pictures of webcams and screen share are too large together: the webcams are not shown.")
    return None


def _until(found: tuple[View, ...], duration: float) -> tuple[View, ...]:
    return tuple(view for view in found if view.start <= duration)


def _sound(folder: Path, notes: Notes) -> tuple[Media | None, Media | None]:
    """The webcams' video and what carries the sound: that video, or the audio file of older days.

    Where the video breaks off, old servers have the whole sound beside it.
    """
    webcams = media.first_media(folder, media.WEBCAMS, notes)
    audio = webcams if webcams and webcams.has_audio else None
    if audio is None or not audio.whole:
        audio = media.longer(audio, media.first_media(folder, media.AUDIO, notes), notes)
    if webcams is not None and webcams.width == 0:
        webcams = None
    return webcams, audio


def _duration(webcams: Media | None, audio: Media | None, metadata: Metadata, notes: Notes) -> float:
    known = webcams or audio
    if known is not None and audio is not None and not known.whole:
        known = max(known, audio, key=lambda each: each.duration)
    if known is not None:
        said = metadata.duration
        if said and known.duration > said * FAR + FAR_S:  # one time stamp that is wrong by days
            notes.add(
                f"The media claim to last {known.duration:.1f} s, "
                f"metadata.xml says {said:.1f} s: they are cut there."
            )
            return said
        if said and _breaks_off(known, said):
            notes.add(
                f"Slides go on without sound from second {known.duration:.1f} on, where the media break off."
            )
            return known.announced
        if said and said > known.duration < media.SHORTEST:
            notes.add(
                f"The media last only {known.duration:.1f} s, metadata.xml says {said:.1f} s: "
                "that is how long the video lasts."
            )
            return min(said, media.LONGEST)
        if said and abs(said - known.duration) > 2:
            notes.add(f"The media last {known.duration:.1f} s, metadata.xml says {said:.1f} s.")
        return known.duration
    if metadata.duration:
        notes.add("The recording has no playable webcams or audio file: it is silent.")
        return min(metadata.duration, media.LONGEST)
    raise NoMediaError(
        "The recording has neither a playable webcams or audio file nor a duration in metadata.xml: "
        "check that it is published as a presentation, and that its files are complete."
    )


def _breaks_off(known: Media, said: float) -> bool:
    """Whether media lack their end: metadata.xml and their own header agree on where it was to be."""
    near = max(NEAR_S, NEAR * said)
    return known.duration + media.LONGER < known.announced and abs(known.announced - said) <= near


def whiteboard_of(tldraw: Tldraw, *, marked: bool) -> Whiteboard:
    """Which whiteboard drew: tldraw.json tells, or the mark in panzooms.xml or cursor.xml."""
    if not tldraw.by_image and not marked and not tldraw.version:
        return Whiteboard.SVG
    version = version_tuple(tldraw.version)
    if version is not None:
        return Whiteboard.TLDRAW_V2 if version >= (3, 0, 0) else Whiteboard.TLDRAW_V1
    return Whiteboard.TLDRAW_V2 if tldraw.records else Whiteboard.TLDRAW_V1


def fitted_size(whiteboard: Whiteboard, tldraw: Tldraw) -> Size:
    """The box that slides are fitted into: BBB 2.6.0, and nobody else, had a larger one."""
    version = version_tuple(tldraw.version)
    early = version is not None and (2, 6, 0) <= version < (2, 6, 1)
    return FITTED_2_6_0 if whiteboard is Whiteboard.TLDRAW_V1 and early else FITTED


def _slides(folder: Path, shapes: Shapes, duration: float, notes: Notes) -> tuple[Slide, ...]:
    """Each display of each slide, by start; it lasts until the next one comes up."""
    if not shapes.present:
        notes.add("shapes.svg is missing: there are no slides.")
    texts = SlideTexts(folder, notes)
    shown = sorted(
        ((start, order, image) for order, image in enumerate(shapes.images) for start in image.starts),
        key=lambda entry: (entry[0], entry[1]),
    )
    shown = [entry for entry in shown if entry[0] < duration]
    if len(shown) > MOST_DISPLAYS:
        notes.add(f"shapes.svg shows slides more than {MOST_DISPLAYS} times: the rest is left out.")
        del shown[MOST_DISPLAYS:]
    sizes: dict[str, Size] = {}
    known: dict[str, str] = {}
    slides: list[Slide] = []
    for index, (start, _order, image) in enumerate(shown):
        end = shown[index + 1][0] if index + 1 < len(shown) else duration
        if end == start:  # another one comes up at once
            continue
        if image.id not in sizes:
            sizes[image.id] = _size(folder, image, notes)
            known[image.id] = texts.of(image.href, image.text_href)
        slides.append(Slide(image.id, start, end, image.href, *sizes[image.id], image.kind, known[image.id]))
    return tuple(slides)


def _size(folder: Path, image: Image, notes: Notes) -> Size:
    """Slide pixels: as written, else those of the picture, else the old standard."""
    if image.width is not None and image.height is not None:
        return image.width, image.height
    notes.add(f"The slide {image.href} has no usable size in shapes.svg: that of its picture is taken.")
    path = inside(folder, image.href)
    if path is not None and path.suffix.lower() != ".svg":
        try:
            with PillowImage.open(path) as picture:
                return float(picture.width), float(picture.height)
        except (OSError, ValueError, PillowImage.DecompressionBombError) as error:
            end_if_unanswered(error)
            notes.add(f"{image.href} is not a readable picture.")
    return DEFAULT_SIZE
