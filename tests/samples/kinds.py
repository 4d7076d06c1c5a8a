"""The kinds of small recordings: each is a published folder that a real server could have written."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

from tests.samples import build, drawing, files, sound
from tests.samples.build import SLIDE, Sample, sample_of
from tests.samples.files import Identity, tenth
from tests.samples.media import H264, Film, Part, Picture, Sound, write_media
from tests.samples.pictures import plain, slide, speaker


def lecture(root: Path, who: Identity) -> Sample:
    """Everything at once: slides, all shapes, pan/zoom, pointer, chat, captions, webcam, screen share.

    In parts of the whole length: slide 1 to 25 %, slide 2 to 50 %, the screen share
    to 70 %, slide 1 again with its drawings to 85 %, slide 3 to the end.
    """
    end = who.seconds
    at = [tenth(end * part) for part in (0, 0.25, 0.5, 0.7, 0.85)]
    share = (at[2], at[3])
    folder = build.new_folder(root, who)
    build.write_slides(folder, who, 3)
    build.write_plain_files(folder, [share])
    (folder / "presentation" / who.deck / "poll_result4.svg").write_text(drawing.POLL_SVG)
    first, second = _first_slide(at[0], at[1]), _second_slide(who, at[1], at[2])
    shown = [
        build.display(who, 1, at[0], at[1], first),
        build.display(who, 2, at[1], at[2], second),
        build.display(who, 0, at[2], at[3]),
        build.display(who, 1, at[3], at[4], [v for v in first if v.undo == -1]),
        # an event after the last stop gets a time far past the end: readers have to clamp it
        build.display(who, 3, at[4], tenth(end * 2)),
    ]
    (folder / "shapes.svg").write_text(drawing.shapes_svg(shown), encoding="utf-8")
    _lecture_texts(folder, end, at)
    build.write_camera(folder, build.camera_film(end), build.speech_of(end))
    write_media(folder / "deskshare" / "deskshare.webm", build.screen_film(end, [share]))
    build.write_metadata(folder, who, slides=3)
    return sample_of("lecture", root, who, tuple(at[1:]), (share,))


def _first_slide(start: float, end: float) -> list[drawing.Version]:
    """A line that stays, one that is undone, a rectangle, and a text with a line break."""
    step = (end - start) / 10
    wave = [(200 + 20 * k, 500 + 80 * math.sin(k / 3)) for k in range(30)]
    gone = [(200 + 20 * k, 900.0) for k in range(12)]
    return [
        *drawing.pencil("pencil1", start + step, wave),
        *drawing.pencil("pencil2", start + 2 * step, gone, "00aa00", undo=tenth(start + 7 * step)),
        *drawing.rectangle("rect3", start + 3 * step, (900, 300, 400, 200)),
        *drawing.typed("text4", start + 4 * step, (250, 650), "Été & <b>\rtwo lines here", "aa0000"),
    ]


def _second_slide(who: Identity, start: float, end: float) -> list[drawing.Version]:
    """An ellipse, a line, a triangle, and a poll's result."""
    step = (end - start) / 10
    return [
        drawing.ellipse("ellipse1", start + step, (500, 600), 250, 140),
        drawing.line("line2", start + 2 * step, (300, 900), (1200, 400)),
        drawing.triangle("triangle3", start + 3 * step, (1000, 500, 300, 260)),
        drawing.poll(
            "poll4", start + 5 * step, (1150, 960, 400, 213), f"presentation/{who.deck}/poll_result4.svg"
        ),
    ]


def _lecture_texts(folder: Path, end: float, at: list[float]) -> None:
    """Pan/zoom, pointer, chat, captions, notes and polls of the lecture."""
    w, h = SLIDE
    views = [
        (0.0, (0, 0, w, h)),
        (tenth(end * 0.15), (w * 0.1, h * 0.3, w * 0.5, h * 0.5)),
        (tenth(end * 0.2), (0, 0, w, h)),
        (at[1], (0, 0, w, h)),
        (at[4], (0, 0, w, h)),
    ]
    (folder / "panzooms.xml").write_text(files.panzooms_xml(views))
    pointer = [(0.0, -1.0, -1.0)]
    pointer += [
        (tenth(end * 0.05 + 0.3 * k), round(0.2 + 0.015 * k, 5), round(0.3 + 0.01 * k, 5))
        for k in range(max(4, round(end * 0.5)))
    ]
    pointer.append((at[2], -1.0, -1.0))
    (folder / "cursor.xml").write_text(files.cursor_xml([p for p in pointer if p[0] <= at[2]]))
    chat = [
        (end * 0.1, "Zoë Müller", "Bonjour à tous"),
        (
            end * 0.3,
            "Ann O&#39;Neil",
            'see <a href="https://example.org/?a=1&amp;amp;b=2" rel="nofollow">this</a>',
        ),
        (end * 0.6, "Viewer 3", "a &lt; b &amp; c"),
    ]
    (folder / "slides_new.xml").write_text(files.chat_xml(chat), encoding="utf-8")
    cues = {"fr": ["Bonjour", "Deuxième <partie>"], "en": ["Hello", "Second <part>"]}
    names = {"fr": "français", "en": "English"}
    tracks = {
        locale: (names[locale], [(end * 0.1, end * 0.3, said[0]), (end * 0.4, end * 0.6, said[1])])
        for locale, said in cues.items()
    }
    files.write_captions(folder, tracks)
    answers = [{"id": 0, "key": "A", "numVotes": 5}, {"id": 1, "key": "B", "numVotes": 2}]
    polled = {
        "timestamp": int(at[1]),
        "type": "A-2",
        "question": "",
        "answers": answers,
        "respondents": 7,
        "responders": 7,
    }
    (folder / "polls.json").write_text(json.dumps([polled]))
    video = {"timestamp": int(at[4]), "external_video_url": "https://video.example.org/watch?v=1"}
    (folder / "external_videos.json").write_text(json.dumps([video]))
    (folder / "notes.html").write_text("<html>\n<body>\nShared notes<br>second line\n</body>\n</html>\n")


def audio_only(root: Path, who: Identity) -> Sample:
    """Two slides and sound, no camera ever: audio/audio.webm and the same as audio.ogg."""
    folder = build.new_folder(root, who)
    change = tenth(who.seconds / 2)
    build.write_slides(folder, who, 2)
    build.write_plain_files(folder)
    shown = [build.display(who, 1, 0.0, change), build.display(who, 2, change, who.seconds)]
    (folder / "shapes.svg").write_text(drawing.shapes_svg(shown))
    for name in ("audio.webm", "audio.ogg"):
        write_media(folder / "audio" / name, sound=build.speech_of(who.seconds))
    build.write_metadata(folder, who, slides=2)
    return sample_of("audio-only", root, who, (change,))


def beeps(root: Path, who: Identity, every: float = 2.0) -> Sample:
    """Another slide every two seconds; then a beep of 0.1 s, and the camera turns black or white."""
    folder = build.new_folder(root, who)
    count = max(2, math.ceil(who.seconds / every))
    changes = [tenth(every * k) for k in range(1, count) if every * k < who.seconds]
    build.write_slides(folder, who, len(changes) + 1)
    build.write_plain_files(folder)
    edges = [0.0, *changes, who.seconds]
    shown = [build.display(who, n, a, b) for n, (a, b) in enumerate(pairwise(edges), 1)]
    (folder / "shapes.svg").write_text(drawing.shapes_svg(shown))
    parts = [
        Part(_still(width=640, height=480, white=n % 2 == 1), round((b - a) * 15))
        for n, (a, b) in enumerate(pairwise(edges))
    ]
    film = Film(640, 480, 15, tuple(parts))
    build.write_camera(folder, film, Sound(sound.beeps(who.seconds, changes), who.seconds))
    build.write_metadata(folder, who, slides=len(changes) + 1)
    return sample_of("beeps", root, who, tuple(changes))


def _still(width: int, height: int, *, white: bool) -> Callable[[], Iterable[Picture]]:
    return lambda: plain(width, height, (255, 255, 255) if white else (0, 0, 0), 15)


def ready_video(root: Path, who: Identity) -> Sample:
    """A recording whose `video` format BBB has made: /video/<id>/ beside /presentation/<id>/."""
    made = audio_only(root, who)
    folder = build.new_folder(root, who, "video")
    film = Film(
        1280,
        720,
        24,
        (Part(_ready_picture, round(who.seconds * 24)),),
        "libx264",
        dict(H264),
        key_frame_every=48,
    )
    write_media(
        folder / "video-0.m4v", film, Sound(sound.speech(min(30.0, who.seconds)), who.seconds, "aac", 96_000)
    )
    (folder / "index.html").write_text(VIDEO_PAGE, encoding="utf-8")
    (folder / "video.xml").write_text(files.chat_xml([]))
    (folder / "captions.json").write_text("[]")
    build.write_metadata(folder, who, "video")
    return sample_of("video", root, who, made.slide_changes)


def _ready_picture() -> Iterator[Picture]:
    """The arrangement of BBB's own video format: the slide 960x720 at the left, cameras at the right."""
    left = np.asarray(slide(1, 960, 720))
    for camera in speaker(320, 240, 24, 48):
        picture = np.full((720, 1280, 3), 255, dtype=np.uint8)
        picture[:, :960] = left
        picture[:240, 960:] = camera
        yield picture


VIDEO_PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>Recording</title></head>
<body><video id="video" controls><source src="video-0.m4v" type="video/mp4"></video></body></html>
"""


def broken_shapes(root: Path, who: Identity) -> Sample:
    """A recording whose shapes.svg was cut in the middle of an element."""
    made = audio_only(root, who)
    path = made.folder / "shapes.svg"
    text = path.read_text()
    path.write_text(text[: text.rindex("xlink:href")])
    return sample_of("broken-shapes", root, who, made.slide_changes)


def missing_media(root: Path, who: Identity) -> Sample:
    """A recording that has slides but neither video/ nor audio/: it cannot be played."""
    made = audio_only(root, who)
    for path in sorted((made.folder / "audio").iterdir()):
        path.unlink()
    (made.folder / "audio").rmdir()
    return sample_of("missing-media", root, who, made.slide_changes)
