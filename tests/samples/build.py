"""What all kinds of sample recordings share: the folder, the slides, the media and metadata.xml."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import Image

from tests.samples import drawing, files, pictures, sound
from tests.samples.drawing import Display
from tests.samples.files import Identity
from tests.samples.media import Film, Part, Sound, write_media

SLIDE = (1600, 1200)
CAMERA = (640, 480, 15)  # width, height, frames per second, as BBB publishes webcams
SCREEN = (1280, 720, 5)


@dataclass(frozen=True)
class Sample:
    """A recording that was made, and what is known about it."""

    kind: str
    record_id: str
    meeting_id: str
    name: str
    root: Path  # of the server's files: presentation/<id>/, video/<id>/
    folder: Path  # presentation/<id>
    video_folder: Path | None  # video/<id>, when there is a ready video
    seconds: float
    start_ms: int
    slide_changes: tuple[
        float, ...
    ]  # seconds at which another slide (or the screen share's place holder) comes
    shares: tuple[tuple[float, float], ...] = ()


def sample_of(
    kind: str,
    root: Path,
    who: Identity,
    changes: tuple[float, ...],
    shares: tuple[tuple[float, float], ...] = (),
) -> Sample:
    """The Sample of what was written below `root`."""
    video = root / "video" / who.record_id
    return Sample(
        kind=kind,
        record_id=who.record_id,
        meeting_id=who.meeting_id,
        name=who.name,
        root=root,
        folder=root / "presentation" / who.record_id,
        video_folder=video if video.is_dir() else None,
        seconds=who.seconds,
        start_ms=who.start_ms,
        slide_changes=changes,
        shares=shares,
    )


def speech_of(seconds: float) -> Sound:
    """Something like speech, of this length."""
    return Sound(sound.speech(min(seconds, 30.0)), seconds)


def new_folder(root: Path, who: Identity, kind: str = "presentation") -> Path:
    """The published folder of one format, made if need be."""
    folder = root / kind / who.record_id
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def write_slides(
    folder: Path, who: Identity, count: int, size: tuple[int, int] = SLIDE, *, photo: bool = False
) -> None:
    """slide-N.png, its thumbnail, its text, the blank place holder and presentation_text.json."""
    deck = folder / "presentation" / who.deck
    (deck / "thumbnails").mkdir(parents=True, exist_ok=True)
    (deck / "textfiles").mkdir(exist_ok=True)
    for number in range(1, count + 1):
        slide, thumbnail = slide_files(number, size, photo=photo)
        (deck / f"slide-{number}.png").write_bytes(slide)
        (deck / "thumbnails" / f"thumb-{number}.png").write_bytes(thumbnail)
        (deck / "textfiles" / f"slide-{number}.txt").write_text(slide_text(number), encoding="utf-8")
    Image.new("RGBA", SCREEN[:2], (0, 0, 0, 0)).save(folder / "presentation" / "deskshare.png")
    texts = {who.deck: {f"slide-{n}": slide_text(n) for n in range(1, count + 1)}}
    (folder / "presentation_text.json").write_text(json.dumps(texts), encoding="utf-8")


@cache
def slide_files(number: int, size: tuple[int, int], *, photo: bool) -> tuple[bytes, bytes]:
    """PNGs of a slide, in 256 colours as BBB's own conversion leaves them, and of its thumbnail."""
    picture = pictures.slide(number, *size, photo=photo)
    return pictures.png(picture.quantize(256)), pictures.png(picture.resize((176, 132)))


def slide_text(number: int) -> str:
    """What stands on slide `number`."""
    return f"Slide {number}: part {number} of the course"


def display(
    who: Identity, number: int, start: float, end: float, versions: Sequence[drawing.Version] = ()
) -> Display:
    """The display of slide `number` from `start` to `end`; number 0 is the screen share's place holder."""
    if number == 0:
        return Display(start, end, "presentation/deskshare.png", SCREEN[0], SCREEN[1])
    deck = f"presentation/{who.deck}"
    text = f"{deck}/textfiles/slide-{number}.txt"
    return Display(start, end, f"{deck}/slide-{number}.png", *SLIDE, text, versions)


def write_plain_files(folder: Path, shares: Sequence[tuple[float, float]] = ()) -> None:
    """The files that are there in every recording, with nothing in them yet."""
    (folder / "panzooms.xml").write_text(files.panzooms_xml([(0.0, (0, 0, *SLIDE))]))
    (folder / "cursor.xml").write_text(files.cursor_xml([(0.0, -1.0, -1.0)]))
    (folder / "slides_new.xml").write_text(files.chat_xml([]))
    (folder / "deskshare.xml").write_text(files.deskshare_xml(shares))
    (folder / "captions.json").write_text("[]")


def write_metadata(folder: Path, who: Identity, kind: str = "presentation", slides: int = 0) -> None:
    """metadata.xml, written last: it knows the size of the others."""
    base = who.base_url
    link = {
        "presentation": f"{base}/playback/presentation/2.3/{who.record_id}",
        "video": f"{base}/playback/video/{who.record_id}/",
    }[kind]
    thumbs = f"{base}/presentation/{who.record_id}/presentation/{who.deck}/thumbnails"
    previews = [(f"{thumbs}/thumb-{n}.png", slide_text(n)) for n in range(1, slides + 1)]
    text = files.metadata_xml(who, kind, link, previews, files.folder_size(folder))
    (folder / "metadata.xml").write_text(text, encoding="utf-8")


def camera_film(seconds: float, seed: int = 3, clip: float = 3.0) -> Film:
    """A webcam of a speaker who moves all the time, `clip` seconds of it encoded and repeated."""
    width, height, rate = CAMERA
    frames, unique = round(seconds * rate), round(min(clip, seconds) * rate)
    return Film(
        width, height, rate, (Part(lambda: pictures.speaker(width, height, rate, unique, seed), frames),)
    )


def white_film(seconds: float, size: tuple[int, int, int] = CAMERA) -> Film:
    """What BBB writes as webcams when nobody showed a camera: white."""
    width, height, rate = size
    frames = round(seconds * rate)
    return Film(
        width, height, rate, (Part(lambda: pictures.plain(width, height, frames=min(frames, 240)), frames),)
    )


def screen_film(seconds: float, shares: Sequence[tuple[float, float]], clip: float = 12.0) -> Film:
    """The screen share's video: as long as the recording, white outside of `shares`."""
    width, height, rate = SCREEN
    parts: list[Part] = []
    at = 0.0
    for start, end in [*shares, (seconds, seconds)]:
        blank, shown = round((start - at) * rate), round((end - start) * rate)
        unique = min(shown, round(clip * rate))
        parts.append(Part(lambda blank=blank: pictures.plain(width, height, frames=min(blank, 120)), blank))  # type: ignore[misc]
        parts.append(Part(lambda unique=unique: pictures.screen(width, height, rate, unique), shown))  # type: ignore[misc]
        at = end
    return Film(width, height, rate, tuple(part for part in parts if part.frames > 0), bit_rate=1_200_000)


def write_camera(folder: Path, film: Film, voice: Sound) -> None:
    """video/webcams.webm: the cameras and the meeting's sound."""
    write_media(folder / "video" / "webcams.webm", film, voice)
